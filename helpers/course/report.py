"""The report: every chapter run headless; figures, notebooks and pages in their place.

Not handled: two reports in the same folder at once (the second is refused).
"""

import shutil
import sys
from pathlib import Path

from helpers.course import notebooks, pages, run
from helpers.course.packages import run_quietly
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
    build = notebooks.ROOT / "build" / ("parameters" if options.p else "")
    output = Path(options.output or build).resolve()
    figures = output / "figures" if options.output or options.p else notebooks.FIGURES

    def finish(done: list[Chapter], staging: Path, stopped) -> int:
        print_table(done)
        html, problem = build_pages(done, staging / "pages", options, stopped)
        if stopped.is_set():
            return 130
        good = [chapter for chapter in done if not chapter.error]
        for chapter in good:
            place(chapter, output, figures, options.store)
        if problem:
            print(f"The pages could not be made, the old ones stay. {problem}")
            return 1
        shutil.rmtree(output / "html", ignore_errors=True)
        html.replace(output / "html")
        print(f"Pages: {output / 'html' / 'index.html'}")
        return 0 if good == done else 1

    folders = [output, figures] + [notebooks.NOTEBOOKS] * options.store
    unchanged = "figures and notebooks are as they were."
    return run.run_staged(options, folders, finish, unchanged)


def print_table(done: list[Chapter]) -> None:
    """One line for each chapter: seconds, figures, ok or the cell that failed."""
    print(f"\n{'chapter':34} {'seconds':>8} {'figures':>8}")
    for chapter in done:
        state = f"FAILED in {chapter.error}" if chapter.error else "ok"
        count = len(chapter.pictures)
        print(f"{chapter.name:34} {chapter.seconds:8.1f} {count:8}  {state}")


def build_pages(done, source: Path, options, stopped) -> tuple[Path, str]:
    """Make the HTML pages of all chapters with Sphinx; where, or what went wrong.

    A chapter that has just run well is taken as it ran, the others as last stored; a
    note on its page says with which parameters it ran, or that it failed.
    """
    given = ", ".join(f"`{name} = {v!r}`" for name, v in options.parameters.items())
    ran_with = f"This page was made with {given}." if given else ""
    notes = {each.name: ran_with for each in done}
    for each in [each for each in done if each.error]:
        error = each.error.replace("`", "'")
        notes[each.name] = (
            f"This chapter failed when it was last run: `{error}`. Below it is as last "
            "stored."
        )
    ran = {each.name: each.staged / EXECUTED for each in done if not each.error}
    chapters = {
        path.stem: notebooks.read(ran.get(path.stem, path))
        for path in notebooks.chapters()
    }
    pages.write_source(source, chapters, notes)
    html = source.parent / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    command += ["-b", "html", "-d", source.parent / "doctrees", source, html]
    env = run.kernel_environment(source.parent)  # the pages of names import `helpers`
    code, said = run_quietly(command, "Making the pages", stopped, env=env)
    return html, f"Sphinx said: {said}" if code else ""


def place(chapter: Chapter, output: Path, figures: Path, store: bool) -> None:
    """Move a chapter's figures, tables and notebook to where they belong."""
    executed = chapter.staged / EXECUTED
    if store:
        notebooks.write(notebooks.read(executed), chapter.source)
    notebooks.move_files(chapter.staged / "tables", output / "tables")
    made = notebooks.move_files(chapter.staged / "figures", figures)
    for old in set(figures.glob(f"{notebooks.short(chapter.name)}-*.png")) - set(made):
        old.unlink()
    write_index(chapter, figures / "index.csv")
    (output / "notebooks").mkdir(exist_ok=True)
    executed.replace(output / "notebooks" / chapter.source.name)


def write_index(chapter: Chapter, path: Path) -> None:
    """Put a chapter's rows into the index of figures, in reading order."""
    import pandas as pd  # here, since a bare Python reads this file

    order = [each.stem for each in notebooks.chapters()]
    index = pd.DataFrame(chapter.pictures, columns=notebooks.INDEX_COLUMNS)
    if path.exists():
        old = pd.read_csv(path, dtype=str, keep_default_na=False)
        others = old["chapter"].isin({*order} - {chapter.name})
        index = pd.concat([index, old[others]])
    # A stable sort: within a chapter the order of the text is kept.
    by_place = {"key": lambda names: names.map(order.index), "kind": "stable"}
    index = index.sort_values("chapter", **by_place)
    notebooks.write_whole(index.to_csv(index=False, lineterminator="\n"), path)
