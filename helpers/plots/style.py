"""How every picture looks, and how it is shown with its texts and saved.

Captions and alt texts stand in notebooks/figures.toml. Where the environment variable
HELPERS_FIGURES names a folder, `figure` saves there what it shows; the bytes are the
same each time. A picture has twice the pixels that it takes on the screen, for phones
and for print, and 256 colours, so that it stays small.
"""

import html
import io
import os
import platform
import string
import tomllib
from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import PIL
from IPython.display import display
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from helpers.course.notebooks import NOTEBOOKS

TEXTS = NOTEBOOKS / "figures.toml"
# Okabe & Ito's palette, safe for colour-blind readers, darkest first.
PALETTE = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
# Strokes that tell lines apart without colour.
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))]
# One colour for data and one for what it is compared with, in all chapters.
DATA, REFERENCE = PALETTE[0], PALETTE[1]
# Pixels of a picture for one of the screen, where an inch has a hundred.
SHARPNESS = 2
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


def figure(fig: Figure, name: str, /, **values) -> None:
    """Show a figure, its caption below it, and save it if HELPERS_FIGURES says where.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; its PNG bytes are the same each time it is drawn.
    name : str
        Its table in notebooks/figures.toml, such as "05-sse"; the file is `name`.png.
    **values
        What the caption and the alt text name in braces: `k=3` for "{k} clusters".

    Raises
    ------
    ValueError
        If the figure has no texts, if a value is missing or one too many, or if the
        alt text says too little.
    """
    caption, alt = captioned(name, values)
    show(pixels(fig), name, caption, alt)


def pixels(fig: Figure) -> np.ndarray:
    """A figure as it is saved: rows of pixels, each with red, green and blue."""
    fig.set_dpi(100 * SHARPNESS)  # not by savefig, which would draw it twice
    buffer, (width, height) = FigureCanvasAgg(fig).print_to_buffer()
    return np.frombuffer(buffer, np.uint8).reshape(height, width, 4)[:, :, :3]


def png(pixels: np.ndarray, name: str, alt: str) -> bytes:
    """A PNG file that tells of itself: its title, its alt text and what made it."""
    told = PngImagePlugin.PngInfo()
    notes = {"Title": name, "Description": alt, "Software": made_with()}
    for key, text in notes.items():
        told.add_text(key, text)
    buffer = io.BytesIO()
    picture = Image.fromarray(pixels).quantize(256, Image.Quantize.MAXCOVERAGE)
    picture.save(buffer, format="png", compress_level=7, pnginfo=told)
    return buffer.getvalue()


def show(pixels, name: str, caption: str, alt: str, below: str = "") -> None:
    """Show a picture with `below` (HTML) and its texts below it; save it if asked."""
    file = png(pixels, name, alt)
    if folder := os.environ.get("HELPERS_FIGURES"):
        Path(folder, f"{name}.png").write_bytes(file)
    size = {"alt": alt, "width": pixels.shape[1] // SHARPNESS}
    display(
        {"image/png": file, "text/plain": f"{name}: {alt}"},
        metadata={"image/png": size, "figure": [name, caption]},
        raw=True,
    )
    if below:
        display({"text/html": below, "text/plain": ""}, raw=True)
    # JupyterLab shows neither the caption nor the alt text of a picture.
    texts = f"<p><em>{html.escape(caption)}</em></p>\n<details><summary>The picture "
    texts += f"in words</summary>\n<p>{html.escape(alt)}</p></details>"
    display(
        {"text/html": texts, "text/plain": caption},
        metadata={"caption_of": name},
        raw=True,
    )


def captioned(name: str, values: dict) -> tuple[str, str]:
    """Caption, with number, and alt text of a figure, with the values of the run."""
    texts = read_texts()
    if not {"caption", "alt"} <= texts.get(name, {}).keys():
        raise ValueError(
            f"Figure {name!r} lacks its texts: give {TEXTS.name}, in the folder of the "
            f"notebooks, a table [{name}] with a caption and an alt."
        )
    # A text may be broken into lines anywhere.
    caption, alt = (" ".join(texts[name][key].split()) for key in ("caption", "alt"))
    asked = fields(caption) | fields(alt)
    if asked != values.keys():
        raise ValueError(
            f"The texts of figure {name} ask for the values {sorted(asked)}, but "
            f"plots.figure was given {sorted(values)}."
        )
    caption, alt = caption.format(**values), alt.format(**values)
    if len(alt) < SHORTEST_ALT:
        raise ValueError(
            f"The alt text of figure {name} has {len(alt)} characters; say in a "
            f"sentence or two what is seen (at least {SHORTEST_ALT})."
        )
    return f"{numbered(name)}. {caption}", alt


def numbered(name: str) -> str:
    """What a figure is called: "Figure 05-2", the second of chapter 05 in the file."""
    chapter = name.partition("-")[0]
    names = [each for each in read_texts() if each.partition("-")[0] == chapter]
    return f"Figure {chapter}-{names.index(name) + 1}"


def fields(text: str) -> set[str]:
    """The values that a text names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def read_texts() -> dict[str, dict[str, str]]:
    """The captions and alt texts, by figure; read again when their file has changed."""
    return parsed(TEXTS, TEXTS.stat().st_mtime_ns)


@cache
def parsed(path: Path, _changed: int) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def made_with() -> str:
    """What decides the bytes of a picture: the drawing libraries and the platform."""
    return (
        f"matplotlib {mpl.__version__}, FreeType {mpl.ft2font.__freetype_version__}, "
        f"Pillow {PIL.__version__}, {platform.system()} {platform.machine()}"
    )
