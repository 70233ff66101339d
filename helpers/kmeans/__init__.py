"""k-means: nearest centres, the estimator, how many clusters, silhouettes."""

# the nearest centres, and where to start
from helpers.kmeans.doors import assign, starting_points

# the estimator, and from how many distances on it takes the short way
from helpers.kmeans.estimator import FAST_FROM_DISTANCES, KMeans

# how many clusters
from helpers.kmeans.how_many import gap_statistic, stability

# how well each point fits its cluster
from helpers.kmeans.silhouette import mean_silhouettes, silhouette_samples
