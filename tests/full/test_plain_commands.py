"""The ecosystem's own commands work on the notebooks, without ours around them."""

import os
import subprocess
import sys

import pytest

from helpers.course import notebooks

ALL = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))


def run(*command):
    """Run a module of Python from the project's root, with no variable of ours."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HELPERS_")}
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)],
        env=kept | {"PYTHONPATH": str(notebooks.ROOT)},
        cwd=notebooks.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_nbval_passes(path):
    quiet = ["-q", "-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = run("pytest", "--nbval", path, *quiet)
    assert done.returncode == 0, done.stdout[-4000:]


def test_papermill_takes_parameters(tmp_path):
    path = notebooks.find("02", ALL)
    options = ["--cwd", notebooks.NOTEBOOKS, "--kernel", "python3", "-p", "seed", "3"]
    done = run("papermill", path, tmp_path / "out.ipynb", *options)
    assert done.returncode == 0, done.stderr[-4000:]


def test_nbconvert_executes(tmp_path):
    path = notebooks.find("01", ALL)
    options = ["--to", "notebook", "--execute", "--output-dir", tmp_path]
    done = run("jupyter", "nbconvert", *options, path)
    assert done.returncode == 0, done.stderr[-4000:]
    stored, made = (notebooks.read(p) for p in (path, tmp_path / path.name))
    texts = [
        [out.get("text") for cell in nb["cells"] for out in cell.get("outputs", [])]
        for nb in (stored, made)
    ]
    assert texts[0] == texts[1]
