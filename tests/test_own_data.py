"""A table of your own: the route, the recommendation, the page."""

import errno
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from filelock import FileLock
from sklearn import cluster, datasets, metrics, mixture

from helpers import __main__ as commands
from helpers.course import notebooks
from helpers.course import run as headless
from helpers.kmeans import estimator, how_many
from helpers.mixture import GaussianMixture as Mixture
from helpers.own_data import advice, halves, page, pictures, route
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


# --- sizes, and the recommendation --------------------------------------------------


def test_the_larger_the_table_the_more_runs_on_a_sample():
    small, large = (route.plan(table(n)) for n in (200, 20_000))
    assert (small.n_searched, small.ks[-1], len(small.sentences())) == (200, 10, 1)
    assert (large.n_searched, large.ks[-1]) == (route.MOST_SEARCHED, 40)
    assert "a random sample of 5,000 rows. The final labels" in large.sentences()[1]
    assert small.seconds < large.seconds
    assert route.plan(table(200), most=6).ks == (1, 2, 3, 4, 5, 6)


def test_wide_tables_and_few_different_rows_are_planned_for():
    wide = route.plan(pd.DataFrame(np.eye(40)))
    assert wide.kinds == ("diag", "spherical")
    assert "fewer than ten rows for each feature" in wide.sentences()[1]
    assert route.plan(pd.DataFrame({"x": np.arange(500) % 10})).ks[-1] == 5


def test_a_component_on_a_line_has_collapsed_and_correlated_data_have_not():
    along = np.array([[1.0, 1.0], [1.0, 1.0]]) + 1e-5 * np.eye(2)
    assert route.collapsed(along[None], "full", np.eye(2))
    assert not route.collapsed(along[None] / 4, "full", along)
    assert route.collapsed(np.array([1e-5]), "spherical", np.eye(2))
    assert not route.collapsed(np.array([[0.2, 0.1]]), "diag", np.eye(2))


HALVES = {2: (0.95, 0.9), 3: (0.8, 0.5), 4: (0.7, 0.3), 5: (0.6, 0.57)}


def found(hopkins_p=0.01, gap=3, silhouette=3, bic=3, width=0.4):
    agreement = {k: halves.Halves(*pair) for k, pair in HALVES.items()}
    return advice.Evidence(hopkins_p, gap, silhouette, width, bic, agreement)


@pytest.mark.parametrize(
    ("evidence", "k", "method", "reason"),
    [
        (found(), 3, "mixture", "3 of the three name 3."),
        (found(bic=5), 3, "k-means", "2 of the three name 3."),
        (found(gap=2), 3, "mixture", "2 of the three name 3."),
        (
            found(gap=2, bic=4),
            4,
            "mixture",
            "Rand index 0.70 against 0.30)",
        ),
        (
            found(gap=2, bic=5),
            3,
            "k-means",
            "Of the numbers they name, 3 is",
        ),
        (found(gap=None, silhouette=5, bic=4), 4, "mixture", "names no number"),
        (found(silhouette=5, bic=5), 5, "mixture", "Yet 5 has little to stand on"),
        (found(gap=None, bic=None), 3, "k-means", "is of no use: all mixtures coll"),
        (found(hopkins_p=0.3), 3, "mixture", "no more clumped than a single Gaussian"),
        (found(hopkins_p=0.3, gap=1), 1, "k-means", "2 of the three tests"),
        (found(hopkins_p=0.3, gap=1, bic=1), 1, "k-means", "3 of the three tests"),
        (
            found(gap=1, bic=1),
            1,
            "k-means",
            "The gap statistic, against uniform data, f",
        ),
    ],
)
def test_the_recommendation_follows_the_evidence(evidence, k, method, reason):
    advised = advice.advise(evidence)
    assert (advised.n_clusters, advised.method) == (k, method)
    assert reason in " ".join(advised.reasons)
    assert ("no clusters" if k == 1 else f"{k} clusters") in advised.headline


def k_means(rows, k):
    return estimator.KMeans(k, n_init=3, random_state=0).fit(rows)


def compared(X, k):
    return halves.compare(X, k, k_means, np.random.default_rng(0))


def test_halves_of_a_cloud_agree_no_better_than_those_of_other_clouds():
    X = np.random.default_rng(1).normal(size=(400, 3)) * [3, 1, 1]
    two, six = compared(X, 2), compared(X, 6)
    assert two.table > 0.8 > six.table  # alone it would name 2
    assert two.excess == pytest.approx(0, abs=0.05)
    assert six.excess == pytest.approx(0, abs=0.15)


def test_halves_of_six_clusters_in_two_heaps_name_the_six():
    rng = np.random.default_rng(1)
    centers = [[x, y] for x in (0, 16) for y in (0, 4, 8)]
    X = np.repeat(centers, 60, axis=0) + rng.normal(scale=0.4, size=(360, 2))
    two, six = compared(X, 2), compared(X, 6)
    assert two.table == six.table == 1
    assert six.excess > two.excess + 0.2


def test_halves_have_no_row_in_common_and_part_all_rows():
    seen = []

    class Sign:
        def predict(self, X):
            seen.append(len(X))
            return X[:, 0] > 0

    def sign(rows, k):
        seen.append(rows)
        return Sign()

    X = np.arange(-10.5, 11)[:, None]
    rng = np.random.default_rng(0)
    found = halves.compare(X, 2, sign, rng, n_pairs=1)
    assert found == halves.Halves(1.0, 1.0)
    first, n_first, second, n_second = seen[:4]
    assert sorted(np.ravel([first, second])) == X.ravel().tolist()
    assert n_first == n_second == len(X)


def test_what_varies_in_one_half_only_does_no_harm():
    def fit(rows, k):  # refuses a constant feature
        return Mixture(k, covariance_type="diag", random_state=0).fit(rows)

    rng = np.random.default_rng(0)
    X = np.repeat([[0.0, 0.0], [9.0, 0.0]], 20, axis=0)
    X[:, 0] += rng.normal(size=40)
    X[3, 1] = 1.0
    assert halves.compare(X, 2, fit, rng).table == 1


def test_halves_with_too_few_different_rows_do_not_agree():
    X = np.zeros((40, 1))
    X[:3] = [[1], [2], [3]]
    assert compared(X, 4).table == 0
    X[:4] = 1
    assert 0 < compared(X, 2).table <= 1


@pytest.mark.parametrize(
    ("k", "n_pairs", "sentence"),
    [(11, 5, "k must be .*half the points"), (0, 5, "k must be"), (2, 0, "n_pairs")],
)
def test_halves_that_cannot_be_are_refused(k, n_pairs, sentence):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=sentence):
        halves.compare(rng.normal(size=(21, 2)), k, k_means, rng, n_pairs)


def test_a_gap_that_rises_later_has_not_said_that_there_are_none():
    def gap(*values, chosen=1, error=0.02):
        zero = np.zeros(len(values))
        ks = np.arange(1, len(values) + 1)
        return how_many.Gap(ks, np.array(values), zero + error, zero, zero, chosen)

    assert advice.named_by(gap(0.7, 0.65, 0.78)) == 1  # less than a tenth
    assert advice.named_by(gap(0.7, 0.65, 0.85)) is None
    assert advice.named_by(gap(0.7, 0.65, 0.85, error=0.05)) == 1
    assert advice.named_by(gap(0.7, 0.8, 0.75, 0.99, chosen=2)) == 2
    assert advice.named_by(gap(0.7, 0.8, 0.9, chosen=None)) is None


def test_the_tighter_box_is_that_of_the_axes_along_which_the_points_lie():
    rng = np.random.default_rng(0)
    square = rng.uniform(size=(500, 2)) - 0.5
    turn = np.array([[1, 1], [-1, 1]]) / np.sqrt(2)
    assert route.tighter(square, square @ turn) is square
    diagonal = square * [1, 0.1] @ turn
    turned = diagonal @ turn.T
    assert route.tighter(diagonal, turned) is turned


def test_cautions_are_given_where_they_belong():
    skew, plain = pd.Series({"mass": -2.5, "age": 0.1}), pd.Series({"age": 0.1})
    none, nine = (advice.Advice(k, "k-means", ()) for k in (1, 9))
    told = " ".join(advice.cautions(nine, skew, 0.1, 0.5, 0.3, most=9))
    for part in ("features: mass.", "overlap", "50% of the mix", "Only 30%", "largest"):
        assert part in told
    assert advice.cautions(nine, plain, 0.6, 0.1, 0.9, most=10) == []
    assert advice.cautions(none, plain, 0.1, 0.5, 0.3, most=10) == []


def test_a_dollar_sign_in_a_name_is_no_formula():
    fig = pictures.features(table().rename(columns={"x": "a$b_{c", "y": "n" * 90}))
    fig.draw_without_rendering()
    assert pictures.label("a$b_{c") == r"a\$b_{c"


def test_one_feature_and_many_clusters_are_drawn():
    labels = np.arange(60)
    for d in (1, 2):
        scores = np.random.default_rng(0).normal(size=(60, d))
        fig = pictures.clusters(scores, np.array([0.7, 0.3])[:d], labels)
        styles = {(line.get_marker(), line.get_color()) for line in fig.axes[0].lines}
        assert len(styles) == 49


# --- the command --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data", "a.csv", "--store"], "--store keeps --data iris only"),
        (["--data", "iris", "--store", "--truth", "t"], "--store keeps --data iris on"),
        (["--data", "a.csv", "-p", "k", "3"], "own_data has no parameter 'k'; its par"),
        (["--data=a.csv", "-p", "truth", "t"], "Give --truth instead of -p truth."),
        (["--data", "a.csv", "05"], "Give chapters or --data, not both."),
        (["--data", "a.csv", "--cell-minutes", "0"], "--cell-minutes must be at least"),
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
    arguments = ["--truth", "cultivar", "--drop-missing", "-p", "most_clusters", "5"]
    done = run("--data", path, *arguments, "--output", folder / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    X = data.dropna().iloc[:, :13].to_numpy()
    return folder / "out", (X - X.mean(axis=0)) / X.std(axis=0), path


def read_table(folder, name):
    return pd.read_csv(folder / name, sep=";", decimal=",", encoding="cp1252")


def test_the_sweep_is_that_of_scikit_learn(wine):
    folder, X, _ = wine
    sweep = read_table(folder, "sweep.csv").set_index("k")
    for k in (2, 3, 4, 5):
        peer = cluster.KMeans(k, n_init=20, random_state=0).fit(X)
        assert sweep.loc[k, "SSE"] == pytest.approx(peer.inertia_, rel=0.01)
        if k < 4:  # beyond, ends of equal SSE have other borders
            width = metrics.silhouette_score(X, peer.labels_)
            assert sweep.loc[k, "silhouette"] == pytest.approx(width, abs=0.01)


def test_the_bic_is_that_of_scikit_learn(wine):
    folder, X, _ = wine
    bic = read_table(folder, "bic.csv").set_index(["kind", "k"])["BIC"]
    for kind, k in (("full", 1), ("full", 2), ("diag", 1), ("diag", 2), ("diag", 3)):
        peer = mixture.GaussianMixture(
            k, covariance_type=kind, n_init=2, max_iter=500, random_state=0
        ).fit(X)
        assert bic[kind, k] == pytest.approx(peer.bic(X), rel=0.01)


def test_the_labelled_table_is_the_file_with_clusters(wine):
    folder, X, path = wine
    labelled = pd.read_csv(
        folder / "labelled.csv", sep=";", dtype=str, encoding="cp1252"
    )
    original = pd.read_csv(path, sep=";", dtype=str, encoding="cp1252")
    pd.testing.assert_frame_equal(labelled[original.columns], original)
    found = labelled.drop(index=5)
    assert labelled.loc[5, ["cluster_", "certainty"]].isna().all()
    assert metrics.adjusted_rand_score(found["cultivar"], found["cluster_"]) > 0.8
    peer = cluster.KMeans(3, n_init=20, random_state=0).fit(X)
    assert metrics.adjusted_rand_score(peer.labels_, found["cluster_kmeans"]) > 0.95


def test_the_page_stands_alone_and_says_what_was_found(wine):
    folder, _, _ = wine
    page = (folder / "own_data.html").read_text(encoding="utf-8")
    for part in (
        "Clusters in my wines.csv",
        "my wines.csv: CP1252, columns parted by a semicolon.",
        "1 of 178 rows have missing or infinite values, first in line 7",
        "<strong>my wines.csv</strong>. Recommendation: 3 clusters",
        "ARI of 3 clusters against the 3 true groups: 0.",
        "halves of the table",
        "seed: 1",
        f"numpy {np.__version__}",
    ):
        assert part in page
    assert page.count("<img") == page.count('alt="') == page.count("<p><em>") == 6
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
