"""The editor in a real browser, with the real widget behind it: edited, refused, overtaken, approved; light, dark, narrow."""

import json
import shutil

import pytest
from playwright.sync_api import expect

import widgets
import workbench as wb
from tests.browser.reviews import EVIL, Bridge
from tests.review_cases import new_case
from tests.scenes import write_photo
from widgets.bundle import bundle
from workbench.progress import Silent

BARE = "() => [...document.querySelectorAll('.sl-we, .sl-we *')].filter((n) => n.tabIndex >= 0 && !n.dataset.lmSuppressShortcuts).map((n) => n.outerHTML.slice(0, 90))"


PEOPLE = """async (script) => {
  const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  const panel = module.peoplePanel({ choose() {}, wanted() {}, add() {} });
  panel.show(Array.from({ length: 3000 }, (_, k) => ({ subject: `person ${k}`, settle: 0, weigh: 0, changed: false })), "");
  return panel.el.textContent;
}"""


def edit(folder, reviewer="A. Ng"):
    return widgets.WatchlistEditor(wb.open_case(folder), reviewer=reviewer)


@pytest.fixture
def desk(watched, tmp_path):
    """Opens an editor over three people."""

    def go(**options):
        new_case(tmp_path / "case", "Ada Quail", "Bob Wren", EVIL)
        bridge = Bridge(watched(**options).page, edit(tmp_path / "case"), tmp_path)
        bridge.until('.sl-we[data-version="1"]')
        bridge.until(".sl-we-images img")
        return bridge

    return go


def newest(tmp_path):
    return wb.open_case(tmp_path / "case").watchlist


def entry(tmp_path, subject="Ada Quail"):
    return next(each for each in newest(tmp_path).entries if each.subject == subject)


def save(bridge, version, reason="renewed"):
    bridge.page.get_by_label("Reason for the new version").fill(reason)
    bridge.page.get_by_role("button", name="Save as a new version").click()
    bridge.until(f'.sl-we[data-version="{version}"]')


def test_the_people_are_one_stop_of_the_tab_key(desk):
    bridge = desk()
    stops = "() => [...document.querySelectorAll('.sl-we-people button')].map((node) => node.tabIndex)"
    assert bridge.page.evaluate(stops) == [0, -1, -1]
    bridge.page.locator(".sl-we-people button").first.focus()
    bridge.page.keyboard.press("ArrowDown")
    bridge.run()
    assert bridge.page.evaluate(stops) == [-1, 0, -1]


def test_the_focus_stays_on_the_button_that_was_pressed_and_goes_to_whom_a_finding_is_about(desk):
    page = desk().page
    page.get_by_role("button", name="Take out").first.press("Enter")
    expect(page.get_by_role("button", name="Keep").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Take out").first).to_be_focused()
    page.get_by_role("tab", name="Review").click()
    page.locator(".sl-we-findings:visible").get_by_role("button", name="Ada Quail").first.press("Enter")
    expect(page.get_by_label("category: why listed")).to_be_focused()


def test_details_are_edited_checked_and_saved_as_a_new_version(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    page.get_by_label("category: why listed").fill("witness")
    page.get_by_label("expires after").fill("2027-12-31")
    expect(page.get_by_label("justification for listing")).to_be_hidden()
    page.get_by_label("under 18", exact=True).check()
    expect(page.locator(".sl-we-bad", has_text="somebody under 18 needs a justification")).to_be_visible()
    expect(page.get_by_role("button", name="Save as a new version")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Save as a new version").click(force=True)
    page.get_by_label("justification for listing").fill("missing since Monday")
    expect(page.locator(".sl-we-changes")).to_contain_text("Ada Quail: category: why listed: wanted → witness")
    page.locator(".sl-we-people button", has_text="Bob Wren").click()
    bridge.run(300)
    page.get_by_role("button", name="Take off the list").click()
    page.locator(".sl-we-people button", has_text="onerror").click()
    bridge.until(".sl-we-images img")
    page.get_by_role("button", name="Take out").last.click()
    assert page.locator(".sl-we script, .sl-we img[src='x']").count() == 0
    save(bridge, 2)
    expect(page.locator(".sl-we-good").first).to_have_text("✓ saved as version 2")
    ada, made = entry(tmp_path), wb.open_case(tmp_path / "case").list_versions[-1]
    assert (ada.category, str(ada.expires), ada.under_18, ada.justification) == (
        "witness",
        "2027-12-31",
        True,
        "missing since Monday",
    )
    assert newest(tmp_path).subjects == ("Ada Quail", EVIL) and len(newest(tmp_path).of(EVIL)) == 1
    assert (made.by, made.reason, made.parent) == ("A. Ng", "renewed", 1)
    assert page.locator(".sl-we-changes li").count() == 0


def test_a_long_list_is_counted_with_separators(watched):
    assert "of 3,000 shown: narrow the search" in watched().page.evaluate(PEOPLE, bundle("editor_people.js"))


def test_whoever_is_overtaken_loses_nothing_and_sees_what_the_other_wrote(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    page.get_by_label("category: why listed").fill("witness")
    page.get_by_label("picture from").fill("passport")
    page.get_by_label("Reason for the new version").fill("renewed")
    other = {"Ada Quail": {"category": "suspect"}}
    wb.open_case(tmp_path / "case").revise_list(other, by="B. Ott", reason="new facts")
    page.get_by_role("button", name="Save as a new version").click()
    bridge.run(600)
    banner = page.locator(".sl-we-banner")
    expect(banner).to_contain_text("NOT SAVED: version 2 was made meanwhile from version 1 by B. Ott: new facts")
    expect(banner).to_contain_text("Nothing that you changed on this page is lost.")
    assert len(wb.open_case(tmp_path / "case").list_versions) == 2
    bridge.run(2_500)
    page.get_by_role("button", name="Put my changes on version 2").click()
    bridge.until('.sl-we[data-version="2"]')
    expect(page.get_by_label("category: why listed")).to_have_value("witness")
    expect(page.locator(".sl-we-warn", has_text="the newer version says: suspect")).to_be_visible()
    save(bridge, 3)
    assert (entry(tmp_path).category, entry(tmp_path).image_source) == ("witness", "passport")


def test_what_a_dead_kernel_did_not_take_is_said_and_sent_to_the_next_one(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    bridge.up = False
    page.get_by_label("category: why listed").fill("witness")
    page.get_by_label("Reason for the new version").fill("renewed")
    page.get_by_role("button", name="Save as a new version").click()
    bridge.run(4_600)
    expect(page.locator(".sl-we-banner")).to_contain_text("NOT SAVED: 1 change. Python does not answer")
    assert len(wb.open_case(tmp_path / "case").list_versions) == 1
    bridge.up = True
    bridge.serve(edit(tmp_path / "case"))
    page.evaluate("() => window.restart()")
    bridge.until('.sl-we[data-version="2"]')
    assert entry(tmp_path).category == "witness" and len(wb.open_case(tmp_path / "case").list_versions) == 2


def test_a_version_is_approved_with_a_reason_and_two_are_compared(desk, tmp_path):
    bridge = desk()
    page = bridge.page
    page.get_by_label("category: why listed").fill("witness")
    save(bridge, 2)
    page.get_by_role("tab", name="Review").click()
    (finding,) = page.locator(".sl-we-findings:visible li").all()  # the same of all three
    expect(finding).to_contain_text("What to do: find out when the picture was taken")
    expect(finding.get_by_role("button")).to_have_count(3)
    page.get_by_role("tab", name="Review").press("ArrowRight")
    page.get_by_role("button", name="Approve").click(force=True)
    bridge.run(300)
    assert wb.open_case(tmp_path / "case").approval(2) is None  # no reason, no approval
    page.get_by_label("Reason", exact=True).fill("reviewed")
    page.get_by_role("button", name="Approve").click()
    bridge.until(".sl-we-approved")
    page.get_by_role("button", name="What changed since 1").click()
    bridge.run(300)
    expect(page.locator(".sl-we-diff")).to_contain_text("Ada Quail · category: wanted → witness")
    stands = wb.open_case(tmp_path / "case").approval(2)
    assert stands.approved and stands.by == "A. Ng" and stands.reason == "reviewed"


def test_photographs_are_judged_on_the_way_in_and_somebody_new_is_added(watched, tmp_path, pack):
    for name in ("eve", "ann"):
        write_photo(tmp_path / "photos" / name / "1.png", name)
    case = wb.open_case(tmp_path / "case", purpose="to test", authority="the tests", pack=pack)
    case.enroll(tmp_path / "photos", progress=Silent())
    bridge = Bridge(watched().page, edit(tmp_path / "case"), tmp_path)
    bridge.until(".sl-we-images img")
    page = bridge.page
    (tmp_path / "notes.jpg").write_text("a text that calls itself a picture")
    shutil.copy(write_photo(tmp_path / "ben.png", "ben"), tmp_path / "first.png")
    page.get_by_label("name of a new person").fill("Ben New")
    page.get_by_label("name of a new person").press("Enter")
    expect(page.locator(".sl-we-bad", has_text="add a photograph that is accepted")).to_be_visible()
    page.get_by_label("add photographs of this person").set_input_files(
        [tmp_path / "first.png", tmp_path / "notes.jpg"]
    )
    bridge.until(".sl-we-marked .sl-we-bad")
    bridge.until(".sl-we-marked:has-text('added when saved')", ms=60_000)
    page.get_by_label("category: why listed").fill("witness")
    save(bridge, 2, "reported today")
    watch = newest(tmp_path)
    assert [each.file for each in watch.of("Ben New")] == ["Ben New/first.png"]
    assert entry(tmp_path, "Ben New").category == "witness"


def test_with_all_changes_somebody_new_goes_too_and_a_long_name_stays_in_its_frame(desk):
    bridge = desk(viewport={"width": 900, "height": 700})
    page = bridge.page
    page.get_by_label("name of a new person").fill("A" * 200)
    page.get_by_label("name of a new person").press("Enter")
    saving = page.get_by_role("region", name="Changes that are not saved")
    assert saving.bounding_box()["width"] < 900 and page.evaluate("document.documentElement.scrollWidth") <= 900
    page.get_by_role("button", name="Take all changes back").click()
    bridge.run()
    expect(saving).to_be_hidden()
    expect(page.locator(".sl-we")).not_to_contain_text("AAAA")
    page.get_by_label("category: why listed").fill("theft")
    expect(saving).to_contain_text("Ada Quail: category")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_at_any_width(desk, axe, scheme, width):
    bridge = desk(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = bridge.page
    page.get_by_label("category: why listed").fill("witness")
    page.get_by_label("under 18", exact=True).check()
    assert page.evaluate(BARE) == []
    for tab in ("People", "Review", "Versions"):
        page.get_by_role("tab", name=tab).click()
        page.evaluate(axe)
        found = page.evaluate("() => axe.run('.sl-we')")["violations"]
        bad = [
            {"id": each["id"], "nodes": [node["html"][:160] for node in each["nodes"][:3]]}
            for each in found
            if each["impact"] in ("serious", "critical", "moderate")
        ]
        assert bad == [], json.dumps(bad, indent=1)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
