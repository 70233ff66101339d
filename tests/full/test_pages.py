"""The pages as their readers meet them: links, alt texts, two colour schemes, a phone.

The first half reads the files. The second drives a headless Chromium through its pipe,
in the Chrome DevTools Protocol: messages of JSON, each ended by a zero byte.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from helpers import report

HTML = Path(os.environ.get("HELPERS_PAGES", report.ROOT / "build" / "html"))
PAGES = sorted(HTML.glob("*.html"))
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "google-chrome"])), None)
PHONE, DESK = 375, 1280
ENOUGH = 4.5  # contrast of text, WCAG 2.2, 1.4.3
# What reaches beyond the screen, unless it stands in a box of its own that scrolls.
TOO_WIDE = """[...document.querySelectorAll('article, article *')].filter((each) => {
  if (each.getBoundingClientRect().right <= innerWidth + 1) return false;
  for (let box = each; box && box.tagName != 'ARTICLE'; box = box.parentElement)
    if (getComputedStyle(box).overflowX != 'visible') return false;
  return true;
}).map((each) => each.outerHTML.slice(0, 80))"""

pytestmark = pytest.mark.skipif(
    not PAGES, reason="There are no pages; make them: python3 -m helpers report"
)
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
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
        if parts.scheme:
            assert parts.scheme in ("https", "mailto"), link
            continue
        target = (path.parent / unquote(parts.path)) if parts.path else path
        assert target.is_file(), link
        if parts.fragment and target in tags:
            assert unquote(parts.fragment) in tags[target].ids, link


@each_page
def test_a_page_asks_for_nothing_outside_its_folder(path, tags):
    asked = [tags[path].values("link", "href")]
    for tag in ("script", "img", "iframe", "source", "video", "object"):
        asked += [tags[path].values(tag, "src"), tags[path].values(tag, "data")]
    for link in sum(asked, []):
        parts = urlsplit(link)
        assert parts.scheme in ("", "data"), link
        assert not parts.netloc, link
        if parts.path and not parts.scheme:
            assert (path.parent / unquote(parts.path)).is_file(), link


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
    assert any(link in page.ids for link in skip_links(page))
    if path.stem == "search":
        return  # its headings are written when one searches
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[:1] == [1]
    assert levels.count(1) == 1
    steps = [b - a for a, b in zip(levels, levels[1:], strict=False)]
    assert max(steps, default=0) <= 1


def skip_links(page):
    """Where the first links of the page lead inside it."""
    return [link[1:] for link in page.values("a", "href")[:2] if link.startswith("#")]


# --- in a browser -------------------------------------------------------------------


class Browser:
    """A headless Chromium, asked over a pipe."""

    def __init__(self, profile):
        ours, theirs = os.pipe(), os.pipe()
        flags = "--headless --remote-debugging-pipe --no-first-run --hide-scrollbars"
        flags += f" --user-data-dir={profile} --no-sandbox"
        # Chromium reads its orders from file 3, and answers in file 4.
        swap = f"import os; os.dup2({ours[0]}, 3); os.dup2({theirs[1]}, 4)"
        swap += f"; os.execv({CHROMIUM!r}, {[CHROMIUM, *flags.split()]})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", swap],
            pass_fds=[ours[0], theirs[1]],
            stderr=subprocess.DEVNULL,
        )
        os.close(ours[0]), os.close(theirs[1])
        self.out, self.into = os.fdopen(ours[1], "wb", 0), os.fdopen(theirs[0], "rb")
        self.number, self.session, self.events = 0, None, []

    def receive(self):
        text = bytearray()
        while (byte := self.into.read(1)) != b"\0":
            assert byte, "Chromium has ended"
            text += byte
        return json.loads(text)

    def ask(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.out.write(json.dumps(message).encode() + b"\0")
        while (answer := self.receive()).get("id") != self.number:
            self.events.append(answer)
        assert "error" not in answer, answer
        return answer["result"]

    def js(self, expression):
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        answer = self.ask("Runtime.evaluate", **asked)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def open(self, path, query=""):
        """Load a page in a tab of its own; wait until its formulas are set."""
        self.session, self.events = None, []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        attach = self.ask("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attach["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")
        self.look("light", DESK)
        self.ask("Page.navigate", url=path.as_uri() + query)
        while not self.heard("Page.loadEventFired"):
            self.events.append(self.receive())
        self.js("window.MathJax?.startup?.promise.then(() => null)")

    def heard(self, method):
        return [e["params"] for e in self.events if e.get("method") == method]

    def look(self, scheme, width):
        media = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", features=media)
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def press(self, key, code):
        text = {"text": "\r"} if key == "Enter" else {}
        key = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **key, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **key)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.session = None
    browser.ask("Browser.close")
    browser.process.wait(20)
    browser.out.close()
    browser.into.close()


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
    page.js("document.querySelectorAll('details').forEach((each) => each.open = true)")
    assert page.js("document.documentElement.scrollWidth") == PHONE
    assert page.js(TOO_WIDE) == []


@in_chromium
def test_the_keyboard_reaches_the_folded_cells_and_opens_them(page):
    page.look("light", DESK)
    folded = page.js(
        "document.querySelectorAll('main details, [role=main] details').length"
    )
    if not folded:
        pytest.skip("Nothing is folded on this page.")
    page.js("document.querySelectorAll('details').forEach((each) => each.open = false)")
    for _ in range(1000):
        page.press("Tab", 9)
        if page.js("document.activeElement.tagName") == "SUMMARY":
            break
    assert page.js("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.press("Enter", 13)
    assert page.js("document.activeElement.parentElement.open") is True


@in_chromium
def test_the_search_finds_a_word(browser):
    browser.open(HTML / "search.html", "?q=silhouette")
    wait = "new Promise((done) => setTimeout(done, 100))"
    found = "document.querySelectorAll('ul.search li a').length"
    assert any(browser.js(f"{wait}.then(() => {found})") > 2 for _ in range(50))
