"""Exercises that ask "which of these are true?", in a notebook and on a page.

On a page the options are boxes to tick; `site/_static/choices.js` checks them, so that
no kernel is needed. Both ways say the same.

Not handled: formulas in an option; more than 26 options; a reader who looks for the
answer in the source of the page.
"""

import html
import re
from string import ascii_lowercase as LETTERS

from helpers.course.values import entries, what, word

QUESTION = "Which of these are true?"


def verdict(entry: dict, given) -> str:
    """Whether the right options are chosen; if not, a reason for each wrong one."""
    picked, last = chosen(given, entry), LETTERS[len(entry["options"]) - 1]
    if picked is None:
        wanted = f"Letters from a to {last} are wanted"
        return f"Not yet. {wanted}, but you gave {what(given)}."
    wrong = sorted(picked ^ set(entry["right"]))
    if not wrong:
        return "Right."
    said = [sentence(letter, entry) for letter in wrong]
    return "\n".join(["Not yet.", *(said if picked else ["Nothing is chosen."])])


def listed(entry: dict) -> dict[str, dict]:
    """The options by their letters, if the exercise has any."""
    return dict(zip(LETTERS, entry.get("options", []), strict=False))


def chosen(given, entry: dict) -> set[str] | None:
    """The letters that were chosen; None where something else was given.

    An option may be named by its letter, its number (from 1) or its text.

    >>> entry = {"options": [{"text": "One."}, {"text": "Two."}, {"text": "Three."}]}
    >>> sorted(chosen("a, C", entry)), sorted(chosen([1, 3], entry))
    (['a', 'c'], ['a', 'c'])
    """
    names, found = {}, set()
    for number, (letter, option) in enumerate(listed(entry).items(), 1):
        names |= {letter: letter, str(number): letter, word(option["text"]): letter}
    for each in entries(given):
        text = f"{each:g}" if isinstance(each, float) else word(str(each))
        parts = re.findall(r"\d+|[^\W\d]", re.sub(r"\band\b", " ", text))
        found |= {names.get(part) for part in ([text] if text in names else parts)}
    return None if None in found else found


def sentence(letter: str, entry: dict) -> str:
    """What is said of an option that was wrongly chosen or is missing."""
    judged = "is missing" if letter in entry["right"] else "is wrong"
    return f"{letter} {judged}: {listed(entry)[letter]['reason']}"


def as_html(entry: dict) -> str:
    """The exercise as a form that a page checks without a kernel."""
    boxes = []
    for letter, option in listed(entry).items():
        right = "data-right " if letter in entry["right"] else ""
        said = f'data-said="{html.escape(marked_up(sentence(letter, entry)))}"'
        box = f'<input type="checkbox" {right}{said}>'
        line = f"{letter}. {marked_up(option['text'])}"
        boxes.append(f"<div><label>{box} {line}</label></div>")
    question = marked_up(entry.get("question", QUESTION))
    # No line of it may be empty: Markdown ends raw HTML there.
    lines = ['<fieldset class="choice">', f"<legend>{question}</legend>", *boxes]
    lines += ['<button type="button">Check</button>']
    lines += ['<div role="status" aria-live="polite"></div>', "</fieldset>"]
    return "\n".join(lines)


def marked_up(text: str) -> str:
    """A line of text as HTML, with `code` in its own type."""
    line = html.escape(" ".join(text.split()))
    return re.sub("`(.+?)`", r"<code>\1</code>", line)
