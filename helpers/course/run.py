"""Notebooks run headless, side by side, each in a kernel of its own.

What a notebook makes is staged; whoever runs it moves that into place only when the
whole notebook has succeeded, so a run that fails or is stopped changes nothing.

Not handled: two runs for the same folder at once (the second is refused).
"""

import ast
import asyncio
import atexit
import errno
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from subprocess import DEVNULL

from helpers.course.notebooks import NOTEBOOKS, clean, parameters, read, write
from helpers.course.packages import ROOT, SILENCE, when_stopped

EXECUTED = "executed.ipynb"


@dataclass
class Chapter:
    """One chapter on its way through the report."""

    source: Path
    staged: Path
    cell: int = 0
    place: str = ""
    seconds: float = 0.0
    error: str = ""

    @property
    def name(self) -> str:
        return self.source.stem

    @cached_property
    def n_cells(self) -> int:
        return len(read(self.source)["cells"])


def check_options(options, parser, cell_minutes: int) -> None:
    """Set the time for a cell; refuse parameters that a notebook lacks."""
    options.cell_minutes = options.cell_minutes or cell_minutes
    options.parameters = {name: typed(value) for name, value in options.p}
    for path in options.chapter:
        known = parameters(read(path))
        there = f"its parameters: {', '.join(known) or 'none'}."
        for name in options.parameters:
            if name not in known:
                parser.error(f"{path.stem} has no parameter {name!r}; {there}")


def typed(word: str):
    """A parameter's value: what Python would read, such as a number, or the word."""
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return word


def run_staged(options, folders: list[Path], finish: Callable, unchanged: str) -> int:
    """Run chapters, staged in the first folder; then `finish(done, staging, stopped)`.

    Its exit code; 130 if stopped, 2 if another report has the folder, 1 if a folder
    cannot be written or the disk is full.
    """
    from filelock import FileLock, Timeout

    stopped, output = threading.Event(), folders[0]
    when_stopped(lambda *_: stopped.set())
    try:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(errno.EACCES, "read-only folder", str(folder))
        with FileLock(output / ".lock", timeout=0):
            for left in output.glob(".staged-*"):  # of a run that was killed
                shutil.rmtree(left, ignore_errors=True)
            code = run_in(output, options, finish, stopped)
    except Timeout:
        said = f"Another report is running in {output}; wait for its end, or choose "
        print(f"{said}another folder with --output.", file=sys.stderr)
        return 2
    except OSError as error:
        why = error if error.errno else error.args[0][0][2]  # shutil lists all files
        said = "What was there is whole. Make room, or allow writing, and run it again."
        print(f"The report could not be written: {why}. {said}", file=sys.stderr)
        return 1
    if code == 130:
        print(f"Stopped; {unchanged}", file=sys.stderr)
    return code


def run_in(output: Path, options, finish: Callable, stopped: threading.Event) -> int:
    staged = {"dir": output, "prefix": ".staged-"}
    with tempfile.TemporaryDirectory(**staged, ignore_cleanup_errors=True) as name:
        done = [Chapter(path, Path(name, path.stem)) for path in options.chapter]
        run_all(done, options, stopped)
        return 130 if stopped.is_set() else finish(done, Path(name), stopped)


# --- all chapters, watched ----------------------------------------------------------


def run_all(done: list[Chapter], options, stopped: threading.Event) -> None:
    """Run the chapters side by side until all have ended or the run is stopped."""
    # subtle: in the main thread nbclient would take the signals that are ours.
    with futures.ThreadPoolExecutor() as threads:
        run = threads.submit(asyncio.run, side_by_side(done, options, stopped))
        while not run.done():
            futures.wait([run], timeout=0.2)  # or no signal would come through
        run.result()


async def side_by_side(done: list[Chapter], options, stopped: threading.Event) -> None:
    progress, places = Progress(done), asyncio.Semaphore(options.jobs)

    async def in_its_turn(chapter: Chapter) -> None:
        async with places:
            await execute(chapter, options)
        if not stopped.is_set():
            progress.ended(chapter)

    # The last chapters take longest: begun first, they do not end alone.
    going = [asyncio.create_task(in_its_turn(each)) for each in reversed(done)]
    try:
        while going and not stopped.is_set():
            ended, going = await asyncio.wait(going, timeout=0.2)
            for task in ended:
                task.result()
            progress.show()
    finally:
        for task in going:
            task.cancel()
        await asyncio.gather(*going, return_exceptions=True)  # their kernels end
        progress.bar.close()


class Progress:
    """Which chapter, which cell of how many: a bar on a terminal, lines in a log."""

    def __init__(self, done: list[Chapter]):
        from tqdm import tqdm

        form = "{desc} |{bar}| {n_fmt} of {total_fmt} cells, {elapsed}"
        total = sum(each.n_cells for each in done)
        self.bar = tqdm(total=total, bar_format=form, leave=False, disable=None)
        self.done, self.n_ended, self.spoke = done, 0, time.monotonic()

    def show(self) -> None:
        """Where the chapters are; in a log only if nothing was said for 8 seconds."""
        running = [each for each in self.done if each.cell and not each.seconds]
        at = ", ".join(f"{c.name}: cell {c.cell} of {c.n_cells}" for c in running)
        self.bar.n = sum(min(each.cell, each.n_cells) for each in self.done)
        self.bar.set_description_str(at)
        if self.bar.disable and time.monotonic() - self.spoke > SILENCE:
            self.say(f"      {at}")

    def ended(self, chapter: Chapter) -> None:
        self.n_ended += 1
        state = "failed" if chapter.error else "ok"
        count = f"[{self.n_ended}/{len(self.done)}]"
        self.say(f"{count} {chapter.name:34} {chapter.seconds:6.1f} s  {state}")

    def say(self, line: str) -> None:
        """A line, above the bar if there is one."""
        self.spoke = time.monotonic()
        with self.bar.external_write_mode():
            print(line, flush=True)


# --- one chapter --------------------------------------------------------------------


async def execute(chapter: Chapter, options) -> None:
    """Run one notebook in a fresh kernel; note its cells as they begin, and its end."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from papermill.parameterize import parameterize_notebook

    def begins(cell, cell_index: int) -> None:
        chapter.cell = cell_index + 1
        if cell.cell_type == "code":
            first_line = cell.source.split("\n")[0]
            number = client.code_cells_executed + 1
            chapter.place = f"code cell {number} ({first_line}): "

    for kind in ("figures", "tables"):
        (chapter.staged / kind).mkdir(parents=True)
    notebook = nbformat.read(chapter.source, as_version=4)
    if options.parameters:
        notebook.metadata.papermill = {}  # where it notes them
        notebook = parameterize_notebook(notebook, options.parameters)
    traits = {"kernel_name": "python3", "timeout": 60 * options.cell_minutes}
    traits |= {"record_timing": False, "shutdown_kernel": "immediate"}
    traits |= {"resources": {"metadata": {"path": str(NOTEBOOKS)}}}
    client = NotebookClient(notebook, on_cell_start=begins, **traits)
    start, error = time.monotonic(), ""
    try:
        # Elsewhere, so that on a full disk it is a cell that says so.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings:
            env = kernel_environment(chapter.staged) | {"IPYTHONDIR": settings}
            await client.async_execute(env=env, stdout=DEVNULL, stderr=DEVNULL)
        chapter.place = ""
        write(clean(notebook), chapter.staged / EXECUTED)
    except CellExecutionError as problem:
        error = f"{problem.ename}: {problem.evalue}"
    except TimeoutError:
        error = f"took more than {options.cell_minutes} minute(s), and was ended"
    except Exception as problem:
        kind = type(problem)
        error = f"{kind.__module__}.{kind.__qualname__}: {problem}"
    finally:
        # subtle: nbclient leaves this behind where no kernel could be started.
        atexit.unregister(client._cleanup_kernel)
    chapter.seconds = time.monotonic() - start
    chapter.error = (chapter.place + error).split("\n")[0] if error else ""


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
