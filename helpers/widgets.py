"""The few interactive pieces of the chapters; each has a static twin.

In JupyterLab a slider redraws a picture. Where the environment variable HELPERS_FIGURES
names a folder, as in the report and the tests, nobody can move a slider: the twin, an
ordinary figure, is shown instead, so no widget is ever stored in a notebook.

Not handled: anything that the twin would not show as well.
"""

from __future__ import annotations

import html
import io
import os
from collections.abc import Callable

import ipywidgets
from IPython.display import display


def slider(
    n_steps: int, draw: Callable, words: Callable, twin: Callable, name: str = "step"
) -> None:
    """Show a slider over the steps of something; headless, its static twin.

    Parameters
    ----------
    n_steps : int
        The slider goes from 1 to this.
    draw : callable
        `draw(step)` returns the matplotlib Figure of a step.
    words : callable
        `words(step)` returns what is seen there, in plain text; it stands below the
        picture, also for readers who do not see it.
    twin : callable without arguments
        Shows the figure that takes the slider's place, by `plots.figure`.
    name : str
        What stands beside the slider.

    References
    ----------
    ipywidgets, https://ipywidgets.readthedocs.io

    Examples
    --------
    >>> import os
    >>> os.environ["HELPERS_FIGURES"] = "."
    >>> slider(3, draw=None, words=None, twin=lambda: print("all three steps"))
    all three steps
    >>> del os.environ["HELPERS_FIGURES"]
    """
    if os.environ.get("HELPERS_FIGURES"):
        twin()
    else:
        display(stepper(n_steps, draw, words, name))


def stepper(n_steps: int, draw: Callable, words: Callable, name: str = "step"):
    """Return the slider with its picture and its words, as one widget.

    Parameters
    ----------
    n_steps, draw, words, name
        As in `slider`.

    Returns
    -------
    ipywidgets.VBox
        Its children are the slider, the picture and the words.

    References
    ----------
    ipywidgets, https://ipywidgets.readthedocs.io

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> box = stepper(3, lambda step: Figure(), "merge {}".format)
    >>> box.children[0].value = 2
    >>> box.children[2].value
    '<pre>merge 2</pre>'
    """
    steps = ipywidgets.IntSlider(min=1, max=n_steps, value=1, description=name)
    picture, text = ipywidgets.Image(format="png"), ipywidgets.HTML()

    def show(change) -> None:
        buffer = io.BytesIO()
        draw(steps.value).savefig(buffer, format="png")
        picture.value = buffer.getvalue()
        text.value = f"<pre>{html.escape(words(steps.value))}</pre>"

    steps.observe(show, names="value")
    show(None)
    return ipywidgets.VBox([steps, picture, text])
