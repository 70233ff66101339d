"""The tests' own test: break the numeric core in small ways, and see the tests fail.

mutmut makes the mutants (a swapped sign or comparison, a constant one larger, a value
or an argument left out, `and` for `or`) in a copy of the project, and runs against each
the tests that reach the function, the quickest first (`quickest_first.py`). All of them
would take a day, so a fixed random sample of each room is taken (the environment
variable HELPERS_MUTANTS says how many). Mutants that change nothing but a text or an
error are left out; those that cannot be told from the original are in `equivalent.csv`,
each with the reason, and count as survivors all the same.

Prints a table of the rooms; build/mutants.csv says what became of each mutant.

Not handled: tables and constants of a module, functions with a decorator, Windows.
"""

import ast
import csv
import json
import os
import random
import re
import shutil
import subprocess
import sys
import textwrap
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest

from helpers.course.notebooks import ROOT

pytest.importorskip("mutmut", reason="needs mutmut: pip install -e .[mutants]")

HERE = Path(__file__).parent
MUTANTS_A_ROOM = int(os.environ.get("HELPERS_MUTANTS", "13"))
SEED = 9
LEAST = 0.85  # share of the mutants that must be noticed

CORE = {
    "sampling": ["arrays", "sampling"],
    "by_hand": ["by_hand", "filled_in", "lance_williams"],
    "linkage": ["cluster_rows", "agglomeration", "linkage", "dendrogram"],
    "trees": ["trees", "single_tree", "ward_tree"],
    "hopkins": ["hopkins"],
    "hopkins_null": ["hopkins_null"],
    "parallel": ["parallel"],
    "kmeans": ["lloyd", "seeding", "kmeans", "kmeans_fast", "n_clusters"],
    "silhouette": ["silhouette"],
    "mixture": [
        *("mixture", "mixture_blocks", "mixture_checks"),
        *("mixture_em", "mixture_starts", "mixture_steps"),
    ],
    "evaluation": ["matching", "evaluation"],
}
"""Files of tests, and the rooms each is about; any of the files may kill a mutant."""
ROOMS = [room for rooms in CORE.values() for room in rooms]
SETTINGS = f"""
[tool.mutmut]
source_paths = ["helpers"]
only_mutate = {[f"helpers/{room}.py" for room in ROOMS]}
pytest_add_cli_args = ["-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = {[f"tests/test_{name}.py" for name in CORE]}
timeout_multiplier = 10.0
use_git_change_detection = false
track_dependencies = false
"""
FATES = {1: "killed", 3: "killed", -11: "crashed", -6: "crashed"} | dict.fromkeys(
    (-24, 24, 36, 152), "too long"
)  # by the exit code of the tests; with any other it survived


def test_most_mutants_of_the_numeric_core_are_noticed(tmp_path):
    copy = copy_of_the_project(tmp_path)
    mutmut(copy, "helpers.parallel.*")  # makes all mutants, and times all tests
    chance = random.Random(SEED)
    sample = [name for room in ROOMS for name in drawn(copy, room, chance)]
    mutmut(copy, *sample)
    rows = results(copy, sample)
    report(rows)
    noticed = sum(row["fate"] != "survived" for row in rows)
    assert noticed >= LEAST * len(rows), f"{noticed} of {len(rows)} were noticed"


def copy_of_the_project(folder: Path) -> Path:
    """The package and its tests, with mutmut's settings."""
    copy = folder / "project"
    ignored = shutil.ignore_patterns("__pycache__", "full")
    for part in ("helpers", "tests"):
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    shutil.copy(HERE / "quickest_first.py", copy / "tests" / "conftest.py")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (copy / "pyproject.toml").write_text(project + SETTINGS, encoding="utf-8")
    return copy


def mutmut(copy: Path, *names: str) -> None:
    """Run the tests against these mutants, one after the other."""
    # subtle: a process forked after OpenMP has started threads would wait for ever
    setting = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names],
        cwd=copy,
        env=os.environ | setting | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


def exit_codes(copy: Path, room: str) -> dict:
    """How the tests ended for each mutant of a room; None where they have not run."""
    meta = (copy / f"mutants/helpers/{room}.py.meta").read_text(encoding="utf-8")
    return json.loads(meta)["exit_code_by_key"]


def drawn(copy: Path, room: str, chance: random.Random) -> list[str]:
    """A random sample of a room's mutants, without those of a text alone."""
    names = [name for name in exit_codes(copy, room) if not text_alone(copy, name)]
    return sorted(chance.sample(names, min(MUTANTS_A_ROOM, len(names))))


@cache
def all_mutants(copy: Path, room: str) -> tuple[list[str], dict]:
    """The lines of a room with all its mutants, and where each function stands."""
    path = copy / f"mutants/helpers/{room}.py"
    spans = json.loads(path.with_name(f"{room}.py.spans").read_text(encoding="utf-8"))
    return path.read_text(encoding="utf-8").splitlines(), spans["spans"]


def sources(copy: Path, name: str) -> tuple[list[str], list[str]]:
    """The lines of the function as it is, and as a mutant."""
    room, mutant = name.split(".")[1:]
    lines, spans = all_mutants(copy, room)
    both = mutant.rpartition("__mutmut_")[0] + "__mutmut_orig", mutant
    before, after = (lines[spans[key][0] - 1 : spans[key][1]] for key in both)
    return before, after


class WithoutTexts(ast.NodeTransformer):
    """Leaves out what only a reader sees: texts (and None in their place), errors."""

    def visit_Raise(self, node):
        return ast.Pass()

    def visit_Constant(self, node):
        text = isinstance(node.value, str) or node.value is None
        return ast.Constant("") if text else node

    def visit_FunctionDef(self, node):
        node.name = ""
        return self.generic_visit(node)


def text_alone(copy: Path, name: str) -> bool:
    """Whether the mutant differs in a text or an error, and in nothing else."""
    trees = [
        WithoutTexts().visit(ast.parse(textwrap.dedent("\n".join(lines))))
        for lines in sources(copy, name)
    ]
    return ast.dump(trees[0]) == ast.dump(trees[1])


def results(copy: Path, sample: list[str]) -> list[dict]:
    """What became of each mutant of the sample, and what its change was."""
    with open(HERE / "equivalent.csv", encoding="utf-8", newline="") as file:
        reasons = {
            (row["room"], row["before"], row["after"]): row["reason"]
            for row in csv.DictReader(file)
        }
    rows = []
    for name in sample:
        room, mutant = name.split(".")[1:]
        function, mutated = sources(copy, name)
        lines = list(zip_longest(function, mutated, fillvalue=""))
        i = next(i for i, pair in enumerate(lines) if differ(*pair))
        before, after = (line.strip() for line in lines[i])
        fate = FATES.get(exit_codes(copy, room)[name], "survived")
        rows.append(
            {
                "room": room,
                "line": line_number(copy, room, function, i),
                "mutant": mutant,
                "fate": fate,
                "before": before,
                "after": after,
                "reason": reasons.get((room, before, after), ""),
            }
        )
    return rows


def differ(old: str, new: str) -> bool:
    """Whether a line is the changed one; the function's own name changes too."""
    return re.sub(r"__mutmut_\w+", "", old) != re.sub(r"__mutmut_\w+", "", new)


def line_number(copy: Path, room: str, function: list[str], i: int) -> int:
    """Where line i of a function stands in its file, counted from 1."""
    lines = (copy / f"helpers/{room}.py").read_text(encoding="utf-8").splitlines()
    first = next(k for k, line in enumerate(function) if "def " in line) + 1
    body = function[first:]
    tops = range(len(lines) - len(body) + 1)
    top = next(k for k in tops if lines[k : k + len(body)] == body)
    return top + i - first + 1


def report(rows: list[dict]) -> None:
    """Print the table of rooms; write that of the mutants to build/mutants.csv."""
    print("\nroom              mutants  noticed        equivalent")
    for room in [*ROOMS, "all"]:
        those = [row for row in rows if room in ("all", row["room"])]
        left = [row for row in those if row["fate"] == "survived"]
        noticed, known = (
            len(those) - len(left),
            sum(bool(row["reason"]) for row in left),
        )
        share = noticed / len(those)
        print(f"{room:16} {len(those):8} {noticed:8} {share:6.0%} {known:11}")
    path = ROOT / "build" / "mutants.csv"
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
