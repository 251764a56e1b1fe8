"""Reviews over faces that are ellipses: a case made on the spot, and a page without Jupyter that talks to the real widget."""

import base64
import json
from pathlib import Path

import widgets
from tests.review_cases import alerting, new_case, scan

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def make(folder, names=(EVIL, "Mara Lind", "O. Farrow"), count=4):
    """A case of alerts, each of another pass."""
    case = new_case(Path(folder), *names)
    scan(
        case,
        *(alerting(6.0 * k, k % len(names), seconds=4, score=0.8125 - 0.0625 * k) for k in range(count)),
        source="a",
    )
    return case


def review(folder, reviewer="A. Ng", **more):
    """The widget over the case in `folder`, which is made if it is not there."""
    import workbench as wb

    case = wb.open_case(folder) if (Path(folder) / "case.sqlite").exists() else make(folder)
    return widgets.AlertReview(case, reviewer=reviewer, **more)


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Review</title><link rel="icon" href="data:,"><style>:root{color-scheme:light dark}body{margin:0}
@media (prefers-color-scheme:dark){body{background:#12181f}}main{padding:12px}</style><style>STYLE</style></head>
<body><main id="here"></main><script type="module">SCRIPT
const heard = new Set();
const asText = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
window.told = {};
const model = {
  get: () => window.about, set: (name, value) => (window.told[name] = value), save_changes() {},
  on: (name, f) => heard.add(f), off: (name, f) => heard.delete(f),
  send: (message, _, buffers = []) => { if (window.cut === "closed") throw new Error("closed"); window.python(JSON.stringify(message), buffers.map(asText)); },
};
window.hear = (message, buffers) => heard.forEach((f) => f(message, buffers.map((text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer))));
window.about = ABOUT;
const here = document.getElementById("here");
let close = render({ model, el: here });
window.restart = () => (close(), (close = render({ model, el: here })));
</script></body></html>"""


class Bridge:
    """A page whose messages reach a widget in this process: `up` False is a dead kernel, `deaf` loses what it answers."""

    def __init__(self, page, widget, folder):
        self.page, self.widget, self.up, self.deaf = page, widget, True, False
        self.got, self._answers = [], []
        page.expose_function("python", self._heard)
        self.serve(widget)
        text = _PAGE.replace("STYLE", widget._css).replace("SCRIPT", widget._esm)
        file = Path(folder) / "review.html"
        file.write_text(text.replace("ABOUT", json.dumps(widget.about).replace("<", "\\u003c")), "utf-8")
        page.goto(file.as_uri())

    def serve(self, widget):
        """Answer from this widget from now on, as after a restart."""
        self.widget = widget
        widget.send = lambda message, buffers=(): self._answers.append((message, [bytes(each) for each in buffers]))

    def run(self, ms=300):
        """Let the page run, and hand it what Python has answered."""
        for _ in range(max(1, ms // 50)):
            self.page.wait_for_timeout(50)
            answers, self._answers = self._answers, []
            for message, buffers in [] if self.deaf else answers:
                texts = [base64.b64encode(each).decode() for each in buffers]
                self.page.evaluate(
                    "([message, buffers]) => window.hear(message, buffers)", [json.loads(json.dumps(message)), texts]
                )

    def until(self, selector, ms=15_000):
        """Run until there is such an element."""
        for _ in range(ms // 100):
            if self.page.locator(selector).count():
                return
            self.run(100)
        raise AssertionError(f"{selector} never came: {self.page.locator('.sl-widget').inner_text()}")

    def _heard(self, text, buffers):
        self.got.append(json.loads(text))
        if self.up:
            self.widget._heard(self.widget, json.loads(text), [base64.b64decode(each) for each in buffers])
