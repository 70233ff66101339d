"""Pages made from the chapters: links of terms, anchors of errors, lists at the end."""

from __future__ import annotations

import csv

import pytest

from helpers import appendices
from helpers.report import PAGES, chapters, read
from tests.notebook_checks import SOURCES

GLOSSARY = (
    "# Glossary\n\n### Satellite\nA small galaxy.\n\n### Lance–Williams formula\n"
)


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": [source]}


def code(*tags, outputs=()):
    metadata = {"tags": list(tags)}
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": "",
        "outputs": list(outputs),
    }


def page(*cells):
    return appendices.page({"cells": list(cells)}, "02", GLOSSARY)["cells"]


def test_the_first_use_of_a_term_links_to_the_glossary():
    cells = page(text("Two *Satellites* and a satellite."), text("A satellite."))
    assert cells[0]["source"] == (
        "Two *[Satellites](glossary.md#satellite)* and a satellite."
    )
    assert cells[1]["source"] == "A satellite."


@pytest.mark.parametrize(
    "closed",
    [
        "`satellite`",
        "$satellite$",
        "$$\na\nsatellite\n$$",
        "[a satellite](x.md)",
        "## The satellite",
        "| a satellite |",
        "```\nsatellite\n```",
        "satellite-like",
        "(error-08)=",
    ],
)
def test_code_formulas_links_headings_and_other_words_stay(closed):
    cells = page(text(closed + "\n\nThen a satellite."))
    assert cells[0]["source"] == (
        closed + "\n\nThen a [satellite](glossary.md#satellite)."
    )


def test_a_term_broken_over_two_lines_is_found():
    source = page(text("by the Lance–Williams\nformula here"))[0]["source"]
    assert "](glossary.md#lancewilliams-formula)" in source


def test_the_title_begins_with_the_number():
    cells = page(text("# Ask a question\n\n# no title"), text("# comment"))
    assert cells[0]["source"].startswith("# 02 · Ask a question\n\n# no title")


def test_an_error_gets_one_anchor_before_its_first_cell():
    cells = page(code("error-08", "row-R03"), code("error-08"), code("error-33"))
    kinds = [cell["source"] for cell in cells]
    assert kinds == ["(error-08)=", "", "", "(error-33)=", ""]


def test_the_alt_text_goes_where_the_builder_looks():
    metadata = {"figure": ["02-x", "A caption."], "image/png": {"alt": "What is seen"}}
    cell = page(code(outputs=[{"metadata": metadata}]))[0]
    assert cell["metadata"]["mystnb"] == {
        "image": {"alt": "What is seen"},
        "figure": {"caption": "A caption.", "name": "02-x"},
    }


def test_the_list_of_errors_is_that_of_the_chapters():
    with (PAGES / "errors.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = [int(row["number"]) for row in rows]
    assert numbers == sorted({n for kinds in SOURCES.values() for n in kinds["error"]})
    assert all(row["says"].endswith(".") and row["source"] for row in rows)


def test_errors_are_listed_with_the_cell_that_shows_them():
    notebooks = {"02_x": {"cells": [code("error-08")]}, "03_y": {"cells": []}}
    listed = appendices.list_of_errors(PAGES / "errors.csv", notebooks)
    assert "[chapter 02](#error-08)" in listed
    assert "#error-33" not in listed


def test_a_work_is_listed_once_with_all_its_chapters():
    reading = (
        "## Further reading\n\n- Zed (2001), *T*,\n  [doi](u).\n- Abe (1990), b.\n"
    )
    notebooks = {"01_a": {"cells": [text(reading)]}, "04_b": {"cells": [text(reading)]}}
    assert appendices.list_of_works(notebooks).split("\n") == [
        "- Abe (1990), b. (chapter 01, 04)",
        "- Zed (2001), *T*, [doi](u). (chapter 01, 04)",
    ]


def test_the_answer_is_on_the_front_page(tmp_path):
    (tmp_path / "index.md").write_text("# T\n\n<!-- picture -->\n")
    metadata = {"figure": [appendices.FRONT, "C."], "image/png": {"alt": "Two maps"}}
    shown = {"metadata": metadata, "data": {"image/png": "UE5H"}}
    appendices.put_picture(tmp_path, {"07_x": {"cells": [code(outputs=[shown])]}})
    picture = tmp_path / f"{appendices.FRONT}.png"
    assert picture.read_bytes() == b"PNG"
    front = (tmp_path / "index.md").read_text()
    assert front == f"# T\n\n![Two maps]({picture.name})\n"


def test_the_front_page_lists_what_a_chapter_teaches_and_its_time(tmp_path):
    opening = (
        "# Count stars\n\n**What you will do.** Count.\n\n"
        "**What you will learn.** To count,\nand to stop.\n\n"
        "**What you need.** Fingers. About 5 minutes, and 4 more for the\nexercises."
    )
    (tmp_path / "index.md").write_text("Before.\n<!-- chapters -->\nAfter.\n")
    appendices.put_chapters(tmp_path, {"09_stars": {"cells": [text(opening)]}})
    assert (tmp_path / "index.md").read_text() == (
        "Before.\n- **[09 · Count stars](09_stars.ipynb)**. About 5 minutes, and 4 "
        "more for the exercises.\\\n  To count, and to stop.\nAfter.\n"
    )
    bare = appendices.chapter_in_short("09_stars", "No title.")
    assert bare == "- **[09 · 09_stars](09_stars.ipynb)**."


def test_figures_are_listed_with_the_number_of_the_report():
    row = {"file": "05-sse.png", "caption": "SSE.", "report_figure": "5"}
    assert "| [05-sse](#05-sse) | SSE. | 5 |" in appendices.list_of_figures([row])


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_chapter_uses_terms_of_the_glossary(path):
    glossary = (PAGES / "glossary.md").read_text(encoding="utf-8")
    made = appendices.page(read(path), path.stem[:2], glossary)
    sources = "".join("".join(cell["source"]) for cell in made["cells"])
    assert sources.count("](glossary.md#") >= 2
