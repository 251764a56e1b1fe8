"""The list as a value, and what a person should look at before it is used."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from workbench.faces import Space
from workbench.list_checks import BLOCK, look_over
from workbench.tracks import Scale
from workbench.watchlist import Entry, Reference, Rejected, Warned, Watchlist

SPACE = Space("a" * 64, 2, "minifix")
SCALE = Scale(same=0.5, contradict=0.25)


def at(cosine: float) -> list[float]:
    """A unit vector with this cosine to (1, 0)."""
    return [cosine, float(np.sqrt(1 - cosine**2))]


def watchlist(**people: list[list[float]]) -> Watchlist:
    """One reference a template, each of another image."""
    pairs = [(name, i, template) for name, rows in people.items() for i, template in enumerate(rows)]
    return Watchlist(
        entries=tuple(Entry(name) for name in people),
        references=tuple(Reference(name, f"{name}/{i}.jpg", f"{name}{i}", 90, 0.9) for name, i, _ in pairs),
        templates=np.array([template for *_, template in pairs], np.float32).reshape(-1, 2),
        space=SPACE,
    )


def kinds(watch: Watchlist) -> list[tuple[str, tuple[str, ...]]]:
    return [(warned.kind, warned.subjects) for warned in look_over(watch, SCALE)]


def test_an_empty_list_is_a_value_like_any_other() -> None:
    none = watchlist()
    assert len(none) == 0 and none.owner.shape == (0,) and look_over(none, SCALE) == ()
    assert repr(none) == "Watchlist(0 people, 0 references, minifix 2-d)"
    assert len(none.to_frame()) == 0 and "subject" in none.to_frame().columns


def test_a_template_too_many_is_refused() -> None:
    with pytest.raises(ValueError, match=r"has shape \(1, 2\), expected \(0, 2\)"):
        replace(watchlist(), templates=np.ones((1, 2), np.float32))


def test_each_reference_knows_its_owner() -> None:
    watch = watchlist(Ada=[at(1), at(0.9)], Bob=[], Eve=[at(0)])
    assert watch.subjects == ("Ada", "Bob", "Eve") and watch.owner.tolist() == [0, 0, 2]
    assert [r.file for r in watch.of("Ada")] == ["Ada/0.jpg", "Ada/1.jpg"] and watch.of("Zoe") == ()
    assert watch.to_frame()["references"].tolist() == [2, 0, 1]


def test_an_entry_holds_to_the_end_of_its_last_day() -> None:
    watch = watchlist(Ada=[at(1)], Bob=[at(0)])
    watch = replace(watch, entries=(Entry("Ada", expires=date(2026, 3, 1)), Entry("Bob")))
    assert watch.valid_on(date(2026, 3, 1)).subjects == ("Ada", "Bob")
    after = watch.valid_on(date(2026, 3, 2))
    assert after.subjects == ("Bob",) and after.templates.tolist() == [[0, 1]] and after.owner.tolist() == [0]


def test_when_everybody_has_expired_nobody_is_left() -> None:
    watch = replace(watchlist(Ada=[at(1)]), entries=(Entry("Ada", expires=date(2020, 1, 1)),))
    assert len(watch.valid_on(date(2026, 1, 1))) == 0 and watch.valid_on(date(2026, 1, 1)).templates.shape == (0, 2)


def test_two_people_who_score_like_one_are_named_with_their_score() -> None:
    (warned,) = look_over(watchlist(Ada=[at(1), at(0.9)], Bob=[at(0.8), at(0.6)]), SCALE)
    assert (warned.kind, warned.subjects) == ("look_alike", ("Ada", "Bob"))
    assert warned.score == pytest.approx(0.9 * 0.8 + np.sqrt(0.19) * 0.6, abs=1e-4)


def test_the_line_itself_is_alike_and_below_it_is_not() -> None:
    pair = watchlist(Ada=[at(1), at(1)], Bob=[at(0.5), at(0.5)])
    assert kinds(pair) == [("look_alike", ("Ada", "Bob"))]
    assert look_over(pair, Scale(same=0.51, contradict=0.25)) == ()


def test_pairs_come_most_alike_first() -> None:
    watch = watchlist(Ada=[at(1)] * 2, Bob=[at(0.7)] * 2, Eve=[at(0.6)] * 2)
    assert [pair for _, pair in kinds(watch)] == [("Bob", "Eve"), ("Ada", "Bob"), ("Ada", "Eve")]


def test_one_image_only_is_said() -> None:
    assert kinds(watchlist(Ada=[at(1)])) == [("one_photo", ("Ada",))]


def test_images_of_one_person_that_contradict_are_said() -> None:
    assert kinds(watchlist(Ada=[at(1), at(0.24)])) == [("disagree", ("Ada",))]
    assert kinds(watchlist(Ada=[at(1), at(0.26)])) == []


def test_one_photograph_under_two_names_is_said() -> None:
    watch = watchlist(Ada=[at(1), at(1)], Bob=[at(0), at(0)])
    twice = replace(watch.references[2], sha256="Ada0")
    watch = replace(watch, references=(*watch.references[:2], twice, watch.references[3]))
    assert kinds(watch) == [("same_photo", ("Ada", "Bob"))]


def test_look_alikes_are_found_across_blocks_of_a_long_list() -> None:
    rng = np.random.default_rng(0)
    many = rng.normal(size=(2 * BLOCK + 10, 64))
    many[-1] = many[3]
    templates = (many / np.linalg.norm(many, axis=1, keepdims=True)).astype(np.float32)
    names = [f"p{i}" for i in range(len(many))]
    watch = Watchlist(
        entries=tuple(Entry(name) for name in names),
        references=tuple(Reference(name, name, name, 90, 0.9) for name in names),
        templates=templates,
        space=Space("a", 64),
    )
    alike = [w.subjects for w in look_over(watch, Scale(0.9, 0.1)) if w.kind == "look_alike"]
    assert alike == [("p3", names[-1])]


def test_what_a_program_reads_is_json() -> None:
    watch = replace(
        watchlist(Ada=[at(1)]),
        rejected=(Rejected("Ada/2.jpg", "blurred"),),
        warnings=(Warned("one_photo", ("Ada",), None, "one only"),),
    )
    assert json.loads(json.dumps(watch.to_dict())) == {
        "subjects": 1,
        "references": 1,
        "rejected": [{"file": "Ada/2.jpg", "reason": "blurred"}],
        "warnings": [{"kind": "one_photo", "subjects": ["Ada"], "score": None, "text": "one only"}],
    }
    assert repr(replace(watch, version=3)) == "Watchlist v3(1 person, 1 reference, minifix 2-d, 1 image rejected)"
