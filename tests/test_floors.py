"""The house has floors: a file imports from its own floor or below, and every file has its floor."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbench

ROOT = Path(workbench.__file__).parent

PURE, NOUNS, ADAPTERS, VERBS = range(4)
FLOORS = {
    PURE: "association counts covers errors geometry intervals metrics missing open_set outcomes paired quality sameness signal_detection zones",
    NOUNS: "deployed "
    "advance "
    "alerts approvals archive_searches arguments archived board caveats columns comparison comparison_settings comparison_sheet comparison_words conclusions conditions curve decisions deployments entry_fields evaluation evaluation_report faces groups html kept_scores kept_searches list_changes list_checks "
    "list_health list_review operating_point pack_change questions ranked rarity record_columns recorded redaction rescans runs searches sentences sightings smaller spreadsheets strangers strip terminal timing tracks trade_off trial_columns triage watchlist clips where_when",
    ADAPTERS: "abreast archive casefile cast footage galleries interruption models published",
    VERBS: "jobs scan_run "
    "__init__ __main__ case cli cli_cast cli_evaluate cli_lists cli_models cli_parts cli_publish cli_redact cli_search cli_serve cli_watch comparing cutouts demo details doctor enrolment examining "
    "evaluating governing investigation labelled looking photo pipeline probing progress publishable publishing redacting report revising scanning searching sheets sights summaries thresholds tracking truth "
    "walk_past walk_truth cli_case cli_export deploying deployment evidence live stillness surroundings uses "
    "hiding lookout moved rechecking spotting "
    "clipping drafts stamping "
    "archive_opened archive_searching archives archiving cli_archive cli_archive_search",
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names.split()}

ABOVE = {"widgets", "ipywidgets", "anywidget", "IPython", "ipykernel", "jupyterlab", "voila"}
# what a pure function has no business with: files, clocks, the network, other processes, global state
OUTSIDE = set(
    "io os pathlib shutil tempfile glob sqlite3 csv socket ssl urllib http requests subprocess multiprocessing threading "
    "asyncio time datetime random secrets uuid logging cv2 onnxruntime sqlalchemy av".split()
)
PURE_LIBRARIES = {"numpy", "scipy"}


def files() -> Iterator[tuple[str, Path]]:
    """Module name below `workbench`, and its file."""
    for path in sorted(ROOT.rglob("*.py")):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)


def imports(path: Path) -> Iterator[str]:
    """Full names of all modules that a file imports, inside functions too; not those it needs for annotations alone."""
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            submodules = [f"{node.module}.{alias.name}" for alias in node.names]
            for name in submodules:
                place = ROOT.parent / Path(*name.split("."))
                yield name if place.is_dir() or place.with_suffix(".py").is_file() else str(node.module)
        todo += node.orelse if for_types_only(node) else list(ast.iter_child_nodes(node))  # type: ignore[attr-defined]


def floor_of(module: str) -> int:
    return FLOOR_OF[module.split(".")[0]]


MODULES = dict(files())


def test_every_file_has_a_floor() -> None:
    new = {name.split(".")[0] for name in MODULES} - set(FLOOR_OF)
    assert not new, f"give {', '.join(sorted(new))} a floor in {Path(__file__).name}"


def test_every_name_has_one_floor_only() -> None:
    names = " ".join(FLOORS.values()).split()
    assert len(names) == len(set(names))


@pytest.mark.parametrize("module", MODULES)
def test_a_file_imports_from_its_own_floor_or_below(module: str) -> None:
    inside = [name.removeprefix("workbench.") for name in imports(MODULES[module]) if name.startswith("workbench.")]
    higher = {name for name in inside if floor_of(name) > floor_of(module)}
    assert higher == set()


@pytest.mark.parametrize("module", MODULES)
def test_the_engine_knows_nothing_of_the_screen(module: str) -> None:
    assert {name.split(".")[0] for name in imports(MODULES[module])}.isdisjoint(ABOVE)


@pytest.mark.parametrize("module", FLOORS[PURE].split())
def test_the_pure_floor_needs_nothing_but_numbers(module: str) -> None:
    used = {name.split(".")[0] for name in imports(ROOT / f"{module}.py")} - {"workbench"}
    assert used.isdisjoint(OUTSIDE)
    assert used - set(sys.stdlib_module_names) <= PURE_LIBRARIES


def test_no_file_of_the_pure_floor_opens_anything() -> None:
    for module in FLOORS[PURE].split():
        tree = ast.parse((ROOT / f"{module}.py").read_text(encoding="utf-8"))
        called = {
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert called.isdisjoint({"open", "input", "print", "exec", "eval", "__import__"}), module


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import workbench.case", {"workbench.case"}),
        ("from workbench import case", {"workbench.case"}),
        ("from workbench import __version__", {"workbench"}),
        ("from workbench.models.pack import Pack", {"workbench.models.pack"}),
        ("def f():\n    import cv2", {"cv2"}),
        ("if TYPE_CHECKING:\n    import pandas\nelse:\n    import csv", {"csv"}),
    ],
)
def test_the_walls_are_where_this_test_thinks_they_are(tmp_path: Path, source: str, found: set[str]) -> None:
    (tmp_path / "x.py").write_text(source, encoding="utf-8")
    assert set(imports(tmp_path / "x.py")) == found
