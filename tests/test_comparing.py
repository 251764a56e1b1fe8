"""From trails to answers, on planted templates: who is proposed, what is kept, and what is not."""

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.fakes import DIM, SCALE, FakePack, template
from workbench.comparing import BATCH, Comparer
from workbench.galleries import build_gallery
from workbench.runs import Passage
from workbench.tracking import Kept, Sight, Trail

F32 = NDArray[np.float32]
BOX = np.array([10.0, 10, 50, 50])
LIST = {"Ada": [template(1)], "Bob": [template(0, 1), template(0, 1, 0.2)], "Eve": [template(0, 0, 1)]}


def face(t: float, towards: F32, quality: float = 0.8) -> Kept:
    chip, picture = np.zeros((40, 40, 3), np.uint8), np.full((9, 9, 3), round(t), np.uint8)
    return Kept(t, round(t * 25), BOX.astype(np.float32), quality, chip, picture, towards)


def trail(*faces: Kept) -> Trail:
    """Somebody seen at every face, and once before and once after."""
    times = [faces[0].t - 1, *(kept.t for kept in faces), faces[-1].t + 1] if faces else [0.0, 1.0]
    return Trail([Sight(t, BOX + t) for t in times], kept=list(faces))


def comparer(**options: object) -> Comparer:
    references = np.stack([row for rows in LIST.values() for row in rows])
    owner = np.repeat(np.arange(len(LIST)), [len(rows) for rows in LIST.values()])
    settings: dict[str, object] = {"threshold": 0.7, "near": 0.5, **options}
    return Comparer(FakePack(), SCALE, build_gallery("exact", references), references, owner, **settings)


def judged(*faces: Kept, **options: object) -> Passage:
    (passage,) = comparer(**options).passages([trail(*faces)])
    return passage


def test_no_trail_gives_no_passage() -> None:
    assert comparer().passages([]) == []


def test_a_trail_without_a_fit_face_was_not_compared() -> None:
    passage = judged()
    assert (passage.score, passage.near_miss, passage.candidates, passage.best) == (None, None, (), None)
    assert (passage.start, passage.end, passage.seen, passage.face_px) == (0, 1, 2, 40)


def test_an_alert_carries_its_candidates_its_template_and_its_faces_best_first() -> None:
    passage = judged(face(1, template(1), 0.3), face(2, template(1), 0.9))
    assert passage.score == pytest.approx(1) and passage.near_miss is False
    assert passage.template == pytest.approx(template(1)) and [p.t for p in passage.pictures] == [2, 1]
    assert passage.best is not None and passage.best.t == 2 and passage.best.image.size == 0


def test_one_candidate_a_person_by_their_best_reference() -> None:
    passage = judged(face(1, template(0.1, 1, 0.2)))
    assert [row for row, _ in passage.candidates] == [2, 3, 0]  # Bob by his second image, Eve, Ada
    scores = [score for _, score in passage.candidates]
    assert scores == sorted(scores, reverse=True) and passage.score == scores[0]
    assert len(judged(face(1, template(1)), top=2).candidates) == 2


def test_the_score_is_the_mean_of_the_fused_template_and_the_best_single_face() -> None:
    # two faces of equal quality, one straight at Ada, one at 60 degrees: fused at 30 degrees
    sixty = template(0.5, 0, 0, np.sqrt(0.75))
    passage = judged(face(1, template(1)), face(2, sixty))
    assert passage.score == pytest.approx((np.cos(np.pi / 6) + 1) / 2)


def test_a_poor_face_weighs_less_in_the_fused_template() -> None:
    sixty = template(0.5, 0, 0, np.sqrt(0.75))
    poor, rich = judged(face(1, template(1)), face(2, sixty, 0.1)), judged(face(1, template(1)), face(2, sixty, 0.8))
    assert poor.score is not None and rich.score is not None and poor.score > rich.score


def test_a_score_equal_to_the_threshold_is_an_alert_and_to_the_near_line_a_near_miss() -> None:
    score = judged(face(1, template(0.8, 0, 0, 0.6))).score
    assert judged(face(1, template(0.8, 0, 0, 0.6)), threshold=score).near_miss is False
    assert judged(face(1, template(0.8, 0, 0, 0.6)), threshold=0.99, near=score).near_miss is True


def test_below_the_near_line_nothing_but_a_score_is_kept() -> None:
    passage = judged(face(1, template(0.4, 0, 0, 1)))
    assert passage.score is not None and 0 < passage.score < 0.5
    assert (passage.near_miss, passage.candidates, passage.template) == (None, (), None)
    assert (passage.best, passage.pictures) == (None, ())


def test_a_near_miss_keeps_no_face_unless_the_policy_says_so() -> None:
    near = face(1, template(0.6, 0, 0, 0.8))
    passage = judged(near)
    assert passage.near_miss is True and passage.candidates[0][0] == 0 and passage.best is not None
    assert passage.template is None and passage.pictures == () and passage.best.image.size == 0
    kept = judged(near, near_miss_faces=True)
    assert kept.template is not None and len(kept.pictures) == 1


def test_two_people_in_one_trail_are_two_passages_that_share_nothing() -> None:
    ada, bob = [face(t, template(1)) for t in (1, 2, 3)], [face(t, template(0, 1)) for t in (4, 5)]
    first, second = comparer().passages([trail(*ada, *bob)])
    assert first.candidates[0][0] == 0 and second.candidates[0][0] == 1
    assert (first.start, first.end, second.start, second.end) == (0, 3, 4, 6)
    assert [p.t for p in first.pictures] == [1, 2, 3] and [p.t for p in second.pictures] == [4, 5]
    assert first.seen + second.seen == 7


def test_three_people_in_one_trail_are_three_passages() -> None:
    parts = comparer().passages([trail(*(face(t, template(*[0] * t, 1)) for t in range(3)))])
    assert [part.candidates[0][0] for part in parts] == [0, 1, 3]


def test_the_order_in_which_faces_were_kept_does_not_matter() -> None:
    faces = [face(t, template(1) if t < 3 else template(0, 1)) for t in (1, 2, 3, 4)]
    sights = [Sight(t, BOX) for t in (0.0, 1, 2, 3, 4, 5)]
    forth = comparer().passages([Trail(sights, kept=list(faces))])
    back = comparer().passages([Trail(sights, kept=faces[::-1])])
    assert [(p.start, p.end, p.score) for p in forth] == [(p.start, p.end, p.score) for p in back]


def test_one_track_asks_one_question_about_the_best_person() -> None:
    between = judged(face(1, template(1, 0.9)), threshold=0.5)
    assert between.near_miss is False and [row for row, _ in between.candidates[:2]] == [0, 1]


def test_equal_candidates_keep_the_order_of_enrolment() -> None:
    twin = np.stack([template(1), template(1)])
    same = Comparer(FakePack(), SCALE, build_gallery("exact", twin), twin, np.array([0, 1]), threshold=0.7, near=0.5)
    (passage,) = same.passages([trail(face(1, template(1)))])
    assert [row for row, _ in passage.candidates] == [0, 1]


def test_faces_are_embedded_once_in_batches_and_counted() -> None:
    faces = [face(t, template(1)) for t in range(BATCH + 8)]
    for kept in faces[:-3]:
        kept.template = None
    work = comparer()
    work.passages([trail(*faces[:10]), trail(*faces[10:])])
    assert work.embedded == len(work.pack.embedded) == BATCH + 5  # type: ignore[attr-defined]
    assert all(kept.template is not None for kept in faces)


def test_a_list_shorter_than_the_search_is_deep_is_no_problem() -> None:
    one = template(1)[None]
    alone = Comparer(FakePack(), SCALE, build_gallery("exact", one), one, np.array([0]), threshold=0.7, near=0.5)
    (passage,) = alone.passages([trail(face(1, template(1)))])
    assert passage.candidates == ((0, pytest.approx(1)),)


def test_a_person_with_very_many_images_does_not_hide_the_others_score() -> None:
    crowd = np.concatenate([np.repeat(template(1, 0.2)[None], 40, axis=0), template(1)[None]])
    owner = np.array([0] * 40 + [1])
    work = Comparer(FakePack(), SCALE, build_gallery("exact", crowd), crowd, owner, threshold=0.7, near=0.5)
    (passage,) = work.passages([trail(face(1, template(1)))])
    assert passage.candidates[0] == (40, pytest.approx(1)) and len(passage.candidates) == 2


def test_a_template_has_the_length_of_its_space() -> None:
    passage = judged(face(1, template(1)))
    assert passage.template is not None and passage.template.shape == (DIM,) and passage.template.dtype == np.float32
