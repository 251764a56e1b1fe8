"""The server of published results, looked at with a real Chromium."""

import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.driving import free_port, notebook
from tests.test_serving import running

CELL = "import ipywidgets; ipywidgets.IntSlider(description='cost')"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    notebook(folder / "published" / "north-gate.ipynb", CELL)
    token, port = secrets.token_urlsafe(24), free_port()
    command = ["widgets.serving", folder / "published", "--port", port, "--theme", "dark"]
    with running(command, port, folder / "log", SECOND_LOOK_TOKEN=token) as address:
        yield address, token


def test_a_viewer_signs_in_and_reads_an_app(watched, office):
    """Whatever leaves the machine, or is an error to the browser, fails in `watched`."""
    address, token = office
    page = watched().page
    page.goto(f"{address}/voila/render/north-gate.ipynb")
    page.fill("#password", token)
    page.click("button")
    page.wait_for_selector(".widget-hslider", timeout=60_000)
    assert "token" not in page.url
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_text("North gate")
    expect(page.locator(".sl-back")).to_have_text("All notebooks")
    page.click(".sl-back")
    page.wait_for_selector("text=north gate")
    expect(page).to_have_title("Notebooks")


def test_a_wrong_token_is_said_to_be_wrong(browser, office):
    page = browser.new_context().new_page()
    page.goto(office[0])
    page.fill("#password", "guess")
    page.click("button")
    assert "not the token" in page.text_content("[role=alert]")
    page.context.close()
