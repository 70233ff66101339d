"""What a teacher wants in hand: the answers to all exercises, and all figures.

The answers are those of the folded solutions as they were stored, beside what
`exercises.toml` knows of each exercise; the figures are those in figures/.
"""

import csv
import re
import shutil
import tempfile
import textwrap
from pathlib import Path

from helpers.course import choices, exercises, notebooks, pages
from helpers.course.minutes import asked
from helpers.course.notebooks import FIGURES, PAGES, ROOT

OUTPUT = ROOT / "build" / "teaching"
# Where a question begins, if more stands in its cell.
BEGINS = re.compile(r"\*\*(?:Exercise|Question|Your turn|Write it)\b")
PAGE = (13.333, 7.5)  # inches, as wide screens


def main() -> int:
    """Write the answers and the figures, a page each, into build/teaching."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    n = write_figures(OUTPUT / "figures.pdf")
    print(f"Figures: {OUTPUT / 'figures.pdf'}, {n} pages")
    return write_answers(OUTPUT / "answers")


def write_answers(folder: Path) -> int:
    """A page of all exercises with what is right and typically wrong; 0, or 1."""
    parts = ["# The answers to all exercises"]
    for chapter in notebooks.chapters():
        parts += sheet(notebooks.read(chapter)["cells"], notebooks.short(chapter.stem))
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "answers")
        shutil.copytree(PAGES / "_static", source / "_static")
        shutil.copy(PAGES / "conf.py", source)
        (source / "index.md").write_text("\n\n".join(parts), encoding="utf-8")
        problem = pages.build(source, folder)
    print(problem or f"Answers: {folder / 'index.html'}")
    return 1 if problem else 0


def sheet(cells: list[dict], chapter: str) -> list[str]:
    """The exercises of a chapter: question, answer and mistakes, solution."""
    found, question, title = [], "", "".join(cells[0]["source"]).split("\n")[0]
    for cell in cells:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            begin = BEGINS.search(source)
            question = source[begin.start() :] if begin else source
        for name in asked(cell):
            entry = exercises.exercises()[name]
            found += [f"### {name} ({entry['minutes']} min)", question]
            found += answers(entry)
        if "solution" in cell["metadata"].get("tags", []):
            printed = "".join("".join(out.get("text", "")) for out in cell["outputs"])
            found.append(f"```python\n{source}\n```\n```text\n{printed}```")
    heading = "#" + notebooks.numbered(title, chapter)
    return [heading, *found] if found else []


def answers(entry: dict) -> list[str]:
    """What is right, and what is typically wrong with what the check says of it."""
    kind, lines = entry.get("kind"), []
    if kind == "choice":
        for letter, option in choices.listed(entry).items():
            judged = "true" if letter in entry["right"] else "not true"
            said = f"{option['text']} *{option['reason']}*"
            lines.append(f"- **{letter}, {judged}.** {said}")
        return ["\n".join(lines)]
    for mistake in entry.get("mistakes", []):
        lines.append(f"- `{mistake['answer']}` *Hint:* {mistake['hint']}")
    rest = [f"*Hint to any other answer:* {entry['hint']}"]
    if kind != "function":
        right = [entry["answer"], *entry.get("accept", [])]
        rest.insert(0, f"**Right:** {' or '.join(map(str, right))}")
    return [*rest, "**Typically wrong:**\n\n" + "\n".join(lines)]


def write_figures(path: Path) -> int:
    """A PDF with a page for each figure, its name and its caption; how many pages."""
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.image import imread

    with (FIGURES / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with PdfPages(path, metadata={"Title": "Lost galaxies: the figures"}) as pdf:
        for row in rows:
            page = Figure(figsize=PAGE)
            ax = page.add_axes((0.03, 0.14, 0.94, 0.83))
            ax.imshow(imread(FIGURES / row["file"]), interpolation="none")
            ax.axis("off")
            caption = textwrap.fill(row["caption"], 100)
            page.text(0.5, 0.11, caption, ha="center", va="top", fontsize=16)
            page.text(0.97, 0.01, row["file"].removesuffix(".png"), ha="right")
            pdf.savefig(page)
    return len(rows)
