"""Notebooks run headless by papermill, each in a fresh kernel in a process of its own.

What a notebook makes is staged; whoever runs it moves that into place only when the
whole notebook has succeeded, so a run that fails or is stopped changes nothing.

Standard library only; papermill is called as a program.

Not handled: two runs for the same folder at once (the second is refused).
"""

from __future__ import annotations

import argparse
import errno
import os
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

from helpers.course.notebooks import NOTEBOOKS, ROOT, parameters, pictures, read


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


def add_options(parser: argparse.ArgumentParser, cell_minutes: int) -> None:
    """What any run can be told: parameters, a folder, a limit for each cell."""
    parser.add_argument(
        "-p",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUE"),
        help="set a parameter of a notebook (writes to build/ only)",
    )
    parser.add_argument(
        "--output", type=Path, help="write everything into this folder instead"
    )
    parser.add_argument(
        "--cell-minutes",
        type=int,
        default=cell_minutes,
        metavar="N",
        help=f"a cell that takes longer has failed (default: {cell_minutes})",
    )


def check_options(options, parser: argparse.ArgumentParser) -> None:
    """Exit where there is no time or job, or -p names what a notebook lacks."""
    for name in ("jobs", "cell_minutes"):
        if getattr(options, name) < 1:
            given = f"--{name.replace('_', '-')} must be at least 1, but"
            parser.error(f"{given} {getattr(options, name)} was given.")
    for path in options.chapter:
        known = parameters(read(path))
        for name, _ in options.p:
            if name not in known:
                there = ", ".join(known) or "none"
                parser.error(
                    f"{path.stem} has no parameter {name!r}; its parameters: {there}."
                )


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
