import shutil
import subprocess
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
        pytest.skip(
            "there is no Chromium here; install Debian's package chromium-headless-shell, or set CHROMIUM to a browser"
        )
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


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """The script of axe-core, from npm."""
    if not shutil.which("npm"):
        pytest.skip("axe-core comes from npm, which is not here; install Debian's package npm")
    folder = tmp_path_factory.mktemp("axe")
    command = ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "axe-core@4"]
    got = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    if got.returncode:
        pytest.skip(f"axe-core cannot be had from npm: {got.stderr[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
