"""Notebooks run headless by papermill, each in a process and a kernel of its own.

What a notebook makes is staged; whoever runs it moves that into place only when the
whole notebook has succeeded, so a run that fails or is stopped changes nothing.

Not handled: two runs for the same folder at once (the second is refused).
"""

import ast
import errno
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from multiprocessing import connection
from pathlib import Path

from helpers.course.notebooks import NOTEBOOKS, clean, parameters, read, write
from helpers.course.packages import ROOT, SILENCE, when_stopped

EXECUTED = "executed.ipynb"
LONGEST = "04_dendrograms"


@dataclass
class Chapter:
    """One chapter on its way through the report."""

    source: Path
    staged: Path
    cell: int = 0
    place: str = ""
    seconds: float = 0.0
    error: str = ""
    process: multiprocessing.Process | None = None

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
        why = f"{error.strerror}: {error.filename}"
        if not error.errno:  # shutil gathers what went wrong with each of many files
            why = error.args[0][0][2]
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
    # From the end: the longest, the numbered, the short ones; so none ends alone.
    waiting = sorted(done, key=lambda c: (c.name == LONGEST, c.name[0].isdigit()))
    running = {}
    progress = Progress(done)
    try:
        while (waiting or running) and not stopped.is_set():
            while waiting and len(running) < options.jobs:
                chapter = waiting.pop()
                running[begin(chapter, options)] = chapter
            # subtle: a timeout, so that the main thread can receive its signals.
            for pipe in connection.wait(running, timeout=0.2):
                if has_ended(running[pipe], pipe):
                    progress.ended(running.pop(pipe))
            progress.show(running.values())
    finally:
        progress.bar.close()
        for chapter in running.values():
            chapter.process.terminate()  # which ends its kernel, too
            chapter.process.join(5)
            chapter.process.kill()


def begin(chapter: Chapter, options) -> connection.Connection:
    """Start a chapter's process; the pipe on which it tells how it goes."""
    for kind in ("figures", "tables"):
        (chapter.staged / kind).mkdir(parents=True)
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    task = (chapter.source, chapter.staged, options.parameters, options.cell_minutes)
    chapter.process = context.Process(target=execute, args=(*task, theirs), daemon=True)
    chapter.seconds = -time.monotonic()
    # subtle: the process inherits this, so that Ctrl-C is for us to handle.
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    chapter.process.start()
    signal.signal(signal.SIGINT, handler)
    theirs.close()
    return ours


def process_context():
    """How a process begins: forked, where that is possible, from one with papermill."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["papermill.execute"])
    return context


def has_ended(chapter: Chapter, pipe: connection.Connection) -> bool:
    """Take one message of a chapter's process; whether it was the last."""
    try:
        chapter.cell, chapter.place, ended, error = pipe.recv()
    except EOFError:  # killed, say, for want of memory
        chapter.process.join()
        ended, error = True, f"its process ended with {chapter.process.exitcode}"
    if ended:
        chapter.seconds += time.monotonic()
        chapter.cell, chapter.error = chapter.n_cells, error and chapter.place + error
    return ended


class Progress:
    """Which chapter, which cell of how many: a bar on a terminal, lines in a log."""

    def __init__(self, done: list[Chapter]):
        from tqdm import tqdm

        form = "{desc} |{bar}| {n_fmt} of {total_fmt} cells, {elapsed}"
        total = sum(each.n_cells for each in done)
        self.bar = tqdm(total=total, bar_format=form, leave=False, disable=None)
        self.done, self.n_ended, self.spoke = done, 0, time.monotonic()

    def show(self, running) -> None:
        """Where the chapters are; in a log only if nothing was said for 8 seconds."""
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


# --- one chapter, in its own process ------------------------------------------------


def execute(source: Path, staged: Path, given: dict, minutes: int, pipe) -> None:
    """Run one notebook; tell each cell as it begins, and how it ended."""
    settle()
    import nbformat
    from papermill.exceptions import PapermillExecutionError
    from papermill.execute import execute_notebook

    n_code, place = 0, ""

    def begins(cell, cell_index: int) -> None:
        nonlocal n_code, place
        if cell.cell_type == "code":
            n_code += 1
            first_line = cell.source.split("\n")[0]
            place = f"code cell {n_code} ({first_line}): "
        pipe.send((cell_index + 1, place, False, ""))

    options = {"kernel_name": "python3", "cwd": NOTEBOOKS, "progress_bar": False}
    options |= {"execution_timeout": 60 * minutes, "record_timing": False}
    options |= {"on_cell_start": begins, "shutdown_kernel": "immediate"}
    for _ in range(2):
        error = ""
        try:
            # Elsewhere, so that on a full disk it is a cell that says so.
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as settings:
                os.environ |= kernel_environment(staged) | {"IPYTHONDIR": settings}
                notebook = nbformat.read(source, as_version=4)
                made = execute_notebook(notebook, None, given, **options)
            place = ""
            write(clean(made), staged / EXECUTED)
        except PapermillExecutionError as problem:
            error = f"{problem.ename}: {problem.evalue}"
        except TimeoutError:
            error = f"took more than {minutes} minute(s), and was ended"
        except Exception as problem:
            kind = type(problem)
            error = f"{kind.__module__}.{kind.__qualname__}: {problem}"
        # Two kernels that start together may reach for one port; once more, then.
        if not error or n_code:
            break
    pipe.send((0, place, True, error.split("\n")[0]))


def settle() -> None:
    """Make this process one that runs a notebook: silent, and ended with its parent."""

    def end_with_parent():
        multiprocessing.parent_process().join()
        os.kill(os.getpid(), signal.SIGTERM)

    # subtle: raised in the main thread, this lets nbclient end its kernel.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    threading.Thread(target=end_with_parent, daemon=True).start()
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(silence, stream)
    os.environ.pop("MPLBACKEND", None)


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
        # Chapters run side by side; a thread of BLAS that waits keeps a processor busy.
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
    }
