"""The tests' own test: break the numeric core in small ways, and see the tests fail.

mutmut makes the mutants (a swapped sign or comparison, a constant one larger, a value
or an argument left out, `and` for `or`) in a copy of the project, and runs against each
the tests that reach the function, the quickest first (`quickest_first.py`). All of them
would take a day, so a fixed random sample of each file is taken (the environment
variable HELPERS_MUTANTS says how many). Mutants that change nothing but a text or an
error are left out; those that cannot be told from the original are in `equivalent.csv`,
each with the reason, and count as survivors all the same.

Prints a table of the files; build/mutants.csv says what became of each mutant.

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
MUTANTS_A_FILE = int(os.environ.get("HELPERS_MUTANTS", "13"))
SEED = 9
LEAST = 0.85  # share of the mutants that must be noticed

CORE = {
    "sampling": ["_checks", "sampling"],
    "linkage": [
        "fast/rows",
        "fast/union_find",
        "linkage/agglomerate",
        "linkage/formulas",
        "linkage/tree",
    ],
    "trees": [
        "linkage/whole_catalogue",
        "fast/boruvka",
        "fast/ward",
        "fast/neighbours",
    ],
    "hopkins": ["hopkins"],
    "hopkins_null": ["hopkins"],
    "parallel": ["fast/threads"],
    "kmeans": [
        *("kmeans/lloyd", "kmeans/doors", "kmeans/estimator", "kmeans/how_many"),
        "fast/hamerly",
    ],
    "silhouette": ["kmeans/silhouette"],
    "mixture": [
        *("mixture/steps", "mixture/doors", "mixture/em_loop", "mixture/estimator"),
        "fast/em_pass",
    ],
    "evaluation": ["evaluation"],
}
"""Tests, and the files each is about; any of the tests may kill a mutant."""
FILES = list(dict.fromkeys(file for files in CORE.values() for file in files))
SETTINGS = f"""
[tool.mutmut]
source_paths = ["helpers"]
only_mutate = {[f"helpers/{file}.py" for file in FILES]}
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
    mutmut(copy, "helpers.fast.threads.*")  # makes all mutants, and times all tests
    chance = random.Random(SEED)
    sample = [name for file in FILES for name in drawn(copy, file, chance)]
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


def exit_codes(copy: Path, file: str) -> dict:
    """How the tests ended for each mutant of a file; None where they have not run."""
    meta = (copy / f"mutants/helpers/{file}.py.meta").read_text(encoding="utf-8")
    return json.loads(meta)["exit_code_by_key"]


def file_and_function(name: str) -> tuple[str, str]:
    """The file and the mutated function that a mutant's name tells."""
    module, _, function = name.removeprefix("helpers.").rpartition(".")
    return module.replace(".", "/"), function


def drawn(copy: Path, file: str, chance: random.Random) -> list[str]:
    """A random sample of a file's mutants, without those of a text alone."""
    names = [name for name in exit_codes(copy, file) if not text_alone(copy, name)]
    return sorted(chance.sample(names, min(MUTANTS_A_FILE, len(names))))


@cache
def all_mutants(copy: Path, file: str) -> tuple[list[str], dict]:
    """The lines of a file with all its mutants, and where each function stands."""
    path = copy / f"mutants/helpers/{file}.py"
    spans = json.loads(path.with_name(f"{path.name}.spans").read_text(encoding="utf-8"))
    return path.read_text(encoding="utf-8").splitlines(), spans["spans"]


def sources(copy: Path, name: str) -> tuple[list[str], list[str]]:
    """The lines of the function as it is, and as a mutant."""
    file, mutant = file_and_function(name)
    lines, spans = all_mutants(copy, file)
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
    with open(HERE / "equivalent.csv", encoding="utf-8", newline="") as table:
        reasons = {
            (row["file"], row["before"], row["after"]): row["reason"]
            for row in csv.DictReader(table)
        }
    rows = []
    for name in sample:
        file, mutant = file_and_function(name)
        function, mutated = sources(copy, name)
        lines = list(zip_longest(function, mutated, fillvalue=""))
        i = next(i for i, pair in enumerate(lines) if differ(*pair))
        before, after = (line.strip() for line in lines[i])
        fate = FATES.get(exit_codes(copy, file)[name], "survived")
        rows.append(
            {
                "file": file,
                "line": line_number(copy, file, function, i),
                "mutant": mutant,
                "fate": fate,
                "before": before,
                "after": after,
                "reason": reasons.get((file, before, after), ""),
            }
        )
    return rows


def differ(old: str, new: str) -> bool:
    """Whether a line is the changed one; the function's own name changes too."""
    return re.sub(r"__mutmut_\w+", "", old) != re.sub(r"__mutmut_\w+", "", new)


def line_number(copy: Path, file: str, function: list[str], i: int) -> int:
    """Where line i of a function stands in its file, counted from 1."""
    lines = (copy / f"helpers/{file}.py").read_text(encoding="utf-8").splitlines()
    first = next(k for k, line in enumerate(function) if "def " in line) + 1
    body = function[first:]
    tops = range(len(lines) - len(body) + 1)
    top = next(k for k in tops if lines[k : k + len(body)] == body)
    return top + i - first + 1


def report(rows: list[dict]) -> None:
    """Print the table of files; write that of the mutants to build/mutants.csv."""
    print("\nfile                  mutants  noticed        equivalent")
    for file in [*FILES, "all"]:
        those = [row for row in rows if file in ("all", row["file"])]
        left = [row for row in those if row["fate"] == "survived"]
        noticed, known = (
            len(those) - len(left),
            sum(bool(row["reason"]) for row in left),
        )
        share = noticed / len(those)
        print(f"{file:20} {len(those):8} {noticed:8} {share:6.0%} {known:11}")
    path = ROOT / "build" / "mutants.csv"
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
