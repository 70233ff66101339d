"""The checks must bite: each fault that a notebook can have is put in and caught."""

import base64
import copy
import json
import threading
from types import SimpleNamespace

import pytest
from PIL.PngImagePlugin import PngInfo

from helpers.course import notebooks, run
from tests import notebook_checks as checks

GARBAGE = base64.b64encode(b"no picture at all").decode()
ALT = "A straight line that rises from the lower left to the upper right."
# Its texts are not in the file of texts, which is that of the chapters.
DRAW = f'''fig = Figure()
fig.subplots().plot(range(n_points))
texts = {{"caption": "A line.", "alt": "{ALT}"}}
plots.style.read_texts = lambda: {{"02-line": texts}}
plots.figure(fig, "02-line")'''
CELLS = [
    ("markdown", "# Draw a line", []),
    ("code", "from matplotlib.figure import Figure\n\nfrom helpers import plots", []),
    ("code", "plots.setup()\nn_points = 3", ["parameters"]),
    ("code", "print(n_points / 7)", []),
    ("code", DRAW, []),
]


def notebook(cells):
    """A notebook that has not run yet."""
    made = []
    for number, (kind, text, tags) in enumerate(cells):
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {"tags": tags}}
        cell["source"] = text.splitlines(keepends=True)
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        made.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A good notebook, run once, and the folder of its figures."""
    folder = tmp_path_factory.mktemp("good")
    chapter = run.Chapter(folder / "02_line.ipynb", folder / "staged")
    notebooks.write(notebook(CELLS), chapter.source)
    options = SimpleNamespace(parameters={}, cell_minutes=1, jobs=1)
    run.run_all([chapter], options, threading.Event())
    assert chapter.error == ""
    return notebooks.read(chapter.staged / run.EXECUTED), chapter.staged / "figures"


@pytest.fixture
def bad(good):
    """A copy of the good notebook, to be spoilt."""
    return copy.deepcopy(good[0])


def rerun(nb, tmp_path):
    path = tmp_path / "02_line.ipynb"
    notebooks.write(nb, path)
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    return path, fresh, checks.rerun(path, fresh)


def test_the_good_notebook_passes(good, tmp_path):
    nb, figures = good
    assert checks.outputs(nb) == []
    assert checks.form(nb) == []
    path, fresh, said = rerun(nb, tmp_path)
    assert said == ""
    assert checks.pictures(path, fresh, figures) == []


@pytest.fixture(scope="module")
def said_of_faults(good, tmp_path_factory):
    """What one run says of a notebook with a changed number and a changed alt text."""
    bad = copy.deepcopy(good[0])
    text = bad["cells"][3]["outputs"][0]["text"]
    bad["cells"][3]["outputs"][0]["text"] = [text[0].replace("0.42", "0.43")]
    data = bad["cells"][4]["outputs"][0]["data"]
    data["text/plain"] = [data["text/plain"][0].replace("rises", "falls")]
    return rerun(bad, tmp_path_factory.mktemp("bad"))[2]


def test_a_changed_number_is_caught(said_of_faults):
    assert "0.43" in said_of_faults


def test_a_changed_alt_text_is_caught(said_of_faults):
    assert "falls" in said_of_faults


def test_stripped_outputs_are_caught(bad):
    for cell in checks.code_cells(bad):
        cell |= {"execution_count": None, "outputs": []}
    complaints = checks.outputs(bad)
    assert "code cell 1 was not executed in order." in complaints
    assert "code cell 4 stores 0 figures, not 1." in complaints


def test_a_garbage_picture_in_the_notebook_is_caught(good, bad, tmp_path):
    bad["cells"][4]["outputs"][0]["data"]["image/png"] = GARBAGE
    path = tmp_path / "02_line.ipynb"
    notebooks.write(bad, path)
    complaints = checks.pictures(path, good[1], good[1])
    assert complaints == [
        "02-line in the fresh run: not a picture.",
        "02-line in figures/: not a picture.",
    ]


def test_a_garbage_picture_in_the_figures_is_caught(good, tmp_path):
    path = tmp_path / "02_line.ipynb"
    notebooks.write(good[0], path)
    (tmp_path / "02-line.png").write_bytes(b"no picture at all")
    complaints = checks.pictures(path, good[1], tmp_path)
    assert complaints == ["02-line in figures/: not a picture."]


def test_one_changed_pixel_is_caught_where_the_same_software_drew_both(good):
    png = (good[1] / "02-line.png").read_bytes()
    image = checks.Image.open(checks.io.BytesIO(png))
    info = PngInfo()
    info.add_text("Software", image.text["Software"])
    image.putpixel((0, 0), (0, 0, 0, 255))
    buffer = checks.io.BytesIO()
    image.save(buffer, "png", pnginfo=info)
    assert checks.differs(png, buffer.getvalue()).startswith("other bytes")


@pytest.mark.parametrize(
    ("shift", "complaint"), [(1, ""), (80, "other pixels")], ids=["letters", "picture"]
)
def test_other_software_may_draw_letters_but_not_the_picture_differently(
    good, shift, complaint
):
    png = (good[1] / "02-line.png").read_bytes()
    image = checks.Image.open(checks.io.BytesIO(png)).convert("RGB")
    pixels = checks.np.asarray(image).astype(int)
    pixels[::2] -= shift
    other = checks.Image.fromarray(pixels.clip(0, 255).astype("uint8"))
    buffer = checks.io.BytesIO()
    other.save(buffer, "png")
    assert checks.differs(png, buffer.getvalue()).startswith(complaint)
    assert bool(checks.differs(png, buffer.getvalue())) == bool(complaint)


def test_a_figure_too_many_in_the_folder_is_caught(good, tmp_path):
    path = tmp_path / "02_line.ipynb"
    notebooks.write(good[0], path)
    for name in ("02-line.png", "02-stray.png"):
        (tmp_path / name).write_bytes((good[1] / "02-line.png").read_bytes())
    complaints = checks.pictures(path, good[1], tmp_path)
    assert complaints == ["figures/ and the notebook do not both have ['02-stray']."]


def test_a_missing_caption_is_caught(bad):
    shown = bad["cells"][4]["outputs"]
    assert len(shown) == 2
    del shown[1]
    said = "code cell 4 does not store figure 02-line and its caption."
    assert checks.outputs(bad) == [said]


def test_a_changed_caption_is_caught(bad, tmp_path):
    data = bad["cells"][4]["outputs"][1]["data"]
    data["text/html"][0] = data["text/html"][0].replace("line", "curve")
    assert "curve" in rerun(bad, tmp_path)[2]


TEXTS = {"02-line": {"caption": "A line.", "alt": ALT}}


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        ({}, "Figure 02-line has no texts."),
        (TEXTS | {"02-b": TEXTS["02-line"]}, "of figure 02-b are used by no cell."),
        ({"02-line": {"alt": ALT}}, "needs a caption and an alt, and no more."),
        ({"02-line": {"caption": "*A*", "alt": ALT}}, "is not plain text."),
    ],
)
def test_wrong_texts_are_caught(good, texts, complaint):
    cells = checks.code_cells(good[0])
    assert checks.figure_texts(TEXTS, cells) == []
    (said,) = checks.figure_texts(texts, cells)
    assert said.endswith(complaint)


def test_a_figure_drawn_twice_and_texts_out_of_order_are_caught():
    cells = [{"source": f'plots.figure(fig, "02-{name}")'} for name in "ba"]
    texts = {f"02-{name}": TEXTS["02-line"] for name in "ab"}
    (said,) = checks.figure_texts(texts, cells)
    assert said == "The file of texts is not in the order of the chapters."
    (said,) = checks.figure_texts(texts, [*cells, cells[0]])
    assert said == "Figure 02-b is drawn 2 times."


@pytest.mark.parametrize(
    ("alt", "missing"),
    [
        ("3 points, 0.429 of 7, 43 %, 1 in 1e-3", ["1", "1e-3"]),
        ("0.42 and 0.4 and 0.43, 42 %", ["0.42", "42"]),
        ("16,500 and −5 and -5 of two", ["16,500", "−5", "-5"]),
        ("p2 in 3-D, {k:.2f}, figure 4, Table 5, Ward (1963), six", []),
    ],
)
def test_a_number_without_a_ground_is_caught(bad, alt, missing):
    texts = {"02-line": {"caption": "", "alt": alt}}
    found = checks.unproved(bad, texts)
    assert found == [("02-line", number) for number in missing]
    # The ground must stand in the figure's own section.
    bad["cells"].insert(4, {"cell_type": "markdown", "source": "## Draw it, 3 times"})
    assert checks.unproved(bad, {"02-line": {"caption": "3.", "alt": ""}}) == [
        ("02-line", "3")
    ]


def test_a_whole_number_of_three_digits_may_be_rounded():
    known = {checks.value("-186.14"), checks.value("14.2")}
    assert checks.agrees("-186", False, known)
    assert not checks.agrees("-187", False, known)
    assert not checks.agrees("14", False, known)


def test_every_row_and_error_of_the_sources_has_its_chapter():
    planned = {"row": [], "error": [], "fig": []}
    for chapter in checks.SOURCES.values():
        for kind, numbers in chapter.items():
            planned[kind] += numbers
    assert sorted(planned["row"]) == list(range(1, 27))
    assert sorted(planned["error"]) == list(range(1, 49))
    assert sorted(planned["fig"]) == list(range(1, 22))


def test_a_written_notebook_is_what_jupyter_writes(bad, tmp_path):
    path = tmp_path / "02_line.ipynb"
    notebooks.write(bad, path)
    assert json.loads(path.read_text()) == bad
    assert path.read_text().startswith('{\n "cells": [\n')
    assert path.read_text().endswith("}\n")
