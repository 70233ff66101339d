"""Points are checked at the door, once; a warning names the line of the caller."""

import numpy as np
import pytest
import sklearn.utils
import sklearn.utils.validation
from sklearn.exceptions import ConvergenceWarning

from helpers import _checks
from helpers.kmeans import KMeans
from helpers.mixture import GaussianMixture

X = np.random.default_rng(0).normal(size=(1_000, 2))
FITS = {
    "k-means, 13 iterations": lambda: KMeans(8, max_iter=13, tol=0, random_state=0),
    "mixture": lambda: GaussianMixture(3, random_state=0),
}


@pytest.mark.parametrize("name", FITS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_fit_checks_its_points_at_most_twice(name, monkeypatch):
    checked = []
    for module in (_checks, sklearn.utils, sklearn.utils.validation):
        true = module.check_array

        def counting(array, *args, true=true, **options):
            checked.append(np.shape(array))
            return true(array, *args, **options)

        monkeypatch.setattr(module, "check_array", counting)
    fitted = FITS[name]().fit(X)
    assert fitted.n_iter_ > 1
    assert 1 <= checked.count(X.shape) <= 2


@pytest.mark.parametrize("estimator", [KMeans, GaussianMixture])
def test_who_calls_fit_is_warned_in_his_own_line(estimator):
    with pytest.warns(ConvergenceWarning, match="did not converge") as warned:
        estimator(8, n_init=1, max_iter=1, tol=0, random_state=0).fit(X)
    assert {each.filename for each in warned} == {__file__}
