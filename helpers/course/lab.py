"""The reader's copies of the chapters, which no command ever overwrites.

Standard library only: `__main__.py` calls it.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

ORIGINALS = Path(__file__).resolve().parent.parent.parent / "notebooks"
EMPTY = ["# Your own work goes here."]


def copy_notebooks(folder: Path, solutions: bool = True) -> None:
    """Copy the notebooks that `folder` lacks; a copy that is there is never touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for original in sorted(ORIGINALS.glob("*.ipynb")):
        if not (folder / original.name).exists():
            _copy(original, folder, solutions)


def reset(folder: Path, chapter: str, solutions: bool = True) -> str:
    """Put a fresh copy of a chapter in place; the old one is kept under another name.

    Parameters
    ----------
    folder : Path
        The reader's notebooks.
    chapter : str
        Number or name, such as "02".
    solutions : bool
        Whether the fresh copy has them.

    Returns
    -------
    str
        A sentence that says what became of the old copy.

    Raises
    ------
    ValueError
        If there is no such chapter.
    """
    names = [path.stem for path in sorted(ORIGINALS.glob("*.ipynb"))]
    wanted = chapter.zfill(2) if chapter.isdigit() else Path(chapter).stem
    found = [name for name in names if wanted in (name, name[:2])]
    if not found:
        raise ValueError(
            f"There is no chapter {chapter!r}; there are {', '.join(names)}."
        )
    copy = folder / f"{found[0]}.ipynb"
    said = f"{copy.name} is fresh."
    if copy.exists():
        count = 1
        while (kept := folder / f"{found[0]}.old-{count}.ipynb").exists():
            count += 1
        copy.rename(kept)
        said = f"{copy.name} is fresh; your old one is {kept.name}."
    folder.mkdir(parents=True, exist_ok=True)
    _copy(ORIGINALS / copy.name, folder, solutions)
    return said


def _copy(original: Path, folder: Path, solutions: bool) -> None:
    """Copy one notebook, whole, or with its solutions emptied."""
    if solutions:
        shutil.copyfile(original, folder / original.name)
        return
    notebook = json.loads(original.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "solution" in cell["metadata"].get("tags", []):
            cell["metadata"] = {}
            cell.update(source=EMPTY, outputs=[], execution_count=None)
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    (folder / original.name).write_text(text, encoding="utf-8", newline="\n")
