"""The few interactive pieces of the chapters; each has a static picture too.

In JupyterLab a slider or a list redraws a picture and the words below it. Elsewhere
nobody can move a slider (papermill, nbval, nbconvert, the report): an ordinary figure
is shown instead, so none of them ever stores a widget in a notebook.

Not handled: anything that the figure would not show as well; long computations; front
ends that start kernels without a Jupyter server (they get the figure).
"""

import html
import io
import os
from collections.abc import Callable, Mapping, Sequence

import ipywidgets
from IPython.display import display


def slider(
    n_steps: int, draw: Callable, words: Callable, static: Callable, name: str = "step"
) -> None:
    """Show a slider, called `name`, over the steps 1 to `n_steps` of something.

    `draw`, `words` and `static` are as in `chooser`.

    >>> slider(3, draw=None, words=None, static=lambda: print("all three steps"))
    all three steps
    """
    chooser({name: range(1, n_steps + 1)}, draw, words, static)


def chooser(
    choices: Mapping[str, Sequence], draw: Callable, words: Callable, static: Callable
) -> None:
    """Show a control for each choice, and what is chosen; headless, the static figure.

    Parameters
    ----------
    choices : mapping
        What stands beside each control, and its values: a range makes a slider, other
        values make a list. The first of each are shown first.
    draw : callable
        `draw(*chosen)` returns the matplotlib Figure of one value of each.
    words : callable
        `words(*chosen)` returns what is seen there, in plain text; it stands below the
        picture, also for readers who do not see it.
    static : callable without arguments
        Shows the figure that takes the controls' place, by `plots.figure`.

    Notes
    -----
    `draw` and `words` are called again long after their cell: no later cell may give
    the names that they use to something else.
    """
    if live():
        display(_panel(choices, draw, words))
    else:
        static()


def live() -> bool:
    """Whether a person sits before this kernel: a Jupyter server gave it a session.

    The one rule for all: the report names a folder in HELPERS_FIGURES, and papermill,
    nbval and nbconvert start kernels without a server.
    """
    return "JPY_SESSION_NAME" in os.environ and "HELPERS_FIGURES" not in os.environ


def _panel(choices: Mapping[str, Sequence], draw: Callable, words: Callable):
    """The controls, in their order, then the picture and its words, as one widget."""
    controls = [_control(name, values) for name, values in choices.items()]
    # No picture is wider than its cell, and none is blown up to the cell's width.
    fit = {"max_width": "100%", "align_self": "flex-start"}
    picture = ipywidgets.Image(format="png", layout=fit)
    text = ipywidgets.HTML()

    def show(change) -> None:
        chosen = [control.value for control in controls]
        buffer = io.BytesIO()
        draw(*chosen).savefig(buffer, format="png")
        picture.value = buffer.getvalue()
        text.value = f"<pre>{html.escape(words(*chosen))}</pre>"

    for control in controls:
        control.observe(show, names="value")
    show(None)
    return ipywidgets.VBox([*controls, picture, text])


def _control(name: str, values: Sequence):
    """A slider for a range, a list for other values."""
    if not isinstance(values, range):
        return ipywidgets.Dropdown(options=values, description=name)
    low, high, step = values[0], values[-1], values.step
    return ipywidgets.IntSlider(low, low, high, step, description=name)
