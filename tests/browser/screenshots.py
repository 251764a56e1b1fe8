"""The README's pictures, taken from the cast in the system's Chromium: `make screenshots`, or python -m tests.browser.screenshots NAME...

A further screen is one more entry in SCREENS: its name, the cells that show it, and the element to be pictured.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tests.browser.driving import ROOT, Jupyter, Watched, chromium
from tests.footage_factory import repeat
from workbench import cast
from workbench.demo import run_demo
from workbench.progress import Bar

IMAGES = ROOT / "docs" / "img"
SAID = "Generated people: nobody in this picture exists."
ROOM = 1_500_000  # bytes that all pictures may take
WAIT = 300_000  # ms for the cells of a screen
NEARER = 15_000  # ms after the first alert of the street
FAILED = "[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']"
CASE = """import widgets, workbench as wb
case = wb.open_case("street")
run = case.run()
"""
TRIALS = """import shutil
from pathlib import Path
for name, pictures in wb.cast.shipped().portraits.items():
    Path("labelled", name).mkdir(parents=True, exist_ok=True)
    [shutil.copy(picture, Path("labelled", name)) for picture in pictures]
trials = wb.evaluate("labelled", pack="dlib", seed=7, enrolled=8)
"""
LIVE = """from datetime import UTC, datetime, timedelta
case.approve(case.watchlist.version, by="Insp. Lee (invented)", reason="exercise")
case.record_operating_point(trials.curve().at(fpir=0.05), name="live", reason="exercise", by="A. Ng")
live = case.watch(
    "street=street.mp4", point="live", every=0.4, closer=1.0, by="A. Ng",
    authorised_until=datetime.now(UTC) + timedelta(hours=1),
)
widgets.LiveBoard(live, officer="A. Ng")
"""
PUBLISHED = """from widgets import apps, result_page
for number, alert in enumerate(run.alerts):
    verdict, nose = ("same", "agree") if number < 2 else ("different", "differ")
    for reviewer in ("A. Ng", "B. Ott"):
        case.decide(alert, verdict=verdict, reviewer=reviewer, features={"nose": nose}, confidence="limited", reason="by the nose")
bundle = wb.publish(case, "published/street", reason="weekly report", faces=True)
"""


@dataclass(frozen=True)
class Screen:
    """One picture.

    cells : Python that shows it in a notebook beside the demo's case; or the name of a page of the demo, or of one of our notebooks
    element : what is pictured, a CSS selector
    shown : what must be there first, a CSS selector; then `steps` are taken
    width, height : px of the window; height also cuts what is pictured
    schemes : light, dark
    """

    name: str
    cells: str
    element: str
    shown: str = ""
    steps: Callable[[Any], None] = lambda page: None
    width: int = 1180
    height: int = 900
    schemes: tuple[str, ...] = ("light",)

    def file(self, scheme: str) -> Path:
        """Where the picture is kept."""
        return IMAGES / f"{self.name}{'-dark' if scheme == 'dark' else ''}.webp"


def _judge(page: Any) -> None:
    """A few features by letter, and a verdict; nothing is saved."""
    page.locator(".sl-ar").focus()
    for key in ("f", "n", "m", "b", "b", "1", "5"):
        page.keyboard.press(key)
    page.wait_for_timeout(600)


def _answer(page: Any) -> None:
    """An alert, half answered; by then the street has come to where everybody's face is large enough to be found, and blurred."""
    page.wait_for_selector(".sl-lb-alerts button[data-state='new']", timeout=WAIT)
    page.wait_for_selector(".sl-lb-work:not([hidden])", timeout=WAIT)
    page.wait_for_timeout(NEARER)
    page.locator(".sl-lb").focus()
    for key in ("1", "n", "m"):
        page.keyboard.press(key)
    page.wait_for_timeout(600)


def _to_crowd(page: Any) -> None:
    """From where the lesson counts people."""
    page.evaluate("() => document.querySelectorAll('.sl-ls').forEach((one) => one.closest('.jp-Cell').remove())")
    page.wait_for_timeout(300)


EXPLORER = 'widgets.ThresholdExplorer(trials, alerts=run, threshold=round(trials.curve().at(fpir=0.05).threshold, 3), inputs={"passers_per_hour": 2000, "base_rate": 0.001}, title="Threshold")'  # fmt: skip
SCREENS = (
    Screen("demo", "index.html", "body", height=1440),
    Screen("explorer", CASE + TRIALS + EXPLORER, ".sl-te", ".sl-te[data-threshold]", height=840),
    Screen("review", CASE + 'widgets.AlertReview(case, reviewer="A. Ng")', ".sl-ar", '.sl-ar[data-state="blind"]', _judge, height=840),
    Screen("comparison", CASE + 'widgets.ComparisonBoard(case, run.alerts[0], reviewer="A. Ng")', ".sl-cb", ".sl-cb[data-ready]", height=840),
    Screen("alerts", CASE + "run.alerts", ".sl", ".sl .pair img"),
    Screen("watchlist", CASE + "case.watchlist", ".sl", ".sl img"),
    Screen("result", CASE + PUBLISHED + "bundle", ".sl", ".sl img", height=1000),
    Screen("overview", CASE + PUBLISHED + 'apps.filtered(apps.overview_of("published"))', "#rendered_cells", ".rows", height=900),
    Screen("lesson", "lessons/1_seventy_per_cent.ipynb", "#rendered_cells", ".sl-ls[data-ready]", _to_crowd, height=900),
    Screen("live", CASE + TRIALS + LIVE, ".sl-lb", ".sl-lb[data-ready]", _answer, height=1080),
)  # fmt: skip


def take(screens: list[Screen], folder: Path) -> Iterator[tuple[Path, list[str]]]:
    """Make the demo in `folder`, and every picture; yields each file, and what the page complained about: then it is not written."""
    with closing(Jupyter(folder / "jupyter")) as jupyter, chromium() as browser:
        run_demo(jupyter.notebooks / "demo", progress=Bar())
        repeat(cast.shipped().clips["easy"], jupyter.notebooks / "demo" / "street.mp4", times=30, length=10)
        for screen in screens:
            for scheme in screen.schemes:
                watched = Watched(
                    browser, viewport={"width": screen.width, "height": screen.height}, color_scheme=scheme
                )
                with closing(watched):
                    picture = _pictured(watched.page, screen, _address(jupyter, screen, scheme))
                complaints, file = [*watched.errors, *watched.outside], screen.file(scheme)
                if not complaints:
                    _stamped(picture, scheme).save(file, "WEBP", quality=82, method=6)
                yield file, complaints


def _address(jupyter: Jupyter, screen: Screen, scheme: str) -> str:
    if screen.cells.endswith(".html"):
        return (jupyter.notebooks / "demo" / screen.cells).as_uri()
    if screen.cells.endswith(".ipynb"):
        shutil.copy(ROOT / "notebooks" / screen.cells, jupyter.notebooks / "demo" / f"{screen.name}.ipynb")
    else:
        jupyter.notebook(f"demo/{screen.name}", screen.cells)
    theme = f"&theme={scheme}"  # Voila asks for it like this; what the browser prefers does not count
    return f"http://127.0.0.1:{jupyter.port}/voila/render/demo/{screen.name}.ipynb?token={jupyter.token}{theme}"


def _pictured(page: Any, screen: Screen, address: str) -> Image.Image:
    """The element, from its top to the window's height."""
    page.goto(address, timeout=WAIT)
    page.wait_for_selector(f"{screen.shown or screen.element}, {FAILED}", timeout=WAIT)
    if (failed := page.locator(FAILED)).count():
        raise RuntimeError(f"the cells of {screen.name} failed: {failed.first.inner_text()[-500:]}")
    page.wait_for_timeout(1500)
    screen.steps(page)
    whole = page.locator(screen.element).first.screenshot(animations="disabled")
    picture = Image.open(io.BytesIO(whole)).convert("RGB")
    return picture.crop((0, 0, picture.width, min(picture.height, screen.height)))


def _stamped(picture: Image.Image, scheme: str) -> Image.Image:
    """The picture with a strip below it that says whom it shows."""
    ground, ink = ("#12181f", "#a9b6c3") if scheme == "dark" else ("#ffffff", "#55626f")
    out = Image.new("RGB", (picture.width, picture.height + 30), ground)
    out.paste(picture)
    ImageDraw.Draw(out).text((12, picture.height + 7), SAID, fill=ink, font=ImageFont.load_default(14))
    return out


def main() -> None:
    """All screens, or those that are named."""
    wanted = [screen for screen in SCREENS if not sys.argv[1:] or screen.name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SECOND_LOOK_KEYS"] = str(Path(folder, "keys"))
        taken = list(take(wanted, Path(folder)))
    for file, complaints in taken:
        size = "not written" if complaints else f"{file.stat().st_size // 1000} kB"
        print("\n  ".join([f"{file.relative_to(ROOT)}  {size}", *complaints]))
    sys.exit(any(complaints for _, complaints in taken))


if __name__ == "__main__":
    main()
