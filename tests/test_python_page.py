"""The page on what is public in Python tells of everything that is, in the words of today."""

import workbench as wb
from tests.python_page import ARCHIVE, CASE, MODULE, PAGE, VALUES, page


def public(kind: type) -> list[str]:
    return sorted(name for name in dir(kind) if not name.startswith("_"))


def named(groups: dict[str, str]) -> list[str]:
    return sorted(" ".join(groups.values()).split())


def test_the_page_is_as_the_documentation_of_the_names_is_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m tests.python_page"


def test_everything_public_stands_on_it_once() -> None:
    assert named(CASE) == public(wb.Case) and named(ARCHIVE) == public(wb.Archive)
    assert sorted([*named(MODULE), *VALUES.split(), "Case", "Archive"]) == sorted(wb.__all__)


def test_nothing_public_is_without_a_word() -> None:
    rows = [line.split(" | ", 1)[1] for line in page().splitlines() if line.startswith("| `")]
    assert len(rows) > 200 and all(row.strip(" |") for row in rows)
