"""The report on a small project: what it makes and refuses, what survives a stop."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import nbformat
import pytest

from helpers import __main__ as commands
from helpers.course import notebooks, report
from helpers.course import run as run_module
from tests.test_notebook_checks import ALT, CELLS, notebook

BROKEN = [*CELLS[:3], ("code", "1 / 0", [])]
FRONT = """# Front

```{toctree}
<!-- names -->

glossary
errors
figures
references
names
distributed
```
"""
SLOW = [*CELLS, ("code", "import time\n\ntime.sleep(60)", [])]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project of three chapters: 01 is good, 02 fails, 03 takes a minute."""
    root = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(notebooks.ROOT / name, root / name)
    shutil.copytree(notebooks.ROOT / "helpers", root / "helpers")
    # The course's own name chapters that are not here.
    site = root / "helpers" / "course" / "site"
    (site / "errors.md").write_text("# Errors\n")
    (site / "names.rst").write_text("Names\n=====\n")  # all of them take long
    (site / "index.md").write_text(FRONT)
    (root / "notebooks").mkdir()
    for name, cells in (("01_good", CELLS), ("02_broken", BROKEN), ("03_slow", SLOW)):
        cells = [
            (kind, text.replace("02-", f"{name[:2]}-"), t) for kind, text, t in cells
        ]
        notebooks.write(notebook(cells), root / "notebooks" / f"{name}.ipynb")
    (root / "figures").mkdir()
    for name in ("01-stale", "02-line", "03-line"):
        (root / "figures" / f"{name}.png").write_bytes(b"the last good figure")
    return root


def test_the_chapter_that_is_begun_first_is_there():
    assert run_module.LONGEST in [path.stem for path in notebooks.chapters()]


def start(project, *arguments):
    """Start the report of the small project."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    return subprocess.Popen(
        [sys.executable, "-m", "helpers", "report", *arguments],
        cwd=project,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def run(project, *arguments):
    """Run the report to its end; its exit code and its words."""
    with start(project, *arguments) as process:
        said = process.communicate()[0]
    return process.returncode, said


def hashes(folder):
    """What is in a folder, byte for byte."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def first_run(project):
    return run(project, "01", "02")


def test_a_failing_chapter_is_named_with_its_cell_and_its_error(first_run):
    code, said = first_run
    assert code == 1
    assert re.search(r"01_good .* ok", said)
    error = "FAILED in code cell 3 (1 / 0): ZeroDivisionError: division by zero"
    assert error in said


def test_the_other_chapter_is_placed_and_old_figures_stay(project, first_run):
    figures = project / "figures"
    assert (figures / "01-line.png").read_bytes().startswith(b"\x89PNG")
    assert not (figures / "01-stale.png").exists()
    assert (figures / "02-line.png").read_bytes() == b"the last good figure"
    index = (figures / "index.csv").read_text()
    assert "01-line.png,01_good,,Figure 01-1. A line.," in index
    assert not list((project / "build").glob(".staged-*"))


def test_the_pages_carry_the_alt_text_and_load_nothing_from_a_network(
    project, first_run
):
    pages = list((project / "build" / "html").glob("*.html"))
    good = (project / "build" / "html" / "01_good.html").read_text()
    assert good.count(f'alt="{ALT}"') == 1
    assert good.count("<figcaption>") == 1
    assert "The picture in words" not in good
    loaded = r"<(?:script|img|link)[^>]*(?:src|href)=\"(?:https?:)?//[^>]*>"
    for page in pages:
        assert re.findall(loaded, page.read_text()) == [], page.name


def test_a_page_says_with_which_parameters_it_was_made_and_what_failed(
    project, first_run
):
    code, said = run(project, "01", "02", "-p", "n_points", "6")
    assert code == 1
    pages = project / "build" / "parameters" / "html"
    good, broken = (
        re.sub(r"<[^>]+>", "", (pages / f"{name}.html").read_text())
        for name in ("01_good", "02_broken")
    )
    assert "This page was made with" in good
    assert "n_points = 6" in good
    assert "This chapter failed when it was last run" in broken
    assert "ZeroDivisionError: division by zero" in broken
    default = (project / "build" / "html" / "01_good.html").read_text()
    assert "This page was made with" not in default


def test_parameters_go_to_the_chapters_that_have_them(capsys):
    chapters = notebooks.chapters()
    found = report.those_with_parameters(chapters, [("n_components", "9")])
    assert [path.stem for path in found] == ["appendix_sources"]
    assert (
        "left out: readiness, 01, 02, 03, 04, 05, 06, 07, case."
        in capsys.readouterr().out
    )
    assert report.those_with_parameters(chapters, []) == chapters
    with pytest.raises(ValueError, match="No chapter has the parameter"):
        report.those_with_parameters(chapters, [("nonsense", "3")])


def test_a_second_run_changes_no_byte_and_other_runs_leave_figures_alone(
    project, first_run, tmp_path
):
    before = hashes(project / "figures"), hashes(project / "notebooks")
    executed = hashes(project / "build" / "notebooks")
    assert run(project, "01", "-p", "n_points", "5")[0] == 0
    assert (hashes(project / "figures"), hashes(project / "notebooks")) == before
    assert hashes(project / "build" / "notebooks") == executed
    line = project / "build" / "parameters" / "figures" / "01-line.png"
    assert line.read_bytes() != (project / "figures" / "01-line.png").read_bytes()
    assert run(project, "01", "--output", str(tmp_path))[0] == 0
    assert (hashes(project / "figures"), hashes(project / "notebooks")) == before
    assert hashes(tmp_path / "notebooks") == executed
    assert run(project, "01", "--store")[0] == 0
    assert hashes(project / "figures") == before[0]
    stored = notebooks.read(project / "notebooks" / "01_good.ipynb")
    assert stored == notebooks.read(tmp_path / "notebooks" / "01_good.ipynb")


def test_a_stream_cut_in_pieces_is_stored_as_one():
    def stream(name, text):
        return nbformat.v4.new_output("stream", name=name, text=text)

    picture = nbformat.v4.new_output("display_data", data={"text/plain": "a"})
    cut = [stream("stdout", "one\ntw"), stream("stdout", "o"), picture]
    cut += [stream("stdout", "three"), stream("stderr", "four")]
    cell = nbformat.v4.new_code_cell(outputs=cut, metadata={"papermill": {}})
    spec = {"name": "python3", "display_name": "Python 3"}
    kernel = {"kernelspec": spec, "language_info": {"name": "p", "version": "3"}}
    made = nbformat.v4.new_notebook(metadata=kernel, cells=[cell])
    cleaned = notebooks.clean(made)["cells"][0]
    texts = [output.get("text") for output in cleaned["outputs"]]
    assert texts == [["one\n", "two"], None, ["three"], ["four"]]
    assert cleaned["metadata"] == {}


def test_a_log_says_which_cell_of_which_chapter_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(run_module, "SILENCE", 0)
    path = tmp_path / "01_a.ipynb"
    notebooks.write(notebook(BROKEN), path)
    chapter = run_module.Chapter(path, tmp_path / "staged")
    options = SimpleNamespace(parameters={}, cell_minutes=1, jobs=1)
    run_module.run_all([chapter], options, threading.Event())
    assert chapter.error == "code cell 3 (1 / 0): ZeroDivisionError: division by zero"
    said = capsys.readouterr().out
    assert re.search(r"^      01_a: cell [1-4] of 4$", said, flags=re.MULTILINE)
    assert re.search(r"^\[1/1\] 01_a +[\d.]+ s  failed$", said, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("7", 7),
        ("1e-3", 0.001),
        ("True", True),
        ("None", None),
        ("007", "007"),
        ("a", "a"),
    ],
)
def test_a_parameter_that_looks_like_a_number_is_one(word, value):
    assert run_module.typed(word) == value
    assert type(run_module.typed(word)) is type(value)


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_the_last_good_figures(project, number):
    before = hashes(project / "figures"), hashes(project / "notebooks")
    with start(project, "03") as process:
        drawn = "build/.staged-*/03_slow/figures/03-line.png"
        while not list(project.glob(drawn)):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(number)
        said = process.communicate(timeout=20)[0]
    assert process.returncode == 130
    assert "as they were" in said
    assert (hashes(project / "figures"), hashes(project / "notebooks")) == before
    assert not list((project / "build").glob(".staged-*"))


# --- refusals, before any work ------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9"], "There is no chapter '9'; there are 01_good, 02_broken, 03_slow."),
        (
            ["01", "-p", "k", "3"],
            "01_good has no parameter 'k'; its parameters: n_points.",
        ),
        (["--jobs", "0"], "argument --jobs: give a whole number from 1 up, not 0."),
        (["--store", "-p", "n_points", "3"], "leave out -p and --output"),
        (["--store", "--output", "there"], "leave out -p and --output"),
        (["--stroe"], "There is no option --stroe."),
        (["--truth", "c"], "--truth goes with --data FILE."),
        (["--without", "c"], "--without goes with --data FILE."),
        (["--drop-missing"], "--drop-missing goes with --data FILE."),
        (["01", "--data", "iris"], "Give chapters or --data, not both."),
    ],
)
def test_what_makes_no_sense_is_refused(
    project, monkeypatch, capsys, arguments, sentence
):
    monkeypatch.setattr(notebooks, "NOTEBOOKS", project / "notebooks")
    with pytest.raises(SystemExit) as stop:
        commands.parse(["report", *arguments])
    assert stop.value.code == 2
    assert sentence in " ".join(capsys.readouterr().err.split())
