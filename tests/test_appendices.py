"""Pages made from the chapters: links of terms, anchors of errors, lists at the end."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest

from helpers.course import pages
from helpers.course.notebooks import PAGES, ROOT, chapters, read, short
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
    return pages.page({"cells": list(cells)}, "02", GLOSSARY)["cells"]


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


def test_one_of_several_phrases_for_a_term_is_linked_and_titles_of_works_are_not():
    glossary = "### Tie\n% also: draw, ties in a matrix\nTwo equal distances.\n"
    cells = [text("A draw, a tie.\n\n## Further reading\n\n- *The tie*.")]
    made = pages.page({"cells": cells}, "02", glossary)["cells"]
    assert made[0]["source"] == (
        "A [draw](glossary.md#tie), a tie.\n\n## Further reading\n\n- *The tie*."
    )


def test_each_term_of_the_glossary_is_used_and_linked_to_its_heading():
    glossary = (PAGES / "glossary.md").read_text(encoding="utf-8")
    anchors = set(pages.terms_of(glossary).values())
    assert len(anchors) == len(re.findall("^### ", glossary, flags=re.MULTILINE))
    linked = set()
    for path in chapters():
        for cell in pages.page(read(path), short(path.stem), glossary)["cells"]:
            source = "".join(cell["source"])
            linked.update(re.findall(r"\]\(glossary\.md#([^)]+)\)", source))
    assert linked == anchors


def test_the_title_begins_with_the_number():
    cells = page(text("# Ask a question\n\n# no title"))
    assert cells[0]["source"] == (
        "# 02 · Ask a question\n\n[Download this chapter as a notebook]"
        "(path:to_download/02.ipynb)\n\n# no title"
    )


@pytest.mark.parametrize(
    ("tag", "folded", "opened"),
    [
        ("solution", "Solution", "Solution"),
        ("hide-output", "Show the output", "The output"),
    ],
)
def test_a_folded_cell_says_what_it_folds(tag, folded, opened):
    prompts = {"code_prompt_show": folded, "code_prompt_hide": opened}
    assert page(code(tag))[0]["metadata"]["mystnb"] == prompts


def test_an_error_gets_one_anchor_before_its_first_cell():
    cells = page(code("error-08", "row-R03"), code("error-08"), code("error-33"))
    kinds = [cell["source"] for cell in cells]
    assert kinds == ["(error-08)=", "", "", "(error-33)=", ""]


def test_caption_and_alt_text_go_where_the_builder_looks_and_stand_once():
    metadata = {"figure": ["02-x", "A caption."], "image/png": {"alt": "What is seen"}}
    shown = [{"metadata": metadata}, {"metadata": {"caption_of": "02-x"}}, {"text": ""}]
    cell = page(code(outputs=shown))[0]
    assert cell["metadata"]["mystnb"] == {
        "image": {"alt": "What is seen"},
        "figure": {"caption": "A caption.", "name": "02-x"},
    }
    assert cell["outputs"] == [shown[0], shown[2]]


def test_each_error_is_listed_with_the_chapter_that_shows_it():
    shown = {}
    for path in chapters():
        for cell in read(path)["cells"]:
            for tag in cell["metadata"].get("tags", []):
                if tag.startswith("error-"):
                    shown[tag] = short(path.stem)
    page = (PAGES / "errors.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\d+) \| (?:\w.*) \| \w.*\. \| \[(?:chapter )?(\w+)\]\(#(.*)\) \|$",
        page,
        flags=re.MULTILINE,
    )
    numbers = [int(number) for number, _, _ in rows]
    assert numbers == sorted({n for kinds in SOURCES.values() for n in kinds["error"]})
    for number, chapter, tag in rows:
        assert tag == f"error-{int(number):02d}"
        assert shown[tag] == chapter


def works() -> dict[str, tuple[str, str]]:
    """The works of the page of references, each with its place and its link."""
    page = (PAGES / "references.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("- ")]
    form = r"- (.+? \(\d{4}\)), \*(.+?)\*, (.+?)(?:, \[.+?\]\((http\S+)\))?\."
    found = [re.fullmatch(form, line) for line in lines]
    assert all(found)
    names = [each[1] for each in found]
    assert len(set(names)) == len(names)
    return {each[1]: (each[3], each[4]) for each in found}


NAME = r"\b[A-ZÀ-Ž][\w-]+"
CITED = re.compile(
    rf"((?:{NAME}, )*{NAME}(?: & (?:de )?{NAME}| et al\.)?) \(?((?:1[89]|20)\d\d)\b"
    r"(?:\)?, ([A-Z][^:;(]{0,40} \d+(?:\(\d+\))?, [A-Z]?\d+))?"
)


PARTS = ["helpers", "experiments", "notebooks"]


def cited():
    """The texts that name works: the code, further reading of chapters and teachers."""
    for name in ("TEACHING.md", "README.md"):
        yield name, (ROOT / name).read_text(encoding="utf-8")
    for path in sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        sources = ["".join(cell["source"]) for cell in read(path)["cells"]]
        yield path.name, "".join(s.partition("## Further reading")[2] for s in sources)


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=name) for name, text in cited()]
)
def test_a_work_is_cited_as_in_the_list_of_references(text):
    known = works()
    links = re.findall(r"\]\((https?://\S+)\)\.$", text, flags=re.MULTILINE)
    assert set(links) <= {link for _, link in known.values()}
    for authors, year, where in CITED.findall(" ".join(text.split())):
        published, _ = known[f"{authors} ({year})"]
        if where:
            volume, page = re.search(r"(\d+)(?:\(\d+\))?, (\w+)$", where).groups()
            assert published.endswith(f" {volume}, {page}")


def plain(text):
    """A text on one line, without brackets round years."""
    return " ".join(re.sub(r"[()]", "", text).split())


def test_each_work_of_the_list_is_named_somewhere():
    texts = [text for _, text in cited()]
    for path in [*PAGES.glob("*.md"), *chapters()]:
        if path.name != "references.md":
            texts.append(path.read_text(encoding="utf-8"))
    named = "\n".join(map(plain, texts))
    assert [work for work in works() if plain(work) not in named] == []


def test_the_answer_is_on_the_front_page(tmp_path):
    (tmp_path / "index.md").write_text("# T\n\n<!-- picture -->\n")
    about = {"alt": "Two maps", "width": 800}
    metadata = {"figure": [pages.FRONT, "C."], "image/png": about}
    shown = {"metadata": metadata, "data": {"image/png": "UE5H"}}
    front = tmp_path / "index.md"
    pages.write_front(front, {"07_x": {"cells": [code(outputs=[shown])]}})
    picture = tmp_path / f"{pages.FRONT}.png"
    assert picture.read_bytes() == b"PNG"
    assert front.read_text() == (
        f"# T\n\n```{{image}} {picture.name}\n:alt: Two maps\n:width: 800px\n```\n"
    )


def test_the_front_page_lists_the_chapters_as_the_readme_does():
    def rows(text):
        table = re.search(r"^\| \| chapter \|.*?\n\n", text, flags=re.M | re.S)[0]
        return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", table)

    front = (PAGES / "index.md").read_text(encoding="utf-8")
    assert rows(front) == rows((ROOT / "README.md").read_text(encoding="utf-8"))
    assert all(f"]({path.name})" in front for path in chapters())


def test_what_moves_a_picture_stands_in_a_cell_of_its_own_on_the_page():
    player = {"data": {"text/html": ['<div class="steps"></div>\n']}, "metadata": {}}
    texts = {"figure": ["01-a", "Steps."], "image/png": {"alt": "Two steps."}}
    shown = {"metadata": texts, "data": {"image/png": "UE5H"}}
    cells = pages.page({"cells": [code(outputs=[shown, player])]}, "01", "")["cells"]
    assert cells[0]["outputs"] == [shown]
    assert cells[1]["source"] == player["data"]["text/html"][0]


def test_figures_are_listed_with_the_number_of_the_report():
    caption = "Figure 05-2. SSE. It falls."
    row = {"file": "05-sse.png", "caption": caption, "report_figure": "5"}
    line = "- [Figure 05-2](#05-sse). SSE. It falls."
    assert pages.listed(row) == f"{line} *Figure 5 of the report.*\n"
    assert pages.listed(row | {"report_figure": ""}) == f"{line}\n"


def public(module) -> list[str]:
    """The functions and classes that a module of `helpers` offers, sorted."""
    # A folder offers what it imports from its files.
    home = module.__name__ + "." * hasattr(module, "__path__")
    names = [
        name for name in getattr(module, "__all__", vars(module)) if name[0] != "_"
    ]
    return sorted(
        name
        for name, value in ((name, getattr(module, name)) for name in names)
        if inspect.isroutine(value) or inspect.isclass(value)
        if value.__module__.startswith(home)
    )


def test_each_public_name_is_on_the_page_of_names():
    listed = (PAGES / "names.rst").read_text(encoding="utf-8")
    blocks = re.split(r"automodule:: (.*)\n", listed)[1:]
    for name, block in zip(blocks[::2], blocks[1::2], strict=True):
        directives = re.findall(r"auto(?:function|class):: (\w+)", block)
        members = re.findall(r":members: ([\w,\s]+)\n\n", block)
        names = directives + re.findall(r"\w+", " ".join(members))
        assert sorted(names) == public(import_module(name)), name
    parts = {f"helpers.{part.stem}" for part in (ROOT / "helpers").iterdir()}
    hidden = {"helpers.fast"}  # called by the others only
    hidden |= {part for part in parts if part.startswith("helpers._")}
    assert set(blocks[::2]) == parts - hidden


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_chapter_uses_terms_of_the_glossary(path):
    glossary = (PAGES / "glossary.md").read_text(encoding="utf-8")
    made = pages.page(read(path), short(path.stem), glossary)
    sources = "".join("".join(cell["source"]) for cell in made["cells"])
    assert sources.count("](glossary.md#") >= 2
