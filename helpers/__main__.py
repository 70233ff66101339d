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
    options, options.further = parser.parse_known_args(argv)
    if options.further and options.command not in ("test", "lab"):
        of[options.command].error("There is no option %s." % options.further[0])
    if options.command == "report":
        if options.data is None:
            from helpers.course import report as maker
        else:
            from helpers.own_data import page as maker
        maker.check(options, of["report"])
        options.maker = maker
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
        of[name] = commands.add_parser(name, help=text, allow_abbrev=False)
        of[name].description = "%s%s." % (text[0].upper(), text[1:])
    flag, number = {"action": "store_true"}, {"metavar": "N", "type": positive_number}
    pair = {"metavar": ("NAME", "VALUE"), "nargs": 2, "action": "append"}

    add = of["report"].add_argument
    add("chapter", metavar="CHAPTER", nargs="*", help="such as 02 (default: all)")
    add("--store", help="write the outputs back into notebooks/", **flag)
    add("--jobs", default=2, help="chapters side by side (2)", **number)
    text = "set a parameter of a notebook (writes to build/ only)"
    add("-p", default=[], help=text, **pair)
    add("--output", metavar="DIR", help="write everything into this folder instead")
    text = "a cell that takes longer has failed (10; with --data 60)"
    add("--cell-minutes", help=text, **number)
    add("--data", metavar="FILE", help="take a CSV file of yours; iris: an example")
    add("--columns", metavar="A,B", default="", help="the features in FILE")
    add("--without", metavar="A,B", default="", help="its columns that are none")
    add("--truth", metavar="C", default="", help="its column with the true groups")
    add("--drop-missing", help="leave out its rows with gaps or odd entries", **flag)

    text = "run tests/full/ as well (hours)"
    of["test"].add_argument("--full", help=text, **flag)
    of["test"].epilog = "Further options are pytest's, such as -k 02 or -x."

    add = of["lab"].add_mutually_exclusive_group().add_argument
    add("--edit", help="open the originals in notebooks/", **flag)
    add("--reset", metavar="CHAPTER", help="put a fresh copy of it in place")
    add = of["lab"].add_argument
    copy = {"dest": "copy", "action": "store_const"}
    add("--student", const="student", help="open a copy without solutions", **copy)
    add("--mine", const="mine", help="one with solutions (the default)", **copy)
    of["lab"].epilog = "Further options are JupyterLab's, such as --no-browser."

    text = "of a file in benchmarks/ (default: all)"
    of["bench"].add_argument("name", metavar="NAME", nargs="*", help=text)

    add = of["catalogue"].add_argument
    add("--store", help="replace the embedded catalogue", **flag)
    add("--output", metavar="DIR", help="where to write")
    number["default"] = os.cpu_count() or 1
    add("--workers", help="processes side by side", **number)

    add = of["experiment"].add_argument
    add("--store", help="replace the stored tables by what is done", **flag)
    text = "begin no new part after N minutes (default: go to the end)"
    add("--minutes", metavar="N", type=float, help=text)
    add("--workers", help="processes that make a halo", **number)
    return parser, of


def positive_number(word):
    """A whole number from 1 up; all else is refused."""
    from argparse import ArgumentTypeError

    if not word.isdigit() or int(word) < 1:
        said = "give a whole number from 1 up, not %s." % word
        raise ArgumentTypeError(said)
    return int(word)


# --- the commands -------------------------------------------------------------------


def run(options, argv):
    """Run a command whose options make sense, with all packages; its exit code."""
    from helpers.course import lab, packages

    python = [sys.executable, "-m"]
    if options.command == "report":
        return options.maker.main(options)
    if options.command == "test":
        two = ["pytest", "-n", "2", "--dist", "worksteal"]
        return packages.call(python + two + argv)
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
