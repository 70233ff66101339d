"""Odd input to every public function: a right answer, or a sentence that helps."""

import dataclasses
import inspect
import itertools
import traceback
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning

from helpers import evaluation, galaxies, hopkins, kmeans, linkage, mixture, sampling
from helpers import stars as catalogue
from helpers.kmeans import KMeans
from helpers.mixture import GaussianMixture

X, RNG = object(), object()  # what is odd; a fresh generator
P = np.array([[0, 0], [1, 0.5], [0, 1], [7, 8], [8, 9], [9, 7.0]])
C = np.array([[0, 0], [8, 8.0]])
L = np.array([0, 0, 0, 1, 1, 1])
D = np.array([3.0, 4, 5])
Z = linkage.linkage(P, "average")
TABLE = pd.DataFrame(P)
W = [0.5, 0.5]
BALLS = ([1.0, 2.0], "spherical")
START = {"random_state": 0}
TWO = START | {"n_clusters": 2}
MEANS = KMeans(2, **START).fit(P)
MIXED = GaussianMixture(2, **START).fit(P)

# One row a call: the function, and what it is given. Estimators are fitted: the points,
# then the options.
# fmt: off
CALLS = [
    (catalogue.standardize, X), (catalogue.standardize, X, "minmax"),
    (sampling.compare, TABLE[:3], X),
    (sampling.compare, X, pd.DataFrame(np.arange(40.0).reshape(20, 2))),
    (sampling.sample, X, 2, RNG), (sampling.sample, TABLE, X, RNG),
    (sampling.sample, TABLE, 3, RNG, X),
    (linkage.linkage, X, "single"), (linkage.linkage, X, "average"),
    (linkage.linkage, X, "centroid"), (linkage.linkage, X, "ward"),
    (linkage.single_linkage, X), (linkage.ward_linkage, X),
    (linkage.cut, X, 1), (linkage.cut, Z, X), (linkage.inversions, X),
    (hopkins.hopkins, X, 1, RNG), (hopkins.hopkins, X, 1, RNG, None, None, True),
    (hopkins.hopkins, P, X, RNG), (hopkins.hopkins, P, 1, RNG, X),
    (hopkins.hopkins, P, 1, X),
    (hopkins.hopkins, P, 1, RNG, None, X), (hopkins.hopkins, P, 1, RNG, None, (0, X)),
    (hopkins.simulate_null, 5, X, 2, 2, RNG), (hopkins.simulate_null, X, 2, 2, 2, RNG),
    (hopkins.gaussian_sampler, X),
    (hopkins.p_value, X, [0.4, 0.6]), (hopkins.p_value, 0.5, X),
    (kmeans.assign, X, C), (kmeans.assign, P, X),
    (kmeans.assign, X, C, "manhattan"), (kmeans.assign, P, C, X),
    (KMeans, X, TWO), (KMeans, X, TWO | {"metric": "manhattan"}),
    (KMeans, P, TWO | {"n_clusters": X}), (KMeans, P, TWO | {"init": X}),
    (KMeans, P, TWO | {"tol": X}), (KMeans, P, TWO | {"max_iter": X}),
    (KMeans, P, TWO | {"n_init": X}), (KMeans, P, TWO | {"random_state": X}),
    (MEANS.predict, X), (MEANS.transform, X), (MEANS.score, X),
    (kmeans.gap_statistic, X, [1, 2], RNG), (kmeans.stability, X, [2], RNG),
    (kmeans.gap_statistic, P, X, RNG), (kmeans.stability, P, X, RNG),
    (kmeans.silhouette_samples, X, L), (kmeans.silhouette_samples, P, X),
    (kmeans.mean_silhouettes, X, [L]), (kmeans.mean_silhouettes, P, X),
    (kmeans.mean_silhouettes, P, [X]),
    (GaussianMixture, X, START | {"n_components": 2}), (GaussianMixture, X, START),
    (GaussianMixture, P, START | {"n_components": X}),
    (GaussianMixture, X, START | {"covariance_type": "diag"}),
    (GaussianMixture, P, {"tol": X}), (GaussianMixture, P, {"reg_covar": X}),
    (GaussianMixture, P, {"precisions_init": X}),
    (GaussianMixture, P, START | {"weights_init": X, "n_components": 2}),
    (GaussianMixture, P, START | {"means_init": X, "n_components": 2}),
    (GaussianMixture, P, {"random_state": X, "n_components": 2}),
    (MIXED.predict, X), (MIXED.predict_proba, X), (MIXED.score_samples, X),
    (MIXED.score, X), (MIXED.aic, X), (MIXED.bic, X), (MIXED.sample, X),
    (mixture.log_density, X, C, *BALLS), (mixture.log_density, P, X, *BALLS),
    (mixture.e_step, X, W, C, *BALLS), (mixture.e_step, P, X, C, *BALLS),
    (mixture.e_step, P, W, X, *BALLS), (mixture.e_step, P, W, C, X, "spherical"),
    (mixture.e_step, P, W, C, *BALLS, X), (mixture.m_step, P, X),
    (mixture.m_step, X, np.ones((6, 1))), (mixture.m_step, P, np.ones((6, 1)), X),
    (mixture.em, X, W, C, *BALLS), (mixture.em, P, X, C, *BALLS),
    (mixture.em, P, W, X, *BALLS), (mixture.em, P, W, C, X, "spherical"),
    (evaluation.contingency, L, X), (evaluation.match_labels, X, L),
    (evaluation.match_labels, L, X), (evaluation.consensus, X),
    (evaluation.consensus, [X, L]), (evaluation.consensus, [L, X]),
    (evaluation.cluster_table, X, L), (evaluation.cluster_table, P, X),
    (evaluation.found_groups, X, L), (evaluation.found_groups, L, X),
    (evaluation.scores, X, L),
    (galaxies.stable_clusters, X), (galaxies.find, X, [1]),
]
# fmt: on
FACES = catalogue, sampling, hopkins, linkage, kmeans, mixture, evaluation, galaxies
NOT_CALLED = {
    "results, which the functions make": "Catalogue EM Parameters Galaxies",
    "reads the file of stars": "load satellites",
    "tested in test_halo.py": "averaged evolve integrals potential",
    "parts of fits, behind their checks": "starting_points coded",
    "fit, then predict, and what scikit-learn adds": "GaussianMixture.fit_predict "
    "GaussianMixture.set_fit_request",
}
AS_GIVEN = [sampling.sample]

SHAPES = [(), (0,), (1,), (2,), (3,), (6,), (6,), (15,), (0, 2), (3, 0), (1, 2), (6, 1)]
SHAPES += [(2, 2), (6, 2), (6, 2), (6, 3), (5, 4), (4, 4), (20, 2), (2, 2, 2)]
VALUES = {
    "spread": lambda rng, n: rng.normal(size=n),
    "tied": lambda rng, n: rng.integers(0, 3, n),
    "labels": lambda rng, n: rng.integers(-1, 2, n),
    "constant": lambda rng, n: np.full(n, 0.5),
    "rounded": lambda rng, n: np.full(n, 0.1),
    "huge": lambda rng, n: 1e300 * rng.normal(size=n),
    "tiny": lambda rng, n: 1e-300 * rng.normal(size=n),
    "both": lambda rng, n: 10.0 ** rng.integers(-300, 300, n),
    "far": lambda rng, n: 1e15 + rng.integers(0, 9, n),
    "NaN": lambda rng, n: np.where(rng.random(n) < 0.3, np.nan, 1.0),
    "infinite": lambda rng, n: np.where(rng.random(n) < 0.3, -np.inf, rng.random(n)),
    "distances": lambda rng, n: np.abs(np.subtract.outer(*2 * [rng.random(n[:1])])),
}
TYPES = [float, float, float, int, "float32", bool, object, str, complex, "M8[s]"]
DRESSES = {
    "bare": lambda a: a,
    "list": lambda a: a.tolist(),
    "one row longer": lambda a: [*a.tolist(), [0] * 9] if a.ndim else a,
    "table": lambda a: {1: pd.Series, 2: pd.DataFrame}.get(a.ndim, np.asarray)(a),
    "columns first": np.asfortranarray,
    "backwards": lambda a: a[::-1].copy()[::-1] if a.ndim else a,
    "every other": lambda a: np.repeat(a, 2, axis=0)[::2] if a.ndim else a,
    "masked": lambda a: np.ma.array(a, mask=np.arange(a.size).reshape(a.shape) == 1),
}
SCALARS = [None, True, -1, 0, 1, 2, 3, 41, 0.5, 2.0, -1.0, np.nan, np.inf, 1e300]
SCALARS += [1e-300, "", "ward", b"2", {}, object(), np.int8(2), 1j, [], [2, 1], (0, 1)]


def dressed(values, shape, kind, dress, seed=0):
    """Odd input, and the same as an ordinary array, or None if there is none."""
    with warnings.catch_warnings(action="ignore"):
        bare = np.array(VALUES[values](np.random.default_rng(seed), shape)).astype(kind)
    given = DRESSES[dress](bare)
    if isinstance(given, np.ndarray):
        given.flags.writeable = False
    return given, None if dress == "one row longer" else bare.copy()


SOME = map(st.sampled_from, (sorted(VALUES), SHAPES, TYPES, sorted(DRESSES), range(4)))
ODD = st.builds(dressed, *SOME) | st.sampled_from(
    [(scalar, None) for scalar in SCALARS]
)


def always(test):
    """Each kind of values, each type and each dress comes at least once."""
    kinds = [(kind, float, "bare") for kind in VALUES]
    kinds += [("tied", kind, "bare") for kind in TYPES]
    kinds += [("spread", float, dress) for dress in DRESSES]
    for shape, (values, kind, dress) in itertools.product([(6, 2), (6,)], kinds):
        test = example(dressed(values, shape, kind, dress))(test)
    return test


def called(function, *given, odd):
    """What comes out: numbers, or a sentence that one of our lines raises."""
    put = {id(X): odd, id(RNG): np.random.default_rng(0)}

    def fill(part):
        if isinstance(part, dict):
            return {name: fill(value) for name, value in part.items()}
        if isinstance(part, list | tuple):
            return type(part)(fill(each) for each in part)
        return put.get(id(part), part)

    given = fill(given)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        try:
            if inspect.isclass(function):
                return numbers(function(**given[1]).fit(given[0]))
            return numbers(function(*given))
        except (TypeError, ValueError) as refusal:
            error = refusal
    last = traceback.extract_tb(error.__traceback__)[-1]
    assert last.line.startswith("raise"), f"in {last.filename}:{last.lineno} {error!r}"
    assert "helpers" in last.filename or "sklearn" in last.filename, repr(error)
    assert str(error).endswith("."), str(error)
    return str(error)


def numbers(result):
    """All numbers in a result, in the order of its parts."""
    if isinstance(result, BaseEstimator):
        return numbers([v for k, v in vars(result).items() if k.endswith("_")])
    if dataclasses.is_dataclass(result):
        return numbers(list(vars(result).values()))
    if isinstance(result, dict):
        return numbers(list(result.values()))
    if isinstance(result, list | tuple):
        return [array for part in result for array in numbers(part)]
    array = np.asarray(result)
    return [array.astype(float)] if array.dtype.kind in "biuf" else []


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].__qualname__)
@settings(max_examples=30, deadline=2000, derandomize=True)
@always
@given(ODD)
def test_a_right_answer_or_a_sentence(call, inputs):
    given, bare = inputs
    before = repr(given)
    found = called(*call, odd=given)
    assert repr(given) == before
    if isinstance(found, str) or call[0] in AS_GIVEN:
        return
    assert not np.ma.is_masked(given)
    assert not isinstance(given, np.ndarray) or given.dtype.kind not in "Mc"
    assert all(np.isfinite(array).all() for array in found)
    plain = found if bare is None else called(*call, odd=bare)
    if not isinstance(plain, str):
        for one, other in zip(found, plain, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_every_public_function_is_called(face):
    names = set(public(face))
    for name in names & {"KMeans", "GaussianMixture"}:
        methods = [k for k in vars(getattr(face, name)) if k != "fit"]
        names |= {f"{name}.{k}" for k in methods if k[0] != "_" and k[-1] != "_"}
    called = {call[0].__qualname__ for call in CALLS}
    assert names <= called | set(" ".join(NOT_CALLED.values()).split())


def public(face):
    """The functions and classes of a face, or of a file that is its own face."""
    return [
        name
        for name, value in vars(face).items()
        if callable(value) and name[0] != "_"
        if value.__module__.startswith(face.__name__)
    ]
