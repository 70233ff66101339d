"""What all pictures of the course share; those of a chapter: notebooks/pictures/.

    shared   what several chapters draw: panels, lines, maps, trees
    style    how all pictures look, and how they are shown and saved
    steps    a picture with steps: play, step, slide

Every chapter begins with `setup()`, which fixes how numbers and pictures look, and
shows each picture by `figure()`, one with steps by `steps()`, with its texts from
notebooks/figures.toml.

Not handled: other formats than PNG.
"""

# how pictures look
from helpers.plots.style import DATA, LINES, MARKERS, PALETTE, REFERENCE, setup

# how they are shown and saved
from helpers.plots.steps import steps
from helpers.plots.style import SHORTEST_ALT, figure, made_with
