"""Every link of a notebook leads somewhere in each way in which the notebook is opened: JupyterLab, `workbench serve`, Voila on Binder."""

import json
import re
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from widgets.serving.shelf import shelf_for

ROOT = Path(__file__).parents[1]
VOILA = "/voila/render/"
LINK = re.compile(r"\]\(([^)\s]+)\)|href=[\"']([^\"']+)")
BOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
LESSONS = sorted((ROOT / "notebooks" / "lessons").glob("*.ipynb"))


def links(book: Path) -> list[str]:
    """Addresses in the notebook's own words that stay with us."""
    cells = json.loads(book.read_text("utf-8"))["cells"]
    words = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = [markdown or html for markdown, html in LINK.findall(words)]
    return [link for link in found if "://" not in link and not link.startswith(("#", "mailto:"))]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_jupyterlab_opens_what_a_notebook_links_to(book: Path) -> None:
    assert [link for link in links(book) if not (book.parent / unquote(link.split("#")[0])).is_file()] == []


@pytest.mark.parametrize("book", LESSONS, ids=lambda book: book.stem)
def test_the_server_of_the_lessons_has_what_a_lesson_links_to(book: Path, tmp_path: Path) -> None:
    shelf = shelf_for(book.parent, tmp_path)
    paths = [urljoin(f"{VOILA}{book.name}", link).split("#")[0] for link in links(book)]
    assert paths and [at for at in paths if shelf.query(unquote(at).removeprefix(VOILA), {}) is None] == []


@pytest.mark.parametrize("book", LESSONS, ids=lambda book: book.stem)
def test_voila_over_the_whole_project_renders_what_a_lesson_links_to(book: Path) -> None:
    at = f"{VOILA}{book.relative_to(ROOT).as_posix()}"
    paths = [urljoin(at, link).split("#")[0] for link in links(book)]
    assert [path for path in paths if ROOT / unquote(path).removeprefix(VOILA) not in BOOKS] == []
