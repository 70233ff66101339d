"""A table of your own is read right, or refused in one true sentence."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers import __main__ as commands
from helpers.own_data import labelled, page, read

MIX = np.random.default_rng(0).permutation(30)
GOOD = pd.DataFrame({"x": MIX**2 / 8, "y": np.sqrt(MIX).round(3)})
GAPS = np.where(MIX < 4, np.nan, MIX / 8)
TOWN = ["Ulm", "Bonn", "Trier"] * 10
D3 = ["1,461", "2,346", "7,125", "3,204", "6,111"] * 6  # decimals, or thousands


def csv(sep=",", decimal=".", **columns):
    """The good table as text, with columns added or replaced."""
    return GOOD.assign(**columns).to_csv(index=False, sep=sep, decimal=decimal)


def line(number, new):
    """The good table as text, with another line in place of one of its lines."""
    lines = csv().splitlines()
    return "\n".join([*lines[: number - 1], new, *lines[number:], ""])


def z(spelling):
    """The good table as text, with a column of spelled numbers."""
    return csv(z=[spelling.format(i) for i in MIX])


BODY = csv().split("\n", 1)[1]
R = GOOD.set_axis([f"car {i}" for i in MIX]).to_csv(header=False, sep=" ")
POINTS = "a;b\n" + "".join(f"{i + 1}.461;{i * i}\n" for i in MIX)
LOCAL = {"größe": MIX / 8, "straße": TOWN, "länge": TOWN, "höhe": TOWN, "übung": TOWN}
YEARS = {"2010": MIX / 8, "2011": MIX / 9}
CUT = {"w": GAPS, "z": np.where(MIX < 4, MIX, 9)}
XY, DROP = ["x", "y"], {"drop_missing": True}
IN_COMMAS = "Commas were read as decimal marks."
MARKS = "; write all numbers with one decimal mark and none of thousands."
NO_NAMES = "put names above."
RANGE = "and their squares leave the range of float64; choose another unit."
ROWS = "(looks like numbers of the rows, such as "
NO_TABLE = "this is no table as text, but perhaps a spreadsheet, a web page or JSON; "

# What is in the file; the features, if it is read; a part of what is said; and what is
# asked, if anything.
CASES = {
    # Read as it is meant.
    "commas": (csv(), XY, "Read as UTF-8, parted by commas."),
    "semicolons": (csv(";"), XY, "parted by semicolons."),
    "tabs": (csv("\t"), XY, "parted by tabs."),
    "bars": (csv("|"), XY, "parted by bars."),
    "gaps": (csv(" ").replace(" ", "   "), XY, "parted by spaces."),
    "commas and gaps": (csv().replace(",", ", "), XY, "parted by commas."),
    "; and decimal commas": (csv(";", ","), XY, IN_COMMAS),
    "tabs and decimal commas": (csv("\t", ","), XY, IN_COMMAS),
    "quoted decimal commas": (csv(",", ","), XY, IN_COMMAS),
    "comma in a name": (csv(";", ",", **{"z, m": MIX / 8}), [*XY, "z, m"], IN_COMMAS),
    "D,DDD beside 0,5": (csv(";", ",", z=D3, w=GAPS), [*XY, "z", "w"], IN_COMMAS, DROP),
    "D.DDD alone": (POINTS, ["a", "b"], "Points were read as decimal marks, such as"),
    "line ends of Windows": (csv().replace("\n", "\r\n"), XY, ""),
    "line ends of old Macs": (csv().replace("\n", "\r"), XY, ""),
    "UTF-8 with a mark": (csv().encode("utf-8-sig"), XY, "UTF-8-SIG"),
    "UTF-16": (csv().encode("utf-16"), XY, "UTF-16"),
    "Western": (csv(**LOCAL).encode("cp1252"), [*XY, "größe"], "CP1252"),
    "two bytes": (csv(**{"°C": MIX / 8}).encode("cp1252"), [*XY, "°C"], "CP1252"),
    "Czech": (csv(výška=MIX / 8, šířka="Plzeň").encode("cp1250"), [*XY, "výška"], ""),
    "Russian": (csv(рост=MIX / 8, город="Омск").encode("cp1251"), [*XY, "рост"], ""),
    "Japanese": (csv(身長=MIX / 8, 都市="東京").encode("cp932"), [*XY, "身長"], ""),
    "comments": ("# made by hand\n# in May\n" + csv(), XY, ""),
    "empty lines": ("\n" + csv().replace("\n", "\n \n") + ",\n,\n", XY, ""),
    "numpy": ("# x,y\n" + BODY, XY, ""),
    "numpy with gaps": ("# x y\n" + BODY.replace(",", " "), XY, ""),
    "pandas": (GOOD.set_axis([0, 1], axis=1).to_csv(), ["0", "1"], "column 1 (looks"),
    "odd quotes above": ('# it\'s "x\n# y" 7\n' + csv(), XY, "comma"),
    "sep= of Excel": ("sep=;\n" + csv(";"), XY, "semicolon"),
    "R": ('"x" "y"\n' + R, XY, "column 1 (no plain numbers, such as car"),
    "signs at the ends": (csv(";").replace("\n", ";\n"), XY, "column 3 (only empty"),
    "entry of two lines": (csv(note="a,\n b"), XY, "left out: note (only a, b)."),
    "years as names": (csv(**YEARS), [*XY, *YEARS], ""),
    "names of ours": (csv(rows=MIX / 8, cluster=MIX / 9), [*XY, "rows", "cluster"], ""),
    # Left out and named.
    "percent": (z("{}%"), XY, "z (no plain numbers, such as 2%)"),
    "dollars": (z("${}.5"), XY, "z (no plain numbers, such as $2.5)"),
    "gaps in numbers": (z("1 {:03}"), XY, "z (no plain numbers, such as 1 002)"),
    "narrow gaps": (z("1\u202f{:03}"), XY, "z (no plain numbers, such as 1 002)"),
    "apostrophes": (z("1'{:03}"), XY, "z (no plain numbers, such as 1'002)"),
    "units": (z("{} kg"), XY, "z (no plain numbers, such as 2 kg)"),
    "text": (csv(t=TOWN), XY, "left out: t (no plain numbers, such as Ulm)."),
    "numbered words": (z("A{}"), XY, "z (no plain numbers, such as A2)"),
    "days": (z("2024-01-{:02}"), XY, "z (no plain numbers, such as 2024-01-02"),
    "German days": (z("{}.1.2024"), XY, "z (no plain numbers, such as 2.1.2024)"),
    "times": (z("12:{:02}"), XY, "z (no plain numbers, such as 12:02)"),
    "days as numbers": (z("202401{:02}").replace("0100", "0131"), XY, "years or dates"),
    "years": (csv(z=2000 + MIX % 5), XY, "z (looks like years or dates, such as 2002)"),
    "codes": (z("0{:03}"), XY, "z (looks like codes, such as 0"),
    "towns": (csv(plz=10_000 + MIX % 7), XY, "plz (looks like codes, such as 1000"),
    "bar codes": (csv(z=4 * 10**12 + MIX // 2), XY, "z (looks like codes, such as 4"),
    "an id": (csv(starId=MIX), XY, f"starId {ROWS}2)"),
    "row numbers": (csv(z=np.arange(7, 37)), XY, f"z {ROWS}"),
    "with holes": (csv(z=np.arange(30) + np.arange(30) // 4), XY, f"z {ROWS}"),
    "even steps": (csv(z=np.arange(30) / 10), XY, f"z {ROWS}"),
    "an id as asked": (csv(id=MIX), ["x", "id"], "", {"columns": "x,id"}),
    "whole numbers": (csv(age=MIX), [*XY, "age"], ""),
    "few values": (csv(z=MIX % 3), XY, "z (looks like a category of 3 v"),
    "as asked": (csv(z=MIX % 2), [*XY, "z"], "", {"columns": "x,y,z"}),
    "asked twice": (csv(), ["x"], "", {"columns": "x,x"}),
    "constant": (csv(z=4, w=np.nan), XY, "left out: z (only 4), w (only empty "),
    "constant with gaps": (csv(z=[7] * 9 + [None] * 21), XY, "z (only 7.0)"),
    "without": (csv(z=MIX / 8), ["z"], "", {"without": "x,y"}),
    "then constant": (csv(**CUT), [*XY, "w"], "Columns left out: z (only 9).", DROP),
    "inf dropped": (line(9, "1,inf"), XY, "first 'inf' of y in line 9,", DROP),
    # Refused.
    "empty": ("", "it is empty; give a line of names and rows below it."),
    "blank": ("\n\n \n", "it is empty; give a line of names"),
    "only sep=": ("sep=;\n", "it is empty; give a line of names"),
    "only commas": (",\n,\n", "it is empty; give a line of names"),
    "only names": ("x,y\n", "0 whole rows, 0 of them different, are too few; give 20 "),
    "spreadsheet": (b"PK\x03\x04" + b"\0" * 99, NO_TABLE),
    "compressed": (b"\x1f\x8b\x08" + b"\0" * 99, "it as CSV in UTF-8, with a line"),
    "binary": (b"x,y\n1,\0\0\n" * 30, NO_TABLE),
    "web page": ("<!DOCTYPE html><html></html>", NO_TABLE),
    "JSON": ('{"x": [1, 2]}', NO_TABLE),
    "UTF-32": (csv().encode("utf-32"), NO_TABLE),
    "ARFF": ("@relation a\n" + BODY, NO_TABLE),
    "no names": (BODY, "the names look like data (0.5, 1.414); " + NO_NAMES),
    "a comment is no name": ("# mine\n" + BODY, "line 2 has 2 and the line of names 1"),
    "numbers as names": ("0,1\n" + BODY, "look like data (0, 1); " + NO_NAMES),
    "no name of one column": ("0\n1\n7\n" * 10, "look like data (0); " + NO_NAMES),
    "no names but a word": (csv(t=TOWN).split("\n", 1)[1], "Ulm); " + NO_NAMES),
    "a name twice": (csv().replace("y", "x", 1), "two columns are called x; rename"),
    "long line": (line(9, "1,2,3"), "line 9 has 3 and the line of names 2 entries"),
    "short line": (line(9, "1"), "line 9 has 1 and the line of names 2 entries; ma"),
    "cut off": (csv().rsplit(",", 1)[0], "line 31 has 1 and"),
    "after two lines": (csv(t="a\nb") + "1,2\n", "line 62 has 2 and the line of n"),
    "title": ("My data\n" + csv(), "line 2 has 2 and the line of names 1 entries"),
    "commas twice": ("x\n" + "1,5\n" * 30, "semicolons between numbers with deci"),
    "open quote": (line(9, '"1,2'), "mend an open or odd quote (unexpected en"),
    "units below names": ("x,y\ncm,kg\n" + BODY, "first 'cm' of x in line 2"),
    "a word": (line(9, "1,two"), "have missing or odd entries, first 'two' of y"),
    "two files": (csv() * 2, "first 'x' of x in line 32, by column: x 1, y 1; mend"),
    "no numbers": ("t\n" + "a\nb\n" * 15, "there is no column to cluster; give"),
    "one row": ("x,y\n1,2\n", "1 whole rows, 1 of them different, are too f"),
    "two rows": ("x\n" + "1\n2\n5\n7\n" * 9, "36 whole rows, 4 of them diff"),
    "points in words": (csv(z=["n.d.", *MIX[1:] / 8]), "first 'n.d.' of z in line 2"),
    "half odd": (csv(z=[f"1'{i}" if i % 2 else i for i in MIX]), "15 of 30 rows have"),
    "D,DDD and tabs": (csv("\t", z=D3), f" and 1,461 in column z){MARKS}"),
    "D,DDD and ;": (csv(";", z=D3), f"z){MARKS}"),
    "D,DDD only": ("x;y\n" + "1,461;2,346\n" * 30, f"(1,461 in column x){MARKS}"),
    "D.DDD beside 0,5": (csv(";", ",", z="1.461"), f"0,5 in column x){MARKS}"),
    "D.DDD beside 999": ("x;y\n1.461;1\n999;2\n" * 15, f"(1.461 in column x){MARKS}"),
    "millions": (csv(";", z="1.461.000"), f"(1.461.000 in column z){MARKS}"),
    "0,5 and 0.5": (csv(";", z="0,5"), f"(0.5 in column x and 0,5 in column z){MARKS}"),
    "missing": (line(9, ",?"), "first '' of x in line 9, by column: x 1, y 1; m"),
    "few complete": (csv(z=[*MIX[:10] / 8, *[None] * 20]), "10 whole rows, 1", DROP),
    "left out before": (csv(t=TOWN, z=GAPS), "no plain numbers, such as Ulm).\n"),
    "too large": (line(9, "1,1e200"), "column y holds values up to 1e+200, and the"),
    "too small": (csv(z=MIX * 1e-200), RANGE),
    "no column": (csv(), "there is no column z; there are x, y.", {"columns": "x,z"}),
    "asked text": (csv(t=TOWN), "no features in t (no pl", {"columns": "x,t"}),
    "truth of one": (csv(k=1), "the truth names 1 groups of 30 rows;", {"truth": "k"}),
    "truth of all": (csv(), "the truth names 30 groups of 30", {"truth": "x"}),
}


@pytest.mark.parametrize("case", CASES)
def test_a_file_is_read_right_or_refused_in_a_true_sentence(case, tmp_path, capsys):
    content, *features, said = [part for part in CASES[case] if type(part) is not dict]
    asked = {**CASES[case][-1]} if type(CASES[case][-1]) is dict else {}
    path = tmp_path / "own.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if not features:
        options = ["--drop-missing"] * asked.pop("drop_missing", False)
        options += [f"--{word}={given}" for word, given in asked.items()]
        given = commands.parse(["report", "--data", str(path), *options])
        assert page.main(given) == 2
        told = capsys.readouterr()
        assert told.err.startswith("own.csv: ")
        assert said in told.err
        assert (told.err.count("\n"), told.err[-2:], told.out) == (1, ".\n", "")
    else:
        own = read(path, **asked)
        assert list(own.features) == features[0]
        assert said in " ".join(own.notes)
        # The index tells the line of the file.
        good = GOOD if len(own.features) == 30 else GOOD.iloc[own.features.index - 2]
        for name in {*XY} & {*features[0]}:
            np.testing.assert_allclose(own.features[name], good[name])


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file .*; check name"):
        read(tmp_path / "none.csv")
    with pytest.raises(FileNotFoundError, match="There is no file .*; check name"):
        read(tmp_path)


def test_a_good_file_is_told_with_the_time_it_will_take(tmp_path, capsys, monkeypatch):
    (tmp_path / "own.csv").write_text(csv())
    monkeypatch.setattr(page, "QUIET", 14)
    # Seconds for the search of a few rows, and those of them that the processor worked.
    for took, busy, told in [(10, 5, "40 seconds"), (90, 90, "2 minutes")]:
        clock = {"perf_counter": iter([0, took]), "process_time": iter([0, busy])}
        clock = {name: times.__next__ for name, times in clock.items()}
        monkeypatch.setattr(page, "time", SimpleNamespace(**clock))
        page.announce(str(tmp_path / "own.csv"))
        said = capsys.readouterr().out.splitlines()
        assert said[0] == "Read as UTF-8, parted by commas."
        assert said[-1] == f"This will take about {told}."


def test_a_dataframe_is_read_directly():
    table = GOOD.assign(
        flag=MIX > 9,
        day=pd.date_range("2024", periods=30),
        town=pd.Categorical(TOWN),
        spelled=[f"{i / 8}" for i in MIX],
        whole=pd.array(MIX, "Int64"),
        exact=0.1 + MIX / 3,
    )
    table[("a", 7)] = 1 / (1 + MIX)
    own = read(table.set_axis([5] * 30), without=["whole"])
    assert list(own.features) == ["x", "y", "spelled", "exact", "('a', 7)"]
    assert (own.features["exact"] == table["exact"]).all()  # not by way of words
    assert own.features.index.tolist() == list(range(30))
    assert "day (no plain numbers, such as 2024-01-01)" in own.notes[0]
    table.loc[7, "x"] = np.inf
    with pytest.raises(ValueError, match="^DataFrame: 1 of 30 rows .* of x in row 7"):
        read(table)
    assert 7 not in read(table, drop_missing=True).features.index


def test_truth_may_be_words_or_numbers():
    table = GOOD.assign(kind=["b", "a", "c"] * 10, level=[5, 10, 9] * 10)
    assert [*read(table, truth="kind").truth[:3]] == ["b", "a", "c"]
    assert read(table, truth="kind").truth.codes[:3].tolist() == [1, 0, 2]
    assert [*read(table, truth="level").truth.categories] == [5, 9, 10]
    assert read(table).truth is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("sep", "decimal"), [(",", "."), (";", ","), ("\t", ",")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_labelled_table_is_the_file_with_columns_behind(
    encoding, sep, decimal, end, tmp_path, monkeypatch
):
    path = tmp_path / "own.csv"
    text = csv(sep, decimal, größe=[f"0{i}" for i in MIX], straße="Köln", cluster=TOWN)
    lines = [line.replace("Trier", "") for line in text.splitlines()]
    path.write_bytes((end.join(lines) + end).encode(encoding))
    own = read(path)
    assert "größe (looks like codes, such as 02), straße (only Köln)" in own.notes[-1]
    monkeypatch.setenv("HELPERS_TABLES", str(tmp_path))
    own = replace(own, features=own.features.drop(index=3))
    labelled(own, np.delete(MIX % 3, 1))
    further = [f"{sep}{i % 3}" for i in MIX]
    further[1] = sep
    new = [f"{sep}cluster_", *further]
    expected = end.join(a + b for a, b in zip(lines, new, strict=True)) + end
    assert (tmp_path / "labelled.csv").read_bytes() == expected.encode(encoding)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=6), st.integers(0, 6))
@settings(max_examples=150, deadline=None)
def test_no_spoilt_bytes_raise_anything_but_a_sentence(at, spoilt, n_lost):
    good = csv(town=TOWN).encode()
    with TemporaryDirectory() as folder:
        path = Path(folder, "own.csv")
        path.write_bytes(good[:at] + spoilt + good[at + n_lost :])
        with suppress(ValueError):
            read(path)
