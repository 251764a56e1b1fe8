"""The report of an evidence bag at 400 %: one column that scrolls down only, and wide tables that scroll by themselves, with a name."""

from workbench.evidence.html_parts import paragraph, table
from workbench.evidence.style import CSS

SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
LOG = ("entry", "when (UTC)", "who", "did", "about")


def test_at_400_per_cent_nothing_but_a_wide_table_scrolls_sideways(watched):
    page = watched(viewport={"width": 320, "height": 600}).page
    about = table(
        ("", ""), [("SHA-256 of the footage", SHA256), ("the smallest face/not-compared-below-this-width.mp4", "48 px")]
    )
    log = table(LOG, [(1, "2026-11-28 09:47:40", "B. Ott-Featherstonehaugh", "exported", f"alert 1, {SHA256}")])
    checks = table(("claim", "how"), [("nothing was changed", f"sha256sum data/footage-{SHA256}.mp4")])
    page.set_content(f"<style>{CSS}</style><main>{paragraph('What was asked')}{about}{log}{checks}</main>")
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320
    scroll = page.get_by_role("region", name="table: entry, when (UTC), who, did, about")
    assert scroll.evaluate("(each) => each.tabIndex === 0 && each.scrollWidth > each.clientWidth")
    assert page.get_by_role("rowheader", name="SHA-256 of the footage").count() == 1
    page.emulate_media(media="print")
    assert scroll.evaluate("(each) => getComputedStyle(each).overflowX") == "visible"
