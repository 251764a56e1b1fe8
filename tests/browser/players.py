"""Players over footage that nobody is in: a made-up case with clips of moving squares, and a page that talks to the real widget."""

import base64
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np

import widgets
from tests.footage_factory import make_clip
from tests.review_cases import HERE, alerting, new_case, scan
from workbench.casefile.clips import place_of, save_clip
from workbench.clips import Clip
from workbench.runs import Passage

FRAMES, RATE, START = 50, 10, 2.0


def video(folder, seed=0):
    """Five seconds of a square that moves 4 px a frame; its shade tells the frame."""
    frames = []
    for index in range(FRAMES):
        image = np.full((180, 320, 3), 60, np.uint8)
        image[60:120, 4 * index : 4 * index + 40] = (40 + 4 * index, 200 - 40 * seed, 90)
        frames.append(image)
    return make_clip(Path(folder) / f"clip{seed}.mp4", frames, rate=Fraction(RATE)).read_bytes()


def add_clip(case, track, content, *, says="", shown=True):
    """Keep a clip as `case.clip` would have made it."""
    with case.store.session() as session:
        place = place_of(session, track=track)
    left = 4.0 * np.arange(FRAMES)
    box = np.stack([left, np.full(FRAMES, 60.0), left + 40, np.full(FRAMES, 120.0)], axis=1).astype(np.float32)
    box[FRAMES // 2 :] = np.nan
    made = Clip(
        id=0,
        track=track,
        alert=place.alert,
        shown=shown and place.alert is not None,
        why="" if shown and place.alert is not None else "no alert was raised from this track",
        source="a.mp4",
        sha256=place.sha256,
        says=says,
        width=320,
        height=180,
        times=START + np.arange(FRAMES) / RATE,
        box=box if shown and place.alert is not None else np.full((FRAMES, 4), np.nan, np.float32),
        checks={"verdict": "passed", "packs": ["fake"]},
        made=datetime.now(UTC),
        by="test",
        video=content,
    )
    with case.store.change() as session:
        return save_clip(session, case.store.blobs, place, made)


def make(folder, says=""):
    """Two alerts, a near miss and a stranger; of each but the last there is a clip."""
    case = new_case(Path(folder) / "case", "Ada Quail", "Bob Wren")
    passes = [alerting(2.0, 0, seconds=3), alerting(12.0, 1, seconds=3), alerting(20.0, 0, near_miss=True, score=0.45)]
    scan(case, *passes, Passage(3.0, 7.0, 9, 40, HERE, HERE, HERE, 0.1), source="a")
    content = [video(folder, seed) for seed in range(2)]
    for track in (1, 2, 3):
        add_clip(case, track, content[track % 2], says=says)
    return case


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Player</title><link rel="icon" href="data:,"><style>:root{color-scheme:light dark}body{margin:0}
@media (prefers-color-scheme:dark){body{background:#12181f}}main{padding:12px}</style><style>STYLE</style></head>
<body><main id="here"></main><script>WITHOUT</script><script type="module">SCRIPT
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
const [heard, changes] = [new Set(), {}];
window.state = STATE;
window.state.tracks = Object.fromEntries(Object.entries(window.state.tracks).map(([name, text]) => [name, bytes(text)]));
const model = {
  get: (name) => window.state[name],
  set: (name, value) => (window.state[name] = value),
  save_changes: () => window.python(JSON.stringify({ kind: "state", at: window.state.at, track: window.state.track })),
  on: (name, f) => (name === "msg:custom" ? heard.add(f) : (changes[name] ??= new Set()).add(f)),
  off: (name, f) => (heard.delete(f), changes[name]?.delete(f)),
  send: (message) => window.python(JSON.stringify(message)),
};
window.hear = (message, buffers) => heard.forEach((f) => f(message, buffers.map(bytes)));
window.change = (name, value) => ((window.state[name] = value), changes[`change:${name}`]?.forEach((f) => f()));
window.stop = render({ model, el: document.getElementById("here") });
</script></body></html>"""


class Bridge:
    """A page whose messages reach a widget in this process: `up` False is a dead kernel."""

    def __init__(self, page, widget, folder, *, plays=True):
        self.page, self.widget, self.up = page, widget, True
        self.got, self._answers = [], []
        widget.send = lambda message, buffers=(): self._answers.append((message, [bytes(each) for each in buffers]))
        page.expose_function("python", self._heard)
        tracks = {name: base64.b64encode(value).decode() for name, value in widget.tracks.items()}
        state = {"about": widget.about, "tracks": tracks, "at": widget.at, "track": widget.track}
        text = _PAGE.replace("STYLE", widget._css).replace("SCRIPT", widget._esm)
        text = text.replace("WITHOUT", "" if plays else "HTMLMediaElement.prototype.canPlayType = () => '';")
        file = Path(folder) / "player.html"
        file.write_text(text.replace("STATE", json.dumps(state).replace("<", "\\u003c")), "utf-8")
        page.goto(file.as_uri())

    def run(self, ms=300):
        """Let the page run, and hand it what Python has answered."""
        for _ in range(max(1, ms // 50)):
            self.page.wait_for_timeout(50)
            answers, self._answers = self._answers, []
            for message, buffers in answers if self.up else []:
                texts = [base64.b64encode(each).decode() for each in buffers]
                self.page.evaluate("([message, buffers]) => window.hear(message, buffers)", [message, texts])

    def until(self, selector, ms=15_000):
        """Run until there is such an element."""
        for _ in range(ms // 100):
            if self.page.locator(selector).count():
                return
            self.run(100)
        raise AssertionError(f"{selector} never came: {self.page.locator('.sl-fp').inner_text()}")

    def _heard(self, text):
        message = json.loads(text)
        self.got.append(message)
        if not self.up:
            return
        if message["kind"] == "state":
            self.widget.at, self.widget.track = message["at"] or 0.0, message["track"]
        else:
            self.widget._heard(self.widget, message, [])


def player(case, **more):
    """The widget."""
    return widgets.FootagePlayer(case, **more)
