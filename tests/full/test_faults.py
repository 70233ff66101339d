"""What must survive a fault: each is made on purpose, in a small project.

After each one the files of the project are whole, a sentence says what happened, the
exit code is not 0, and the next run works.
"""

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from experiments import making
from helpers.course import notebooks, packages
from helpers.stars import catalogue
from tests.test_notebook_checks import CELLS, notebook
from tests.test_report import hashes, project, run, start  # noqa: F401 (a fixture)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, mounts of POSIX")

DRAWN = "build/.staged-*/03_slow/figures/03-line.png"
ENDS = {
    "04_dies": "import os\n\nos._exit(3)",
    "05_hangs": "import time\n\ntime.sleep(600)",
}


def kept(root):
    """What git would see of a run."""
    return hashes(root / "figures"), hashes(root / "notebooks")


def until(condition, seconds=60):
    """Wait for what must come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def running(program):
    """Whether a program runs; one that nobody has waited for does not."""
    try:
        return program.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def told(said, *words):
    """One sentence with these words, and no traceback."""
    assert "Traceback" not in said
    for word in words:
        assert word in said, said


def works(root):
    """The next run succeeds, and leaves nothing half-made."""
    code, said = run(root, "01")
    assert code == 0, said
    assert not list(root.rglob("*.part"))
    assert not list((root / "build").glob(".staged-*"))


# --- the run is killed, doubled, or its kernel ends ---------------------------------


def test_a_killed_run_loses_nothing_and_the_next_one_cleans_up(project):  # noqa: F811
    before = kept(project)
    with start(project, "03") as process:
        until(lambda: list(project.glob(DRAWN)))
        programs = psutil.Process(process.pid).children(recursive=True)
        assert len(programs) >= 2  # papermill's and the kernel
        process.kill()
        process.wait()
        until(lambda: not any(map(running, programs)), 10)
        assert kept(project) == before
        works(project)


def test_a_second_report_in_the_same_folder_is_refused(project, tmp_path):  # noqa: F811
    with start(project, "03") as process:
        until(lambda: list(project.glob(DRAWN)))
        before = kept(project)
        code, said = run(project, "01")
        assert code == 2
        told(said, "Another report is running in", "--output")
        assert kept(project) == before
        assert process.poll() is None
        assert list(project.glob(DRAWN))
        assert run(project, "01", "--output", str(tmp_path))[0] == 0
        process.send_signal(signal.SIGINT)
        process.wait()
    works(project)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("04_dies", "code cell 5 (import os): nbclient.exceptions.DeadKernelError"),
        ("05_hangs", "code cell 5 (import time): took more than 1 minute(s)"),
    ],
)
def test_a_kernel_that_ends_or_hangs_is_named_with_its_cell(project, name, words):  # noqa: F811
    path = project / "notebooks" / f"{name}.ipynb"
    notebooks.write(notebook([*CELLS, ("code", ENDS[name], [])]), path)
    try:
        before = kept(project)
        code, said = run(project, name[:2], "01", "--cell-minutes", "1")
        assert code == 1
        told(said, f"FAILED in {words}", "01_good")
        assert kept(project)[1] == before[1]
        assert kept(project)[0].keys() >= before[0].keys() - {"01-stale.png"}
    finally:
        path.unlink()
    works(project)


# --- the disk is full, a folder cannot be written -----------------------------------


@pytest.fixture
def disk(tmp_path):
    """A disk of 48 MB."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "small", str(tmp_path)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a disk can only be mounted by root")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def small_disk(project, disk):  # noqa: F811
    """The project on a small disk."""
    aside = shutil.ignore_patterns("build")
    return shutil.copytree(project, disk / "project", ignore=aside)


def fill(disk, left):
    """A file that leaves this many bytes of a disk."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free
    filler.write_bytes(bytes(max(free - left, 0) // 4096 * 4096))
    return filler


@pytest.mark.parametrize("left", [0, 20_000, 100_000])
def test_a_full_disk_loses_nothing(small_disk, left):
    before = kept(small_disk)
    filler = fill(small_disk, left)
    code, said = run(small_disk, "01", "--store")
    assert code == 1, said
    told(said, "No space left on device")
    after = kept(small_disk)
    whole = b"\x89PNG", b"IEND\xaeB`\x82"
    for name in before[0].keys() | after[0].keys() - {"01-stale.png"}:
        content = (small_disk / "figures" / name).read_bytes()
        good = content.startswith(whole[0]) and content.endswith(whole[1])
        assert good or b"the last good figure" in content or name == "index.csv"
    for path in (small_disk / "notebooks").glob("*.ipynb"):
        assert notebooks.read(path)["cells"]
    assert after[1].keys() == before[1].keys()
    filler.unlink()
    works(small_disk)


@pytest.mark.parametrize("left", [0, 200_000])
def test_a_full_disk_leaves_the_page_on_own_data(disk, left):
    page = disk / "own_data.html"
    page.write_text("the last good page")
    fill(disk, left)
    command = [sys.executable, "-m", "helpers", "report", "--data", "iris"]
    command += ["--output", str(disk)]
    done = subprocess.run(command, cwd=notebooks.ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    told(done.stdout + done.stderr, "No space left on device")
    assert page.read_text() == "the last good page"
    assert {path.name for path in disk.iterdir()} <= {".lock", page.name, "filler"}


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    def half(path, text, **_):
        path.write_bytes(text[: len(text) // 2].encode())
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    old = tmp_path / "index.csv"
    notebooks.write_whole("old\n", old)
    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OSError, match="No space"):
        notebooks.write_whole("new and longer\n", old)
    assert [path.name for path in tmp_path.iterdir()] == ["index.csv"]
    assert old.read_bytes() == b"old\n"


def run_where_read_only(folder, root, *arguments):
    """Run the report of a project while a folder cannot be written."""
    # root may write everywhere, unless it gives up that right
    bare = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    if os.geteuid() == 0 and not shutil.which(bare[0]):
        pytest.skip("root writes into read-only folders, and setpriv is not there")
    command = [sys.executable, "-m", "helpers", "report", *arguments]
    command = (bare if os.geteuid() == 0 else []) + command
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    folder.chmod(0o555)
    try:
        return subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True
        )
    finally:
        folder.chmod(0o755)


def test_a_read_only_folder_for_own_data_is_named(tmp_path):
    arguments = ["--data", "iris", "--output", str(tmp_path)]
    done = run_where_read_only(tmp_path, notebooks.ROOT, *arguments)
    assert done.returncode == 1
    told(done.stderr, "read-only folder", str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("folder", ["figures", "build", "notebooks"])
def test_a_read_only_folder_is_named_before_any_work(project, folder):  # noqa: F811
    before = kept(project)
    (project / "build").mkdir(exist_ok=True)
    done = run_where_read_only(project / folder, project, "01", "--store")
    assert done.returncode == 1
    assert done.stdout == ""
    told(done.stderr, "read-only folder", str(project / folder))
    assert kept(project) == before
    works(project)


# --- the stars are damaged ----------------------------------------------------------


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: flipped(data, len(data) // 2),
        lambda data: flipped(data, 200),
        lambda data: b"",
        lambda data: b"no stars",
        lambda data: None,
    ],
    ids=["cut off", "a bit flipped", "a bit of the head", "empty", "text", "missing"],
)
def test_a_damaged_catalogue_is_named_and_not_taken_for_the_stars(tmp_path, damage):
    n = 5000
    rng = np.random.default_rng(0)
    columns = {name: rng.normal(size=n).astype("f4") for name in catalogue.PHASE_SPACE}
    good = tmp_path / "good"
    bad = tmp_path / "bad"
    for folder in (good, bad):
        folder.mkdir()
        (folder / catalogue.SATELLITES).write_text("id\n")
        np.savez_compressed(folder / catalogue.STARS, **columns)
    assert making.same(good, bad)
    data = damage((bad / catalogue.STARS).read_bytes())
    (bad / catalogue.STARS).unlink()
    if data is not None:
        (bad / catalogue.STARS).write_bytes(data)
    with pytest.raises(ValueError, match="missing or damaged .* git checkout, or make"):
        catalogue.read(bad)
    assert not making.same(good, bad)


# --- .venv --------------------------------------------------------------------------

MAKE = """
import pathlib, sys
from helpers.course import packages

packages.VENV = pathlib.Path(sys.argv[1])
packages.STAMP = packages.VENV / "stamp"
real = packages.run_quietly

def run(step, what, **options):
    if "pip" in step:
        print("pip", flush=True)
        step = [sys.executable, "-c", f"import time; time.sleep({sys.argv[2]})"]
    return real(step, what, **options)

packages.run_quietly = run
sys.exit(packages.make_venv())
"""


@pytest.mark.parametrize("at", ["the interpreter is there", "a package is installed"])
def test_a_venv_killed_while_being_made_is_made_anew(tmp_path, monkeypatch, at):
    # pip itself is a stand-in: nothing is installed
    venv = tmp_path / ".venv"
    command = [sys.executable, "-c", MAKE, str(venv)]
    options = {"cwd": notebooks.ROOT, "text": True, "stdout": subprocess.PIPE}
    with subprocess.Popen([*command, "60"], **options) as process:
        if at == "a package is installed":
            while process.stdout.readline() != "pip\n":
                assert process.poll() is None
        else:
            until(lambda: (venv / "bin").exists())
        process.kill()
    monkeypatch.setattr(packages, "VENV", venv)
    monkeypatch.setattr(packages, "STAMP", venv / "stamp")
    assert venv.exists()
    assert not packages.venv_is_whole()
    if at == "the interpreter is there":
        time.sleep(10)  # the program that makes the folder is let go on, then ends
    done = subprocess.run([*command, "0"], **options, check=False)
    assert done.returncode == 0
    assert ".venv is incomplete or older than the lock: making it anew." in done.stdout
    assert (venv / "stamp").read_text() == packages.lock_stamp()
