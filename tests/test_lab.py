"""The reader's copies: with or without solutions, fresh when asked for, never lost."""

from __future__ import annotations

import pytest

from helpers import __main__ as commands
from helpers.course import lab
from helpers.course.notebooks import read

CHAPTER = "02_descriptive_statistics.ipynb"


def solutions(path):
    cells = read(path)["cells"]
    return [c for c in cells if "solution" in c["metadata"].get("tags", [])]


def test_every_notebook_is_copied_and_a_copy_is_never_overwritten(tmp_path):
    lab.copy_notebooks(tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {path.name for path in lab.ORIGINALS.glob("*.ipynb")}
    (tmp_path / CHAPTER).write_text("mine")
    lab.copy_notebooks(tmp_path)
    assert (tmp_path / CHAPTER).read_text() == "mine"


def test_a_students_copy_has_no_solutions_but_all_else(tmp_path):
    lab.copy_notebooks(tmp_path, solutions=False)
    original, copy = read(lab.ORIGINALS / CHAPTER), read(tmp_path / CHAPTER)
    assert solutions(lab.ORIGINALS / CHAPTER)
    assert not solutions(tmp_path / CHAPTER)
    for there, here in zip(original["cells"], copy["cells"], strict=True):
        if "solution" in there["metadata"].get("tags", []):
            assert here["source"] == lab.EMPTY
            assert here["outputs"] == []
        else:
            assert here == there


def test_a_reset_keeps_the_old_copies(tmp_path):
    lab.copy_notebooks(tmp_path)
    for text in ("first", "second"):
        (tmp_path / CHAPTER).write_text(text)
        said = lab.reset(tmp_path, "2")
    stem = CHAPTER.removesuffix(".ipynb")
    assert f"your old one is {stem}.old-2.ipynb" in said
    assert (tmp_path / f"{stem}.old-1.ipynb").read_text() == "first"
    assert (tmp_path / f"{stem}.old-2.ipynb").read_text() == "second"
    assert (tmp_path / CHAPTER).read_bytes() == (lab.ORIGINALS / CHAPTER).read_bytes()


def test_a_chapter_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="There is no chapter '99'; there are"):
        lab.reset(tmp_path, "99")
    assert not list(tmp_path.iterdir())


def test_lab_refuses_to_reset_an_original(capsys):
    with pytest.raises(SystemExit):
        commands.main(["lab", "--edit", "--reset", "02"])
    assert "the originals have none" in capsys.readouterr().err


def test_lab_opens_the_copy_that_was_asked_for(tmp_path, monkeypatch, capsys):
    called = []
    monkeypatch.setattr(commands, "ROOT", str(tmp_path))
    monkeypatch.setattr(commands, "call", lambda command: called.append(command) or 0)
    monkeypatch.setattr(commands, "missing_packages", lambda: "")
    assert commands.main(["lab", "--student", "--no-browser"]) == 0
    assert called[-1][-2:] == [str(tmp_path / "student_notebooks"), "--no-browser"]
    assert commands.main(["lab", "--reset", "99"]) == 2
    assert "There is no chapter '99'" in capsys.readouterr().err
    assert commands.main(["lab", "--edit"]) == 0
    assert called[-1][-1] == str(tmp_path / "notebooks")
