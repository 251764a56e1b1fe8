"""The comparison in a real browser, with the real widget behind it: by keyboard, with a dead kernel, at any width, light and dark."""

import hashlib
import io
import json

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

import widgets
import workbench as wb
from tests.browser.reviews import EVIL, Bridge, make
from tests.review_cases import say

BARE = "() => [...document.querySelectorAll('.sl-cb, .sl-cb *')].filter((n) => n.tabIndex >= 0 && !n.dataset.lmSuppressShortcuts).map((n) => n.outerHTML.slice(0, 90))"
PIXELS = """([side, x, y]) => {
  const canvas = document.querySelector(`.sl-cb-${side} canvas`);
  return [...canvas.getContext("2d").getImageData(Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1).data];
}"""


@pytest.fixture
def desk(watched, tmp_path):
    """Opens a comparison of the first alert; `judged` by this person before, or not."""

    def go(*, judged=False, **options):
        case = make(tmp_path / "case")
        if judged:
            say(case, 1, "A. Ng", "same")
        board = widgets.ComparisonBoard(case, 1, reviewer="A. Ng")
        bridge = Bridge(watched(**options).page, board, tmp_path)
        bridge.until(".sl-cb[data-ready]")
        bridge.page.locator(".sl-cb").focus()
        return bridge

    return go


def press(bridge, *keys):
    for key in keys:
        bridge.page.keyboard.press(key)


def settings(bridge):
    """What Python knows of the screen."""
    bridge.run(450)
    return bridge.page.evaluate("() => window.told.settings")


def test_by_keyboard_alone_pictures_are_set_measured_and_kept(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    press(bridge, "d", "d", "f", "R", "+", "ArrowLeft", "g", "e")  # d d does nothing; the eyes are to be set by hand
    expect(page.locator(".sl-cb-asks")).to_contain_text("click the eye on the left of the picture, in one picture")
    press(bridge, "ArrowLeft", "Enter", *["Shift+ArrowRight"] * 3, "Enter")
    press(bridge, "m", "Enter", *["Shift+ArrowDown"] * 2, "Enter", "Escape")
    expect(page.locator(".sl-cb-measures li")).to_contain_text("px of the original frame")
    told = settings(bridge)
    assert (told["probe"]["picture"], told["reference"]["picture"], told["grid"], told["zoom"]) == (1, 1, True, 1.25)
    assert told["x"] == pytest.approx(0.05) and len(told["probe"]["eyes"]) == 2 and len(told["measures"]) == 1
    press(bridge, "k")
    bridge.until(".sl-cb-kept li")
    (kept,) = wb.open_case(tmp_path / "case").comparisons()
    assert kept.settings.to_dict()["measures"][0]["side"] == "probe" and kept.settings.zoom == 1.25
    expect(page.locator(".sl-cb-good")).to_contain_text("kept as comparison 1")


def test_the_focus_stays_inside_when_two_frames_become_one_and_two_again(desk):
    bridge = desk()
    inside = "() => document.activeElement.className"
    press(bridge, "m")
    assert bridge.page.evaluate(inside) == "sl-cb-frame"
    press(bridge, "2")
    assert bridge.page.evaluate(inside) == "sl-cb-frame"
    press(bridge, "1")
    assert bridge.page.evaluate(inside) == "sl-cb-frame"


def test_before_the_first_decision_no_name_is_on_the_page_and_afterwards_its_text_is_text(desk):
    blind = desk()
    words = json.dumps(blind.widget.about) + blind.page.locator("#here").inner_html()
    assert "onerror" not in words and "a.mp4" not in words and "0.8" not in blind.page.locator("#here").inner_text()


def test_a_name_that_would_act_is_text(desk):
    bridge = desk(judged=True)
    expect(bridge.page.locator(".sl-cb-title")).to_have_text(f"Alert 1: is this {EVIL}?")
    assert bridge.page.locator(".sl-cb script, .sl-cb img[src='x']").count() == 0


def test_both_pictures_move_as_one_and_light_changes_only_where_it_was_set(desk):
    bridge = desk()
    page = bridge.page
    before = {side: page.evaluate(PIXELS, [side, 0.5, 0.5]) for side in ("probe", "reference")}
    page.locator(".sl-cb-probe input[type=range]").first.focus()
    press(bridge, *["ArrowLeft"] * 20)
    after = {side: page.evaluate(PIXELS, [side, 0.5, 0.5]) for side in ("probe", "reference")}
    assert after["probe"] != before["probe"] and after["reference"] == before["reference"]
    assert settings(bridge)["probe"]["tone"]["brightness"] == -0.1
    box = page.locator(".sl-cb-reference .sl-cb-frame").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.wheel(0, -400)  # not chosen: the page scrolls
    assert settings(bridge)["zoom"] == 1
    box = page.locator(".sl-cb-reference .sl-cb-frame").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 80, steps=4)
    page.mouse.up()
    moved = settings(bridge)
    assert (moved["x"], moved["y"]) == pytest.approx((100 / box["width"], 30 / box["width"]), abs=0.01)
    page.mouse.wheel(0, -400)
    zoomed = settings(bridge)
    at = 150 / box["width"]
    still = (at - 0.5 - moved["x"]) / 1 - (at - 0.5 - zoomed["x"]) / zoomed["zoom"]
    assert zoomed["zoom"] > 1.5 and still == pytest.approx(0, abs=0.01)  # what lay under the pointer lies there still


def test_the_page_draws_what_python_draws(desk, tmp_path):
    bridge = desk()
    told = {"mode": "overlay", "mix": 0.25, "align": False, "probe": {"tone": {"gamma": 2.0}}}
    png, _ = wb.open_case(tmp_path / "case").comparison_sheet(1, told, by="A. Ng")
    sheet = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)
    page = bridge.page
    page.locator(".sl-cb-probe input[type=range]").last.evaluate(
        "(n) => { n.value = 150; n.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    press(bridge, "2", *["["] * 5)
    bridge.run(200)
    top = 24 + 27 + 8 + 22 + 640 + 16 + 22
    for x, y in ((0.5, 0.5), (0.3, 0.42), (0.5, 0.9), (0.02, 0.02), (0.62, 0.42)):
        theirs = page.evaluate(PIXELS, ["both", x, y])[:3]
        ours = sheet[top + round(640 * y), 24 + round(640 * x)]
        assert np.abs(ours - theirs).max() <= 12, (x, y, ours, theirs)


def test_the_kernel_is_dead_and_a_file_can_be_had_while_keeping_says_not_saved(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    bridge.up = False
    for _ in range(30):
        bridge.run(500)
        if page.locator(".sl-cb-banner", has_text="Python does not answer").count():
            break
    with page.expect_download(timeout=15_000) as waiting:
        press(bridge, "s")
    name = waiting.value.suggested_filename
    size = Image.open(io.BytesIO(waiting.value.path().read_bytes())).size
    assert name == "comparison-alert-1-not-in-the-log.png" and size[0] == 2 * 640 + 16 + 48 and size[1] > 760
    expect(page.locator(".sl-cb-banner")).to_contain_text("not in the log")
    press(bridge, "k")
    bridge.run(4_600)
    expect(page.locator(".sl-cb-banner")).to_contain_text("NOT SAVED: 1 comparison. Python does not answer")
    assert wb.open_case(tmp_path / "case").comparisons() == ()
    bridge.up = True
    bridge.serve(widgets.ComparisonBoard(wb.open_case(tmp_path / "case"), 1, reviewer="A. Ng"))
    page.evaluate("() => window.restart()")  # the cell is run again on the same page
    bridge.until(".sl-cb-kept li")
    assert len(wb.open_case(tmp_path / "case").comparisons()) == 1
    page.locator(".sl-cb").focus()
    with page.expect_download(timeout=15_000) as waiting:
        press(bridge, "s")
        bridge.run(2_000)
    content = waiting.value.path().read_bytes()
    entry = next(e for e in wb.open_case(tmp_path / "case").log if e.action == "comparison exported")
    assert hashlib.sha256(content).hexdigest() == entry.about["sha256"]


def test_flicker_stands_still_where_less_motion_is_asked_for_and_swaps_by_hand(desk):
    bridge = desk(reduced_motion="reduce")
    press(bridge, "3")
    caption = bridge.page.locator(".sl-cb-both figcaption")
    expect(caption).to_have_text("Footage")
    bridge.run(1_500)
    expect(caption).to_have_text("Footage")
    press(bridge, "Space")
    expect(caption).to_have_text("Reference")


def test_flicker_turns_by_itself_otherwise_and_never_faster_than_three_times_a_second(desk):
    bridge = desk()
    press(bridge, "3", *["]"] * 20)
    assert settings(bridge)["rate"] == 3
    caption = bridge.page.locator(".sl-cb-both figcaption")
    seen = set()
    for _ in range(20):
        bridge.run(50)
        seen.add(caption.inner_text())
    assert seen == {"Footage", "Reference"}


SLIDERS = """() => [...document.querySelectorAll('.sl-cb input[type=range]')].filter((each) => each.clientWidth).map((each) => {
  const box = each.getBoundingClientRect();
  return [each.labels[0].querySelector('[aria-live], output') === null, each.ariaValueText ?? each.value, Math.min(box.width, box.height) >= 24];
})"""  # of each slider: whether nothing beside it is said aloud as well, what it says, whether it is large enough to be hit


def test_sliders_are_large_enough_to_be_hit_and_say_their_value_once(desk):
    bridge = desk(viewport={"width": 320, "height": 900})
    press(bridge, "2", "]")
    bridge.run(200)
    mix, *tones = bridge.page.evaluate(SLIDERS)
    assert mix == [True, "55% reference", True]
    assert tones == [[True, "0.00", True], [True, "1.00", True], [True, "1.00", True]] * 2
    press(bridge, "3")
    assert bridge.page.evaluate(SLIDERS)[0] == [True, "1", True]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_at_any_width(desk, axe, scheme, width):
    bridge = desk(judged=True, color_scheme=scheme, viewport={"width": width, "height": 900})
    press(bridge, "m", "Enter", "Shift+ArrowDown", "Enter", "?")
    assert bridge.page.evaluate(BARE) == []
    for mode in ("1", "2", "3"):
        press(bridge, mode)
        bridge.page.evaluate(axe)
        found = bridge.page.evaluate("() => axe.run('.sl-cb')")["violations"]
        bad = [
            {"id": each["id"], "nodes": [node["html"][:160] for node in each["nodes"][:3]]}
            for each in found
            if each["impact"] in ("serious", "critical", "moderate")
        ]
        assert bad == [], json.dumps(bad, indent=1)
    assert bridge.page.evaluate("() => document.documentElement.scrollWidth") <= width
