"""The reader's copies of the chapters in JupyterLab; no command overwrites them.

Standard library only, but for the names of JupyterLab's options.
"""

import json
import re
import sys
from pathlib import Path

from helpers.course import notebooks, packages
from helpers.course.notebooks import NOTEBOOKS, ROOT, find, read

EMPTY = ["# Your own work goes here."]
CLOSED = "# The solution. Try first, then open it.\n"
COPIES = {"mine": "my_notebooks", "student": "student_notebooks"}
SETTINGS = Path(__file__).with_name("lab_settings")
IMPORT = re.compile(r"from (?:helpers|notebooks)[\w.]* import [\w ,]*\w")


def main(options) -> int:
    """Make the copies that are missing, or a fresh one if asked; open JupyterLab."""
    try:
        check(options.further)
        name = chosen(options)
        folder = NOTEBOOKS if options.edit else ROOT / COPIES[name]
        if options.reset:
            print(set_aside(folder, options.reset))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if not options.edit:
        copy_notebooks(folder, solutions=name == "mine")
        copies = [folder / original.name for original in NOTEBOOKS.glob("*.ipynb")]
        if old := [path.stem for path in sorted(copies) if outdated(path)]:
            said = f"are from an older version of the course: {', '.join(old)};"
            print(f"These copies in {folder.name}/ {said}")
            option = f"--reset {notebooks.short(old[0])}"
            print(f"{option} puts a fresh one in place and keeps yours.")
    # It opens chapter 01, and asks nobody about news.
    first = f"--LabApp.default_url=/lab/tree/{find('01', notebooks.chapters()).name}"
    quiet = f"--LabApp.app_settings_dir={SETTINGS}"
    python = [sys.executable, "-m", "jupyterlab", first, quiet]
    return packages.call([*python, folder, *options.further])


def check(further: list[str]) -> None:
    """Refuse what is no option of JupyterLab, such as our own with a typo."""
    from jupyterlab.labapp import LabApp

    known = {*LabApp.flags, *LabApp.aliases, "help-all", "version"}
    if further and not further[0].startswith("-"):
        raise ValueError(f"lab takes only options, but {further[0]!r} was given.")
    for word in (word for word in further if word.startswith("-")):
        name = word.lstrip("-").partition("=")[0]
        if "." not in name and name not in known:
            raise ValueError(f"Neither lab nor JupyterLab has an option {word}.")


def chosen(options) -> str:
    """The copy that is meant: "mine" or "student"; where both could be, it asks."""
    there = [name for name in COPIES if (ROOT / COPIES[name]).exists()]
    if options.copy or not options.reset or not there:
        return options.copy or "mine"
    if len(there) == 2 and sys.stdin.isatty():
        there = [input("Which copy, mine or student? ").strip()]
    if len(there) == 2 or there[0] not in COPIES:
        folders = " and ".join(f"{COPIES[name]}/ (--{name})" for name in COPIES)
        raise ValueError(f"There are two copies, {folders}: say which to reset.")
    return there[0]


def outdated(copy: Path) -> bool:
    """Whether a copy imports what the course has no longer."""
    try:
        source = "\n".join("".join(cell["source"]) for cell in read(copy)["cells"])
        for line in IMPORT.findall(source):
            exec(line, {})
    except ImportError:
        return True
    except (ValueError, KeyError, TypeError):  # no notebook: the reader's own affair
        pass
    return False


def set_aside(folder: Path, chapter: str) -> str:
    """Rename the copy of a chapter, so that a fresh one takes its place; say so."""
    original = find(chapter, sorted(NOTEBOOKS.glob("*.ipynb")))
    copy, count, kept = folder / original.name, 1, ""
    if copy.exists():
        while (old := folder / f"{original.stem}.old-{count}.ipynb").exists():
            count += 1
        copy.rename(old)
        kept = f"; your old one is {old.name}"
    return f"{folder.name}/{copy.name} is fresh{kept}."


def copy_notebooks(folder: Path, solutions: bool = True) -> None:
    """Copy the notebooks that `folder` lacks; a copy that is there is never touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for original in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not (folder / original.name).exists():
            notebooks.write_whole(fresh(original, solutions), folder / original.name)


def fresh(original: Path, solutions: bool) -> str:
    """A notebook as a reader wants it: no outputs yet, and no check cells.

    So "predict before you run" means it. Its title has the number of the chapter, as on
    the pages. Without solutions these are emptied.
    """
    notebook = read(original)
    notebook["cells"] = notebooks.without_checks(notebook["cells"])
    if original in notebooks.chapters():
        opening = notebook["cells"][0]
        title = notebooks.numbered("".join(opening["source"]), original.stem)
        opening["source"] = title.splitlines(keepends=True)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
        if "solution" in cell["metadata"].get("tags", []):
            if solutions:  # JupyterLab shows the first line of a folded cell.
                cell["source"] = [CLOSED, *cell["source"]]
            else:
                cell.update(source=EMPTY, metadata={})
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
