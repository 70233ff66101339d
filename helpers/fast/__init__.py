"""The same in less time: arrays in, arrays out; no checks, and nothing of teaching.

threads      fixed blocks in threads: the same bytes with any number of them
hamerly      k-means: the same half-steps, most distances left out
em_pass      E-step and M-step of a mixture in one pass over blocks
rows         merging thousands of clusters over the rows of their distances
neighbours   nearest neighbours from k-d trees
boruvka      the minimum spanning tree of many points: single linkage
ward         Ward linkage of many points by rounds of mutual nearest neighbours
union_find   from merges of points to the linkage matrix
"""
