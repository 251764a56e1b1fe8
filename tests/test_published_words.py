"""Which free texts of a case may stand in what is published: each gets a word of its own, and every byte is searched for it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import workbench as wb
from tests.command import call
from tests.review_cases import alerting, listed, new_case, say, scan
from tests.test_operating_points import point
from tests.test_searching import kept as kept_search
from workbench.casefile import deployments, searches
from workbench.casefile.clip_tables import ClipRow
from workbench.casefile.outcomes import save_outcome
from workbench.casefile.schema import AlertRow, utc_now
from workbench.casefile.stamp_tables import StampRow
from workbench.deployments import Break, Outcome, Plan
from workbench.published.overview import overview_of
from workbench.watchlist import Entry, Rejected, Warned

PUBLISHED = {"zzpurpose", "zzauthority", "zzcategory", "zzfile", "zzlive", "zzonereviewer"}
NOT_IN_A_CASE = {"zzpublisher", "zzpublishreason", "zzpublisheragain", "zzreasonagain"}
PUBLISHED |= {"zzpointname", "zzpointreason", "zzpointby", "zzapprover", "zzpublisher", "zzpublishreason"}


def marked(folder: Path) -> wb.Case:
    """A case with a word of its own in each free text."""
    policy = wb.Policy(reviewers=1, one_reviewer="zzonereviewer")
    case = wb.Case.create(folder, purpose="zzpurpose", authority="zzauthority", policy=policy)
    watch = listed("zzsubject", "zzother")
    entries = tuple(
        Entry(each.subject, "zzcategory", "zzgrounds", "zzimagesource", added_by="zzadder", justification="zzjustified")
        for each in watch.entries
    )
    kept = wb.Watchlist(entries, watch.references, watch.templates, watch.space)
    refused = (Rejected("zzrejected.jpg", "zzrefusal"),)
    warned = (Warned("look_alike", ("zzsubject", "zzother"), 0.7, "zzwarning"),)
    case.add_watchlist(replace(kept, rejected=refused, warnings=warned), "fake")
    _revise(case, source="zznewsource", by="zzreviser", reason="zzrevision")
    case.approve(2, by="zzapprover", reason="zzapproval")
    why = "zzpointreason, see /srv/zzserver/brief.pdf"
    case.record_operating_point(point(case, 0.5), name="zzpointname", reason=why, by="zzpointby")
    passes = alerting(0.0), alerting(9.0, 1), alerting(18.0)
    alerts = scan(case, *passes, source="zzfile", folder="/srv/zzfolder", settings={"camera": "zzcamera"})
    say(case, alerts[0], "zzreviewer", "same", reason="zzdecision")
    case.hold(alerts[1], reason="zzhold", by="zzholder")
    case.hold(alerts[2], reason="zzother hold", by="zzholder")
    case.keep_comparison(alerts[0], {"mode": "side by side"}, by="zzcomparer", key="zzcomparison")
    _live(case, alerts[2])
    _searched(case)
    _clipped(case, alerts[0])
    _revise(case, source="zzlastsource", by="zzlastreviser", reason="zzlastrevision")
    case.reject(3, by="zzrejecter", reason="zzrejection")
    case.plant(1, by="zzplanter")
    return case


def _revise(case: wb.Case, *, source: str, by: str, reason: str) -> None:
    case.revise_list({"zzsubject": {"image_source": source}}, by=by, reason=reason)


def _searched(case: wb.Case) -> None:
    """A search that somebody concluded of, and one that failed."""
    made = kept_search(by="zzsearcher", reason="zztip", photo="zzphoto.png", list_version=2, why={"zzkey": "zzwhy"})
    with case.store.change() as session:
        searches.save_search(session, case.store.blobs, made, [(1, 0.9), (3, 0.2)])
        searches.save_search(session, case.store.blobs, replace(made, failed="zzfailed"), [])
    case.conclude(1, 1, "same", reason="zzconclusion", by="zzconcluder")


def _clipped(case: wb.Case, alert: int) -> None:
    """A clip, and a stamp of a service, with the texts that such rows hold."""
    with case.store.change() as session:
        clip = {"width": 8, "height": 8, "times": [0.0], "boxes": [], "checks": {"zzcheck": "zzchecked"}, "blob": "b"}
        said = {"why": "zzclip", "says": "zzcomment", "by": "zzclipper", "made": utc_now()}
        track = session.get_one(AlertRow, alert).track_id
        session.add(ClipRow(track_id=track, alert_id=alert, shown=True, **clip, **said))
        stamp = {"service": "https://zzservice.example", "by": "zzstamper", "recorded": utc_now()}
        session.add(StampRow(entry=1, response=b"", sha256="a" * 64, **stamp))


def _live(case: wb.Case, alert: int) -> None:
    """A deployment with what was reported of it."""
    soon, watch = utc_now() + timedelta(hours=1), case.watchlist
    assert watch is not None
    plan = Plan("zzplan", "zzplanauthority", soon, soon, "zzpointname", "zzoperator")
    settings = dict(case.run().settings)
    with case.store.change() as session:
        begun = deployments.begin(session, plan, watch, 0.5, settings, ["zzlive"])
        gap = Break("zzgapcamera", utc_now(), None, "zzgap")
        deployments.keep_gap(session, begun.deployment, gap, None)
        run = deployments.close(session, begun.deployment, utc_now(), "zzstopped")
        told = Outcome(alert, "no action", "not established", "zzreporter", utc_now(), note="zznote")
        save_outcome(session, told, "key")
    case.finish_run(run)


def found_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![a-z])(zz[a-z]+?)\1*(?![a-z])", text))


def found(*files: Path) -> set[str]:
    return {word for file in files for word in found_in(file.read_bytes().decode("latin-1"))}


def test_only_the_texts_that_are_meant_to_be_published_are(tmp_path: Path) -> None:
    case, place, page = marked(tmp_path / "case"), tmp_path / "014", tmp_path / "page.html"
    done = call("publish", case.folder, place, "--page", page, "--by", "zzpublisher", "--reason", "zzpublishreason")
    assert done.code == 0, done.err
    assert found(*place.iterdir()) == PUBLISHED and "brief.pdf" in (place / "bundle.json").read_text("utf-8")
    assert found(page) <= PUBLISHED
    again = call("publish", case.folder, place, "--by", "zzpublisheragain", "--reason", "zzreasonagain")
    assert again.code == 0, again.err
    assert found(*place.iterdir()) == PUBLISHED - {"zzpublishreason"} | {"zzpublisheragain", "zzreasonagain"}
    overview = overview_of(tmp_path)
    assert found_in(overview._repr_html_() + overview.csv().decode()) <= PUBLISHED | {"zzpublisheragain"}


def test_the_record_says_that_somebody_ended_a_deployment_and_not_who_nor_why(tmp_path: Path) -> None:
    record = marked(tmp_path / "case").record()
    assert any("stopped before its time" in text for text in record.to_dict()["record"].values())
    assert "zzstopped" not in str(record.to_dict()["record"])


def test_the_marked_case_holds_all_the_words_that_it_is_said_to_hold(tmp_path: Path) -> None:
    case = marked(tmp_path / "case")
    with case.store.engine.connect() as raw:
        held = "\n".join(raw.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    source = set(re.findall(r"\bzz[a-z]+", Path(__file__).read_text("utf-8")))
    assert source - set(re.findall(r"zz[a-z]+", held)) <= NOT_IN_A_CASE


def test_held_faces_are_one_line_whatever_the_reasons(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    alerts = scan(case, alerting(0.0), alerting(9.0, 1), alerting(18.0))
    for alert, reason in zip(alerts, ("informant Ada", "exhibit 7", "exhibit 7"), strict=True):
        case.hold(alert, reason=reason, by="A. Ng")
    kept = wb.publish(case, tmp_path / "014").retained
    assert [each.count for each in kept if each.why == "held as evidence"] == [3]
