"""Merging thousands of clusters over the rows of their distances.

All that merging wants is the row of one cluster, its distances to all others, and the
row of a union. Where the linkage has centres (Ward, centroid, median, and single
linkage of the points themselves) a row is computed when it is wanted, and memory is
that of the points. Else it lies in a square matrix, kept by Lance and Williams'
formulas. Both drop the clusters that are gone when these are many, so rows get
shorter. Three searches use them up; each returns for every merge a point of either
cluster, and the distance. Reference: Müllner 2011, arXiv:1109.2378, sections 2 and 3.

Not handled: weights.
"""

from functools import partial

import numpy as np
from scipy.spatial.distance import cdist, num_obs_y, squareform

from helpers.fast.neighbours import nearest_others
from helpers.fast.threads import workers

ROWS = 16
"""Rows of the distance matrix that one thread fills at a time."""


class Clusters:
    """Clusters in slots; slot s holds `sizes[s]` points, one of them `ids[s]`.

    Subclasses give `row(i)`, the distances from i to all slots, infinite to itself and
    to dead ones, and `merge(i, j)`, which puts the union into slot j, removes i, and
    returns the union's row. `most_dead`: the share of dead slots that is still kept.
    """

    most_dead = 0.5

    def __init__(self, n: int):
        self.ids = np.arange(n)
        self.sizes = np.ones(n)
        self.dead = np.zeros(n)  # infinite where the cluster is gone; added to rows
        self.n_living = n
        self.merges = []  # those done before the search begins

    def remove(self, i: int) -> None:
        self.dead[i] = np.inf
        self.n_living -= 1

    def shrink(self) -> np.ndarray | None:
        """Drop the dead slots if they are many; return the slots kept."""
        if self.n_living > (1 - self.most_dead) * len(self.dead):
            return None
        kept = np.flatnonzero(self.dead == 0)
        self.keep(kept)
        return kept

    def keep(self, kept: np.ndarray) -> None:
        self.ids, self.sizes = self.ids[kept], self.sizes[kept]
        self.dead = self.dead[kept]


class Centers(Clusters):
    """Clusters known by their centres (n, d): memory of the order of the points."""

    most_dead = 0.1  # to drop a centre costs little

    def __init__(self, X: np.ndarray, name: str):
        super().__init__(len(X))
        # subtle: centred, as a difference of large numbers loses digits
        self.centers = X - X.mean(axis=0)
        self.name = name

    def row(self, i: int) -> np.ndarray:
        """Squared distances of the centres; for Ward, twice the growth of the SSE."""
        row = cdist(self.centers[i, None], self.centers, "sqeuclidean")[0]
        if self.name == "ward":
            row *= 2 * self.sizes[i] * self.sizes / (self.sizes[i] + self.sizes)
        row += self.dead
        row[i] = np.inf
        return row

    def merge(self, i: int, j: int) -> np.ndarray:
        """The union's centre: the mean of all members; for median, midway."""
        n = self.sizes[i] + self.sizes[j]
        share = 0.5 if self.name == "median" else self.sizes[i] / n
        # subtle: this form leaves equal centres exactly equal
        self.centers[j] += share * (self.centers[i] - self.centers[j])
        self.sizes[j] = n
        self.remove(i)
        return self.row(j)

    def keep(self, kept: np.ndarray) -> None:
        super().keep(kept)
        self.centers = self.centers[kept]


class Condensed(Clusters):
    """Rows of condensed distances, read where they lie; for `prim`, which never merges.

    The pair of points i < j is at `before[i] + j`.
    """

    def __init__(self, distances: np.ndarray):
        n = num_obs_y(distances)
        super().__init__(n)
        self.distances = distances
        self.before = n * self.ids - self.ids * (self.ids + 3) // 2 - 1

    def row(self, i: int) -> np.ndarray:
        """The column above the diagonal, then the row right of it."""
        row = self.dead.copy()
        row[:i] += self.distances[self.before[:i] + self.ids[i]]
        row[i + 1 :] += self.distances[self.before[i] + self.ids[i + 1 :]]
        row[i] = np.inf
        return row

    def keep(self, kept: np.ndarray) -> None:
        super().keep(kept)
        self.before = self.before[kept]


class Matrix(Clusters):
    """Clusters known by a square matrix of distances, squared if the method wants so.

    A union's distances go into its own row only. To write them into a column as well
    would touch the whole matrix; another row takes them over when it is next read.
    """

    def __init__(self, D: np.ndarray, method):
        super().__init__(len(D))
        self.D = np.square(D, out=D) if method.squared else D
        np.fill_diagonal(self.D, np.inf)
        self.n_merges = 0
        # the merge that made each slot (0: none), and up to which its row is true
        self.changed, self.renewed = np.zeros((2, len(D)), dtype=np.intp)
        self.distance = method.distance

    @classmethod
    def of_points(cls, X: np.ndarray, method):
        """Distances once all points that are each other's nearest have merged.

        These are more than half of most data, and their matrix half as large.
        """
        points, nearest = np.arange(len(X)), nearest_others(X)
        first = np.flatnonzero((nearest[nearest] == points) & (points < nearest))
        second, k = nearest[first], len(first)
        ids = np.append(first, np.setdiff1d(points, [first, second]))
        X, n = X[np.append(ids, second)], len(ids)
        other = np.append(X[n:], X[k:n], axis=0)  # a lone point is its own partner
        # subtle: written once here, or the threads wait for each other's new pages
        D = np.full((n, n), np.inf)

        def fill(rows):
            a = cdist(X[:n][rows], X)
            b = cdist(other[rows], X) if rows.start < k else a
            union = partial(method.distance, d_ij=None, n_i=1, n_j=1, n_k=1)
            # subtle: in this order the sum is the same in row and column
            D[rows, :k] = union(union(a[:, :k], b[:, n:]), union(a[:, n:], b[:, :k]))
            D[rows, k:] = union(a[:, k:n], b[:, k:n])

        with workers() as each:
            each(fill, [slice(i, i + ROWS) for i in range(0, n, ROWS)])
        clusters = cls(D, method)
        clusters.ids, clusters.sizes[:k] = ids, 2
        heights = np.linalg.norm(X[:k] - X[n:], axis=1)
        clusters.merges = list(zip(first, second, heights, strict=True))
        return clusters

    @classmethod
    def of_condensed(cls, distances: np.ndarray, method):
        """A square matrix of its own; the caller's distances are left alone."""
        return cls(squareform(distances, checks=False), method)

    def row(self, i: int) -> np.ndarray:
        """As it lies there, with the unions made since it was last read."""
        self._renew(i)
        return self.D[i] + self.dead

    def merge(self, i: int, j: int) -> np.ndarray:
        """Lance and Williams for all third clusters at once."""
        self._renew(i)
        self._renew(j)
        n_i, n_j = self.sizes[[i, j]]
        new = self.distance(self.D[i], self.D[j], self.D[i, j], n_i, n_j, self.sizes)
        new[j] = np.inf
        self.D[j] = new
        self.sizes[j] += n_i
        self.n_merges += 1
        self.changed[j] = self.renewed[j] = self.n_merges
        self.changed[i] = 0
        self.remove(i)
        return new + self.dead

    def _renew(self, i: int) -> None:
        """Bring into row i the unions made since it was last read, from their rows."""
        if self.renewed[i] == self.n_merges:
            return
        later = np.flatnonzero(self.changed > self.renewed[i])
        self.D[i, later] = self.D[later, i]
        self.renewed[i] = self.n_merges

    def keep(self, kept: np.ndarray) -> None:
        super().keep(kept)
        for new, old in enumerate(kept):  # in place: new is never after old
            self.D[new, : len(kept)] = self.D[old, kept]
        self.D = self.D[: len(kept), : len(kept)]
        self.changed, self.renewed = self.changed[kept], self.renewed[kept]


# --- the three searches -------------------------------------------------------------


def prim(clusters: Clusters) -> list[tuple]:
    """Edges of a minimum spanning tree: always the shortest that leaves the tree.

    Prim 1957, Bell Syst. Tech. J. 36, 1389.
    """
    length = np.full(clusters.n_living, np.inf)  # of the shortest edge from the tree
    inside = np.zeros(len(length), dtype=np.intp)  # the tree's end of that edge
    edges, i = [], 0
    while clusters.n_living > 1:
        # Point i joins the tree.
        row = clusters.row(i)
        clusters.remove(i)
        length[i] = np.inf
        # To which points outside is i nearer than the tree was so far?
        closer = row < length
        np.copyto(length, row, where=closer)
        inside[closer] = clusters.ids[i]
        if (kept := clusters.shrink()) is not None:
            length, inside = length[kept], inside[kept]
        # The nearest point outside joins next.
        i = int(length.argmin())
        edges.append((inside[i], clusters.ids[i], length[i]))
    return edges


def nearest_neighbour_chain(clusters: Clusters) -> list[tuple]:
    """Merge along chains, each cluster the nearest of the one before; reducible only.

    At most 3 n rows are looked at. The merges are not in the order of the heights.
    Murtagh 1983, The Computer Journal 26, 354.
    """
    merges, chain = clusters.merges, []
    while clusters.n_living > 1:
        if clusters.shrink() is not None:
            chain = []  # a chain only saves work, so it may begin anew
        # Begin at the first living cluster.
        if not chain:
            chain = [int(clusters.dead.argmin())]
        # Which is the nearest of the last one?
        i = chain[-1]
        row = clusters.row(i)
        j = int(row.argmin())
        # subtle: at a tie go back; the merges of others may have made ties behind us,
        # so the chain could come to one of its own clusters and merge it
        if len(chain) > 1 and row[chain[-2]] == row[j]:
            # The last two are each other's nearest: they merge and leave the chain.
            j = chain[-2]
            merges.append((clusters.ids[i], clusters.ids[j], row[j]))
            clusters.merge(i, j)
            del chain[-2:]
        else:
            chain.append(j)
    return merges


def always_nearest_pair(clusters: Clusters) -> list[tuple]:
    """Always merge the two nearest clusters, whatever the linkage; merges in order."""
    n, merges = clusters.n_living, []
    distance, nearest = np.full(n, -np.inf), np.zeros(n, dtype=np.intp)
    exact = np.zeros(n, dtype=bool)  # False: distance is a lower bound only
    while clusters.n_living > 1:
        # The lowest distance is that of the nearest pair, once it is exact.
        i = int(distance.argmin())
        if not exact[i]:
            row = clusters.row(i)
            nearest[i], distance[i], exact[i] = row.argmin(), row.min(), True
            continue
        j = int(nearest[i])
        merges.append((clusters.ids[i], clusters.ids[j], distance[i]))
        # Whose nearest has merged keeps its distance as a bound.
        exact[np.flatnonzero((nearest == i) | (nearest == j))] = False
        # The union, in slot j, may be nearer to some than their nearest was.
        row = clusters.merge(i, j)
        closer = np.flatnonzero(row <= distance)
        distance[closer], nearest[closer], exact[closer] = row[closer], j, True
        distance[i] = np.inf
        distance[j], nearest[j], exact[j] = row.min(), row.argmin(), True
        if (kept := clusters.shrink()) is not None:
            # subtle: a neighbour that is gone gets any slot; such a one is not exact
            nearest = np.searchsorted(kept, nearest[kept]).clip(max=len(kept) - 1)
            distance, exact = distance[kept], exact[kept]
    return merges
