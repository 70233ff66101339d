"""The pages that are made from the chapters, and the list of their figures.

What a chapter needs to become a page: captions and alt texts where the page builder
looks for them, an anchor at each error of the sources, links of terms to the glossary,
a link to the notebook, and forms for the exercises that ask to choose. The chapters
themselves stay as they are in JupyterLab.

Not handled: terms inside headings, tables and formulas.
"""

import base64
import re
import shutil
import sys
from pathlib import Path
from threading import Event

from helpers.course import choices, exercises, lab, notebooks
from helpers.course.minutes import asked
from helpers.course.notebooks import PAGES, figures_of
from helpers.course.packages import run_quietly
from helpers.course.run import kernel_environment

# A heading of the glossary and, in a comment below it, what else chapters may write.
TERM = re.compile(r"^### (.+)\n(?:% also: (.+)\n)?", flags=re.MULTILINE)
# What may hold no link: formulas, code, links, headings, tables, the course's title.
CLOSED = (
    r"\$\$.*?\$\$|\$[^$\n]*(?:\n[^$\n]+)?\$|```.*?```|`[^`]*`|!?\[[^\]]*\]\([^)]*\)"
    r"|^#[^\n]*$|^\|[^\n]*$|^\([\w-]+\)=$"
)
READING = "## Further reading"  # its titles hold no links to the glossary
FRONT = "02-halo"  # the figure on the front page
NOTEBOOKS = "to_download"  # where the readers' copies lie
DOWNLOAD = f"[Download this chapter as a notebook](path:{NOTEBOOKS}/%s.ipynb)"
# What is written on a folded cell, and on the open one, where it folds more than code.
PROMPTS = {
    "solution": ("Solution", "Solution"),
    "hide-output": ("Show the output", "The output"),
}


def write_source(folder: Path, chapters: dict[str, dict], notes: dict) -> None:
    """Write what Sphinx makes the pages from: chapters, front page, lists, glossary."""
    shutil.copytree(PAGES, folder)
    lab.copy_notebooks(folder / NOTEBOOKS)
    write_front(folder / "index.md", chapters)
    with (folder / "figures.md").open("a", encoding="utf-8") as file:
        for name, notebook in chapters.items():
            file.writelines(map(listed, notebooks.pictures(notebook, name)))
    glossary = (folder / "glossary.md").read_text(encoding="utf-8")
    for name, notebook in chapters.items():
        made = page(notebook, name, glossary, notes.get(name, ""))
        notebooks.write(made, folder / f"{name}.ipynb")


def write_front(front: Path, chapters: dict[str, dict]) -> None:
    """Put on the front page the chapters, and its picture if that was drawn."""
    text = front.read_text("utf-8").replace("<!-- names -->", "\n".join(chapters))
    cells = [cell for notebook in chapters.values() for cell in notebook["cells"]]
    for name, _, alt, output in (each for cell in cells for each in figures_of(cell)):
        if name == FRONT:
            png = base64.b64decode(output["data"]["image/png"])
            front.with_name(f"{FRONT}.png").write_bytes(png)
            width = output["metadata"]["image/png"].get("width", 1000)
            picture = f"```{{image}} {FRONT}.png\n:alt: {alt}\n:width: {width}px\n```"
            text = text.replace("<!-- picture -->", picture)
    front.write_text(text, encoding="utf-8", newline="\n")


def listed(row: dict) -> str:
    """A figure's line in the list, with the number of the report where it had one."""
    label, _, caption = row["caption"].partition(". ")
    line = f"- [{label}](#{Path(row['file']).stem}). {caption}"
    number = row["report_figure"]
    return f"{line} *Figure {number} of the report.*\n" if number else f"{line}\n"


def build(source: Path, html: Path, stopped: Event | None = None) -> str:
    """Make pages with Sphinx, which must not even warn; what went wrong."""
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    command += ["-j", "auto", "-d", source.with_name("doctrees"), source, html]
    env = kernel_environment(source.parent)  # the pages of names import `helpers`
    code, said = run_quietly(command, "Making the pages", stopped, env=env)
    return f"Sphinx said: {said}" if code else ""


def page(notebook: dict, name: str, glossary: str, note: str = "") -> dict:
    """A chapter as the page builder wants it: number, link to itself, and a note."""
    cells, anchored, terms = [], set(), terms_of(glossary)

    def add(text: str) -> None:
        """A cell of text that exists on the page only."""
        cell_id = f"page-{len(cells)}"
        cell = {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text}
        cells.append(cell)

    def titled(found: re.Match) -> str:
        return f"{notebooks.numbered(found[0], name)}\n\n{DOWNLOAD % name}"

    for cell in notebooks.without_checks(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            body, *works = re.split(f"(?={READING})", "".join(cell["source"]))
            text = "".join([link_terms(body, terms), *works])
            cell = cell | {"source": re.sub(r"\A# .+", titled, text)}
        tags = [t for t in cell["metadata"].get("tags", []) if t.startswith("error-")]
        if new := [tag for tag in tags if tag not in anchored]:
            anchored.update(new)
            add("\n".join(f"({tag})=" for tag in new))
        forms = [exercises.exercises()[name] for name in asked(cell)]
        forms = [choices.as_html(each) for each in forms if "options" in each]
        players = list(filter(None, map(player, cell.get("outputs", []))))
        # A form shows the options, which the cell has printed.
        cells.append(with_texts(cell) | ({"outputs": []} if forms else {}))
        for text in players + forms:
            add(text)
    if note:
        add(f"```{{warning}}\n{note}\n```")
        cells.insert(1, cells.pop())
    return notebook | {"cells": cells}


def terms_of(glossary: str) -> dict[str, str]:
    """What chapters may write, in small letters, and the anchor of its heading."""
    return {
        phrase.lower(): re.sub(r"[^\w\- ]", "", term.lower()).replace(" ", "-")
        for term, also in TERM.findall(glossary)
        for phrase in [term, *filter(None, also.split(", "))]
    }


def link_terms(text: str, terms: dict[str, str]) -> str:
    """Link the first use of each term to the glossary; take out those used."""
    longest_first = sorted(map(re.escape, terms), key=len, reverse=True)
    any_term = "|".join(longest_first).replace(r"\ ", r"\s+")
    use = re.compile(
        rf"{CLOSED}|(?<![\w-])(?P<term>{any_term})s?(?![\w-])", flags=re.I | re.M | re.S
    )

    def linked(found: re.Match) -> str:
        anchor = terms.get(" ".join((found["term"] or "").lower().split()))
        for phrase in [each for each in terms if terms[each] == anchor]:
            del terms[phrase]
        return f"[{found[0]}](glossary.md#{anchor})" if anchor else found[0]

    return use.sub(linked, text) if terms else text


def with_texts(cell: dict) -> dict:
    """Copy the texts of a picture and of a fold to where the builder looks.

    It sets the caption itself; what shows it in JupyterLab is left out, and what moves
    the picture, which the builder would take for a second one, gets a cell of its own.
    """
    texts = cell["metadata"]["mystnb"] = {}
    for tag in PROMPTS.keys() & set(cell["metadata"].get("tags", [])):
        texts["code_prompt_show"], texts["code_prompt_hide"] = PROMPTS[tag]
    for name, caption, alt, _ in figures_of(cell):
        texts |= {"image": {"alt": alt}, "figure": {"caption": caption, "name": name}}
        shown = [out for out in cell["outputs"] if not shows_texts(out)]
        cell = cell | {"outputs": shown}
    return cell


def shows_texts(output: dict) -> bool:
    return "caption_of" in output.get("metadata", {}) or player(output) != ""


def player(output: dict) -> str:
    """What moves a picture with steps, as HTML; "" if an output is something else."""
    text = "".join(output.get("data", {}).get("text/html", ""))
    return text if text.startswith('<div class="steps"') else ""
