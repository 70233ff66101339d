"""A table of your own: read it, check it, and give it back with labels.

`read` takes a DataFrame, or a text file of almost any make. What a person would read
without doubt is taken as it is meant, and named in `notes`, as is each column that is
left out; what may mean two things, or cannot be clustered, is refused in a sentence.
pandas splits the lines, with quotes as in RFC 4180 (Shafranovich 2005);
charset-normalizer guesses encodings other than Unicode.

Not handled: categories as features, weights, marks of thousands, columns of fixed
width, values such as -999 that stand for "missing".
"""

import codecs
import csv
import io
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
MOST_TOLD = 20  # names in a sentence

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "space"}
MISSING = {"", "?", "-", "--", ".", "na", "n/a", "#na", "#n/a", "<na>", "nan", "nat"}
MISSING |= {"-nan", "null", "none", "#div/0!", "#value!", "#ref!", "#num!"}
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32"}
BOMS |= {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "mac_roman"]
NO_TABLES = {
    b"<": "a web page or XML",
    b"{": "JSON",
    b"[": "JSON",
    b"@": "an ARFF file",
}

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

    Parameters
    ----------
    source : DataFrame, str or path
        A table, a file with a line of names, or "iris", the built-in example.
    columns, without : str or list of str
        Names of the features, or of columns that are none; in a str parted by commas,
        a name that holds a comma in quotes. Empty: every column of numbers that looks
        like a measurement.
    truth : str
        The column with the true group of each row, or empty. Never a feature.
    drop_missing : bool
        Leave out rows with a missing or infinite value; otherwise they are refused.

    Returns
    -------
    OwnData

    Raises
    ------
    OSError, ValueError
        If the table, or what is asked of it, makes no sense.

    Examples
    --------
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

    Examples
    --------
    >>> names('a, b,"c, in kg"')
    ['a', 'b', 'c, in kg']
    """
    if isinstance(given, str):
        given = next(csv.reader([given], skipinitialspace=True), [])
    return [str(name).strip() for name in given]


def labelled(own: OwnData, found: pd.DataFrame) -> pd.DataFrame:
    """Return all rows as they stand in the file, with the columns found.

    Rows that were left out have empty entries in these columns. A column found whose
    name is taken gets an underscore.

    Examples
    --------
    >>> iris = read("iris")
    >>> labels = pd.DataFrame({"cluster": 0}, index=iris.features.index)
    >>> labelled(iris, labels).columns[-1]
    'cluster'
    """
    table = own.entries.copy()
    for name, column in found.items():
        while name in table:
            name += "_"
        whole = pd.api.types.is_integer_dtype(column)
        table[name] = column.astype("Int64" if whole else float).reindex(table.index)
    return table


def keep(own: OwnData, table: pd.DataFrame, file_name: str) -> None:
    """Write a table where HELPERS_TABLES names a folder, in the form of the file.

    Examples
    --------
    >>> keep(read("iris"), pd.DataFrame({"a": [1]}), "labelled.csv")
    """
    folder = os.environ.get("HELPERS_TABLES")
    if folder:
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
        header = [
            " ".join(map(str, c if isinstance(c, tuple) else [c])) for c in source
        ]
        return name, source.set_axis(header, axis=1).rename_axis("row"), form, told
    path = Path(source)
    if not path.exists():
        raise FileNotFoundError(f"There is no file {path}; check the name and folder.")
    if path.is_dir():
        raise ValueError("this is a folder; name the CSV file in it.")
    text, encoding = _decoded(path.read_bytes())
    end = re.search("\r\n|\r|\n|$", text)[0] or "\n"
    entries, sep = _split(re.sub("\r\n?", "\n", text))
    told = f"{path.name}: {encoding.upper()}, columns parted by a {SEPARATORS[sep]}."
    form = {"sep": sep, "encoding": encoding, "lineterminator": end}
    return path.name, entries, form, [told]


def _decoded(data: bytes) -> tuple[str, str]:
    """The text of a file, and its encoding."""
    odd = NO_TABLES.get(data.lstrip()[:1])
    if odd:
        raise ValueError(f"this is {odd}; save its table as CSV, with a line of names.")
    encoding = next((BOMS[bom] for bom in BOMS if data.startswith(bom)), "utf-8")
    with suppress(UnicodeDecodeError):
        if encoding != "utf-8" or b"\0" not in data:
            return data.decode(encoding), encoding
    if b"\0" in data:
        raise ValueError(
            "this is no text but perhaps a spreadsheet, an archive or a picture; open "
            "it and save its table as CSV."
        )
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
    excel = re.fullmatch(EXCEL, last)
    some = [line for line in lines[top:] if line.strip()][:FIRST_LINES]
    sign = excel[1] if excel else max(SEPARATORS, key=lambda s: _evenness(some, s))
    if sign == " ":
        lines, some = ([line.strip() for line in each] for each in (lines, some))
    header, *rows = _cells(some, sign)
    names_above = _cells([last.strip("# ")], sign)[0]
    if _are_numbers(header) and len(names_above) == len(header):
        # numpy writes the names behind a #.
        top, header, rows = top - 1, names_above, [header, *rows]
        lines[top] = last.strip("# ")
    # R has no name for the column with the names of the rows.
    sure = sign != "," or all(line.startswith('"') for line in some[:2])
    sure = sure or all(row[-1] == "" for row in rows)
    nameless = sure and {len(row) for row in rows} == {len(header) + 1}
    table = _parted(lines[top:], sign, len(header) + nameless, top + 1)
    header = [" ".join(name.split()) for name in table.iloc[0].dropna()]
    table = table.iloc[1:]
    if nameless:
        # Or each line but that of the names ends with a separator.
        header.insert(len(header) if table.iloc[:, -1].eq("").all() else 0, "")
    _check_first(header, table)
    header = [name or f"column {i}" for i, name in enumerate(header, 1)]
    return table.set_axis(header, axis=1), sign


def _cells(lines: list[str], sign: str) -> list[list[str]]:
    """The entries of some lines; one where a quote makes that impossible."""
    with suppress(csv.Error):
        return [*csv.reader(lines, delimiter=sign, skipinitialspace=True)] or [[""]]
    return [[""]]


def _are_numbers(cells: list[str]) -> bool:
    """Whether all entries are numbers, with a point or a comma."""
    return all(re.fullmatch(NUMBER, cell.strip()) for cell in cells)


def _evenness(lines: list[str], sign: str) -> tuple[float, int]:
    """How evenly a separator parts lines into numbers, and into how many."""
    rows = _cells([line.strip(" ") for line in lines], sign)
    widths = [len(row) for row in rows]
    usual, numbers = mode(widths), [_are_numbers([c]) for row in rows for c in row]
    even = widths.count(usual) / len(widths) * (usual > 1)
    return even * (0.01 + np.mean(numbers)), usual


def _parted(lines: list[str], sign: str, width: int, first: int) -> pd.DataFrame:
    """The entries of lines, the first numbered `first`; refused if one is odd."""
    settings = {"dtype": str, "na_filter": False, "skip_blank_lines": False}
    # This engine is strict with quotes, and leaves NaN where a line is short.
    settings |= {"engine": "python", "skipinitialspace": True, "header": None}
    source = io.StringIO("\n".join(lines))
    try:
        table = pd.read_csv(source, sep=sign, names=range(width), **settings)
    except pd.errors.ParserError as error:
        place = re.search(r"in line (\d+), saw (\d+)", str(error))
        if not place:
            raise ValueError(f"a quote is open or odd ({error}); mend it.") from None
        number, count = first - 1 + int(place[1]), int(place[2])
    else:
        table.index += first
        if any('"' in line for line in lines):  # an entry may run over several
            breaks = sum(table[column].str.count("\n").fillna(0) for column in table)
            table.index += breaks.cumsum().shift(fill_value=0).astype(int)
        filled = ~table.isin([np.nan, ""]).all(axis=1)
        table = table[filled | (table.index == first)].rename_axis("line")
        short = table.index[1:][table.iloc[1:].isna().any(axis=1)]
        if short.empty:
            return table
        number, count = short[0], table.loc[short[0]].count()
    raise ValueError(
        f"line {number} has {count} and the line of names {width} entries; give each "
        "line an entry for each name, put nothing above or below the table, and if "
        "commas are decimal marks, part its columns by semicolons."
    )


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
            if len(decimal):
                sure.setdefault(mark, (name, decimal.iloc[0]))
            elif grouped.any():
                # Beside 999, 1.461 has no decimals; nor has 1.461.000 or 1.461,5.
                whole = column.str.fullmatch(r"[+-]?\d+").any()
                whole |= marked[grouped].str.count("[.,]").max() > 1
                kind = thousands if whole else unsure
                kind.setdefault(mark, (name, marked[grouped].iloc[0]))
    if len(sure) == 2:
        raise ValueError(
            "column {} holds {}, but column {} holds {}; write all numbers with the "
            "same decimal mark and none of thousands.".format(*sure[","], *sure["."])
        )
    mark, other = ",." if "," in sure else ".,"
    odd = thousands.get(mark) or thousands.get(other) or unsure.get(other)
    if odd:
        raise ValueError(
            "column {} holds {}, whose mark may be one of thousands or of decimals; "
            "write its numbers without marks of thousands.".format(*odd)
        )
    if mark == ",":
        notes.append("Commas were read as decimal marks.")
    elif "." in unsure and not sure:
        told = "Points were read as decimal marks, as in {1} of column {0}."
        notes.append(told.format(*unsure["."]))
    return mark


# --- which columns and rows ---------------------------------------------------------


def _check_asked(columns, without, truth: str, entries: pd.DataFrame) -> None:
    """Refuse names that are not there or asked for twice, and a table of few rows."""
    alike = entries.columns[entries.columns.duplicated()]
    if len(alike):
        raise ValueError(f"two columns are called {alike[0]}; give each its own name.")
    asked = [*columns, *without, *([truth] if truth else [])]
    unknown = [name for name in asked if name not in entries]
    if unknown:
        raise ValueError(
            f"there is no column {_few(unknown)}; there are {_few(entries)}."
        )
    twice = [name for name in asked if asked.count(name) > 1]
    if twice:
        raise ValueError(
            f"column {twice[0]} is named twice in --columns, --without and --truth; "
            "name it once."
        )
    if len(entries) < MIN_ROWS:
        raise ValueError(
            f"there are {len(entries)} rows below the names, and at least {MIN_ROWS} "
            "are needed; give more rows."
        )


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
    if words.empty:
        return "empty"
    if (words == words.iloc[0]).all() or (numbers == numbers.iloc[0]).all():
        return f"only {words.iloc[0]}"
    if numbers.isna().mean() <= 0.5:
        return _look(words, numbers[np.isfinite(numbers)])
    if words.str.fullmatch(DATE).mean() > 0.5:
        return f"dates or times, such as {words.iloc[0]}"
    signs = words.str.extract(SIGNED).value_counts()
    odd = words[words.str.contains(r"[^\d.,+-]")]
    if signs.max() > len(words) / 2 and len(odd):
        return f"numbers with a sign or gap, such as {odd.iloc[0]}: write them without"
    return f"text, {words.nunique()} different entries"


def _look(words: pd.Series, values: pd.Series) -> str:
    """What a column of numbers looks like, if not like a measurement."""

    def is_called(pattern):
        either = (str(words.name), str(words.name).lower())  # rowId and ROW
        return any(re.fullmatch(pattern, name) for name in either)

    zeros = [] if is_numeric(words) else words[words.str.fullmatch(r"0\d+")]
    if len(zeros):
        return f"looks like codes, such as {zeros.iloc[0]}"
    low, high, steps = values.min(), values.max(), values.diff().dropna()
    whole = bool((values % 1 == 0).all())
    if values.is_unique and len(values) == len(words):
        even = np.ptp(steps) <= 1e-6 * abs(steps.iloc[0])
        counts = steps.min() > 0 and high - low < 2 * len(values)
        if even or whole and (counts or is_called(ROW_NAMES)):
            return "looks like numbers of the rows"
    if whole and low >= 1800 and high <= 2100:
        return f"looks like years, {low:.0f} to {high:.0f}"
    if whole and low >= 1800_00_00 and high <= 2100_12_31:
        days = values.astype(int).astype(str)
        if pd.to_datetime(days, format="%Y%m%d", errors="coerce").notna().all():
            return f"looks like dates, such as {words.iloc[0]}"
    if whole and (is_called(CODE_NAMES) or low >= 1e8 and high < 10 * low):
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
    remedy = f"leave columns out, such as --without {counts.index[0]}"
    if not drop_missing:
        raise ValueError(
            f"{told}; leave the rows out with --drop-missing, or {remedy}."
        )
    if whole.sum() < MIN_ROWS:
        raise ValueError(f"{told}, and {MIN_ROWS} without are needed; {remedy}.")
    notes.append(f"Left out: {told}.")
    return whole


def _check_features(features: pd.DataFrame) -> None:
    """Refuse what nothing can be said about, and what leaves the range of float64."""
    if features.empty:
        raise ValueError("there is no column to cluster; give measurements as numbers.")
    large, spread = features.abs().max(), np.ptp(features, axis=0)
    for name in features:
        if large[name] > LARGEST or spread[name] < max(SMALLEST, DIGITS * large[name]):
            raise ValueError(
                f"column {name} has values up to {large[name]:.3g} that spread over "
                f"{spread[name]:.3g}, which float64 cannot square or tell apart; use "
                "another unit or origin, or leave it out."
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
