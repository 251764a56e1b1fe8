"""Every other look at the same footage: scans that asked something else, or nothing, are disclosed beside the one that asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from workbench.alerts import Alert
from workbench.casefile.case import CaseFile
from workbench.casefile.evidence import Held
from workbench.evidence.html_parts import paragraph, table
from workbench.runs import Run
from workbench.sentences import apart_words, threshold_words

__all__ = ["OtherScan", "other_scans", "scan_facts", "scans_part"]

ONLY = "This footage was scanned once in this case: there is no other scan that could differ."
COLUMNS = ("scan, begun (UTC)", "list, pack, threshold", "sampling", "at the time of this track")


@dataclass(frozen=True)
class OtherScan:
    """Another scan of the same footage, and what it asked while this track was seen."""

    run: int
    begun: str
    finished: bool
    list_version: int
    pack: str
    threshold: float
    every: float
    asked: tuple[str, ...]

    @property
    def words(self) -> str:
        """What it asked, or that it asked nothing."""
        return "; ".join(self.asked) or ("nothing was asked" if self.finished else "nothing was asked; not finished")


def other_scans(case: CaseFile, held: Held) -> tuple[OtherScan, ...]:
    """All other scans of this footage in the case, oldest first."""
    runs = [case.run(number) for number in case.runs if number != held.run.id]
    return tuple(
        _scan(run, held.alert) for run in runs if any(source.sha256 == held.alert.sha256 for source in run.sources)
    )


def _scan(run: Run, alert: Alert) -> OtherScan:
    every = [(each, kind) for kind, some in (("alert", run.alerts), ("near miss", run.near_misses)) for each in some]
    asked = tuple(
        f"{kind} {each.id}: is this {each.subject}? score {apart_words(each.score, each.threshold, 4)[0]}"
        for each, kind in every
        if each.sha256 == alert.sha256 and each.start <= alert.end and each.end >= alert.start
    )
    settings = run.settings
    return OtherScan(
        run.id,
        f"{run.started:%Y-%m-%d %H:%M:%S}",
        run.finished is not None,
        run.list_version,
        str(settings["pack"]),
        run.threshold,
        float(settings["every"]),
        asked,
    )


def scans_part(scans: tuple[OtherScan, ...]) -> str:
    """The part of the report."""
    rows = [
        (
            f"run {scan.run}, {scan.begun}",
            f"list version {scan.list_version}, {scan.pack}, {threshold_words(scan.threshold, 4)}",
            f"every {scan.every:g} s",
            scan.words,
        )
        for scan in scans
    ]
    said = table(COLUMNS, rows) if rows else paragraph(ONLY)
    return f"<h3>Other scans of this footage: {len(scans)}</h3>{said}"


def scan_facts(scans: tuple[OtherScan, ...]) -> list[dict[str, Any]]:
    """As plain JSON values."""
    return [asdict(scan) for scan in scans]
