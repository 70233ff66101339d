"""The chapters pass with other parameters: other seeds, another fraction.

Only what stands behind `if defaults(...)` in a check cell may depend on the defaults.
"""

import subprocess
import sys

import pytest

from helpers.course import notebooks

OTHERS = [("seed", "3"), ("seed", "7"), ("fraction", "0.1")]
RUNS = [
    (notebooks.short(path.stem), name, value)
    for path in notebooks.chapters()
    for name, value in OTHERS
    if name in notebooks.parameters(notebooks.read(path))
]


@pytest.mark.parametrize(("chapter", "name", "value"), RUNS)
def test_a_chapter_passes_with_other_parameters(chapter, name, value, tmp_path):
    command = [sys.executable, "-m", "helpers", "report", chapter, "-p", name, value]
    done = subprocess.run(
        [*command, "--output", tmp_path],
        cwd=notebooks.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
