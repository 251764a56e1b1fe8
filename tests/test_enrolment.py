"""Every photograph is accepted, or rejected with a reason that a person can act on; each case has a picture made for it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from workbench.enrolment import draw_up, find_faces, judge
from workbench.errors import InputError
from workbench.faces import Faces
from workbench.models.pack import Pack
from workbench.progress import Silent
from workbench.quality import measure
from workbench.thresholds import scale_of
from workbench.watchlist import Entry, Watchlist

U8 = NDArray[np.uint8]
TODAY = date(2026, 6, 1)
Enrol = Callable[..., Watchlist]


def astronaut() -> U8:
    """Eileen Collins, 512 x 512, a face of about 91 px at (180, 60)."""
    from skimage.data import astronaut

    return astronaut()


def six() -> U8:
    """Six actors, 1280 x 886, faces of about 105 px."""
    from insightface.data import get_image

    return np.ascontiguousarray(get_image("t1")[..., ::-1])


def actor(column: int) -> U8:
    """One of the six."""
    x = (0, 200, 400, 670, 850, 1060)[column]
    return six()[30:480, x : x + 210]


def tight(times: float = 1.0) -> U8:
    """Nothing but a face."""
    return cv2.resize(astronaut()[65:178, 184:268], None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)


def blurred(sigma: float) -> U8:
    return cv2.GaussianBlur(astronaut(), (0, 0), sigma)


def save(path: Path, image: U8, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(path, **options)
    return path


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with one good portrait, so that a list can always be drawn up."""
    save(tmp_path / "photos" / "Eileen" / "good.png", astronaut())
    return tmp_path / "photos"


@pytest.fixture
def enrol(minifix: Pack, photos: Path) -> Enrol:
    def enrol(details: dict[str, Entry] | None = None) -> Watchlist:
        return draw_up(minifix, photos, details or {}, scale=scale_of(minifix), today=TODAY, progress=Silent())

    return enrol


def reason(watch: Watchlist, file: str) -> str:
    return {rejected.file: rejected.reason for rejected in watch.rejected}[file]


def test_a_good_portrait_is_enrolled_with_its_facts(photos: Path, enrol: Enrol) -> None:
    watch = enrol()
    (reference,) = watch.references
    assert (reference.subject, reference.file, watch.rejected) == ("Eileen", "Eileen/good.png", ())
    assert reference.face_px == pytest.approx(91, abs=3) and 0.5 < reference.quality <= 1
    assert reference.thumbnail[:3] == b"\xff\xd8\xff" and len(reference.thumbnail) < 20_000
    assert np.linalg.norm(watch.templates[0]) == pytest.approx(1, abs=1e-5)


PICTURES = {
    "no face": (
        lambda: np.full((300, 300, 3), 128, np.uint8),
        "no face was found; use a picture that shows the whole face",
    ),
    "several faces": (six, "6 faces; cut the picture so that it shows one person"),
    "small": (
        lambda: cv2.resize(astronaut(), None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA),
        "the face is 23 px wide and 32 px are needed; use a larger picture",
    ),
    "blurred": (lambda: blurred(5), "blurred (sharpness 0.0"),
    "blurred beyond recognition": (lambda: blurred(9), "blurred (sharpness 0.0"),
    "dark": (lambda: (astronaut() * 0.1).astype(np.uint8), "too dark (mean brightness 15 of 255, 30 needed)"),
    "bright": (lambda: (255 - (255 - astronaut()) * 0.12).astype(np.uint8), "too bright (mean brightness 243 of 255"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_cannot_be_used_says_why_and_what_to_do(photos: Path, enrol: Enrol, name: str) -> None:
    picture, expected = PICTURES[name]
    save(photos / "Eileen" / "other.png", picture())
    watch = enrol()
    assert reason(watch, "Eileen/other.png").startswith(expected)
    assert [r.file for r in watch.references] == ["Eileen/good.png"]


def test_a_face_of_which_the_pack_makes_no_template_is_rejected(
    photos: Path, minifix: Pack, enrol: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(photos / "Eileen" / "other.png", astronaut()[:, ::-1])
    right, spoilt = type(minifix).embed, iter([np.nan])  # the first template only
    monkeypatch.setattr(type(minifix), "embed", lambda pack, chips: right(pack, chips) * np.float32(next(spoilt, 1)))
    watch = enrol()
    assert "numbers that are not finite" in reason(watch, "Eileen/good.png")
    assert [each.file for each in watch.references] == ["Eileen/other.png"] and watch.comparable() is watch


def test_a_face_without_contrast_or_turned_away_is_rejected(minifix: Pack) -> None:
    faces = find_faces(minifix, astronaut())
    m = measure(minifix.chips(astronaut(), faces), minifix.eyes_and_nose(faces.points), faces.width)
    assert judge(faces, m, 32) == (0, "")
    assert judge(faces, replace(m, contrast=np.array([4.0])), 32)[1].startswith(
        "no contrast (spread 4 of 255, 6 needed)"
    )
    away = judge(faces, replace(m, turn=np.array([0.9])), 32)[1]
    assert away.startswith("turned away (nose 0.90 eye distances off centre, at most 0.8)")
    assert judge(faces, replace(m, turn=np.array([np.inf])), 32)[0] == -1


def test_a_passer_by_in_the_background_does_not_spoil_a_portrait() -> None:
    faces = Faces.of([[0, 0, 100, 100], [0, 0, 39, 39]], np.zeros((2, 5, 2)), [0.9, 0.9])
    beside = Faces.of([[0, 0, 100, 100], [0, 0, 40, 40]], np.zeros((2, 5, 2)), [0.9, 0.9])
    chips = np.random.default_rng(0).integers(60, 200, (2, 112, 112, 3), np.uint8)
    places = np.tile([[40.0, 50], [70, 50], [55, 70]], (2, 1, 1))
    assert judge(faces, measure(chips, places, faces.width), 32) == (0, "")
    assert judge(beside, measure(chips, places, beside.width), 32)[1].startswith("2 faces")


UNREADABLE = {"empty.jpg": b"", "text.jpg": b"not a picture", "cut.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_picture_is_rejected_in_words(photos: Path, enrol: Enrol, name: str) -> None:
    (photos / "Eileen" / name).write_bytes(UNREADABLE[name])
    why = reason(enrol(), f"Eileen/{name}")
    assert name in why and "\n" not in why and ";" in why


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photograph_taken_sideways_is_turned_as_its_exif_says(photos: Path, enrol: Enrol, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    turned = np.ascontiguousarray(np.rot90(astronaut(), {3: 2, 6: 1, 8: 3}[orientation]))
    save(photos / "Eileen" / "phone.jpg", turned, exif=exif, quality=95)
    watch = enrol()
    assert watch.rejected == () and float(watch.templates[0] @ watch.templates[1]) > 0.95


@pytest.mark.parametrize("times", [1, 3, 8])
def test_a_portrait_that_is_nothing_but_a_face_is_found(photos: Path, enrol: Enrol, times: int) -> None:
    save(photos / "Eileen" / "tight.png", tight(times))
    watch = enrol()
    assert watch.rejected == () and float(watch.templates[0] @ watch.templates[1]) > 0.6


@pytest.mark.parametrize("times", [2, 4, 6, 8])
def test_a_small_face_beside_a_portrait_that_fills_the_picture_is_not_enrolled_for_it(
    minifix: Pack, times: int
) -> None:
    portrait = tight(times)
    portrait[:90, :60] = cv2.resize(actor(3)[:315], (60, 90), interpolation=cv2.INTER_AREA)
    faces = find_faces(minifix, portrait)
    assert faces.width.max() > 0.9 * portrait.shape[1]


def test_a_box_found_at_another_size_lies_in_the_photograph(minifix: Pack) -> None:
    faces = find_faces(minifix, tight(8))
    middle = (faces.box[0, :2] + faces.box[0, 2:]) / 2
    assert np.abs(middle / [672, 904] - 0.5).max() < 0.1 and faces.points[0].min() > 0


def test_orl_portraits_are_all_found(minifix: Pack, shared: Path) -> None:
    files = sorted((shared / "faces" / "orl").rglob("*.*"))[::40]
    pictures = [
        np.array(Image.open(file).convert("RGB")) for file in files if file.suffix.lower() in (".pgm", ".png", ".jpg")
    ]
    assert len(pictures) >= 10
    assert [len(find_faces(minifix, picture)) for picture in pictures] == [1] * len(pictures)


def test_the_same_image_twice_is_enrolled_once(photos: Path, enrol: Enrol) -> None:
    (photos / "Eileen" / "zz copy.png").write_bytes((photos / "Eileen" / "good.png").read_bytes())
    watch = enrol()
    assert reason(watch, "Eileen/zz copy.png") == "same image as Eileen/good.png" and len(watch.references) == 1


def test_one_photograph_under_two_names_is_enrolled_and_warned_of(photos: Path, enrol: Enrol) -> None:
    save(photos / "Anna" / "x.png", astronaut())
    watch = enrol()
    warned = {(w.kind, w.subjects) for w in watch.warnings}
    assert watch.subjects == ("Anna", "Eileen") and watch.rejected == ()
    assert ("same_photo", ("Anna", "Eileen")) in warned and ("look_alike", ("Anna", "Eileen")) in warned


def test_look_alikes_are_warned_of_and_others_are_not(photos: Path, enrol: Enrol) -> None:
    save(photos / "Twin" / "x.jpg", np.ascontiguousarray(astronaut()[:, ::-1]), quality=90)
    for column in (1, 3):
        save(photos / f"actor {column}" / "x.png", actor(column))
    watch = enrol()
    assert len(watch) == 4
    assert [w.subjects for w in watch.warnings if w.kind == "look_alike"] == [("Eileen", "Twin")]


def test_two_images_of_two_people_under_one_name_are_warned_of(photos: Path, enrol: Enrol) -> None:
    save(photos / "Eileen" / "x.png", actor(3))
    assert [(w.kind, w.subjects) for w in enrol().warnings] == [("disagree", ("Eileen",))]


def test_somebody_under_18_needs_a_justification(photos: Path, enrol: Enrol) -> None:
    save(photos / "Kim" / "x.png", actor(3))
    watch = enrol({"Kim": Entry("Kim", under_18=True)})
    assert watch.subjects == ("Eileen",) and reason(watch, "Kim/x.png").startswith(
        "Kim is under 18 and no justification"
    )
    watch = enrol({"Kim": Entry("Kim", under_18=True, justification="missing child")})
    assert watch.subjects == ("Eileen", "Kim") and watch.entries[1].justification == "missing child"


def test_an_entry_that_expired_yesterday_is_rejected_and_one_that_expires_today_is_not(
    photos: Path, enrol: Enrol
) -> None:
    save(photos / "Kim" / "x.png", actor(3))
    watch = enrol({"Kim": Entry("Kim", expires=date(2026, 5, 31))})
    assert reason(watch, "Kim/x.png") == "the entry expired on 2026-05-31; renew it in the details or leave it out"
    assert enrol({"Kim": Entry("Kim", expires=TODAY)}).subjects == ("Eileen", "Kim")


def test_details_of_somebody_without_pictures_are_said_to_be_unused(photos: Path, enrol: Enrol) -> None:
    assert ("no_photo", ("Zoe",)) in {(w.kind, w.subjects) for w in enrol({"Zoe": Entry("Zoe")}).warnings}


def test_a_picture_beside_the_folders_is_not_passed_over_in_silence(photos: Path, enrol: Enrol) -> None:
    save(photos / "loose.png", astronaut())
    assert reason(enrol(), "loose.png") == "lies beside the folders; put it into the person's folder"


def test_what_lies_in_a_persons_folder_and_is_no_picture_is_named(photos: Path, enrol: Enrol) -> None:
    (photos / "Eileen" / "passport.pdf").write_bytes(b"%PDF")
    (photos / "Eileen" / "notes.txt").write_text("hers", encoding="utf-8")
    (photos / "Kim" / "2024").mkdir(parents=True)
    save(photos / "Kim" / "2024" / "1.png", astronaut())
    (photos / "Zoe").mkdir()
    watch = enrol()
    assert {each.file: each.reason for each in watch.rejected} == {
        "Eileen/passport.pdf": "is no picture that can be read; save it as a JPEG or PNG",
        "Kim/2024": "is a folder; move its pictures up into Kim",
        "Zoe/": "has no picture; put one in, or take the folder away",
    }


def test_a_gif_of_one_picture_is_a_photograph_and_a_film_is_none(photos: Path, enrol: Enrol) -> None:
    still = Image.fromarray(astronaut())
    still.save(photos / "Eileen" / "good.gif")
    still.save(
        photos / "Eileen" / "film.gif", save_all=True, append_images=[Image.fromarray(actor(3)).resize(still.size)]
    )
    for name in ("film.png", "film.webp", "pages.tiff"):
        other = [Image.fromarray(actor(3)).resize(still.size)]
        still.save(photos / "Eileen" / name, save_all=True, append_images=other)
    watch = enrol()
    assert [each.file for each in watch.references] == ["Eileen/good.gif", "Eileen/good.png"]
    for name in ("film.png", "film.webp", "pages.tiff"):
        assert "is a film of 2 pictures" in reason(watch, f"Eileen/{name}")
    assert (
        "'film.gif' is a film of 2 pictures; save the one that you mean as a PNG, or all of them as an MP4"
        in reason(watch, "Eileen/film.gif")
    )


@pytest.mark.parametrize("name", ["it's", "a b", "é🦊", "<script>alert(1)<", "100% -rf", "nul"])
def test_a_person_of_any_name_can_be_listed(photos: Path, enrol: Enrol, name: str) -> None:
    (photos / "Eileen").rename(photos / name)
    assert enrol().subjects == (name,)


def test_hidden_files_and_notes_are_none_of_ours(photos: Path, enrol: Enrol) -> None:
    (photos / "Eileen" / "note.txt").write_text("x", encoding="utf-8")
    (photos / "Eileen" / ".DS_Store.png").write_bytes(b"x")
    (photos / ".git").mkdir()
    watch = enrol()
    assert watch.rejected == () and watch.subjects == ("Eileen",)


def test_a_list_without_a_usable_picture_says_why(photos: Path, enrol: Enrol) -> None:
    save(photos / "Eileen" / "good.png", six())
    with pytest.raises(InputError, match=r"no picture in .*photos can be used: Eileen/good.png: 6 faces"):
        enrol()


def test_a_folder_without_pictures_or_no_folder_at_all_is_refused(photos: Path, minifix: Pack, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for where, complaint in (
        (tmp_path / "empty", "has no pictures; expected empty/<person>/<image>.jpg"),
        (photos / "Eileen", r"has no pictures; .*; good\.png lies beside the folders"),
        (tmp_path / "missing", "does not exist"),
        (photos / "Eileen" / "good.png", "is a file"),
    ):
        with pytest.raises(InputError, match=complaint):
            draw_up(minifix, where, {}, scale=scale_of(minifix), today=TODAY, progress=Silent())


def test_the_same_folder_twice_gives_the_same_list(photos: Path, enrol: Enrol) -> None:
    save(photos / "Kim" / "x.png", actor(3))
    once, twice = enrol(), enrol()
    assert once.references == twice.references and once.templates.tobytes() == twice.templates.tobytes()


def test_the_dlib_pack_enrols_the_same_portraits(dlib: Pack, photos: Path) -> None:
    save(photos / "Eileen" / "tight.png", tight(3))
    save(photos / "six" / "x.png", six())
    watch = draw_up(dlib, photos, {}, scale=scale_of(dlib), today=TODAY, progress=Silent())
    assert len(watch.references) == 2 and reason(watch, "six/x.png").startswith("6 faces")
