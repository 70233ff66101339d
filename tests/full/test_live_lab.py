"""Chapter 01 in a live JupyterLab, as a reader has it: run, step, answer, save, reopen.

The server is that of `python3 -m helpers lab`, with copies and settings in a folder of
this test; headless Chromium looks at it.
"""

import json
import os
import socket
import subprocess
import time
from types import SimpleNamespace

import pytest

from helpers import __main__ as commands
from helpers.course import lab, packages
from helpers.course.notebooks import ROOT, read
from helpers.plots.style import read_texts
from tests.full.chromium import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(
    CHROMIUM is None or os.name != "posix", reason="No Chromium was found here."
)
CHAPTER = "01_linkage_by_hand.ipynb"
# What the scripts below say of JupyterLab and of the notebook that is open.
BOOK = "window.jupyterapp.shell.currentWidget"
EXECUTE = "window.jupyterapp.commands.execute"
CELL = f"{BOOK}.content.activeCell.node"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("course")


@pytest.fixture(scope="module")
def address(folder):
    """Where JupyterLab answers, started as a reader starts it."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    for part in ("helpers", "notebooks"):
        (folder / part).symlink_to(ROOT / part)
    own = {"HOME": str(folder), "PYTHONPATH": str(ROOT)}
    servers = []

    def begin(command):
        words = [str(word) for word in command]
        with (folder / "log").open("w") as log:
            env = {**os.environ, **own}
            servers.append(subprocess.Popen(words, env=env, stdout=log, stderr=log))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lab, "ROOT", folder)
        patch.setattr(packages, "call", begin)
        further = ["--no-browser", "--allow-root", f"--port={port}"]
        further += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
        assert commands.main(["lab", *further]) == 0
    try:
        yield f"http://localhost:{port}/"
    finally:
        servers[0].terminate()
        servers[0].wait(30)


@pytest.fixture(scope="module")
def page(address, folder, tmp_path_factory):
    """A browser in which JupyterLab has opened what it opens by itself; all cells ran.

    They run here, since each of several processes has its own browser and some tests.
    """
    end = time.monotonic() + 180
    while address not in (said := (folder / "log").read_text()):
        assert time.monotonic() < end, said
        time.sleep(0.3)
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    try:
        browser.open(SimpleNamespace(as_uri=lambda: address))
        wait(browser, f"{BOOK}?.context?.isReady", 180)
        wait(browser, f"{BOOK}.sessionContext.session?.kernel?.status == 'idle'")
        browser.js(f"{EXECUTE}('notebook:run-all-cells').then(() => null)")
        yield browser
    finally:
        browser.close()


def wait(page, expression, seconds=120):
    """Wait until something is so in the page."""
    end = time.monotonic() + seconds
    while not page.js(f"Boolean({expression})"):
        assert time.monotonic() < end, f"not within {seconds} seconds: {expression}"
        time.sleep(0.2)


def cells(page):
    """The cells of the open notebook."""
    return json.loads(page.js(f"JSON.stringify({BOOK}.content.model.toJSON().cells)"))


def go_to(page, words):
    """Make the first cell with these words in its code the active one, in sight."""
    found = ["".join(cell["source"]) for cell in cells(page)]
    number = next(i for i, text in enumerate(found) if words in text)
    page.js(f"{BOOK}.content.activeCellIndex = {number}, null")
    page.js(f"{BOOK}.content.scrollToItem({number}, 'center').then(() => null)")
    return number


def printed(cell):
    return "".join("".join(out.get("text", "")) for out in cell["outputs"])


def test_chapter_01_is_open_and_nothing_pops_up(page):
    assert page.js(f"{BOOK}.context.path") == CHAPTER
    title = "".join(cells(page)[0]["source"]).split("\n")[0]
    assert title.startswith("# 01 · ")
    time.sleep(2)
    seen = "document.querySelectorAll('.jp-toast, .Toastify__toast, .jp-Dialog').length"
    assert page.js(seen) == 0


def test_all_cells_run(page):
    ran = [cell for cell in cells(page) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in ran] == list(range(1, len(ran) + 1))
    kinds = {out["output_type"] for cell in ran for out in cell["outputs"]}
    assert "error" not in kinds


PLAYER = f"{CELL}.querySelector('div.steps')"


def steps(page):
    """What the player of the active cell says, before and after a step by keyboard."""
    wait(page, f"{PLAYER}?.children.length")
    said = [page.js(f"{PLAYER}.querySelector('output').value")]
    page.js(f"{PLAYER}.children[3].focus()")
    page.press("Enter", 13)
    said.append(page.js(f"{PLAYER}.querySelector('output').value"))
    return said


def test_a_picture_with_steps_steps(page):
    go_to(page, '"01-single")')
    before, after = steps(page)
    assert before == "Step 1 of 4: Merge 1: p2 and p5 at 0.1"
    assert after == "Step 2 of 4: Merge 2: p25 and p3 at 0.2"
    assert page.js(f"{CELL}.querySelector('canvas').ariaLabel") == after


def test_below_a_picture_stand_its_caption_and_the_picture_in_words(page):
    go_to(page, '"01-cut"')
    wait(page, f"{CELL}.querySelector('img')?.naturalWidth")
    page.js(f"{CELL}.querySelector('summary').click()")
    shown = page.js(f"{CELL}.querySelector('.jp-OutputArea').innerText")
    for text in read_texts()["01-cut"].values():
        assert " ".join(text.split()) in shown


FORMS = ["0.4", '"2/5"', '"40 %"', "[0.4]", "Fraction(2, 5)"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("0.5", "Not yet. p1 and p4 are 0.5 apart, but another pair is nearer.\n"),
        ('"far"', "Not yet. A number is wanted, but you gave the text 'far'.\n"),
        *[(form, "Right.\n") for form in FORMS],
    ],
)
def test_an_exercise_is_answered_by_typing(page, given, said):
    number = go_to(page, 'check("01-1", answer)')
    page.js(f"{CELL}.querySelector('.cm-content').focus()")
    page.ask("Input.dispatchKeyEvent", type="rawKeyDown", commands=["selectAll"])
    page.ask("Input.insertText", text=f'answer = {given}\ncheck("01-1", answer)')
    page.js(f"{EXECUTE}('notebook:run-cell').then(() => null)")
    cell = cells(page)[number]
    assert "".join(cell["source"]) == f'answer = {given}\ncheck("01-1", answer)'
    assert printed(cell) == said


def test_saved_closed_and_opened_without_a_kernel_it_is_all_there(page, folder):
    before = cells(page)
    page.js(f"{EXECUTE}('docmanager:save').then(() => null)")
    saved = read(folder / "my_notebooks" / CHAPTER)["cells"]
    assert ["".join(c["source"]) for c in saved] == [c["source"] for c in before]
    page.js(f"{EXECUTE}('application:close').then(() => null)")
    running = "window.jupyterapp.serviceManager.sessions"
    page.js(f"{running}.shutdownAll().then(() => null)")
    wait(page, f"!{BOOK}?.context")
    without = "{shouldStart: false, canStart: false}"
    to_open = f"{{path: '{CHAPTER}', kernelPreference: {without}}}"
    page.js(f"{EXECUTE}('docmanager:open', {to_open}).then(() => null)")
    wait(page, f"{BOOK}?.context?.isReady")
    assert cells(page) == before
    number = go_to(page, 'check("01-1", answer)')
    assert printed(cells(page)[number]) == "Right.\n"
    go_to(page, '"01-single")')
    assert steps(page)[1].startswith("Step 2 of 4")
    assert page.js(f"[...{running}.running()].length") == 0
