"""The whole suite under other Pythons, other versions, other processors and threads.

Each Python is tried where it is installed under its name, such as python3.12, in a
bare clone without an environment, as a new reader has it. The newest versions that the
bounds of pyproject.toml allow are tried in an environment made without the lock.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from helpers.course.notebooks import ROOT


def run(command, cwd, **variables):
    """The last lines of a command that has to succeed."""
    environment = {k: v for k, v in os.environ.items() if k != "LOST_GALAXIES_VENV"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout.strip().rpartition("\n")[2]


@pytest.fixture
def clone(tmp_path):
    """What is committed, and nothing else; an empty home."""
    run(["git", "clone", "--quiet", ROOT, tmp_path / "clone"], tmp_path)
    return tmp_path / "clone"


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_python_with_the_lock(clone, minor):
    python = f"python3.{minor}"
    asked = subprocess.run(["sh", "-c", f"{python} --version"], capture_output=True)
    if asked.returncode:
        pytest.skip(f"{python} is not installed")
    home = clone.parent / "home"
    home.mkdir()
    print(run([python, "-m", "helpers", "test", "-q"], clone, HOME=str(home)))


def test_newest_versions(clone):
    run([sys.executable, "-m", "venv", ".venv-newest"], clone)
    python = clone / ".venv-newest" / "bin" / "python"
    run(
        [python, "-m", "pip", "install", "--quiet", "--upgrade", ".[course,test]"],
        clone,
    )
    run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "lost-galaxies"], clone)
    print(run([python, "-m", "helpers", "test", "-q"], clone))


@pytest.mark.parametrize(
    ("core", "threads"),
    [("Haswell", 1), ("Haswell", 2), ("Haswell", 4), ("Sandybridge", 2)],
)
def test_same_outputs_on_other_processors_and_threads(core, threads):
    counts = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    variables = dict.fromkeys(counts, str(threads)) | {"OPENBLAS_CORETYPE": core}
    command = [sys.executable, "-m", "pytest", "-q", "tests/test_notebooks.py"]
    print(run(command, ROOT, **variables))
