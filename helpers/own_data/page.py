"""The report on a table of your own: `python3 -m helpers report --data FILE`.

The table is checked first, by a program of its own, which ends with one sentence where
it cannot be clustered. Only then notebooks/own_data.ipynb runs on it, as chapters do.
Page, notebook, figures and the labelled table go to build/own/, all at once, when the
whole notebook has succeeded.

Not handled: several tables at once.
"""

import html
import os
import re
import sys
from pathlib import Path
from string import Template

from helpers.course import notebooks, run
from helpers.course.packages import run_quietly

NOTEBOOK = "own_data.ipynb"
CELL_MINUTES = 60  # large tables take long
EXAMPLE = "iris"
"""The word that the notebook takes instead of a file."""

WORDS = ("data", "columns", "without", "truth")
"""Parameters that are passed on as they stand, even if they look like numbers."""


def check(options, parser) -> None:
    """Exit with one sentence where the options of `report --data` clash."""
    if options.chapter:
        parser.error("Give chapters or --data, not both.")
    of_table = options.columns or options.without or options.truth
    of_table = of_table or options.drop_missing
    mine = options.data != EXAMPLE or of_table or options.p or options.output
    if options.store and mine:
        parser.error(f"--store keeps --data {EXAMPLE} only, without other options.")
    for name, _ in options.p:
        if name in (*WORDS, "drop_missing"):
            parser.error(f"Give --{name.replace('_', '-')} instead of -p {name}.")
    options.chapter = [notebooks.NOTEBOOKS / NOTEBOOK]
    run.check_options(options, parser, CELL_MINUTES)


def main(options) -> int:
    """Check the table, run the notebook on it; 0, 1 if it failed, 2 if refused."""
    words = [options.data, options.columns, options.without, options.truth]
    if options.data != EXAMPLE:
        words[0] = str(Path(options.data).resolve())
    command = [sys.executable, "-m", "helpers.own_data", *words]
    command += ["drop"] * options.drop_missing
    environment = {**os.environ, "PYTHONPATH": str(notebooks.ROOT)}
    code, said = run_quietly(command, "Reading the table", env=environment)
    print(said, file=sys.stderr if code else sys.stdout, flush=True)
    if code:
        return code
    if options.drop_missing:
        options.parameters["drop_missing"] = True
    # The example without options runs as it stands, so that it can be stored.
    if words != [EXAMPLE, "", "", ""]:
        options.parameters |= dict(zip(WORDS, words, strict=True))
    output = Path(options.output or notebooks.ROOT / "build" / "own").resolve()

    def finish(done: list[run.Chapter], staging: Path, stopped) -> int:
        chapter = done[0]
        if chapter.error:
            print(f"FAILED in {chapter.error}\nWhat is in {output} is as it was.")
            return 1
        made = (chapter.staged / run.EXECUTED).rename(chapter.staged / NOTEBOOK)
        notebooks.write_whole(
            page_of(made, Path(options.data).name), made.with_suffix(".html")
        )
        if stopped.is_set():
            return 130
        place(chapter, made, output, options.store)
        return 0

    folders = [output] + [notebooks.NOTEBOOKS] * options.store
    unchanged = f"what is in {output} is as it was."
    return run.run_staged(options, folders, finish, unchanged)


def place(chapter: run.Chapter, made: Path, output: Path, store: bool) -> None:
    """Move what was made to where it belongs."""
    if store:
        notebooks.write(notebooks.read(made), chapter.source)
    notebooks.move_files(chapter.staged / "figures", output / "figures")
    for path in (made, made.with_suffix(".html")):
        path.replace(output / path.name)
    for path in notebooks.move_files(chapter.staged / "tables", output):
        print(f"Table: {path}")
    print(f"Page: {output / 'own_data.html'}")


def answer(notebook: dict) -> str:
    """The recommendation, in the sentences that the notebook prints first of it."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    printed = ["".join(out.get("text", "")) for out in outputs]
    return next(
        (text.split("\n")[0] for text in printed if text.startswith("Recommendation:")),
        "",
    )


def page_of(executed: Path, name: str) -> str:
    """One HTML page, pictures inside, code left out."""
    from nbconvert import HTMLExporter

    without = ("exclude_input", "exclude_input_prompt", "exclude_output_prompt")
    exporter = HTMLExporter(template_name="basic", **dict.fromkeys(without, True))
    body, _ = exporter.from_filename(str(executed))
    # Here, unlike in JupyterLab, a picture has its alt text itself.
    body = re.sub("<details>.*?</details>", "", body, flags=re.DOTALL)
    words = {"title": name, "answer": answer(notebooks.read(executed))}
    template = Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    escaped = {key: html.escape(text) for key, text in words.items()}
    return Template(template).substitute(escaped, body=body)
