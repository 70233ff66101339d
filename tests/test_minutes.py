"""How long a chapter takes is counted from its cells."""

import pytest

from helpers.course import minutes


def cell(source: str, kind="code", *tags, folded=False) -> dict:
    metadata = {"tags": list(tags), "jupyter": {"source_hidden": folded}}
    return {"cell_type": kind, "metadata": metadata, "source": [source]}


@pytest.fixture(autouse=True)
def one_exercise(monkeypatch):
    monkeypatch.setattr(minutes, "exercises", lambda: {"09-1": {"minutes": 7}})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (cell("word " * 130, "markdown"), 1),
        (cell("word $x + y$ `x = 1` [link](https://a.b/c) 12", "markdown"), 2 / 130),
        (cell("x = 1\n\n" * 6), 1),
        (cell("x = 1\n" * 6, folded=True), 0),
        (cell('fig = draw()\nplots.figure(fig, "09-a")', folded=True), 1),
        (cell('plots.steps(frames, "09-b")\n'), 1 + 1 / 6),
        (cell("assert x\n" * 6, "code", "check"), 0),
        (cell('answer = 1\ncheck("09-1", answer)', "code", "solution"), 0),
        (cell('answer = None\ncheck("09-1", answer)', "code", "exercise"), 7),
    ],
)
def test_what_a_cell_takes(given, expected):
    assert minutes.minutes(given) == pytest.approx(expected)


def test_the_time_is_told_to_five_minutes(monkeypatch, capsys):
    words = cell("word " * 130 * 11, "markdown")
    task = cell('check("09-1", None)', "code", "exercise")
    monkeypatch.setattr(minutes, "find", lambda chapter, paths: chapter)
    monkeypatch.setattr(minutes, "read", lambda path: {"cells": [words, task]})
    minutes.reading_time("09")
    told = capsys.readouterr().out
    assert told == "About 20 minutes, 7 of them for 1 exercises.\n"
