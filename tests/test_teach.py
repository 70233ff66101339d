"""What a teacher gets: all exercises with their answers, all figures with captions."""

import re

import pytest

from helpers import __main__ as commands
from helpers.course import exercises, notebooks, teach

KNOWN = exercises.exercises()


@pytest.fixture(scope="module")
def sheets():
    """The answer sheet of all chapters, as Markdown."""
    parts = []
    for path in notebooks.chapters():
        cells = notebooks.read(path)["cells"]
        parts += teach.sheet(cells, notebooks.short(path.stem))
    return "\n\n".join(parts)


def test_each_exercise_stands_once_with_question_and_solution(sheets):
    blocks = re.split(r"^### ", sheets, flags=re.MULTILINE)[1:]
    names = [block.split(" ")[0] for block in blocks]
    assert sorted(names) == sorted(KNOWN)
    for name, block in zip(names, blocks, strict=True):
        assert block.count(f'check("{name}", ') == 1
        assert "```text\nRight.\n" in block
        question = block.split("\n\n")[1]
        assert teach.BEGINS.match(question.removeprefix("### Your turn")), question
        entry = KNOWN[name]
        for said in [*entry.get("mistakes", []), *entry.get("options", [])]:
            assert said.get("hint", said.get("reason")) in block


def test_what_is_right_is_told_of_each_kind():
    assert "- **a, true.** `a` is 3" in teach.answers(KNOWN["readiness-1"])[0]
    assert "- **b, not true.** `a` is 4" in teach.answers(KNOWN["readiness-1"])[0]
    right, hint, wrong = teach.answers(KNOWN["02-6"])
    assert right == "**Right:** 458 or 459"
    assert hint.startswith("*Hint to any other answer:* Try sizes")
    assert "- `299` *Hint:* That misses it" in wrong
    assert "- `m_step_plain_mean` *Hint:*" in teach.answers(KNOWN["06-3"])[1]


def test_one_command_makes_pages_of_answers_and_a_page_for_each_figure(
    tmp_path, monkeypatch, capsys
):
    figures, output = tmp_path / "figures", tmp_path / "build" / "teaching"
    figures.mkdir()
    index = (notebooks.FIGURES / "index.csv").read_text("utf-8").splitlines(True)[:3]
    (figures / "index.csv").write_text("".join(index), encoding="utf-8")
    for row in index[1:]:
        name = row.split(",")[0]
        (figures / name).write_bytes((notebooks.FIGURES / name).read_bytes())
    monkeypatch.setattr(teach, "FIGURES", figures)
    monkeypatch.setattr(teach, "OUTPUT", output)
    assert commands.main(["teach"]) == 0
    assert "figures.pdf, 2 pages" in capsys.readouterr().out
    assert (
        len(re.findall(rb"/Type /Page\b", (output / "figures.pdf").read_bytes())) == 2
    )
    page = (output / "answers" / "index.html").read_text("utf-8")
    assert not re.search(r'(?:src|<link[^>]* href)="https?:', page)
    assert page.count("</h3>") == len(KNOWN)
