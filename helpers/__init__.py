"""Lost galaxies: the numeric core of the course, and what its chapters share.

What the chapters teach, from the stars to the answer:

    stars        the catalogue: load, standardize; its physics
    sampling     random samples, and whether they represent their population
    hopkins      is there anything to cluster?
    linkage      seven linkages: by hand, of thousands of points, of all stars
    kmeans       Lloyd's half-steps, k-means++, KMeans, gap statistic, silhouettes
    mixture      the E-step and the M-step, EM, GaussianMixture
    evaluation   clusters against the truth, and against each other
    galaxies     the rule of chapter 07: which stars fell in together?

What makes it run:

    fast         the same results in less time; arrays in, arrays out
    plots        how all pictures look; what several chapters draw
    course       packages, report, pages, lab, exercises, studies
    own_data     the whole route for a table of the reader's own
    _checks      what a door asks of its input
    __main__     the commands: python3 -m helpers

Imports go down only: `fast` knows nothing of what is taught, the plain steps know
nothing of `fast`, and nothing that is taught knows `course` or `own_data`. What belongs
to one chapter lies beside the notebooks, the recipe of the stars in experiments/.
"""
