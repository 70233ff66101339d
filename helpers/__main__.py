"""The commands of the course: `python3 -m helpers report` (or test, lab, ...).

A bare clone and a bare Python are enough: `course/packages.py` finds the packages or
installs them. Plain enough for any Python to read, so that one that is too old can say
so. Standard library only.
"""

from __future__ import print_function

import io
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.join(ROOT, "pyproject.toml")
COMMANDS = {
    "report": "run the chapters, write figures/ and the pages in build/html",
    "test": "check the code, the notebooks and the figures",
    "lab": "read and try the chapters in JupyterLab, in a copy of your own",
    "teach": "write the answers and a deck of the figures into build/teaching",
    "bench": "measure our code against the libraries",
    "catalogue": "make the star catalogue again and compare it with the one here",
    "experiment": "try the rule of chapter 07 on halos that nobody has seen (hours)",
}


def main(argv):
    """Check the Python, the command and its options; find the packages; run it."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    try:
        check_python()
        options = parse(argv)
        from helpers.course import packages

        packages.when_stopped(stop)
        problem = packages.missing_packages()
        if problem and getattr(options, "help", False):
            return 0
        if problem:
            return packages.run_in_venv(argv, problem)
        return run(options, argv[1:])
    except KeyboardInterrupt:
        return refuse("\nStopped; the next run starts afresh.", 130)


def stop(*_):
    """End on each signal as on Ctrl-C, so that child processes are ended too."""
    raise KeyboardInterrupt


def refuse(sentence, code=2):
    """Say what is wrong; the exit code, 2 for a command that did nothing."""
    print(sentence, file=sys.stderr)
    return code


def check_python():
    """Exit with one sentence where this is no course, or this Python does not fit."""
    if not os.path.exists(PROJECT):
        said = "The commands need the folder of the course, with its notebooks; in %s "
        sys.exit(refuse(said % ROOT + "there is only the installed package."))
    with io.open(PROJECT, encoding="utf-8") as file:
        bounds = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', file.read())
    low, high = int(bounds.group(1)), int(bounds.group(2))
    if not (3, low) <= sys.version_info[:2] < (3, high):
        sys.exit(
            "This is Python %d.%d, and the course needs Python 3.%d to 3.%d. Run it "
            "with one of those, for example: python3.%d -m helpers report"
            % (sys.version_info[0], sys.version_info[1], low, high - 1, high - 2)
        )


# --- the one parser -----------------------------------------------------------------


def parse(argv):
    """The options of a command; exits with one sentence where they make no sense."""
    parser, of = make_parser()
    if not argv:
        parser.print_help()
        sys.exit(2)
    if argv[0] not in COMMANDS and argv[0] not in ("-h", "--help"):
        there = ", ".join(COMMANDS)
        sys.exit(refuse("There is no command %r; there are %s." % (argv[0], there)))
    options, options.further = parser.parse_known_args(argv)
    if options.further and options.command not in ("test", "lab"):
        of[options.command].error("There is no option %s." % options.further[0])
    if options.command == "test" and options.help:
        of["test"].print_help()
    if options.command == "lab" and options.edit and options.reset:
        of["lab"].error("--reset restores a copy; the originals have none.")
    if getattr(options, "workers", 1) < 1:
        said = "--workers must be at least 1, but %d was given." % options.workers
        of[options.command].error(said)
    if options.command == "report":
        maker(options).check(options, of["report"])
    return options


def make_parser():
    """The parser, and that of each command by its name."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.exit(refuse("%s (Help: %s --help)" % (message, self.prog)))

    parser = Parser(prog="python3 -m helpers")
    parser.epilog = "The first run installs the packages into .venv (a minute or two)."
    commands, of = parser.add_subparsers(dest="command", metavar="COMMAND"), {}
    for name, text in COMMANDS.items():
        keys = {"allow_abbrev": False, "add_help": name != "test"}
        of[name] = commands.add_parser(name, help=text, **keys)
        of[name].description = "%s%s." % (text[0].upper(), text[1:])

    def flag(command, name, text, *names):
        of[command].add_argument(name, *names, action="store_true", help=text)

    def word(command, name, metavar, text, **settings):
        of[command].add_argument(name, metavar=metavar, help=text, **settings)

    word("report", "chapter", "CHAPTER", "such as 02 (default: all)", nargs="*")
    flag("report", "--store", "write the outputs back into notebooks/")
    word("report", "--jobs", "N", "chapters side by side (2)", type=int, default=2)
    given = "set a parameter of a notebook (writes to build/ only)"
    pair = {"nargs": 2, "action": "append", "default": []}
    word("report", "-p", ("NAME", "VALUE"), given, **pair)
    word("report", "--output", "DIR", "write everything into this folder instead")
    text = "a cell that takes longer has failed (10; with --data 60)"
    word("report", "--cell-minutes", "N", text, type=int)
    word("report", "--data", "FILE", "take a CSV file of yours; iris: an example")
    word("report", "--columns", "A,B", "the features in FILE", default="")
    word("report", "--without", "A,B", "its columns that are none", default="")
    word("report", "--truth", "C", "its column with the true groups", default="")
    flag("report", "--drop-missing", "leave out its rows with missing values")
    flag("test", "--help", "show this, then the help of pytest", "-h")
    flag("test", "--full", "run tests/full/ as well (hours)")
    of["test"].epilog = "Further options are pytest's, such as -k 02 or -x:"
    flag("lab", "--edit", "open the originals in notebooks/")
    flag("lab", "--student", "open a copy without solutions")
    flag("lab", "--mine", "open a copy with solutions (the default)")
    word("lab", "--reset", "CHAPTER", "put a fresh copy of it in place")
    of["lab"].epilog = "Further options are JupyterLab's, such as --no-browser."
    word("bench", "name", "NAME", "of a file in benchmarks/ (default: all)", nargs="*")
    flag("catalogue", "--store", "replace the embedded catalogue")
    word("catalogue", "--output", "DIR", "where to write")
    count = {"type": int, "default": os.cpu_count() or 1}
    word("catalogue", "--workers", "N", "processes side by side", **count)
    flag("experiment", "--store", "replace the stored tables by what is done")
    text = "begin no new part after N minutes (default: go to the end)"
    word("experiment", "--minutes", "N", text, type=float)
    word("experiment", "--workers", "N", "processes that make a halo", **count)
    return parser, of


# --- the commands -------------------------------------------------------------------


def maker(options):
    """What makes the report: of the chapters, or of a table of the reader's own."""
    if options.data is None:
        from helpers.course import report as maker
    else:
        from helpers.own_data import page as maker
    return maker


def run(options, argv):
    """Run a command whose options make sense, with all packages; its exit code."""
    from helpers.course import lab, packages

    python, workers = [sys.executable, "-m"], ["-n", "2", "--dist", "worksteal"]
    if options.command == "report":
        return maker(options).main(options)
    if options.command == "test":
        return packages.call(python + ["pytest"] + workers + argv)
    if options.command == "lab":
        return lab.main(options)
    if options.command == "teach":
        from helpers.course import teach

        return teach.main()
    if options.command == "catalogue":
        from experiments import making

        return making.main(options.output, options.workers, options.store)
    if options.command == "experiment":
        from experiments import galaxies

        return galaxies.main(options.minutes, options.workers, options.store)
    if not packages.found("fastcluster"):
        install = " ".join(python + ["pip install fastcluster"])
        return refuse("The benchmarks compare with fastcluster; install it: " + install)
    return packages.call(python + ["benchmarks"] + argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
