"""The plan of the package: few names, imports that only go down, plain files alone."""

import ast
import subprocess
import sys

import pytest

from helpers.course.notebooks import NOTEBOOKS, ROOT

HOUSE = ROOT / "helpers"
FLOORS = [
    {"_checks", "fast", "course"},
    {"stars", "sampling", "hopkins", "linkage", "kmeans", "evaluation"},
    {"mixture", "plots"},
    {"galaxies"},
    {"own_data"},
    {"__main__"},
]
"""From the ground up; a part imports from itself and from the floors below."""
PLAIN = ["kmeans/lloyd", "mixture/steps", "linkage/formulas"]
PICTURES = sorted((NOTEBOOKS / "pictures").glob("[a-z]*.py"))
FAST = sorted(f"fast/{path.stem}" for path in (HOUSE / "fast").glob("[a-z]*.py"))


def parts() -> list[str]:
    """What a newcomer sees in helpers/."""
    return [path.stem for path in HOUSE.iterdir() if path.name != "__pycache__"]


def imports(path, packages=("helpers",)) -> set[str]:
    """The modules of our packages that a file imports, wherever it does so."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in packages}


def test_a_newcomer_sees_at_most_fifteen_names():
    assert len(parts()) <= 15
    assert set(parts()) == set().union(*FLOORS, {"__init__"})


@pytest.mark.parametrize("part", sorted(set().union(*FLOORS)))
def test_imports_go_down(part):
    below, floor = set(), next(i for i, f in enumerate(FLOORS) if part in f)
    for parts_of_floor in FLOORS[:floor]:
        below |= parts_of_floor
    files = [HOUSE / f"{part}.py"] if (HOUSE / f"{part}.py").exists() else []
    for path in files or (HOUSE / part).rglob("*.py"):
        for name in imports(path):
            other = name.split(".")[1]
            assert other in below | {part}, f"{path.name} imports {name}"


def test_helpers_imports_nothing_from_beside_it_but_two_commands():
    beside = ["notebooks", "experiments", "benchmarks", "tests"]
    found = {path: imports(path, beside) for path in HOUSE.rglob("*.py")}
    commands = {"experiments.making", "experiments.galaxies"}
    assert {path: names for path, names in found.items() if names} == {
        HOUSE / "__main__.py": commands
    }


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_the_pictures_of_a_chapter_know_no_other_chapter(path):
    assert not imports(path, ["notebooks"])


def test_no_file_imports_itself_in_a_circle():
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in HOUSE.rglob("*.py")
        if "site" not in path.parts
    }
    arrows = {
        name: {
            other
            for imported in imports(path)
            for other in (imported, imported.rpartition(".")[0])
            if other in files and other != name
        }
        for name, path in files.items()
    }
    while arrows:
        free = {name for name, others in arrows.items() if not others & arrows.keys()}
        assert free, f"in a circle: {sorted(arrows)}"
        arrows = {name: others for name, others in arrows.items() if name not in free}


@pytest.mark.parametrize("name", PLAIN + FAST)
def test_a_file_loads_nothing_that_it_must_not_know(name):
    """In a fresh interpreter, without the face of its folder, which knows them all."""
    folder, module = name.split("/")
    code = f"""
import sys, types
face = types.ModuleType("helpers.{folder}")
face.__path__ = [{str(HOUSE / folder)!r}]
sys.modules["helpers.{folder}"] = face
import helpers.{folder}.{module}
print(*(name for name in sys.modules if name.startswith("helpers.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    allowed = {"_checks", folder}
    loaded = {name.split(".")[1] for name in done.stdout.split()}
    assert loaded <= allowed, f"{name} loads {loaded - allowed}"
    if folder == "fast":
        assert "_checks" not in loaded
