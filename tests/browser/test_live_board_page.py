"""The live board in a real browser: an alert arrives, is answered by keyboard, is NOT SAVED until it is; what is not live says so."""

import time

import pytest
from playwright.sync_api import expect

import widgets
from tests.browser.driving import inside, serious
from tests.browser.reviews import Bridge
from tests.fakes import Seen
from tests.live_cases import begin, clip_of, ready_case, use
from workbench.casefile.case import Policy


@pytest.fixture
def desk(watched, tmp_path, monkeypatch, request):
    """A board over a deployment of 16 seconds, in which somebody who is listed comes after four, and another one after nine."""
    comes = ((0, 100, 350), (1, 230, 380))
    use(
        monkeypatch,
        lambda index: [Seen(who, 40 + 70 * who, 40 + 20 * who) for who, at, end in comes if at <= index < end],
    )
    case = ready_case(
        tmp_path / "case", "<script>alert(1)</script>", "Mara Lind", policy=getattr(request, "param", None)
    )
    with begin(case, clip_of(tmp_path, 400)) as live:
        bridge = Bridge(watched().page, widgets.LiveBoard(live, officer="A. Ng"), tmp_path)
        bridge.live = live
        yield bridge


def answer(desk):
    """The open alert, by keyboard, until the answer is on disk."""
    desk.page.locator(".sl-lb").focus()
    for key in ("1", "a", "n", "5", "Enter"):
        desk.page.keyboard.press(key)
    desk.until(".sl-ar-after:not([hidden]) .sl-ar-good")


@pytest.mark.parametrize("desk", [Policy(reviewers=2)], indirect=True, ids=["two reviewers"])
def test_an_outcome_that_is_being_written_stays_until_it_is_reported_or_left(desk):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    answer(desk)
    page.get_by_label("another person").check()
    page.get_by_label("Note", exact=True).fill("tall, spoke Dutch")
    desk.until(".sl-lb-alerts button[data-state='new']")  # the other one
    first = page.locator(".sl-lb-alerts button[aria-current='true']")
    expect(first).to_contain_text("same person")
    (alert,) = {each.alert for each in desk.live.case.decisions()}
    agreed = {"verdict": "same", "features": {"nose": "agree"}, "confidence": "limited", "reason": "the nose"}
    desk.live.case.decide(alert, reviewer="B. Ott", **agreed)
    desk.until(".sl-ar-state:has-text('settled')")
    expect(page.get_by_label("another person")).to_be_checked()
    expect(page.get_by_label("Note", exact=True)).to_have_value("tall, spoke Dutch")
    page.locator(".sl-lb").focus()
    page.keyboard.press("Enter")  # on to the one that waits
    desk.until(".sl-lb[data-state='blind']")
    page.locator(".sl-lb-alerts button[data-state='answered']").click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("tall, spoke Dutch")


def test_an_alert_is_answered_by_keyboard_and_its_outcome_reported(desk):
    page = desk.page
    desk.until(".sl-lb-alerts button[data-state='new']")
    desk.until(".sl-lb-work:not([hidden])")
    assert "Mara" not in page.locator(".sl-lb").inner_text() and "script" not in page.locator(".sl-lb").inner_text()
    desk.up = False  # Python hears nothing any more
    page.locator(".sl-lb").focus()
    for key in ("1", "a", "n", "5", "Enter"):
        page.keyboard.press(key)
    desk.run(500)
    expect(page.locator(".sl-ar-banner")).to_contain_text("NOT SAVED yet")
    assert desk.live.case.decisions() == ()
    desk.up = True
    desk.until(".sl-ar-after:not([hidden]) .sl-ar-good")
    (decision,) = desk.live.case.decisions()
    assert (decision.verdict, decision.look) == ("same", "blind")
    assert (
        decision.features == {"ears": "agree", "nose": "agree"} and decision.reason == "on the spot: ears, nose agree"
    )
    expect(page.locator(".sl-ar-say b").first).to_have_text("<script>alert(1)</script>")
    desk.until(
        ".sl-lb-alerts button[data-state='new']"
    )  # the other one, who takes nobody away from an outcome that is due
    desk.run(300)
    expect(page.locator(".sl-ar-after")).to_be_visible()
    page.get_by_label("spoken to").check()
    page.get_by_label("another person").check()
    page.get_by_role("button", name="Report the outcome").click()
    desk.until("text=✓ reported")
    assert desk.live.case.outcomes()[0].identity == "another person"


def test_the_focus_stays_on_the_board_when_what_had_it_goes(desk):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    answer(desk)
    page.get_by_role("button", name="Change my mind").press("Enter")
    desk.until(".sl-lb[data-state='blind']")
    assert inside(page, ".sl-lb")
    page.keyboard.press("Escape")
    desk.until(".sl-lb[data-state='after']")
    page.get_by_label("no action").check()
    page.get_by_role("button", name="Report the outcome").press("Enter")
    assert inside(page, ".sl-lb")
    desk.until("text=✓ reported")
    assert inside(page, ".sl-lb")


def test_axe_finds_nothing_serious_before_and_after_the_answer_at_any_width(desk, axe):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    page.evaluate(axe)
    for width, scheme in ((1280, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        desk.run(300)
        assert serious(page, ".sl-lb") == []
        assert page.evaluate("() => document.documentElement.scrollWidth") == width
    answer(desk)
    assert serious(page, ".sl-lb") == []


def test_a_page_that_is_served_names_no_cell_that_could_be_run(desk):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    page.evaluate("() => (document.querySelector('main').id = 'rendered_cells')")  # as in Voila
    desk.up = False
    page.locator(".sl-lb").focus()
    for key in ("1", "a", "n", "5", "Enter"):
        page.keyboard.press(key)
    desk.run(5_000)
    banner = page.locator(".sl-ar-banner")
    expect(banner).to_contain_text("NOT SAVED: 1 answer. Python does not answer")
    expect(banner).to_contain_text("if that goes on, load this page again: then answer once more")


def test_a_second_answer_that_is_not_given_after_all_leaves_the_first(desk):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    answer(desk)
    for key in ("Escape", "c"):
        page.locator(".sl-lb").focus()
        page.keyboard.press("c")
        desk.until(".sl-lb[data-state='blind']")
        expect(page.locator(".sl-lb")).to_contain_text(
            "A second answer, beside the first one; c or Esc keeps the first"
        )
        page.keyboard.press(key)
        desk.until(".sl-lb[data-state='after']")
    assert len(desk.live.case.decisions()) == 1


def test_who_is_slow_can_end_a_deployment_too_and_who_goes_elsewhere_does_not(desk):
    page = desk.page
    desk.until(".sl-lb[data-ready]")
    end, sure = (page.get_by_role("button", name=name) for name in ("End the deployment", "Really end it? Press again"))
    end.press("Enter")
    expect(page.locator(".sl-spoken[role=status]")).to_contain_text("press again")
    desk.run(5_000)
    expect(sure).to_be_focused()
    page.keyboard.press("Escape")
    expect(end).to_be_visible()
    end.press("Enter")
    sure.press("Enter")
    desk.until(".sl-ar-banner:has-text('the deployment has ended')")
    assert inside(page, ".sl-lb")


def test_an_answer_that_is_typed_after_the_first_press_ends_no_deployment_nor_does_a_key_held_down(desk):
    page = desk.page
    desk.until(".sl-lb-work:not([hidden])")
    end = page.get_by_role("button", name="End the deployment")
    end.focus()
    for _ in range(3):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    for key in ("1", "a", "n", "5", "Enter"):
        page.keyboard.press(key)
    desk.run(500)
    assert desk.live.running and page.locator(".sl-lb-answer button.sl-primary").is_visible()
    expect(
        page.get_by_role("button", name="Really end it? Press again")
    ).to_be_focused()  # Enter was the first press again


def test_sound_is_off_until_it_is_asked_for_and_new_alerts_are_said(desk):
    page = desk.page
    page.get_by_role("button", name="Sound is off").click()
    expect(page.get_by_role("button", name="Sound is on")).to_have_attribute("aria-pressed", "true")
    desk.until(".sl-lb-alerts button[data-state='new']")
    desk.run(300)
    said = page.locator("[aria-live='assertive']").inner_text()
    assert (
        "New alert at gate" in said
        and int(page.get_by_role("button", name="Sound is on").get_attribute("data-rung")) == 2
    )
    assert (
        page.locator("button:not([data-lm-suppress-shortcuts]), input:not([data-lm-suppress-shortcuts])").count() == 0
    )


def test_a_reload_gets_everything_back_and_a_dead_kernel_is_loud(desk, tmp_path):
    page = desk.page
    desk.until(".sl-lb-alerts button[data-state='new']")
    page.reload()
    desk.until(".sl-lb-alerts button[data-state='new']")
    desk.until(".sl-lb-frame img:not([hidden])")
    desk.deaf = True  # nothing comes from Python: its kernel is dead
    end = time.monotonic() + 12
    while time.monotonic() < end and "NOT LIVE" not in page.locator(".sl-ar-banner").inner_text():
        desk.run(300)
    expect(page.locator(".sl-ar-banner")).to_contain_text("NOT LIVE: nothing was heard")
    said = page.locator(".sl-ar-banner").inner_text()
    desk.run(2_500)
    assert page.locator(".sl-ar-banner").inner_text() == said  # said aloud once, and not every second
    expect(page.locator(".sl-lb-over")).to_contain_text("NOT LIVE: picture of")
    desk.deaf = False
    desk.live.stop()
    desk.run(1500)
    expect(page.locator(".sl-ar-banner")).to_contain_text("the deployment has ended")


def test_before_the_list_of_alerts_has_come_nothing_is_said_of_how_many_there_are(desk):
    page = desk.page
    desk.until(".sl-lb-alerts button[data-state='new']")
    desk.up = False  # Python is busy: it reports, and answers nothing
    page.reload()
    desk.until(".sl-ar-where:has-text('1 alert')")
    expect(page.locator(".sl-lb-count")).to_have_text("Waiting for the list of alerts…")
    desk.until(".sl-ar-banner:has-text('Python is busy')")
    expect(page.locator(".sl-ar-banner")).not_to_contain_text("alerts arrive")
    expect(page.locator(".sl-ar-banner")).to_have_css("border-left-width", "4px")  # it stands out, as every banner does
    desk.up = True
    desk.until(".sl-lb-alerts button[data-state='new']")
    expect(page.locator(".sl-lb-count")).to_contain_text("wait for you")


def test_a_deployment_that_somebody_ended_is_not_a_source_that_ended(desk):
    desk.until(".sl-lb-frame img:not([hidden])")
    desk.page.get_by_role("button", name="End the deployment").click()
    desk.page.get_by_role("button", name="Press again").click()
    desk.until(".sl-lb-over:has-text('stopped by A. Ng')")
    expect(desk.page.locator(".sl-lb-over")).to_have_text("the deployment has ended: stopped by A. Ng, on the board")
