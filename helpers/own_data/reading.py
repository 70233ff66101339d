"""A table of your own: read it, check it, and give it back with labels.

`read` takes a DataFrame, or a text file of almost any make. What a person would read
without doubt is taken as it is meant, and named in `notes`, as is each column that is
left out; what may mean two things, or cannot be clustered, is refused in a sentence.
Lines are split by csv, with quotes as in RFC 4180 (Shafranovich 2005), numbers are read
by pandas, and charset-normalizer guesses encodings other than Unicode.

Not handled: categories as features, weights, marks of thousands, columns of fixed
width, values such as -999 that stand for "missing".
"""

import codecs
import csv
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from statistics import mode

import charset_normalizer
import numpy as np
import pandas as pd
from pandas.api.types import is_any_real_numeric_dtype as is_numeric

EXAMPLE = "iris"  # the word that names the built-in example instead of a file
MIN_ROWS = 20  # fewer carry no evidence for or against clusters
LARGEST, SMALLEST = 1e75, 1e-75  # beyond, the fourth powers leave float64
DIGITS = 1e-12  # a spread, relative to the values, that is lost in their last digits
FIRST_LINES = 200  # tell the separator
MIN_BEYOND_ASCII = 8  # bytes; with fewer no encoding is guessed, but that of Windows
MOST_LOOKED_AT = 10_000  # entries of a column, for its decimal mark
FEW_VALUES = 3  # of a column that is a category rather than a measurement
MOST_TOLD = 20  # names in a sentence

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
MISSING = {"", "?", "-", "--", ".", "na", "n/a", "#na", "#n/a", "<na>", "nan", "nat"}
MISSING |= {"-nan", "null", "none", "#div/0!", "#value!", "#ref!", "#num!"}
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32"}
BOMS |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "mac_roman"]
NO_TABLES = {b"<": "a web page or XML", b"{": "JSON", b"[": "JSON", b"@": "ARFF"}
EXCEL = r'\s*"?sep=([,;\t|])"?\s*'  # the line that Excel puts above the names
ABOVE = rf"\s*(#|$)|{EXCEL}$"  # lines that are no names: comments, empty ones

NUMBER = r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?"
GROUPED = r"[+-]?[1-9]\d{0,2}([MARK]\d{3})+([.,]\d*)?"  # 1,461 or 1.461.000,5
SIGNED = r"^[+-]?([^\w\s]?)\s*[+-]?\d[\d.,'’\s]*([^\d\s]*)$"  # $12.5 or 1 461 or 12%
DATE = (
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T].*)?|\d{1,2}:\d\d(:.*)?"
    r"|\d{1,2}[-. ]+[^\W\d]{3,9}[-. ]+\d{2,4}"
)
ROW_NAMES = r"(.*[ _])?(id|index|idx|row|nr|no|number|key|code|column \d+)|.*[a-z]I[dD]"
CODE_NAMES = r"(.*[ _])?(code|zip|plz|phone)|(zip|post)code"


@dataclass(frozen=True, eq=False)
class OwnData:
    """A table that can be clustered, and what was done to make it one.

    `features` (n, d) are numbers; their index is the line of the file, as editors and
    spreadsheets count, or the row of the DataFrame. `truth` (n,) are whole numbers or
    None, `groups` the word for each of them. `entries` are all rows as they stand in
    the file, `form` is how it is written, in the words of `DataFrame.to_csv`.
    """

    name: str
    features: pd.DataFrame
    truth: np.ndarray | None
    groups: dict
    entries: pd.DataFrame
    form: dict
    notes: tuple[str, ...]


def read(source, columns="", truth="", drop_missing=False, without="") -> OwnData:
    """Read a table, choose its features, or say in one sentence what is wrong.

    `source` is a DataFrame, the path of a file with a line of names, or "iris". The
    names of the features (`columns`) or of columns that are none (`without`) are a list
    or parted by commas, with quotes as in a file; without names, every column of
    numbers that looks like a measurement is a feature. `truth` names the column with
    the true groups, which is no feature. Rows with a missing or infinite value are left
    out if `drop_missing`, else refused; OSError or ValueError says why.

    >>> read("iris").features.shape
    (150, 4)
    """
    left = {}
    try:
        name, entries, form, notes = _opened(source)
        columns, without = names(columns), names(without)
        _check_asked(columns, without, truth, entries)
        able = [c for c in columns or entries if c not in [*without, truth]]
        words = entries.apply(_words)
        spelled = [c for c in able if not is_numeric(entries[c])]
        form["decimal"] = _decimal_mark(words[spelled], notes)
        numbers = words.apply(_numbers, mark=form["decimal"])
        left |= dict.fromkeys(without, "as asked")
        left |= _no_features(words[able], numbers, bool(columns), notes)
        features = numbers[[c for c in able if c not in left]]
        _check_numbers(words, features)
        truths = words[[truth] if truth else []]
        whole = _whole_rows(features, truths, drop_missing, notes)
        same = features.columns[features[whole].nunique() == 1]
        left |= dict.fromkeys(same, "the same in all complete rows")
        features = features.loc[whole].drop(columns=same)
        _check_features(features)
        labels, groups = None, {}
        if truth:
            labels, groups = _groups(words.loc[whole, truth], numbers.loc[whole, truth])
    except ValueError as error:
        name = "DataFrame" if isinstance(source, pd.DataFrame) else Path(source).name
        raise ValueError(" ".join([f"{name}: {error}", *_told(left)])) from None
    notes += _told(left)
    return OwnData(name, features, labels, groups, entries, form, tuple(notes))


def names(given) -> list[str]:
    """Return the names in a list, or in a str parted by commas.

    >>> names('a, b,"c, in kg"')
    ['a', 'b', 'c, in kg']
    """
    if isinstance(given, str):
        given = next(csv.reader([given], skipinitialspace=True), [])
    return [str(name).strip() for name in given]


def labelled(own: OwnData, found: pd.DataFrame) -> pd.DataFrame:
    """Return all rows as they stand in the file, with the columns found.

    Rows that were left out have empty entries there. A name that is taken gets an
    underscore.
    """
    table = own.entries.copy()
    for name, column in found.items():
        while name in table:
            name += "_"
        whole = pd.api.types.is_integer_dtype(column)
        table[name] = column.astype("Int64" if whole else float).reindex(table.index)
    return table


def keep(own: OwnData, table: pd.DataFrame, file_name: str) -> None:
    """Write a table where HELPERS_TABLES names a folder, in the form of the file."""
    if folder := os.environ.get("HELPERS_TABLES"):
        table.to_csv(Path(folder, file_name), index=False, **own.form)


# --- from a source to entries -------------------------------------------------------


def _opened(source) -> tuple[str, pd.DataFrame, dict, list[str]]:
    """The name of a source, its entries, its form, and what there is to say of it."""
    form = {"sep": ",", "encoding": "utf-8", "lineterminator": "\n"}
    name, told = "DataFrame", []
    if isinstance(source, str) and source == EXAMPLE:
        from sklearn.datasets import load_iris

        iris = load_iris(as_frame=True)
        source = iris.data.assign(species=iris.target_names[iris.target])
        name, told = EXAMPLE, ["iris: 150 flowers of three species (Fisher 1936)."]
    if isinstance(source, pd.DataFrame):
        if source.index.nlevels > 1 or not source.index.is_unique:
            source = source.reset_index(drop=True)
        parts = [each if isinstance(each, tuple) else [each] for each in source]
        source = source.set_axis([" ".join(map(str, each)) for each in parts], axis=1)
        return name, source.rename_axis("row"), form, told
    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}; check the name and folder.")
    if path.is_dir():
        raise ValueError("this is a folder; name the CSV file in it.")
    text, form["encoding"] = _decoded(path.read_bytes())
    form["lineterminator"] = re.search("\r\n|\r|\n|$", text)[0] or "\n"
    entries, form["sep"] = _split(re.sub("\r\n?", "\n", text))
    told = f"{path.name}: {form['encoding'].upper()}, columns parted by a "
    return path.name, entries, form, [f"{told}{SEPARATORS[form['sep']]}."]


def _decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding."""
    odd = NO_TABLES.get(data.lstrip()[:1])
    encoding = next((BOMS[bom] for bom in BOMS if data.startswith(bom)), "utf-8")
    if odd or (b"\0" in data and encoding == "utf-8"):
        odd = odd or "no text but perhaps a spreadsheet, an archive or a picture"
        raise ValueError(
            f"this is {odd}; open it and save its table as CSV, with a line of names."
        )
    with suppress(UnicodeDecodeError):
        return data.decode(encoding), encoding
    # Only the words beyond ASCII tell other encodings apart, if there are some.
    words = re.findall(rb"[^\s,;|]*[\x80-\xff][^\s,;|]*", data)
    sample, encoding = b" ".join(dict.fromkeys(words))[:100_000], ENCODINGS[0]
    if sum(byte > 127 for byte in sample) >= MIN_BEYOND_ASCII:
        best = charset_normalizer.from_bytes(sample, cp_isolation=ENCODINGS).best()
        if best and encoding not in best.could_be_from_charset:
            encoding = best.encoding
    with suppress(UnicodeDecodeError):
        return data.decode(encoding), encoding
    raise ValueError("this is text in no known encoding; save it as CSV in UTF-8.")


def _split(text: str) -> tuple[pd.DataFrame, str]:
    """The entries of a text, with the line as index; and their separator."""
    lines = text.split("\n")
    above = list(takewhile(re.compile(ABOVE).match, lines))
    if len(above) == len(lines):
        raise ValueError("it is empty; give a line of names and rows below it.")
    top, last = len(above), above[-1] if above else ""
    some = [line for line in lines[top:] if line.strip()][:FIRST_LINES]
    excel = re.fullmatch(EXCEL, last)
    sign = excel[1] if excel else max(SEPARATORS, key=lambda s: _evenness(some, s))
    names_above = [*_cells([last.strip("# ")], sign).values()]
    cells = _cells(lines, sign, top, strict=True)
    header = cells[min(cells)]
    if _are_numbers(header) and [len(row) for row in names_above] == [len(header)]:
        header = names_above[0]  # numpy writes the names behind a #
    else:
        del cells[min(cells)]
    # R has no name for the column with the names of the rows.
    rows = [*cells.values()][:FIRST_LINES]
    sure = sign != "," or all(line.startswith('"') for line in some[:2])
    ends = all(row[-1] == "" for row in rows)
    if (sure or ends) and {len(row) for row in rows} == {len(header) + 1}:
        # Or each line but that of the names ends with a separator.
        header = [*header, ""] if ends else ["", *header]
    for number, row in cells.items():
        if len(row) != len(header):
            raise ValueError(
                f"line {number} has {len(row)} and the line of names {len(header)} "
                "entries; give each line an entry for each name, put nothing above or "
                "below the table, and if commas are decimal marks, part its columns by "
                "semicolons."
            )
    header = [" ".join(name.split()) for name in header]
    index = pd.Index(cells, name="line", dtype=int)
    table = pd.DataFrame([*cells.values()], index, range(len(header)), dtype=str)
    _check_first(header, table)
    header = [name or f"column {i}" for i, name in enumerate(header, 1)]
    return table.set_axis(header, axis=1), sign


def _cells(lines, sign: str, skip=0, strict=False) -> dict[int, list[str]]:
    """The entries of each row that is not empty, by the number of its first line."""
    if sign == " ":
        lines = [line.strip() for line in lines]
    rows, number = {}, skip + 1
    form = {"delimiter": sign, "skipinitialspace": True, "strict": strict}
    reader = csv.reader((line + "\n" for line in lines[skip:]), **form)
    try:
        for row in reader:  # an entry in quotes may run over several lines
            if any(row) or not rows:
                rows[number] = row
            number = skip + 1 + reader.line_num
    except csv.Error as error:
        raise ValueError(f"a quote is open or odd ({error}); mend it.") from None
    return rows


def _are_numbers(cells: list[str]) -> bool:
    """Whether all entries are numbers, with a point or a comma."""
    return all(re.fullmatch(NUMBER, cell.strip()) for cell in cells)


def _evenness(lines: list[str], sign: str) -> tuple[float, int]:
    """How evenly a separator parts lines into numbers, and into how many."""
    rows = [[""]]
    with suppress(ValueError):
        rows = [*_cells([line.strip(" ") for line in lines], sign).values()]
    widths = [len(row) for row in rows]
    usual, numbers = mode(widths), [_are_numbers([c]) for row in rows for c in row]
    even = widths.count(usual) / len(widths) * (usual > 1)
    return even * (0.01 + np.mean(numbers)), usual


def _check_first(header: list[str], below: pd.DataFrame) -> None:
    """Refuse a first line that is a row of data."""
    numbers = [float(name.replace(",", ".")) for name in header if _are_numbers([name])]
    words = [i for i, name in enumerate(header) if name and not _are_numbers([name])]
    again = any((below.iloc[:, i] == header[i]).any() for i in words)
    # Years and wavelengths are names too, but rise; pandas counts from 0.
    data = again or not all(np.diff(numbers) > 0) or len(numbers) == len(header)
    if numbers and data and header != [f"{i}" for i in range(max(2, len(header)))]:
        raise ValueError(
            f"the first line, {', '.join(header[:4])}, holds data and no names; put a "
            "name above each column."
        )


# --- from entries to numbers --------------------------------------------------------


def _words(column: pd.Series) -> pd.Series:
    """The entries of a column as words, NaN where they say that they are missing."""
    if is_numeric(column):
        return column
    words = column.astype(str).str.strip()
    return words.mask(words.str.lower().isin(MISSING))


def _numbers(words: pd.Series, mark: str) -> pd.Series:
    """A column as numbers, NaN where it holds none."""
    if mark == "," and not is_numeric(words):
        words = words.str.translate(str.maketrans(",.", ".?"))
    return pd.to_numeric(words, errors="coerce").astype(float)


def _decimal_mark(words: pd.DataFrame, notes: list[str]) -> str:
    """The decimal mark of all columns; refused where one may be of thousands."""
    sure, unsure, thousands = {}, {}, {}
    for name, column in words.items():
        column = column.dropna()
        column = column[:: 1 + len(column) // MOST_LOOKED_AT]
        if column.str.fullmatch(r"[+-]?[\d.,]+([eE][+-]?\d+)?").mean() <= 0.5:
            continue
        for mark in ",.":
            marked = column[column.str.contains(mark, regex=False)]
            grouped = marked.str.fullmatch(GROUPED.replace("MARK", mark))
            decimal = marked[~grouped & marked.str.fullmatch(NUMBER)]
            # Beside 999, 1.461 has no decimals; nor has 1.461.000 or 1.461,5.
            whole = column.str.fullmatch(r"[+-]?\d+").any()
            whole |= marked[grouped].str.count("[.,]").max() > 1
            kind = sure if len(decimal) else thousands if whole else unsure
            for entry in (decimal if len(decimal) else marked[grouped])[:1]:
                kind.setdefault(mark, f"column {name} holds {entry}")
    if len(sure) == 2:
        raise ValueError(
            f"{sure[',']}, but {sure['.']}; write all numbers with the same decimal "
            "mark and none of thousands."
        )
    mark, other = ",." if "," in sure else ".,"
    if odd := thousands.get(mark) or thousands.get(other) or unsure.get(other):
        raise ValueError(
            f"{odd}, whose mark may be one of thousands or of decimals; write its "
            "numbers without marks of thousands."
        )
    if mark == ",":
        notes.append("Commas were read as decimal marks.")
    elif "." in unsure and not sure:
        notes.append(f"Points were read as decimal marks; {unsure['.']}.")
    return mark


# --- which columns and rows ---------------------------------------------------------


def _check_asked(columns, without, truth: str, entries: pd.DataFrame) -> None:
    """Refuse names that are not there or asked for twice, and a table of few rows."""
    alike = entries.columns[entries.columns.duplicated()]
    asked = [*columns, *without, *([truth] if truth else [])]
    unknown = [name for name in asked if name not in entries]
    twice = [name for name in asked if asked.count(name) > 1]
    if len(alike):
        said = f"two columns are called {alike[0]}; give each its own name."
    elif unknown:
        said = f"there is no column {_few(unknown)}; there are {_few(entries)}."
    elif twice:
        said = f"column {twice[0]} is named twice in --columns, --without and --truth."
    elif len(entries) < MIN_ROWS:
        said = (
            f"there are {len(entries)} rows below the names; give at least {MIN_ROWS}."
        )
    else:
        return
    raise ValueError(said)


def _no_features(words, numbers, asked: bool, notes: list[str]) -> dict[str, str]:
    """The columns to leave out, each with the reason; refused if it was asked for."""
    reasons = {name: _no_feature(words[name], numbers[name]) for name in words}
    reasons = {name: reason for name, reason in reasons.items() if reason}
    if not asked:
        return reasons
    for name, reason in reasons.items():
        if not reason.startswith("looks like"):
            raise ValueError(f"column {name} is no feature ({reason}); leave it out.")
        notes.append(f"Column {name} {reason}, and is clustered as asked.")
    return {}


def _no_feature(words: pd.Series, numbers: pd.Series) -> str:
    """Why a column is no feature; '' if it is one."""
    words, numbers = words.dropna(), numbers[words.notna()]
    first = words.iloc[0] if len(words) else ""
    if words.empty:
        return "empty"
    if (words == first).all() or (numbers == numbers.iloc[0]).all():
        return f"only {first}"
    if numbers.isna().mean() <= 0.5:
        return _look(words, numbers[np.isfinite(numbers)])
    if words.str.fullmatch(DATE).mean() > 0.5:
        return f"dates or times, such as {first}"
    odd = words[words.str.contains(r"[^\d.,+-]")]
    if words.str.extract(SIGNED).value_counts().max() > len(words) / 2 and len(odd):
        return f"numbers with a sign or gap, such as {odd.iloc[0]}: write them without"
    return f"text, {words.nunique()} different entries"


def _look(words: pd.Series, values: pd.Series) -> str:
    """What a column of numbers looks like, if not like a measurement."""
    zeros = [] if is_numeric(words) else words[words.str.fullmatch(r"0\d+")]
    if len(zeros):
        return f"looks like codes, such as {zeros.iloc[0]}"
    low, high, steps = values.min(), values.max(), values.diff().dropna()
    whole, name = bool((values % 1 == 0).all()), str(words.name)
    is_key, is_code = (
        re.fullmatch(pattern, name) or re.fullmatch(pattern, name.lower())
        for pattern in (ROW_NAMES, CODE_NAMES)
    )
    if values.is_unique and len(values) == len(words):
        even = np.ptp(steps) <= 1e-6 * abs(steps.iloc[0])
        counts = steps.min() > 0 and high - low < 2 * len(values)
        if even or whole and (counts or is_key):
            return "looks like numbers of the rows"
    if values.nunique() <= FEW_VALUES:
        return f"looks like a category, of {values.nunique()} values"
    if whole and low >= 1800 and high <= 2100:
        return f"looks like years, {low:.0f} to {high:.0f}"
    if whole and low >= 1800_00_00 and high <= 2100_12_31:
        days = values.astype(int).astype(str)
        if pd.to_datetime(days, format="%Y%m%d", errors="coerce").notna().all():
            return f"looks like dates, such as {words.iloc[0]}"
    if whole and (is_code or low >= 1e8 and high < 10 * low):
        return f"looks like codes, such as {words.iloc[0]}"
    return ""


def _check_numbers(words: pd.DataFrame, features: pd.DataFrame) -> None:
    """Refuse a word where a number should be."""
    for name, column in features.items():
        wrong = words.loc[words[name].notna() & column.isna(), name]
        if len(wrong):
            raise ValueError(
                f"column {name} holds numbers, but {wrong.iloc[0]!r} in "
                f"{words.index.name} {wrong.index[0]}; correct it, or leave the column "
                f"out with --without {name}."
            )


def _whole_rows(features, truths, drop_missing: bool, notes: list[str]) -> pd.Series:
    """Which rows have all values; the others are refused, or noted."""
    gaps = pd.concat([~np.isfinite(features), truths.isna()], axis=1)
    whole = ~gaps.any(axis=1)
    if whole.all():
        return whole
    counts = gaps.sum()[lambda count: count > 0].sort_values(ascending=False)
    told = (
        f"{(~whole).sum()} of {len(gaps)} rows have missing or infinite values, first "
        f"in {gaps.index.name} {whole.idxmin()} (by column: "
        f"{_few(f'{name} {count}' for name, count in counts.items())})"
    )
    if not drop_missing or whole.sum() < MIN_ROWS:
        told += f", and {MIN_ROWS} without are needed" if drop_missing else ""
        leave = "" if drop_missing else "leave the rows out with --drop-missing, or "
        raise ValueError(
            f"{told}; {leave}leave columns out, such as --without {counts.index[0]}."
        )
    notes.append(f"Left out: {told}.")
    return whole


def _check_features(features: pd.DataFrame) -> None:
    """Refuse what nothing can be said about, and what leaves the range of float64."""
    if features.empty:
        raise ValueError("there is no column to cluster; give measurements as numbers.")
    for name, large, spread in zip(
        features, features.abs().max(), np.ptp(features, axis=0), strict=True
    ):
        if large > LARGEST or spread < max(SMALLEST, DIGITS * large):
            raise ValueError(
                f"column {name} has values up to {large:.3g} that spread over "
                f"{spread:.3g}, which float64 cannot square or tell apart; use another "
                "unit or origin, or leave it out."
            )
    n_different = len(features.drop_duplicates())
    if n_different < MIN_ROWS // 2:
        raise ValueError(
            f"only {n_different} rows are different; count them instead of clustering."
        )


def _groups(words: pd.Series, numbers: pd.Series) -> tuple[np.ndarray, dict]:
    """The true groups as whole numbers, and the word for each."""
    labels, _ = pd.factorize(words if numbers.isna().any() else numbers, sort=True)
    groups = dict(zip(labels.tolist(), words.astype(str), strict=True))
    if not 1 < len(groups) <= len(words) // 2:
        raise ValueError(
            f"column {words.name} has {len(groups)} different entries in {len(words)} "
            "rows; a truth names at least 2 groups of several rows."
        )
    return labels, groups


def _told(left: dict[str, str]) -> list[str]:
    """What was left out, in a sentence; no sentence if nothing was."""
    columns = [f"{name} ({reason})" for name, reason in left.items()]
    return [f"Columns left out: {_few(columns)}."] if left else []


def _few(words) -> str:
    """The first words, and how many more there are."""
    words = [" ".join(str(word).split()) for word in words]
    more = f" and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else ""
    return ", ".join(words[:MOST_TOLD]) + more
