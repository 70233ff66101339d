"""The catalogue: what it holds, how near the original it is, and making it again."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import gaussian_kde, skew

from experiments import infall, making
from helpers.stars import catalogue, milky_way


@pytest.fixture(scope="module")
def stars():
    """The embedded catalogue."""
    return catalogue.load()


# --- the embedded stars -------------------------------------------------------------


def test_the_embedded_table(stars):
    columns = ["x", "y", "z", "vx", "vy", "vz", "FeH", "E", "L", "Lz"]
    assert list(stars.table) == list(stars.features) == columns
    assert stars.table.shape == (330_000, 10)
    assert (catalogue.read()["id"] == stars.truth).all()
    derived = milky_way.integrals(stars.representation("6d"))
    np.testing.assert_array_equal(stars.representation("3d"), derived)


def test_representations_never_hold_the_truth(stars):
    assert list(stars.representation("3d")) == ["E", "L", "Lz"]
    assert list(stars.representation("6d")) == ["x", "y", "z", "vx", "vy", "vz"]
    assert list(stars.representation(["FeH", "Lz"])) == ["FeH", "Lz"]
    assert "id" not in stars.table
    with pytest.raises(ValueError, match="has no column id; it has x, y"):
        stars.representation(["id"])
    with pytest.raises(ValueError, match="must be one of '3d', '6d', 'all'"):
        stars.representation("4d")


def test_the_table_of_satellites(stars):
    family = catalogue.satellites()
    assert family.index.tolist() == list(range(33))
    assert list(family)[:5] == ["pericentre", "apocentre", "mass", "scale", "accretion"]
    by_satellite = stars.table.groupby(stars.truth)["FeH"]
    mean = by_satellite.mean()
    np.testing.assert_allclose(mean, family["FeH"], atol=0.01)
    scatter = by_satellite.std()
    np.testing.assert_allclose(scatter, family["FeH_scatter"], rtol=0.05)
    distance = np.sqrt((stars.table[["x", "y", "z"]] ** 2).sum(axis=1))
    far = distance.groupby(stars.truth).median()
    assert (far < family["apocentre"] * 1.1).all()


# --- acceptance: how near the original ----------------------------------------------


def test_central_ranges_are_within_a_quarter_of_the_original(stars):
    """Each range's width, and each of its ends in units of half the width."""
    table = making.central_ranges(stars.table)
    width = table["high"] - table["low"]
    original = table["original high"] - table["original low"]
    assert (abs(width / original - 1) < 0.25).all()
    for end in ("low", "high"):
        assert (abs(table[end] - table[f"original {end}"]) < 0.25 * original / 2).all()
    assert stars.table["L"].median() == pytest.approx(885, rel=0.25)


def deepest_dip(values):
    """How deep the density falls between two humps, as a share of the lower hump."""
    density = gaussian_kde(values)(
        np.linspace(*np.quantile(values, [0.005, 0.995]), 60)
    )
    left = np.maximum.accumulate(density)
    right = np.maximum.accumulate(density[::-1])[::-1]
    return (1 - density / np.minimum(left, right)).max()


def test_six_features_have_one_hump_each_where_the_integrals_have_several(stars):
    """A 5 % sample. The tops of the velocities are flat, with dips of 3 %."""
    sample = stars.table.sample(16_500, random_state=1)
    assert (abs(skew(stars.representation("6d"))) < 0.15).all()
    for name in catalogue.PHASE_SPACE:
        assert deepest_dip(sample[name]) < 0.05
    for name in ("E", "Lz"):
        assert deepest_dip(sample[name]) > 0.2


@pytest.mark.parametrize(("what", "report"), [("3d", 0.896), ("6d", 0.70)])
def test_hopkins_is_that_of_the_report(stars, what, report):
    """Exponent 1, 300 stars, 30 probes, min-max scaled, mean of 150 draws."""
    rng, values = np.random.default_rng(0), []
    X = stars.representation(what).to_numpy()
    for _ in range(150):
        S = catalogue.standardize(X[rng.choice(len(X), 300, replace=False)], "minmax")
        u = cdist(rng.random((30, S.shape[1])), S).min(axis=1).sum()
        w = np.sort(cdist(S[rng.choice(300, 30, replace=False)], S))[:, 1].sum()
        values.append(u / (u + w))
    assert np.mean(values) == pytest.approx(report, abs=0.05)


# --- scaling ------------------------------------------------------------------------


def test_scale_keeps_a_table_a_table(stars):
    X = stars.representation("3d").sample(1_000, random_state=1)
    for how, low, high in (("minmax", 0, 1), ("standard", -np.inf, np.inf)):
        scaled = catalogue.standardize(X, how)
        assert list(scaled) == list(X)
        assert (scaled.index == X.index).all()
        assert scaled.to_numpy().min() >= low
        assert scaled.to_numpy().max() <= high
    np.testing.assert_allclose(scaled.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(ddof=0), 1)
    assert isinstance(catalogue.standardize(X.to_numpy()), np.ndarray)


def test_scale_refuses_a_constant_column():
    X = pd.DataFrame({"a": [1.0, 2, 3], "b": [5.0, 5, 5]})
    with pytest.raises(ValueError, match=r"Column\(s\) b cannot be scaled: all"):
        catalogue.standardize(X)
    with pytest.raises(ValueError, match=r"Column\(s\) 1 cannot be scaled: all"):
        catalogue.standardize(X.to_numpy(), "minmax")
    with pytest.raises(ValueError, match="how must be one of 'standard', 'minmax'"):
        catalogue.standardize(X, "robust")


# --- making it again ----------------------------------------------------------------


def test_one_changed_bit_is_seen(stars, tmp_path):
    with np.load(making.DATA / making.STARS) as file:
        columns = dict(file)
    table = making.DATA / making.SATELLITES
    (tmp_path / making.SATELLITES).write_bytes(table.read_bytes())
    np.savez(tmp_path / making.STARS, **columns)  # another archive, the same stars
    assert making.same(tmp_path, making.DATA)
    columns["vz"][1_234] = np.nextafter(columns["vz"][1_234], np.float32(0))
    np.savez(tmp_path / making.STARS, **columns)
    assert not making.same(tmp_path, making.DATA)
    assert not making.same(tmp_path / "none", making.DATA)


def test_the_command_compares_and_stores(tmp_path, monkeypatch, capsys):
    """The command with a ready-made halo: the embedded one, then a small other one."""
    with np.load(making.DATA / making.STARS) as file:
        w = np.stack([file[name] for name in catalogue.PHASE_SPACE], axis=1)
        ready = {"id": file["id"], "FeH": file["FeH"]}
    made = infall.Halo(
        infall.satellites(infall.SEED),
        w,
        energy_error=np.zeros(len(w)),
        **ready,
    )

    def make(workers, progress):
        progress(made.satellites[0])
        return made

    monkeypatch.setattr(infall, "make_halo", make)
    output = tmp_path / "out"
    assert making.main(output) == 0
    said = capsys.readouterr().out
    assert "satellite  1 of 33" in said
    assert "They are the embedded stars, byte for byte." in said
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        making.STARS,
        making.SATELLITES,
    ]
    monkeypatch.setattr(making, "DATA", tmp_path / "data")
    assert making.main(output) == 1
    assert "They are not the embedded stars" in capsys.readouterr().out
    assert making.main(output, store=True) == 0
    assert making.main(output) == 0
