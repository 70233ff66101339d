"""Read a CSV file kindly: separator, decimal comma, encoding, byte-order mark.

Most tables that people keep are not quite CSV as RFC 4180 writes it. What is plain to a
human reader is taken as it is meant, and told (`CsvFile.notes`); what is ambiguous is
refused with a sentence. The entries themselves stay as they are, in `CsvFile.text`.

Follows RFC 4180 for quotes and lines.

Not handled: columns of fixed width, several tables in one file, marks of thousands.
"""

import csv
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MISSING = ["", "NA", "N/A", "#N/A", "<NA>", "NaN", "null", "None", "?", "-", "--", "."]
"""Entries that say that a value is missing, in small or capital letters."""

SMALL_MISSING = [sign.lower() for sign in MISSING]

FIRST_LINES = 200
"""Lines from which the separator is told."""

MAGIC = {
    b"PK\x03\x04": "a zip file or a spreadsheet; open it and save the table as CSV",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet; open it and save the table as CSV",
    b"\x1f\x8b": "compressed; unpack it first",
    b"PAR1": "a Parquet file; save the table as CSV",
    b"%PDF": "a PDF; a table must be CSV",
    b"\x89PNG": "a picture; a table must be CSV",
    b"<": "a web page or XML; perhaps the download failed",
    b"{": "JSON; save the table as CSV",
    b"[": "JSON; save the table as CSV",
}
"""How files begin that are often taken for CSV."""


@dataclass(frozen=True, eq=False)
class CsvFile:
    """A table, how it was read, and its entries as they stand in the file.

    `table` has numbers where all entries of a column are numbers; `text` has the same
    rows and columns as words. `notes` are sentences for the reader.
    """

    table: pd.DataFrame
    text: pd.DataFrame
    separator: str
    notes: tuple[str, ...]


def read(path) -> CsvFile:
    """Return the table in a CSV file, or say in one sentence why it is none.

    Parameters
    ----------
    path : str or path
        A file with a line of names; lines that begin with # above it are skipped.

    Returns
    -------
    CsvFile

    Raises
    ------
    ValueError
        If the file is no text, has no line of names, two columns of one name, lines of
        different length, or numbers that may mean two things.

    References
    ----------
    Shafranovich 2005, RFC 4180.

    Examples
    --------
    >>> read(Path(__file__).parent.parent / "stars" / "satellites.csv").table.shape
    (33, 8)
    """
    path = Path(path)
    text, encoding = _decoded(path.read_bytes(), path.name)
    text, n_comments = _without_comments(text)
    separator = _separator(text)
    _check_lines(text, separator, n_comments, path.name)
    words = pd.read_csv(
        io.StringIO(text),
        sep=separator,
        dtype=str,
        na_filter=False,
        skipinitialspace=True,
        index_col=False,
    ).rename(columns=lambda name: str(name).strip())
    columns, with_comma = {}, []
    for name, column in words.items():
        columns[name], swapped = _typed(column, separator, path.name)
        with_comma += [name] if swapped else []
    notes = [f"{path.name}: {encoding}, columns parted by a {SEPARATORS[separator]}."]
    if with_comma:
        notes.append(f"Decimal commas were read in: {', '.join(with_comma)}.")
    return CsvFile(
        pd.DataFrame(columns, index=words.index), words, separator, tuple(notes)
    )


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file and the name of its encoding."""
    for start, what in MAGIC.items():
        if data.lstrip().startswith(start):
            raise ValueError(f"{name} is not a table: it looks like {what}.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        if b"\0" in data:
            raise ValueError(
                f"{name} is not a table: it holds bytes that are no text; give a CSV "
                "file."
            )
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
            return text, encoding.upper().removesuffix("-SIG")
        except UnicodeDecodeError:
            continue
    raise ValueError(
        f"{name} is not a table in a known encoding; save it as CSV in UTF-8."
    )


def _without_comments(text: str) -> tuple[str, int]:
    """The text below the lines that begin with #, and how many these are."""
    n_comments = 0
    while text.startswith("#") and "\n" in text:
        text, n_comments = text.split("\n", 1)[1], n_comments + 1
    return text, n_comments


def _lines(text: str, separator: str):
    """Yield the number of each line that is not empty, and its entries."""
    reader = csv.reader(
        io.StringIO(text), delimiter=separator, skipinitialspace=True, strict=True
    )
    for entries in reader:
        if entries:
            yield reader.line_num, entries


def _separator(text: str) -> str:
    """The sign that parts the line of names most, and the lines below it as often."""

    def width(separator):
        try:
            lines = [e for _, e in islice(_lines(text, separator), FIRST_LINES)]
        except csv.Error:
            return 0, 0
        widths = [len(entries) for entries in lines] or [0]
        return widths.count(widths[0]) / len(widths) * (widths[0] > 1), widths[0]

    # Most even, then most columns; a tie goes to the comma.
    return max(SEPARATORS, key=width)


def _check_lines(text: str, separator: str, n_comments: int, name: str) -> None:
    """Refuse what pandas would repair in silence: names and lines that do not fit."""
    lines = _lines(text, separator)
    try:
        _, header = next(lines, (0, []))
        _check_names([entry.strip() for entry in header], name)
        for number, entries in lines:
            if len(entries) != len(header):
                raise ValueError(
                    f"{name} is not a table (Expected {len(header)} fields in line "
                    f"{number + n_comments}, saw {len(entries)}); give every line as "
                    "many entries as there are names, and nothing above or below."
                )
    except csv.Error as error:
        raise ValueError(
            f"{name} is not a table ({error}); a quote may be open."
        ) from None


def _check_names(header: list[str], name: str) -> None:
    """Refuse a line of names that names nothing, or two columns alike."""
    if not any(header):
        raise ValueError(
            f"{name} is not a table (it has no line of names); give a CSV file in "
            "UTF-8, with commas and a line of names."
        )
    if pd.to_numeric(pd.Series(header), errors="coerce").notna().all():
        raise ValueError(
            f"{name} has no line of names: its first line holds numbers only; put "
            "a name above each column."
        )
    twice = sorted({entry for entry in header if entry and header.count(entry) > 1})
    if twice:
        raise ValueError(
            f"{name} has two columns called {', '.join(twice)}; give each its own name."
        )
    if len(header) == 1 and len(header[0].split()) > 2:
        raise ValueError(
            f"{name} seems to have one column, {header[0]!r}; if spaces part its "
            "columns, save it with commas."
        )


def _typed(column: pd.Series, separator: str, name: str) -> tuple[pd.Series, bool]:
    """A column as numbers if it is one of numbers; whether it had decimal commas."""
    column = column.mask(column.str.strip().str.lower().isin(SMALL_MISSING))
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().equals(column.notna()):
        return numbers, False
    commas = column.str.fullmatch(r"\s*[+-]?\d*,\d+([eE][+-]?\d+)?\s*")
    if not commas.any():
        return column, False
    _refuse_ambiguous(column, commas, numbers.notna(), separator, name)
    swapped = column.where(~commas, column.str.replace(",", "."))
    numbers = pd.to_numeric(swapped, errors="coerce")
    if numbers.notna().equals(column.notna()):
        return numbers, True
    return (swapped, True) if numbers.notna().mean() > 0.5 else (column, False)


def _refuse_ambiguous(column, commas, numeric, separator: str, name: str) -> None:
    """Refuse commas or points that may be decimal or marks of thousands."""
    points = numeric & column.str.contains(".", regex=False)
    thousands = column[commas].str.fullmatch(r"\s*[+-]?[1-9]\d{0,2},\d{3}\s*").all()
    if points.any():
        what = f"both {column[commas].iloc[0]} and {column[points].iloc[0]}"
    elif thousands and separator == ",":
        what = f"{column[commas].iloc[0]}, which may mean two numbers"
    else:
        return
    raise ValueError(
        f"Column {column.name} of {name} holds {what}; write its numbers with a "
        "decimal point and without marks of thousands."
    )
