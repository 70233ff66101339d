"""Three ways to merge thousands of clusters, each over the rows of their distances.

`prim` grows a minimum spanning tree, which is single linkage (Prim 1957, Bell Syst.
Tech. J. 36, 1389). `chain` goes from nearest neighbour to nearest neighbour until two
clusters are each other's nearest; these may merge at once where the linkage is
reducible (Murtagh 1983, The Computer Journal 26, 354). `generic` works for every
linkage: each cluster keeps a lower bound of the distance to its nearest, and only the
lowest bound is ever made good (Müllner 2011, arXiv:1109.2378, Figure 4, with an array
in place of the heap). Each step is a few passes of NumPy over a row.

Not handled: input checks (see `linkage.py`); weights.
"""

from __future__ import annotations

import numpy as np

from helpers.cluster_rows import Clusters


def prim(clusters: Clusters) -> list[tuple]:
    """Edges of a minimum spanning tree: always the shortest that leaves the tree.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot; used up.

    Returns
    -------
    list of (int, int, float)
        A point inside the tree, the point outside that joined it, their distance.
    """
    near = np.full(clusters.n_living, np.inf)
    inside = np.zeros(len(near), dtype=np.intp)  # the tree's point nearest to each
    edges, i = [], 0
    while clusters.n_living > 1:
        row = clusters.row(i)
        clusters.remove(i)
        near[i] = np.inf
        closer = row < near
        np.copyto(near, row, where=closer)
        inside[closer] = clusters.ids[i]
        if (kept := clusters.shrink()) is not None:
            near, inside = near[kept], inside[kept]
        i = int(near.argmin())
        edges.append((inside[i], clusters.ids[i], near[i]))
    return edges


def chain(clusters: Clusters) -> list[tuple]:
    """Merge by nearest-neighbour chains; at most 3 n rows are looked at.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot, under a reducible linkage; used up.

    Returns
    -------
    list of (int, int, float)
        For each merge a point of either cluster, and the distance. Not in the order of
        the heights.
    """
    merges, path = [], []
    while clusters.n_living > 1:
        if clusters.shrink() is not None:
            path = []  # a path only saves work, so it may begin anew
        if not path:
            path = [int(clusters.living.argmax())]
        i = path[-1]
        row = clusters.row(i)
        j = int(row.argmin())
        # subtle: at a tie go back; the merges of others may have made ties behind us,
        # so the path could come to one of its own clusters and merge it
        if len(path) > 1 and row[path[-2]] == row[j]:
            j = path[-2]
            merges.append((clusters.ids[i], clusters.ids[j], row[j]))
            clusters.merge(i, j)
            del path[-2:]
        else:
            path.append(j)
    return merges


def generic(clusters: Clusters) -> list[tuple]:
    """Always merge the two nearest clusters, whatever the linkage.

    Parameters
    ----------
    clusters : Clusters
        All points, one a slot; used up.

    Returns
    -------
    list of (int, int, float)
        For each merge, in order, a point of either cluster, and the distance.
    """
    near, at = _nearest(clusters)
    fresh = np.ones(len(near), dtype=bool)  # False: near is only a lower bound
    merges = []
    while clusters.n_living > 1:
        i = int(near.argmin())
        if not fresh[i]:
            row = clusters.row(i)
            at[i], near[i], fresh[i] = row.argmin(), row.min(), True
            continue
        j = int(at[i])
        merges.append((clusters.ids[i], clusters.ids[j], near[i]))
        fresh[np.flatnonzero((at == i) | (at == j))] = False
        row = clusters.merge(i, j)
        closer = np.flatnonzero(row <= near)
        near[closer], at[closer], fresh[closer] = row[closer], j, True
        near[i], near[j], at[j], fresh[j] = np.inf, row.min(), row.argmin(), True
        if (kept := clusters.shrink()) is not None:
            # subtle: a neighbour that is gone gets any slot; such a one is not fresh
            at = np.searchsorted(kept, at[kept]).clip(max=len(kept) - 1)
            near, fresh = near[kept], fresh[kept]
    return merges


def from_merges(a, b, heights, sort: bool = True) -> np.ndarray:
    """Return the linkage matrix of merges that are told by any member of each side.

    Parameters
    ----------
    a, b : ndarray of shape (n_samples - 1,), int
        A point of either cluster, such as the two ends of a spanning tree's edge.
    heights : ndarray of shape (n_samples - 1,)
        The distances of the clusters that merge, in any unit.
    sort : bool
        Put the merges in order of height; equal heights keep their order.

    Returns
    -------
    ndarray of shape (n_samples - 1, 4)
        The linkage matrix Z.

    References
    ----------
    Müllner 2011, arXiv:1109.2378, Figure 5.

    Examples
    --------
    >>> from_merges(np.array([2, 0]), np.array([1, 1]), np.array([2.0, 1.0]))
    array([[0., 1., 1., 2.],
           [2., 3., 2., 3.]])
    """
    order = np.argsort(heights, kind="stable") if sort else np.arange(len(heights))
    n = len(heights) + 1
    parent, sizes, sides = list(range(2 * n - 1)), [1] * n, []
    for new, (p, q) in enumerate(np.column_stack([a, b])[order].tolist(), n):
        p, q = sorted((_root(parent, p), _root(parent, q)))
        parent[p] = parent[q] = new
        sizes.append(sizes[p] + sizes[q])
        sides.append((p, q))
    return np.column_stack([np.array(sides, dtype=float), heights[order], sizes[n:]])


def _nearest(clusters: Clusters) -> tuple[np.ndarray, np.ndarray]:
    """The distance of each cluster to its nearest, and which that is."""
    near, at = np.empty(clusters.n_living), np.empty(clusters.n_living, dtype=np.intp)
    for i in range(clusters.n_living):
        row = clusters.row(i)
        at[i] = row.argmin()
        near[i] = row[at[i]]
    return near, at


def _root(parent: list[int], i: int) -> int:
    """The cluster that i is in now; halves the way for those who ask later."""
    while parent[i] != i:
        parent[i] = i = parent[parent[i]]
    return i
