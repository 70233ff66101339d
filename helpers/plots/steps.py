"""A picture with steps, such as the merges of a tree: play it, step, or slide.

The frames are kept as one picture, a grid that prints well. Where scripts run, in
JupyterLab and on the pages, `steps.js` shows one frame of it at a time; it needs no
kernel and no network. Elsewhere the grid stands as it is.
"""

import html
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from helpers.plots import style

PLAYER = """<div class="steps" data-columns="{columns}" data-width="{width}"
data-labels="{labels}"></div>

<script>
{script}</script>"""


def steps(frames: Sequence[Figure], name: str, columns: int = 2, /, **values) -> None:
    """Show the frames of a picture one at a time; print and `figures/` have them all.

    Parameters
    ----------
    frames : sequence of matplotlib.figure.Figure
        Figures of one size, in order; each one's title says what has happened.
    name : str
        As in `figure`: its texts in notebooks/figures.toml.
    columns : int, default=2
        Frames beside each other in the grid.
    **values
        What the caption and the alt text name in braces.

    Raises
    ------
    ValueError
        If a frame has no title or another size, or as in `figure`.
    """
    caption, alt = style.captioned(name, values)
    labels = [title(frame, number) for number, frame in enumerate(frames, 1)]
    picture = grid(frames, columns)
    player = PLAYER.format(
        columns=columns,
        width=picture.shape[1] // columns // style.SHARPNESS,
        labels=html.escape(json.dumps(labels, ensure_ascii=False)),
        script=Path(__file__).with_suffix(".js").read_text("utf-8"),
    )
    style.show(picture, name, caption, alt, player)


def title(frame: Figure, number: int) -> str:
    """The title of a frame: that of the figure, or of its first axes."""
    of_axes = [ax.get_title(loc) for ax in frame.axes for loc in ("left", "center")]
    for text in [frame.get_suptitle(), *of_axes]:
        if text:
            return " ".join(text.split())
    raise ValueError(f"Frame {number} has no title; say in it what has happened.")


def grid(frames: Sequence[Figure], columns: int) -> np.ndarray:
    """The frames side by side as one picture, row by row, on white."""
    pictures = [style.pixels(frame) for frame in frames]
    sizes = [picture.shape[:2] for picture in pictures]
    if len(set(sizes)) != 1:
        raise ValueError(f"All frames must have one size in pixels; given {sizes}.")
    blank = np.full_like(pictures[0], 255)
    pictures += [blank] * (-len(pictures) % columns)
    rows = [pictures[i : i + columns] for i in range(0, len(pictures), columns)]
    return np.vstack([np.hstack(row) for row in rows])
