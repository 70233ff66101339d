"""Every chapter, executed once: outputs, figures, form and coverage."""

import csv
import re

import pytest

from helpers import plots
from helpers.course import notebooks
from tests import chapter_form
from tests import notebook_checks as checks

CHAPTERS = notebooks.chapters()
NOTEBOOKS = [*CHAPTERS, notebooks.NOTEBOOKS / "own_data.ipynb"]
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)

UNNEEDED = [
    "There must be one cell tagged `parameters`.",
    "plots.setup() is not called.",
]
"""What questions alone, which compute and draw nothing, can do without."""


def test_there_are_chapters_and_all_are_planned():
    assert CHAPTERS
    assert {notebooks.short(path.stem) for path in CHAPTERS} <= checks.SOURCES.keys()


@each_chapter
def test_a_fresh_run_gives_the_stored_outputs_and_figures(path, tmp_path):
    assert checks.rerun(path, tmp_path) == ""
    assert checks.pictures(path, tmp_path, notebooks.FIGURES) == []


@each_chapter
def test_stored_outputs_are_complete(path):
    assert checks.outputs(notebooks.read(path)) == []


@each_chapter
def test_the_fixed_form_is_kept(path):
    chapter = notebooks.short(path.stem)
    lacks = UNNEEDED if chapter == "readiness" else []
    assert checks.form(notebooks.read(path)) == lacks
    assert checks.sizes(path) == []


@each_chapter
def test_a_chapter_is_short_and_its_names_keep_their_meaning(path):
    notebook, chapter = notebooks.read(path), notebooks.short(path.stem)
    assert chapter_form.printed(notebook) == []
    if chapter.isdigit():  # the others are to look up, not to read in one go
        assert chapter_form.length(notebook, chapter) == []
        assert chapter_form.names(notebook) == []


@each_chapter
def test_every_number_in_the_prose_has_a_ground(path):
    found = chapter_form.unproved(notebooks.read(path))
    assert found == chapter_form.exceptions(notebooks.short(path.stem))


@each_chapter
def test_rows_errors_and_figures_of_the_sources_are_treated(path):
    assert checks.coverage(notebooks.read(path), notebooks.short(path.stem)) == []


def test_the_index_lists_every_figure_as_the_notebooks_do():
    with (notebooks.FIGURES / "index.csv").open(encoding="utf-8", newline="") as file:
        index = list(csv.DictReader(file))
    expected = [
        row
        for path in CHAPTERS
        for row in notebooks.pictures(notebooks.read(path), path.stem)
    ]
    assert index == expected
    there = {path.name for path in notebooks.FIGURES.glob("*.png")}
    assert there == {row["file"] for row in index}


def test_every_figure_has_its_texts_and_all_texts_are_used():
    cells = [
        cell for path in NOTEBOOKS for cell in checks.code_cells(notebooks.read(path))
    ]
    assert checks.figure_texts(plots.style.read_texts(), cells) == []


@each_notebook
def test_stored_captions_and_alt_texts_are_those_of_the_file(path):
    texts = plots.style.read_texts()
    for row in notebooks.pictures(notebooks.read(path), path.stem):
        name = row["file"].removesuffix(".png")
        for key, begins in (
            ("caption", plots.style.numbered(name) + ". "),
            ("alt", ""),
        ):
            text = begins + " ".join(texts[name][key].split())
            fixed = map(re.escape, re.split(r"{.*?}", text))
            assert re.fullmatch(".+".join(fixed), row[key])


@each_notebook
def test_every_number_of_a_caption_or_an_alt_text_has_a_ground(path):
    texts = plots.style.read_texts()
    found = checks.unproved(notebooks.read(path), texts)
    assert found == checks.exceptions(path.stem)
