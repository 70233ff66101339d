"""The lists of packages agree, commands are where they are promised, ruff is clean."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import venv
from collections import namedtuple
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from helpers import __main__ as commands
from helpers.course import packages
from helpers.course.notebooks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCK = (ROOT / "requirements.txt").read_text()
LOW, HIGH = re.findall(r"3\.(\d+)", PROJECT["requires-python"])
UTF8 = {**os.environ, "PYTHONIOENCODING": "utf-8"}
Version = namedtuple("Version", "major minor micro")


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_direct_dependency_is_locked_within_its_bounds():
    locked = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", LOCK, flags=re.MULTILINE))
    extras = PROJECT["optional-dependencies"]
    for requirement in PROJECT["dependencies"] + extras["course"] + extras["test"]:
        name, bounds = re.match(r"([\w-]+)(.*)", requirement).groups()
        for bound in bounds.split(","):
            assert packages.within(locked[name], bound), requirement


def test_every_direct_dependency_is_listed_with_its_licence():
    extras = PROJECT["optional-dependencies"]
    listed = re.findall(
        r"^\| ([\w-]+) \| (?:`(\w+)`)? ?\| \w",
        text("CONTRIBUTING.md"),
        flags=re.MULTILINE,
    )
    asked = [("", name) for name in PROJECT["dependencies"]]
    asked += [(extra, name) for extra, names in extras.items() for name in names]
    names = [(re.match(r"[\w-]+", name)[0], extra) for extra, name in asked]
    assert sorted(listed) == sorted(names)


def test_nothing_here_is_under_the_gpl():
    for name in re.findall(r"^[\w.-]+", LOCK, flags=re.MULTILINE):
        if name == "docutils" or not packages.found(name):
            continue  # docutils: an Emacs mode that its wheel does not hold
        about = metadata.metadata(name)
        kinds = [c for c in about.get_all("Classifier", []) if c.startswith("License")]
        first = about.get("License", "").split("\n")[0]
        said = " ".join([about.get("License-Expression", ""), first, *kinds])
        assert not re.search(r"GPL|GNU (General|Affero)", said), name


def test_the_lock_names_no_address():
    assert "://" not in LOCK
    assert "index" not in LOCK


def test_conda_installs_the_lock_and_the_package_on_the_same_pythons():
    dependencies = yaml.safe_load(text("environment.yml"))["dependencies"]
    assert f"python {PROJECT['requires-python']}" in dependencies
    assert {"pip": ["-r requirements.txt", "-e ."]} in dependencies


def test_the_readme_names_the_commands_and_the_pythons():
    readme = text("README.md")
    for name in commands.COMMANDS:
        assert f"python3 -m helpers {name}" in readme
    assert f"Python 3.{LOW} to 3.{int(HIGH) - 1}" in readme


def test_a_machine_runs_the_readmes_first_commands():
    job = yaml.safe_load(text(".github/workflows/ci.yml"))["jobs"]["course"]
    steps = "\n".join(step.get("run", "") for step in job["steps"])
    for ran in (text(".ci/run"), steps):
        assert re.findall(r"python3? -m helpers (\w+)", ran) == ["test", "report"]


def test_the_readme_shows_a_figure_that_is_there():
    for link in re.findall(r"\]\(([\w/.-]+)\)", text("README.md")):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_ruff_is_clean(arguments):
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "folder", ["helpers", "benchmarks", "experiments", "notebooks"]
)
def test_no_global_seed_and_no_silenced_warning(folder):
    for path in (ROOT / folder).rglob("*"):
        if path.suffix in (".py", ".ipynb"):
            assert "np.random.seed(" not in text(path), path
            assert "filterwarnings(" not in text(path), path


# --- the sentences of the first run -------------------------------------------------


@pytest.mark.parametrize("minor", [int(LOW) - 1, int(HIGH)])
def test_a_python_too_old_or_too_new_is_told_which_it_needs(monkeypatch, minor):
    monkeypatch.setattr(sys, "version_info", Version(3, minor, 0))
    with pytest.raises(
        SystemExit, match=rf"This is Python 3\.{minor}, .* needs Python"
    ):
        commands.check_python()


@pytest.mark.parametrize(
    ("version", "bound", "kept"),
    [
        ("2.4.6", ">=2.3", True),
        ("2.2.9", ">=2.3", False),
        ("2.10.0", ">=2.9", True),
        ("3.0.0", "<3", False),
        ("2.99", "<3", True),
        ("0.14.0", "<0.14", False),
        ("2025.12.19", ">=2025.9", True),
    ],
)
def test_a_version_is_held_against_a_bound_by_its_numbers(version, bound, kept):
    assert packages.within(version, bound) == kept


@pytest.mark.parametrize("name", ["numpy", "papermill", "ruff"])
def test_a_missing_package_is_named(monkeypatch, tmp_path, name):
    assert packages.missing_packages() == ""
    project = text("pyproject.toml").replace(f'"{name}>=', '"no-such-thing>=')
    (tmp_path / "pyproject.toml").write_text(project)
    monkeypatch.setattr(packages, "PROJECT", tmp_path / "pyproject.toml")
    assert packages.missing_packages() == "no-such-thing is not installed"


@pytest.fixture
def spoilt(monkeypatch, tmp_path):
    """A `.venv` of our own to spoil."""
    folder = tmp_path / ".venv"
    monkeypatch.setattr(packages, "VENV", folder)
    monkeypatch.setattr(packages, "STAMP", folder / "stamp")
    return folder


def test_a_half_made_venv_is_not_whole(spoilt):
    spoilt.mkdir()
    assert not packages.venv_is_whole()


def test_a_venv_without_its_python_is_not_whole(spoilt):
    spoilt.mkdir()
    (spoilt / "stamp").write_text(packages.lock_stamp())
    assert not packages.venv_is_whole()


def test_a_venv_is_whole_until_the_lock_changes(spoilt, monkeypatch, tmp_path):
    spoilt.mkdir()
    (spoilt / "stamp").write_text(packages.lock_stamp())
    monkeypatch.setattr(packages, "venv_python", lambda: Path(sys.executable))
    assert packages.venv_is_whole()
    (tmp_path / "lock").write_text(LOCK + "another==1\n")
    monkeypatch.setattr(packages, "LOCK", tmp_path / "lock")
    assert not packages.venv_is_whole()


def test_without_the_venv_module_it_says_what_to_install(spoilt, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    assert packages.make_venv() == 2
    assert "sudo apt install python3-venv" in capsys.readouterr().err


def test_without_a_network_it_says_so_and_leaves_no_stamp(spoilt, monkeypatch, capsys):
    def fail(*_, **__):
        spoilt.mkdir(exist_ok=True)
        return 1, "ERROR: no way to the packages"

    monkeypatch.setattr(packages, "run_quietly", fail)
    assert packages.make_venv() == 2
    said = capsys.readouterr().err
    assert "connected to the internet" in said
    assert "no way to the packages" in said
    assert not packages.venv_is_whole()


# --- the commands, started as readers start them -------------------------------------


def start(python, *words, cwd=ROOT, **variables):
    """Start a command to its end: its exit code and its words."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in (python, *words)],
        cwd=cwd,
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A Python without any package."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, symlinks=os.name == "posix")
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        ([], 2, "usage: python3 -m helpers"),
        (["--help"], 0, "read and try the chapters in JupyterLab"),
        (["help"], 2, "invalid choice: 'help' (choose from"),
        (["test", "--help"], 0, "run tests/full/ as well"),
        (["lab", "--help"], 0, "open a copy without solutions"),
        (["report", "--stroe"], 2, "There is no option --stroe. (Help: python3 -m hel"),
        (["report", "99"], 2, "no chapter '99'; there are readiness_check, 01_lin"),
        (["report", "--data", "a.csv", "-p", "k", "1"], 2, "no parameter 'k'"),
        (["report"], 2, "into .venv, but numpy is not installed. Delete the folder"),
    ],
)
def test_a_bare_python_is_enough_to_be_answered(bare, words, code, sentence):
    answer = start(bare, "-m", "helpers", *words, LOST_GALAXIES_VENV="1")
    assert answer[0] == code
    assert sentence in answer[1]


def test_the_commands_are_found_from_another_folder(tmp_path):
    words = ["report", "--data", "mine.csv"]
    code, said = start(sys.executable, ROOT / "helpers", *words, cwd=tmp_path)
    assert code == 2
    assert str(tmp_path / "mine.csv") in said
    assert said.count("\n") == 1


def test_the_installed_package_says_that_the_course_is_elsewhere(bare, tmp_path):
    shutil.copytree(ROOT / "helpers", tmp_path / "helpers")
    for word in ("report", "help", "--help"):
        code, said = start(bare, "-m", "helpers", word, cwd=tmp_path)
        assert code == 2
        assert said.startswith("The commands need the folder of the course, with its")


ASKS = """
import os, signal, sys, time
def ask(*_):
    os.write(1, b"asked\\n")  # the signal may come while print still flushes
    time.sleep(1)
    sys.exit(7)
signal.signal(signal.SIGINT, ask)
print("ready", flush=True)
time.sleep(30)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
def test_ctrl_c_is_the_affair_of_the_program_that_is_called():
    wrapper = "import sys; from helpers.course.packages import call\n"
    wrapper += f"sys.exit(call([sys.executable, '-c', {ASKS!r}]))"
    command = [sys.executable, "-c", wrapper]
    options = {"cwd": ROOT, "stdout": subprocess.PIPE, "start_new_session": True}
    with subprocess.Popen(command, **options, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        assert process.communicate(timeout=20)[0] == "asked\n"
    assert process.returncode == 7


def test_a_program_that_runs_long_is_mentioned(monkeypatch, capsys):
    monkeypatch.setattr(packages, "SILENCE", 0.1)
    command = [sys.executable, "-c", "import time; time.sleep(1); print('ä')"]
    assert packages.run_quietly(command, "Baking", env=UTF8) == (0, "ä")
    assert capsys.readouterr().out.startswith("Baking: 0 s\n")


def test_bench_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(packages, "found", lambda name: "")
    monkeypatch.setattr(packages, "missing_packages", lambda: "")
    assert commands.main(["bench", "trees"]) == 2
    assert "-m pip install fastcluster" in capsys.readouterr().err


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        commands.main(["raport"])
    assert end.value.code == 2
    assert "invalid choice: 'raport'" in capsys.readouterr().err
