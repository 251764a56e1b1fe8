"""The apps that managers and reviewers open, in a real Chromium: nothing leaves the machine, nobody is shown who should not be."""

import secrets
from dataclasses import replace

import numpy as np
import pytest
from playwright.sync_api import expect

import workbench as wb
from tests.browser.driving import free_port
from tests.browser.reviews import EVIL
from tests.review_cases import alerting, new_case, say, scan
from tests.test_serving import running
from workbench.evaluation import Trials

SERIOUS = {"serious", "critical"}


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """A list with a name that is markup, four alerts, two of them settled."""
    held = new_case(tmp_path_factory.mktemp("case") / "north-gate", EVIL, "Mara Lind")
    alerts = scan(held, *(alerting(6.0 * k, k % 2, score=0.81 - 0.05 * k) for k in range(4)))
    for reviewer in ("A. Ng", "B. Ott"):
        say(held, alerts[0], reviewer, "same")
        say(held, alerts[1], reviewer, "different")
    return held


def open_server(case, folder, *options):
    token, port = secrets.token_urlsafe(24), free_port()
    command = ["widgets.serving", *options, "--port", port]
    return running(command, port, folder / "log", SECOND_LOOK_TOKEN=token), token


@pytest.fixture(scope="module")
def office(case, tmp_path_factory):
    """Two bundles, one of them with recorded groups, behind one server."""
    folder = tmp_path_factory.mktemp("office")
    rng = np.random.default_rng(3)
    group = np.array(["x", "y"], "U1")[np.arange(400) % 2]
    trials = replace(
        Trials.of(rng.normal(0.7, 0.1, 100), rng.normal(0.2, 0.1, 300), watchlist=2, pack="fake"), group=group
    )
    wb.publish(case, folder / "published" / "north-gate", faces=True, names=True, reason=EVIL)
    wb.publish(case, folder / "published" / "market", trials=trials)
    server, token = open_server(case, folder, folder / "published")
    with server as address:
        yield address, token


# The ground and the ink of a result's first card, as numbers.
PRINTED = """() => [getComputedStyle(document.querySelector('.sl-te .sl-swatch')).printColorAdjust,
  getComputedStyle(document.querySelector('.sl-te .sl-h')).breakAfter]"""
COLOURS = "() => { const style = getComputedStyle(document.querySelector('.sl')); return [style.backgroundColor, style.color].map((c) => Number(c.match(/\\d+/)[0])); }"


def fits(page):
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def serious(page, axe, within="#rendered_cells"):
    page.evaluate(axe)
    found = page.evaluate("(within) => axe.run(within)", within)["violations"]
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found if each["impact"] in SERIOUS
    ]


def test_a_manager_reads_the_overview_and_a_result_on_a_telephone(watched, office, axe):
    address, token = office
    page = watched(viewport={"width": 390, "height": 844}).page
    page.goto(f"{address}/?token={token}")
    page.click("text=All deployments")
    page.wait_for_selector(".rows", timeout=60_000)
    assert "In 1 deployment 4 faces were seen and 4 alerts were raised" in page.inner_text("#rendered_cells")
    assert "1 publication is of a case that is published elsewhere too" in page.inner_text("#rendered_cells")
    assert fits(page) and serious(page, axe) == []
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text(["Overview"])
    page.fill(".sl-filters input[placeholder='2026-12-31']", "2999-01-01")
    page.keyboard.press("Tab")
    page.wait_for_selector("text=None is published here, or none is of the kind asked for.")
    page.go_back()
    page.click("text=All deployments")
    page.locator(".rows a", has_text="north-gate").first.click()
    page.wait_for_selector(".sl-te[data-threshold]", timeout=60_000)
    text = page.inner_text("#rendered_cells")
    assert "What people concluded: 1 the person asked about, 1 somebody else, 2 not settled yet." in text
    assert EVIL in text and page.locator("#rendered_cells img").count() == 1
    assert fits(page) and serious(page, axe) == []


def test_the_overview_is_saved_as_tables_in_which_text_stays_text(watched, office):
    address, token = office
    page = watched().page
    page.goto(f"{address}/voila/render/overview.ipynb?token={token}")
    page.wait_for_selector(".sl-files a", timeout=60_000)
    for kind, begins in (("CSV", b"\xef\xbb\xbf"), ("XLSX", b"PK")):
        with page.expect_download() as got:
            page.click(f".sl-files a:text-is('{kind}')")
        assert got.value.path().read_bytes().startswith(begins)


def test_a_dark_system_reads_it_dark_and_on_paper_it_is_light_and_nothing_is_cut_off(watched, office):
    """Voila's page is as high as its window and scrolls inside, of which a printer takes the first page only."""
    address, token = office
    page = watched(color_scheme="dark").page
    page.goto(f"{address}/voila/render/result.ipynb?bundle=north-gate&token={token}")
    page.wait_for_selector(".sl-te[data-threshold]", timeout=60_000)
    ground, ink = page.evaluate(COLOURS)
    assert ground < 60 and ink > 180 and page.get_attribute(".sl-te", "data-theme") == "dark"
    page.emulate_media(media="print", color_scheme="dark")
    ground, ink = page.evaluate(COLOURS)
    assert ground == 255 and ink < 80
    expect(page.locator(".sl-te")).to_have_attribute("data-theme", "light")
    kept = (
        "() => [...document.querySelectorAll('.jp-OutputArea-child')].map((one) => getComputedStyle(one).breakInside)"
    )
    assert set(page.evaluate(kept)) == {"auto"}  # kept together, the first sheet would be empty
    assert page.evaluate(PRINTED) == ["exact", "avoid"]
    height = page.evaluate("() => document.documentElement.scrollHeight")
    assert height > 2_000
    assert page.pdf(format="A4").count(b"/Type /Page\n") + page.pdf(format="A4").count(b"/Type /Page ") >= 2


def test_a_reviewer_judges_at_the_desk_without_jupyterlab(watched, case, tmp_path, axe):
    server, token = open_server(case, tmp_path, case.folder, "--desk", "C. Day", "--preheated", 0)
    with server as address:
        page = watched().page
        page.goto(f"{address}/voila/render/desk.ipynb?token={token}")
        page.wait_for_selector(".sl-ar button", timeout=60_000)
        page.wait_for_timeout(500)
        assert "Mara Lind" not in page.inner_text("#rendered_cells")  # the first look is blind
        assert "C. Day" in page.inner_text("#rendered_cells")
        assert serious(page, axe) == []
        page.goto("about:blank")
