"""The clip in a bag: hashed, told in the report, nobody in it but the person asked about; and what happens where there is none."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path

import av
import bagit
import numpy as np
import pytest

import workbench as wb
from tests.command import call, refused
from tests.scenes import Walk, portraits, write_photo, write_scene
from tests.test_evidence import facts, page
from workbench.evidence import Exported
from workbench.evidence.enclosed_clip import _check
from workbench.progress import Silent

CLIP = "alerts/0001/clip-1.mp4"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, pack: str) -> Path:
    """Eve is an alert, ben walks beside her; no clip was made yet."""
    folder = tmp_path_factory.mktemp("evidence-clip")
    write_photo(folder / "photos" / "eve" / "1.png", "eve")
    film = write_scene(folder / "lobby.mp4", (Walk("eve", 0, 3, 5), Walk("ben", 0, 3, 170)), 3, rate=4)
    case = wb.open_case(folder / "case", purpose="a test", authority="its author", pack=pack)
    case.enroll(folder / "photos", progress=Silent())
    assert len(case.scan(film, every=0.5, progress=Silent()).alerts) == 1
    return folder


@pytest.fixture(scope="module")
def exported(scanned: Path) -> Exported:
    """A bag with what comes along by itself; do not write to it."""
    return wb.Case(scanned / "case").export(scanned / "bag", 1, by="A. Ng", progress=Silent())


@pytest.fixture
def own(scanned: Path, exported: Exported, tmp_path: Path) -> wb.Case:
    """A copy of the case, which keeps the clip by now."""
    return wb.Case(shutil.copytree(scanned / "case", tmp_path / "case"))


@pytest.fixture
def without(own: wb.Case) -> wb.Case:
    """The same, but no clip is kept."""
    from workbench.casefile.clip_tables import ClipRow

    with own.store.change() as session:
        for row in session.query(ClipRow):
            session.delete(row)
    return own


@contextmanager
def changed(film: Path) -> Iterator[None]:
    """The footage with one byte more, as long as this lasts."""
    content = film.read_bytes()
    film.write_bytes(content + b"\0")
    try:
        yield
    finally:
        film.write_bytes(content)


class Links(HTMLParser):
    """The addresses of all links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def test_the_clip_lies_in_the_bag_and_is_among_the_hashes(exported: Exported) -> None:
    file = exported.folder / "data" / CLIP
    sha = hashlib.sha256(file.read_bytes()).hexdigest()
    assert (
        bagit.Bag(str(exported.folder)).entries[f"data/{CLIP}"]["sha256"]
        == sha
        == facts(exported.folder)["clip"]["sha256"]
    )
    assert not any("clip" in text for text in exported.notes)


def test_the_report_links_to_it_from_where_it_lies_and_says_what_it_shows(exported: Exported, tmp_path: Path) -> None:
    alone = shutil.copytree(exported.folder, tmp_path / "unpacked")
    (link,) = [address for address in Links(page(alone)).found if not address.startswith("#")]
    assert (alone / "data" / link).is_file() and link == CLIP
    told = facts(alone)["clip"]
    assert told["start"] == 0.0 and told["end"] == 2.75 and told["frames"] == 12
    for words in (
        "presented from 0.000 to 2.750 s",
        "The person of alert 1 is shown where the recogniser does not contradict; everyone else is hidden.",
        told["sha256"],
        *told["packs"],
        "passed: with",
        "no face bare",
    ):
        assert words in page(alone), words
    assert told["verdict"] == "passed" and told["checks"][0]["frames"] == 12


def test_nobody_but_the_person_asked_about_can_be_recognised_in_any_frame(exported: Exported, pack: str) -> None:
    model = wb.load_pack(pack)
    strangers = np.pad(portraits()["ben"], ((60, 60), (60, 60), (0, 0)))
    stranger = model.embed(model.chips(strangers, model.detect(strangers)))
    with av.open(str(exported.folder / "data" / CLIP)) as film:
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    found = [model.embed(model.chips(frame, model.detect(frame))) for frame in frames[::3]]
    near = model.card.start.score if model.card.start else 0.4
    assert len(stranger) == 1 and sum(map(len, found)) >= 3
    assert max(float((each @ stranger.T).max()) for each in found if len(each)) < near


def test_who_exports_is_who_looked_and_the_excerpt_says_so(exported: Exported) -> None:
    log = json.loads((exported.folder / "data/audit.json").read_text(encoding="utf-8"))
    about = [(entry["action"], entry["who"]) for entry in log["entries"] if entry["action"].startswith("clip")]
    assert about == [("clip made", "A. Ng"), ("clip read", "A. Ng")]


def test_it_can_be_left_out_and_the_report_says_so(own: wb.Case, tmp_path: Path) -> None:
    call("case", "export", own.folder, tmp_path / "bag", "--alert", 1, "--no-clip")
    assert not (tmp_path / "bag/data" / CLIP).exists() and facts(tmp_path / "bag")["clip"] is None
    assert "No clip is enclosed: whoever exported chose to leave it out." in page(tmp_path / "bag")


def test_everything_but_the_persons_head_can_be_left_out_of_the_clip(own: wb.Case, tmp_path: Path) -> None:
    done = call("case", "export", own.folder, tmp_path / "heads", "--alert", "1", "--everything", "--clip")
    assert done.code == 0, done
    told = facts(tmp_path / "heads")["clip"]
    assert told["everything"] is True and told["shown"] is True
    assert "all else is hidden, found to be a face or not" in page(tmp_path / "heads")


def test_of_changed_footage_a_kept_clip_is_enclosed_and_no_new_one_is_made(
    own: wb.Case, scanned: Path, tmp_path: Path
) -> None:
    with changed(scanned / "lobby.mp4"):
        call("case", "export", own.folder, tmp_path / "bag", "--alert", 1, "--clip")
    assert (tmp_path / "bag/data" / CLIP).exists()
    assert any("no frame of it" in text for text in facts(tmp_path / "bag")["notes"])


def test_without_the_footage_the_bag_is_made_and_says_why_unless_the_clip_was_asked_for(
    without: wb.Case, scanned: Path, tmp_path: Path
) -> None:
    film = scanned / "lobby.mp4"
    with changed(film):
        made = without.export(tmp_path / "bag", 1, progress=Silent())
        asked = call("case", "export", without.folder, tmp_path / "asked", "--alert", 1, "--clip")
    refused(asked, "alert 1 has no clip", "is not the one that was scanned", "leave --clip out")
    assert not (tmp_path / "asked").exists()
    (why,) = [text for text in made.notes if "clip" in text]
    assert "is another file by now" in why and "No clip is enclosed: the footage" in page(tmp_path / "bag")
    assert str(scanned) not in page(tmp_path / "bag") and bagit.Bag(str(made.folder)).is_valid()


def test_after_the_faces_are_gone_the_clip_in_a_bag_shows_nobody(own: wb.Case, pack: str, tmp_path: Path) -> None:
    from datetime import timedelta

    own.purge(own.log[-1].at + timedelta(hours=25))
    own.export(tmp_path / "bag", 1, progress=Silent())
    told = facts(tmp_path / "bag")["clip"]
    assert not told["shown"] and "Everyone is hidden: the faces of this alert are not kept" in page(tmp_path / "bag")
    with av.open(str(tmp_path / "bag/data" / CLIP)) as film:
        frame = next(film.decode(video=0)).to_ndarray(format="rgb24")
    assert len(wb.load_pack(pack).detect(frame)) == 0


def test_a_clip_that_fails_its_check_is_not_enclosed(
    without: wb.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.hiding.ROUNDS", 1)
    monkeypatch.setattr("workbench.clipping.lines_of", lambda packs: [-1.0 for _ in packs])
    made = without.export(tmp_path / "bag", 1, progress=Silent())
    assert not (made.folder / "data" / CLIP).exists()
    assert "the check could still tell somebody who should be hidden" in page(made.folder)
    log = json.loads((made.folder / "data/audit.json").read_text(encoding="utf-8"))
    assert "clip failed its check" in {entry["action"] for entry in log["entries"]}


def test_a_score_that_passed_the_check_is_told_from_its_line() -> None:
    said = _check({"pack": "dlib", "compared": 136, "worst": 0.91572, "line": 0.91601, "uncovered": 0})
    assert (
        said
        == "with dlib, every frame: worst score of 136 hidden faces against themselves 0.9157, line 0.9161; no face bare"
    )
