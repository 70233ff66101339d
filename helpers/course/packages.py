"""What comes before a command: are the packages here? If not, `.venv` is made.

If the running interpreter has the packages of pyproject.toml (a conda environment,
say), it is used; else `.venv` is made from the lock and the command runs there. `.venv`
belongs to this project: where it is half-made or older than the lock, it is made anew.
Standard library only.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import tomllib
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "lost-galaxies-lock"
LOCK = ROOT / "requirements.txt"
PROJECT = ROOT / "pyproject.toml"
SILENCE = 8.0
"""Seconds after which a program that runs is mentioned again."""


def missing_packages() -> str:
    """What the running interpreter lacks of the lists, in words; '' if nothing."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for requirement in project["dependencies"] + extras["course"] + extras["test"]:
        name, bounds = re.match(r"([\w-]+)(.*)", requirement).groups()
        version = found(name)
        if not version:
            return f"{name} is not installed"
        if not all(within(version, bound) for bound in bounds.split(",")):
            return f"{name} is {version}, not {bounds}"
    return ""


def found(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def within(version: str, bound: str) -> bool:
    """Whether a version such as '2.4.6' keeps a bound such as '>=2.3' or '<3'."""
    sign, limit = re.match(r"(>=|<)(.+)", bound).groups()
    numbers = [int(n) for n in re.findall(r"\d+", version.split("+")[0])]
    limits = [int(n) for n in limit.split(".")]
    return numbers >= limits if sign == ">=" else numbers < limits


# --- .venv --------------------------------------------------------------------------


def run_in_venv(argv: list[str], problem: str) -> int:
    """Run the command in .venv, which is made or repaired first if need be."""
    if os.environ.get("LOST_GALAXIES_VENV"):
        return _refuse(
            f"The packages were installed into .venv, but {problem}. Delete the folder "
            ".venv and run the command again."
        )
    if not venv_is_whole() and (code := make_venv()):
        return code
    environment = {**os.environ, "LOST_GALAXIES_VENV": "1", "PYTHONPATH": str(ROOT)}
    # -P: a file of the reader's that is called helpers is not taken for ours.
    command = [str(venv_python()), "-P", "-m", "helpers", *argv]
    if os.name == "posix":
        os.execve(command[0], command, environment)
    return call(command, environment, cwd=None)


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def lock_stamp() -> str:
    """What .venv was made from: the lock, the project's metadata, this Python."""
    made_from = sys.version.encode() + LOCK.read_bytes() + PROJECT.read_bytes()
    return hashlib.sha256(made_from).hexdigest()


def venv_is_whole() -> bool:
    """Whether .venv was made to the end, from today's lock, and has its Python."""
    there = STAMP.exists() and venv_python().exists()
    return there and STAMP.read_text() == lock_stamp()


def make_venv() -> int:
    """Make .venv from the lock, from scratch; 0, or the exit code after a sentence."""
    if not find_spec("ensurepip"):  # Debian leaves it out of its python3
        return _refuse(
            "This Python cannot make virtual environments (its venv module is "
            "missing). On Debian or Ubuntu: sudo apt install python3-venv"
        )
    if os.path.lexists(VENV):
        print(".venv is incomplete or older than the lock: making it anew.")
        if VENV.is_symlink() or not VENV.is_dir():
            return _refuse(f"{VENV} is not a folder; move it away and try again.")
        shutil.rmtree(VENV)
    print("Installing the packages into .venv (a minute or two) ...", flush=True)
    base = getattr(sys, "_base_executable", sys.executable)
    pip = [venv_python(), "-m", "pip", "--disable-pip-version-check", "install"]
    lock = ["--no-deps", "--no-compile", "-r", LOCK]
    for step in [base, "-m", "venv", VENV], [*pip, *lock]:
        code, said = run_quietly(step, "Installing", cwd=ROOT)
        if code:
            errors = [s for s in said.splitlines() if "error" in s.lower()]
            return _refuse(
                "The packages could not be installed. Is this computer connected to "
                "the internet, and is there room on the disk? Then run the command "
                f"again. The installer said: {(errors or ['nothing'])[-1].strip()}"
            )
    site = sysconfig.get_path("purelib", "venv", {"base": str(VENV)})
    # All but the packages' own tests, by all processors, unlike pip. What is not
    # compiled here is where it is imported.
    compiling = [venv_python(), "-m", "compileall", "-qq", "-j", "0", "-x", "/tests/"]
    run_quietly([*compiling, site], "Installing")
    # So that `helpers` is found from every folder. subtle: in ASCII, since an installed
    # path with other letters would keep Python from starting where LC_ALL is C.
    line = f"import sys; sys.path.append({ascii(str(ROOT))})\n"
    Path(site, "lost-galaxies.pth").write_text(line)
    STAMP.write_text(lock_stamp())
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


# --- other programs -----------------------------------------------------------------


def when_stopped(handler) -> None:
    """Call this on Ctrl-C, on SIGTERM, and when the terminal is closed."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number and (name != "SIGHUP" or signal.getsignal(number) != signal.SIG_IGN):
            signal.signal(number, handler)


def call(command: list, environment: dict | None = None, cwd: Path | None = ROOT):
    """Run a program to its end; its exit code. Ctrl-C is its own affair."""
    environment = environment or {**os.environ, "PYTHONPATH": str(ROOT)}
    signal.signal(signal.SIGINT, lambda *_: None)
    process = subprocess.Popen([str(w) for w in command], cwd=cwd, env=environment)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    code = process.wait()
    return code if code >= 0 else 128 - code


def run_quietly(command: list, what: str, stopped=None, **options) -> tuple[int, str]:
    """Run a program until it ends or `stopped` is set; its exit code and its words.

    Every 8 seconds a line says that `what` goes on.
    """
    options |= {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
    command = [str(word) for word in command]
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as log:
        process = subprocess.Popen(command, stdout=log, **options)
        try:
            began = spoke = time.monotonic()
            while process.poll() is None and not (stopped and stopped.is_set()):
                time.sleep(0.05)
                if time.monotonic() - spoke > SILENCE:
                    spoke = time.monotonic()
                    print(f"{what}: {spoke - began:.0f} s", flush=True)
        finally:
            process.terminate()  # nothing happens if it has ended
            code = process.wait()
        log.seek(0)
        return code, log.read().strip()
