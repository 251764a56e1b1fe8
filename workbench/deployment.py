"""What the public and a regulator are told of a case: the deployment record and the log of each use; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from workbench.casefile import deployments
from workbench.casefile.blobs import write_whole
from workbench.casefile.case import CaseFile
from workbench.casefile.outcomes import load_outcomes
from workbench.counts import count
from workbench.decisions import Standing
from workbench.deployed import arrests, deployed_words, durations, interventions, met
from workbench.deployments import Deployment, Outcome
from workbench.html import card, table
from workbench.intervals import clopper_pearson
from workbench.kept_scores import asked_in, each_footage_once
from workbench.record_columns import COLUMNS, EXTRA, UNKNOWN
from workbench.runs import Run
from workbench.sentences import share_words, threshold_words
from workbench.spreadsheets import csv_bytes, xlsx_bytes
from workbench.terminal import plain
from workbench.uses import USE_COLUMNS, uses_of

__all__ = ["COLUMNS", "EXTRA", "UNKNOWN", "Counts", "DeploymentRecord", "counts_of", "record_of"]

SHOWN = 6  # uses in one output


@dataclass(frozen=True)
class DeploymentRecord:
    """One row in the columns that the public is shown, further ones that say what its rates mean, and one row a use.

    row : a text for each of `COLUMNS`, then of `EXTRA`; uses : rows under `uses.USE_COLUMNS`
    """

    row: tuple[str, ...]
    uses: tuple[tuple[str, ...], ...]

    def __getitem__(self, column: str) -> str:
        return self.row[(*COLUMNS, *EXTRA).index(column)]

    def to_dict(self) -> dict[str, Any]:
        """What `workbench case record --json` prints."""
        return {
            "record": dict(zip((*COLUMNS, *EXTRA), self.row, strict=True)),
            "uses": [dict(zip(USE_COLUMNS, use, strict=True)) for use in self.uses],
        }

    def write_csv(self, file: Path | str) -> None:
        """The record alone, one row under its head, for spreadsheet programs."""
        write_whole(Path(file), csv_bytes((*COLUMNS, *EXTRA), [self.row]))

    def write_xlsx(self, file: Path | str) -> None:
        """A workbook: the record, and the log of each use."""
        sheets = {"Deployment record": ((*COLUMNS, *EXTRA), [self.row]), "Log of each use": (USE_COLUMNS, self.uses)}
        write_whole(Path(file), xlsx_bytes(sheets))

    def text(self) -> str:
        """For people on a terminal, one column a line."""
        wide = max(map(len, (*COLUMNS, *EXTRA)))
        lines = [f"{name:<{wide}}  {plain(cell)}" for name, cell in zip((*COLUMNS, *EXTRA), self.row, strict=True)]
        for use in self.uses:
            lines += ["", *(f"{name}: {plain(cell)}" for name, cell in zip(USE_COLUMNS, use, strict=True))]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        record = table("Deployment record", ("column", "is"), zip((*COLUMNS, *EXTRA), self.row, strict=True))
        newest = [tuple(map(_short, use)) for use in self.uses[: -SHOWN - 1 : -1]]
        more = len(self.uses) - len(newest)
        uses = table("Log of each use, newest first", USE_COLUMNS, newest, more=more, longest=400, wide=True)
        under = "What the case does not know is not recorded, and never guessed."
        return card(f"Record of {self['Deployment']}", record, uses if newest else "", under=under)

    def __repr__(self) -> str:
        return (
            f"DeploymentRecord({self['Deployment']!r}: {self['Total alerts']} alerts, {self['Faces seen']} faces seen)"
        )


def _short(text: str) -> str:
    """A text whose hashes are shown by their first 16 characters; files have them whole."""
    return re.sub(r"\b([0-9a-f]{16})[0-9a-f]{24,}\b", r"\1…", text)


@dataclass(frozen=True)
class Counts:
    """Alerts of the runs that count, by what is concluded of them."""

    alerts: int
    same: int
    different: int
    unsettled: int
    faces: int

    @property
    def judged(self) -> int:
        """Alerts of which something is concluded."""
        return self.alerts - self.unsettled


def record_of(case: CaseFile) -> DeploymentRecord:
    """The record of a case, from its finished runs; footage that several scanned counts once, as the newest saw it."""
    every = [case.run(number) for number in case.runs]
    runs = each_footage_once([run for run in every if run.finished])
    every_live, outcomes = _deployments(case)
    live = [each for each in every_live if each.run in {run.id for run in runs}]
    standings = dict(case.standings())
    counts = counts_of(runs, standings, outcomes)
    columns = _columns(case, runs, counts, live, _own(runs, outcomes))
    return DeploymentRecord(
        (*columns, *_extra(runs, every, counts, live, _left_out(runs, every, standings))),
        uses_of(case, every, every_live),
    )


def _deployments(case: CaseFile) -> tuple[list[Deployment], tuple[Outcome, ...]]:
    """Every live deployment, and every outcome of the case."""
    with case.store.session() as session:
        live = [deployments.load(session, n, case.about.policy.reviewers) for n in deployments.numbers(session)]
        return live, load_outcomes(session)


def _own(runs: Sequence[Run], outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The latest outcome of each alert of these runs."""
    latest = {each.alert: each for each in outcomes}
    return [latest[alert.id] for run in runs for alert in run.alerts if alert.id in latest]


def counts_of(runs: Sequence[Run], standings: dict[int, Standing], outcomes: Sequence[Outcome] = ()) -> Counts:
    """Alerts and faces seen of runs that have each piece of footage once; who was met in the street is settled by that."""
    alerts = [alert for run in runs for alert in run.alerts]
    settled = {number: each.verdict for number, each in standings.items()} | met(outcomes)
    verdicts = [settled.get(alert.id) for alert in alerts]
    count = {verdict: verdicts.count(verdict) for verdict in ("same", "different", None)}
    faces = sum(len(run.tracks) for run in runs)
    return Counts(len(alerts), count["same"], count["different"], count[None], faces)


def _columns(
    case: CaseFile, runs: Sequence[Run], counts: Counts, live: Sequence[Deployment], outcomes: Sequence[Outcome]
) -> list[str]:
    """One text for each of `COLUMNS`."""
    judged = f"{counts.judged:,} of {count(counts.alerts, 'alert')} settled"
    return [
        case.about.name,
        _each(f"{each.started:%Y-%m-%d}" for each in live),
        _kinds(case, runs),
        _each(durations(runs, live)),
        _each(f"{len(each.cameras):,}" for each in live),
        _each(f"{run.listed:,}" for run in runs),
        _each(f"{threshold_words(run.threshold, 4)} ({run.settings['pack']})" for run in runs),
        f"{counts.alerts:,}",
        f"{counts.same:,} ({judged})",
        interventions(outcomes, counts.alerts, "confirmed") or UNKNOWN,
        f"{counts.different:,} ({judged})",
        interventions(outcomes, counts.alerts, "another person") or UNKNOWN,
        arrests(outcomes, counts.alerts) or UNKNOWN,
        f"{counts.faces:,}",
        _rate(counts),
    ]


def _kinds(case: CaseFile, runs: Sequence[Run]) -> str:
    """Recorded or live, as the kinds of the footage say."""
    kinds = {each["kind"] for each in case.info()["footage"] if each.get("kind")}
    words = {"live": "live", "images": "recorded pictures", "video": "recorded footage"}
    return _each(words.get(kind, kind) for kind in sorted(kinds)) if runs and kinds else UNKNOWN


def _each(texts: Any) -> str:
    """Distinct texts, in order; "not recorded" where there is none."""
    return "; ".join(dict.fromkeys(texts)) or UNKNOWN


def _rate(counts: Counts) -> str:
    """The rate as it is published, per face seen; while alerts are open it is not known, and a guess would flatter it."""
    if counts.unsettled:
        return f"{UNKNOWN}: {counts.unsettled:,} of {count(counts.alerts, 'alert')} {'is' if counts.unsettled == 1 else 'are'} not settled"
    return f"per face seen: {_share(counts.different, counts.faces)}"


def _share(count: int, of: int) -> str:
    low, high = clopper_pearson(count, of)
    return share_words(count, of, float(low), float(high))


def _left_out(runs: Sequence[Run], every: Sequence[Run], standings: Mapping[int, Standing]) -> str:
    """How many runs do not count, and how much of what people concluded with them."""
    left, here = len(every) - len(runs), asked_in(runs)
    settled = sum(each.verdict is not None for alert, each in standings.items() if alert not in here)
    if not left and not settled:
        return ""
    what = f"{left:,} unfinished, or" if left else "footage that was"
    concluded = f", and with that what was concluded of {settled:,} of their alerts" if settled else ""
    return f"; {what} scanned again by a later one, left out{concluded}"


def _extra(
    runs: Sequence[Run], every: Sequence[Run], counts: Counts, live: Sequence[Deployment] = (), out: str = ""
) -> list[str]:
    numbers = ", ".join(str(run.id) for run in runs) or "none"
    open_ = f"at least {counts.different:,}: " if counts.unsettled else ""
    return [
        f"{open_}{_share(counts.different, counts.faces)}",
        _share(counts.different, counts.judged),
        f"{counts.unsettled:,} of {counts.alerts:,}",
        f"{'run' if len(runs) == 1 else 'runs'} {numbers} of {len(every):,}{out}; footage: {_each(PurePath(s.path).name for r in runs for s in r.sources)}"
        + "".join(f"; {deployed_words(each)}" for each in live),
    ]
