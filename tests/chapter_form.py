"""The form of a chapter beyond its cells: how long, how many names, what they mean.

Each function returns complaints, one sentence each; an empty list is a pass.
"""

from __future__ import annotations

import ast
import builtins
import csv
import re
from pathlib import Path

from helpers.course.minutes import minutes
from tests import notebook_checks as checks
from tests.notebook_checks import code_cells, source, tags

LONGEST = dict.fromkeys(["01", "02", "03", "04"], 80) | dict.fromkeys(
    ["05", "06", "07"], 110
)
"""The minutes that a chapter may take."""
STOP_BY = 2 / 3  # of the minutes
MOST_CELLS, MOST_NAMES = 70, 6
APART = {"check", "exercise", "solution"}  # cells that are not counted


def folded(cell: dict) -> bool:
    return bool(cell["metadata"].get("jupyter", {}).get("source_hidden"))


def length(notebook: dict, chapter: str) -> list[str]:
    """Minutes, the line that tells them, a place to stop, cells."""
    found, cells = [], notebook["cells"]
    taken = [minutes(cell) for cell in cells]
    whole = sum(taken)
    if whole > LONGEST[chapter]:
        found.append(f"It takes {whole:.0f} minutes; {LONGEST[chapter]} are allowed.")
    if f'reading_time("{chapter}")' not in "".join(map(source, code_cells(notebook))):
        found.append("No cell prints how long the chapter takes.")
    stops = [number for number, cell in enumerate(cells) if "stop" in tags(cell)]
    if not stops or sum(taken[: stops[0]]) > STOP_BY * whole:
        found.append("There is no cell tagged `stop` by two thirds of the minutes.")
    counted = [c for c in cells if not (APART & set(tags(c)) or folded(c))]
    if len(counted) > MOST_CELLS:
        found.append(f"It has {len(counted)} cells; {MOST_CELLS} are allowed.")
    return found


def helpers_used(notebook: dict) -> set[str]:
    """The names from `helpers` in what a reader runs; `course` and `plots` apart."""
    modules, used = {}, set()
    for cell in code_cells(notebook):
        if "check" in tags(cell):
            continue
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("helpers"):
                part = node.module.removeprefix("helpers").strip(".")
                for name in node.names:
                    whole = f"{part}.{name.name}".strip(".")
                    if whole.split(".")[0] in ("course", "plots"):
                        continue
                    if part:
                        used.add(whole)
                    else:
                        modules[name.asname or name.name] = whole
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                of = modules.get(node.value.id)
                used |= {f"{of}.{node.attr}"} if of else set()
    return used


def names(notebook: dict) -> list[str]:
    """Few names from helpers; what a solution needs is bound in one cell only."""
    found = []
    used = sorted(helpers_used(notebook))
    if len(used) > MOST_NAMES:
        found.append(f"{len(used)} names of helpers are used: {', '.join(used)}.")
    bound = [assigned(cell) for cell in code_cells(notebook)]
    for number, cell in enumerate(code_cells(notebook)):
        if "solution" not in tags(cell):
            continue
        for name in sorted(needed(cell) - bound[number]):
            places = [place for place, here in enumerate(bound, 1) if name in here]
            if len(places) > 1:
                found.append(
                    f"The solution {cell['id']} needs {name}, which the code cells "
                    f"{places} bind."
                )
    return found


def assigned(cell: dict) -> set[str]:
    """The names that a cell binds at its top level."""
    found = set()

    def walk(node):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found.update(name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif not isinstance(
            node,
            ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
        ):  # these have names of their own
            for child in ast.iter_child_nodes(node):
                walk(child)

    walk(ast.parse(source(cell)))
    return found


def needed(cell: dict) -> set[str]:
    """The names that a cell reads, builtins apart; also those of its own functions."""
    nodes = list(ast.walk(ast.parse(source(cell))))
    loads = {
        n.id for n in nodes if isinstance(n, ast.Name) and n.id not in vars(builtins)
    }
    return loads - {n.arg for n in nodes if isinstance(n, ast.arg)}


def printed(notebook: dict) -> list[str]:
    """No dictionary and no raw float is shown to a reader."""
    found = []
    for number, cell in enumerate(code_cells(notebook), 1):
        for output in cell["outputs"]:
            if output.get("metadata", {}).keys() & {"figure", "caption_of"}:
                continue
            text = "".join(output.get("text", ""))
            text += "".join(output.get("data", {}).get("text/plain", ""))
            if re.search(r"\{'|np\.\w+\(|dict_\w+\(", text):
                found.append(f"code cell {number} prints a dictionary or a raw value.")
            if re.search(r"\d\.\d{7,}|\d\.\d{4,}e", text):
                found.append(f"code cell {number} prints a raw float.")
    return found


# --- numbers in prose ---------------------------------------------------------------

# What states no result: formulas, code, addresses, comments, the numbers of a list.
APART_IN_PROSE = re.compile(
    r"\$\$.*?\$\$|\$[^$]+\$|`[^`]*`|\]\([^)]*\)|<!--.*?-->|^\s*\d+\.\s|\*\*\d+[.:]"
    r"|^#.*?$|\b0\d\b|\b(?:18|19|20)\d\d\b|\bE(?:quation|xercise)s? \d+",
    flags=re.DOTALL | re.MULTILINE,
)
READING = "## Further reading"


def unproved(notebook: dict) -> list[tuple[str, str]]:
    """Cell and number of what the prose states without a ground in its section.

    The ground is an output or the code of a cell, checks included. Numbers in words,
    whole numbers below ten, formulas and titles are not looked at.
    """
    found = []
    for cells in checks.sections(notebook):
        known = checks.computed(cells)
        for cell in (cell for cell in cells if cell["cell_type"] == "markdown"):
            text = source(cell).split(READING)[0]
            text = APART_IN_PROSE.sub(" ", text)
            for number, percent in dict.fromkeys(checks.numbers(text)):
                small = re.fullmatch(r"\d", number) and not percent
                if not small and not checks.agrees(number, percent, known):
                    found.append((cell["id"], number))
    return found


def exceptions(chapter: str) -> list[tuple[str, str]]:
    """The numbers in a chapter's prose that need no ground; each has a reason."""
    path = Path(__file__).with_name("prose_numbers.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["chapter"] == chapter]
    assert all(row["reason"] for row in rows)
    return [(row["cell"], row["number"]) for row in rows]
