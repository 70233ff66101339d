"""The checks of a stored notebook that nbval lets through.

Each function returns complaints, one sentence each; an empty list is a pass.
"""

from __future__ import annotations

import ast
import base64
import csv
import io
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
from PIL import Image

from helpers.course.notebooks import ROOT, read, short
from helpers.course.run import kernel_environment
from helpers.plots import SHORTEST_ALT, made_with

LONGEST_CELL = 20
LARGEST_NOTEBOOK = 3_000_000
LARGEST_FIGURE = 300_000
# Between two machines the edges of letters differ; a wrong picture is far beyond.
LARGEST_PIXEL_RMS = 12.0
# The chapter in which each row, error and figure of the sources is treated.
SOURCES = {
    "readiness": {"row": [], "error": [], "fig": []},
    "01": {"row": [1, 2], "error": [1, 2, 3, 4, 30], "fig": [1, 2]},
    "02": {"row": [3, 26], "error": [8, 33, 37], "fig": []},
    "03": {"row": [4, 5], "error": [5, 6, 7, 32], "fig": [3, 4, 8, 9]},
    "04": {"row": [6, 7, 8], "error": [9, 31], "fig": list(range(10, 22))},
    "05": {"row": [9, 10], "error": [10], "fig": [5, 6]},
    "06": {"row": [11, *range(16, 26)], "error": [29, 43, 44], "fig": []},
    "07": {"row": [13], "error": [15], "fig": []},
    "case": {"row": [], "error": [], "fig": []},
    "appendix": {
        "row": [12, 14, 15],
        "error": [
            *range(11, 15),
            *range(16, 29),
            *range(34, 37),
            *range(38, 43),
            *range(45, 49),
        ],
        "fig": [7],
    },
}


def source(cell: dict) -> str:
    return "".join(cell["source"])


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def pngs(cell: dict) -> list[tuple[str, bytes, dict]]:
    """Name, bytes and metadata of the figures in a cell's outputs."""
    found = []
    for output in cell["outputs"]:
        data = output.get("data", {}).get("image/png")
        if data:
            name = output["metadata"].get("figure", ["(no name)"])[0]
            found.append((name, base64.b64decode(data), output["metadata"]))
    return found


def captioned(cell: dict) -> list[str]:
    """The names of the figures below which a cell's outputs show a caption."""
    kept = [output.get("metadata", {}) for output in cell["outputs"]]
    return [metadata["caption_of"] for metadata in kept if "caption_of" in metadata]


def drawn(cell: dict) -> list[str]:
    """The names of the figures that a code cell draws, as its source says."""
    calls = [
        node
        for node in ast.walk(ast.parse(source(cell)))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("plots.figure", "plots.steps")
    ]
    return [ast.literal_eval(call.args[1]) for call in calls]


def outputs(notebook: dict) -> list[str]:
    """Cells not executed, errors, words on stderr, missing figures."""
    found = []
    for number, cell in enumerate(code_cells(notebook), 1):
        where = f"code cell {number}"
        if cell["execution_count"] != number:
            found.append(f"{where} was not executed in order.")
        kinds = [output["output_type"] for output in cell["outputs"]]
        if ("error" in kinds) != ("raises-exception" in tags(cell)):
            found.append(f"{where} has an error output, or lacks the one it announces.")
        if any(output.get("name") == "stderr" for output in cell["outputs"]):
            found.append(f"{where} wrote to stderr.")
        wanted = drawn(cell)
        stored = [name for name, *_ in pngs(cell)]
        if len(wanted) > 1 or len(wanted) != len(stored):
            found.append(f"{where} stores {len(stored)} figures, not {len(wanted)}.")
        elif wanted != stored or wanted != captioned(cell):
            found.append(f"{where} does not store figure {wanted[0]} and its caption.")
        for name, _, metadata in pngs(cell):
            alt = metadata.get("image/png", {}).get("alt", "")
            if len(alt) < SHORTEST_ALT or not metadata.get("figure", ["", ""])[1]:
                found.append(f"{where}: figure {name} lacks an alt text or a caption.")
    return found


def form(notebook: dict) -> list[str]:
    """The fixed form: one title, headings in order, short cells, known tags.

    Only cells tagged `check`, which are folded, and solutions assert.
    """
    found = []
    for cell in code_cells(notebook):
        kinds = {"check", "solution"} & set(tags(cell))
        if re.search(r"^\s*assert ", source(cell), flags=re.MULTILINE) and not kinds:
            found.append(f"Cell {cell['id']} asserts, but is no check cell.")
        if "check" in kinds and not cell["metadata"].get("jupyter", {}).get(
            "source_hidden"
        ):
            found.append(f"Check cell {cell['id']} is not folded.")
        if "solution" in kinds and not cell["metadata"].get("jupyter", {}).get(
            "outputs_hidden"
        ):
            found.append(f"The outputs of solution {cell['id']} are not folded.")
        if "check" in kinds and cell["outputs"]:
            found.append(f"Check cell {cell['id']} prints something.")
    text = "\n".join(source(c) for c in notebook["cells"] if c["cell_type"] != "code")
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, flags=re.MULTILINE)]
    if levels.count(1) != 1 or levels[0] != 1:
        found.append("There must be one title (#), in the first cell.")
    if any(b > a + 1 for a, b in zip(levels, levels[1:], strict=False)):
        found.append("A heading skips a level.")
    for number, cell in enumerate(code_cells(notebook), 1):
        if source(cell).count("\n") >= LONGEST_CELL and "solution" not in tags(cell):
            found.append(f"code cell {number} has more than {LONGEST_CELL} lines.")
        if re.search(r"^\s*[%!]", source(cell), flags=re.MULTILINE):
            found.append(f"code cell {number} has a magic; nbval cannot check it.")
        for tag in tags(cell):
            if not re.fullmatch(KNOWN_TAGS, tag):
                found.append(f"code cell {number} has the unknown tag {tag!r}.")
    if sum("parameters" in tags(cell) for cell in code_cells(notebook)) != 1:
        found.append("There must be one cell tagged `parameters`.")
    if "plots.setup()" not in "".join(source(c) for c in code_cells(notebook)):
        found.append("plots.setup() is not called.")
    ids = [cell["id"] for cell in notebook["cells"]]
    if len(set(ids)) != len(ids):
        found.append("Two cells have the same id.")
    return found


KNOWN_TAGS = (
    r"parameters|raises-exception|hide-cell|hide-(?:in|out)put|exercise|solution|check|stop"
    r"|row-R\d\d|error-\d\d|fig-\d\d"
)


def coverage(notebook: dict, chapter: str) -> list[str]:
    """Every row, error and figure of the sources stands where SOURCES says."""
    found = []
    cells = notebook["cells"]
    for kind, numbers in SOURCES[chapter].items():
        for number in numbers:
            tag = f"row-R{number:02d}" if kind == "row" else f"{kind}-{number:02d}"
            tagged = [cell for cell in cells if tag in tags(cell)]
            if not tagged:
                found.append(f"No cell has the tag {tag}.")
            elif kind == "error" and not any(proved(c, cells) for c in tagged):
                found.append(f"No cell tagged {tag} asserts its number.")
            elif any("check" in tags(cell) for cell in tagged):
                found.append(f"The tag {tag} is on a check cell, which no page shows.")
            elif kind == "fig" and not any(drawn(c) for c in tagged):
                found.append(f"No cell tagged {tag} draws a figure.")
    return found


def proved(cell: dict, cells: list[dict]) -> bool:
    """Whether a cell asserts, or a check cell does so below it in its section."""
    following = cells[cells.index(cell) + 1 :]
    for other in [cell, *following]:
        heading = re.search(r"^#+ ", source(other), flags=re.MULTILINE)
        if heading and other["cell_type"] == "markdown":
            return False
        if "assert" in source(other) and (other is cell or "check" in tags(other)):
            return True
    return False


def rerun(path: Path, figures: Path) -> str:
    """Execute a notebook and compare its outputs strictly; '' or what nbval said."""
    command = [sys.executable, "-m", "pytest", "-q", "--tb", "short", str(path)]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "600"]
    command += ["-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:xdist"]
    environment = kernel_environment(figures)
    environment |= {"HELPERS_FIGURES": str(figures), "HELPERS_TABLES": str(figures)}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False
    )
    return "" if done.returncode == 0 else done.stdout[-6000:]


def pictures(path: Path, fresh: Path, stored: Path) -> list[str]:
    """Fresh figures, those in the notebook and those in `stored` must agree."""
    found = []
    inside = {name: data for c in code_cells(read(path)) for name, data, _ in pngs(c)}
    prefix = short(path.stem)
    folders = {
        "the fresh run": {p.stem: p.read_bytes() for p in fresh.glob("*.png")},
        "figures/": {p.stem: p.read_bytes() for p in stored.glob(f"{prefix}-*.png")},
    }
    for where, files in folders.items():
        if files.keys() != inside.keys():
            difference = sorted(files.keys() ^ inside.keys())
            found.append(f"{where} and the notebook do not both have {difference}.")
        for name in files.keys() & inside.keys():
            complaint = differs(inside[name], files[name])
            if complaint:
                found.append(f"{name} in {where}: {complaint}")
    return found


def differs(a: bytes, b: bytes) -> str:
    """'' where two PNG files show the same; bytes count if one machine made both."""
    if a == b:
        return ""
    try:
        images = [Image.open(io.BytesIO(data)) for data in (a, b)]
        made = [image.text.get("Software") for image in images]
        pixels = [np.asarray(image.convert("RGB"), dtype=float) for image in images]
    except (OSError, ValueError):
        return "not a picture."
    if made[0] == made[1]:
        return "other bytes, though the same software drew it."
    if made_with() not in made:
        return f"drawn by {made[0]!r} and {made[1]!r}, neither of which runs here."
    if pixels[0].shape != pixels[1].shape:
        return "another size."
    rms = float(np.sqrt(np.mean((pixels[0] - pixels[1]) ** 2)))
    return "" if rms < LARGEST_PIXEL_RMS else f"other pixels (rms {rms:.1f})."


def sizes(path: Path) -> list[str]:
    """Notebooks and figures stay small enough to read and to keep."""
    found = []
    if path.stat().st_size > LARGEST_NOTEBOOK:
        found.append(f"{path.name} is larger than {LARGEST_NOTEBOOK} bytes.")
    for cell in code_cells(read(path)):
        for name, data, _ in pngs(cell):
            if len(data) > LARGEST_FIGURE:
                found.append(f"Figure {name} has {len(data)} bytes.")
    return found


# --- the texts of the figures -------------------------------------------------------


def figure_texts(texts: dict[str, dict], cells: list[dict]) -> list[str]:
    """Each figure's texts are used by one cell, in the order of the file of texts."""
    found = []
    names = [name for cell in cells for name in drawn(cell)]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            found.append(f"Figure {name} is drawn {names.count(name)} times.")
        if name not in texts:
            found.append(f"Figure {name} has no texts.")
    for name, text in texts.items():
        if name not in names:
            found.append(f"The texts of figure {name} are used by no cell.")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name):
            found.append(f"{name!r} is no name for the file of a figure.")
        if sorted(text) != ["alt", "caption"]:
            found.append(f"Figure {name} needs a caption and an alt, and no more.")
        # The pages read a caption as Markdown, JupyterLab as it stands.
        if re.search(r"[*`$<>\[\]\\]", text.get("caption", "")):
            found.append(f"The caption of figure {name} is not plain text.")
    if not found and names != list(texts):
        found.append("The file of texts is not in the order of the chapters.")
    return found


NAMED = re.compile(
    r"\b(?:[Ff]ig(?:ure)?s?|[Tt]ables?|[Cc]hapters?) \d+"  # a number that is a name
    r"|\b\d+-D\b"
    r"|\b[A-Z]\w+ \(?(?:1[89]|20)\d\d\b"  # the year of a work
    r'|"(?:\d\d|own|case|appendix)-[a-z0-9-]+"'  # the name of a figure in a cell
)
NUMBER = re.compile(
    r"(?<![\w.])([-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?(?:e[-+]?\d+)?)"
    r"(?![a-zA-Z])( ?%)?"
)


def numbers(text: str) -> list[tuple[str, bool]]:
    """The numbers in digits that a text states, and whether each is a percentage."""
    text = re.sub(r"(?<=\d)_(?=\d)", "", NAMED.sub(" ", text))
    return [(number.rstrip("."), bool(sign)) for number, sign in NUMBER.findall(text)]


def value(number: str) -> Decimal:
    return Decimal(number.replace(",", "").replace("−", "-"))


def agrees(number: str, percent: bool, known: set[Decimal]) -> bool:
    """Whether a number is among those known, exactly or rounded as it is written.

    A whole number may be a rounded one if it has three digits or is a percentage.
    """
    wanted = value(number)
    if percent:
        known = known | {100 * other for other in known}
    digits, exponent = wanted.as_tuple()[1:]
    if not (percent or exponent < 0 or len(digits) > 2):
        return wanted in known
    half = Decimal(1).scaleb(exponent) / 2
    return any(abs(other - wanted) <= half for other in known)


def sections(notebook: dict) -> list[list[dict]]:
    """The cells from each heading of level 1 or 2 to the next."""
    parts = [[]]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and re.search("^##? ", source(cell), re.M):
            parts.append([])
        parts[-1].append(cell)
    return parts


def computed(cells: list[dict]) -> set[Decimal]:
    """All numbers in the code of cells and in what they put out, but for figures."""
    texts = []
    for cell in code_cells({"cells": cells}):
        texts.append(source(cell))
        for output in cell["outputs"]:
            texts.append("".join(output.get("text", "")))
            if not output.get("metadata", {}).keys() & {"figure", "caption_of"}:
                data = output.get("data", {})
                texts.append("".join(data.get("text/plain", "")))
                texts.append(re.sub("<[^>]*>", " ", "".join(data.get("text/html", ""))))
    return {value(number) for text in texts for number, _ in numbers(text)}


def unproved(notebook: dict, texts: dict[str, dict]) -> list[tuple[str, str]]:
    """Figure and number of what captions and alt texts state without a ground.

    The ground is an output or the code of a cell in the figure's own section. Numbers
    in words, and values that the cell itself gives, are not looked at.
    """
    found = []
    for cells in sections(notebook):
        known = computed(cells)
        for name in (
            name for cell in code_cells({"cells": cells}) for name in drawn(cell)
        ):
            text = re.sub(r"{.*?}", "", " ".join(texts[name].values()))
            stated = dict.fromkeys(numbers(text))
            found += [(name, n) for n, sign in stated if not agrees(n, sign, known)]
    return found


def exceptions(chapter: str) -> list[tuple[str, str]]:
    """The numbers of a chapter's figures that need no ground; each has a reason."""
    path = Path(__file__).with_name("caption_numbers.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["reason"] for row in rows)
    prefix = short(chapter) + "-"
    return [(r["figure"], r["number"]) for r in rows if r["figure"].startswith(prefix)]
