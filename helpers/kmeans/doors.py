"""The half-steps as a reader may call them: those of `lloyd`, their input checked."""

import numpy as np

from helpers import _checks
from helpers.kmeans import lloyd


def check_labels(labels, X, centers) -> np.ndarray:
    """Labels, if there is one for each point, and each is the row of a centre."""
    labels = _checks.labels(labels, len(X))
    if labels.min() < 0 or labels.max() >= len(centers):
        raise ValueError(
            f"labels run from {labels.min()} to {labels.max()}, but there are "
            f"{len(centers)} centres; give each point the row of its centre."
        )
    return labels


def check_n_clusters(n_clusters, X) -> int:
    """A number of clusters, at most that of the points."""
    most = {"high": len(X), "of": "the number of points"}
    return _checks.count(n_clusters, "n_clusters", **most)


door = _checks.door(
    {
        "X": lambda X: _checks.points(X),
        "centers": lambda centers, X: _checks.features_of(X, centers, "centers"),
        "labels": check_labels,
        "n_clusters": check_n_clusters,
        "metric": lambda metric: _checks.choice(metric, "metric", lloyd.COST),
        "center": lambda center: _checks.choice(center, "center", ["mean", "median"]),
        "init": lambda init: _checks.choice(init, "init", ["k-means++", "random"]),
        "rng": lambda rng: _checks.generator(rng),
    }
)
assign = door(lloyd.assign)
update = door(lloyd.update)
starting_points = door(lloyd.starting_points)
