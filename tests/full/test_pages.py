"""The pages as their readers meet them: links, alt texts, two colour schemes, a phone.

The pages are those of the chapters, and the one on a table of your own, if it is there.
The first half reads the files, the second looks at them in a headless Chromium.
"""

import base64
import os
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from helpers.course import notebooks
from tests.full.chromium import CHROMIUM, DESK, Browser

HTML = Path(os.environ.get("HELPERS_PAGES", notebooks.ROOT / "build" / "html"))
OWN = HTML.parent / "own" / "own_data.html"
PAGES = sorted(HTML.glob("*.html")) + [OWN] * OWN.exists()
CHAPTERS = [HTML / f"{path.stem}.html" for path in notebooks.chapters()]
PHONE = 390  # pixels
PAPER = 720  # pixels between the margins of a sheet
SMALLEST = 9  # pixels of a letter of 10 points in a picture, on a phone
ENOUGH = 4.5  # contrast of text, WCAG 2.2, 1.4.3
# What reaches beyond the screen, unless it stands in a box of its own that scrolls.
TOO_WIDE = """[...document.querySelectorAll(':is(article, main) *')].filter((each) => {
  if (each.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = each; !box.matches('article, main'); box = box.parentElement)
    if (getComputedStyle(box).overflowX != 'visible') return false;
  return true;
}).map((each) => each.outerHTML.slice(0, 80))"""

# Pictures with steps: what they say, once all are there.
STEPS = """new Promise((ready) => {
  const all = [...document.querySelectorAll('div.steps')];
  const said = () => all.map((each) => each.querySelector('output').value);
  const wait = () =>
    all.every((each) => each.children.length) ? ready(said()) : setTimeout(wait, 50);
  wait();
})"""
FOLDS = "document.querySelectorAll('details').forEach((each) => each.open = "
OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"

pytestmark = pytest.mark.skipif(
    not PAGES, reason="There are no pages; make them: python3 -m helpers report"
)
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
in_chromium = pytest.mark.skipif(
    CHROMIUM is None or os.name != "posix", reason="No Chromium was found here."
)


class Tags(HTMLParser):
    """The opening tags of a page, and the text of its title."""

    def __init__(self, path):
        super().__init__()
        self.tags, self.title, self.in_title = [], "", False
        self.feed(path.read_text(encoding="utf-8"))
        self.ids = [values["id"] for _, values in self.tags if "id" in values]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.in_title = tag == "title" and not self.title

    def handle_data(self, data):
        self.title += data if self.in_title else ""
        self.in_title = False

    def values(self, tag, name):
        return [
            values[name] for each, values in self.tags if each == tag and name in values
        ]


@pytest.fixture(scope="module")
def tags():
    return {path: Tags(path) for path in PAGES}


@each_page
def test_every_link_inside_the_pages_leads_somewhere(path, tags):
    for link in tags[path].values("a", "href"):
        parts = urlsplit(link)
        target = path.parent / unquote(parts.path) if parts.path else path
        assert parts.scheme in ("https", "mailto") or target.is_file(), link
        if not parts.scheme and parts.fragment and target in tags:
            assert unquote(parts.fragment) in tags[target].ids, link


@each_page
def test_a_page_asks_for_nothing_outside_its_folder(path, tags):
    asked = tags[path].values("link", "href")
    for tag in ("script", "img", "iframe", "source", "video", "object"):
        asked += tags[path].values(tag, "src") + tags[path].values(tag, "data")
    for link in asked:
        parts = urlsplit(link)
        if parts.scheme != "data":
            assert parts.scheme + parts.netloc == "", link
            assert (path.parent / unquote(parts.path)).exists(), link


def test_no_style_asks_for_anything_outside_the_folder():
    sheets = list(HTML.glob("_static/**/*.css"))
    assert sheets
    for sheet in sheets:
        for link in re.findall(r"url\(['\"]?([^'\")]+)", sheet.read_text("utf-8")):
            assert re.match(r"data:|#", link) or (sheet.parent / link).exists(), link


@each_page
def test_every_picture_has_words_for_those_who_do_not_see_it(path, tags):
    pictures = [values for tag, values in tags[path].tags if tag == "img"]
    assert [p["src"] for p in pictures if len(p.get("alt", "")) < 40] == []


@each_page
def test_title_ids_headings_and_landmark_are_in_order(path, tags):
    page = tags[path]
    assert len(page.title) > 10
    assert page.values("html", "lang") == ["en"]
    assert sorted(page.ids) == sorted(set(page.ids))
    assert "main" in [tag for tag, _ in page.tags] + page.values("article", "role")
    first = page.values("a", "href")[:2]
    assert any(link[0] == "#" and link[1:] in page.ids for link in first)
    if path.stem == "search":
        return  # its headings are written when one searches
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    steps = [b - a for a, b in zip(levels, levels[1:], strict=False)]
    assert max(steps, default=0) <= 1


@each_chapter
def test_a_chapter_offers_its_notebook(path, tags):
    links = [link for link in tags[path].values("a", "href") if "_downloads/" in link]
    cells = notebooks.read(path.parent / links[0])["cells"]
    assert [unquote(Path(link).stem) for link in links] == [path.stem]
    assert len(cells) > 10
    assert [cell["outputs"] for cell in cells if cell.get("outputs")] == []


@each_chapter
def test_figures_are_numbered_and_lead_to_the_full_picture(path):
    text = path.read_text(encoding="utf-8")
    figures = re.findall("<figure.*?</figure>", text, flags=re.DOTALL)
    chapter = notebooks.short(path.stem)
    for number, figure in enumerate(figures, 1):
        assert f'<span class="caption-text">Figure {chapter}-{number}. ' in figure
        link, shown = re.findall(r'(?:href|src)="([^"#]+)"', figure)
        assert link == shown
    if path.stem != "readiness_check":  # only questions stand there
        assert figures


@each_chapter
def test_what_is_folded_says_what_it_is(path):
    text = path.read_text(encoding="utf-8")
    said = re.findall('<p class="collapsed admonition-title">(.*?)</p>', text)
    tags = [cell["metadata"].get("tags", []) for cell in cells_of(path)]
    assert said.count("Solution") == sum("solution" in each for each in tags)
    assert said.count("Show the output") == sum("hide-output" in each for each in tags)
    assert set(said) <= {"Solution", "Show the output", "Show the code"}
    assert "Toggle hidden content" not in text


def cells_of(path):
    """The cells of the notebook that a page is made from."""
    return notebooks.read(notebooks.NOTEBOOKS / f"{path.stem}.ipynb")["cells"]


def test_the_names_in_the_code_of_a_chapter_lead_to_their_docstrings(tags):
    linked = set()
    for path in CHAPTERS:
        links = map(urlsplit, tags[path].values("a", "href"))
        linked |= {link.fragment for link in links if link.path == "names.html"}
    assert {"helpers.kmeans.KMeans", "helpers.course.check"} < linked
    assert len(linked) > 15


# --- in a browser -------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="module", params=PAGES, ids=lambda path: path.stem)
def page(browser, request):
    browser.open(request.param)
    return browser


FAINT = """
(() => {
  const dot = document.createElement("canvas").getContext("2d");
  const known = {};
  const paint = (colour) => known[colour] ??= (() => {
    dot.clearRect(0, 0, 1, 1); dot.fillStyle = colour; dot.fillRect(0, 0, 1, 1);
    return [...dot.getImageData(0, 0, 1, 1).data];
  })();
  const over = ([r, g, b, a], under) =>
    [r, g, b].map((part, i) => (part * a + under[i] * (255 - a)) / 255);
  const ground = (node) => !node ? [255, 255, 255] :
    over(paint(getComputedStyle(node).backgroundColor), ground(node.parentElement));
  const light = (rgb) => rgb.map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
  document.querySelectorAll("details").forEach((each) => each.open = true);
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint = [];
  let count = 0;
  while (words.nextNode()) {
    const text = words.currentNode.data.trim(), node = words.currentNode.parentElement;
    const seen = {opacityProperty: true, visibilityProperty: true};
    if (!text || !node.checkVisibility(seen)) continue;
    if (node.closest("svg, mjx-container")) continue;
    const under = ground(node), style = getComputedStyle(node);
    const pair = [light(over(paint(style.color), under)), light(under)];
    const ratio = Math.max(...pair) / Math.min(...pair);
    count += 1;
    if (ratio < ENOUGH)
      faint.push([ratio.toFixed(2), text.slice(0, 40), style.color, node.className]);
  }
  return count > 20 ? faint : [["only", count, "words are seen"]];
})()
""".replace("ENOUGH", str(ENOUGH))


@in_chromium
def test_nothing_is_asked_of_a_network_and_nothing_fails(page):
    asked = [sent["request"]["url"] for sent in page.heard("Network.requestWillBeSent")]
    assert len(asked) > 3
    assert [url for url in asked if not re.match("file:|data:|blob:", url)] == []
    assert page.heard("Network.loadingFailed") == []
    logged = [e["entry"] for e in page.heard("Log.entryAdded")]
    assert [entry["text"] for entry in logged if entry["level"] == "error"] == []
    assert page.heard("Runtime.exceptionThrown") == []
    calls = page.heard("Runtime.consoleAPICalled")
    assert [call["args"] for call in calls if call["type"] in ("error", "assert")] == []


@in_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_code_stand_out_from_their_ground(page, scheme):
    page.look(scheme, DESK)
    assert page.js(FAINT) == []


@in_chromium
def test_a_phone_needs_no_scrolling_sideways(page):
    page.look("light", PHONE)
    page.js(FOLDS + "true)")
    assert page.js("document.documentElement.scrollWidth") == PHONE
    assert page.js(TOO_WIDE) == []


@in_chromium
def test_the_keyboard_reaches_the_folded_cells_and_opens_them(page):
    page.look("light", DESK)
    if not page.js("document.querySelector('main details, [role=main] details')"):
        pytest.skip("Nothing is folded on this page.")
    page.js(FOLDS + "false)")
    for _ in range(1000):
        page.press("Tab", 9)
        if page.js("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.js(OUTLINE) != "none"
    page.press("Enter", 13)
    assert page.js("document.activeElement.parentElement.open") is True


@in_chromium
def test_pictures_with_steps_step_by_keyboard(page):
    page.look("light", DESK)
    before = page.js(STEPS)
    assert all(said.startswith("Step 1 of ") for said in before)
    for number in range(len(before)):
        forward = f"document.querySelectorAll('div.steps')[{number}].children[3]"
        page.js(f"{forward}.focus()")
        page.press("Enter", 13)
    assert all(said.startswith("Step 2 of ") for said in page.js(STEPS))


PICTURES = """[...document.querySelectorAll('figure img:not([hidden]), canvas')].map(
  (each) => each.getBoundingClientRect().width / (each.naturalWidth || each.width))"""


@in_chromium
def test_the_letters_of_a_picture_can_be_read_on_a_phone(page):
    page.look("light", PHONE)
    page.js("Promise.all([...document.images].map((each) => each.decode()))")
    page.js(STEPS)
    # A picture has 200 pixels for an inch, of which 72 points are one.
    assert [s for s in page.js(PICTURES) if 10 / 72 * 200 * s < SMALLEST] == []


@in_chromium
def test_the_code_of_a_cell_is_copied(page):
    page.look("light", DESK)
    cells = "[...document.querySelectorAll('div.cell_input')]"
    if not page.js(f"{cells}.length"):
        pytest.skip("There is no code on this page.")
    page.js(FOLDS + "true)")
    button = f"{cells}[0].querySelector('button.copybtn')"
    page.js("document.oncopy = (event) => { window.copied = event.target.value; }")
    page.js(f"{button}.focus()")
    page.press("Enter", 13)
    code = f"{cells}[0].querySelector('pre').textContent"
    assert page.js("window.copied").strip() == page.js(code).strip()
    assert page.js("document.querySelectorAll('div.cell_output .copybtn').length") == 0


CHOOSE = """[...document.querySelectorAll('fieldset.choice')].map((form) => {
  const [button, status] = form.querySelectorAll('button, [role=status]');
  const boxes = [...form.querySelectorAll('input')];
  const said = () => { button.click(); return status.innerText; };
  boxes.forEach((box) => box.checked = 'right' in box.dataset);
  const right = said();
  boxes[0].click();
  return [right, said(), boxes[0].dataset.said];
})"""


@in_chromium
def test_a_choice_is_judged_without_a_kernel(page):
    page.look("light", DESK)
    for right, wrong, reason in page.js(CHOOSE):
        assert right == "Right."
        assert wrong.startswith("Not yet.")
        plain = unescape(re.sub("<.*?>", "", reason))
        assert plain in wrong or "Nothing is chosen." in wrong


SEEN = "[...document.querySelectorAll(%r)].filter((each) => each.checkVisibility())"


@in_chromium
def test_on_paper_stands_what_is_open_and_nothing_to_press(page):
    page.look("light", PAPER, media="print")
    page.js(STEPS)
    page.js(FOLDS + "false)")
    controls = ".skip-to-content, button, canvas, div.steps, details"
    assert page.js(SEEN % controls + ".map((each) => each.outerHTML)") == []
    assert page.js("document.documentElement.scrollWidth") == PAPER
    assert page.js(TOO_WIDE) == []
    page.js(FOLDS + "true)")
    folds = page.js("document.querySelectorAll('details').length")
    assert page.js(SEEN % "details" + ".length") == folds
    figures = page.js("document.querySelectorAll('figure').length")
    assert page.js(SEEN % "figure img" + ".length") == figures
    printed = base64.b64decode(page.ask("Page.printToPDF")["data"])
    assert printed.startswith(b"%PDF")


@in_chromium
@pytest.mark.skipif(not OWN.exists(), reason="There is no page on own data.")
def test_the_keyboard_reaches_the_wide_tables_and_the_links(browser):
    browser.open(OWN)
    browser.look("light", PHONE)
    tables = "[...document.querySelectorAll('.output_html')]"
    wide = browser.js(f"{tables}.filter((t) => t.scrollWidth > t.clientWidth).length")
    links = browser.js("document.querySelectorAll('a[href^=https]').length")
    reached = []
    for _ in range(wide + links):
        browser.press("Tab", 9)
        reached.append(browser.js("document.activeElement.outerHTML.slice(0, 90)"))
        assert browser.js(OUTLINE) != "none"
    assert wide > 0
    assert links > 0
    assert sum("output_html" in each for each in reached) == wide
    assert sum(each.startswith('<a href="https') for each in reached) == links


@in_chromium
def test_the_search_finds_a_word(browser):
    browser.open(HTML / "search.html", "?q=silhouette")
    wait = "new Promise((done) => setTimeout(done, 100))"
    found = "document.querySelectorAll('ul.search li a').length"
    assert any(browser.js(f"{wait}.then(() => {found})") > 2 for _ in range(50))
