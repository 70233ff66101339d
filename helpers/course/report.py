"""The report: every chapter run headless; figures, notebooks, pages in their place."""

import csv
import io
import shutil
from pathlib import Path

from helpers.course import notebooks, run
from helpers.course.run import EXECUTED, Chapter

# A cell that takes longer than this hangs: the slowest takes well under a minute.
CELL_MINUTES = 10


def check(options, parser) -> None:
    """Find the chapters; exit with one sentence where the options make no sense."""
    own = ("columns", "without", "truth", "drop_missing")
    if given := [name.replace("_", "-") for name in own if getattr(options, name)]:
        parser.error(f"--{given[0]} goes with --data FILE.")
    if options.store and (options.p or options.output):
        parser.error(
            "--store keeps the outputs of the default run; leave out -p and --output."
        )
    try:
        known = notebooks.chapters()
        named = [notebooks.find(word, known) for word in options.chapter]
        options.chapter = named or those_with_parameters(known, options.p)
    except ValueError as error:
        parser.error(str(error))
    run.check_options(options, parser, CELL_MINUTES)


def those_with_parameters(chapters: list[Path], given: list) -> list[Path]:
    """The chapters that have all parameters given; says which are left out."""
    names = {name for name, _ in given}
    known = {path: notebooks.parameters(notebooks.read(path)) for path in chapters}
    having = [path for path in chapters if names <= {*known[path]}]
    if not having:
        what = " and ".join(sorted(names))
        raise ValueError(f"No chapter has the parameter(s) {what}; see their cells.")
    if without := [notebooks.short(p.stem) for p in chapters if p not in having]:
        print(f"Without these parameters, so left out: {', '.join(without)}.")
    return having


def main(options) -> int:
    """Run the report; 0, or 1 if a chapter failed, or 130 if it was stopped.

    With parameters all goes to a place of its own, `build/parameters`.
    """
    from helpers.course import pages  # here, since a bare Python reads this file

    build = notebooks.ROOT / "build" / ("parameters" if options.p else "")
    output = Path(options.output or build).resolve()
    figures = output / "figures" if options.output or options.p else notebooks.FIGURES

    def finish(done: list[Chapter], staging: Path, stopped) -> int:
        good = [each for each in done if not each.error]
        for each in done:
            if each.error:
                print(f"{each.name} FAILED in {each.error}")
        # A chapter that has just run well is taken as it ran, the others as stored.
        ran = {each.name: each.staged / EXECUTED for each in good}
        chapters = {
            path.stem: notebooks.read(ran.get(path.stem, path))
            for path in notebooks.chapters()
        }
        notes = {each.name: note(each, options.parameters) for each in done}
        pages.write_source(staging / "pages", chapters, notes)
        problem = pages.build(staging / "pages", staging / "html", stopped)
        if stopped.is_set():
            return 130
        for each in good:
            place(each, output, figures, options.store)
        write_index(chapters, figures)
        if problem:
            print(f"The pages could not be made, the old ones stay. {problem}")
            return 1
        shutil.rmtree(output / "html", ignore_errors=True)
        (staging / "html").replace(output / "html")
        print(f"Pages: {output / 'html' / 'index.html'}")
        return 0 if good == done else 1

    folders = [output, figures] + [notebooks.NOTEBOOKS] * options.store
    unchanged = "figures and notebooks are as they were."
    return run.run_staged(options, folders, finish, unchanged)


def note(chapter: Chapter, parameters: dict) -> str:
    """What the page of a chapter says of its run: that it failed, or parameters."""
    if chapter.error:
        error = chapter.error.replace("`", "'")
        said = f"This chapter failed when it was last run: `{error}`."
        return f"{said} Below it is as last stored."
    given = ", ".join(f"`{name} = {value!r}`" for name, value in parameters.items())
    return f"This page was made with {given}." if given else ""


def place(chapter: Chapter, output: Path, figures: Path, store: bool) -> None:
    """Move a chapter's figures, tables and notebook to where they belong."""
    executed = chapter.staged / EXECUTED
    if store:
        notebooks.write(notebooks.read(executed), chapter.source)
    notebooks.move_files(chapter.staged / "tables", output / "tables")
    made = notebooks.move_files(chapter.staged / "figures", figures)
    for old in set(figures.glob(f"{notebooks.short(chapter.name)}-*.png")) - set(made):
        old.unlink()
    (output / "notebooks").mkdir(exist_ok=True)
    executed.replace(output / "notebooks" / chapter.source.name)


def write_index(chapters: dict[str, dict], figures: Path) -> None:
    """Write the list of the figures that are there, in reading order."""
    text = io.StringIO()
    index = csv.DictWriter(text, notebooks.INDEX_COLUMNS, lineterminator="\n")
    index.writeheader()
    index.writerows(
        row
        for name, notebook in chapters.items()
        for row in notebooks.pictures(notebook, name)
        if (figures / row["file"]).exists()
    )
    notebooks.write_whole(text.getvalue(), figures / "index.csv")
