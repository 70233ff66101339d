"""The reader's copies: with or without solutions, fresh when asked for, never lost."""

from __future__ import annotations

import json
import sys

import pytest

from helpers import __main__ as commands
from helpers.course import lab, notebooks, packages
from helpers.course.notebooks import read

CHAPTER = "02_descriptive_statistics.ipynb"


def solutions(path):
    cells = read(path)["cells"]
    return [c for c in cells if "solution" in c["metadata"].get("tags", [])]


def test_every_notebook_is_copied_and_a_copy_is_never_overwritten(tmp_path):
    lab.copy_notebooks(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in lab.NOTEBOOKS.glob("*.ipynb")}
    (tmp_path / CHAPTER).write_text("mine")
    lab.copy_notebooks(tmp_path)
    assert (tmp_path / CHAPTER).read_text() == "mine"


def test_a_students_copy_has_no_solutions_but_all_else(tmp_path):
    lab.copy_notebooks(tmp_path, solutions=False)
    original, copy = read(lab.NOTEBOOKS / CHAPTER), read(tmp_path / CHAPTER)
    assert solutions(lab.NOTEBOOKS / CHAPTER)
    assert not solutions(tmp_path / CHAPTER)
    shown = notebooks.without_checks(original["cells"])
    assert len(shown) < len(original["cells"])
    title = copy["cells"][0]["source"][0]
    assert title == f"# 02 · {shown[0]['source'][0].removeprefix('# ')}"
    for there, here in zip(shown[1:], copy["cells"][1:], strict=True):
        solved = "solution" in there["metadata"].get("tags", [])
        assert here["source"] == (lab.EMPTY if solved else there["source"])
        assert here.get("outputs", []) == []


def test_a_copy_starts_without_outputs_and_without_checks(tmp_path):
    lab.copy_notebooks(tmp_path)
    assert solutions(tmp_path / CHAPTER)
    for cell in solutions(tmp_path / CHAPTER):
        # the first line is what JupyterLab shows of a folded cell
        assert cell["source"][0] == lab.CLOSED
        assert cell["metadata"]["jupyter"]["source_hidden"]
    for cell in read(tmp_path / CHAPTER)["cells"]:
        assert cell.get("outputs", []) == []
        assert "check" not in cell["metadata"].get("tags", [])


def test_a_reset_keeps_the_old_copies(tmp_path):
    lab.copy_notebooks(tmp_path)
    for text in ("first", "second"):
        (tmp_path / CHAPTER).write_text(text)
        said = lab.set_aside(tmp_path, "2")
    stem = CHAPTER.removesuffix(".ipynb")
    assert f"your old one is {stem}.old-2.ipynb" in said
    assert (tmp_path / f"{stem}.old-1.ipynb").read_text() == "first"
    assert (tmp_path / f"{stem}.old-2.ipynb").read_text() == "second"
    lab.copy_notebooks(tmp_path)
    lab.copy_notebooks(tmp_path / "fresh")
    fresh = tmp_path / "fresh" / CHAPTER
    assert (tmp_path / CHAPTER).read_bytes() == fresh.read_bytes()


def test_a_chapter_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no chapter '99'; there are"):
        lab.set_aside(tmp_path, "99")
    assert not list(tmp_path.iterdir())


def test_lab_refuses_to_reset_an_original(capsys):
    with pytest.raises(SystemExit):
        commands.main(["lab", "--edit", "--reset", "02"])
    assert "--reset: not allowed with argument --edit" in capsys.readouterr().err


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """A folder for copies, and what JupyterLab would be called with."""
    called = []
    monkeypatch.setattr(lab, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "call", lambda command: called.append(command) or 0)
    return called


def test_lab_opens_the_copy_that_was_asked_for(tmp_path, opened, capsys):
    assert commands.main(["lab", "--student", "--no-browser"]) == 0
    assert opened[-1][-2:] == [tmp_path / "student_notebooks", "--no-browser"]
    assert commands.main(["lab", "--reset", "99"]) == 2
    assert "There is no chapter '99'" in capsys.readouterr().err
    assert commands.main(["lab", "--edit"]) == 0
    assert opened[-1][-1] == lab.NOTEBOOKS
    assert commands.main(["lab"]) == 0
    assert opened[-1][-1] == tmp_path / "my_notebooks"
    assert "--LabApp.default_url=/lab/tree/01_linkage_by_hand.ipynb" in opened[-1]
    assert "older" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("word", "said"),
    [("--students", "has an option --students."), ("03", "'03' was given.")],
)
def test_what_is_no_option_of_jupyterlab_is_refused(opened, capsys, word, said):
    assert commands.main(["lab", word]) == 2
    assert said in capsys.readouterr().err
    assert not opened
    assert commands.main(["lab", "--ServerApp.port=1", "--port", "8899"]) == 0


def test_a_reset_says_which_copy_and_asks_where_there_are_two(
    tmp_path, opened, capsys, monkeypatch
):
    student, mine = tmp_path / "student_notebooks", tmp_path / "my_notebooks"
    lab.copy_notebooks(student, solutions=False)
    assert commands.main(["lab", "--reset", "2"]) == 0
    assert f"student_notebooks/{CHAPTER} is fresh; your" in capsys.readouterr().out
    assert not solutions(student / CHAPTER)
    assert opened[-1][-1] == student
    lab.copy_notebooks(mine)
    before = len(list(student.iterdir())), len(list(mine.iterdir()))
    assert commands.main(["lab", "--reset", "2"]) == 2
    assert "say which to reset" in capsys.readouterr().err
    assert before == (len(list(student.iterdir())), len(list(mine.iterdir())))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda asked: "mine")
    assert commands.main(["lab", "--reset", "2"]) == 0
    assert f"my_notebooks/{CHAPTER} is fresh" in capsys.readouterr().out
    assert solutions(mine / CHAPTER)
    assert commands.main(["lab", "--student", "--reset", "2"]) == 0
    assert f"student_notebooks/{CHAPTER} is fresh" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line",
    [
        "from helpers import by_hand, catalogue, check, plots",
        "from helpers import catalogue",
        "from helpers.plots import ch02 as pictures",
        "from notebooks.pictures import ch99 as pictures",
        "from helpers import plots\nfrom helpers.keep import keep",
        "from helpers.course import check, some_old_name",
    ],
)
def test_a_copy_of_an_older_version_is_recognised(tmp_path, opened, capsys, line):
    copies = tmp_path / "my_notebooks"
    lab.copy_notebooks(copies)
    notebook = read(copies / CHAPTER)
    notebook["cells"][1] |= {"source": [line], "cell_type": "code"}
    (copies / CHAPTER).write_text(json.dumps(notebook))
    (copies / "mine.ipynb").write_text("no notebook")
    assert commands.main(["lab"]) == 0
    said = capsys.readouterr().out
    assert f"older version of the course: {CHAPTER[:-6]};\n--reset 02 puts" in said
    assert commands.main(["lab", "--reset", "02"]) == 0
    said = capsys.readouterr().out
    assert "older" not in said
