"""Every notebook is thin, is stored without outputs, and runs as it is in an empty folder."""

import ast
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from workbench.cast.shelf import ASSETS

BOOKS = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = [*sorted(BOOKS.glob("*.ipynb")), *sorted((BOOKS / "lessons").glob("*.ipynb"))]
LINES = 10  # of a cell of code
FRAMES = re.compile(r"\b(for|while)\b.*\b(frames?|images?)\b")


def cells(file: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name and cell, one after the other."""
    for number, cell in enumerate(json.loads(file.read_text(encoding="utf-8"))["cells"], 1):
        if cell["cell_type"] == kind:
            yield f"cell {number}", cell


def by_name(file: Path) -> str:
    return file.stem


each_notebook = pytest.mark.parametrize("file", NOTEBOOKS, ids=by_name)
with_apps = pytest.mark.parametrize("file", [*NOTEBOOKS, *sorted((BOOKS / "apps").glob("*.ipynb"))], ids=by_name)


def test_there_are_notebooks() -> None:
    assert {"01_watchlist", "02_footage", "03_thresholds", "05_publish"} <= {file.stem for file in NOTEBOOKS}


@with_apps
def test_it_is_stored_without_outputs(file: Path) -> None:
    for name, cell in cells(file, "code"):
        assert cell["outputs"] == [] and cell["execution_count"] is None, f"{name}: clear all outputs before saving"
    assert set(json.loads(file.read_text(encoding="utf-8"))["metadata"]) == {"kernelspec", "language_info"}


@with_apps
def test_it_is_valid(file: Path) -> None:
    import nbformat  # here and below: it takes more than a second, and every worker collects this file

    nbformat.validate(nbformat.read(file, as_version=4))


@with_apps
def test_it_is_thin(file: Path) -> None:
    for name, cell in cells(file, "code"):
        code = "".join(cell["source"])
        assert len(code.splitlines()) <= LINES, f"{name} has more than {LINES} lines; make it a verb of workbench"
        for node in ast.walk(ast.parse(code)):
            banned = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda | ast.While | ast.Try
            assert not isinstance(node, banned) or _is_a_point(node), f"{name} holds a {type(node).__name__}"
        assert not FRAMES.search(code), f"{name} loops over frames; that is what `case.scan` is for"


def _is_a_point(node: ast.AST) -> bool:
    """A lambda of one argument, as in `picture.point(lambda value: value // 8)`, is a formula and no function."""
    return isinstance(node, ast.Lambda) and len(node.args.args) == 1


@each_notebook
def test_every_cell_of_code_is_introduced_and_prose_is_short(file: Path) -> None:
    prose = ["".join(cell["source"]) for _, cell in cells(file, "markdown")]
    assert prose[0].startswith("# ") and max(len(text.split()) for text in prose) <= 120


@each_notebook
def test_a_cell_that_waits_says_so_before_it(file: Path) -> None:
    """Who runs cell after cell would find a board above it that nobody answers."""
    book = json.loads(file.read_text(encoding="utf-8"))["cells"]
    for before, cell in pairwise(book):
        if cell["cell_type"] == "code" and ".wait()" in "".join(cell["source"]):
            assert before["cell_type"] == "markdown" and "waits" in "".join(before["source"])


@each_notebook
def test_a_notebook_with_the_cast_says_that_its_people_are_generated(file: Path) -> None:
    code = "".join("".join(cell["source"]) for _, cell in cells(file, "code"))
    first = "".join(next(cells(file, "markdown"))[1]["source"])
    assert ("cast" not in code and "lessons" not in code) or "Generated people" in first


@pytest.mark.timeout(900)
@each_notebook
def test_it_runs_as_it_is(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import nbclient
    import nbformat

    if not (ASSETS / "manifest.json").exists():
        pytest.skip("the generated people are not drawn yet: workbench cast ship workbench/cast/assets")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    folder = tmp_path / "notebooks"
    folder.mkdir()
    book = nbformat.read(file, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(book, timeout=600, kernel_name="python3", resources=resources).execute()
    shown = [out.get("data", {}) for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    ours = [data["text/html"] for data in shown if 'class="sl"' in data.get("text/html", "")]
    assert ours or any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    assert all(len(text.encode()) < 50_000 and "<script" not in text for text in ours)
