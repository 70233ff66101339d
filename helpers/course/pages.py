"""The pages that are made from the chapters: errors, figures, references.

Also what a chapter needs to become a page: captions and alt texts where the page
builder looks for them, an anchor at each error of the sources, links of terms to the
glossary, a link to the notebook, and forms for the exercises that ask to choose. The
chapters themselves stay as they are in JupyterLab. Standard library only.

Not handled: terms inside headings, tables and formulas.
"""

import base64
import csv
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from helpers.course import choices, exercises, lab
from helpers.course.notebooks import (
    PAGES,
    ROOT,
    figures_of,
    numbered,
    pictures,
    short,
    without_checks,
    write,
)

# A heading of the glossary and, in a comment below it, what else chapters may write.
TERM = re.compile(r"^### (.+)\n(?:% also: (.+)\n)?", flags=re.MULTILINE)
# What may hold no link: formulas, code, links, headings, tables, the course's title.
CLOSED = re.compile(
    r"(\$\$.*?\$\$|\$[^$\n]*(?:\n[^$\n]+)?\$|```.*?```|`[^`]*`|!?\[[^\]]*\]\([^)]*\)"
    r"|^#.*?$|^\|.*?$|^\([\w-]+\)=$)",
    flags=re.DOTALL | re.MULTILINE,
)
ASKED = re.compile(r'\bcheck\(\s*"([^"]+)"')  # the exercise that a cell asks
READING = "## Further reading"  # its titles hold no links to the glossary
FRONT = "02-halo"  # the figure on the front page
NOTEBOOKS = "to_download"  # where the readers' copies lie
DOWNLOAD = f"[Download this chapter as a notebook](path:{NOTEBOOKS}/%s.ipynb)"
# What is written on a folded cell, and on the open one, where it folds more than code.
PROMPTS = {
    "solution": ("Solution", "Solution"),
    "hide-output": ("Show the output", "The output"),
}


def title_of(title: str, name: str) -> str:
    """The title with the chapter's number, and the link to its notebook below."""
    return f"{numbered(title, name)}\n\n{DOWNLOAD % name}"


def page(notebook: dict, name: str, glossary: str, note: str = "") -> dict:
    """A chapter as the page builder wants it: number, link to itself, and a note."""
    terms = {
        phrase: term
        for term, also in TERM.findall(glossary)
        for phrase in [term, *filter(None, also.split(", "))]
    }
    cells, anchored = [], set()
    for cell in without_checks(notebook["cells"]):
        if cell["cell_type"] == "markdown":
            body, *works = re.split(f"(?={READING})", "".join(cell["source"]))
            text = "".join([link_terms(body, terms), *works])
            text = re.sub(r"\A# .+", lambda found: title_of(found[0], name), text)
            cell = cell | {"source": text}
        new = [tag for tag in errors_of(cell) if tag not in anchored]
        if new:
            anchored.update(new)
            cells.append(anchors(new, f"anchor-{len(cells)}"))
        cells.append(with_texts(cell))
        players = filter(None, map(player, cell.get("outputs", [])))
        cells += [markdown(each, f"steps-{len(cells)}") for each in players]
        if entry := choice_of(cell):
            # The form shows the options, which the cell has printed.
            cells[-1] = cell | {"outputs": []}
            cells.append(markdown(choices.as_html(entry), f"choice-{len(cells)}"))
    if note:
        cells.insert(1, markdown(f"```{{warning}}\n{note}\n```", "note"))
    return notebook | {"cells": cells}


def link_terms(text: str, terms: dict[str, str]) -> str:
    """Link the first use of each term to the glossary; take out those used."""
    parts = CLOSED.split(text)
    for number in range(0, len(parts), 2):  # the others are closed
        for phrase in sorted(terms, key=len, reverse=True):
            words = re.escape(phrase).replace(r"\ ", r"\s+")
            pattern = rf"(?<![\w-])({words}s?)(?![\w-])"
            link = rf"[\1](glossary.md#{slug(terms[phrase])})"
            opened, count = re.subn(pattern, link, parts[number], count=1, flags=re.I)
            if count:
                used = terms[phrase]
                for other in [key for key, term in terms.items() if term == used]:
                    del terms[other]
                parts[number] = opened
                return link_terms("".join(parts), terms)
    return text


def slug(term: str) -> str:
    """The anchor that the page builder gives a heading."""
    return re.sub(r"[^\w\- ]", "", term.lower()).replace(" ", "-")


def errors_of(cell: dict) -> list[str]:
    """The tags of the errors of the sources that a cell treats."""
    tags = cell["metadata"].get("tags", [])
    return [tag for tag in tags if re.fullmatch(r"error-\d\d", tag)]


def anchors(tags: list[str], cell_id: str) -> dict:
    """A cell that exists on the page only, for links to the cell after it."""
    text = "\n".join(f"({tag})=" for tag in tags)
    return markdown(text, cell_id)


def markdown(text: str, cell_id: str) -> dict:
    """A cell of text that exists on the page only."""
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": text}


def choice_of(cell: dict) -> dict | None:
    """The exercise that a cell asks, if it is a choice."""
    asked = ASKED.search("".join(cell["source"]))
    if not asked or "exercise" not in cell["metadata"].get("tags", []):
        return None
    entry = exercises.exercises().get(asked[1], {})
    return entry if entry.get("kind") == "choice" else None


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
        shown = [
            out
            for out in cell["outputs"]
            if "caption_of" not in out.get("metadata", {}) and not player(out)
        ]
        cell = cell | {"outputs": shown}
    return cell


def player(output: dict) -> str:
    """What moves a picture with steps, as HTML; "" if an output is something else."""
    text = "".join(output.get("data", {}).get("text/html", ""))
    return text if text.startswith('<div class="steps"') else ""


# --- the source of all pages --------------------------------------------------------


def write_source(folder: Path, chapters: dict[str, dict], notes: dict) -> None:
    """Write what Sphinx makes the pages from: chapters, front page, lists, glossary."""
    shutil.copytree(PAGES, folder)
    lab.copy_notebooks(folder / NOTEBOOKS)
    code = {
        path.relative_to(ROOT).with_suffix("").as_posix(): path.read_text("utf-8")
        for folder in ("helpers", "experiments", "notebooks")
        for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
    }
    rows = [row for name, each in chapters.items() for row in pictures(each, name)]
    lists = {
        "errors": list_of_errors(folder / "errors.csv", chapters),
        "figures": list_of_figures(rows),
        "references": list_of_works(folder / "references.csv", chapters, code),
    }
    for name, text in lists.items():
        with (folder / f"{name}.md").open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    write_front(folder, chapters)
    glossary = (folder / "glossary.md").read_text(encoding="utf-8")
    for name, notebook in chapters.items():
        made = page(notebook, name, glossary, notes.get(name, ""))
        write(made, folder / f"{name}.ipynb")


def write_front(folder: Path, chapters: dict[str, dict]) -> None:
    """Put on the front page the answer, if its chapter has it, and the chapters."""
    front = folder / "index.md"
    items = [
        chapter_in_short(name, notebook["cells"]) for name, notebook in chapters.items()
    ]
    text = front.read_text("utf-8").replace("<!-- chapters -->", "\n".join(items))
    text = text.replace("<!-- names -->", "\n".join(chapters))
    cells = [cell for notebook in chapters.values() for cell in notebook["cells"]]
    for name, _, alt, output in (each for cell in cells for each in figures_of(cell)):
        if name == FRONT:
            png = base64.b64decode(output["data"]["image/png"])
            (folder / f"{FRONT}.png").write_bytes(png)
            width = output["metadata"]["image/png"].get("width", 1000)
            picture = f"```{{image}} {FRONT}.png\n:alt: {alt}\n:width: {width}px\n```"
            text = text.replace("<!-- picture -->", picture)
    front.write_text(text, encoding="utf-8", newline="\n")


def chapter_in_short(name: str, cells: list[dict]) -> str:
    """Title, time and objectives of a chapter, in its own words."""
    opening = "".join(cells[0]["source"])
    title = re.match(r"# .+", opening)
    learn = re.search(r"\*\*What you will learn\.\*\* (.+?)(?:\n\n|\Z)", opening, re.S)
    title = numbered(title[0] if title else f"# {name}", name).removeprefix("# ")
    lines = [f"- **[{title}]({name}.ipynb)**."]
    if time := stated_time(cells):
        lines[0] += f" {time[0]}"
    if learn:
        lines.append("  " + " ".join(learn[1].split()))
    return "\\\n".join(lines)


def stated_time(cells: list[dict]) -> re.Match | None:
    """What `reading_time` printed in a chapter: minutes, of them for exercises."""
    outputs = [out for cell in cells for out in cell.get("outputs", [])]
    printed = "".join("".join(out.get("text", "")) for out in outputs)
    return re.search(r"About (\d+) minutes, (\d+) of them for \d+ exercises\.", printed)


def list_of_errors(path: Path, notebooks: dict[str, dict]) -> str:
    """All errors of the sources, each with a link to the cell that proves it."""
    shown = {
        tag: name
        for name, notebook in notebooks.items()
        for cell in notebook["cells"]
        for tag in errors_of(cell)
    }
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            tag = f"error-{int(row['number']):02d}"
            if tag in shown:
                where = f"[{called(shown[tag])}](#{tag})"
                rows.append([row["number"], row["source"], row["says"], where])
    return table(["", "source", "it says, in short", "what is the case"], rows)


def called(name: str) -> str:
    """A chapter as a sentence calls it: "chapter 05", or "appendix"."""
    return f"chapter {short(name)}" if name[0].isdigit() else short(name)


def list_of_figures(rows: list[dict]) -> str:
    """All figures in reading order, with the number of the report where it had one."""
    cells = []
    for row in rows:
        label, _, caption = row["caption"].partition(". ")
        name = row["file"].removesuffix(".png")
        cells.append([f"[{label}](#{name})", caption, row["report_figure"]])
    return table(["figure", "what it shows", "figure of the report"], cells)


def list_of_works(path: Path, notebooks: dict[str, dict], code: dict[str, str]) -> str:
    """All works that the course builds on, each with the places that name it."""
    chapters = {}
    for name, notebook in notebooks.items():
        texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in texts)
        chapters[f"[{short(name)}]({name}.ipynb)"] = plain(text)
    modules = {f"`{name}`": plain(text) for name, text in code.items()}
    with path.open(encoding="utf-8", newline="") as file:
        return "\n".join(work(row, chapters, modules) for row in csv.DictReader(file))


def work(row: dict[str, str], chapters: dict[str, str], modules: dict[str, str]) -> str:
    """A work, where it was published, and the chapters and modules that name it."""
    parts = [f"- {row['work']}, *{row['title']}*, {row['where']}"]
    if link := row["link"]:
        short = link.removeprefix("https://doi.org/")
        label = f"doi:{short}" if short != link else urlsplit(link).netloc
        parts[0] += f", [{label}]({link})"
    for word, texts in (("Chapter", chapters), ("Module", modules)):
        if where := [name for name in texts if plain(row["work"]) in texts[name]]:
            parts.append(f"{word}{'s' * (len(where) > 1)} {', '.join(where)}")
    return ". ".join(parts) + "."


def plain(text: str) -> str:
    """A text on one line, without brackets round years, so that works are found."""
    return " ".join(re.sub(r"[()]", "", text).split())


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
