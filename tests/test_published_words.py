"""Which free texts of a case may stand in what is published: each gets a word of its own, and every byte is searched for it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import workbench as wb
from tests.command import call
from tests.review_cases import alerting, listed, new_case, say, scan
from tests.test_operating_points import point
from workbench.casefile import deployments
from workbench.casefile.outcomes import save_outcome
from workbench.casefile.schema import utc_now
from workbench.deployments import Outcome, Plan
from workbench.watchlist import Entry

PUBLISHED = {"zzpurpose", "zzauthority", "zzcategory", "zzfile", "zzonereviewer"}
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
    case.add_watchlist(wb.Watchlist(entries, watch.references, watch.templates, watch.space), "fake")
    case.approve(1, by="zzapprover", reason="zzapproval")
    case.record_operating_point(point(case, 0.5), name="zzpointname", reason="zzpointreason", by="zzpointby")
    alerts = scan(
        case, alerting(0.0), alerting(9.0, 1), alerting(18.0), source="zzfile", settings={"camera": "zzcamera"}
    )
    say(case, alerts[0], "zzreviewer", "same", reason="zzdecision")
    case.hold(alerts[1], reason="zzhold", by="zzholder")
    case.hold(alerts[2], reason="zzother hold", by="zzholder")
    _live(case, alerts[2])
    return case


def _live(case: wb.Case, alert: int) -> None:
    """A deployment with what was reported of it."""
    soon, watch = utc_now() + timedelta(hours=1), case.watchlist
    assert watch is not None
    plan = Plan("zzplan", "zzplanauthority", soon, soon, "zzpointname", "zzoperator")
    settings = dict(case.run().settings)
    with case.store.change() as session:
        begun = deployments.begin(session, plan, watch, 0.5, settings, ["zzlive"])
        deployments.close(session, begun.deployment, utc_now(), "zzstopped")
        told = Outcome(alert, "no action", "not established", "zzreporter", utc_now(), note="zznote")
        save_outcome(session, told, "key")


def found(*files: Path) -> set[str]:
    return {word for file in files for word in re.findall(r"\b(zz[a-z]+?)\1*\b", file.read_bytes().decode("latin-1"))}


def test_only_the_texts_that_are_meant_to_be_published_are(tmp_path: Path) -> None:
    case, place, page = marked(tmp_path / "case"), tmp_path / "014", tmp_path / "page.html"
    done = call("publish", case.folder, place, "--page", page, "--by", "zzpublisher", "--reason", "zzpublishreason")
    assert done.code == 0, done.err
    assert found(place / "bundle.json") == PUBLISHED
    assert found(page) <= PUBLISHED


def test_held_faces_are_one_line_whatever_the_reasons(tmp_path: Path) -> None:
    case = new_case(tmp_path / "case")
    alerts = scan(case, alerting(0.0), alerting(9.0, 1), alerting(18.0))
    for alert, reason in zip(alerts, ("informant Ada", "exhibit 7", "exhibit 7"), strict=True):
        case.hold(alert, reason=reason, by="A. Ng")
    kept = wb.publish(case, tmp_path / "014").retained
    assert [each.count for each in kept if each.why == "held as evidence"] == [3]
