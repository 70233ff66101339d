"""The interactive pieces: what they show live, and that a static stands for them."""

import ast
import io
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from helpers.course import notebooks, widgets
from tests import notebook_checks as checks

CONTROLS = {"slider", "chooser"}
CHAPTERS = [
    path
    for path in notebooks.chapters()
    if re.search(r"\b(slider|chooser)\(", path.read_text("utf-8"))
]


@pytest.fixture
def shown(monkeypatch):
    """What would be displayed in JupyterLab, whose server names the session."""
    monkeypatch.delenv("HELPERS_FIGURES", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "notebooks/05_kmeans.ipynb")
    found = []
    monkeypatch.setattr(widgets, "display", found.append)
    return found


def bar(*chosen) -> Figure:
    """A picture whose black width grows with the numbers among what is chosen."""
    fig = Figure(figsize=(1, 1), dpi=50)
    width = sum(v for v in chosen if isinstance(v, int)) / 10
    fig.add_axes((0, 0, width, 1)).set(facecolor="black", xticks=[], yticks=[])
    return fig


def say(*chosen) -> str:
    return "<" + ", ".join(map(str, chosen)) + ">"


def darkness(box) -> float:
    """Share of dark pixels in the picture of a widget."""
    pixels = np.asarray(Image.open(io.BytesIO(box.children[-2].value)).convert("L"))
    return (pixels < 128).mean()


def test_a_slider_redraws_picture_and_words(shown):
    widgets.slider(4, bar, say, static=None, name="merge")
    (box,) = shown
    control = box.children[0]
    assert (control.min, control.value, control.max) == (1, 1, 4)
    assert control.description == "merge"
    for step in (1, 3, 4, 2):
        control.value = step
        assert box.children[-1].value == f"<pre>&lt;{step}&gt;</pre>"
        assert darkness(box) == pytest.approx(step / 10, abs=0.03)


def test_a_range_makes_a_slider_with_its_ends_and_step(shown):
    widgets.chooser({"k": range(2, 13, 5)}, bar, say, static=None)
    control = shown[0].children[0]
    assert (control.min, control.max, control.step, control.value) == (2, 12, 5, 2)


def test_two_choices_are_passed_on_in_their_order(shown):
    choices = {"method": ["Ward", "single"], "features": ["3-D", "6-D"], "k": range(3)}
    widgets.chooser(choices, bar, say, static=None)
    (box,) = shown
    assert [c.description for c in box.children[:3]] == list(choices)
    assert box.children[-1].value == "<pre>&lt;Ward, 3-D, 0&gt;</pre>"
    box.children[1].value = "6-D"
    assert box.children[-1].value == "<pre>&lt;Ward, 6-D, 0&gt;</pre>"
    box.children[0].value = "single"
    box.children[2].value = 2
    assert box.children[-1].value == "<pre>&lt;single, 6-D, 2&gt;</pre>"
    assert darkness(box) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize("call", [
    lambda static: widgets.slider(3, None, None, static),
    lambda static: widgets.chooser({"k": [1]}, None, None, static),
])  # fmt: skip
@pytest.mark.parametrize("report", [True, False], ids=["the report", "no server"])
def test_headless_only_the_static_figure_is_shown(call, report, shown, monkeypatch):
    if report:
        monkeypatch.setenv("HELPERS_FIGURES", "somewhere")
    else:
        monkeypatch.delenv("JPY_SESSION_NAME")
    called = []
    call(lambda: called.append("static"))
    assert called == ["static"]
    assert shown == []


def names(node, context) -> set[str]:
    found = (n for n in ast.walk(node) if isinstance(n, ast.Name))
    return {n.id for n in found if isinstance(n.ctx, context)}


def used_when_moved(tree, functions) -> set[str]:
    """Names that a widget's cell, and the chapter's functions in it, look up."""
    used = names(tree, ast.Load)
    for name in used & functions.keys():
        own = {n.arg for n in ast.walk(functions[name]) if isinstance(n, ast.arg)}
        own |= names(functions[name], ast.Store)
        used |= names(functions[name], ast.Load) - own
    return used


def bound(tree) -> set[str]:
    """Names that a cell gives outside functions and comprehensions."""
    inner = (ast.FunctionDef, ast.Lambda, ast.comprehension)
    found, waiting = set(), list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if not isinstance(node, inner):
            waiting += ast.iter_child_nodes(node)
    return found


def rebound(cells) -> set[str]:
    """Names that widgets use and that a later cell gives to something else."""
    trees = [ast.parse(source) for source in cells]
    functions = {
        n.name: n for tree in trees for n in tree.body if isinstance(n, ast.FunctionDef)
    }
    found = set()
    for number, tree in enumerate(trees):
        if CONTROLS & names(tree, ast.Load):
            later = set().union(*map(bound, trees[number + 1 :]))
            found |= used_when_moved(tree, functions) & later
    return found


def test_a_rebound_name_is_seen():
    cells = ["data = [1]", "def draw(k, n=2):\n    return n * data[k]"]
    cells += ["slider(2, draw, lambda k: words[k], None)"]
    assert rebound([*cells, "n, other = 3, [data for data in cells]"]) == set()
    assert rebound([*cells, "data, words = [2], [3]"]) == {"data", "words"}


def test_there_are_chapters_with_widgets():
    assert CHAPTERS


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_widget_still_works_after_its_whole_chapter_has_run(path):
    cells = checks.code_cells(notebooks.read(path))
    assert rebound([checks.source(cell) for cell in cells]) == set()
