"""The review in a real browser, with the real widget behind it: by keyboard, with a dying kernel, at any width, light and dark."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

import workbench as wb
from tests.browser import driving
from tests.browser.reviews import EVIL, Bridge, make, review
from tests.review_cases import alerting, new_case, scan

FILLED = ("a", "n", "n", "k", "k", "k", "1", "5")  # ears agree, nose differs, skin marks cannot be seen; same, moderate


@pytest.fixture
def desk(watched, tmp_path):
    """Opens a review of four alerts."""

    def go(reviewer="A. Ng", **options):
        bridge = Bridge(watched(**options).page, review(tmp_path / "case", reviewer), tmp_path)
        bridge.until('.sl-ar[data-state="blind"]')
        bridge.run(300)
        return bridge

    return go


def judge(bridge, *keys, reason="the lobe"):
    bridge.page.locator(".sl-ar").focus()
    for key in (*keys, "r"):
        bridge.page.keyboard.press(key)
    bridge.page.keyboard.type(reason)
    bridge.page.keyboard.press("Escape")
    bridge.page.keyboard.press("Enter")


def state(bridge):
    return bridge.page.locator(".sl-ar").get_attribute("data-state")


def test_a_whole_review_by_keyboard_alone(desk, tmp_path):
    bridge = desk()
    for number in range(4):
        judge(bridge, *FILLED, reason=f"reason {number}, keys 1 2 3 d d z stay text")
        bridge.until('.sl-ar[data-state="after"]')
        if number < 3:
            bridge.page.keyboard.press("Enter")  # the focus is still inside: next pair
            bridge.until('.sl-ar[data-state="blind"]')
    expect(bridge.page.locator(".sl-ar-count").first).to_have_text("nothing left to judge")
    found = wb.open_case(tmp_path / "case").decisions()
    assert sorted(each.alert for each in found) == [1, 2, 3, 4]
    first = found[0]
    assert (first.verdict, first.confidence, first.look) == ("same", "moderate", "blind")
    assert first.features == {"ears": "agree", "nose": "differ", "skin marks": "cannot see"}
    assert first.reason == "reason 0, keys 1 2 3 d d z stay text"


def test_the_focus_stays_in_the_review_when_the_button_that_had_it_goes(desk):
    bridge = desk()
    judge(bridge, *FILLED)
    bridge.until('.sl-ar[data-state="after"]')
    bridge.page.get_by_role("button", name="Next pair").press("Space")
    bridge.until('.sl-ar[data-state="blind"]')
    assert driving.inside(bridge.page, ".sl-ar")
    judge(bridge, *FILLED)
    bridge.until('.sl-ar[data-state="after"]')


def test_a_desk_with_nothing_left_says_so_and_what_was_judged_can_be_chosen(desk, tmp_path):
    bridge = desk()
    case = wb.open_case(tmp_path / "case")
    said = {"features": {"nose": "differ"}, "confidence": "limited", "reason": "the nose"}
    for alert in case.run().alerts:
        case.decide(alert, verdict="different", reviewer="A. Ng", **said)
    bridge.page.reload()
    bridge.until(".sl-ar[data-ready]")
    expect(bridge.page.locator(".sl-ar-empty")).to_have_text("Nothing left to judge; choose a pair that you judged.")
    expect(bridge.page.locator(".sl-ar-where")).to_have_text("A. Ng")
    bridge.page.locator(".sl-ar-queue button").first.click()
    bridge.until('.sl-ar[data-state="after"]')


def test_only_the_faces_that_are_put_before_the_reviewer_are_read(watched, tmp_path):
    case = make(tmp_path / "case", count=60)
    bridge = Bridge(watched().page, review(tmp_path / "case"), tmp_path)
    bridge.until('.sl-ar[data-state="blind"]')
    bridge.run(1_500)
    seen = read_by(case)
    assert 8 <= len(seen) <= 16  # as many as the queue is high
    queue = bridge.page.locator(".sl-ar-queue")
    queue.evaluate("(queue) => (queue.scrollTop = queue.scrollHeight)")
    bridge.run(1_000)
    assert {1, 60} <= read_by(case) and len(read_by(case)) <= 2 * len(seen) + 2
    assert queue.locator("img[src]").count() == len(read_by(case))


def read_by(case):
    return {alert for entry in case.log if entry.action == "faces read" for alert in entry.about.get("alerts", [])}


def test_a_pair_that_opens_leaves_the_page_where_its_reader_is(desk):
    bridge = desk(viewport={"width": 1280, "height": 80})
    assert bridge.page.locator(".sl-ar-queue button").first.bounding_box()["y"] > 80
    assert bridge.page.evaluate("() => window.scrollY") == 0


def test_arrows_walk_the_queue_and_leaf_through_the_faces(desk):
    bridge = desk()
    page, where = bridge.page, bridge.page.locator(".sl-ar-where")
    page.locator(".sl-ar").focus()
    page.keyboard.press("ArrowDown")
    bridge.run()
    expect(where).to_contain_text("pair 2 of 4")
    page.keyboard.press("ArrowUp")
    expect(where).to_contain_text("pair 1 of 4")
    page.keyboard.press("ArrowRight")
    expect(page.locator("figcaption").first).to_contain_text("face 2 of 3")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("figcaption").last).to_contain_text("Reference 2 of 2")
    page.keyboard.press("z")
    styles = page.evaluate("() => [...document.querySelectorAll('.sl-ar-frame img')].map((i) => i.style.transform)")
    assert styles[0] == styles[1] and "scale(1.5)" in styles[0]


def test_the_queue_is_one_stop_of_the_tab_key_and_arrows_move_within_it(desk):
    bridge = desk()
    page = bridge.page
    stops = "() => [...document.querySelectorAll('.sl-ar-queue button')].map((node) => node.tabIndex)"
    assert page.evaluate(stops) == [0, -1, -1, -1]
    page.locator(".sl-ar-queue button").first.focus()
    page.keyboard.press("ArrowDown")
    bridge.run()
    assert page.evaluate(stops) == [-1, 0, -1, -1]
    assert page.evaluate("() => document.activeElement.ariaCurrent") == "true"
    page.keyboard.press("Tab")
    assert not page.evaluate("() => Boolean(document.activeElement.closest('.sl-ar-queue'))")


def test_what_is_written_for_one_pair_waits_there(desk):
    bridge = desk()
    page = bridge.page
    page.locator(".sl-ar").focus()
    page.keyboard.press("a")
    page.keyboard.press("2")
    page.keyboard.press("ArrowDown")
    bridge.run()
    assert page.locator("input:checked").count() == 0
    page.keyboard.press("ArrowUp")
    assert page.locator("input:checked").count() == 2


def test_before_the_first_look_the_page_holds_no_name_and_no_score(desk):
    bridge = desk()
    html = (
        bridge.page.content().split("<script", 1)[0] + bridge.page.locator("body").inner_html().split("<script", 1)[0]
    )
    for secret in ("Mara Lind", "onerror", "0.81", "wanted", "a.mp4"):
        assert secret not in html


def test_text_of_people_and_files_is_text(desk):
    bridge = desk()
    judge(bridge, *FILLED, reason=EVIL)
    bridge.until('.sl-ar[data-state="after"]')
    expect(bridge.page.locator(".sl-ar-say b").first).to_have_text(EVIL)
    expect(bridge.page.locator(".sl-ar-own")).to_contain_text(EVIL)
    assert bridge.page.locator(".sl-ar script, .sl-ar img[src='x']").count() == 0


def test_a_decision_that_is_not_whole_says_what_it_lacks_and_is_not_sent(desk):
    bridge = desk()
    bridge.page.locator(".sl-ar").focus()
    expect(bridge.page.locator(".sl-ar-lacks")).to_have_text(
        "still needed: a verdict, a feature that you note (unless you cannot tell), "
        "how strong the support is (unless you cannot tell), a reason"
    )
    for key in ("1", "Enter"):
        bridge.page.keyboard.press(key)
    expect(bridge.page.locator(".sl-ar-lacks")).to_contain_text(
        "a feature that you note as “agree”, how strong the support is, a reason"
    )
    assert not any(message["kind"] == "decide" for message in bridge.got)


def test_names_are_whole_and_of_many_candidates_the_first_are_shown(watched, tmp_path):
    names = (
        "Maximiliana-Konstantina von und zu Hohenlohe, geborene Freifrau von Thun, genannt die Lange",
        "B",
        *"CDEFGH",
    )
    case = new_case(tmp_path / "case", *names)
    passage = alerting(0.0, 0)
    scan(case, replace(passage, candidates=tuple((2 * k, 0.8 - k / 20) for k in range(8))))
    bridge = Bridge(watched().page, review(tmp_path / "case"), tmp_path)
    bridge.until('.sl-ar[data-state="blind"]')
    judge(bridge, *FILLED)
    bridge.until('.sl-ar[data-state="after"]')
    lines = bridge.page.locator(".sl-ar-candidates li")
    cut = "(node) => node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1"
    assert not lines.first.locator("b").evaluate(cut)
    expect(lines).to_have_count(5)
    bridge.page.get_by_role("button", name="Show 3 more").click()
    expect(lines).to_have_count(8)
    assert bridge.page.evaluate("() => document.querySelector('.sl-ar').contains(document.activeElement)")


def test_a_changed_mind_is_a_second_decision_beside_the_first(desk, tmp_path):
    bridge = desk()
    judge(bridge, *FILLED)
    bridge.until('.sl-ar[data-state="after"]')
    bridge.page.keyboard.press("c")
    assert state(bridge) == "again"
    judge(bridge, "2", "6", reason="on reflection the nose")
    bridge.until('.sl-ar[data-state="after"]')
    expect(bridge.page.locator(".sl-ar-own > li")).to_have_count(2)
    told = [(each.verdict, each.look, each.supersedes) for each in wb.open_case(tmp_path / "case").decisions()]
    assert told == [("same", "blind", None), ("different", "informed", 1)]


@pytest.mark.parametrize("key", ["c", "Escape"])
def test_a_mind_that_is_not_changed_goes_back_to_the_first_decision_by_keyboard(desk, tmp_path, key):
    bridge = desk()
    judge(bridge, *FILLED)
    bridge.until('.sl-ar[data-state="after"]')
    bridge.page.keyboard.press("c")
    for pressed in ("2", "r"):
        bridge.page.keyboard.press(pressed)
    bridge.page.keyboard.press("Escape")  # leaves the reason
    assert state(bridge) == "again"
    expect(bridge.page.get_by_role("button", name="Keep my decision")).to_be_visible()
    bridge.page.keyboard.press(key)
    assert state(bridge) == "after"
    expect(bridge.page.get_by_role("button", name="Change my mind")).to_be_visible()
    bridge.page.keyboard.press("Enter")
    bridge.until('.sl-ar[data-state="blind"]')
    assert len(wb.open_case(tmp_path / "case").decisions()) == 1


def test_an_acknowledgement_that_is_lost_shows_not_saved_and_doubles_nothing(desk, tmp_path):
    bridge = desk()
    bridge.deaf = True
    judge(bridge, *FILLED)
    bridge.run(500)
    banner = bridge.page.locator(".sl-ar-banner")
    expect(banner).to_contain_text("NOT SAVED yet: 1 decision")
    assert state(bridge) == "blind" and len(wb.open_case(tmp_path / "case").decisions()) == 1
    bridge.run(5_000)
    expect(banner).to_contain_text("Python does not answer")
    bridge.deaf = False
    bridge.page.get_by_role("button", name="Send again now").click()
    bridge.until('.sl-ar[data-state="after"]')
    expect(banner).to_be_hidden()
    keys = [message["key"] for message in bridge.got if message["kind"] == "decide"]
    assert len(keys) >= 2 and len(set(keys)) == 1 and len(wb.open_case(tmp_path / "case").decisions()) == 1


@pytest.mark.parametrize("overflow", ["visible", "hidden"])  # of what is around the widget; hidden is JupyterLab's
def test_what_is_not_saved_is_said_in_sight_of_whoever_is_at_the_form(desk, overflow):
    bridge = desk(viewport={"width": 1280, "height": 420})
    page, banner = bridge.page, bridge.page.locator(".sl-ar-banner")
    page.evaluate("(overflow) => (document.querySelector('main').style.overflow = overflow)", overflow)
    bridge.up = False
    judge(bridge, *FILLED)
    bridge.run(5_000)
    page.locator(".sl-ar-answer .sl-ar-save").scroll_into_view_if_needed()
    bridge.run(200)
    assert page.evaluate("() => window.scrollY") > 200 and 0 <= banner.bounding_box()["y"] < 10
    expect(page.locator(".sl-ar-answer .sl-beside")).to_have_text(banner.locator("span").inner_text())
    page.locator(".sl-ar-queue button").first.focus()
    for _ in range(8):
        bridge.run(100)
        top = "() => document.activeElement.closest('.sl-banner') ? 1e6 : document.activeElement.getBoundingClientRect().top"
        box = banner.bounding_box()
        assert page.evaluate(top) >= box["y"] + box["height"]
        page.keyboard.press("Shift+Tab" if _ % 2 else "Tab")


@pytest.mark.parametrize(
    ("kind", "key", "said"), [("open", None, "⚠ no such"), ("decide", "k", "⚠ NOT SAVED: no such")]
)
def test_only_what_was_to_be_written_is_said_to_be_not_saved(desk, kind, key, said):
    bridge = desk()
    told = {"kind": "refused", "of": kind, "key": key, "words": "no such alert", "token": None}
    bridge.page.evaluate("told => window.hear(told, [])", told)
    expect(bridge.page.locator(".sl-ar-banner")).to_contain_text(f"{said} alert")


def test_what_a_dead_kernel_did_not_take_is_sent_to_the_next_one(desk, tmp_path):
    bridge = desk()
    bridge.up = False
    judge(bridge, *FILLED)
    bridge.run(4_600)
    expect(bridge.page.locator(".sl-ar-banner")).to_contain_text("NOT SAVED")
    assert wb.open_case(tmp_path / "case").decisions() == ()
    bridge.up = True
    bridge.serve(review(tmp_path / "case"))
    bridge.page.evaluate("() => window.restart()")  # the cell is run again on the same page
    for _ in range(100):
        bridge.run(100)
        if wb.open_case(tmp_path / "case").decisions():
            break
    (kept,) = wb.open_case(tmp_path / "case").decisions()
    assert kept.reason == "the lobe"
    bridge.run(2_500)
    expect(bridge.page.locator(".sl-ar-count").first).to_have_text("3 to judge")


def test_two_reviewers_see_the_queue_move(watched, tmp_path):
    make(tmp_path / "case")
    pages = [watched().page for _ in "ABC"]
    desks = [Bridge(page, review(tmp_path / "case", name), tmp_path) for name, page in zip("ABC", pages, strict=True)]
    for bridge in desks:
        bridge.until('.sl-ar[data-state="blind"]')
    for bridge in desks[:2]:
        judge(bridge, *FILLED)
        bridge.until('.sl-ar[data-state="after"]')
    for _ in range(10):
        for bridge in desks:
            bridge.run(400)
    expect(desks[2].page.locator(".sl-ar-count").first).to_have_text("3 to judge")
    expect(desks[0].page.locator(".sl-ar-state")).to_contain_text("Settled after 2 people looked: the same person.")


def test_a_pair_that_its_reviewer_judged_elsewhere_is_no_first_look_here(watched, tmp_path):
    make(tmp_path / "case")
    pages = [watched().page for _ in "12"]
    here, there = (Bridge(page, review(tmp_path / "case", "A. Ng"), tmp_path) for page in pages)
    for bridge in (here, there):
        bridge.until('.sl-ar[data-state="blind"]')
    here.page.locator(".sl-ar").focus()
    here.page.keyboard.press("a")
    judge(there, *FILLED)
    there.until('.sl-ar[data-state="after"]')
    here.until('.sl-ar[data-state="after"]', ms=20_000)
    expect(here.page.locator(".sl-ar")).to_contain_text("judged; everything is shown")


def test_what_was_begun_is_there_when_the_page_is_loaded_again_until_it_is_saved(desk):
    bridge = desk()
    page, kept = bridge.page, "() => JSON.stringify(Object.entries(sessionStorage))"
    page.locator(".sl-ar").focus()
    for key in (*FILLED, "r"):
        page.keyboard.press(key)
    page.keyboard.type("the lobe")
    assert "the lobe" in page.evaluate(kept) and "Mara" not in page.evaluate(kept)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    bridge.until('.sl-ar[data-state="blind"]')
    expect(page.locator("textarea")).to_have_value("the lobe")
    assert page.locator("input:checked").count() == 5
    page.locator(".sl-ar").focus()
    page.keyboard.press("Enter")
    bridge.until('.sl-ar[data-state="after"]')
    assert page.evaluate(kept) == "[]"


def test_a_served_page_has_no_cell_and_speaks_of_none(desk):
    bridge = desk()
    bridge.page.evaluate("() => (document.querySelector('main').id = 'rendered_cells')")  # as in Voila
    bridge.up = False
    judge(bridge, *FILLED)
    bridge.run(5_000)
    banner = bridge.page.locator(".sl-ar-banner")
    expect(banner).to_contain_text("if that goes on, load this page again: what you wrote is still there")
    assert "cell" not in banner.inner_text()


def test_a_pair_judged_in_another_window_a_moment_before_is_refused_and_shown_as_saved(watched, tmp_path):
    make(tmp_path / "case")
    here, there = (Bridge(watched().page, review(tmp_path / "case", "A. Ng"), tmp_path) for _ in "12")
    for bridge in (here, there):
        bridge.until('.sl-ar[data-state="blind"]')
    judge(there, *FILLED, reason="the first")
    there.until('.sl-ar[data-state="after"]')
    judge(here, "n", "n", "2", "5", reason="a moment later")
    here.until('.sl-ar[data-state="after"]')
    expect(here.page.locator(".sl-ar-banner")).to_contain_text("NOT SAVED: you judged this in another window at")
    expect(here.page.locator(".sl-ar-own")).to_contain_text("the first")
    assert len(wb.open_case(tmp_path / "case").decisions()) == 1


def test_a_page_with_a_judgement_that_is_begun_asks_before_it_is_left(desk):
    bridge = desk()
    leaves = "() => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert bridge.page.evaluate(leaves)
    bridge.page.locator(".sl-ar").focus()
    bridge.page.keyboard.press("a")
    assert not bridge.page.evaluate(leaves)
    judge(bridge, *FILLED[1:])
    bridge.until('.sl-ar[data-state="after"]')
    assert bridge.page.evaluate(leaves)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(desk, axe, scheme, width):
    bridge = desk(color_scheme=scheme, viewport={"width": width, "height": 900})
    bridge.page.keyboard.press("Tab")
    for step in ("blind", "after"):
        bridge.page.evaluate(axe)
        assert driving.serious(bridge.page, ".sl-ar") == []
        if step == "blind":
            judge(bridge, *FILLED)
            bridge.until('.sl-ar[data-state="after"]')
    assert bridge.page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_key_on_a_button_has_a_ground_and_a_border_of_its_own(desk, scheme):
    bridge = desk(color_scheme=scheme)
    colours = """() => [...document.querySelectorAll('.sl-ar button:not(.sl-primary) kbd')].filter((key) => key.offsetParent).map((key) => {
      const [own, around] = [getComputedStyle(key), getComputedStyle(key.parentElement)];
      return [own.backgroundColor !== around.backgroundColor, own.borderTopColor !== around.borderTopColor];
    })"""
    found = bridge.page.evaluate(colours)
    assert found and all(all(each) for each in found)


def test_pictures_are_let_go_of_when_the_widget_closes(desk):
    bridge = desk()
    url = bridge.page.locator(".sl-ar-frame img").first.get_attribute("src")
    assert re.match(r"blob:", url)
    bridge.page.evaluate(
        "() => ((window.gone = []), (URL.revokeObjectURL = (url) => window.gone.push(url)), window.restart())"
    )
    gone = bridge.page.evaluate("() => window.gone")
    assert url in gone and len(gone) == len(set(gone)) >= 5 + 4


def test_every_focusable_element_keeps_jupyterlabs_shortcuts_off(desk):
    bridge = desk()
    bare = "() => [...document.querySelectorAll('.sl-ar, .sl-ar *')].filter((n) => n.tabIndex >= 0 && !n.dataset.lmSuppressShortcuts).map((n) => n.outerHTML.slice(0, 90))"
    assert bridge.page.evaluate(bare) == []


def test_the_pair_is_compared_closer_without_a_name_and_its_keys_note_no_feature(desk):
    bridge = desk()
    page = bridge.page
    page.locator(".sl-ar").focus()
    page.keyboard.press("v")
    expect(page.locator(".sl-ar .sl-cb")).to_be_visible()
    expect(page.locator(".sl-ar-work")).to_be_hidden()
    for key in ("e", "ArrowLeft", "Enter", "Shift+ArrowRight", "Enter", "m", "a", "2"):
        page.keyboard.press(key)
    expect(page.locator(".sl-cb-both")).to_be_visible()
    assert "onerror" not in page.locator("#here").inner_html()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".sl-ar-work")).to_be_visible()
    assert page.locator(".sl-ar input:checked").count() == 0  # no feature, no verdict
    assert page.evaluate("() => document.activeElement.classList.contains('sl-ar')")
    page.keyboard.press("a")
    assert page.locator(".sl-ar-features input:checked").count() == 1
