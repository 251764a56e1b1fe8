"""Investigation mode: a ranked list without a cut, recorded whatever comes of it, with what people concluded."""

import hashlib
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.command import call, refused
from tests.scenes import portraits, write_photo
from workbench.case import Case
from workbench.casefile.case import Policy
from workbench.casefile.schema import utc_now
from workbench.conclusions import Conclusion
from workbench.errors import CaseError, InputError, SpaceMismatch
from workbench.footage.numbered import numbered
from workbench.operating_point import OperatingPoint
from workbench.rarity import Rarity, rarity_words, reached_by
from workbench.searches import Compared, Search, Searches
from workbench.searching import search

EVIL = "<script>alert(1)</script>\x1b[31m\u202e=cmd"


@pytest.fixture
def opened(case: Path) -> Iterator[Case]:
    found = Case(case)
    yield found
    found.store.close()


@pytest.fixture(scope="module")
def eve(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another picture of eve than the enrolled one: smaller, and saved as JPEG."""
    path = tmp_path_factory.mktemp("photo") / "eve again.jpg"
    Image.fromarray(portraits()["eve"]).resize((140, 140)).save(path, quality=85)
    return path


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann on the left and eve on the right of one picture."""
    path = tmp_path_factory.mktemp("group") / "two.png"
    pair = [cv2.resize(portraits()[name], (200, 200)) for name in ("ann", "eve")]
    Image.fromarray(np.concatenate(pair, axis=1)).save(path)
    return path


def kept(**given: object) -> Search:
    """A search as it lies in a case."""
    values: dict[str, object] = {
        "id": 1,
        "made": utc_now(),
        "by": "A. Ng",
        "reason": "a tip",
        "photo": "a.png",
        "sha256": "a" * 64,
        "pack": "fake",
        "space": "fake 8-d (ffff)",
        "list_version": 1,
        "listed": 2,
        "wanted": 10,
        "face": 1,
        "candidates": (Compared(1, "Ada", 0.5, "Ada/1.png", "b" * 64),),
    }
    return Search(**values | given)  # type: ignore[arg-type]


class TestRarity:
    def test_a_score_below_every_measured_one_is_not_measured(self) -> None:
        assert reached_by(0.3, [Rarity(0.4, 0.01, 20, "x")]) is None
        assert rarity_words(0.3, [], 20) == "how many strangers score this high was not measured"

    def test_the_highest_measured_score_that_is_reached_speaks_and_equal_is_reached(self) -> None:
        low, high = Rarity(0.4, 0.01, 20, "low"), Rarity(0.6, 0.001, 20, "high")
        assert reached_by(0.6, [low, high]) == high
        assert reached_by(0.59, [high, low]) == low

    def test_n_people_give_n_times_the_rate_of_one_comparison(self) -> None:
        assert Rarity(0.4, 0.01, 1, "").false_candidates(300) == pytest.approx(3.0)
        assert Rarity(0.4, 0.01, 1, "").strangers(300) == pytest.approx(1 - 0.99**300)

    def test_where_nobody_reached_the_score_the_rate_is_an_upper_limit(self) -> None:
        words = rarity_words(0.7, [Rarity(0.6, 0.001, 20, "x", at_most=True)], 20)
        assert words == "reaches 0.600, as does the best candidate of at most 1 in 1,000 strangers with 20 listed"


class TestNoun:
    def test_nobody_compared_one_did_and_two_disagree(self) -> None:
        def said(*pairs: tuple[str, str]) -> str:
            drawn = tuple(Conclusion(1, verdict, "ears", by, utc_now()) for by, verdict in pairs)
            return Compared(1, "Ada", 0.5, "f", "s", drawn).outcome

        assert said() == "to be compared"
        assert said(("A", "same")) == "same (A)"
        assert said(("A", "same"), ("A", "different")) == "different (A)"
        assert said(("A", "same"), ("B", "different")) == "disagreement: same (A); different (B)"

    def test_no_screen_says_alert_or_match(self) -> None:
        shown = kept()._repr_html_() + Searches((kept(),))._repr_html_() + str(kept().to_dict()) + repr(kept())
        assert not re.search("match|alert", re.sub("<style>.*?</style>", "", shown, flags=re.DOTALL))
        assert "A rank is no conclusion" in shown

    def test_text_of_people_is_text(self) -> None:
        evil = kept(by=EVIL, reason=EVIL, photo=EVIL, candidates=(Compared(1, EVIL, 0.5, EVIL, "b" * 64),))
        for shown in (evil._repr_html_(), Searches((evil,))._repr_html_()):
            assert "<script" not in shown and "\x1b" not in shown and "\u202e" not in shown
            assert "&lt;script&gt;" in shown

    def test_fifty_candidates_with_pictures_are_one_small_output(self) -> None:
        noise = cv2.imencode(".jpg", np.random.default_rng(0).integers(0, 255, (160, 160, 3), np.uint8))[1].tobytes()
        many = tuple(Compared(k, f"person {k}", 0.5, "f", "s", picture=noise) for k in range(1, 51))
        shown = kept(candidates=many, picture=noise)._repr_html_()
        assert len(shown.encode()) < 50_000
        fit = shown.count("<figure>") // 2
        assert 0 < fit < 50 and all(f"<b>{k}. person {k}</b>" in shown for k in range(1, 51))
        assert f"and {50 - fit} more, in words here for want of room; case.search_number(1)[{fit}:] shows" in shown

    def test_some_of_the_candidates_are_shown_with_their_pictures_under_the_words_of_the_whole(self) -> None:
        search = kept(candidates=tuple(Compared(k, f"person {k}", 0.5, "f", "s", picture=b"1") for k in range(1, 41)))
        rest = search[16:]
        assert len(rest) == 24 and next(iter(rest)).rank == 17
        assert repr(rest) == "Ranks(24 of 40 candidates of search 1)"
        shown = rest._repr_html_()
        assert "Every one of the 40" in shown and "17. person 17" in shown and "16. person 16" not in shown

    def test_tables_keep_their_columns_when_they_are_empty(self) -> None:
        assert {"disclose", "reason", "sha256"} <= set(Searches().to_frame().columns)
        assert next(iter(kept(candidates=()).to_frame().columns)) == "rank"

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"space": "other 8-d (eeee)", "pack": "other"}, "pack other instead of fake"),
            ({"list_version": 2}, "list version 2 instead of 1"),
            ({"face": 2}, "face 2 instead of 1"),
            ({"failed": "blurred", "candidates": ()}, "it failed"),
            ({"candidates": (Compared(1, "Bob", 0.5, "f", "s"),)}, "other candidates or scores"),
        ],
    )
    def test_a_search_that_differs_from_an_earlier_one_says_in_what(
        self, change: dict[str, object], words: str
    ) -> None:
        (said,) = kept(id=2, **change).differences([kept()])
        assert said == f"differs from search 1 with the same photograph: {words}"

    def test_the_same_search_again_or_another_photograph_is_no_difference(self) -> None:
        assert kept(id=2).differences([kept()]) == ()
        assert kept(id=2, sha256="c" * 64, list_version=9).differences([kept()]) == ()
        assert kept(id=2, wanted=2).differences([kept()]) == ()  # asked for fewer, and they are the same


class TestSearch:
    def test_everybody_listed_is_ranked_without_a_cut(self, opened: Case, eve: Path) -> None:
        found = opened.search(eve, why="a tip", by="A. Ng")
        assert [each.subject for each in found.candidates] == ["eve", "ann"]
        assert [each.rank for each in found.candidates] == [1, 2]
        assert found.candidates[0].score > found.candidates[1].score
        assert (found.by, found.reason, found.photo) == ("A. Ng", "a tip", "eve again.jpg")
        assert found.sha256 == hashlib.sha256(eve.read_bytes()).hexdigest()
        assert (found.list_version, found.listed, found.open, found.failed) == (1, 2, 2, "")
        assert found.disclose == () and found.space == opened.watchlist.space.mark

    def test_the_face_is_kept_and_the_photograph_is_not(self, opened: Case, eve: Path) -> None:
        found = opened.search(eve, why="a tip", by="A. Ng")
        assert found.picture.startswith(b"\x89PNG")
        chip = Image.open(io.BytesIO(found.aligned))
        assert chip.format == "PNG" and chip.width == chip.height
        opened.sweep()
        again = opened.search_number(found.id)
        assert (again.picture, again.aligned) == (found.picture, found.aligned)
        whole = eve.read_bytes()
        assert not any(whole in path.read_bytes() for path in opened.folder.rglob("*") if path.is_file())

    def test_a_policy_can_keep_the_hash_alone(self, tmp_path: Path, photos: Path, pack: str, eve: Path) -> None:
        policy = Policy(search_faces=False)
        case = Case.create(tmp_path / "c", purpose="x", authority="y", pack=pack, policy=policy)
        case.enroll(photos)
        before = {path.name for path in (case.folder / "blobs").rglob("*")}
        found = case.search(eve, why="a tip", by="A. Ng")
        assert found.picture == found.aligned == b"" and len(found.candidates) == 2
        assert {path.name for path in (case.folder / "blobs").rglob("*")} == before
        case.store.close()

    def test_several_faces_are_a_question_and_no_search(self, opened: Case, group: Path) -> None:
        with pytest.raises(InputError, match="2 faces; say which one is meant, 1 to 2 from the left"):
            opened.search(group, why="a tip", by="A. Ng")
        assert len(opened.searches) == 0
        assert opened.search(group, why="a tip", by="A. Ng", face=1).candidates[0].subject == "ann"
        right = opened.search(group, why="a tip", by="A. Ng", face=2)
        assert right.candidates[0].subject == "eve" and right.face == 2 and right.faces == 2
        assert right.disclose[0].startswith("differs from search 1 with the same photograph: face 2 instead of 1")

    @pytest.mark.parametrize("face", [0, 3, -1])
    def test_a_face_that_is_not_there(self, opened: Case, group: Path, face: int) -> None:
        with pytest.raises(InputError, match=f"face {face} was asked for and the picture has 2; give 1 to 2"):
            opened.search(group, why="a tip", by="A. Ng", face=face)

    def test_the_numbered_still_shows_where_and_not_who(self, opened: Case, group: Path, minifix: object) -> None:
        shown = opened.faces_in(group)
        assert len(shown) == 2 and shown.still.startswith(b"\x89PNG")
        still = cv2.imdecode(np.frombuffer(shown.still, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        found = minifix.detect(np.ascontiguousarray(still))  # type: ignore[attr-defined]
        chips = minifix.chips(still, found)  # type: ignore[attr-defined]
        if len(found):
            scores = minifix.embed(chips) @ opened.watchlist.templates.T  # type: ignore[attr-defined, union-attr]
            assert scores.max() < 0.3
        assert "2 faces in two.png" in shown._repr_html_()

    def test_no_face_at_all_is_numbered_too(self) -> None:
        assert numbered(np.full((50, 40, 3), 9, np.uint8), np.zeros((0, 4), np.float32)).shape == (50, 40, 3)

    @pytest.mark.parametrize(
        ("name", "words"),
        [("wall", "no face was found"), ("small", "px wide and"), ("blurred", "blurred"), ("text", "is not an image")],
    )
    def test_a_search_that_fails_is_kept_with_the_reason(
        self, opened: Case, tmp_path: Path, name: str, words: str
    ) -> None:
        path, head = tmp_path / f"{name}.png", portraits()["eve"]
        made = {
            "wall": np.full((200, 200, 3), 90, np.uint8),
            "small": cv2.copyMakeBorder(
                cv2.resize(head, (34, 34), interpolation=cv2.INTER_AREA), 60, 60, 60, 60, cv2.BORDER_REPLICATE
            ),
            "blurred": cv2.GaussianBlur(head, (0, 0), 7),
        }
        Image.fromarray(made[name]).save(path) if name in made else path.write_text("no picture")
        found = opened.search(path, why="a tip", by="A. Ng")
        assert words in found.failed and found.candidates == () and found.picture == b""
        assert opened.searches[-1] == found and found.disclose == (f"failed: {found.failed}",)
        assert "Nothing was compared" in found._repr_html_()

    def test_what_was_never_asked_is_not_recorded(self, opened: Case, eve: Path, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="is missing"):
            opened.search(tmp_path / "nobody.png", why="a tip", by="A. Ng")
        for bad in (1, 51, 0, -3):
            with pytest.raises(InputError, match=f"{bad} candidates were asked for; give 2 to 50"):
                opened.search(eve, why="a tip", by="A. Ng", candidates=bad)
        for why, by in (("", "A. Ng"), ("a tip", " ")):
            with pytest.raises(InputError, match="needs a reason and the name"):
                opened.search(eve, why=why, by=by)
        with pytest.raises(CaseError, match="no list version 7"):
            opened.search(eve, why="a tip", by="A. Ng", version=7)
        assert len(opened.searches) == 0

    def test_another_pack_is_refused_and_says_what_to_do(self, opened: Case, eve: Path, minifix: object) -> None:
        with pytest.raises(SpaceMismatch, match="the photograph is dlib 128-d; enroll the list again with dlib"):
            opened.search(eve, why="a tip", by="A. Ng", pack="dlib")
        assert len(opened.searches) == 0

    def test_a_case_without_a_list(self, bare: Path, eve: Path) -> None:
        with pytest.raises(CaseError, match="has no watchlist"):
            Case(bare).search(eve, why="a tip", by="A. Ng")

    def test_people_whose_entry_expired_are_not_ranked(self, opened: Case, eve: Path) -> None:
        watch = opened.watchlist
        assert watch is not None
        one, other = watch.entries
        opened.add_watchlist(replace(watch, entries=(one, replace(other, expires=date(2026, 5, 1)))), "x")
        search(opened, eve, why="a tip", by="A. Ng", today=date(2026, 5, 1))
        search(opened, eve, why="a tip", by="A. Ng", today=date(2026, 5, 2))
        assert [each.listed for each in opened.searches] == [2, 1]
        old = replace(watch, entries=tuple(replace(e, expires=date(2026, 5, 1)) for e in watch.entries))
        opened.add_watchlist(old, "x")
        with pytest.raises(CaseError, match="every entry of the list has expired"):
            search(opened, eve, why="a tip", by="A. Ng", today=date(2026, 5, 2))

    def test_an_enrolled_photograph_is_said_to_be_one(self, opened: Case, photos: Path) -> None:
        found = opened.search(photos / "eve" / "1.png", why="a tip", by="A. Ng")
        itself = "This photograph is itself a reference of eve: that it ranks high there says nothing."
        assert found.notes == (itself, "List version 1 was not approved when it was searched.")
        assert found.candidates[0].score == pytest.approx(1, abs=1e-4)

    def test_each_person_is_ranked_once_however_many_images_they_have(
        self, tmp_path: Path, pack: str, eve: Path
    ) -> None:
        for k in (1, 2, 3):
            write_photo(tmp_path / "photos" / "eve" / f"{k}.png", "eve")
            Image.fromarray(np.roll(portraits()["eve"], k, axis=1)).save(tmp_path / "photos" / "eve" / f"{k}.png")
        for name in ("ann", "ben", "cho"):
            write_photo(tmp_path / "photos" / name / "1.png", name)
        case = Case.create(tmp_path / "c", purpose="x", authority="y", pack=pack)
        case.enroll(tmp_path / "photos")
        found = case.search(eve, why="a tip", by="A. Ng", candidates=3)
        assert len(found.candidates) == 3 and len({each.subject for each in found.candidates}) == 3
        case.store.close()

    def test_a_recorded_operating_point_says_how_rare_the_score_is(self, opened: Case, eve: Path) -> None:
        space = opened.watchlist.space  # type: ignore[union-attr]
        point = OperatingPoint(
            0.2, 2, space.pack, space.mark, "ORL", 0.01, 0.005, 0.02, 10, 1000, 100, 0.9, 0.8, 0.95, 90, 100, 100
        )
        opened.record_operating_point(point, name="Lobby", reason="r", by="b")
        found = opened.search(eve, why="a tip", by="A. Ng")
        assert any(each.source == "operating point 'Lobby'" for each in found.measured)
        words = found.rarity(found.candidates[0])
        assert words.startswith("reaches 0.") and words.endswith("with 2 listed")


class TestConclusions:
    def test_a_changed_mind_is_a_second_conclusion(self, opened: Case, eve: Path) -> None:
        found = opened.search(eve, why="a tip", by="A. Ng")
        found = found.conclude(1, "same", "ears and mole", by="A. Ng")
        assert found.open == 1 and found.candidates[0].outcome == "same (A. Ng)"
        found = found.conclude(1, "cannot tell", "looked again", by="A. Ng").conclude(1, "same", "ears", by="B. Ek")
        assert [each.verdict for each in found.candidates[0].conclusions] == ["same", "cannot tell", "same"]
        assert found.candidates[0].outcome.startswith("disagreement")
        assert opened.searches[0] == found

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ((1, "match", "r", "b"), "the verdict is 'match'; give one of 'same', 'different', 'cannot tell'"),
            ((1, "same", " ", "b"), "with a reason and the name"),
            ((1, "same", "r", ""), "with a reason and the name"),
            ((3, "same", "r", "b"), "has no candidate at rank 3"),
        ],
    )
    def test_a_conclusion_that_cannot_stand(
        self, opened: Case, eve: Path, given: tuple[int, str, str, str], words: str
    ) -> None:
        found = opened.search(eve, why="a tip", by="A. Ng")
        with pytest.raises((InputError, CaseError), match=words):
            found.conclude(*given)
        assert opened.searches[0].open == 2

    def test_a_search_that_is_not_there(self, opened: Case) -> None:
        with pytest.raises(CaseError, match="search 9 has no candidate"):
            opened.conclude(9, 1, "same", "r", "b")
        with pytest.raises(CaseError, match="the case has no search 9"):
            opened.search_number(9)
        with pytest.raises(ValueError, match="was not read from a case"):
            kept().conclude(1, "same", "r", "b")


class TestCommand:
    def test_search_then_conclude_then_list(self, case: Path, eve: Path) -> None:
        found = call("search", case, eve, "--reason", "a tip", "--by", "A. Ng", "--json").json
        assert [each["rank"] for each in found["candidates"]] == [1, 2] and found["to_be_compared"] == 2
        assert found["notes"][0].startswith("A rank is no conclusion.")
        said = call("conclude", case, 1, 2, "different", "--reason", "ears differ", "--by", "A. Ng")
        assert "ann: different (A. Ng)" in said.out
        again = call("searches", case, "--json").json["searches"]
        assert len(again) == 1 and again[0]["candidates"][1]["conclusions"][0]["reason"] == "ears differ"
        assert "1 of 2 to be compared" in call("searches", case).out

    def test_words_of_people_do_not_act_on_the_terminal(self, case: Path, eve: Path, tmp_path: Path) -> None:
        odd = Path(shutil.copy(eve, tmp_path / "\x1b[31m\u202e.jpg"))
        for result in (call("search", case, odd, "--reason", EVIL, "--by", EVIL), call("searches", case)):
            assert result.code == 0 and "\x1b" not in result.out and "\u202e" not in result.out
        assert call("searches", case, "--json").json["searches"][0]["by"] == EVIL

    def test_a_failed_search_is_one_line_and_is_kept(self, case: Path, tmp_path: Path) -> None:
        Image.new("RGB", (200, 200), "grey").save(tmp_path / "wall.png")
        refused(
            call("search", case, tmp_path / "wall.png", "--reason", "r", "--by", "b"), "no face", "kept as search 1"
        )
        said = call("search", case, tmp_path / "wall.png", "--reason", "r", "--by", "b", "--json")
        assert said.code == 1 and "no face" in said.json["failed"]
        assert "no search was made" not in call("searches", case).out

    def test_what_is_refused_is_one_line(self, case: Path, bare: Path, eve: Path, group: Path, tmp_path: Path) -> None:
        asked = ("--reason", "r", "--by", "b", "--json")
        refused(call("search", case, tmp_path / "no.png", *asked), "is missing")
        refused(call("search", case, group, *asked), "2 faces", "--face 1")
        refused(call("search", case, eve, *asked, "--candidates", 51), "give 2 to 50")
        refused(call("search", case, eve, *asked, "--pack", "nothing"), "nothing")
        refused(call("search", bare, eve, *asked), "has no watchlist")
        refused(call("conclude", case, 1, 1, "same", "--reason", "r", "--by", "b"), "has no candidate")
        refused(call("faces", case, tmp_path / "no.png", tmp_path / "x.png"), "is missing")
        assert call("search", case, eve).code == 2

    def test_faces_writes_the_numbered_still(self, case: Path, group: Path, tmp_path: Path) -> None:
        said = call("faces", case, group, tmp_path / "numbered.png", "--json").json
        assert len(said["widths"]) == 2 and cv2.imread(str(tmp_path / "numbered.png")).shape == (200, 400, 3)
