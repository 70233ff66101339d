"""Notebooks as plain data: where they lie, how they are read, written and cleaned.

Not handled: notebooks older than format 4.
"""

import ast
import inspect
import json
import re
from pathlib import Path

from helpers.course.packages import ROOT

NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "figures"
PAGES = ROOT / "helpers" / "course" / "site"
# What the names of chapters begin with, in reading order.
KINDS = ["readiness", "[0-9][0-9]", "case", "appendix"]
INDEX_COLUMNS = ["file", "chapter", "report_figure", "caption", "alt"]


def chapters() -> list[Path]:
    """The chapters' notebooks in reading order, also those without a number."""
    return [p for kind in KINDS for p in sorted(NOTEBOOKS.glob(f"{kind}_*.ipynb"))]


def short(name: str) -> str:
    """A chapter's number, or the word in its place; its figures' names begin with it.

    >>> short("05_kmeans"), short("appendix_sources")
    ('05', 'appendix')
    """
    return name.partition("_")[0]


def numbered(title: str, name: str) -> str:
    """The title of a chapter with its number.

    >>> numbered("# Dendrograms", "04_dendrograms")
    '# 04 · Dendrograms'
    """
    return title.replace("# ", f"# {short(name).capitalize()} · ", 1)


def find(chapter: str, paths: list[Path]) -> Path:
    """The notebook of this number or name; ValueError if there is none."""
    wanted = chapter.zfill(2) if chapter.isdigit() else Path(chapter).stem
    for path in paths:
        if wanted in (path.stem, short(path.stem)):
            return path
    there = ", ".join(path.stem for path in paths)
    raise ValueError(f"There is no chapter {chapter!r}; there are {there}.")


def parameters(notebook: dict) -> dict:
    """What the cell tagged `parameters` assigns: names, and their default values."""
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
            return {n.targets[0].id: ast.literal_eval(n.value) for n in assigned}
    return {}


def defaults(chapter: str) -> bool:
    """Whether the caller's parameters are those with which the chapter is stored.

    In a check cell: `if defaults("02"):` stands before what holds only then.
    """
    given = inspect.currentframe().f_back.f_globals
    stored = parameters(read(find(chapter, chapters())))
    return all(given[name] == value for name, value in stored.items())


def without_checks(cells: list[dict]) -> list[dict]:
    """The cells that a reader sees: all but those tagged `check`."""
    return [c for c in cells if "check" not in c["metadata"].get("tags", [])]


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def write(notebook: dict, path: Path) -> None:
    """Write a notebook as Jupyter does."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    write_whole(text, path)


def write_whole(text: str, path: Path) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def move_files(source: Path, target: Path) -> list[Path]:
    """Move the files of a staged folder to where they belong; their new places."""
    target.mkdir(exist_ok=True)
    return [path.replace(target / path.name) for path in sorted(source.iterdir())]


def clean(notebook) -> dict:
    """A notebook that has been run, without what differs between two runs."""
    import nbformat
    from nbconvert.preprocessors import CoalesceStreamsPreprocessor

    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "parameters-given"  # papermill draws one at random
        # Where the kernel cut what a cell prints is chance.
        CoalesceStreamsPreprocessor().preprocess_cell(cell, {}, 0)
    notebook.metadata = {
        "kernelspec": notebook.metadata.kernelspec,
        "language_info": {"name": "python"},
    }
    return json.loads(nbformat.writes(notebook))


def figures_of(cell: dict) -> list[tuple[str, str, str, dict]]:
    """Name, caption, alt text and output of each figure that a cell shows."""
    return [
        (*out["metadata"]["figure"], out["metadata"]["image/png"]["alt"], out)
        for out in cell.get("outputs", [])
        if "figure" in out.get("metadata", {})
    ]


def pictures(notebook: dict, chapter: str) -> list[dict]:
    """The rows of the figures' index that a chapter fills."""
    rows = []
    for cell in notebook["cells"]:
        tags = " ".join(cell["metadata"].get("tags", []))
        number = " ".join(n.lstrip("0") for n in re.findall(r"fig-(\d+)", tags))
        for name, caption, alt, _ in figures_of(cell):
            row = [f"{name}.png", chapter, number, caption, alt]
            rows.append(dict(zip(INDEX_COLUMNS, row, strict=True)))
    return rows
