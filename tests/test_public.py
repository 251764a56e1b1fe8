"""What `import workbench` gives, and what it costs."""

import ast
import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

import workbench as wb

ROOT = Path(wb.__file__).parent
HEAVY = {
    "numpy",
    "pandas",
    "scipy",
    "cv2",
    "onnx",
    "onnxruntime",
    "sqlalchemy",
    "alembic",
    "av",
    "pyarrow",
    "PIL",
    "faiss",
}
SCREEN = {"widgets", "ipywidgets", "anywidget", "IPython"}


def fresh(code: str) -> str:
    """What a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout


def modules_after(code: str) -> set[str]:
    return set(
        json.loads(fresh(f"{code}\nimport sys, json\nprint(json.dumps([m.split('.')[0] for m in sys.modules]))"))
    )


def test_importing_the_workbench_loads_nothing_heavy() -> None:
    assert modules_after("import workbench") & (HEAVY | SCREEN) == set()


def test_importing_the_workbench_takes_less_than_a_third_of_a_second() -> None:
    code = "import time; t = time.process_time(); import workbench; print(time.process_time() - t)"
    assert median(float(fresh(code)) for _ in range(3)) < 0.3


def test_a_case_needs_no_model_and_no_screen() -> None:
    loaded = modules_after("import workbench; workbench.open_case")
    assert loaded & ({"onnxruntime", "insightface", "faiss"} | SCREEN) == set()


def test_looking_at_the_names_loads_nothing() -> None:
    assert modules_after("import workbench; dir(workbench); workbench.__all__; workbench.__version__") & HEAVY == set()


def test_every_public_name_is_there_and_the_list_is_sorted() -> None:
    assert sorted(wb.__all__, key=lambda name: (not name[0].isupper(), name)) == wb.__all__
    assert len(set(wb.__all__)) == len(wb.__all__)
    for name in wb.__all__:
        assert getattr(wb, name).__name__ == name
    assert set(wb.__all__) <= set(dir(wb))


def test_star_import_gives_the_public_names() -> None:
    assert set(json.loads(fresh("from workbench import *\nimport json\nprint(json.dumps(dir()))"))) >= set(wb.__all__)


def test_a_name_that_does_not_exist_is_an_attribute_error_that_names_it() -> None:
    with pytest.raises(AttributeError, match="module 'workbench' has no attribute 'match'"):
        wb.match  # noqa: B018
    assert not hasattr(wb, "numpy")


@pytest.mark.parametrize("name", wb.__all__)
def test_every_public_thing_says_what_it_is(name: str) -> None:
    thing = getattr(wb, name)
    written = inspect.getdoc(thing) or ""
    assert written and written != inspect.getdoc(object) and not written.startswith(f"{name}("), name
    if inspect.isclass(thing):
        for method, value in vars(thing).items():
            if not method.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                assert inspect.getdoc(value), f"{name}.{method}"


def test_the_errors_are_one_tree() -> None:
    from workbench import errors

    tree = {name for name, thing in vars(errors).items() if inspect.isclass(thing)}
    assert tree == set(errors.__all__) and tree <= set(wb.__all__)
    for name in tree:
        assert issubclass(getattr(errors, name), wb.WorkbenchError) and name in (errors.__doc__ or "")
    assert issubclass(wb.FootageError, wb.InputError) and issubclass(wb.CaseBusy, wb.CaseError)


def modules() -> list[str]:
    found = sorted(ROOT.rglob("*.py"))
    return [
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)
        for path in found
        if "migrations" not in path.parts
    ]


@pytest.mark.parametrize("module", [name for name in modules() if not name.endswith("__init__")])
def test_a_module_begins_with_a_sentence_and_keeps_its_list_of_names(module: str) -> None:
    path = ROOT.parent / Path(*module.split(".")).with_suffix(".py")
    tree = ast.parse(path.read_text(encoding="utf-8"))
    first = (ast.get_docstring(tree) or "").splitlines()[0]
    assert first and len(first) <= 140, "the first line of the docstring is one sentence"
    listed = [ast.literal_eval(node.value) for node in tree.body if isinstance(node, ast.Assign) and names_all(node)]
    if listed:
        loaded = importlib.import_module(module)
        assert all(hasattr(loaded, name) for name in listed[0])


def names_all(node: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in node.targets)
