"""The player in a real browser: frame by frame, by keyboard, without a kernel, without H.264, and in JupyterLab's command mode."""

import threading
import time

import pytest
from playwright.sync_api import expect

from tests.browser.driving import serious
from tests.browser.players import Bridge, make, player

READY = '.sl-clip[data-state="ready"]'
OPEN = """import widgets, workbench as wb
view = widgets.FootagePlayer(wb.open_case({folder!r}), alert=1)
view"""
SHADE = """() => {
  const video = document.querySelector('.sl-clip video');
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [320, 180];
  const pen = canvas.getContext('2d');
  pen.drawImage(video, 0, 0);
  const row = pen.getImageData(0, 90, 320, 1).data;
  let [left, right] = [-1, -1];
  for (let x = 0; x < 320; x++) if (row[4 * x + 1] > 110) { if (left < 0) left = x; right = x; }
  return [left, right];
}"""  # where the square is in the picture that is shown

WATCH_WORDS = """() => {
  const words = document.querySelector('.sl-clip-words');
  window.said = [words.textContent];
  window.aloud = [];
  new MutationObserver(() => window.said.push(words.textContent)).observe(words, { childList: true, subtree: true });
  new MutationObserver(() => window.aloud.push(words.querySelector('[role=status]').textContent)).observe(words.querySelector('[role=status]'), { childList: true });
}"""


@pytest.fixture
def opened(watched, tmp_path):
    def go(folder=None, plays=True, page_options=None, **more):
        case = make(tmp_path, says="<script>alert(1)</script>")
        return Bridge(watched(**(page_options or {})).page, player(case, **more), tmp_path, plays=plays)

    return go


def press(bridge, *keys, ms=200):
    for key in keys:
        bridge.page.keyboard.press(key)
        bridge.run(ms)


def test_the_picture_the_box_and_the_number_of_the_frame_are_in_step(opened):
    bridge = opened(alert=1)
    bridge.until(READY)
    bridge.run(400)
    page, place = bridge.page, bridge.page.locator(".sl-clip-place")
    page.locator(".sl-fp").focus()
    for frame in (1, 2, 3):
        press(bridge, ".")
        expect(place).to_contain_text(f"frame {frame + 1} of 50 · {2 + frame / 10:.3f} s")
        left, right = page.evaluate(SHADE)
        assert abs(left - 4 * frame) <= 2 and abs(right - (4 * frame + 39)) <= 2
    press(bridge, ",", "ArrowRight")
    expect(place).to_contain_text("frame 13 of 50")
    bridge.run(400)
    assert bridge.widget.at == pytest.approx(3.2) and bridge.widget.track == 1
    expect(page.locator(".sl-clip-said")).to_contain_text("<script>alert(1)</script>")
    press(bridge, "End", " ", ms=300)  # plays from the start again
    expect(page.locator(".sl-clip-button", has_text="Pause")).to_be_visible()
    bridge.run(900)
    press(bridge, " ")
    frame = int(page.locator(".sl-clip").get_attribute("data-frame"))
    assert 3 <= frame < 45 and abs(page.evaluate(SHADE)[0] - 4 * frame) <= 6


def test_tracks_are_chosen_by_keyboard_and_what_is_loaded_plays_without_a_kernel(opened):
    bridge = opened()
    page = bridge.page
    line = page.locator(".sl-fp-line")
    line.focus()
    press(bridge, "Home", "Enter")
    bridge.until(READY)
    expect(line).to_have_attribute("aria-valuetext", "alert 1, 0:02.0 to 0:05.0; 1 of 2; open")
    page.locator(".sl-fp").focus()
    press(bridge, "n")
    bridge.until(f'.sl-fp[data-track="2"] {READY}')
    bridge.up = False
    press(bridge, "p")  # was loaded before
    assert page.locator(f'.sl-fp[data-track="1"] {READY}').count() == 1
    press(bridge, ".", ".")
    expect(page.locator(".sl-clip-place")).to_contain_text("frame 3 of 50")
    press(bridge, "n", "n")  # the near miss was not
    bridge.run(6500)
    expect(page.locator(".sl-clip-words")).to_contain_text("Python does not answer")
    bridge.up = True
    bridge.run(6500)
    bridge.until(f'.sl-fp[data-track="3"] {READY}')
    page.evaluate("() => window.change('track', 2)")
    bridge.until(f'.sl-fp[data-track="2"] {READY}')
    expect(page.locator(".sl-clip-place")).to_contain_text("frame 1 of 50")
    bridge.run(1500)  # the clip has come to its start
    page.evaluate("() => window.change('at', 2.4)")
    expect(page.locator(".sl-clip-place")).to_contain_text("frame 5 of 50", timeout=15_000)


def test_a_long_run_is_entered_by_alert_by_time_and_by_a_window_of_the_timeline(opened):
    bridge = opened()
    page = bridge.page
    line, seen, place = (
        page.locator(".sl-fp-line"),
        page.locator(".sl-fp-seen"),
        page.get_by_role("textbox", name="alert or time"),
    )
    line.focus()
    press(bridge, "End", "ArrowRight")
    expect(line).to_have_attribute("aria-valuetext", "alert 2, 0:12.0 to 0:15.0; 2 of 2")
    page.get_by_label("step through").select_option("all tracks")
    line.focus()
    press(bridge, "ArrowRight")
    expect(line).to_have_attribute("aria-valuetext", "near miss 3, 0:20.0 to 0:24.0; 4 of 4")
    whole = seen.inner_text()
    press(bridge, "+")
    expect(seen).not_to_have_text(whole)
    press(bridge, "0")
    expect(seen).to_have_text(whole)
    place.fill("0:08")
    place.press("Enter")
    expect(line).to_be_focused()
    expect(line).to_have_attribute("aria-valuetext", "alert 2, 0:12.0 to 0:15.0; 3 of 4")
    for typed, words in (
        ("9", "There is no alert 9 in this run."),
        ("now", "Give an alert's number"),
        ("9:00:00", "ends at"),
    ):
        place.fill(typed)
        page.get_by_role("button", name="go to this alert or time").click()
        expect(page.locator(".sl-fp-answer")).to_contain_text(words)
    place.fill("1")
    place.press("Enter")
    bridge.until(f'.sl-fp[data-track="1"] {READY}')


def test_a_clip_that_is_long_in_the_making_is_not_a_python_that_is_silent(opened, monkeypatch):
    done = threading.Event()
    monkeypatch.setattr("workbench.case.Case.clip", lambda *_, **__: done.wait(30) and None)
    bridge = opened(alert=1)
    bridge.page.evaluate(WATCH_WORDS)
    bridge.run(9000)
    said = bridge.page.evaluate("() => window.said")
    assert sum(message["kind"] == "clip" for message in bridge.got) == 2
    assert said and not any("does not answer" in words for words in said)
    expect(bridge.page.locator(".sl-clip-words")).to_have_text("The clip is made: getting ready, 0 %")
    done.set()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_serious_at_any_width(opened, axe, width, scheme):
    bridge = opened(alert=1, page_options={"color_scheme": scheme, "viewport": {"width": width, "height": 900}})
    bridge.until(READY)
    bridge.page.evaluate(axe)
    assert serious(bridge.page, ".sl-fp") == []
    assert bridge.page.evaluate("() => document.documentElement.scrollWidth") == width


def test_how_far_a_clip_is_can_be_read_and_is_not_said_at_every_per_cent(opened, monkeypatch):
    def slow(*_, progress, **__):
        progress.start("the clip: looking for faces", 10, "frame")
        for done in range(10):
            progress.at(done)
            time.sleep(0.3)

    monkeypatch.setattr("workbench.case.Case.clip", slow)
    bridge = opened(alert=1)
    bridge.page.evaluate(WATCH_WORDS)
    bridge.until(".sl-clip-words:has-text('36 %')")
    aloud = bridge.page.evaluate("() => window.aloud")
    assert not any("%" in words for words in aloud) and len(aloud) <= 2
    assert bridge.page.get_by_role("progressbar").get_attribute("value") == "36"


def test_without_footage_or_without_h264_the_page_says_so(opened):
    bridge = opened(track=4)
    bridge.until('.sl-clip[data-state="failed"]')
    expect(bridge.page.locator(".sl-clip-words")).to_contain_text(
        "No clip: no clip without the footage: 'a.mp4' is missing"
    )


def test_a_browser_that_cannot_play_it_shows_pictures(opened):
    bridge = opened(
        alert=1, plays=False, page_options={"color_scheme": "dark", "viewport": {"width": 400, "height": 800}}
    )
    bridge.until('.sl-clip[data-state="stills"] img:not([hidden])')
    expect(bridge.page.locator(".sl-clip-said")).to_contain_text("cannot play H.264 video: 16 of 50 frames")
    bridge.page.locator(".sl-fp").focus()
    press(bridge, ".", ".")
    expect(bridge.page.locator(".sl-clip-place")).to_contain_text("frame 8 of 50")
    assert bridge.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_lab_keys_of_the_player_leave_the_cells_alone(jupyter, watched, tmp_path):
    case = make(tmp_path)
    jupyter.notebook("player", OPEN.format(folder=str(case.folder)), "print('done')")
    page = watched().page
    jupyter.open_lab(page, "player", wait=READY)
    page.locator(".jp-OutputArea-output pre", has_text="done").wait_for()
    for place in (".sl-fp", ".sl-fp-line", ".sl-clip-scrub", ".sl-clip select", ".sl-clip-button"):
        page.locator(place).first.focus()
        for key in ("d", "d", "x", "a", "b", "Shift+m"):
            page.keyboard.press(key)
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length") == 2
    page.locator(".sl-fp").focus()
    page.keyboard.press("Home")
    page.keyboard.press(".")
    expect(page.locator(".sl-clip-place")).to_contain_text("frame 2 of 50")
