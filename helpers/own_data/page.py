"""The report on a table of your own: `python3 -m helpers report --data FILE`.

The table is checked first, by a program of its own, which ends with one sentence where
it cannot be clustered. Only then notebooks/own_data.ipynb runs on it, as chapters do.
Page, notebook, figures and the labelled table go to build/own/, all at once, when the
whole notebook has succeeded.

Standard library only; papermill and nbconvert are called as programs.

Not handled: several tables at once.
"""

from __future__ import annotations

import argparse
import html
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from string import Template

from helpers.course import notebooks, run

NOTEBOOK = "own_data.ipynb"
CELL_MINUTES = 60  # large tables take long
EXAMPLE = "iris"
"""The word that the notebook takes instead of a file."""

WORDS = ("data", "columns", "truth")
"""Parameters that are passed on as they stand, even if they look like numbers."""


def parse(argv: list[str]) -> argparse.Namespace:
    """The options of `report --data`; exits with one sentence where they clash."""
    parser = argparse.ArgumentParser(
        prog="python3 -m helpers report",
        description="Take a table through the whole course; write build/own/ only.",
    )
    parser.add_argument(
        "--data",
        metavar="FILE",
        required=True,
        help=f"a CSV file with a line of names; {EXAMPLE}: the built-in example",
    )
    parser.add_argument("--columns", default="", help="the features: a,b,c")
    parser.add_argument("--truth", default="", help="the column with the true groups")
    parser.add_argument(
        "--drop-missing", action="store_true", help="leave out rows with missing values"
    )
    run.add_options(parser, CELL_MINUTES)
    parser.add_argument(
        "--store", action="store_true", help=f"keep the outputs of --data {EXAMPLE}"
    )
    options = parser.parse_args(argv)
    of_table = options.columns or options.truth or options.drop_missing
    mine = options.data != EXAMPLE or of_table or options.p or options.output
    if options.store and mine:
        parser.error(f"--store keeps --data {EXAMPLE} only, without other options.")
    options.jobs, options.chapter = 1, [notebooks.NOTEBOOKS / NOTEBOOK]
    for name, _ in options.p:
        if name in (*WORDS, "drop_missing"):
            parser.error(f"Give --{name.replace('_', '-')} instead of -p {name}.")
    run.check_options(options, parser)
    return options


def main(argv: list[str]) -> int:
    """Check the table, run the notebook on it; 0, 1 if it failed, 2 if refused."""
    options, stopped = parse(argv), run.stopped_by_signals()
    words = [options.data, options.columns, options.truth]
    if options.data != EXAMPLE:
        words[0] = str(Path(options.data).resolve())
    environment = dict(os.environ, PYTHONPATH=str(notebooks.ROOT))
    check = [sys.executable, "-m", "helpers.own_data.reading", *words]
    code = subprocess.call(check + ["drop"] * options.drop_missing, env=environment)
    if code or stopped.is_set():
        return code or 130
    # The example without options runs as it stands, so that it can be stored.
    if words != [EXAMPLE, "", ""]:
        options.r = list(zip(WORDS, words, strict=True))
    if options.drop_missing:
        options.p.append(("drop_missing", "True"))
    output = (options.output or notebooks.ROOT / "build" / "own").resolve()
    folders = [output] + [notebooks.NOTEBOOKS] * options.store
    return run.alone(folders, lambda: make(options, output, stopped))


def make(options, output: Path, stopped: threading.Event) -> int:
    """Run the notebook, make the page, put what they made in its place."""
    staged = {"dir": output, "prefix": ".staged-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**staged) as staging:
        chapter = run.Chapter(options.chapter[0], Path(staging, "own"))
        run.run_all([chapter], options, stopped)
        if stopped.is_set():
            print(f"Stopped; what is in {output} is as it was.", file=sys.stderr)
            return 130
        if chapter.error:
            print(f"FAILED in {chapter.error}\nWhat is in {output} is as it was.")
            return 1
        problem = place(chapter, output, Path(options.data).name, options.store)
    print(problem or f"Page: {output / 'own_data.html'}")
    return 1 if problem else 0


def place(chapter: run.Chapter, output: Path, name: str, store: bool) -> str:
    """Make the page, then move all that was made; '' or why there is no page."""
    executed = chapter.staged / NOTEBOOK
    notebook = notebooks.clean(notebooks.read(chapter.staged / "executed.ipynb"))
    for cell in notebook["cells"]:
        if "injected-parameters" in cell["metadata"].get("tags", []):
            cell["id"] = "parameters-given"  # papermill draws one at random
    notebooks.write(notebook, executed)
    problem = make_page(executed, name, answer(notebook))
    if problem:
        return (
            f"The page could not be made, the old one stays. nbconvert said: {problem}"
        )
    if store:
        notebooks.write(notebook, chapter.source)
    (output / "figures").mkdir(exist_ok=True)
    for path in (chapter.staged / "figures").iterdir():
        path.replace(output / "figures" / path.name)
    for path in [executed, executed.with_suffix(".html")]:
        path.replace(output / path.name)
    for path in (chapter.staged / "tables").iterdir():
        path.replace(output / path.name)
        print(f"Table: {output / path.name}")
    return ""


def answer(notebook: dict) -> str:
    """The recommendation, in the sentences that the notebook prints first of it."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    printed = ["".join(out.get("text", "")) for out in outputs]
    return next(
        (text.split("\n")[0] for text in printed if text.startswith("Recommendation:")),
        "",
    )


def make_page(executed: Path, name: str, answer: str) -> str:
    """Write one HTML file, pictures inside, code left out; '' or what went wrong."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--no-input"]
    command += ["--template", "basic", "--log-level", "ERROR", executed]
    # The settings of the reader's own Jupyter are set aside.
    aside = {"JUPYTER_CONFIG_DIR": str(executed.parent), "JUPYTER_NO_CONFIG": "1"}
    code, said = run.call(command, threading.Event(), {**os.environ, **aside})
    if code:
        return said
    page = executed.with_suffix(".html")
    template = Template(
        Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    )
    body = page.read_text(encoding="utf-8")
    told = {"title": html.escape(name), "answer": html.escape(answer)}
    whole = template.substitute(told, body=body)
    page.write_text(whole, encoding="utf-8", newline="\n")
    return ""
