"""The half-steps as a reader may call them: `lloyd`, with its input checked first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps

import numpy as np

from helpers import _checks
from helpers.kmeans import lloyd
from helpers.kmeans.lloyd import COST, Step


@wraps(lloyd.assign)
def assign(X, centers, metric="euclidean") -> tuple[np.ndarray, np.ndarray]:
    X = _checks.points(X)
    centers = check_centers(centers, X)
    return lloyd.assign(X, centers, _checks.choice(metric, "metric", COST))


@wraps(lloyd.update)
def update(X, labels, centers, center="mean") -> np.ndarray:
    X = _checks.points(X)
    centers = check_centers(centers, X)
    labels = check_labels(labels, X, centers)
    _checks.choice(center, "center", ["mean", "median"])
    return lloyd.update(X, labels, centers, center)


@wraps(lloyd.inertia)
def inertia(X, labels, centers, metric="euclidean") -> float:
    X = _checks.points(X)
    centers = check_centers(centers, X)
    labels = check_labels(labels, X, centers)
    return lloyd.inertia(X, labels, centers, _checks.choice(metric, "metric", COST))


@wraps(lloyd.steps)
def steps(X, centers, metric="euclidean", center="mean") -> Iterator[Step]:
    X = _checks.points(X)
    centers = check_centers(centers, X)
    _checks.choice(metric, "metric", COST)
    _checks.choice(center, "center", ["mean", "median"])
    return lloyd.steps(X, centers, metric, center)


@wraps(lloyd.starting_points)
def starting_points(X, n_clusters, init, rng, metric="euclidean") -> np.ndarray:
    X = _checks.points(X)
    _checks.count(n_clusters, "n_clusters", high=len(X), of="the number of points")
    _checks.choice(init, "init", ["random", "k-means++"])
    _checks.choice(metric, "metric", COST)
    return lloyd.starting_points(X, n_clusters, init, _checks.generator(rng), metric)


def check_centers(centers, X, min_clusters=1) -> np.ndarray:
    """Centres as float64, if they have the features of the points."""
    centers = _checks.points(centers, "centers", min_clusters)
    if centers.shape[1] != X.shape[1]:
        raise ValueError(
            f"centers has {centers.shape[1]} features, but X has {X.shape[1]}; give "
            "both the same columns."
        )
    return centers


def check_labels(labels, X, centers) -> np.ndarray:
    """Labels, if there is one for each point, and each is the row of a centre."""
    labels = _checks.labels(labels, len(X))
    if labels.min() < 0 or labels.max() >= len(centers):
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, but there are "
            f"{len(centers)} centres; give each point the row of its centre."
        )
    return labels
