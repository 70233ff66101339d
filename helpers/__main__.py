"""The commands of the course: `python3 -m helpers report` (or test, lab, ...).

A bare clone and a bare Python are enough: `course/bootstrap.py` finds the packages or
installs them. This file is plain enough for any Python to read, so that one that is too
old can say so. Standard library only.
"""

from __future__ import print_function

import io
import os
import re
import signal
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROJECT = os.path.join(ROOT, "pyproject.toml")
COMMANDS = {
    "report": "run the chapters, write figures/ and the pages in build/html",
    "test": "check the code, the notebooks and the figures",
    "lab": "read and try the chapters in JupyterLab, in a copy of your own",
    "bench": "measure our code against the libraries",
    "catalogue": "make the star catalogue again and compare it with the one here",
}


def main(argv):
    """Check the Python, the command and its options; find the packages; run it."""
    if ROOT not in sys.path:
        sys.path.insert(0, ROOT)
    try:
        check_python()
        options = parse(argv)
        signal.signal(signal.SIGTERM, stop)
        from helpers.course import bootstrap

        problem = bootstrap.missing_packages()
        if problem and not (options.command == "test" and options.help):
            return bootstrap.run_in_venv(argv, problem)
        return RUN[options.command](options, argv[1:])
    except KeyboardInterrupt:
        return refuse("\nStopped; the next run starts afresh.", 130)


def stop(*_):
    """End on SIGTERM as on Ctrl-C, so that child processes are ended too."""
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
    if options.command == "report":
        reporter(options).check(options, of["report"])
    return options


def make_parser():
    """The parser, and that of each command by its name."""
    import argparse

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            self.exit(refuse("%s (Help: %s --help)" % (message, self.prog)))

    parser = Parser(
        prog="python3 -m helpers",
        epilog="The first run installs the packages into .venv (a minute or two).",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    of = {}
    for name, text in COMMANDS.items():
        of[name] = commands.add_parser(
            name, help=text, allow_abbrev=False, add_help=name != "test"
        )
        of[name].description = "%s%s." % (text[0].upper(), text[1:])
    for name, flags, settings in options_of_commands():
        of[name].add_argument(*flags.split(), **settings)
    of["lab"].epilog = "Further options are JupyterLab's, such as --no-browser."
    of["test"].epilog = "Further options are pytest's, such as -x; here they are:"
    return parser, of


def options_of_commands():
    """A command, the names of an option, and what argparse is told of it."""

    def flag(text):
        return {"action": "store_true", "help": text}

    def word(metavar, text, **settings):
        return dict(settings, metavar=metavar, help=text)

    limit = "a cell that takes longer has failed (default: 10; with --data: 60)"
    given = "set a parameter of a notebook (writes to build/ only)"
    pair = {"nargs": 2, "action": "append", "default": []}
    return [
        ("report", "chapter", word("CHAPTER", "such as 02 (default: all)", nargs="*")),
        ("report", "--store", flag("write the outputs back into notebooks/")),
        ("report", "--jobs", word("N", "chapters at a time: 2", type=int, default=2)),
        ("report", "-p", word(("NAME", "VALUE"), given, **pair)),
        ("report", "--output", word("DIR", "write everything into this folder")),
        ("report", "--cell-minutes", word("N", limit, type=int)),
        ("report", "--data", word("FILE", "a CSV file of your own; iris: an example")),
        ("report", "--columns", word("A,B", "the features in FILE", default="")),
        ("report", "--truth", word("C", "its column of true groups", default="")),
        ("report", "--drop-missing", flag("leave out its rows with missing values")),
        ("test", "-h --help", flag("show this help and that of pytest")),
        ("test", "--full", flag("run tests/full/ as well (hours)")),
        ("lab", "--edit", flag("open the originals in notebooks/")),
        ("lab", "--student", flag("open a copy without solutions")),
        ("lab", "--mine", flag("open a copy with solutions (the default)")),
        ("lab", "--reset", word("CHAPTER", "put a fresh copy of it in place")),
        ("bench", "room", word("ROOM", "a file of benchmarks/, as kmeans", nargs="*")),
        ("catalogue", "--store", flag("replace the embedded catalogue")),
        ("catalogue", "--output", word("DIR", "where to write")),
        ("catalogue", "--workers", word("N", "processes", type=int)),
    ]


# --- the commands -------------------------------------------------------------------


def reporter(options):
    """What makes the report: of the chapters, or of a table of the reader's own."""
    if options.data is None:
        from helpers.course import report as maker
    else:
        from helpers.own_data import page as maker
    return maker


def run_tests(options, argv):
    """Run all tests; the options are pytest's."""
    from helpers.course import bootstrap

    workers = [] if options.help else ["-n", "2", "--dist", "worksteal"]
    return bootstrap.call([sys.executable, "-m", "pytest"] + workers + argv)


def lab(options, argv):
    """Open JupyterLab on the reader's own copy of the notebooks."""
    from helpers.course import lab as rooms

    return rooms.main(options)


def bench(options, argv):
    """Measure against the libraries; see benchmarks/."""
    from helpers.course import bootstrap

    if not bootstrap.found("fastcluster"):
        install = "%s -m pip install fastcluster" % sys.executable
        return refuse("The benchmarks compare with fastcluster; install it: " + install)
    return bootstrap.call([sys.executable, "-m", "benchmarks"] + argv)


def catalogue(options, argv):
    """Make the star catalogue again."""
    from helpers.stars import catalogue as stars

    return stars.main(argv)


RUN = {
    "report": lambda options, argv: reporter(options).main(options),
    "test": run_tests,
    "lab": lab,
    "bench": bench,
    "catalogue": catalogue,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
