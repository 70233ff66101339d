"""A figure takes its texts from the file of texts, and says what they lack."""

import html
import io
import json
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from helpers import plots
from helpers.plots import style

ALT = "A straight line that rises to the right, over {n} <points>."


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """What would be displayed, with texts of our own; no figure is saved."""
    found = []
    texts = tmp_path / "figures.toml"
    texts.write_text(
        f'[a-line]\ncaption = """A\nline."""\nalt = """\n{ALT}"""\n'
        + '[a-word]\ncaption = "A word."\nalt = "Too short."\n'
        + '[a-half]\ncaption = "A half."\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(style, "TEXTS", texts)
    monkeypatch.setattr(
        style,
        "display",
        lambda data, metadata=None, raw=False: found.append((data, metadata or {})),
    )
    monkeypatch.delenv("HELPERS_FIGURES", raising=False)
    return found


def test_the_caption_stands_below_the_picture_with_the_alt_text(shown):
    plots.figure(Figure(), "a-line", n=3)
    (picture, kept), (below, of) = shown
    alt = ALT.format(n=3)
    assert picture["image/png"].startswith(b"\x89PNG")
    assert alt.encode() in picture["image/png"]
    assert picture["text/plain"] == f"a-line: {alt}"
    caption = "Figure a-1. A line."
    assert kept["figure"] == ["a-line", caption]
    assert kept["image/png"] == {"alt": alt, "width": 640}
    assert of == {"caption_of": "a-line"}
    assert below["text/plain"] == caption
    assert below["text/html"].startswith(f"<p><em>{caption}</em></p>\n<details>")
    assert "over 3 &lt;points&gt;.</p>" in below["text/html"]


def test_a_picture_has_twice_the_pixels_and_the_same_bytes_each_time(shown):
    fig = Figure(figsize=(4, 3))
    fig.subplots().plot([0, 1], [0, 1], color="red")
    plots.figure(fig, "a-line", n=3)
    plots.figure(fig, "a-line", n=3)
    (first, kept), _, (second, _), _ = shown
    assert first["image/png"] == second["image/png"]
    picture = Image.open(io.BytesIO(first["image/png"]))
    assert picture.size == (800, 600)
    assert kept["image/png"]["width"] == 400
    drawn = style.pixels(fig).astype(int)
    assert np.abs(np.asarray(picture.convert("RGB")) - drawn).max() < 10


@pytest.mark.parametrize(
    ("name", "number"), [("a-line", 1), ("b-word", 1), ("a-half", 2)]
)
def test_figures_are_numbered_in_the_order_of_the_file(shown, name, number):
    text = style.TEXTS.read_text(encoding="utf-8").replace("a-word", "b-word")
    style.TEXTS.write_text(text, encoding="utf-8")
    assert style.numbered(name) == f"Figure {name[0]}-{number}"


def test_a_changed_file_of_texts_is_read_again(shown):
    plots.figure(Figure(), "a-line", n=3)
    text = style.TEXTS.read_text(encoding="utf-8").replace("A\nline.", "Another line.")
    style.TEXTS.write_text(text, encoding="utf-8")
    plots.figure(Figure(), "a-line", n=3)
    assert shown[-1][0]["text/plain"] == "Figure a-1. Another line."


@pytest.mark.parametrize(
    ("name", "values", "sentence"),
    [
        ("a-circle", {}, "Figure 'a-circle' lacks its texts: give figures.toml"),
        ("a-half", {}, "Figure 'a-half' lacks its texts"),
        ("a-line", {}, r"ask for the values \['n'\], but plots.figure was given \[\]."),
        ("a-line", {"n": 3, "k": 4}, r"was given \['k', 'n'\]."),
        ("a-word", {}, "of figure a-word has 10 characters; say in a sentence or two"),
    ],
)
def test_what_is_wrong_with_the_texts_is_said_in_one_sentence(
    shown, name, values, sentence
):
    with pytest.raises(ValueError, match=sentence):
        plots.figure(Figure(), name, **values)
    assert shown == []


def frame(title: str, size=(1, 1), shade=0.5) -> Figure:
    """A grey frame with a title of its own."""
    fig = Figure(figsize=size, dpi=50, facecolor=str(shade))
    fig.suptitle(title)
    return fig


def test_frames_become_a_grid_and_a_player_with_their_titles(shown):
    shades = [0.2, 0.4, 0.6]
    frames = [frame(f"Step <{shade}>", shade=shade) for shade in shades]
    plots.steps(frames, "a-line", 2, n=3)
    (picture, _), (player, kept), (below, of) = shown
    grid = np.asarray(Image.open(io.BytesIO(picture["image/png"])).convert("L"))
    corners = grid[::200, ::200] / 255
    assert corners == pytest.approx(np.array([[0.2, 0.4], [0.6, 1.0]]), abs=0.01)
    assert (kept, of) == ({}, {"caption_of": "a-line"})
    labels = re.search('data-labels="([^"]*)"', player["text/html"])[1]
    assert json.loads(html.unescape(labels)) == [f"Step <{shade}>" for shade in shades]
    assert 'data-columns="2" data-width="100"' in player["text/html"]


@pytest.mark.parametrize(
    ("frames", "sentence"),
    [
        ([frame("a"), Figure(figsize=(1, 1), dpi=50)], "Frame 2 has no title"),
        ([frame("a"), frame("b", (2, 1))], r"given \[\(200, 200\), \(200, 400\)\]"),
    ],
    ids=["title", "size"],
)
def test_frames_without_titles_or_of_two_sizes_are_refused(shown, frames, sentence):
    with pytest.raises(ValueError, match=sentence):
        plots.steps(frames, "a-line", n=3)
    assert shown == []
