"""The report: every chapter run headless by papermill, figures and pages out.

Each chapter runs in a fresh kernel in a process of its own. What it makes is staged,
and moved into place only when the whole chapter has succeeded: a run that fails or
is stopped leaves the last good figures untouched.

Standard library only; papermill and Sphinx are called as programs.

Not handled: two reports in the same folder at once (the second is refused).
"""

from __future__ import annotations

import argparse
import ast
import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from helpers import appendices

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
FIGURES = ROOT / "figures"
PAGES = ROOT / "helpers" / "pages"
# A cell that takes longer than this hangs: the slowest takes well under a minute.
CELL_MINUTES = 10
INDEX_COLUMNS = ["file", "chapter", "report_figure", "caption", "alt"]


@dataclass
class Chapter:
    """One chapter on its way through the report."""

    source: Path
    staged: Path
    seconds: float = 0.0
    error: str = ""
    pictures: list = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.source.stem

    @property
    def number(self) -> str:
        return self.name[:2]


def chapters() -> list[Path]:
    """The chapters' notebooks, in reading order."""
    return sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))


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
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="set a parameter of the chapters (writes to build/ only)",
    )
    parser.add_argument(
        "--jobs", type=int, default=2, help="chapters at the same time (default: 2)"
    )
    parser.add_argument(
        "--output", type=Path, help="write everything into this folder instead"
    )
    parser.add_argument(
        "--cell-minutes",
        type=int,
        default=CELL_MINUTES,
        metavar="N",
        help=f"a cell that takes longer has failed (default: {CELL_MINUTES})",
    )
    options = parser.parse_args(argv)
    options.chapter = [find(name, parser) for name in options.chapter] or chapters()
    for name in ("jobs", "cell_minutes"):
        if getattr(options, name) < 1:
            given = f"--{name.replace('_', '-')} must be at least 1, but"
            parser.error(f"{given} {getattr(options, name)} was given.")
    if options.store and (options.p or options.output):
        parser.error(
            "--store keeps the outputs of the default run; leave out -p and --output."
        )
    refuse_unknown_parameters(options, parser)
    return options


def find(name: str, parser: argparse.ArgumentParser) -> Path:
    """The chapter of this number or name."""
    number = name.zfill(2) if name.isdigit() else Path(name).stem
    for path in chapters():
        if number in (path.stem, path.stem[:2]):
            return path
    there = ", ".join(path.stem for path in chapters())
    return parser.error(f"There is no chapter {name!r}; there are {there}.")


def refuse_unknown_parameters(options, parser: argparse.ArgumentParser) -> None:
    """Exit where -p names something that a chosen chapter's parameters cell lacks."""
    for path in options.chapter:
        known = parameters(read(path))
        for name, _ in options.p:
            if name not in known:
                there = ", ".join(known) or "none"
                parser.error(
                    f"{path.stem} has no parameter {name!r}; its parameters: {there}."
                )


def parameters(notebook: dict) -> list[str]:
    """The names that the cell tagged `parameters` assigns."""
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", []):
            tree = ast.parse("".join(cell["source"]))
            assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
            return [node.targets[0].id for node in assigned]
    return []


# --- running ------------------------------------------------------------------------


def main(argv: list[str]) -> int:
    """Run the report; 0, or 1 if a chapter failed, or 130 if it was stopped."""
    options = parse(argv)
    stopped = stopped_by_signals()
    output = (options.output or ROOT / "build").resolve()
    figures = output / "figures" if options.output or options.p else FIGURES
    folders = [output, figures] + [NOTEBOOKS] * options.store
    return alone(folders, lambda: make(options, output, figures, stopped))


def alone(folders: list[Path], work) -> int:
    """Do the work while no other report has the first folder; its exit code.

    2 if another report has it, 1 if a folder cannot be written or the disk is full.
    """
    output = folders[0]
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(errno.EACCES, "read-only folder", str(folder))
        with (output / ".lock").open("w") as lock:
            if not locked(lock):
                where = f"Another report is running in {output}; wait for its end, or"
                print(f"{where} choose another folder with --output.", file=sys.stderr)
                return 2
            for left in output.glob(".staged-*"):  # of a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            return work()
    except OSError as error:
        # shutil gathers what went wrong with each of many files
        why = (
            f"{error.strerror}: {error.filename}"
            if error.errno
            else error.args[0][0][2]
        )
        print(
            f"The report could not be written: {why}. "
            "What was there is whole. Make room, or allow writing, and run it again.",
            file=sys.stderr,
        )
        return 1


def locked(file) -> bool:
    """Hold a file until this process ends, however it ends; False if another does."""
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    return True


def make(options, output: Path, figures: Path, stopped: threading.Event) -> int:
    """Run the chapters, put what they made in its place, make the pages."""
    staged = {"dir": output, "prefix": ".staged-", "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**staged) as staging:
        done = [Chapter(path, Path(staging, path.stem)) for path in options.chapter]
        run_all(done, options, stopped)
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


def stopped_by_signals() -> threading.Event:
    """What Ctrl-C or SIGTERM will set, in place of ending this process at once."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def run_all(done: list[Chapter], options, stopped: threading.Event) -> None:
    """Run the chapters side by side; print a line as each of them ends."""
    with ThreadPoolExecutor(options.jobs) as pool:
        # the last chapters take longest: begun first, they do not end alone
        waiting = {pool.submit(run, c, options, stopped): c for c in reversed(done)}
        while waiting:
            # subtle: a timeout, so that the main thread can receive its signals.
            for future in wait(waiting, timeout=0.2, return_when="FIRST_COMPLETED")[0]:
                chapter = waiting.pop(future)
                future.result()
                if not stopped.is_set():
                    state = "failed" if chapter.error else "ok"
                    count = f"[{len(done) - len(waiting)}/{len(done)}]"
                    seconds = f"{chapter.seconds:6.1f} s"
                    print(f"{count} {chapter.name:34} {seconds}  {state}", flush=True)


def run(chapter: Chapter, options, stopped: threading.Event) -> None:
    """Run one chapter in its staging folder; tell in it how that went."""
    if stopped.is_set():
        return
    start = time.monotonic()
    for kind in ("figures", "tables"):
        (chapter.staged / kind).mkdir(parents=True)
    executed = chapter.staged / "executed.ipynb"
    command = [sys.executable, "-m", "papermill", chapter.source, executed]
    command += ["--cwd", NOTEBOOKS, "--kernel", "python3", "--no-progress-bar"]
    limit = str(60 * options.cell_minutes)
    command += ["--log-level", "ERROR", "--execution-timeout", limit]
    for name, value in options.p:
        command += ["-p", name, value]
    for name, value in getattr(options, "r", []):  # words of own_report.py
        command += ["-r", name, value]
    for _ in range(2):
        code, said = call(command, stopped, kernel_environment(chapter.staged))
        # Two kernels that start together may reach for one port; once more, then.
        if "Address already in use" not in said:
            break
    chapter.seconds = time.monotonic() - start
    if code:
        last_words = said.split("\n")[-1]
        if "CellTimeoutError" in said:
            last_words = (
                f"took more than {options.cell_minutes} minute(s), and was ended"
            )
        chapter.error = failed_cell(executed, last_words)
    else:
        chapter.pictures = pictures(read(executed), chapter.name)


def call(command: list, stopped: threading.Event, environment: dict):
    """Run a program until it ends or we are stopped; its exit code and its words."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while process.poll() is None:
            if stopped.wait(0.05):
                end(process)
        log.seek(0)
        return process.returncode, log.read().strip()


def end(process: subprocess.Popen) -> None:
    """End a program and all that it started."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGTERM)
    else:
        process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def kernel_environment(staged: Path) -> dict:
    """The variables of a kernel: nothing of the reader's own settings leaks in."""
    environment = dict(os.environ)
    environment.pop("MPLBACKEND", None)
    return environment | {
        "HELPERS_FIGURES": str(staged / "figures"),
        "HELPERS_TABLES": str(staged / "tables"),
        "IPYTHONDIR": str(staged / "ipython"),
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "0",
    }


def failed_cell(executed: Path, last_words: str) -> str:
    """Which cell raised which error, in a line; or the cell whose kernel died."""
    try:
        code_cells = [c for c in read(executed)["cells"] if c["cell_type"] == "code"]
    except (OSError, ValueError):  # not written, or not to its end
        return last_words
    place, error = "", last_words
    for number, cell in enumerate(code_cells, 1):
        if cell["metadata"].get("papermill", {}).get("start_time"):
            first_line = "".join(cell["source"]).split("\n")[0]
            place = f"code cell {number} ({first_line}): "
        for output in cell["outputs"]:
            tags = cell["metadata"].get("tags", [])
            failed = output["output_type"] == "error" and "raises-exception" not in tags
            # subtle: a cell that takes too long is ended as by Ctrl-C.
            if failed and output["ename"] != "KeyboardInterrupt":
                error = f"{output['ename']}: {output['evalue']}"
                return place + error.split("\n")[0]
    return place + error


# --- what a chapter made, and where it goes -----------------------------------------


def read(path: Path) -> dict:
    """A notebook as plain data."""
    return json.loads(path.read_text(encoding="utf-8"))


def write(notebook: dict, path: Path) -> None:
    """Write a notebook as Jupyter does."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    write_whole(text, path)


def write_whole(text: str, path: Path) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def clean(notebook: dict) -> dict:
    """Drop or mend what differs between two runs: times, versions, cuts in streams."""
    metadata = notebook["metadata"]
    notebook["metadata"] = {
        "kernelspec": metadata["kernelspec"],
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        for name in ("papermill", "execution"):
            cell["metadata"].pop(name, None)
        if "outputs" in cell:
            cell["outputs"] = _whole_streams(cell["outputs"])
    return notebook


def _whole_streams(outputs: list[dict]) -> list[dict]:
    """Join what a stream wrote in pieces: where the kernel cut it is chance."""
    whole = []
    for output in outputs:
        name = output.get("name")
        if name and whole and whole[-1].get("name") == name:
            pieces = whole.pop()["text"] + output["text"]
            output = {**output, "text": "".join(pieces).splitlines(keepends=True)}
        whole.append(output)
    return whole


def pictures(notebook: dict, chapter: str) -> list[dict]:
    """The rows of the figures' index that a chapter fills."""
    rows = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "figure" not in output.get("metadata", {}):
                continue
            name, caption = output["metadata"]["figure"]
            tags = " ".join(cell["metadata"].get("tags", []))
            number = " ".join(n.lstrip("0") for n in re.findall(r"fig-(\d+)", tags))
            alt = output["metadata"]["image/png"]["alt"]
            rows.append(
                dict(
                    zip(
                        INDEX_COLUMNS,
                        [f"{name}.png", chapter, number, caption, alt],
                        strict=True,
                    )
                )
            )
    return rows


def place(chapter: Chapter, output: Path, figures: Path, store: bool) -> None:
    """Move a chapter's figures, tables and notebook to where they belong."""
    executed = clean(read(chapter.staged / "executed.ipynb"))
    (output / "notebooks").mkdir(exist_ok=True)
    write(executed, output / "notebooks" / chapter.source.name)
    if store:
        write(executed, chapter.source)
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
    others = {other.stem for other in chapters()} - {chapter.name}
    rows = list(chapter.pictures)
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["chapter"] in others]
    file = io.StringIO()
    writer = csv.DictWriter(file, INDEX_COLUMNS, lineterminator="\n")
    writer.writeheader()
    # A stable sort: within a chapter the order of the text is kept.
    writer.writerows(sorted(rows, key=lambda row: row["chapter"]))
    write_whole(file.getvalue(), path)


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
    shutil.copytree(PAGES, source)
    ran = {chapter.name for chapter in done if not chapter.error}
    notebooks = {
        path.stem: read(output / "notebooks" / path.name if path.stem in ran else path)
        for path in chapters()
    }
    rows = [row for name, each in notebooks.items() for row in pictures(each, name)]
    appendices.append_lists(source, notebooks, rows)
    appendices.put_picture(source, notebooks)
    appendices.put_chapters(source, notebooks)
    glossary = (source / "glossary.md").read_text(encoding="utf-8")
    for name, notebook in notebooks.items():
        page = appendices.page(notebook, name[:2], glossary)
        write(page, source / f"{name}.ipynb")
    html = source.parent / "html"
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going"]
    command += ["-b", "html", "-d", source.parent / "doctrees", source, html]
    code, said = call(command, threading.Event(), dict(os.environ))
    if code:
        return f"The pages could not be made, the old ones stay. Sphinx said: {said}"
    shutil.rmtree(output / "html", ignore_errors=True)
    html.replace(output / "html")
    return f"Pages: {output / 'html' / 'index.html'}"
