"""A headless Chromium that loads pages, runs scripts in them and presses keys.

It is driven through its pipe, in the Chrome DevTools Protocol: messages of JSON, each
ended by a zero byte.
"""

import json
import os
import shutil
import subprocess
import sys

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "google-chrome"])), None)
DESK = 1280
"""Width of a window on a desk, in pixels."""


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

    def look(self, scheme, width, media=""):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)
        size = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def press(self, key, code):
        text = {"text": "\r"} if key == "Enter" else {}
        key = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **key, **text)
        self.ask("Input.dispatchKeyEvent", type="keyUp", **key)

    def close(self):
        self.session = None
        self.ask("Browser.close")
        self.process.wait(20)
        self.out.close()
        self.into.close()
