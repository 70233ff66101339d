"""The report: every chapter run headless; figures, notebooks and pages in their place.

Standard library only; Sphinx is called as a program.

Not handled: two reports in the same folder at once (the second is refused).
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from helpers.course import notebooks, pages, run
from helpers.course.run import Chapter

# A cell that takes longer than this hangs: the slowest takes well under a minute.
CELL_MINUTES = 10


# --- what was asked -----------------------------------------------------------------


def parse(argv: list[str]) -> argparse.Namespace:
    """The options of `report`; exits with one sentence where they make no sense."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers report",
        description="Run the chapters; write figures/ and the pages in build/html.",
        epilog="A table of your own: python3 -m helpers report --data FILE --help",
    )
    parser.add_argument(
        "chapter", nargs="*", help="numbers or names, such as 02 (default: all)"
    )
    parser.add_argument(
        "--store", action="store_true", help="write the outputs back into notebooks/"
    )
    parser.add_argument(
        "--jobs", type=int, default=2, help="chapters at the same time (default: 2)"
    )
    run.add_options(parser, CELL_MINUTES)
    options = parser.parse_args(argv)
    options.chapter = [
        find(name, parser) for name in options.chapter
    ] or notebooks.chapters()
    if options.store and (options.p or options.output):
        parser.error(
            "--store keeps the outputs of the default run; leave out -p and --output."
        )
    run.check_options(options, parser)
    return options


def find(name: str, parser: argparse.ArgumentParser) -> Path:
    """The chapter of this number or name."""
    number = name.zfill(2) if name.isdigit() else Path(name).stem
    for path in notebooks.chapters():
        if number in (path.stem, path.stem[:2]):
            return path
    there = ", ".join(path.stem for path in notebooks.chapters())
    return parser.error(f"There is no chapter {name!r}; there are {there}.")


# --- what is made -------------------------------------------------------------------


def main(argv: list[str]) -> int:
    """Run the report; 0, or 1 if a chapter failed, or 130 if it was stopped."""
    options = parse(argv)
    stopped = run.stopped_by_signals()
    output = (options.output or notebooks.ROOT / "build").resolve()
    figures = output / "figures" if options.output or options.p else notebooks.FIGURES
    folders = [output, figures] + [notebooks.NOTEBOOKS] * options.store
    return run.alone(folders, lambda: make(options, output, figures, stopped))


def make(options, output: Path, figures: Path, stopped: threading.Event) -> int:
    """Run the chapters, put what they made in its place, make the pages."""
    staged = {"dir": output, "prefix": ".staged-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**staged) as staging:
        done = [Chapter(path, Path(staging, path.stem)) for path in options.chapter]
        run.run_all(done, options, stopped)
        if stopped.is_set():
            print("Stopped; figures and notebooks are as they were.", file=sys.stderr)
            return 130
        for chapter in done:
            if not chapter.error:
                place(chapter, output, figures, options.store)
        print_table(done)
        pages = build_pages(done, output, Path(staging, "pages"))
    print(pages)
    failed = any(chapter.error for chapter in done) or not pages.startswith("Pages")
    return 1 if failed else 0


def place(chapter: Chapter, output: Path, figures: Path, store: bool) -> None:
    """Move a chapter's figures, tables and notebook to where they belong."""
    executed = notebooks.clean(notebooks.read(chapter.staged / "executed.ipynb"))
    (output / "notebooks").mkdir(exist_ok=True)
    notebooks.write(executed, output / "notebooks" / chapter.source.name)
    if store:
        notebooks.write(executed, chapter.source)
    (output / "tables").mkdir(exist_ok=True)
    for path in (chapter.staged / "tables").iterdir():
        path.replace(output / "tables" / path.name)
    figures.mkdir(exist_ok=True)
    made = {path.name: path for path in (chapter.staged / "figures").iterdir()}
    for old in figures.glob(f"{chapter.number}-*.png"):
        if old.name not in made:
            old.unlink()
    for name, path in made.items():
        path.replace(figures / name)
    write_index(chapter, figures / "index.csv")


def write_index(chapter: Chapter, path: Path) -> None:
    """Put a chapter's rows into the index of figures, in reading order."""
    others = {other.stem for other in notebooks.chapters()} - {chapter.name}
    rows = list(chapter.pictures)
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["chapter"] in others]
    file = io.StringIO()
    writer = csv.DictWriter(file, notebooks.INDEX_COLUMNS, lineterminator="\n")
    writer.writeheader()
    # A stable sort: within a chapter the order of the text is kept.
    writer.writerows(sorted(rows, key=lambda row: row["chapter"]))
    notebooks.write_whole(file.getvalue(), path)


def print_table(done: list[Chapter]) -> None:
    """One line for each chapter: seconds, figures, ok or the cell that failed."""
    print(f"\n{'chapter':34} {'seconds':>8} {'figures':>8}")
    for chapter in done:
        state = f"FAILED in {chapter.error}" if chapter.error else "ok"
        count = len(chapter.pictures)
        print(f"{chapter.name:34} {chapter.seconds:8.1f} {count:8}  {state}")


# --- the pages ----------------------------------------------------------------------


def build_pages(done: list[Chapter], output: Path, source: Path) -> str:
    """Make the HTML pages of all chapters with Sphinx; say where they are."""
    shutil.copytree(notebooks.PAGES, source)
    ran = {chapter.name for chapter in done if not chapter.error}
    chapters = {
        path.stem: notebooks.read(
            output / "notebooks" / path.name if path.stem in ran else path
        )
        for path in notebooks.chapters()
    }
    rows = [
        row for name, each in chapters.items() for row in notebooks.pictures(each, name)
    ]
    pages.append_lists(source, chapters, rows)
    pages.put_picture(source, chapters)
    pages.put_chapters(source, chapters)
    glossary = (source / "glossary.md").read_text(encoding="utf-8")
    for name, notebook in chapters.items():
        page = pages.page(notebook, name[:2], glossary)
        notebooks.write(page, source / f"{name}.ipynb")
    html = source.parent / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    command += ["-b", "html", "-d", source.parent / "doctrees", source, html]
    code, said = run.call(command, threading.Event(), dict(os.environ))
    if code:
        return f"The pages could not be made, the old ones stay. Sphinx said: {said}"
    shutil.rmtree(output / "html", ignore_errors=True)
    html.replace(output / "html")
    return f"Pages: {output / 'html' / 'index.html'}"
