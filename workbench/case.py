"""A case with its verbs: what a notebook holds in its hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.alerts import Alert
from workbench.arguments import path_of, whole_of
from workbench.casefile.asked import run_of
from workbench.casefile.case import Policy
from workbench.casefile.store import is_case
from workbench.covers import MARGIN
from workbench.decisions import STATES, Verdict
from workbench.deploying import Deploying
from workbench.errors import CaseError, InputError
from workbench.evaluation import Trials
from workbench.examining import Examining
from workbench.governing import Governing
from workbench.html import card, facts, note, table
from workbench.investigation import Investigation
from workbench.jobs import Job, crew_of
from workbench.kept_scores import comparable, judged_elsewhere, trials_of_runs
from workbench.operating_point import OperatingPoint
from workbench.pipeline import enroll, locator_of, scan
from workbench.progress import Bar, Progress
from workbench.redacting import redact
from workbench.redaction import Redaction
from workbench.runs import Run
from workbench.sentences import threshold_words, unjudgeable_words
from workbench.summaries import deleted_words, retention_line
from workbench.triage import BETWEEN
from workbench.watchlist import Watchlist

if TYPE_CHECKING:
    from workbench.clips import Clip
    from workbench.deployment import DeploymentRecord
    from workbench.evidence import Exported

__all__ = ["Case", "open_case", "opened"]

RUNS = 6  # shown when a case shows itself


class Case(Governing, Investigation, Deploying, Examining):
    """A case folder: enroll and govern lists, scan footage, watch cameras, look at runs, compare faces, search with a photograph."""

    def enroll(
        self,
        photos: Path | str,
        *,
        details: Path | str | None = None,
        pack: str | Path | None = None,
        progress: Progress | None = None,
    ) -> Watchlist:
        """Draw up the list from `photos/<subject>/<image>`; `.rejected` says what was refused and why."""
        return enroll(self, photos, details=details, pack=pack, progress=progress or Bar())

    def scan(
        self,
        *footage: Path | str,
        threshold: float | OperatingPoint | None = None,
        every: float = 0.2,
        gallery: str = "exact",
        pack: str | Path | None = None,
        best: int = 5,
        closer: float = 1.0,
        fast: bool = False,
        again: bool = False,
        camera: str = "",
        recorded: datetime | str | None = None,
        workers: int | None = None,
        scheduler: str | None = None,
        progress: Progress | None = None,
    ) -> Run:
        """Scan footage against the newest list, see `workbench.pipeline.scan`; the same call goes on where it stopped.

        workers : processes on this machine that scan, a segment each; by default this one scans
        scheduler : address of a Dask scheduler whose workers scan, such as tcp://10.0.0.5:8786
        """
        return scan(
            self,
            footage,
            threshold=threshold,
            every=every,
            gallery=gallery,
            pack=pack,
            best=best,
            closer=closer,
            fast=fast,
            again=again,
            camera=camera,
            recorded=recorded,
            progress=progress or Bar(),
            crew=crew_of(workers, scheduler),
        )

    def start_scan(
        self,
        *footage: Path | str,
        workers: int | None = None,
        scheduler: str | None = None,
        **options: Any,
    ) -> Job:
        """The same scan in a thread, for a notebook that goes on meanwhile: `widgets.JobPanel(job)` shows it.

        options : those of `scan`, but for its progress
        """
        if "progress" in options:
            raise InputError("the job itself hears the progress; leave it out, and show it with widgets.JobPanel(job)")
        # a misspelt option is said here and not in the thread
        signature(Case.scan).bind(self, *footage, progress=None, **options)
        crew = crew_of(workers, scheduler)
        return Job(
            self, crew, lambda job: scan(self, footage, progress=job.heard, crew=crew, begun=job.begun, **options)
        )

    def export(
        self,
        folder: Path | str,
        alerts: int | Alert | Sequence[int | Alert],
        *,
        by: str = "",
        reason: str = "",
        clip: bool | None = None,
        everything: bool = False,
        progress: Progress | None = None,
    ) -> Exported:
        """Put the evidence on one or some alerts into a BagIt bag, see `workbench.evidence.export`; it is logged.

        clip : True encloses each alert's clip or fails, False leaves them out; by default where they can be made
        everything : hide all but the person's head in the clips, whether or not it was taken for a face
        """
        from workbench.evidence import export

        return export(
            self, folder, alerts, by=by, reason=reason, clip=clip, everything=everything, progress=progress or Bar()
        )

    def record(self) -> DeploymentRecord:
        """The deployment record in the columns that the public is shown, and the log of each use."""
        from workbench.deployment import record_of

        return record_of(self)

    def redact(
        self,
        footage: Path | str,
        *,
        start: float | None = None,
        end: float | None = None,
        keep: int | Alert | Sequence[int | Alert] = (),
        out: Path | str | None = None,
        detector: str | Path | None = None,
        margin: float = MARGIN,
        everything: bool = False,
        by: str = "",
        progress: Progress | None = None,
    ) -> Redaction:
        """Write a checked copy of footage without faces, see `workbench.redacting`; the log keeps what was done.

        start, end : seconds in the footage, both included: only this part of it, exact to the frame, counted from 0
        keep : alerts whose person is shown, in the time of their tracks
        out : by default `<name>-redacted.mp4` in the current folder (a folder for a folder of images)
        detector : a further pack that looks for faces and checks the copy
        everything : hide all but the heads of those who are shown, whether or not anything was taken for a face
        """
        return redact(
            self,
            footage,
            start=start,
            end=end,
            keep=keep,
            out=out,
            detector=detector,
            margin=margin,
            everything=everything,
            by=by,
            progress=progress or Bar(),
        )

    def clip(
        self,
        alert: int | Alert | None = None,
        *,
        track: int | None = None,
        everything: bool = False,
        by: str = "",
        progress: Progress | None = None,
    ) -> Clip:
        """The footage around an alert or a track, everyone else hidden in the picture, see `workbench.clipping`.

        It is made on demand and kept sealed until its time is over; the log keeps who looked.

        everything : hide all but the head of the alert's person, whether or not it was taken for a face
        """
        from workbench.clipping import clip_of

        return clip_of(self, alert, track=track, everything=everything, by=by, progress=progress or Bar())

    def asked_tracks(self, run: int | Run) -> Mapping[int, tuple[int, bool]]:
        """The tracks of a run that are asked about, by number: the alert, and whether it is a near miss."""
        from workbench.casefile.clips import asked_tracks

        with self.store.session() as session:
            return asked_tracks(session, run_of(run))

    def trials(
        self, runs: int | Run | Sequence[int | Run] | None = None, *, verdicts: Mapping[int, Verdict] | None = None
    ) -> Trials:
        """The kept scores of all compared tracks as trials; `.assumption` says who was taken for whom.

        runs : one or some; by default the newest finished run and every other one against the same list. Footage that
            several of them scanned counts once, as the newest one saw it
        verdicts : conclusions by id of the alert or near miss, see `kept_scores.trials_of_runs`; by default what people
            concluded in this case, as far as it is settled
        """
        if verdicts is None:
            verdicts = {alert: each.verdict for alert, each in self.standings().items() if each.verdict is not None}
        verdicts = {whole_of(alert, "an alert that was judged"): verdict for alert, verdict in verdicts.items()}
        given = self.runs if runs is None else runs if isinstance(runs, Iterable) else (runs,)
        numbers = sorted({run_of(run) for run in given})
        chosen, notes = comparable([self.run(number) for number in numbers], every=runs is not None)
        notes += judged_elsewhere(chosen, verdicts)
        newest = chosen[-1]
        watch = self.watchlist_version(newest.list_version)
        trials = trials_of_runs(chosen, watch.space, newest.listed, verdicts)
        return replace(trials, notes=(*trials.notes, *notes))

    def _repr_html_(self) -> str:
        about, info = self.about, self.info()
        watch, runs = info["watchlist"], info["runs"]
        listed = (
            (watch["subjects"], f"list version {watch['version']}") if watch else ("none yet", "case.enroll(photos)")
        )
        hours = about.policy.alert_hours
        head = facts(
            {
                "people listed": listed,
                "runs": (len(runs), "" if runs else "case.scan(footage)"),
                "model pack": Path(about.pack or (watch["pack"] if watch else "") or "not chosen").name,
                "faces of alerts": (f"{hours} h", "then deleted"),
            }
        )
        rows = [
            ("purpose", about.purpose),
            ("authority", about.authority),
            ("made", f"{about.created:%Y-%m-%d %H:%M} UTC"),
            ("sealed", info["sealed"]),
            ("rows", info["database"]),
            *([("list", gone)] if (gone := deleted_words(watch)) else []),
            *(("deletion", retention_line(each)) for each in info["retention"]),
        ]
        about_it = table("About", ("", ""), [*rows, ("folder", self.folder)])
        return card(
            f"Case {about.name}", head, about_it, _review(info["review"]), _runs(runs[: -RUNS - 1 : -1], len(runs))
        )


def _review(review: Mapping[str, Any]) -> str:
    """How many alerts stand where."""
    counts = review["standings"]
    if not sum(counts.values()):
        return ""
    people = "two people" if review["needed"] == 2 else f"one person ({review['one_reviewer']})"
    rows = [(state, counts[state]) for state in STATES if counts[state]]
    gone = unjudgeable_words(review["unjudgeable"])
    return table(f"Alerts, judged by {people}", ("standing", "alerts"), rows) + (note(gone) if gone else "")


def _runs(runs: Sequence[Mapping[str, Any]], every: int) -> str:
    if not runs:
        return ""
    columns = ("run", "footage", "list version", "threshold", "tracks", "compared", "alerts", "near misses", "state")
    return table("Runs, newest first", columns, [_run(run) for run in runs], more=every - len(runs))


def _run(run: Mapping[str, Any]) -> tuple[str | int, ...]:
    """One run as a line of the case."""
    names = ", ".join(Path(source).name for source in run["sources"])
    counts = (run["tracks"], run["compared"], run["alerts"], run["near_misses"])
    state = ("finished" if run["finished"] else "unfinished") + (f"; a triage: {BETWEEN}" if run["triage"] else "")
    return (str(run["run"]), names, str(run["list_version"]), threshold_words(run["threshold"]), *counts, state)


def open_case(
    folder: Path | str,
    *,
    purpose: str | None = None,
    authority: str | None = None,
    pack: str | Path | None = None,
    policy: Policy | None = None,
    database: str | None = None,
) -> Case:
    """Open the case in `folder`; make it if it does not exist and `purpose` and `authority` are given.

    database : address of a PostgreSQL for the rows of a new case, such as postgresql://db.office/cases

    An existing case keeps the purpose, authority, pack, policy and database it was made with.
    """
    if is_case(path_of(folder, "the folder of the case")):
        return Case(folder)
    if purpose is None or authority is None:
        raise CaseError(f'{folder} is no case yet; to make one, give purpose="..." and authority="..."')
    chosen = None if pack is None else locator_of(pack)
    return Case.create(folder, purpose=purpose, authority=authority, pack=chosen, policy=policy, database=database)


@contextmanager
def opened(case: Case | Path | str) -> Iterator[Case]:
    """The case that was given, or one that is opened for the block alone."""
    if isinstance(case, Case):
        yield case
        return
    with Case(path_of(case, "the case")) as held:
        yield held
