"""What a caller gives that is of another kind than asked for is refused in one line, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from tests.review_cases import AGREE, alerting, new_case, scan
from workbench.arguments import number_of, path_of, said, text_of, whole_of
from workbench.case import Case
from workbench.errors import InputError

JUDGED: dict[str, Any] = {"verdict": "same", "reviewer": "A. Ng", "confidence": "moderate", "reason": "the ears"}
POINT: dict[str, Any] = {"name": "live", "reason": "exercise", "by": "A. Ng"}
WRONG: dict[str, tuple[Callable[[Case], object], str]] = {
    "a run by its name": (lambda case: case.run("latest"), "a run is a whole number"),  # type: ignore[arg-type]
    "a list of footage": (lambda case: case.scan(["a.mp4", "b.mp4"]), r"as in scan\(\*files\)"),  # type: ignore[arg-type]
    "no footage": (lambda case: case.scan(None), "footage is given by its path, as text; this is None"),  # type: ignore[arg-type]
    "every as text": (lambda case: case.scan("a.mp4", every="1"), "every is a number"),  # type: ignore[arg-type]
    "workers as text": (lambda case: case.scan("a.mp4", workers="2"), "how many workers"),  # type: ignore[arg-type]
    "features without opinions": (
        lambda case: case.decide(1, features=["nose"], **JUDGED),
        "features are given by name",
    ),
    "no features": (lambda case: case.decide(1, features=None, **JUDGED), "features are given by name"),  # type: ignore[arg-type]
    "nobody": (lambda case: case.decide(1, features=AGREE, **JUDGED | {"reviewer": None}), "the name of a person"),
    "no reason": (
        lambda case: case.decide(1, features=AGREE, **JUDGED | {"reason": None}),
        "the reason is given as text",
    ),
    "a threshold for a point": (lambda case: case.record_operating_point(0.9, **POINT), "explorer.point; this is 0.9"),  # type: ignore[arg-type]
    "a point without a name": (
        lambda case: case.record_operating_point(0.9, **POINT | {"name": None}),  # type: ignore[arg-type]
        "name of an operating point is given as text",
    ),
    "photographs": (lambda case: case.enroll(["a.jpg"]), "the folder of photographs is given by its path"),  # type: ignore[arg-type]
    "details": (lambda case: case.enroll("photos", details=3), "the table of details is given by its path"),  # type: ignore[arg-type]
    "a version": (
        lambda case: case.approve("1", by="A. Ng", reason="x"),
        "a version of the list is a whole number",
    ),  # type: ignore[arg-type]
    "who approves": (lambda case: case.approve(1, by=None, reason="x"), "the name of who decides"),  # type: ignore[arg-type]
    "why it is held": (lambda case: case.hold(1, reason=None), "the reason is given as text"),  # type: ignore[arg-type]
    "a photograph": (lambda case: case.search(3, why="x", by="y"), "the photograph is given by its path"),  # type: ignore[arg-type]
    "who asks": (lambda case: case.search("a.jpg", why="x", by=None), "the name of who asks"),  # type: ignore[arg-type]
    "a bag": (lambda case: case.export(None, 1), "the place of the bag"),  # type: ignore[arg-type]
    "a bundle": (lambda case: wb.publish(case, None), "the place of the bundle"),  # type: ignore[arg-type]
    "why it is published": (lambda case: wb.publish(case, "x", reason=None), "the reason is given as text"),  # type: ignore[arg-type]
    "why it is exported": (lambda case: case.export("x", 1, reason=None), "the reason is given as text"),  # type: ignore[arg-type]
    "who exports": (lambda case: case.export("x", 1, by=None), "the name of who exports is given as text"),  # type: ignore[arg-type]
    "a published bundle": (lambda case: wb.read_bundle(None), "the place of the bundle"),  # type: ignore[arg-type]
    "an archive": (lambda case: wb.open_archive(None), "the folder of the archive"),  # type: ignore[arg-type]
    "an image": (lambda case: wb.read_image(None), "an image is given by its path"),  # type: ignore[arg-type]
    "a case": (lambda case: wb.open_case(None), "the folder of the case"),  # type: ignore[arg-type]
    "labelled pictures": (lambda case: wb.evaluate(None), "the labelled pictures"),  # type: ignore[arg-type]
    "pictures for two packs": (lambda case: wb.evaluate_packs(None, old="a", new="b"), "the labelled pictures"),  # type: ignore[arg-type]
    "a table of passes": (lambda case: wb.evaluate_footage(case, None), "the table of who passes when"),  # type: ignore[arg-type]
    "a list": (lambda case: wb.evaluate_footage(3, "truth.csv"), "a case or as a Watchlist; this is 3"),  # type: ignore[arg-type]
}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    made = new_case(tmp_path_factory.mktemp("arguments") / "case")
    scan(made, alerting(1))
    return made


@pytest.mark.parametrize("what", WRONG)
def test_what_is_of_the_wrong_kind_is_said_in_one_line_and_leaves_no_trace(case: Case, what: str) -> None:
    call, words = WRONG[what]
    before = len(case.log)
    with pytest.raises(InputError, match=words) as caught:
        call(case)
    assert "\n" not in str(caught.value) and len(case.log) == before


def test_what_is_of_the_right_kind_is_taken() -> None:
    assert path_of("a/b", "it") == path_of(Path("a/b"), "it") == Path("a/b")
    assert (text_of(" a ", "it"), whole_of(3, "it"), number_of(3, "it")) == ("a", 3, 3.0)


def test_true_is_no_number_and_bytes_are_no_path() -> None:
    for take, given in ((whole_of, True), (number_of, False), (path_of, b"a"), (whole_of, 1.0)):
        with pytest.raises(InputError, match=r"it is .*; this is"):
            take(given, "it")


def test_something_long_or_of_many_lines_is_told_in_a_few_characters() -> None:
    assert said("a\nb") == "'a\\nb' (str)" and len(said(list(range(999)))) < 75
