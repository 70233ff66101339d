"""TEACHING and the exam: times, names and numbers are those of the chapters."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.cluster.hierarchy import linkage
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import pdist
from sklearn import metrics

from helpers.course import exercises, functions, notebooks
from helpers.course.minutes import minutes
from helpers.course.notebooks import ROOT

references = functions.references()
TEACHING = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
EXAM, KEY = (
    (ROOT / "teaching" / name).read_text(encoding="utf-8")
    for name in ("exam.md", "exam_key.md")
)
ITEM = re.compile(r"^\*\*(0\d\.\d)\*\* (.*?)(?=^\*\*0|^## |\Z)", flags=re.M | re.S)
QUESTIONS, ANSWERS = dict(ITEM.findall(EXAM)), dict(ITEM.findall(KEY))
NUMBERED = [path for path in notebooks.chapters() if path.stem[0].isdigit()]
each_chapter = pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)


def part(number: str) -> str:
    """What TEACHING says of one session."""
    found = re.search(rf"^### \d · {number} .*?(?=^##)", TEACHING, flags=re.M | re.S)
    return found[0]


# --- TEACHING -----------------------------------------------------------------------


@each_chapter
def test_a_session_takes_the_minutes_of_its_chapter(path):
    cells = notebooks.read(path)["cells"]
    stop = next(i for i, c in enumerate(cells) if "stop" in c["metadata"]["tags"])
    before, after = (sum(map(minutes, half)) for half in (cells[:stop], cells[stop:]))
    rows = re.findall(r"^\| ([\w ]+) \| (\d+) \|", part(path.stem[:2]), flags=re.M)
    said = {name: int(number) for name, number in rows}
    assert abs(said["chapter to the stop sign"] - before) <= 3
    assert abs(said["chapter from there"] - after) <= 3
    assert said.pop("whole session") == sum(said.values())


@each_chapter
def test_each_exercise_and_each_exam_question_stands_beside_an_objective(path):
    number, session = path.stem[:2], part(path.stem[:2])
    known = {name for name in exercises.exercises() if name.startswith(number)}
    assert set(re.findall(rf"\b{number}-\d+\b", session)) == known
    asked = Counter(re.findall(rf"\| ({number}\.\d) \|$", session, flags=re.M))
    assert asked == dict.fromkeys([q for q in QUESTIONS if q[:2] == number], 1)


@each_chapter
def test_each_figure_that_a_session_names_is_in_its_chapter(path):
    texts = tomllib.loads((notebooks.NOTEBOOKS / "figures.toml").read_text("utf-8"))
    named = re.findall(r"`(\d\d-[a-z][a-z0-9-]*)`", part(path.stem[:2]))
    assert named
    assert [name for name in named if name not in texts] == []
    assert {name[:2] for name in named} == {path.stem[:2]}


def test_the_twin_of_the_capstone_fills_the_gap_of_its_table(tmp_path, monkeypatch):
    """The lines that make a table without clusters do what is said of them."""
    code = re.search(r"```python\n(.*?)```", TEACHING, flags=re.S)[1]
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(5)
    table = np.repeat([[0, 0], [9, 9]], 100, axis=0) + rng.normal(size=(200, 2))
    table = pd.DataFrame(table, columns=["a", "b"])
    table.assign(name="x").to_csv("ours.csv", index=False)
    run = {}
    exec(textwrap.dedent(code).replace("default_rng()", "default_rng(5)"), run)
    given, twin = (pd.read_csv(name) for name in run["names"])
    assert sorted(run["names"]) == ["A.csv", "B.csv"]
    assert given.shape == twin.shape == table.shape
    assert sorted(given["a"]) == sorted(table["a"].round(1))
    assert np.abs(twin.mean() - table.mean()).max() < 1
    assert np.cov(twin.T) == pytest.approx(np.cov(table.T), rel=0.3)
    in_the_gap = [(np.abs(t - 4.5).max(axis=1) < 1).sum() for t in (table, twin)]
    assert in_the_gap[0] == 0
    assert in_the_gap[1] > 5


# --- the exam -----------------------------------------------------------------------


def test_each_question_has_its_key_and_the_idea_that_it_catches():
    assert list(QUESTIONS) == list(ANSWERS)
    assert all("*Catches:*" in " ".join(text.split()) for text in ANSWERS.values())


def heights(points, method):
    return linkage(np.reshape(points, (len(points), -1)).astype(float), method)[:, 2]


def divisions(points):
    """All ways to divide points on a line into two: gap and larger diameter of each."""
    for n in range(1, len(points)):
        for left in combinations(points, n):
            right = [p for p in points if p not in left]
            gap = min(abs(a - b) for a in left for b in right)
            yield gap, max(np.ptp(left), np.ptp(right))


def about(points, c):
    return np.sum((np.array(points) - c) ** 2)


def sse(*clusters):
    return sum(about(points, np.mean(points)) for points in clusters)


def judged():
    """Found, lost and surplus of question 07.2."""
    table = np.array([[8, 4, 0, 0], [1, 0, 6, 1], [1, 1, 1, 1]])
    both = np.minimum(table / table.sum(0), table / table.sum(1)[:, None]) >= 0.5
    return both.any(1).sum(), (~both.any(1)).sum(), (~both.any(0)).sum()


def interval():
    """Mean and 95 % interval of question 07.4."""
    found = np.array([20, 22, 19, 23, 21])
    half = stats.t.ppf(0.975, 4) * stats.sem(found)
    low, high = found.mean() - half, found.mean() + half
    return f"{found.mean():.0f}, from {low:.1f} to {high:.1f}"


def hopkins(u, w, d):
    u, w = np.power(u, d), np.power(w, d)
    return u.sum() / (u.sum() + w.sum())


def shares():
    """Question 06.2, by the reference of an exercise."""
    return references.e_step_axes(
        np.array([[2.0]]), [0.5, 0.5], [[0.0], [6.0]], [[1.0], [2.0]]
    )[0]


def component():
    """Weight, mean and variance of question 06.3."""
    x, r = np.array([0, 4, 8]), np.array([1, 0.5, 0.5])
    mean = (r * x).sum() / r.sum()
    return r.mean(), mean, (r * (x - mean) ** 2).sum() / r.sum()


FIVE = np.array([[4.0], [0], [2], [9], [11]]), np.array([0, 0, 0, 1, 1])  # 05.4
TABLE = np.array([[8, 7, 0], [7, 1, 2], [0, 1, 6]])
BEST = TABLE[linear_sum_assignment(TABLE, maximize=True)]
TRUTH, CLUSTERS = [0, 0, 0, 0, 1, 1], [0, 0, 0, 1, 1, 1]
TREE = np.array([3, 3.4, 4, 5.1, 7, 7.6])
TRIANGLE = [(0, 0), (20, 0), (10, 18)]
COMPUTED = {
    "01.1": [f"{references.upgma_update(*np.array([[6.0], [9.0]]), 4, 2)[0]:g} ="],
    "01.2": [
        f"{heights([0, 3, 6, 10], 'average')[-1]:g} and",
        f"and {heights([10, 6, 3, 0], 'average')[-1]:g};",
    ],
    "01.3": [f"all heights are {np.unique(heights([0, 4, 8, 12], 'single'))[0]:g}"],
    "01.4": ["{:g} and {:g}.".format(*heights(TRIANGLE, "centroid"))],
    "02.1": [f"{(30 - 20) / 4:g} and {(38 - 20) / 4:g}", "−1 and 1"],
    "02.2": [
        f"{0.98**50:.0%}".replace("%", " %"),
        f"{next(n for n in range(999) if 0.98**n < 0.01)}.",
    ],
    "02.3": [f"{300 * 0.05:.0f} are expected", f"{np.sqrt(300 * 0.05 * 0.95):.1f}"],
    "02.4": [f"{8 / 40:.1f} ", f"{8 / 40 * np.sqrt(1 - 1600 / 100_000):.3f}"],
    "02.5": [
        f"{np.hypot(30, 100):.0f} against {np.hypot(1, 1000):,.0f}",
        f"{np.hypot(1, 1):.1f} against {np.hypot(30, 0.1):.0f}",
    ],
    "03.1": [
        f"= {hopkins([3, 1, 2], [1, 1, 2], 2):.2f};",
        f"= {hopkins([3, 1, 2], [1, 1, 2], 1):.2f}.",
    ],
    "03.2": [f"1/{99 + 1},", f"{round(1 / 0.0005) - 1:,}"],
    "04.1": [f"= {36 / 2:.0f},", f"= {12 * 6 / 18 * 2.5**2:.0f}"],
    "04.2": [f"{references.largest_jump(TREE, 6)}:", f"{np.diff(TREE).max():.1f},"],
    "04.4": [f"is {np.sqrt(40_000 / 400):.0f}, so {12 * np.sqrt(100):.0f}"],
    "04.5": [
        f"diameter {heights([0, 3, 5.5, 9], 'complete')[-2]:g}.",
        f"has {min(d for _, d in divisions([0, 3, 5.5, 9])):g}.",
        f"here {max(g for g, _ in divisions([0, 3, 5.5, 9])):g},",
    ],
    "05.1": [f"{about([2, 4, 9], 3)} and {sse([2, 4, 9]):.0f};", f"is {3 * 2**2}."],
    "05.2": [f"is {sse([0, 5], [8]):g};", f"have {sse([0], [5, 8]):g}."],
    "05.3": [f"{8} before, {3 * 2 + 6} after"],
    "05.4": [f"s = {references.silhouettes(*FIVE)[0]:.2f}."],
    "05.7": [f"{10_000 - 4_800:,} against {10_000 - 6_200:,}"],
    "06.2": ["2/3 and 1/3"] if np.allclose(shares(), [2 / 3, 1 / 3]) else ["?"],
    "06.3": ["Weight 2/3, mean {1:g}, variance {2:g}".format(*component())],
    "06.6": ["{:.3f} and {:.3f}".format(*np.exp([0, -2]) / np.exp([0, -2]).sum())],
    "07.1": [
        f"Greedy {references.most_agreeing_greedy(TABLE)} ",
        f"best {BEST.sum()} ",
        f"{np.trace(TABLE)} have equal",
    ],
    "07.2": ["Found {} (A and B), lost {}, surplus {}.".format(*judged())],
    "07.3": [f"{metrics.adjusted_rand_score(TRUTH, CLUSTERS):.2f}"],
    "07.4": [interval()],
    "07.6": [f"{30 - 19} and {300 - 24}"],
}


@pytest.mark.parametrize("item", COMPUTED)
def test_the_numbers_of_the_key_are_computed(item):
    text = " ".join(ANSWERS[item].split())
    for said in COMPUTED[item]:
        assert said in text


def test_the_tie_of_the_triangle_and_the_wrong_answers():
    assert pdist(TRIANGLE)[1] > 20  # the base merges first
    assert np.mean([6, 9]) == 7.5  # 01.1, the plain mean
    wrong = references.silhouettes_with_itself(*FIVE)
    assert wrong[0] == pytest.approx(0.67, abs=0.005)  # 05.4, with the point itself
