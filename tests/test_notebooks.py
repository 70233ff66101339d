"""Every chapter, executed once: outputs, figures, form and coverage."""

import csv

import pytest

from helpers.course import notebooks
from tests import notebook_checks as checks

CHAPTERS = notebooks.chapters()
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def test_there_are_chapters_and_all_are_planned():
    assert CHAPTERS
    assert {path.stem[:2] for path in CHAPTERS} <= checks.SOURCES.keys()


@each_chapter
def test_a_fresh_run_gives_the_stored_outputs_and_figures(path, tmp_path):
    assert checks.rerun(path, tmp_path) == ""
    assert checks.pictures(path, tmp_path, notebooks.FIGURES) == []


@each_chapter
def test_stored_outputs_are_complete(path):
    assert checks.outputs(notebooks.read(path)) == []


@each_chapter
def test_the_fixed_form_is_kept(path):
    assert checks.form(notebooks.read(path)) == []
    assert checks.sizes(path) == []


@each_chapter
def test_rows_errors_and_figures_of_the_sources_are_treated(path):
    assert checks.coverage(notebooks.read(path), path.stem[:2]) == []


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
