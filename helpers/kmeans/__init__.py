"""k-means: Lloyd's two half-steps, the estimator, how many clusters, silhouettes."""

from helpers.kmeans.doors import assign, inertia, starting_points, steps, update
from helpers.kmeans.estimator import FAST_FROM_DISTANCES, KMeans
from helpers.kmeans.how_many import gap_statistic, kmeans_for_each_k, stability
from helpers.kmeans.silhouette import (
    mean_silhouettes,
    silhouette_samples,
    simplified_silhouette,
)

__all__ = [
    # the half-steps, and where they start
    "assign",
    "inertia",
    "starting_points",
    "steps",
    "update",
    # the estimator, and from how many distances on it takes the short way
    "FAST_FROM_DISTANCES",
    "KMeans",
    # how many clusters
    "gap_statistic",
    "kmeans_for_each_k",
    "stability",
    # how well each point fits its cluster
    "mean_silhouettes",
    "silhouette_samples",
    "simplified_silhouette",
]
