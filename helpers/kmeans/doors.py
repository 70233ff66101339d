"""Parts of k-means as a reader may call them: those of `lloyd`, their input checked."""

from helpers import _checks
from helpers.kmeans import lloyd


def check_n_clusters(n_clusters, X) -> int:
    """A number of clusters, at most that of the points."""
    most = {"high": len(X), "of": "the number of points"}
    return _checks.count(n_clusters, "n_clusters", **most)


door = _checks.door(
    {
        "X": lambda X: _checks.points(X),
        "centers": lambda centers, X: _checks.features_of(X, centers, "centers"),
        "n_clusters": check_n_clusters,
        "metric": lambda metric: _checks.choice(metric, "metric", lloyd.COST),
        "init": lambda init: _checks.choice(init, "init", ["k-means++", "random"]),
        "rng": lambda rng: _checks.generator(rng),
    }
)
assign = door(lloyd.assign)
starting_points = door(lloyd.starting_points)
