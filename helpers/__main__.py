"""One command from nothing: `python3 -m helpers report` (or test, lab, bench, ...).

Works from a bare clone with nothing but Python. If the running interpreter already
has the packages of pyproject.toml (a conda environment, say), it is used; else
`.venv` is made from the lock and the command runs there. `.venv` belongs to this
project: where it is half-made or older than the lock, it is made anew.

Standard library only, and plain enough for any Python to read, so that one that is
too old or too new can say so.
"""

from __future__ import print_function

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "lost-galaxies-lock")
LOCK = os.path.join(ROOT, "requirements.txt")
PROJECT = os.path.join(ROOT, "pyproject.toml")

USAGE = """usage: python3 -m helpers COMMAND [OPTIONS]

  report     run the chapters, write figures/ and the pages in build/html
  test       check the code, the notebooks and the figures
  lab        read and try the chapters in JupyterLab, in a copy of your own
  bench      measure our code against the libraries
  catalogue  make the star catalogue again and compare it with the one here

The first run installs the packages into .venv (a minute or two). The options of a
command: python3 -m helpers COMMAND --help"""


def main(argv):
    """Check the Python, the command and its options; find the packages; run it."""
    check_python()
    if not argv or argv[0] in ("-h", "--help"):
        print(USAGE)
        return 0 if argv else 2
    if argv[0] not in COMMANDS:
        print(USAGE)
        return refuse("There is no command %r; choose one of those above." % argv[0])
    signal.signal(signal.SIGTERM, stop)
    try:
        work = COMMANDS[argv[0]](argv[1:])
        problem = missing_packages()
        if problem:
            return run_in_venv(argv, problem)
        return work()
    except KeyboardInterrupt:
        print("\nStopped; the next run starts afresh.", file=sys.stderr)
        return 130


def stop(signum, frame):
    """End on SIGTERM as on Ctrl-C, so that child processes are ended too."""
    raise KeyboardInterrupt


def refuse(sentence):
    """Say what is wrong, and give the exit code of a command that did nothing."""
    print(sentence, file=sys.stderr)
    return 2


# --- which Python, which packages ---------------------------------------------------


def check_python():
    """Exit with one sentence where this Python is too old or too new."""
    with open(PROJECT) as file:
        bounds = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', file.read())
    low, high = int(bounds.group(1)), int(bounds.group(2))
    if not (3, low) <= sys.version_info[:2] < (3, high):
        sys.exit(
            "This is Python %d.%d, and the course needs Python 3.%d to 3.%d. Run it "
            "with one of those, for example: python3.%d -m helpers report"
            % (sys.version_info[0], sys.version_info[1], low, high - 1, high - 2)
        )


def missing_packages():
    """What the running interpreter lacks of pyproject.toml, in words; '' if nothing."""
    import tomllib
    from importlib import metadata

    with open(PROJECT, "rb") as file:
        needed = tomllib.load(file)["project"]["dependencies"]
    for requirement in needed:
        name, bounds = re.match(r"([\w-]+)(.*)", requirement).groups()
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            return "%s is not installed" % name
        if not all(within(found, bound) for bound in bounds.split(",")):
            return "%s is %s, not %s" % (name, found, bounds)
    return ""


def within(version, bound):
    """Whether a version such as '2.4.6' keeps a bound such as '>=2.3' or '<3'."""
    sign, limit = re.match(r"(>=|<)(.+)", bound).groups()
    numbers = [int(n) for n in re.findall(r"\d+", version.split("+")[0])]
    limits = [int(n) for n in limit.split(".")]
    return numbers >= limits if sign == ">=" else numbers < limits


# --- .venv --------------------------------------------------------------------------


def run_in_venv(argv, problem):
    """Run the command in .venv, which is made or repaired first if need be."""
    if os.environ.get("LOST_GALAXIES_VENV"):
        return refuse(
            "The packages were installed into .venv, but %s. Delete the folder .venv "
            "and run the command again." % problem
        )
    if not venv_is_whole():
        code = make_venv()
        if code:
            return code
    environment = dict(os.environ, LOST_GALAXIES_VENV="1")
    command = [venv_python(), "-m", "helpers"] + argv
    if os.name == "posix":
        os.chdir(ROOT)
        os.execve(command[0], command, environment)
    return subprocess.call(command, cwd=ROOT, env=environment)


def venv_python():
    """The path of .venv's interpreter."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(VENV, *parts)


def lock_stamp():
    """What .venv was made from: the lock, the project's metadata, this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (LOCK, PROJECT):
        with open(path, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def venv_is_whole():
    """Whether .venv was made to the end, from today's lock, and has its packages."""
    if not os.path.exists(STAMP):
        return False
    with open(STAMP) as file:
        if file.read() != lock_stamp():
            return False
    check = "import helpers.__main__ as m, sys; sys.exit(bool(m.missing_packages()))"
    try:
        return subprocess.call([venv_python(), "-c", check], cwd=ROOT) == 0
    except OSError:
        return False


def make_venv():
    """Make .venv from the lock, from scratch; 0, or the exit code after a sentence."""
    try:
        import ensurepip  # noqa: F401  (Debian leaves it out of its python3)
        import venv  # noqa: F401
    except ImportError:
        return refuse(
            "This Python cannot make virtual environments (its venv module is "
            "missing). On Debian or Ubuntu: sudo apt install python3-venv"
        )
    if os.path.lexists(VENV):
        print(".venv is incomplete or older than the lock: making it anew.")
        if os.path.islink(VENV) or not os.path.isdir(VENV):
            return refuse("%s is not a folder; move it away and try again." % VENV)
        shutil.rmtree(VENV)
    print("Installing the packages into .venv (a minute or two) ...", flush=True)
    base = getattr(sys, "_base_executable", sys.executable)
    pip = [venv_python(), "-m", "pip", "--disable-pip-version-check", "install"]
    steps = [
        [base, "-m", "venv", VENV],
        pip + ["--no-deps", "-r", LOCK],
        pip + ["--no-deps", "-e", ROOT],
    ]
    for step in steps:
        done = subprocess.run(
            step, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if done.returncode:
            errors = [s for s in done.stdout.splitlines() if "error" in s.lower()]
            return refuse(
                "The packages could not be installed. Is this computer connected to "
                "the internet, and is there room on the disk? Then run the command "
                "again. The installer said: %s" % (errors or ["nothing"])[-1].strip()
            )
    with open(STAMP, "w") as file:
        file.write(lock_stamp())
    return 0


# --- the commands -------------------------------------------------------------------
# Each checks its options, so that a wrong one is refused before anything is installed,
# and returns the work to do, which may need the packages.


def report(argv):
    """Run the chapters, see report.py; or a table of the reader's own."""
    if any(word.split("=")[0] == "--data" for word in argv):
        from helpers.own_data import page as room
    else:
        from helpers.course import report as room

    room.parse(argv)
    return lambda: room.main(argv)


def run_tests(argv):
    """Run all tests; the options are pytest's."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal"]
    return lambda: call(command + argv)


def lab(argv):
    """Open JupyterLab on the reader's own copy of the notebooks; see lab.py."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python3 -m helpers lab",
        description="Further options are JupyterLab's, such as --no-browser.",
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--edit", action="store_true", help="open the originals in notebooks/"
    )
    which.add_argument(
        "--student", action="store_true", help="open a copy without solutions"
    )
    parser.add_argument(
        "--reset", metavar="CHAPTER", help="put a fresh copy of this chapter in place"
    )
    options, further = parser.parse_known_args(argv)
    if options.edit and options.reset:
        parser.error("--reset restores a copy; the originals have none.")
    name = "student_notebooks" if options.student else "my_notebooks"
    folder = os.path.join(ROOT, "notebooks" if options.edit else name)

    def work():
        if not options.edit:
            code = prepare(folder, options)
            if code:
                return code
        return call([sys.executable, "-m", "jupyterlab", folder] + further)

    return work


def prepare(folder, options):
    """Make the reader's copies that are missing, or a fresh one if asked for."""
    from pathlib import Path

    from helpers.course import lab as room

    try:
        if options.reset:
            print(room.reset(Path(folder), options.reset, not options.student))
    except ValueError as error:
        return refuse(str(error))
    room.copy_notebooks(Path(folder), not options.student)
    return 0


def bench(argv):
    """Measure the rooms named, or all of them; see benchmarks/."""
    return lambda: call([sys.executable, "-m", "benchmarks"] + argv)


def catalogue(argv):
    """Make the star catalogue again; see catalogue.py."""

    def work():
        from helpers.stars import making as room

        return room.main(argv)

    return work


def call(command):
    """Run a program in which `helpers` is found from every folder."""
    environment = dict(os.environ, PYTHONPATH=ROOT)
    return subprocess.call(command, cwd=ROOT, env=environment)


COMMANDS = {
    "report": report,
    "test": run_tests,
    "lab": lab,
    "bench": bench,
    "catalogue": catalogue,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
