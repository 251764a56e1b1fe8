import tempfile
from pathlib import Path

import pytest

from tests.browser import driving


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    if not Path(driving.CHROMIUM).is_file():
        pytest.skip("there is no Chromium here; install Debian's package chromium, or set CHROMIUM to a browser")
    pytest.importorskip("playwright")
    with driving.chromium() as found:
        yield found


@pytest.fixture(scope="session")
def jupyter(browser):
    with tempfile.TemporaryDirectory() as folder:
        server = driving.Jupyter(Path(folder) / "jupyter")
        yield server
        server.close()


@pytest.fixture
def watched(browser):
    """Opens watched pages; at the end none may have asked beyond this machine or complained."""
    opened = []

    def open_page(**options):
        opened.append(driving.Watched(browser, **options))
        return opened[-1]

    yield open_page
    for each in opened:
        each.close()
    assert [url for each in opened for url in each.outside] == []
    assert [error for each in opened for error in each.errors] == []


@pytest.fixture
def show(watched, tmp_path):
    """Shows a widget as its own static page: no Jupyter, no kernel."""

    def go(widget, **options):
        page = watched(**options).page
        page.goto(widget.save(tmp_path / "page.html").as_uri())
        page.wait_for_selector(".sl-te[data-threshold]")
        return page

    return go
