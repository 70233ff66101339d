"""A table of your own: the route, the recommendation, the page."""

import errno
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from sklearn import datasets, metrics

from helpers import __main__ as commands
from helpers import own_data
from helpers.course import notebooks
from helpers.course import run as headless
from helpers.own_data import page, pictures, recommending
from tests import notebook_checks as checks


def table(n=30, **columns):
    """A good table of n rows, with columns added or replaced."""
    rng = np.random.default_rng(0)
    good = {"x": rng.normal(size=n).round(3), "y": rng.normal(size=n).round(3)}
    return pd.DataFrame(good | columns)


def text(**columns):
    return table(**columns).to_csv(index=False)


@pytest.fixture
def mine(tmp_path):
    """Write text or bytes to mine.csv; its path."""

    def write(content):
        path = tmp_path / "mine.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


# --- the recommendation -------------------------------------------------------------

TWO = np.arange(240) % 2


def frame(X):
    return pd.DataFrame(X, columns=[f"x{i}" for i in range(X.shape[1])])


def ring(rng, radius, n):
    at = rng.uniform(0, 2 * np.pi, n)
    X = radius * np.column_stack([np.cos(at), np.sin(at)])
    return X + rng.normal(scale=0.05, size=(n, 2))


CLUSTERS = {
    "6 sd and noise": lambda r: (
        np.c_[6 * TWO, 0 * TWO] + r.normal(size=(240, 2)),
        TWO,
    ),
    "5 sd and noise": lambda r: (
        np.c_[5 * TWO, 0 * TWO] + r.normal(size=(240, 2)),
        TWO,
    ),
    "three of four rows": lambda r: (
        np.r_[r.normal(size=(180, 3)), r.normal(size=(60, 3)) + 4],
        np.arange(240) >= 180,
    ),
    "ring in ring": lambda r: (
        np.r_[ring(r, 1, 300), ring(r, 2, 300)],
        np.arange(600) >= 300,
    ),
    "moons": lambda r: datasets.make_moons(400, noise=0.07, random_state=r.integers(9)),
    "0/1 column": lambda r: (
        np.c_[6 * TWO + r.normal(size=240), r.normal(size=240), r.integers(0, 2, 240)],
        TWO,
    ),
    "few rows between": lambda r: (
        np.r_[np.c_[8 * TWO, 0 * TWO], [[4, 0]] * 12]
        + r.normal(size=(252, 2)) * np.repeat([1, 0.3], [240, 12])[:, None],
        TWO,  # those between belong to either
    ),
    "one feature": lambda r: (6.0 * TWO[:, None] + r.normal(size=(240, 1)), TWO),
    "far off zero": lambda r: (
        1e6 + np.c_[7 * TWO, -7 * TWO] + r.normal(size=(240, 2)),
        TWO,
    ),
}


@pytest.mark.parametrize("name", CLUSTERS)
@pytest.mark.parametrize("seed", [1, 2])
def test_clusters_are_found(name, seed):
    X, truth = CLUSTERS[name](np.random.default_rng(seed))
    found = own_data.recommend(frame(X))
    assert found.n_clusters == 2
    assert metrics.adjusted_rand_score(truth, found.labels[: len(truth)]) > 0.9
    sizes = np.bincount(found.labels)
    assert (sizes[:-1] >= sizes[1:]).all()
    assert "Recommendation: 2 clusters" in found.headline


NONE = {
    "Gaussian": lambda r: r.normal(size=(300, 3)) * [9, 1, 1],
    "t": lambda r: r.standard_t(3, size=(300, 2)),
    "exponential": lambda r: r.exponential(size=(300, 2)),
    "Poisson": lambda r: r.poisson(3, size=(300, 2)).astype(float),
    "small counts": lambda r: r.poisson(1.5, size=(300, 2)).astype(float),
    "uniform": lambda r: r.uniform(size=(300, 2)),
    "lognormal": lambda r: np.exp(r.normal(size=(300, 2))),
    "rounded": lambda r: r.normal(size=(300, 2)).round(1),
    "twice each": lambda r: np.repeat(r.normal(size=(150, 2)), 2, axis=0),
    "on a line": lambda r: (
        np.outer(r.normal(size=300), [1, 1]) + r.normal(0, 0.01, (300, 2))
    ),
    "gaps on a line": lambda r: r.normal(size=(150, 1)),
    "one outlier": lambda r: np.r_[r.normal(size=(178, 3)), [[30, 30, 30]]],
}


@pytest.mark.parametrize("name", NONE)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_clusters_are_made_up(name, seed):
    found = own_data.recommend(frame(NONE[name](np.random.default_rng(seed))))
    assert found.n_clusters == 1
    assert not found.labels.any()
    assert "report no clusters" in found.headline


def test_a_valley_is_told_from_a_plain():
    rng = np.random.default_rng(0)
    A, B = rng.normal(size=(2, 100, 2))
    assert recommending.valley(A, B + [6, 0])[0] < 1e-6
    assert recommending.valley(A, B + [1, 0])[0] > 0.1
    # By chance less often than by its level.
    below = [
        recommending.valley(X[X[:, 0] < 0.5], X[X[:, 0] >= 0.5])[0] < 0.05
        for X in rng.uniform(size=(200, 200, 2))
    ]
    assert np.mean(below) < 0.1


def test_a_component_on_a_line_is_no_good_description():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 2))
    X[:60, 0] = 0.5 + 1e-4 * rng.normal(size=60)
    found = own_data.recommend(frame(X))
    assert found.reasons[0] == "By the BIC a single Gaussian describes the rows best."


def test_cautions_name_their_column_and_row():
    rng = np.random.default_rng(0)
    X = np.c_[8 * (np.arange(180) % 3 == 0), np.zeros(180)] + rng.normal(size=(180, 2))
    table = frame(X).assign(sex=rng.integers(0, 2, 180), pay=np.exp(2 * X[:, 1]))
    table.loc[7, "x1"] = 40
    found = own_data.recommend(table)
    told = " ".join(found.cautions)
    assert "left out: sex (looks like a category of 2 values, such as " in told
    assert "Long tails: " in told
    assert "Column x1 in row 7 is " in told
    found = own_data.recommend(frame(np.r_[X, X[X[:, 0] < 4][:6] + [0, 60]]))
    assert "has only 6 rows, such as row 180." in " ".join(found.cautions)


def test_a_large_table_is_searched_on_some_rows_and_all_get_labels(monkeypatch):
    monkeypatch.setattr(recommending, "MOST_ROWS", 300)
    rng = np.random.default_rng(0)
    truth = np.arange(3_000) % 3
    X = np.c_[9 * (truth == 1), 9 * (truth == 2)] + rng.normal(size=(3_000, 2))
    found = own_data.recommend(frame(X))
    assert metrics.adjusted_rand_score(truth, found.labels) > 0.99
    assert "looked for on 300 random rows." in " ".join(found.cautions)


def test_the_same_table_and_state_give_the_same_answer():
    one, two = (own_data.recommend("iris", random_state=3) for _ in range(2))
    assert (one.labels == two.labels).all()
    assert one.reasons == two.reasons


def test_a_dollar_sign_in_a_name_is_no_formula():
    fig = pictures.features(table().rename(columns={"x": "a$b_{c", "y": "n" * 90}))
    fig.draw_without_rendering()
    assert [axes.get_title() for axes in fig.axes] == ["a$b_{c", "n" * 22]


def test_one_feature_and_many_clusters_are_drawn():
    labels = np.arange(120) // 2
    for d in (1, 2):
        X = np.random.default_rng(0).normal(size=(120, d))
        fig = pictures.clusters(X, labels)
        styles = {(line.get_marker(), line.get_color()) for line in fig.axes[0].lines}
        assert len(styles) == 49
        assert pictures.nearest(X, labels)[1].startswith("clusters ")
        assert pictures.nearest(X, 0 * labels)[1] == "all rows"


def test_bars_of_rounded_values_hold_as_many_values_each():
    table = pd.DataFrame({"x": np.tile(np.arange(45) / 10, 4)})
    heights = [bar.get_height() for bar in pictures.features(table).axes[0].patches]
    assert set(heights) <= {0.0, heights[0]}


# --- the command --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "a.csv", "--store"], "--store keeps --data iris only"),
        (["--data", "iris", "--store", "--truth", "t"], "--store keeps --data iris on"),
        (["--data", "a.csv", "-p", "k", "3"], "own_data has no parameter 'k'; its par"),
        (["--data=a.csv", "-p", "truth", "t"], "Give --truth instead of -p truth."),
        (["--data", "a.csv", "05"], "Give chapters or --data, not both."),
        (["--data", "a.csv", "--cell-minutes", "0"], "give a whole number from 1 up"),
        (["--data"], "expected one argument"),
    ],
)
def test_options_that_make_no_sense_are_refused(capsys, arguments, sentence):
    with pytest.raises(SystemExit) as stop:
        commands.parse(["report", *arguments])
    assert stop.value.code == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


def run(*arguments):
    command = [sys.executable, "-m", "helpers", "report", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=notebooks.ROOT, check=False
    )


def test_bad_data_start_no_kernel(mine, tmp_path):
    done = run("--data", mine("x,y\n1,2\n"), "--output", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.strip().count("\n") == 0
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_second_report_in_the_same_folder_is_refused(mine, tmp_path):
    with FileLock(tmp_path / ".lock"):
        done = run("--data", mine(text()), "--output", tmp_path)
    assert done.returncode == 2
    assert f"Another report is running in {tmp_path}; wait for its end" in done.stderr
    assert "choose another folder with --output." in done.stderr


def test_a_full_disk_is_told_and_the_old_page_stays(tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", "own_data.html")

    (tmp_path / "own_data.html").write_text("the last good page")
    monkeypatch.setattr(headless, "run_all", full)
    monkeypatch.setattr(headless, "when_stopped", lambda _: None)
    words = ["report", "--data", "iris", "--output", str(tmp_path)]
    assert page.main(commands.parse(words)) == 1
    said = capsys.readouterr().err
    assert "could not be written: No space left on device: own_data.html." in said
    assert {p.name for p in tmp_path.iterdir()} <= {".lock", "own_data.html"}
    assert (tmp_path / "own_data.html").read_text() == "the last good page"


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    """The report on scikit-learn's wines, with a gap in them, German style."""
    folder = tmp_path_factory.mktemp("wine")
    bunch = datasets.load_wine(as_frame=True)
    data = bunch.data.assign(cultivar=bunch.target_names[bunch.target])
    # Names that the page has too.
    data = data.rename(columns={"ash": "Äsche", "hue": "rows", "proline": "cluster"})
    data.iloc[5, 2] = np.nan
    path = folder / "my wines.csv"
    data.to_csv(path, index=False, sep=";", decimal=",", encoding="cp1252")
    arguments = ["--truth", "cultivar", "--drop-missing", "-p", "seed", "2"]
    done = run("--data", path, *arguments, "--output", folder / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out", path


def test_the_labelled_table_is_the_file_with_clusters(wine):
    folder, path = wine
    labelled = pd.read_csv(
        folder / "labelled.csv", sep=";", dtype=str, encoding="cp1252"
    )
    original = pd.read_csv(path, sep=";", dtype=str, encoding="cp1252")
    pd.testing.assert_frame_equal(labelled[original.columns], original)
    found = labelled.drop(index=5)
    assert pd.isna(labelled.loc[5, "cluster_"])
    asked = {"truth": "cultivar", "drop_missing": True}
    answer = own_data.recommend(path, random_state=2, **asked)
    assert found["cluster_"].astype(int).tolist() == answer.labels.tolist()


def test_the_page_stands_alone_and_says_what_was_found(wine):
    folder, _ = wine
    page = (folder / "own_data.html").read_text(encoding="utf-8")
    for part in (
        "Recommendation: 2 clusters, of ",
        "Read as CP1252, parted by semicolons.",
        "of Äsche in line 7, by column: Äsche 1.",
        "<h1>Clusters in my wines.csv</h1>",
        "Recommendation: report no clusters",  # of the cloud beside it
        "How many rows lie where along one line: clusters 0 and 1.",
        "seed: 2",
        f"numpy {np.__version__}",
    ):
        assert part in page
    assert page.count("<img") == page.count('alt="') == page.count("<p><em>") == 3
    assert page.count("How the features of my wines.csv are distributed.") == 1
    assert "The picture in words" not in page
    assert "<script" not in page
    assert "Traceback" not in page
    assert "plots.figure(" not in page


def test_nothing_of_the_project_changed(wine):
    assert not list(notebooks.FIGURES.glob("own-*"))
    assert "my wines.csv" not in (notebooks.NOTEBOOKS / "own_data.ipynb").read_text(
        "utf-8"
    )


# --- the notebook as it is stored ---------------------------------------------------

NOTEBOOK = notebooks.NOTEBOOKS / page.NOTEBOOK


def test_a_fresh_run_gives_the_stored_outputs_and_pictures(tmp_path):
    assert checks.rerun(NOTEBOOK, tmp_path) == ""
    for cell in checks.code_cells(notebooks.read(NOTEBOOK)):
        for name, stored, _ in checks.pngs(cell):
            fresh = (tmp_path / f"{name}.png").read_bytes()
            assert checks.differs(stored, fresh) == ""


def test_the_notebook_keeps_the_form_of_a_chapter():
    notebook = notebooks.read(NOTEBOOK)
    assert checks.outputs(notebook) == []
    assert checks.sizes(NOTEBOOK) == []
    complaints = [c for c in checks.form(notebook) if "nbval-ignore-output" not in c]
    assert complaints == []
