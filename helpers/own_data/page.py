"""The report on a table of your own: `python3 -m helpers report --data FILE`.

The table is checked first; where it cannot be clustered, one sentence says why. Only
then notebooks/own_data.ipynb runs on it, as chapters do. Page, notebook, figures and
the labelled table go to build/own/, all at once, when the whole has succeeded.

Not handled: several tables at once.
"""

import html
import re
import sys
import time
from dataclasses import replace
from pathlib import Path
from string import Template

from helpers.course import notebooks, run

NOTEBOOK = "own_data.ipynb"
CELL_MINUTES = 60  # large tables take long
EXAMPLE = "iris"  # the word that the notebook takes instead of a file
ASKED = "data", "columns", "without", "truth", "drop_missing"  # have options
QUIET = 8  # seconds for all but the search, where nothing else runs on the computer
PILOT, GROWTH = 600, 0.6  # rows that are timed; the search grows so with the rows
ROWS_A_SECOND = 10_000  # for what looks at all rows


def check(options, parser) -> None:
    """Exit with one sentence where the options of `report --data` clash."""
    if options.chapter:
        parser.error("Give chapters or --data, not both.")
    given = [word for word in (*ASKED[1:], "p", "output") if getattr(options, word)]
    if options.store and (given or options.data != EXAMPLE):
        parser.error(f"--store keeps --data {EXAMPLE} only, without other options.")
    for name, _ in options.p:
        if name in ASKED:
            parser.error(f"Give --{name.replace('_', '-')} instead of -p {name}.")
    options.chapter = [notebooks.NOTEBOOKS / NOTEBOOK]
    run.check_options(options, parser, CELL_MINUTES)


def main(options) -> int:
    """Check the table, run the notebook on it; 0, 1 if it failed, 2 if refused."""
    asked = {word: getattr(options, word) for word in ASKED if getattr(options, word)}
    if options.data == EXAMPLE:  # which runs as it stands, so that it can be stored
        del asked["data"]
    else:
        asked |= {"data": str(Path(options.data).resolve()), "truth": options.truth}
    options.parameters |= asked
    try:
        announce(**asked)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    output = Path(options.output or notebooks.ROOT / "build" / "own").resolve()

    def finish(done: list[run.Chapter], staging: Path, stopped) -> int:
        chapter, page = done[0], output / "own_data.html"
        if chapter.error:
            print(f"FAILED in {chapter.error}\nWhat is in {output} is as it was.")
            return 1
        made = chapter.staged / run.EXECUTED
        notebooks.write_whole(page_of(made, Path(options.data).name), page)
        if options.store:
            notebooks.write(notebooks.read(made), chapter.source)
        notebooks.move_files(chapter.staged / "figures", output / "figures")
        made.replace(output / NOTEBOOK)
        for path in notebooks.move_files(chapter.staged / "tables", output):
            print(f"Table: {path}")
        print(f"Page: {page}")
        return 0

    folders = [output] + [notebooks.NOTEBOOKS] * options.store
    unchanged = f"what is in {output} is as it was."
    return run.run_staged(options, folders, finish, unchanged)


def announce(data=EXAMPLE, **asked) -> None:
    """Print what is read of a table, and about how long the page will take."""
    from helpers.own_data import reading, recommending

    own = reading.read(data, **asked)
    print(*own.notes, sep="\n", flush=True)
    # The search on a few rows, on this computer, as busy as it is now.
    n = min(len(own.features), recommending.MOST_ROWS)
    few = own.features.sample(min(n, PILOT), random_state=0)
    start, busy = time.perf_counter(), time.process_time()
    recommending.recommend(replace(own, features=few))
    took, busy = time.perf_counter() - start, time.process_time() - busy
    seconds = QUIET * took / busy + took * (n / len(few)) ** GROWTH
    seconds += len(own.features) / ROWS_A_SECOND
    told = f"{max(1, round(seconds / 10))}0 seconds"
    if seconds >= 90:
        told = f"{round(seconds / 60)} minutes"
    print(f"This will take about {told}.", flush=True)


def page_of(executed: Path, name: str) -> str:
    """One HTML page, pictures inside, code left out."""
    from nbconvert import HTMLExporter

    without = ("exclude_input", "exclude_input_prompt", "exclude_output_prompt")
    exporter = HTMLExporter(template_name="basic", **dict.fromkeys(without, True))
    body, _ = exporter.from_filename(str(executed))
    # Here, unlike in JupyterLab, a picture has its alt text itself.
    body = re.sub("<details>.*?</details>", "", body, flags=re.DOTALL)
    body = body[body.index('<h2 id="The-answer"') :]  # what is above is for readers
    template = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    return Template(template).substitute(title=html.escape(name), body=body)
