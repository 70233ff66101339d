"""How every picture looks, and how it is shown with its alt text and saved.

Where the environment variable HELPERS_FIGURES names a folder, `figure` saves there
what it shows; the bytes are the same each time.
"""

import io
import os
import platform
import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from IPython.display import display
from matplotlib import style
from matplotlib.figure import Figure

# Okabe & Ito's palette, safe for colour-blind readers, darkest first.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
# Strokes that tell lines apart without colour.
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
# One colour for data and one for what it is compared with, in all chapters.
DATA, REFERENCE = PALETTE[0], PALETTE[1]
# An alt text shorter than this says too little of what is seen.
SHORTEST_ALT = 40


def setup() -> None:
    """Fix how arrays, tables and pictures look; the first call of every chapter.

    Numbers are printed with 4 significant digits, so that another machine prints the
    same; the reader's own matplotlib settings are set aside.
    """
    np.set_printoptions(precision=4, suppress=True, linewidth=88)
    pd.set_option("display.float_format", "{:.4g}".format, "display.width", 88)
    mpl.rcdefaults()
    style.use(Path(__file__).with_name("style.mplstyle"))


def figure(fig: Figure, name: str, alt: str, caption: str = "") -> None:
    """Show a figure with its alt text, and save it if HELPERS_FIGURES names a folder.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; its PNG bytes are the same each time it is drawn.
    name : str
        The chapter's number and a word or two, such as "05-sse"; the file is
        `name`.png.
    alt : str
        What is seen, for readers who do not see the picture.
    caption : str
        The line below the picture on the pages and in the index of figures.

    Raises
    ------
    ValueError
        If the name is no plain file name, or the alt text says too little.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name):
        raise ValueError(
            f"The figure's name {name!r} must be words of small letters and digits "
            'joined by hyphens, beginning with the chapter, such as "05-sse".'
        )
    if len(alt) < SHORTEST_ALT:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt)} characters; say in a "
            f"sentence or two what is seen (at least {SHORTEST_ALT})."
        )
    # The PNG file tells its title, its alt text and what made it.
    notes = {"Title": name, "Description": alt, "Software": made_with()}
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", metadata=notes)
    png = buffer.getvalue()
    if folder := os.environ.get("HELPERS_FIGURES"):
        Path(folder, f"{name}.png").write_bytes(png)
    display(
        {"image/png": png, "text/plain": f"{name}: {alt}"},
        metadata={"image/png": {"alt": alt}, "figure": [name, caption]},
        raw=True,
    )


def made_with() -> str:
    """What decides the bytes of a picture: the drawing library and the platform."""
    return (
        f"matplotlib {mpl.__version__}, FreeType {mpl.ft2font.__freetype_version__}, "
        f"{platform.system()} {platform.machine()}"
    )
