"""What the documents quote exists: commands with their options, names in Python, files."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

import widgets
import workbench
from workbench.cli import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "notebooks").rglob("*.ipynb"))]
NOUNS = {
    "wb": workbench,
    "widgets": widgets,
    "case": workbench.Case,
    "run": workbench.Run,
    "watch": workbench.Watchlist,
}


def prose(file: Path) -> str:
    """The text of a document; of a notebook, its cells of prose."""
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def blocks(file: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", prose(file), re.DOTALL | re.MULTILINE)


def commands() -> Iterator[Any]:
    for file in DOCUMENTS:
        for line in "".join(blocks(file, "console")).splitlines():
            yield pytest.param(line, id=f"{file.name}: {line[:60]}")


@pytest.mark.parametrize("line", list(commands()))
def test_a_quoted_command_exists_with_its_options(line: str) -> None:
    program, *words = shlex.split(line)
    if program == "make":
        targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(words) <= set(targets)
        return
    assert program == "workbench"
    command: Any = get_command(app)
    while words and hasattr(command, "commands"):
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)  # parses the options and arguments, and runs nothing


def test_the_readme_quotes_the_two_commands_and_a_whole_case() -> None:
    quoted = "\n".join(blocks(ROOT / "README.md", "console"))
    for start in (
        "make demo",
        "make test",
        "workbench case new",
        "workbench enroll",
        "workbench scan",
        "workbench case info",
    ):
        assert start in quoted


@pytest.mark.parametrize("code", blocks(ROOT / "README.md", "python"))
def test_python_of_the_readme_names_what_exists(code: str) -> None:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in NOUNS:
            noun = NOUNS[node.value.id]
            fields = getattr(noun, "__dataclass_fields__", {})
            assert hasattr(noun, node.attr) or node.attr in fields, f"{node.value.id}.{node.attr} does not exist"


def test_a_first_case_has_about_ten_lines() -> None:
    first = blocks(ROOT / "README.md", "python")[0]
    assert len([line for line in first.splitlines() if line.strip()]) <= 11


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_files_that_a_document_names_are_there(file: Path) -> None:
    text = prose(file)
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in link]
    missing = [link for link in links if not (file.parent / link).exists()]
    named = re.findall(r"`(?:python )?((?:tests|notebooks|workbench|widgets|docs)/[\w./]+\.\w+)", text)
    missing += [name for name in named if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("file", [*DOCUMENTS, ROOT / "CHANGELOG.md"], ids=lambda file: file.name)
def test_a_document_names_no_place_of_one_machine(file: Path) -> None:
    assert not re.search(r"/(work|root|home|tmp|Users)/|localhost:\d", file.read_text(encoding="utf-8"))
