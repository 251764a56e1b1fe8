"""Evidence as a bag: it proves itself without the case, shows nobody but who is asked about, and no text in it acts."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import bagit
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

import workbench as wb
from tests.command import call, refused
from tests.killing import kill, killed
from tests.scenes import Walk, portraits, write_photo, write_scene
from workbench.casefile.excerpt import concerned
from workbench.casefile.schema import AlertRow, PictureRow, ReferenceRow
from workbench.casefile.templates import open_template
from workbench.errors import CaseError, InputError
from workbench.evidence import Exported, bag
from workbench.evidence.words import score_words
from workbench.models.pack import Pack
from workbench.progress import Silent

EVIL = "<img src=x onerror=alert(1)> \u202e=cmd"
REASON = "=HYPERLINK(1)\x1b[2J </script><script>alert(2)</script>"
BAGIT = Path(sys.executable).with_name("bagit.py")
CLIP = "alerts/0001/clip-1.mp4"
FEATURES = {"nose": "agree", "ears": "cannot see"}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory, pack: str) -> Path:
    """A case whose person, files and words are all hostile; eve is on its list, ben walks beside her."""
    folder = tmp_path_factory.mktemp("evidence")
    write_photo(folder / "photos" / EVIL / "=1.png", "eve")
    write_photo(folder / "photos" / "ann" / "1.png", "ann")
    details = f'subject,category,authority,added_by\n"{EVIL}",<b>robbery</b>,@sum(A1),"-ng"\n'
    (folder / "details.csv").write_text(details, encoding="utf-8")
    clip = write_scene(folder / "=lob<b>by.mp4", (Walk("eve", 0, 6, 5), Walk("ben", 2, 8, 170)), 8, rate=4)
    case = wb.open_case(folder / "case", purpose="a <i>test</i>", authority="its author", pack=pack)
    case.enroll(folder / "photos", details=folder / "details.csv", progress=Silent())
    (alert,) = case.scan(clip, every=0.5, progress=Silent()).alerts
    for reviewer in ("A. <u>Ng", "B. Ott"):
        case.decide(
            alert.id, verdict="same", reviewer=reviewer, features=FEATURES, confidence="moderate", reason=REASON
        )
    case.decide(alert.id, verdict="cannot tell", reviewer="B. Ott", features={}, reason="on second thoughts")
    case.keep_comparison(alert, {"mode": "overlay", "align": True, "grid": True}, by="A. <u>Ng")
    case.clip(alert.id, by="A. <u>Ng", progress=Silent())
    return folder


@pytest.fixture(scope="module")
def exported(scanned: Path) -> Exported:
    """Its bag; do not write to it."""
    return wb.open_case(scanned / "case").export(scanned / "bag", 1, by="A. Ng", reason=REASON, progress=Silent())


@pytest.fixture
def own(scanned: Path, tmp_path: Path) -> wb.Case:
    """A copy of the case."""
    return wb.Case(shutil.copytree(scanned / "case", tmp_path / "case"))


def facts(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "data/alerts/0001/alert.json").read_text(encoding="utf-8"))


def page(folder: Path) -> str:
    return (folder / "data/report.html").read_text(encoding="utf-8")


def cells(folder: Path) -> list[str]:
    book = json.loads((folder / "data/recompute.ipynb").read_text(encoding="utf-8"))
    return [cell["source"] for cell in book["cells"] if cell["cell_type"] == "code"]


def run_cells(folder: Path, pack: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the notebook prints, its cells run here; the pack is found by the path that the tests have."""
    monkeypatch.chdir(folder / "data")
    names: dict[str, Any] = {}
    for code in cells(folder):
        exec(code.replace(f"PACK = {json.dumps(Path(pack).name)}", f"PACK = {pack!r}"), names)
    return capsys.readouterr().out


def test_what_somebody_compared_and_kept_is_in_the_bag(exported: Exported, scanned: Path) -> None:
    (kept,) = wb.Case(scanned / "case").comparisons()
    (told,) = facts(exported.folder)["comparisons"]
    assert (exported.folder / "data/alerts/0001" / told["picture"]).read_bytes() == kept.png
    assert told["sha256"] == kept.sha256 and told["settings"]["align"] is True
    assert any("eyes laid on one line" in line for line in told["provenance"])


def test_the_bag_validates_with_the_bagit_command_and_the_case_absent(
    exported: Exported, scanned: Path, tmp_path: Path
) -> None:
    alone = shutil.copytree(exported.folder, tmp_path / "elsewhere")
    away = scanned.with_name("away")
    scanned.rename(away)
    try:
        said = subprocess.run([sys.executable, BAGIT, "--validate", alone], capture_output=True, text=True)
    finally:
        away.rename(scanned)
    assert said.returncode == 0 and "is valid" in said.stderr


def test_one_flipped_bit_is_found_wherever_it_is(exported: Exported, tmp_path: Path) -> None:
    files = [path for path in exported.folder.rglob("*") if path.is_file() and not path.name.startswith("tagmanifest")]
    for number, original in enumerate(files):
        copy = shutil.copytree(exported.folder, tmp_path / str(number))
        file = copy / original.relative_to(exported.folder)
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
        with pytest.raises(bagit.BagError):
            bagit.Bag(str(copy)).validate()
    assert len(files) > 20


def test_bagit_says_on_the_command_line_which_file_was_changed(exported: Exported, tmp_path: Path) -> None:
    copy = shutil.copytree(exported.folder, tmp_path / "copy")
    with (copy / "data/alerts/0001/board.png").open("r+b") as file:
        file.seek(1000)
        file.write(b"\x00\x01")
    said = subprocess.run([sys.executable, BAGIT, "--validate", copy], capture_output=True, text=True)
    assert said.returncode != 0 and "board.png" in said.stderr


def test_the_score_is_computed_again_in_a_notebook_with_the_case_absent(
    exported: Exported, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbclient
    import nbformat

    alone = shutil.copytree(exported.folder / "data", tmp_path / "data")
    if pack != "dlib":
        monkeypatch.setenv("SECOND_LOOK_PACKS", str(Path(pack).parent))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    book = nbformat.read(alone / "recompute.ipynb", as_version=4)
    nbformat.validate(book)
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(alone)}}).execute()
    said = "".join(out.get("text", "") for cell in book.cells for out in cell.get("outputs", []))
    assert "True" in said and "\nwithin the stated tolerance" in said and "each is in its place before the head" in said


def test_a_swapped_crop_gives_another_score_and_the_notebook_says_so(
    exported: Exported, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(exported.folder, tmp_path / "copy")
    assert "\nwithin the stated tolerance" in run_cells(copy, pack, monkeypatch, capsys)
    shutil.copyfile(copy / "data/alerts/0001/probe-1-crop.png", copy / "data/alerts/0001/probe-2-crop.png")
    Image.new("RGB", (150, 150)).resize(_size(copy)).save(copy / "data/alerts/0001/probe-1-crop.png")
    assert "NOT within the stated tolerance" in run_cells(copy, pack, monkeypatch, capsys)


def _size(folder: Path) -> tuple[int, int]:
    with Image.open(folder / "data/alerts/0001/probe-2-crop.png") as crop:
        return crop.size


def test_a_changed_log_entry_stops_the_notebook(
    exported: Exported, pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(exported.folder, tmp_path / "copy")
    file = copy / "data/audit.json"
    file.write_text(file.read_text(encoding="utf-8").replace("a <i>test</i>", "an <i>other</i>"), encoding="utf-8")
    with pytest.raises(AssertionError):
        run_cells(copy, pack, monkeypatch, capsys)


class Tags(HTMLParser):
    """Every tag and attribute of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag} | {f"{tag}.{name}" for name, _ in attrs if name.startswith("on")}
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_looks_like_a_tag_is_text_in_the_report_and_nothing_is_fetched(exported: Exported) -> None:
    tags = Tags()
    tags.feed(page(exported.folder))
    assert tags.seen.isdisjoint({"script", "b.onerror", "i", "u", "iframe", "link"})
    assert not any("." in name for name in tags.seen)
    assert all(address.startswith(("data:image/", "#")) for address in tags.addresses if address != CLIP)
    for hostile in (
        "<img src=x onerror=alert(1)> \\u202e=cmd",
        "</script><script>alert(2)</script>",
        "A. <u>Ng",
        "=lob<b>by.mp4",
    ):
        assert hostile in tags.text


def test_no_mark_that_turns_or_moves_text_reaches_any_text_file(exported: Exported) -> None:
    for file in exported.folder.rglob("*"):
        if file.suffix in {".txt", ".json", ".html", ".ipynb"}:
            text = file.read_text(encoding="utf-8")
            assert "\u202e" not in text and "\x1b" not in text, file.name
    info = (exported.folder / "bag-info.txt").read_text(encoding="utf-8")
    assert len([line for line in info.splitlines() if line.startswith("Export-Reason")]) == 1


def test_the_bag_names_no_place_of_the_machine_and_holds_no_template(exported: Exported, scanned: Path) -> None:
    store = wb.Case(scanned / "case").store
    with store.session() as session:
        opened = open_template(session.get_one(AlertRow, 1), store.blobs.sealing)
    assert opened is not None
    template = opened.astype("<f4").tobytes()
    for file in (path for path in exported.folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert template not in content and template[:32] not in content
        assert str(scanned).encode() not in content and str(Path.home()).encode() + b"/" not in content, file.name


def test_nobody_but_the_person_asked_about_can_be_recognised_in_any_picture(
    exported: Exported, request: pytest.FixtureRequest, pack: str
) -> None:
    model: Pack = wb.load_pack(pack)
    asked, stranger = (
        _templates(model, np.pad(portraits()[name], ((60, 60), (60, 60), (0, 0)))) for name in ("eve", "ben")
    )
    near = model.card.start.score if model.card.start else 0.4
    assert len(asked) and len(stranger)
    pictures = [path for path in exported.folder.rglob("*") if path.suffix in {".png", ".jpg"}]
    recognised = 0
    for file in pictures:
        found = _templates(model, np.asarray(Image.open(file).convert("RGB")))
        assert (found @ stranger.T).max(initial=-1) < near, file.name
        recognised += bool((found @ asked.T).max(initial=-1) >= near)
    assert len(pictures) >= 8 and recognised >= 4


def _templates(model: Pack, image: np.ndarray) -> np.ndarray:
    faces = model.detect(np.ascontiguousarray(image))
    return model.embed(model.chips(image, faces))


def test_it_says_what_was_concluded_by_whom_superseded_decisions_too(exported: Exported) -> None:
    judged = facts(exported.folder)["judged"]
    assert [each["verdict"] for each in judged["decisions"]] == ["same", "same", "cannot tell"]
    assert [each["look"] for each in judged["decisions"]] == ["blind", "blind", "informed"]
    assert judged["standing"]["state"] == "disagreement"
    assert "same, moderate support (superseded; decision 2)" in page(exported.folder)
    assert "nose: agree; ears: cannot see" in page(exported.folder)


def test_it_says_how_the_reviewers_answered_planted_pairs_or_that_none_was_tried(
    own: wb.Case, exported: Exported, tmp_path: Path
) -> None:
    assert "was not tried with planted pairs" in page(exported.folder)
    assert own.plant(1, by="C. Day") == 1
    pair = next(question for question in own.queue("B. Ott") if question.kind == "planted")
    own.answer_planted(
        pair.id, verdict="same", reviewer="B. Ott", features=FEATURES, confidence="limited", reason="nose"
    )
    own.export(tmp_path / "bag", 1, progress=Silent())
    assert "1 of 1 (100.0 %; 95 %: 2.5 to 100.0 %)" in page(tmp_path / "bag")
    assert "planted pair judged" not in {entry["action"] for entry in _log(tmp_path / "bag")["entries"]}


def _log(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "data/audit.json").read_text(encoding="utf-8"))


def test_an_alert_that_nobody_judged_is_called_a_question(own: wb.Case, tmp_path: Path) -> None:
    from workbench.casefile.decision_tables import DecisionRow

    with own.store.change() as session:
        for row in session.scalars(select(DecisionRow).order_by(DecisionRow.id.desc())):
            session.delete(row)
            session.flush()
    own.export(tmp_path / "bag", 1, progress=Silent())
    assert "Nobody has judged this alert: it is a question" in page(tmp_path / "bag")


def test_the_report_says_which_track_of_a_file_was_not_scanned(own: wb.Case, tmp_path: Path) -> None:
    from workbench.casefile.schema import SourceRow

    with own.store.change() as session:
        for row in session.scalars(select(SourceRow)):
            row.facts = row.facts | {"video_streams": 2, "track": 2}
    own.export(tmp_path / "bag", 1, progress=Silent())
    assert "has 2 video tracks: track 2 was scanned, track 1 was not" in page(tmp_path / "bag")


def test_the_report_says_who_concludes_and_that_no_operating_point_was_recorded(exported: Exported) -> None:
    text = page(exported.folder)
    assert "A score is no conclusion" in text and "Not seen is no proof of not there" in text
    assert "No operating point was recorded for this scan" in text
    assert "2 faces seen (tracks), 2 of them compared" in text


def test_a_score_just_below_the_threshold_is_told_from_it() -> None:
    run = SimpleNamespace(tracks=SimpleNamespace(compared=np.ones(3, bool)), alerts=())
    held = SimpleNamespace(alert=SimpleNamespace(score=0.93690, threshold=0.93695), run=run)
    said = score_words(held)  # type: ignore[arg-type]
    assert said.endswith(
        "score of 0.93690 stayed below the threshold of 0.93695: it is a near miss, and raised no alert."
    )
    held.alert.score = 0.93695
    assert score_words(held).endswith("reached the threshold of 0.937: that is why a person was asked.")  # type: ignore[arg-type]


def test_a_recorded_operating_point_is_shown_with_counts_limits_and_data(
    own: wb.Case, scanned: Path, tmp_path: Path
) -> None:
    space = own.run().settings
    trials = wb.Trials.of(
        [1.0, 1.0, 0.0], [0.0, 0.0, 1.0], watchlist=2, pack=space["pack"], space=space["space"], data="three walks"
    )
    point = trials.curve().at(threshold=own.run().threshold)
    own.record_operating_point(point, name="night", reason="few", by="A. Ng")
    (alert,) = own.scan(scanned / "=lob<b>by.mp4", threshold=point, every=0.5, progress=Silent()).alerts
    own.export(tmp_path / "bag", alert.id, clip=False, progress=Silent())
    text = page(tmp_path / "bag")
    assert "1 of 3 (33.3 %; 95 %: 0.84 to 90.6 %)" in text and "three walks" in text
    assert "No operating point was recorded" not in text


def test_the_export_is_logged_with_the_hash_of_the_bag(exported: Exported, scanned: Path) -> None:
    entry = next(each for each in wb.Case(scanned / "case").log if each.action == "evidence exported")
    assert entry.who == "A. Ng" and entry.about["manifest_sha256"] == exported.digest and entry.about["alerts"] == [1]
    assert bag.seal_of(exported.folder) == exported.digest


def test_it_says_who_approved_the_list_and_that_nobody_did(own: wb.Case, exported: Exported, tmp_path: Path) -> None:
    assert "nobody approved or rejected this version" in page(exported.folder)
    own.approve(1, by="C. Day", reason="looked at, one by one")
    own.export(tmp_path / "bag", 1, progress=Silent())
    assert "approved by C. Day" in page(tmp_path / "bag")
    assert facts(tmp_path / "bag")["list"]["approvals"][0].endswith("looked at, one by one")


@pytest.mark.parametrize(
    ("action", "about", "told"),
    [
        ("footage redacted", {"file": "copy.mp4", "kept": [2]}, False),
        ("footage redacted", {"file": "copy.mp4", "kept": []}, False),
        ("footage redacted", {"file": "copy.mp4", "kept": [2, 1]}, True),
        ("published", {"reason": "weekly: Karl"}, False),
        ("deployment begun", {"deployment": 1, "purpose": "market day"}, False),
        ("purged", {"kind": "faces of an alert", "rows": [3], "hashes": ["ab"]}, False),
        ("purged", {"kind": "faces of an alert", "rows": [3, 1]}, True),
        ("purged", {"kind": "faces of the list", "rows": [1]}, False),
        ("purged", {"kind": "face of a search", "rows": [7]}, True),
        ("list revised", {"version": 1, "changes": [{"subject": "Ada"}]}, True),
        ("list revised", {"version": 1, "changes": [{"subject": "Bob"}]}, False),
        ("something new", {"reason": "nobody thought of it"}, False),
        ("operating point recorded", {"name": "street"}, True),
    ],
)
def test_an_entry_is_told_only_if_it_concerns_the_alert_or_the_whole_case(
    action: str, about: dict[str, Any], told: bool
) -> None:
    ours = {"alerts": [1], "runs": [1], "versions": [1], "subjects": ["Ada"], "searches": [7]}
    assert concerned(action, about, ours) is told


def test_the_excerpt_leaves_out_what_concerns_others(own: wb.Case, scanned: Path, tmp_path: Path) -> None:
    own.scan(scanned / "=lob<b>by.mp4", every=1, progress=Silent())
    own.export(tmp_path / "bag", 1, progress=Silent())
    log = _log(tmp_path / "bag")
    about = [json.loads(entry["about"]) for entry in log["entries"]]
    assert {each["run"] for each in about if "run" in each} == {1}
    assert len(log["entries"]) < len(log["hashes"]) == log["head"]["count"]
    assert "clip made" in {entry["action"] for entry in log["entries"]}


def test_other_scans_of_the_same_footage_are_disclosed_that_asked_nothing_too(
    own: wb.Case, exported: Exported, scanned: Path, tmp_path: Path
) -> None:
    assert "This footage was scanned once in this case" in page(exported.folder)
    own.scan(scanned / "=lob<b>by.mp4", every=1, threshold=0.999, progress=Silent())
    own.export(tmp_path / "bag", 1, progress=Silent())
    (scan,) = facts(tmp_path / "bag")["other_scans"]
    assert (scan["run"], scan["threshold"]) == (2, 0.999) and not any(
        asked.startswith("alert") for asked in scan["asked"]
    )
    assert "Other scans of this footage: 1" in page(tmp_path / "bag")


def test_faces_that_were_purged_are_missed_and_the_rest_is_exported(own: wb.Case, tmp_path: Path) -> None:
    with own.store.change() as session:
        row = session.get_one(AlertRow, 1)
        row.thumbnail = row.template = None
        for picture in session.scalars(select(PictureRow)):
            session.delete(picture)
    made = own.export(tmp_path / "bag", 1, clip=False, progress=Silent())
    assert any("deleted when they were due" in text for text in made.notes)
    assert not (tmp_path / "bag/data/recompute.ipynb").exists()
    assert not list((tmp_path / "bag/data/alerts/0001").glob("probe-*")) and facts(tmp_path / "bag")["score"] > 0.4
    assert "The faces of this alert were deleted when they were due" in page(tmp_path / "bag")
    bagit.Bag(str(tmp_path / "bag")).validate()


def test_references_that_were_purged_leave_their_hashes(
    own: wb.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = own.run()
    with own.store.change() as session:
        for row in session.scalars(select(ReferenceRow)):
            row.blob, row.chip, row.portrait = "", None, None
    monkeypatch.setattr(type(own), "run", lambda *_: run)
    made = own.export(tmp_path / "bag", 1, progress=Silent())
    assert any("their hashes remain" in text for text in made.notes)
    (reference,) = facts(tmp_path / "bag")["references"]
    assert reference["picture"] is None and len(reference["sha256"]) == 64
    assert not (tmp_path / "bag/data/recompute.ipynb").exists()


def test_without_the_footage_there_is_no_still_and_it_is_said(own: wb.Case, scanned: Path, tmp_path: Path) -> None:
    clip = scanned / "=lob<b>by.mp4"
    clip.rename(scanned / "gone.mp4")
    try:
        made = own.export(tmp_path / "bag", 1, progress=Silent())
    finally:
        (scanned / "gone.mp4").rename(clip)
    assert any("is not where it was scanned: no frame of it is enclosed" in text for text in made.notes)
    assert (
        not (tmp_path / "bag/data/alerts/0001/still.jpg").exists() and (tmp_path / "bag/data/recompute.ipynb").exists()
    )


def test_a_case_that_somebody_writes_to_can_be_exported(own: wb.Case, tmp_path: Path) -> None:
    with own.store.writing("a long scan"):
        assert own.export(tmp_path / "bag", 1, progress=Silent()).files > 15


def test_an_interrupted_export_leaves_no_half_bag_and_no_entry(
    own: wb.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bag.Draft, "close", interrupted)
    (tmp_path / "out").mkdir()
    before = len(own.log)
    with pytest.raises(KeyboardInterrupt):
        own.export(tmp_path / "out" / "bag", 1, progress=Silent())
    assert list((tmp_path / "out").iterdir()) == []
    assert [entry.action for entry in own.log[before:]] == ["clip read"]  # somebody did look, and nothing left


def test_a_bag_that_could_not_be_logged_is_none(own: wb.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise CaseError("the disk is full")

    (tmp_path / "out").mkdir()
    with monkeypatch.context() as patch, pytest.raises(CaseError, match="is full"):
        patch.setattr("workbench.casefile.store.close_log", full)
        own.export(tmp_path / "out" / "bag", 1, clip=False, progress=Silent())
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bag_whose_making_was_killed_is_in_the_log_at_most_and_the_next_one_sweeps_it_away(
    own: wb.Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export() -> wb.Case:
        own.export(tmp_path / "out" / "bag", 1, clip=False, progress=Silent())
        return own

    with monkeypatch.context() as patch:
        patch.setattr(bag.Draft, "settle", kill)
        assert killed(export) == -9
    assert not (tmp_path / "out" / "bag").exists() and own.log[-1].action == "evidence exported"
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert export().verify().clean
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["bag"]


def test_what_cannot_be_exported_is_refused_in_one_line(own: wb.Case, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    folder = own.folder
    refused(call("case", "export", folder, tmp_path / "full", "--alert", 1), "exists and is not empty")
    refused(call("case", "export", folder, tmp_path / "new", "--alert", 7), "the case has no alert 7; it has 1")
    refused(call("case", "export", folder, folder / "bag", "--alert", 1), "lies in the case; put the bag elsewhere")
    with pytest.raises(InputError, match="no alert was named"):
        own.export(tmp_path / "new", ())
    with pytest.raises(CaseError):
        wb.Case(tmp_path / "none")
    assert not (tmp_path / "new").exists()


def test_the_command_says_the_hash_to_name_when_the_bag_is_handed_over(own: wb.Case, tmp_path: Path) -> None:
    (tmp_path / "bag").mkdir()  # an empty folder is a place like any other
    said = call("case", "export", own.folder, tmp_path / "bag", "--alert", 1, "--json").json
    assert said["manifest_sha256"] == bag.seal_of(tmp_path / "bag") and said["alerts"] == [1]
    told = call("case", "export", own.folder, tmp_path / "second", "--alert", 1, "--by", "A. Ng")
    assert bag.seal_of(tmp_path / "second") in told.out and "about 1 alert" in told.out


def test_a_bag_that_was_made_shows_its_hash(exported: Exported) -> None:
    assert exported.digest in exported._repr_html_() and "<script" not in exported._repr_html_()


def test_the_board_is_the_one_that_everybody_gets(exported: Exported) -> None:
    image = Image.open(io.BytesIO((exported.folder / "data/alerts/0001/board.png").read_bytes()))
    assert image.size[0] == 1024 and image.size[1] > 600


def test_searches_that_concern_the_person_or_failed_are_disclosed_and_nobody_elses_name(
    own: wb.Case, exported: Exported, tmp_path: Path
) -> None:
    assert "No search with a photograph concerns this person, and none failed." in page(exported.folder)
    own.search(write_photo(tmp_path / "p" / "=eve.png", "eve"), why="<b>who</b>", by="A. Ng")
    Image.new("RGB", (200, 200), (90, 90, 90)).save(tmp_path / "wall.png")
    assert own.search(tmp_path / "wall.png", why="who", by="A. Ng").failed
    own.export(tmp_path / "bag", 1, progress=Silent())
    found, failed = facts(tmp_path / "bag")["searches"]
    assert found["this_person"]["rank"] == 1 and found["candidates"] == 2 and failed["failed"]
    assert "ann" not in json.dumps(found)
    assert "rank 1 of 2" in page(tmp_path / "bag") and "nothing was compared" in page(tmp_path / "bag")
    about = [json.loads(entry["about"]) for entry in _log(tmp_path / "bag")["entries"]]
    assert {each["search"] for each in about if "search" in each} == {1, 2}
    assert [use[0].split(":")[0] for use in own.record().uses] == ["run 1", "search 1", "search 2"]
