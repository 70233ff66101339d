"""Exercises that ask "which of these are true?", in a notebook and on a page.

On a page the options are boxes to tick; a short script in the page checks them, so that
no kernel is needed. Both ways say the same. Standard library only.

Not handled: formulas in an option; more than 26 options; a reader who looks for the
answer in the source of the page.
"""

import html
import json
import re
from string import ascii_lowercase as LETTERS

from helpers.course.values import entries, what, word

QUESTION = "Which of these are true?"
NOTHING = "Nothing is chosen."
# Each form finds itself by the place of its script, so that a page may hold several.
# There must be no empty line in it: Markdown ends raw HTML there.
FORM = """<fieldset class="choice">
<legend>{question}</legend>
{boxes}
<button type="button">Check</button>
<div role="status" aria-live="polite"></div>
<script>
{{
  const form = document.currentScript.parentElement;
  const options = {options};
  const nothing = {nothing};
  form.querySelector("button").addEventListener("click", () => {{
    const boxes = [...form.querySelectorAll("input")];
    const some = boxes.some((box) => box.checked);
    const none = !some && options.some((each) => each.right);
    const wrong = options.filter((each, i) => each.right != boxes[i].checked);
    const said = none ? [nothing] : wrong.map((each) => each.said);
    const lines = said.length ? ["Not yet.", ...said] : ["Right."];
    const status = form.querySelector("[role=status]");
    status.innerHTML = lines.map((line) => `<p>${{line}}</p>`).join("");
  }});
}}
</script>
</fieldset>"""


def verdict(entry: dict, given) -> str:
    """Whether the right options are chosen; if not, a reason for each wrong one."""
    picked, there = chosen(entries(given), entry), letters(entry)
    if picked is None:
        wanted = f"Letters from {there[0]} to {there[-1]} are wanted"
        return f"Not yet. {wanted}, but you gave {what(given)}."
    wrong = sentences(picked, entry)
    return "\n".join(["Not yet.", *wrong]) if wrong else "Right."


def letters(entry: dict) -> str:
    """The letters of the options: "abc" for three."""
    return LETTERS[: len(entry["options"])]


def right(entry: dict) -> set[str]:
    return chosen(entry["right"], entry)


def chosen(given: list, entry: dict) -> set[str] | None:
    """The letters that were chosen; None where something else was given.

    An option may be named by its letter, its number (from 1) or its text.

    >>> entry = {"options": [{"text": "One."}, {"text": "Two."}, {"text": "Three."}]}
    >>> sorted(chosen(["a, C"], entry)), sorted(chosen([1, 3], entry))
    (['a', 'c'], ['a', 'c'])
    >>> sorted(chosen(["ac"], entry)), sorted(chosen([" two"], entry))
    (['a', 'c'], ['b'])
    >>> chosen(["d"], entry), chosen([0], entry), chosen([True], entry)
    (None, None, None)
    """
    there = letters(entry)
    texts = [word(option["text"]) for option in entry["options"]]
    names = dict(zip(texts, there, strict=True)) | {each: each for each in there}
    names |= {str(number): letter for number, letter in enumerate(there, 1)}
    found = set()
    for each in given:
        each = int(each) if isinstance(each, float) and each.is_integer() else each
        text = word(each) if isinstance(each, str) else str(each)
        parts = [text] if text in names else re.split(r"\band\b|[^\w]+", text)
        if len(parts) == 1 and parts[0] and set(parts[0]) <= set(there):
            parts = list(parts[0])
        parts = [part for part in parts if part]
        if not set(parts) <= names.keys():
            return None
        found |= {names[part] for part in parts}
    return found


def sentences(chosen: set[str], entry: dict) -> list[str]:
    """A sentence for each option that was wrongly chosen or is missing."""
    good = right(entry)
    if good and not chosen:
        return [NOTHING]
    rows = zip(letters(entry), entry["options"], strict=True)
    wrong = [row for row in rows if row[0] in good ^ chosen]
    return [sentence(letter, option, good) for letter, option in wrong]


def sentence(letter: str, option: dict, good: set[str]) -> str:
    judged = "is missing" if letter in good else "is wrong"
    return f"{letter} {judged}: {option['reason']}"


def as_html(entry: dict) -> str:
    """The exercise as a form that a page checks without a kernel."""
    boxes, options, good = [], [], right(entry)
    for letter, option in zip(letters(entry), entry["options"], strict=True):
        box = f'<input type="checkbox"> {letter}. {marked_up(option["text"])}'
        boxes.append(f"<div><label>{box}</label></div>")
        said = marked_up(sentence(letter, option, good))
        options.append({"right": letter in good, "said": said})
    # Nothing in the options can end the script: what is said is escaped.
    question = marked_up(entry.get("question", QUESTION))
    return FORM.format(
        question=question,
        boxes="\n".join(boxes),
        options=json.dumps(options),
        nothing=json.dumps(NOTHING),
    )


def marked_up(text: str) -> str:
    """A line of text as HTML, with `code` in its own type."""
    line = html.escape(" ".join(text.split()))
    return re.sub("`(.+?)`", r"<code>\1</code>", line)
