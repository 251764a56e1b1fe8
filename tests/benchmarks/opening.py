"""How long apps and lessons take to open: from asking for the address to the moment when everything on the page can be read and used.

    python -m tests.benchmarks.opening [apps|lessons] [--rounds 3] [--pictures FOLDER]

A real Chromium that has seen nothing yet asks `workbench serve`, on this machine, which both share: once with no kernel ready (cold), once
with one kept ready for each app (preheated, the server's default).
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import workbench as wb
from tests.benchmarks.viewers import processes
from tests.browser.driving import ROOT, Watched, chromium, free_port
from tests.review_cases import alerting, new_case, say, scan
from tests.test_serving import running
from widgets.serving.server import PAUSE
from workbench.evaluation import Trials

READY = "() => { const all = [...document.querySelectorAll('.sl-ls')]; return all.length && all.every((one) => 'ready' in one.dataset); }"
COLD, PREHEATED = 8.0, 3.0  # seconds asked for
QUIET = 1.0  # seconds in which kernels that are ready do nothing


@dataclass(frozen=True)
class Page:
    """One page.

    at : below /voila/render/
    ready : a selector, or a function of the page
    """

    name: str
    at: str
    ready: str


RESULTS = [
    Page("result", "result.ipynb?bundle=north-gate", ".sl-te[data-threshold]"),
    Page("overview", "overview.ipynb", ".rows"),
]
DESK = [Page("review desk", "desk.ipynb", '.sl-ar[data-state="blind"]')]
LESSONS = [
    Page(f"lesson {file.stem[0]}" if file.stem[0].isdigit() else file.stem, file.name, READY)
    for file in sorted((ROOT / "notebooks" / "lessons").glob("*.ipynb"))
    if file.stem != "instructor"
]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", nargs="?", choices=("apps", "lessons"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=Path, help="take a picture of each page as it is when it counts as open")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        os.environ["SECOND_LOOK_KEYS"] = str(Path(folder) / "keys")
        os.environ["SECOND_LOOK_ANSWERS"] = str(Path(folder) / "answers")
        print(
            f"{'page':<14}{'cold':>8}{'preheated':>12}    seconds, medians of {options.rounds}; asked: {COLD:g} and {PREHEATED:g}"
        )
        for command, pages in _servers(Path(folder), options.which):
            cold = _measured(browser, Path(folder), [*command, "--preheated", 0], pages, options)
            warm = _measured(browser, Path(folder), [*command, "--preheated", 1], pages, options)
            for page, first, second in zip(pages, cold, warm, strict=True):
                missed = "" if first < COLD and second < PREHEATED else "   missed"
                print(f"{page.name:<14}{first:>8.1f}{second:>12.1f}{missed}", flush=True)


def _servers(folder: Path, which: str | None) -> Iterator[tuple[list[object], list[Page]]]:
    """What is served, and its pages."""
    if which != "lessons":
        case = _case(folder)
        yield [folder / "published"], RESULTS
        yield [case, "--desk", "A. Ng"], DESK
    if which != "apps":
        yield [ROOT / "notebooks" / "lessons"], LESSONS


def _case(folder: Path) -> Path:
    """Twelve alerts, half of them judged by two people; published six times, with an evaluation of 20,000 passes."""
    case = new_case(folder / "case", "Ada", "Bob", "Cid")
    alerts = scan(case, *(alerting(6.0 * k, k % 3, score=0.9 - 0.02 * k) for k in range(12)))
    for alert in alerts[:6]:
        for reviewer in ("B. Ott", "C. Day"):
            say(case, alert, reviewer, "same")
    rng = np.random.default_rng(3)
    trials = Trials.of(rng.normal(0.7, 0.1, 5_000), rng.normal(0.2, 0.1, 15_000), watchlist=3, pack="fake")
    wb.publish(case, folder / "published" / "north-gate", trials=trials, faces=True, names=True)
    for number in range(5):
        wb.publish(case, folder / "published" / f"place-{number}")
    return case.folder


def _measured(
    browser: Any, folder: Path, command: list[object], pages: list[Page], options: argparse.Namespace
) -> list[float]:
    """Seconds for each page, the median of the rounds."""
    token, port = secrets.token_urlsafe(24), free_port()
    everything = ["widgets.serving", *command, "--port", port, "--kernels", 40]
    with running(everything, port, folder / "log", SECOND_LOOK_TOKEN=token) as address:
        kind = "preheated" if command[-1] else "cold"
        return [
            statistics.median(
                _opened(browser, address, token, port, page, options.pictures, kind) for _ in range(options.rounds)
            )
            for page in pages
        ]


def _opened(browser: Any, address: str, token: str, port: int, page: Page, pictures: Path | None, kind: str) -> float:
    _settled(port)
    with _fresh(browser, address, token) as tab:
        began = time.monotonic()
        tab.goto(f"{address}/voila/render/{page.at}", timeout=120_000)
        if page.ready.startswith("("):
            tab.wait_for_function(page.ready, timeout=120_000)
        else:
            tab.wait_for_selector(page.ready, timeout=120_000)
        seconds = time.monotonic() - began
        print(f"{page.name}, {kind}: {seconds:.1f} s", file=sys.stderr, flush=True)
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
            tab.screenshot(path=pictures / f"{page.name.replace(' ', '-')}-{kind}.png")
    return seconds


@contextmanager
def _fresh(browser: Any, address: str, token: str) -> Iterator[Any]:
    """A browser with nothing but the cookie of who is signed in."""
    watched = Watched(browser)
    try:
        watched.context.request.get(f"{address}/?token={token}", max_redirects=0)
        yield watched.page
    finally:
        watched.close()


def _settled(port: int) -> None:
    """Wait until the server and its kernels do nothing: those that are to be kept ready are, also in place of one that was used."""
    time.sleep(PAUSE)
    before, until = -1.0, time.monotonic() + 120
    while time.monotonic() < until:
        now = sum(_worked(process) for process in processes(port))
        if now - before < 0.05 * QUIET:
            return
        before = now
        time.sleep(QUIET)


def _worked(process: Path) -> float:
    """Seconds of processor time that a process has used."""
    try:
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
