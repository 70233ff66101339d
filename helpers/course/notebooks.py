"""Notebooks as plain data: where they lie, how they are read, written and cleaned.

Standard library only.

Not handled: notebooks older than format 4.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "figures"
PAGES = ROOT / "helpers" / "course" / "site"
INDEX_COLUMNS = ["file", "chapter", "report_figure", "caption", "alt"]


def chapters() -> list[Path]:
    """The chapters' notebooks, in reading order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


def parameters(notebook: dict) -> list[str]:
    """The names that the cell tagged `parameters` assigns."""
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
            return [node.targets[0].id for node in assigned]
    return []


def read(path: Path) -> dict:
    """A notebook as plain data."""
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


def clean(notebook: dict) -> dict:
    """Drop or mend what differs between two runs: times, versions, cuts in streams."""
    metadata = notebook["metadata"]
    notebook["metadata"] = {
        "kernelspec": metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        for name in ("papermill", "execution"):
            cell["metadata"].pop(name, None)
        if "outputs" in cell:
            cell["outputs"] = _whole_streams(cell["outputs"])
    return notebook


def _whole_streams(outputs: list[dict]) -> list[dict]:
    """Join what a stream wrote in pieces: where the kernel cut it is chance."""
    whole = []
    for output in outputs:
        name = output.get("name")
        if name and whole and whole[-1].get("name") == name:
            pieces = whole.pop()["text"] + output["text"]
            output = {**output, "text": "".join(pieces).splitlines(keepends=True)}
        whole.append(output)
    return whole


def pictures(notebook: dict, chapter: str) -> list[dict]:
    """The rows of the figures' index that a chapter fills."""
    rows = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "figure" not in output.get("metadata", {}):
                continue
            name, caption = output["metadata"]["figure"]
            tags = " ".join(cell["metadata"].get("tags", []))
            number = " ".join(n.lstrip("0") for n in re.findall(r"fig-(\d+)", tags))
            alt = output["metadata"]["image/png"]["alt"]
            rows.append(
                dict(
                    zip(
                        INDEX_COLUMNS,
                        [f"{name}.png", chapter, number, caption, alt],
                        strict=True,
                    )
                )
            )
    return rows
