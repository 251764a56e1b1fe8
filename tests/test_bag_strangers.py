"""The command that a bag's README has, with nothing of ours, names what somebody laid beside, changed or took away."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import indent

import pytest

from workbench.evidence.bag import STRANGERS, drafting, seal_of

SHELL = ["sh", "-c", STRANGERS]


def strangers(folder: Path) -> str:
    """All that the command says."""
    return subprocess.run(
        SHELL, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    ).stdout


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    place = tmp_path / "bag"
    with drafting(place) as draft:
        draft.put("report.html", "<p>a question</p>")
        draft.put("alerts/0003/a still.jpg", b"a picture")
        draft.close({})
        draft.settle(place)
    return place


def test_nothing_is_said_of_a_bag_that_is_as_it_was(bag: Path) -> None:
    assert strangers(bag) == ""


@pytest.mark.parametrize(
    "name", ["CONCLUSION.html", "tagmanifest-sha999.txt", "tagmanifest-md5.txt", "a/b", "bagit.txt\nx"]
)
def test_a_file_beside_the_payload_is_named_though_the_hash_is_the_same(bag: Path, name: str) -> None:
    digest = seal_of(bag)
    (bag / name).parent.mkdir(exist_ok=True)
    (bag / name).write_text("guilty")
    assert seal_of(bag) == digest and f"{name}: not listed\n".replace("\nx", "?x") in strangers(bag)


def _listed_again(bag: Path) -> None:
    """A stranger with a line of its own in the manifest that the hash on paper does not stand for."""
    (bag / "CONCLUSION.html").write_text("guilty")
    said = subprocess.run(["sha512sum", "CONCLUSION.html"], cwd=bag, capture_output=True, text=True, check=True).stdout
    _append(bag / "tagmanifest-sha512.txt", said)


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text() + text)


EDITS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file of the payload": (lambda bag: (bag / "data/report.html").write_text("x"), "data/report.html: FAILED"),
    "a file added to the payload": (lambda bag: (bag / "data/x").write_text("x"), "data/x: not listed"),
    "a file taken away": (lambda bag: (bag / "data/alerts/0003/a still.jpg").unlink(), "a still.jpg: FAILED open"),
    "what the bag says of itself": (lambda bag: (bag / "bag-info.txt").write_text("by: X"), "bag-info.txt: FAILED"),
    "a manifest": (lambda bag: (bag / "manifest-sha512.txt").write_text(""), "manifest-sha512.txt: FAILED"),
    "a hash of the second tagmanifest": (
        lambda bag: (bag / "tagmanifest-sha512.txt").write_text("0" * 128 + "  bagit.txt\n"),
        "bagit.txt: FAILED",
    ),
    "a text in the second tagmanifest": (
        lambda bag: _append(bag / "tagmanifest-sha512.txt", "guilty\n"),
        "improperly formatted",
    ),
    "lines of the second tagmanifest": (
        lambda bag: (bag / "tagmanifest-sha512.txt").write_text(""),
        "bagit.txt: not listed",
    ),
    "the second tagmanifest": (
        lambda bag: (bag / "tagmanifest-sha512.txt").unlink(),
        "tagmanifest-sha512.txt: No such",
    ),
    "a stranger listed by the second tagmanifest": (_listed_again, "CONCLUSION.html: not listed"),
}


@pytest.mark.parametrize(("edit", "said"), EDITS.values(), ids=EDITS)
def test_what_was_changed_is_named(bag: Path, edit: Callable[[Path], object], said: str) -> None:
    edit(bag)
    assert said in strangers(bag)


def test_the_documentation_has_the_same_command() -> None:
    docs = Path(__file__).parent.parent / "docs" / "evidence.md"
    assert indent(STRANGERS, "   ") in docs.read_text("utf-8")
