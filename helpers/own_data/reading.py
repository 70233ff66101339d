"""A table of your own: read it, check it, and give it back with labels.

`read` takes a DataFrame, or a text file of almost any make. What a person would read
without doubt is taken as it is meant, and named in `notes`, as is each column that is
left out; what may mean two things, or cannot be clustered, is refused in a sentence.
Lines are split by csv, with quotes as in RFC 4180 (Shafranovich 2005), numbers are read
by pandas, and charset-normalizer guesses encodings other than Unicode.

Not handled: categories as features, weights, marks of thousands, columns of fixed
width, values such as -999 that stand for "missing".
"""

import csv
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mode
from textwrap import shorten

import charset_normalizer
import numpy as np
import pandas as pd
from pandas.api.types import is_any_real_numeric_dtype as is_numeric
from sklearn.datasets import load_iris

from helpers._checks import points

EXAMPLE = "iris"  # the word that names the built-in example instead of a file
MIN_ROWS = 20  # fewer carry no evidence for or against clusters
FIRST_LINES = 200  # tell the separator
MIN_BEYOND_ASCII = 8  # bytes; with fewer no encoding is guessed, but that of Windows
MOST_LOOKED_AT = 10_000  # rows, for the decimal mark
FEW_VALUES = 3  # of a column that is a category rather than a measurement
LONGEST_LIST = 500  # characters of names in a sentence

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
MISSING = r"(?i)^([?.]|--?|#?n/?a|#\S+!|<na>|-?nan|nat|null|none|)$"
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "mac_roman"]
ABOVE = r'([ \t]*(#.*|"?sep=.?"?[ \t]*)?\n)*'  # the names: comments, Excel's sep=;

MARKED = r"[+-]?\d*([.,]\d{3})*([.,]\d*)?([eE][+-]?\d+)?"  # 1.461.000,5 too
GROUPED = r"[+-]?[1-9]\d{0,2}[.,]\d{3}"  # 1,461: perhaps with a mark of thousands
DAY = r"(1[89]|20)\d\d((0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))?"  # 2024 or 20240113
KEYS = r"(?i:(.*[ _])?(idx?|index|row|nr|no|number|key|code|column \d+))|.*[a-z]I[dD]"
CODES = r"(?i:(.*[ _])?(code|zip|plz|phone)|(zip|post)code)"
is_number = re.compile(r"\s*[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?\s*").fullmatch


@dataclass(frozen=True, eq=False)
class OwnData:
    """A table that can be clustered, and what was done to make it one.

    `features` (n, d) are numbers; their index is the line of the file, as editors and
    spreadsheets count, or the row of the DataFrame, from 0. `truth` (n,) is the group
    of each, or None. `entries` are all rows as they stand in the file, `form` is how it
    is written, in the words of `DataFrame.to_csv`.
    """

    name: str
    features: pd.DataFrame
    truth: pd.Categorical | None
    entries: pd.DataFrame
    form: dict
    notes: tuple[str, ...]


def read(source, columns="", truth="", drop_missing=False, without="") -> OwnData:
    """Read a table, choose its features, or say in one sentence what is wrong.

    `source` is a DataFrame, the path of a file with a line of names, or "iris". The
    names of the features (`columns`) or of columns that are none (`without`) are a list
    or parted by commas, with quotes as in a file; without names, every column of
    numbers that looks like a measurement is a feature. `truth` names the column with
    the true groups, which is no feature. Rows with a value that is missing or no number
    are left out if `drop_missing`, else refused; OSError or ValueError says why.

    >>> read("iris").features.shape
    (150, 4)
    """
    name = "DataFrame" if isinstance(source, pd.DataFrame) else Path(source).name
    notes = []
    try:
        entries, form = _opened(source, notes)
        if len(alike := entries.columns[entries.columns.duplicated()]):
            raise ValueError(f"two columns are called {alike[0]}; rename one of them.")
        columns, without = _named(columns, entries), _named(without, entries)
        truths = _named(truth and [truth], entries)
        asked = {*columns} or {*entries}
        text = [c for c in entries if not is_numeric(entries[c])]
        words = entries.astype(dict.fromkeys(text, str))
        words = words.replace(MISSING, np.nan, regex=True)
        able = [c for c in entries if c in asked.difference(without, truths)]
        numbers = _with_points(words[able], notes).apply(pd.to_numeric, errors="coerce")
        numbers = numbers.astype(float).replace([np.inf, -np.inf], np.nan)
        features = _features(words, numbers, bool(columns), notes)
        whole = _whole_rows(features.join(words[truths]), entries, drop_missing, notes)
        features = _features(words[whole], features[whole], bool(columns), notes)
        groups = pd.Categorical(words.loc[whole, truths[0]]) if truths else None
        _check_features(features, groups)
    except csv.Error as error:
        raise ValueError(f"{name}: mend an open or odd quote ({error}).") from None
    except ValueError as error:
        raise ValueError(" ".join([f"{name}: {error}", *notes])) from None
    return OwnData(name, features, groups, entries, form, tuple(notes))


def labelled(own: OwnData, labels) -> pd.DataFrame:
    """Return all rows of the file, with the labels (n,) of those read in `cluster`.

    Others have an empty entry; a name that is taken gets an underscore. Where
    HELPERS_TABLES names a folder, labelled.csv there has the form of the file.
    """
    name = "cluster"
    while name in own.entries:
        name += "_"
    column = pd.Series(labels, own.features.index, dtype="Int64")
    table = own.entries.assign(**{name: column})
    if folder := os.environ.get("HELPERS_TABLES"):
        table.to_csv(Path(folder, "labelled.csv"), index=False, **own.form)
    return table


def _opened(source, notes: list[str]) -> tuple[pd.DataFrame, dict]:
    """The entries of a source, and its form."""
    if isinstance(source, str) and source == EXAMPLE:
        iris = load_iris(as_frame=True)
        source = iris.data.assign(species=iris.target_names[iris.target])
        notes.append("iris: 150 flowers of three species (Fisher 1936).")
    if isinstance(source, pd.DataFrame):
        source = source.reset_index(drop=True).rename_axis("row")
        return source.set_axis(source.columns.map(str), axis=1), {}
    if not Path(source).is_file():
        raise FileNotFoundError(f"There is no file {source}; check name and folder.")
    text, encoding = _decoded(Path(source).read_bytes())
    end = re.search("\r\n?|\n|$", text)[0] or "\n"
    entries, sign = _split(re.sub("\r\n?", "\n", text))
    notes.append(f"Read as {encoding.upper()}, parted by {SEPARATORS[sign]}s.")
    return entries, {"sep": sign, "encoding": encoding, "lineterminator": end}


def _decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding."""
    marked = next((BOMS[bom] for bom in BOMS if data.startswith(bom)), "utf-8")
    # Only the words beyond ASCII tell other encodings apart, if there are some.
    odd = b"\n".join(line for line in data.splitlines() if not line.isascii())
    words = re.findall(rb"[^\s,;|]*[\x80-\xff][^\s,;|]*", odd)
    sample, other = b" ".join(dict.fromkeys(words))[:100_000], ENCODINGS[0]
    if sum(byte > 127 for byte in sample) >= MIN_BEYOND_ASCII:
        best = charset_normalizer.from_bytes(sample, cp_isolation=ENCODINGS).best()
        if best and other not in best.could_be_from_charset:
            other = best.encoding
    for encoding in (marked, other):
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text and not re.match(r"\s*[<{[@]", text):
                return text, encoding
    raise ValueError(
        "this is no table as text, but perhaps a spreadsheet, a web page or JSON; save "
        "it as CSV in UTF-8, with a line of names."
    )


def _split(text: str) -> tuple[pd.DataFrame, str]:
    """The entries of a text, with the line as index; and their separator."""
    lines = [line.strip(" ") for line in text.split("\n")]
    above = re.match(ABOVE, text)[0].count("\n")
    if above and re.fullmatch(r"[\d.,;|\seE+-]+", lines[above]):
        above -= 1  # numpy writes the names behind a #
        lines[above] = lines[above].strip("# ")
    lines[:above] = [""] * above
    sign = max(SEPARATORS, key=lambda sign: _evenness(lines[above:], sign))
    form = {"delimiter": sign, "skipinitialspace": True, "strict": True}
    reader = csv.reader((line + "\n" for line in lines), **form)
    rows, number = {}, 1
    for row in reader:  # an entry in quotes may run over several lines
        rows[number] = [entry.strip() for entry in row]
        number = reader.line_num + 1
    rows = {number: row for number, row in rows.items() if any(row)}
    if not rows:
        raise ValueError("it is empty; give a line of names and rows below it.")
    header = rows.pop(min(rows))
    # R has no name for the column with the names of the rows.
    if sign != "," and {len(row) - 1 for row in rows.values()} == {len(header)}:
        header = [""] * any(row[-1] for row in rows.values()) + header
    for number, row in rows.items():
        if len(row) != len(header):
            raise ValueError(
                f"line {number} has {len(row)} and the line of names {len(header)} "
                "entries; make them equal, with nothing above or below the table, and "
                "semicolons between numbers with decimal commas."
            )
    names = [
        " ".join(name.split()) or f"column {i}" for i, name in enumerate(header, 1)
    ]
    index = pd.Index([*rows], name="line")
    table = pd.DataFrame([*rows.values()], index, names, dtype=str)
    _check_names(table)
    return table, sign


def _evenness(lines: list[str], sign: str) -> float:
    """How evenly a separator parts the first lines into numbers."""
    reader = csv.reader(lines[:FIRST_LINES], delimiter=sign, skipinitialspace=True)
    rows = [row for row in reader if row] or [[""]]
    widths = [len(row) for row in rows]
    usual, numbers = mode(widths), [bool(is_number(c)) for row in rows for c in row]
    return (usual > 1) * widths.count(usual) / len(widths) * (0.01 + np.mean(numbers))


def _check_names(table: pd.DataFrame) -> None:
    """Refuse a line of names that is a row of data."""
    numbers = [float(name.replace(",", ".")) for name in table if is_number(name)]
    words = [i for i, name in enumerate(table) if not is_number(name)]
    again = any((table.iloc[:, i] == table.columns[i]).any() for i in words)
    # Years and wavelengths are names too, but rise.
    if numbers and (again or not words or numbers != sorted({*numbers})):
        raise ValueError(f"the names look like data ({_few(table)}); put names above.")


def _with_points(words: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """The words with decimal points; refused where a mark may be one of thousands."""
    text = words.select_dtypes(exclude="number")
    entries = text[:: 1 + len(text) // MOST_LOOKED_AT].stack().dropna().astype(str)
    like = entries.str.fullmatch(MARKED)
    entries = entries[like & (like.groupby(level=1).transform("mean") > 0.5)]
    marks, comma = entries.str.count("[.,]"), entries.str.contains(",")
    decimal = (marks == 1) & ~entries.str.fullmatch(GROUPED)
    unsure = (marks == 1) & ~decimal.groupby(level=1).transform("any")
    # Beside 999, 1.461 has no decimals; nor has 1.461.000 or 1.461,5.
    odd = (marks > 1) | unsure & (marks == 0).groupby(level=1).transform("any")
    if comma.any():
        odd |= entries.str.contains(".", regex=False) | unsure & (not decimal.any())
    told = {**entries[odd][:1], **entries[comma][:1], **entries[unsure][:1]}
    told = [f"{entry} in column {name}" for (_, name), entry in told.items()]
    if odd.any():
        raise ValueError(
            f"a mark may be of decimals or of thousands ({' and '.join(told[:2])}); "
            "write all numbers with one decimal mark and none of thousands."
        )
    if comma.any():
        notes.append("Commas were read as decimal marks.")
        marks = str.maketrans(",.", ".?")
        return words.assign(**{name: text[name].str.translate(marks) for name in text})
    if unsure.any() and not decimal.any():
        notes.append(f"Points were read as decimal marks, such as {told[0]}.")
    return words


def _named(given, entries: pd.DataFrame) -> list[str]:
    """The names in a list, or in a str parted by commas; refused if not there."""
    if isinstance(given, str):
        given = next(csv.reader([given], skipinitialspace=True), [])
    names = [str(name).strip() for name in given]
    if unknown := [name for name in names if name not in entries]:
        raise ValueError(f"there is no column {unknown[0]}; there are {_few(entries)}.")
    return names


def _features(words, numbers, asked: bool, notes: list[str]) -> pd.DataFrame:
    """The columns that are features; others are named, or refused if asked for."""
    reasons = {c: _reason(words[c].dropna(), numbers[c], asked) for c in numbers}
    left = [c for c in numbers if reasons[c]]
    told = _few(f"{c} ({reasons[c]})" for c in left)
    if left and asked:
        raise ValueError(f"there are no features in {told}; leave them out.")
    if left:
        notes.append(f"Columns left out: {told}.")
    return numbers.drop(columns=left)


def _reason(words: pd.Series, numbers: pd.Series, asked: bool) -> str:
    """Why a column is no feature, or looks like none; '' if it is one, or asked for."""
    odd, numbers = words[numbers[words.index].isna()], numbers.dropna()
    if words.nunique() < 2 or odd.empty and numbers.nunique() < 2:
        return f"only {next(iter(words), 'empty entries')}"
    if len(odd) > len(words) / 2:
        return f"no plain numbers, such as {odd.iloc[0]}"
    if asked or len(odd):
        return ""
    whole, n_values = (numbers % 1 == 0).all(), numbers.nunique()
    spelled = (words if whole else words[:0]).astype(str).str.removesuffix(".0")
    low, high, steps = numbers.min(), numbers.max(), numbers.diff().dropna()
    key, code = (re.fullmatch(pattern, str(words.name)) for pattern in (KEYS, CODES))
    even = steps.max() - steps.min() <= 1e-6 * steps.abs().max()
    counts = steps.min() > 0 and high - low < 2 * len(numbers)
    alike = low >= 1e8 and high < 10 * low
    looks = {
        "numbers of the rows": even or whole and (counts or key and numbers.is_unique),
        f"a category of {n_values} values": n_values <= FEW_VALUES,
        "years or dates": spelled.str.fullmatch(DAY).mean() == 1,
        "codes": whole and (alike or code) or spelled.str.fullmatch(r"0\d+").any(),
    }
    found = [look for look, holds in looks.items() if holds]
    return f"looks like {found[0]}, such as {words.iloc[0]}" if found else ""


def _whole_rows(values, entries, drop_missing: bool, notes: list[str]) -> pd.Series:
    """Which rows have all values; the others are refused, or noted."""
    gaps = values.isna()
    whole, counts = ~gaps.any(axis=1), gaps.sum()[gaps.any()]
    if not whole.all():
        row, column = gaps.stack().idxmax()
        told = (
            f"{(~whole).sum()} of {len(whole)} rows have missing or odd entries, first "
            f"'{entries.loc[row, column]}' of {column} in {gaps.index.name} {row}, by "
            f"column: {_few(f'{name} {count}' for name, count in counts.items())}"
        )
        if not drop_missing:
            raise ValueError(f"{told}; mend them, or give --drop-missing or --without.")
        notes.append(f"Left out: {told}.")
    return whole


def _check_features(features: pd.DataFrame, truth: pd.Categorical | None) -> None:
    """Refuse what nothing can be said about, and what leaves the range of float64."""
    n, n_different = len(features), (~features.duplicated()).sum()
    if n < MIN_ROWS or 0 < n_different < MIN_ROWS // 2:
        told = f"{n} whole rows, {n_different} of them different, are too few"
        raise ValueError(f"{told}; give {MIN_ROWS} or more, half of them different.")
    if features.empty:
        raise ValueError("there is no column to cluster; give measurements as numbers.")
    if truth is not None and not 1 < len(truth.categories) <= n // 2:
        told = f"the truth names {len(truth.categories)} groups of {n} rows"
        raise ValueError(f"{told}; give at least 2 groups of several rows each.")
    for name in features:
        points(features[[name]], f"column {name}")


def _few(words) -> str:
    """The first words, in a line."""
    return shorten(", ".join(map(str, words)), LONGEST_LIST, placeholder=" ...")
