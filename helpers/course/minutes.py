"""How long a chapter takes: estimated from what it holds, never measured.

    minutes = words / 130 + visible lines of code / 6 + figures + exercises

The minutes of an exercise stand in `notebooks/exercises.toml`. Folded code, checks and
solutions count nothing. Standard library only.
"""

import re

from helpers.course.exercises import exercises
from helpers.course.notebooks import chapters, find, read

WORDS_A_MINUTE, LINES_A_MINUTE = 130, 6
ASKED = re.compile(r'^check\("([^"]+)"', flags=re.MULTILINE)
DRAWN = re.compile(r"\bplots\.(?:figure|steps)\(")
# Formulas, addresses, tags and names of code are no words.
NO_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]*`|\]\([^)]*\)|<[^>]*>", re.DOTALL)


def reading_time(chapter: str) -> None:
    """Print how long a chapter takes, to five minutes, and its exercises."""
    cells = read(find(chapter, chapters()))["cells"]
    tasks = [name for cell in cells for name in asked(cell)]
    of_tasks = sum(exercises()[name]["minutes"] for name in tasks)
    whole = 5 * round(sum(map(minutes, cells)) / 5)
    print(f"About {whole} minutes, {of_tasks} of them for {len(tasks)} exercises.")


def minutes(cell: dict) -> float:
    tags, source = cell["metadata"].get("tags", []), "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        words = re.findall(r"\w*[^\W\d]\w*", NO_WORDS.sub(" ", source))
        return len(words) / WORDS_A_MINUTE
    if {"check", "solution"} & set(tags):
        return 0
    if "exercise" in tags:
        return sum(exercises()[name]["minutes"] for name in asked(cell))
    folded = cell["metadata"].get("jupyter", {}).get("source_hidden")
    lines = 0 if folded else len([line for line in source.splitlines() if line.strip()])
    return lines / LINES_A_MINUTE + len(DRAWN.findall(source))


def asked(cell: dict) -> list[str]:
    is_exercise = "exercise" in cell["metadata"].get("tags", [])
    return ASKED.findall("".join(cell["source"])) if is_exercise else []
