"""A scan in a thread, and the panel that shows it: what they say comes from the ledger."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.scenes import Walk, write_scene
from widgets.job_panel import JobPanel
from workbench.case import Case
from workbench.errors import CaseBusy
from workbench.jobs import Job
from workbench.pipeline import scan


@pytest.fixture
def held(case: Path) -> Case:
    return Case(case)


def until(panel: JobPanel, *states: str) -> str:
    end = time.monotonic() + 60
    while panel.state not in states and time.monotonic() < end:
        time.sleep(0.05)
    return panel.state


def test_a_scan_in_a_thread_gives_the_run_of_a_scan(held: Case, lobby: Path) -> None:
    job = held.start_scan(lobby, every=0.5)
    run = job.wait()
    assert run is not None and job.state == "finished" and job.why == ""
    assert [alert.subject for alert in run.alerts] == ["eve"]
    advance = job.advance()
    assert advance is not None and advance.share == 1.0 and advance.written == advance.seconds == 8.0
    assert [(part.name, part.segments, part.failed) for part in advance.parts] == [("lobby.mp4", 1, ())]
    assert any("approved" in sentence for sentence in job.said)  # what a terminal would have shown


def test_a_scan_that_cannot_be_says_why(held: Case, tmp_path: Path) -> None:
    job = held.start_scan(tmp_path / "none.mp4")
    assert job.wait() is None and job.state == "failed" and "'none.mp4' is missing" in job.why
    panel = JobPanel(job)
    assert panel.state == "failed" and "is missing" in panel.shown["why"] and not panel.shown["can_stop"]


def test_the_panel_follows_a_scan_and_stops_it_from_the_page(held: Case, tmp_path: Path) -> None:
    street = write_scene(tmp_path / "<b>street.mp4", (Walk("eve", 10, 900, 5),), 900)
    panel = JobPanel(held.start_scan(street, every=1))
    end = time.monotonic() + 60
    while not panel.shown["written"] and time.monotonic() < end:
        time.sleep(0.05)
    assert panel.shown["can_stop"] and panel.shown["at_work"].startswith("footage is being scanned")
    with pytest.raises(CaseBusy):
        scan(held, [street], every=1)
    panel._heard(panel, {"kind": "stop"}, [])
    assert until(panel, "stopped", "finished") == "stopped"
    assert 0 < panel.shown["share"] < 1 and panel.shown["parts"][0]["name"] == "<b>street.mp4"
    assert not panel.shown["can_stop"] and repr(panel).startswith("JobPanel(stopped, ")


def test_a_panel_on_a_case_shows_whoever_scans(held: Case, lobby: Path) -> None:
    panel = JobPanel(held)
    assert panel.state == "waiting" and panel.shown["parts"] == [] and not panel.shown["can_stop"]
    scan(held, [lobby], every=1, segment=2)  # as another process would
    assert until(panel, "finished") == "finished" and panel.shown["parts"][0]["segments"] == 4
    panel.close()


def test_a_panel_goes_on_after_any_failure_and_says_which(held: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise OSError("the disk is gone")

    panel = JobPanel(held)
    with monkeypatch.context() as patched:
        patched.setattr(held, "advance", fails)
        end = time.monotonic() + 20
        while not panel.shown["why"] and time.monotonic() < end:
            time.sleep(0.05)
        assert panel.shown["why"] == "OSError: the disk is gone" and panel.state == "waiting"
    while panel.shown["why"] and time.monotonic() < end:
        time.sleep(0.05)
    assert panel.shown["why"] == "" and panel._watch.is_alive()
    panel.close()


def test_a_job_says_what_it_is(held: Case, lobby: Path) -> None:
    job: Job = held.start_scan(lobby, every=1)
    assert repr(job).startswith(("Job(running", "Job(finished"))
    job.wait()
    assert repr(job) == "Job(finished)"
