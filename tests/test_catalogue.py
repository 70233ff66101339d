"""The catalogue: what it holds, how near the original it is, reading, and refusals."""

import builtins

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import gaussian_kde, skew

from helpers.own_data import tables
from helpers.stars import catalogue, infall, making, milky_way


@pytest.fixture(scope="module")
def stars():
    """The embedded catalogue."""
    return catalogue.load()


@pytest.fixture
def csv(tmp_path):
    """A function that writes text to a CSV file and gives its path."""

    def write(text):
        path = tmp_path / "mine.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


# --- the embedded stars -------------------------------------------------------------


def test_the_embedded_table(stars):
    columns = ["id", "x", "y", "z", "vx", "vy", "vz", "FeH", "E", "L", "Lz"]
    assert list(stars.table) == columns
    assert stars.features == tuple(columns[1:])
    assert stars.table.shape == (330_000, 11)
    assert (stars.table["id"] == stars.truth).all()
    derived = milky_way.integrals(stars.representation("6d"))
    np.testing.assert_array_equal(stars.representation("3d"), derived)


def test_representations_never_hold_the_truth(stars):
    assert list(stars.representation("3d")) == ["E", "L", "Lz"]
    assert list(stars.representation("6d")) == ["x", "y", "z", "vx", "vy", "vz"]
    assert list(stars.representation(["FeH", "Lz"])) == ["FeH", "Lz"]
    assert "id" not in stars.representation("all")
    with pytest.raises(ValueError, match="has no column id; it has x, y"):
        stars.representation(["id"])
    with pytest.raises(ValueError, match="must be one of '3d', '6d', 'all'"):
        stars.representation("4d")


def test_the_table_of_satellites(stars):
    family = catalogue.satellites()
    assert family.index.tolist() == list(range(33))
    assert list(family)[:5] == ["pericentre", "apocentre", "mass", "scale", "accretion"]
    mean = stars.table.groupby("id")["FeH"].mean()
    np.testing.assert_allclose(mean, family["FeH"], atol=0.01)
    scatter = stars.table.groupby("id")["FeH"].std()
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
    for name in making.PHASE_SPACE:
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


# --- reading ------------------------------------------------------------------------


def test_a_csv_goes_round(stars, tmp_path):
    path = tmp_path / "some.csv"
    stars.table.head(500).to_csv(path, index=False)
    back = catalogue.load(path, truth="id")
    pd.testing.assert_frame_equal(
        back.table, stars.table.head(500), check_dtype=False, rtol=1e-12
    )
    assert (back.truth == stars.truth[:500]).all()
    assert back.name == "some.csv"


def test_all_numeric_columns_or_the_named_ones(csv):
    path = csv("name,a,b,kind\nx,1,2,up\ny,3,4.5,down\nz,5,6,up\n")
    assert catalogue.load(path).features == ("a", "b")
    assert catalogue.load(path).truth is None
    named = catalogue.load(path, columns=["b"], truth="kind")
    assert named.features == ("b",)
    assert named.truth.tolist() == [1, 0, 1]
    assert list(named.table) == ["kind", "b"]


def test_a_numeric_truth_is_no_feature(csv):
    mine = catalogue.load(csv("a,b,t\n1,2,7\n3,4,7\n5,6,9\n"), truth="t")
    assert mine.features == ("a", "b")
    assert mine.truth.tolist() == [7, 7, 9]


@pytest.mark.parametrize("layout", ["table/columns/{}/data", "data/{}"])
def test_the_original_layouts_of_hdf5(stars, tmp_path, layout):
    h5py = pytest.importorskip("h5py")
    path, head = tmp_path / "original.hdf5", stars.table.head(50)
    with h5py.File(path, "w") as file:
        for name in head:
            file[layout.format(name)] = head[name].to_numpy().astype(">f8")
    read = catalogue.load(path)
    assert (read.truth == stars.truth[:50]).all()
    assert set(read.features) == set(stars.features)
    np.testing.assert_array_equal(read.representation("3d"), head[["E", "L", "Lz"]])


def test_hdf5_without_the_integrals_gets_them(stars, tmp_path):
    h5py = pytest.importorskip("h5py")
    path, head = tmp_path / "six.hdf5", stars.table.head(50)
    with h5py.File(path, "w") as file:
        for name in making.PHASE_SPACE:
            file[f"data/{name}"] = head[name].to_numpy()
    read = catalogue.load(path)
    assert read.truth is None
    np.testing.assert_array_equal(read.representation("3d"), head[["E", "L", "Lz"]])


# --- refusals -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine.csv is empty; give a CSV file with a line of names"),
        ("\n\n", "mine.csv is not a table"),
        ("a,b\n1,2\n3,4,5\n", r"not a table \(.*Expected 2 fields in line 3, saw 3"),
        ("name\nx\ny\nz\n", "mine.csv has no numeric column"),
        ("a,b\n1,2\n3,4\n", r"has 2 row\(s\), and at least 3 are needed"),
        ("a,b\n1,2\n3,\n5,NaN\n", r"Column b .* NaN or infinity in 2 .* in row 1"),
        ("a\n1\n2\ninf\n", r"Column a .* NaN or infinity in 1 .* in row 2"),
        ("a\n1\n2\nthree\n", r"Column a .* numbers, but row 2 .* holds 'three'"),
        ("1.0,2.0\n3,4\n5,6\n7,8\n", "no line of names"),
    ],
)
def test_a_bad_csv_is_refused(csv, text, message):
    with pytest.raises(ValueError, match=message):
        catalogue.load(csv(text))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file .*none.csv; check"):
        catalogue.load(tmp_path / "none.csv")
    with pytest.raises(ValueError, match="is a folder; name the CSV"):
        catalogue.load(tmp_path)


def test_a_picture_is_refused(tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe" * 50)
    with pytest.raises(ValueError, match=r"picture.csv is not a table"):
        catalogue.load(path)


def test_a_missing_column_is_refused(csv):
    path = csv("a,b\n1,2\n3,4\n5,6\n")
    with pytest.raises(ValueError, match="mine.csv has no column c, d; it has a, b"):
        catalogue.load(path, columns=["a", "c", "d"])
    with pytest.raises(ValueError, match="mine.csv has no column t; it has a, b"):
        catalogue.load(path, truth="t")
    with pytest.raises(ValueError, match="has no column E, L, Lz; it has a, b"):
        catalogue.load(path).representation("3d")
    with pytest.raises(TypeError, match="must be a list of names, but 'a' was given"):
        catalogue.load(path, columns="a")


def test_the_truth_cannot_be_a_feature(csv):
    with pytest.raises(ValueError, match="has no column b; it has a"):
        catalogue.load(csv("a,b\n1,2\n3,4\n5,6\n"), columns=["a", "b"], truth="b")


def test_text_in_a_named_column_is_refused(csv):
    path = csv("a,name\n1,x\n2,y\n3,z\n")
    with pytest.raises(ValueError, match=r"Column name .* row 0 .* holds 'x'"):
        catalogue.load(path, columns=["a", "name"])


def test_a_missing_truth_is_refused(csv):
    with pytest.raises(ValueError, match="t of mine.csv is the truth, and 1 of its"):
        catalogue.load(csv("a,t\n1,up\n2,\n3,down\n"), truth="t")


def test_hdf5_without_h5py_is_refused(tmp_path, monkeypatch):
    path, usual = tmp_path / "original.hdf5", builtins.__import__
    path.write_bytes(tables.HDF5_SIGNATURE)

    def without(name, *rest):
        if name == "h5py":
            raise ImportError(name)
        return usual(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="the package h5py that reads it is not inst"):
        catalogue.load(path)


def test_hdf5_that_is_no_table_is_refused(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "other.hdf5"
    path.write_bytes(tables.HDF5_SIGNATURE)
    with pytest.raises(ValueError, match="other.hdf5 is not a whole HDF5 file"):
        catalogue.load(path)
    with h5py.File(path, "w") as file:
        file["elsewhere/x"] = [1.0, 2.0]
    with pytest.raises(ValueError, match="has neither /table/columns nor /data"):
        catalogue.load(path)


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
        w = np.stack([file[name] for name in making.PHASE_SPACE], axis=1)
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
    output = ["--output", str(tmp_path / "out")]
    assert catalogue.main(output) == 0
    said = capsys.readouterr().out
    assert "satellite  1 of 33" in said
    assert "They are the embedded stars, byte for byte." in said
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        making.STARS,
        making.SATELLITES,
    ]
    monkeypatch.setattr(making, "DATA", tmp_path / "data")
    assert catalogue.main(output) == 1
    assert "They are not the embedded stars" in capsys.readouterr().out
    assert catalogue.main([*output, "--store"]) == 0
    assert catalogue.main(output) == 0
