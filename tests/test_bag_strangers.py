"""A file that somebody lays beside a bag's `data/` is named by the command that the bag's README has."""

from __future__ import annotations

import subprocess
from pathlib import Path

from workbench.evidence.bag import STRANGERS, drafting, seal_of


def strangers(folder: Path) -> str:
    return subprocess.run(["bash", "-c", STRANGERS], cwd=folder, capture_output=True, text=True).stdout


def test_a_file_beside_the_payload_is_named_though_the_hash_is_the_same(tmp_path: Path) -> None:
    place = tmp_path / "bag"
    with drafting(place) as draft:
        draft.put("report.html", "<p>a question</p>")
        digest = draft.close({})
        draft.settle(place)
    assert strangers(place) == ""
    (place / "CONCLUSION.html").write_text("guilty")
    assert seal_of(place) == digest and strangers(place) == "CONCLUSION.html\n"


def test_the_documentation_has_the_same_command() -> None:
    assert STRANGERS in (Path(__file__).parent.parent / "docs" / "evidence.md").read_text("utf-8")
