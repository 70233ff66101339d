"""Mixtures: golden numbers, scikit-learn, laws, narrow components, error texts."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from sklearn.datasets import make_blobs
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture as Reference
from sklearn.utils.estimator_checks import parametrize_with_checks

from helpers.fast import em_pass, threads
from helpers.mixture import (
    COVARIANCE_TYPES,
    GaussianMixture,
    e_step,
    em,
    log_density,
    m_step,
    steps,
)
from helpers.mixture.steps import n_parameters as count_parameters

all_types = pytest.mark.parametrize("kind", COVARIANCE_TYPES)
never_converges = pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning"
)
THIRDS = [1 / 3] * 3


def three_groups(n=300, d=2, seed=0):
    """Three overlapping groups of different widths."""
    rng = np.random.default_rng(seed)
    widths = ((0, 1), (3, 0.5), (-2, 2))
    return np.vstack([rng.normal(m, s, (n // 3, d)) for m, s in widths])


def unit(kind, k, d):
    """Unit covariances of a type."""
    full = {"full": np.array([np.eye(d)] * k), "tied": np.eye(d)}
    return (full | {"diag": np.ones((k, d)), "spherical": np.ones(k)})[kind]


def start(X, kind="full"):
    """Equal weights, three points as means, unit covariances, type."""
    means = X[[0, len(X) // 2, -1]]
    return THIRDS, means, unit(kind, 3, X.shape[1]), kind


def step_by_step(X, weights, means, covariances, kind="full", n_iter=20, known=None):
    """EM by the plain E-step and M-step."""
    parameters, values = (weights, means, covariances), []
    for _ in range(n_iter):
        R, log_likelihoods = e_step(X, *parameters, kind, known)
        values.append(log_likelihoods.mean())
        parameters = m_step(X, R, kind)
    return parameters, np.array(values)


def assert_same(ours, theirs, rtol):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=rtol, atol=rtol * np.abs(b).max())


# Golden numbers


def tutorial(shift):
    """The tutorial's 60 points."""
    rng = np.random.RandomState(0)  # noqa: NPY002, the numbers were made with it
    groups = [np.linspace(-5, 5, 20) * rng.rand(20) + s for s in (shift, -shift, 0)]
    return np.concatenate(groups)[:, None]


def stretched(**blobs):
    """The tutorial's blobs, stretched."""
    stretch = np.random.RandomState(0).randn(2, 2)  # noqa: NPY002
    return make_blobs(random_state=20, **blobs)[0] @ stretch


def test_tutorial_responsibilities():
    widths = np.array([5.0, 3.0, 1.0])  # standard deviations
    R, _ = e_step(tutorial(10), THIRDS, [[-5], [8], [1.5]], widths**2, "spherical")
    rows = [
        [2.97644006e-02, 9.70235407e-01, 1.91912550e-07],
        [0.34363443, 0.02152017, 0.63484541],
        [0.08535137, 0.0240396, 0.89060903],
    ]
    np.testing.assert_allclose(R[[0, 43, 59]], rows, rtol=1e-6)


@never_converges
def test_tutorial_ten_iterations():
    first = (THIRDS, [[-5], [8], [1.5]], [25, 9, 1], "spherical")
    run = em(tutorial(10), *first, reg_covar=0, max_iter=10)
    weights, means, variances = run.parameters
    np.testing.assert_allclose(means.ravel(), [-10.003, 9.944, -0.075], atol=5e-4)
    np.testing.assert_allclose(variances**0.5, [2.229, 1.989, 1.322], atol=5e-4)
    np.testing.assert_allclose(
        60 * run.log_likelihoods[:2], [-211.8, -193.7], atol=0.05
    )
    after_one = run.history[1]
    np.testing.assert_allclose(after_one.weights, [0.470, 0.336, 0.194], atol=5e-4)
    np.testing.assert_allclose(
        after_one.covariances**0.5, [4.68, 2.39, 0.840], atol=5e-3
    )


@pytest.mark.parametrize(
    ("variances", "end"), [([5, 3, 1], -186.14), ([25, 9, 1], -216.10)]
)
def test_tutorial_start_decides_where_em_ends(variances, end):
    first = (THIRDS, [[-8], [8], [5]], variances, "spherical")
    run = em(tutorial(15), *first, reg_covar=0, tol=1e-12, max_iter=2000)
    assert 60 * run.log_likelihoods[-1] == pytest.approx(end, abs=5e-3)
    narrowest = run.parameters.covariances.min() ** 0.5
    assert (round(narrowest, 3) == 0.074) == (end == -216.10)


def test_tutorial_library_example():
    X = stretched(cluster_std=0.5, n_samples=1000, centers=5)
    R = GaussianMixture(5, random_state=0).fit(X).predict_proba([[0.5, 0.5]])
    published = [1.95e-93, 9.36e-82, 5.03e-44, 4.00e-33, 1.0]
    np.testing.assert_allclose(np.sort(R[0]), published, rtol=2e-3)


def test_tutorial_class_converged():
    X = stretched(cluster_std=1.5, n_samples=500, centers=3)
    best = GaussianMixture(3, tol=1e-10, reg_covar=0, max_iter=1000, random_state=0)
    best.fit(X)
    R = best.predict_proba([[0.5, 0.5]])[0]
    np.testing.assert_allclose(np.sort(R), [3.533e-06, 1.303e-04, 0.999866], rtol=5e-4)
    assert 500 * best.score(X) == pytest.approx(-2973.98, abs=5e-3)
    bare = R / best.weights_
    bare /= bare.sum()
    np.testing.assert_allclose(
        np.sort(bare), [3.576e-06, 1.319e-04, 0.999865], rtol=5e-4
    )


def test_article_has_four_components_by_both_criteria():
    X = make_blobs(n_samples=300, centers=4, cluster_std=0.60, random_state=0)[0]
    fits = [
        GaussianMixture(k, n_init=5, max_iter=500, random_state=0).fit(X)
        for k in range(1, 9)
    ]
    assert np.argmin([fit.bic(X) for fit in fits]) == 3
    assert np.argmin([fit.aic(X) for fit in fits]) == 3


# Against SciPy and scikit-learn


def test_log_density_is_scipys():
    rng = np.random.default_rng(1)
    X, A = rng.normal(size=(20, 3)), rng.normal(size=(2, 3, 3))
    means, covariances = rng.normal(size=(2, 3)), A @ A.transpose(0, 2, 1)
    expected = [
        multivariate_normal(m, c).logpdf(X)
        for m, c in zip(means, covariances, strict=True)
    ]
    np.testing.assert_allclose(
        log_density(X, means, covariances).T, expected, rtol=1e-12
    )


def test_m_step_is_a_weighted_mean_and_covariance():
    X = three_groups()
    R = np.random.default_rng(2).dirichlet([1, 1], len(X))
    weights, means, covariances = m_step(X, R, reg_covar=0.5)
    assert_same([weights], [R.mean(axis=0)], 1e-12)
    for k in (0, 1):
        expected = np.cov(X.T, aweights=R[:, k], ddof=0) + 0.5 * np.eye(2)
        np.testing.assert_allclose(means[k], np.average(X, axis=0, weights=R[:, k]))
        np.testing.assert_allclose(covariances[k], expected)


@pytest.mark.parametrize("step", [m_step, steps.m_step], ids=["checked", "plain"])
def test_m_step_adds_nothing_to_a_variance_unless_it_is_asked(step):
    X = three_groups()
    covariance = step(X, np.ones((len(X), 1))).covariances[0]
    np.testing.assert_allclose(covariance, np.cov(X.T, ddof=0))


@all_types
@never_converges
def test_same_start_same_end_as_scikit_learn(kind):
    X = three_groups(d=3)
    weights, means, covariances, _ = start(X, kind)
    same = {
        "n_components": 3,
        "covariance_type": kind,
        "tol": 0,
        "max_iter": 60,
        "weights_init": weights,
        "means_init": means,
        "precisions_init": covariances,
    }
    ours, theirs = GaussianMixture(**same).fit(X), Reference(**same).fit(X)
    np.testing.assert_allclose(ours.lower_bounds_, theirs.lower_bounds_, atol=1e-8)
    for name in (
        "weights_",
        "means_",
        "covariances_",
        "precisions_",
        "precisions_cholesky_",
    ):
        a, b = getattr(ours, name), getattr(theirs, name)
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(
        ours.predict_proba(X), theirs.predict_proba(X), atol=1e-8
    )
    np.testing.assert_allclose(ours.score_samples(X), theirs.score_samples(X))
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    assert ours.bic(X) == pytest.approx(theirs.bic(X))
    assert ours.aic(X) == pytest.approx(theirs.aic(X))
    assert ours.n_iter_ == theirs.n_iter_ == 60


def test_nothing_that_scikit_learn_tells_is_missing():
    X = three_groups()
    ours, theirs = GaussianMixture(2).fit(X), Reference(2).fit(X)
    missing = {n for n in vars(theirs) if n.endswith("_")} - set(dir(ours))
    assert not missing
    defaults, peers = GaussianMixture().get_params(), Reference().get_params()
    assert set(peers) - set(defaults) == {"warm_start", "verbose", "verbose_interval"}
    for name in set(peers) & set(defaults):
        assert defaults[name] == peers[name], name


@parametrize_with_checks([GaussianMixture()])
def test_scikit_learns_own_checks(estimator, check):
    check(estimator)


# Laws of EM


@never_converges
@pytest.mark.parametrize("seed", range(48))  # four of each d, k and kind
def test_likelihood_never_falls(seed):
    rng = np.random.default_rng(seed)
    d, k, kind = 1 + seed % 3, 2 + seed % 2, COVARIANCE_TYPES[seed % 4]
    X = rng.normal(size=(90, d)) * rng.uniform(0.5, 2, d)
    X[:45] += rng.normal(0, 3, d)
    first = m_step(X, rng.dirichlet(np.ones(k), len(X)), kind)
    run = em(X, *first, kind, reg_covar=0, tol=0, max_iter=500)
    assert len(run.log_likelihoods) == 500
    assert np.diff(run.log_likelihoods).min() >= -1e-13 * np.abs(run.log_likelihoods[0])


@all_types
@never_converges
@pytest.mark.parametrize("known", [False, True], ids=["unknown", "partly known"])
def test_em_is_e_step_and_m_step_in_turn(kind, known):
    X = three_groups(9000, d=3)  # three blocks
    known = (
        np.where(np.arange(9000) % 10, -1, np.arange(9000) // 3000) if known else None
    )
    run = em(X, *start(X, kind), reg_covar=0, tol=0, max_iter=20, known=known)
    parameters, values = step_by_step(X, *start(X, kind), known=known)
    np.testing.assert_allclose(run.log_likelihoods, values, rtol=1e-12)
    assert_same(run.parameters, parameters, 1e-10)


@all_types
@never_converges
def test_reg_covar_is_in_the_users_units(kind):
    X = three_groups() * 100
    R, _ = e_step(X, *start(X, kind))
    run = em(X, *start(X, kind), reg_covar=7, max_iter=1)
    assert_same(run.parameters, m_step(X, R, kind, reg_covar=7), 1e-12)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(COVARIANCE_TYPES))
def test_responsibilities_sum_to_one(seed, kind):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(30, 2)) * 10 ** rng.uniform(-3, 3)
    R, log_likelihoods = e_step(X, *start(X, kind))
    np.testing.assert_allclose(R.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert np.isfinite(log_likelihoods).all()
    fitted = GaussianMixture(2, covariance_type=kind, tol=1, random_state=0).fit(X)
    np.testing.assert_allclose(
        fitted.predict_proba(X).sum(axis=1), 1, rtol=0, atol=1e-12
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_order_of_points_does_not_matter(seed):
    X = three_groups()
    shuffled = np.random.default_rng(seed).permutation(X)
    ends = [em(Y, *start(X), tol=0.01).parameters for Y in (X, shuffled)]
    assert_same(*ends, 1e-9)


@all_types
@never_converges
def test_offset_of_a_million(kind):
    far = three_groups() + 1e6
    near = far - 1e6  # exact: the same digits are lost in both
    a, b = (
        em(Y, *start(Y, kind), reg_covar=0, tol=0, max_iter=50) for Y in (far, near)
    )
    np.testing.assert_allclose(a.log_likelihoods, b.log_likelihoods, rtol=1e-12)
    np.testing.assert_allclose(a.parameters.means - 1e6, b.parameters.means, atol=1e-8)
    np.testing.assert_allclose(
        a.parameters.covariances, b.parameters.covariances, rtol=1e-9, atol=1e-9
    )


@all_types
@never_converges
@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_scale(kind, scale):
    X = three_groups()
    weights, means, covariances, _ = start(X, kind)
    a = em(X, weights, means, covariances, kind, reg_covar=1e-3, tol=0, max_iter=50)
    scaled = (weights, scale * means, scale**2 * covariances, kind)
    b = em(scale * X, *scaled, reg_covar=1e-3 * scale**2, tol=0, max_iter=50)
    shift = X.shape[1] * np.log(scale)
    np.testing.assert_allclose(a.log_likelihoods, b.log_likelihoods + shift, rtol=1e-11)
    assert_same(a.parameters.means, b.parameters.means / scale, 1e-9)
    assert_same(a.parameters.covariances, b.parameters.covariances / scale**2, 1e-9)


def test_features_of_very_different_units():
    X, units = three_groups(), np.array([1e-6, 1e6])
    a, b = (
        GaussianMixture(
            3,
            reg_covar=0,
            means_init=Y[[0, 150, -1]],
            init_params="random",
            random_state=0,
        ).fit(Y)
        for Y in (X, X * units)
    )
    assert_same([a.weights_, a.means_], [b.weights_, b.means_ / units], 1e-9)


# Narrow and far components, collapse


@all_types
@never_converges
@pytest.mark.parametrize("width", [1e-3, 1e-5, 1e-7])
def test_near_collapse(kind, width):
    """A group far out, `width` wide: the fast products alone would lose its shape."""
    rng = np.random.default_rng(4)
    narrow = np.array([40.0, -30.0]) + width * rng.normal(size=(30, 2))
    X = np.vstack([rng.normal(size=(200, 2)), narrow])
    labels = (np.arange(len(X)) >= 200).astype(int)
    first = m_step(X, np.eye(2)[labels], kind)
    run = em(X, *first, kind, reg_covar=0, tol=0, max_iter=5)
    parameters, values = step_by_step(X, *first, kind, n_iter=5)
    np.testing.assert_allclose(run.log_likelihoods, values, rtol=1e-10)
    assert_same(run.parameters[:2], parameters[:2], 1e-12)
    np.testing.assert_allclose(
        run.parameters.covariances,
        parameters.covariances,
        rtol=1e-7,
        atol=1e-7 * width**2,
    )


@never_converges
@pytest.mark.parametrize("width", [1e-3, 1e-5, 1e-7])
def test_component_that_becomes_narrow_in_one_step(width):
    rng = np.random.default_rng(5)
    narrow = 50 + width * rng.normal(size=(30, 2))
    X = np.vstack([rng.normal(size=(200, 2)), narrow])
    first = ([0.5, 0.5], [[0.0, 0.0], [50.0, 50.0]], unit("full", 2, 2))
    run = em(X, *first, reg_covar=0, max_iter=1)
    parameters, _ = step_by_step(X, *first, n_iter=1)
    np.testing.assert_allclose(
        run.parameters.covariances,
        parameters.covariances,
        rtol=1e-7,
        atol=1e-7 * width**2,
    )


@all_types
@never_converges
def test_plain_path_is_the_fast_path(kind, monkeypatch):
    X = three_groups(9000, d=3)
    fast = em(X, *start(X, kind), tol=0, max_iter=5)
    monkeypatch.setattr(em_pass, "CANCELLATION", 0.0)
    plain = em(X, *start(X, kind), tol=0, max_iter=5)
    np.testing.assert_allclose(fast.log_likelihoods, plain.log_likelihoods, rtol=1e-12)
    assert_same(fast.parameters, plain.parameters, 1e-11)


def test_collapse_is_named_and_reg_covar_cures_it():
    rng = np.random.default_rng(6)
    X = np.vstack([rng.normal(size=(50, 2)), [[9.0, 9.0]] * 3])
    first = ([0.5, 0.5], [[0.0, 0.0], [9.0, 9.0]], unit("full", 2, 2))
    with pytest.raises(
        ValueError, match=r"Component 1 has collapsed: the 3 of 53 .*reg"
    ):
        em(X, *first, reg_covar=0)
    cured = em(X, *first, reg_covar=1e-4).parameters.covariances[1]
    np.testing.assert_allclose(cured, 1e-4 * np.eye(2), atol=1e-9)


def test_runaway_likelihood_ends_in_a_named_collapse():
    X = np.random.default_rng(7).normal(size=(40, 1))
    with pytest.raises(ValueError, match="Component 0 has collapsed: the 1 of 40"):
        em(X, [0.5, 0.5], [X[3], [0.0]], [1e-8, 1.0], "spherical", reg_covar=0)


def test_start_that_is_collapsed_is_named():
    X = np.vstack([three_groups(), [[50.0, 50.0]]])
    with pytest.raises(ValueError, match="has collapsed: the 1 of 301 points"):
        GaussianMixture(4, reg_covar=0, random_state=0).fit(X)


def test_component_without_points_is_named():
    X = three_groups()
    far = [[0.0, 0.0], [1.0, 1.0], [1e4, 1e4]]
    with pytest.raises(ValueError, match="Component 2 holds none of the 300 points"):
        em(X, THIRDS, far, unit("full", 3, 2))


# Partly labelled data


def test_all_labels_known_is_one_m_step():
    X, labels = three_groups(), np.repeat([2, 0, 1], 100)
    fitted = GaussianMixture(3, reg_covar=0).fit(X, known=labels)
    expected = m_step(X, np.eye(3)[labels])
    assert_same([fitted.weights_, fitted.means_, fitted.covariances_], expected, 1e-12)


@pytest.mark.parametrize("init", ["kmeans", "k-means++", "random", "random_from_data"])
def test_known_labels_name_the_components(init):
    X, truth = three_groups(), np.repeat([2, 0, 1], 100)
    known = np.where(np.arange(300) % 10, -1, truth)
    fitted = GaussianMixture(3, init_params=init, max_iter=500, random_state=0)
    fitted.fit(X, known=known)
    centers = [X[truth == k].mean(axis=0) for k in range(3)]
    np.testing.assert_allclose(fitted.means_, centers, atol=0.6)
    assert np.diff(fitted.lower_bounds_).min() > -1e-5  # reg_covar costs this much


def test_known_points_belong_to_their_component():
    X = three_groups()
    known = np.full(300, -1)
    known[:5] = 2
    R, log_likelihoods = e_step(X, *start(X), known)
    np.testing.assert_array_equal(R[:5], np.eye(3)[[2] * 5])
    _, means, covariances, kind = start(X)
    expected = np.log(1 / 3) + log_density(X[:5], means, covariances, kind)[:, 2]
    np.testing.assert_allclose(log_likelihoods[:5], expected)


# The estimator


def test_em_stops_after_a_hundred_iterations_where_nothing_else_is_asked():
    X = three_groups()
    with pytest.warns(ConvergenceWarning):
        run = em(X, *start(X), tol=0)
    assert len(run.log_likelihoods) == GaussianMixture().max_iter == 100


def test_a_random_start_shares_out_each_point_once():
    model = GaussianMixture(3, init_params="random")
    R = model._first_guess(three_groups(), None, np.random.default_rng(0))
    np.testing.assert_allclose(R.sum(axis=1), 1)
    assert R.min() > 0


@never_converges
def test_starts_from_the_data_follow_their_numbers_and_k_means_their_distances():
    """Five points far from 995: k-means++ starts in them, a random draw seldom does."""
    X = np.random.default_rng(0).normal(size=(1000, 1))
    X[:5] += 1000
    own = {}
    for init in ("k-means++", "random_from_data"):
        settings = {"init_params": init, "max_iter": 1}
        fits = [
            GaussianMixture(2, random_state=s, **settings).fit(X) for s in range(10)
        ]
        own[init] = sum(fit.means_.max() > 900 for fit in fits)
    assert own["k-means++"] == 10
    assert own["random_from_data"] <= 2


@never_converges
@pytest.mark.parametrize("n_threads", [1, 3])
def test_same_bytes_for_any_number_of_threads(n_threads, monkeypatch):
    X = three_groups(30_000)
    usual = em(X, *start(X), tol=0, max_iter=5)
    monkeypatch.setattr(threads, "n_threads", lambda: n_threads)
    other = em(X, *start(X), tol=0, max_iter=5)
    for a, b in zip(usual.parameters, other.parameters, strict=True):
        assert a.tobytes() == b.tobytes()
    assert usual.log_likelihoods.tobytes() == other.log_likelihoods.tobytes()


def test_an_iteration_is_a_sum_over_blocks():
    X = three_groups()
    weights, means, covariances, _ = start(X)
    factors, _ = em_pass.factorise(covariances)
    step = em_pass.MixtureState(np.log(weights), means, factors, em_pass.data_range(X))
    parts = [em_pass.block_sums(rows, step) for rows in (X[:70], X[70:])]
    whole, sums = em_pass.sums(X, step), parts[0] + parts[1]
    assert sums.n_samples == whole.n_samples == 300
    assert sums.log_likelihood == pytest.approx(whole.log_likelihood, rel=1e-13)
    np.testing.assert_allclose(sums.moments, whole.moments, rtol=1e-12)


@pytest.mark.parametrize("sign", [1, -1])
def test_bound_on_rounding_knows_the_farthest_point_on_either_side(sign):
    X = sign * np.array([[0.0, 3.0], [1.0, 5.0], [1.0, 4.0], [50.0, 4.0]])
    data = em_pass.data_range(X)
    np.testing.assert_array_equal(data.reach, np.abs(X - X.mean(axis=0)).max(axis=0))
    # So narrow that its density at the far point alone is too large a difference.
    narrow, _ = em_pass.factorise(np.array([np.eye(2) / 300, np.eye(2)]))
    means = sign * np.array([[1.0, 4.0], [1.0, 4.0]])
    state = em_pass.MixtureState(np.log([0.5, 0.5]), means, narrow, data)
    assert state.plain.tolist() == [True, False]


@pytest.mark.parametrize(
    ("kind", "n_parameters"),
    [("full", 17), ("tied", 11), ("diag", 14), ("spherical", 11)],
)
def test_criteria_count_parameters_by_hand(kind, n_parameters):
    """Three components in two dimensions: 2 weights, 6 means, and the covariances."""
    X = three_groups()
    fitted = GaussianMixture(3, covariance_type=kind, max_iter=500, random_state=0).fit(
        X
    )
    log_likelihood = fitted.score_samples(X).sum()
    counted = count_parameters(3, 2, kind)
    assert (counted, type(counted)) == (n_parameters, int)
    assert fitted.aic(X) == pytest.approx(2 * n_parameters - 2 * log_likelihood)
    assert fitted.bic(X) == pytest.approx(
        n_parameters * np.log(300) - 2 * log_likelihood
    )


@all_types
def test_one_component_starts_from_the_precisions_given(kind):
    X = three_groups()
    given = {"weights_init": [1.0], "means_init": [[5.0, 5.0]]}
    given["precisions_init"] = 4 * unit(kind, 1, 2)
    fitted = GaussianMixture(1, covariance_type=kind, reg_covar=0, **given).fit(X)
    expected = m_step(X, np.ones((300, 1)), kind)
    assert_same([fitted.weights_, fitted.means_, fitted.covariances_], expected, 1e-9)
    assert given["precisions_init"].tolist() == (4 * unit(kind, 1, 2)).tolist()


def test_numbers_that_are_written_as_text_are_numbers_as_in_scikit_learn():
    X = three_groups()
    text = X.astype(str)
    ours, peer = (make(1).fit(text) for make in (GaussianMixture, Reference))
    np.testing.assert_allclose(ours.means_, [X.mean(axis=0)])
    np.testing.assert_allclose(ours.means_, peer.means_)
    assert ours.score(text) == ours.score(X)


# Two more of scikit-learn's own expectations.


def test_one_component_in_one_dimension_has_one_bic_whatever_the_type():
    X = three_groups(d=1)
    bics = [
        GaussianMixture(1, covariance_type=kind).fit(X).bic(X)
        for kind in COVARIANCE_TYPES
    ]
    np.testing.assert_allclose(bics, bics[0], rtol=1e-12)


def test_the_simpler_covariances_follow_from_the_full_ones():
    X = three_groups(d=3)
    R = np.random.default_rng(0).dirichlet(np.ones(4), len(X))
    weights, _, full = m_step(X, R, "full")
    made = {kind: m_step(X, R, kind).covariances for kind in COVARIANCE_TYPES}
    tied = np.einsum("k,kij->ij", weights, full)
    np.testing.assert_allclose(made["tied"], tied, atol=1e-13)
    diagonals = np.diagonal(full, axis1=1, axis2=2)
    np.testing.assert_allclose(made["diag"], diagonals, rtol=1e-12)
    np.testing.assert_allclose(made["spherical"], diagonals.mean(axis=1), rtol=1e-12)


@all_types
def test_sample_has_the_mixtures_moments(kind):
    X = three_groups() @ [[1.0, 0.9], [0.0, 0.5]]
    fitted = GaussianMixture(3, covariance_type=kind, max_iter=500, random_state=0).fit(
        X
    )
    assert len(fitted.sample()[0]) == 1
    drawn, labels = fitted.sample(60_000)
    assert drawn.shape == (60_000, 2)
    _, means, covariances = m_step(drawn, np.eye(3)[labels], kind)
    np.testing.assert_allclose(np.bincount(labels) / 60_000, fitted.weights_, atol=0.01)
    np.testing.assert_allclose(means, fitted.means_, atol=0.08)
    np.testing.assert_allclose(covariances, fitted.covariances_, rtol=0.05, atol=0.08)


def test_components_are_ordered_and_runs_repeat():
    X = three_groups(600)
    a, b = (GaussianMixture(3, max_iter=500, random_state=s).fit(X) for s in (0, 1))
    assert (np.diff(a.weights_) <= 0).all()
    np.testing.assert_allclose(a.means_, b.means_, atol=0.2)
    again = GaussianMixture(3, max_iter=500, random_state=0).fit(X)
    assert again.means_.tobytes() == a.means_.tobytes()
    np.testing.assert_array_equal(again.fit_predict(X), a.predict(X))


def test_more_starts_are_no_worse():
    X = three_groups(150)
    kwargs = {"n_components": 5, "init_params": "random", "tol": 0.1, "random_state": 0}
    one, ten = (GaussianMixture(n_init=n, **kwargs).fit(X) for n in (1, 10))
    assert ten.lower_bound_ >= one.lower_bound_


@never_converges
def test_tolerance_0_never_stops_even_if_nothing_changes():
    X = three_groups()
    run = em(X, [1.0], X[:1], C[:1], tol=0)
    assert run.log_likelihoods[-1] == run.log_likelihoods[-2]
    assert len(run.log_likelihoods) == 100
    assert not run.converged


def test_warns_when_not_converged():
    X = three_groups()
    with pytest.warns(ConvergenceWarning, match="did not converge in 2 iterations"):
        em(X, *start(X), max_iter=2)
    with pytest.warns(ConvergenceWarning, match="raise max_iter or tol"):
        fitted = GaussianMixture(3, max_iter=1, random_state=0).fit(X)
    assert not fitted.converged_
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert GaussianMixture(3, max_iter=500, random_state=0).fit(X).converged_


# Error texts

X = three_groups(30)
C = unit("full", 3, 2)
M = X[:3]
SKEW = np.array([[1, 0], [1e-3, 1]])


@pytest.mark.parametrize(
    ("settings", "data", "text"),
    [
        ({"n_components": 31}, X, "between 1 and 30 .the number of points., but 31"),
        ({"n_components": 0}, X, "n_components must be between 1 and 30"),
        ({}, np.where(X[0] == X, np.nan, X), "NaN or infinity in 2 place"),
        ({}, np.column_stack([X, np.full(30, 4.0)]), "Feature 2 is constant .4 at"),
        ({}, np.ones((30, 2)), "All 30 points are equal"),
        ({}, X[:1], "X must be a table of numbers: .* with 1 sample"),
        ({}, X[0], "must be a table"),
        ({"reg_covar": -1.0}, X, "reg_covar must be a number from 0 up, but -1.0"),
        ({"tol": np.nan}, X, "tol must be a number from 0 up"),
        ({"max_iter": 0}, X, "max_iter must be at least 1"),
        ({"n_init": 0}, X, "n_init must be at least 1"),
        ({"covariance_type": "round"}, X, "covariance_type must be one of 'full'"),
        ({"init_params": "best"}, X, "init_params must be one of 'kmeans'"),
        ({"means_init": M[:2]}, X, r"means_init must have shape \(3, 2\)"),
        ({"weights_init": [1, 1, 1]}, X, "3 positive numbers with sum 1"),
        ({"weights_init": [0, 0.5, 0.5]}, X, "3 positive numbers with sum 1"),
        ({"weights_init": [0.2, 0.2, 0.2]}, X, "3 positive numbers with sum 1"),
        ({"precisions_init": C[0]}, X, "precisions_init of type 'full' must be"),
        ({"precisions_init": -C}, X, "The precisions_init .* not positive definite"),
    ],
)
def test_estimator_says_what_is_wrong(settings, data, text):
    with pytest.raises(ValueError, match=text):
        GaussianMixture(**{"n_components": 3, **settings}).fit(data)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: log_density(X, M[:, :1], C), "means has 1 features, but X has 2"),
        (lambda: log_density(X, M * np.nan, C), "means contains NaN or infinity"),
        (lambda: log_density(X, M, C[:2]), r"of shape \(3, 2, 2\)"),
        (
            lambda: log_density(X, M, 0 * C),
            "The covariance of component 0 is not positive",
        ),
        (lambda: log_density(X, M, "round"), "covariances must be numbers"),
        (lambda: log_density(X, M, [[[1, 0], [1, 1]]] * 3), "must be symmetric"),
        (lambda: log_density(X, M, [1e12 * C[0], C[0], SKEW]), "must be symmetric"),
        (lambda: log_density(X, M, C, "oval"), "covariance_type must be one of"),
        (lambda: e_step(X, [0.5, 0.5], M, C), "weights must be 3 positive numbers"),
        (lambda: e_step(X, THIRDS, M, C, known=[3] * 30), "components from 0 to 2"),
        (lambda: e_step(X, THIRDS, M, C, known=[-2] * 30), "or -1 for unknown"),
        (lambda: e_step(X, THIRDS, M, C, known=[0]), "known has 1 entries for 30"),
        (lambda: m_step(X, np.ones((4, 2))), "responsibilities has 4 rows for 30"),
        (lambda: m_step(X, np.full((30, 2), np.nan)), "responsibilities contains NaN"),
        (lambda: m_step(X, np.eye(2)[[0] * 30]), "Component 1 holds none"),
        (lambda: m_step(X, np.ones((30, 1)), reg_covar=-1), "reg_covar must be"),
        (lambda: em(X, THIRDS, M, C, tol=-1), "tol must be a number"),
        (lambda: em(X, THIRDS, M, C, max_iter=0), "max_iter must be at least 1"),
        (lambda: GaussianMixture(2).fit(X).sample(0), "n_samples must be at least 1"),
    ],
)
def test_functions_say_what_is_wrong(call, text):
    with pytest.raises(ValueError, match=text):
        call()


def test_a_singular_covariance_is_told_and_has_no_factor():
    flat, round_ = np.ones((2, 2)), np.diag([4.0, 1.0])
    factors, singular = em_pass.factorise(np.array([flat, round_]))
    assert singular.tolist() == [True, False]
    assert np.array_equal(factors, [np.zeros((2, 2)), np.diag([0.5, 1.0])])
