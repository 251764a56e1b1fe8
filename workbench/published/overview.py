"""All published results together: one row a deployment in the published columns, both false alert rates, and what is still kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from workbench.counts import count
from workbench.errors import InputError
from workbench.html import REGION, card, facts, note, show, table
from workbench.published import words
from workbench.published.bundle import Bundle
from workbench.published.folder import bundles_in, read_bundle
from workbench.record_columns import COLUMNS, EXTRA, UNKNOWN
from workbench.sentences import TOO_FEW_WORDS, threshold_words
from workbench.triage import BETWEEN

__all__ = ["Overview", "overview_of"]

HEAD = ("Published", *COLUMNS, *EXTRA)
PLACE = "Folder"  # before those of `HEAD` in a spreadsheet: by which a row is found again
STYLE = """
.sl.sl .rows :is(b,a){font-weight:620}.sl.sl .rows a{color:var(--accent)}
.sl.sl .rows small{display:block;font-size:12px;color:var(--quiet);max-width:34ch}
.sl.sl .span{display:block;width:100%;min-width:120px;height:14px}
.sl.sl .span line{stroke:var(--quiet);stroke-width:2;vector-effect:non-scaling-stroke}
.sl.sl .span rect{fill:var(--accent)}
@container (min-width:761px){.sl.sl .many td,.sl.sl .many th{font-size:12px;min-width:76px;padding-right:10px}
.sl.sl .many td:is(:first-child,:nth-child(n+16)){min-width:150px}.sl.sl .many td:last-child{min-width:300px}}
@container (max-width:760px){.sl.sl .rows thead{display:none}.sl.sl .rows tr{display:block;padding:10px 0}
.sl.sl .rows td{display:grid;grid-template-columns:44% 1fr;gap:10px;border:0;padding:2px 0}
.sl.sl .rows td::before{content:attr(data-name);color:var(--quiet);font-weight:400}
.sl.sl .rows tr{border-bottom:1px solid var(--line)}}
@media print{.sl.sl .rows thead{display:none}.sl.sl .rows tr{display:block;padding:8px 0;border-bottom:1px solid var(--line);
break-inside:avoid}.sl.sl .rows td{display:grid;grid-template-columns:44% 1fr;border:0;padding:1px 0}
.sl.sl .rows td::before{content:attr(data-name);color:var(--quiet)}}
""".replace("\n", "")


@dataclass(frozen=True)
class Overview:
    """Bundles by their place, newest scan first; unreadable : places that hold none that can be read, and why."""

    bundles: Mapping[str, Bundle]
    unreadable: Mapping[str, str]

    @property
    def kinds(self) -> list[str]:
        """Deployment types that occur."""
        return sorted({each.record["Deployment type"] for each in self.bundles.values()})

    def only(self, *, kind: str = "", text: str = "", since: str = "") -> Overview:
        """Those of one deployment type, with a text in name, purpose or authority, whose last scan ended on or after a day."""
        sought = text.casefold()
        kept = {
            name: each
            for name, each in self.bundles.items()
            if kind in ("", each.record["Deployment type"])
            and sought in f"{each.case.name} {each.case.purpose} {each.case.authority}".casefold()
            and each.cost.last[:10] >= since
        }
        return Overview(kept, self.unreadable)

    @cached_property
    def rows(self) -> list[tuple[str, ...]]:
        """One a deployment, under `HEAD`: the day it was published, the published columns, and ours."""
        return [
            (each.publication.at[:10], *(each.record.get(name, UNKNOWN) for name in (*COLUMNS, *EXTRA)))
            for each in self.bundles.values()
        ]

    def csv(self) -> bytes:
        """The table for spreadsheet programs; no cell of it is a formula."""
        from workbench.spreadsheets import csv_bytes

        return csv_bytes((PLACE, *HEAD), self._placed)

    def xlsx(self) -> bytes:
        """The table as a workbook; no cell of it is a formula."""
        from workbench.spreadsheets import xlsx_bytes

        return xlsx_bytes({"Deployments": ((PLACE, *HEAD), self._placed)})

    @property
    def _placed(self) -> list[tuple[str, ...]]:
        return [(name, *row) for name, row in zip(self.bundles, self.rows, strict=True)]

    def __len__(self) -> int:
        return len(self.bundles)

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, address: Callable[[str], str] | None = None) -> str:
        """All of it as HTML; each deployment is called by its place and what it is for.

        address : of the page that shows the result at a place, for a link to it; None where there is no such page
        """
        every = list(self.bundles.values())
        bad = table("Could not be read", ("where", "why"), self.unreadable.items()) if self.unreadable else ""
        if not every:
            return card("Deployments", note("None is published here, or none is of the kind asked for."), bad)
        once = _once(self.bundles)
        called = {name: _called(name, each, address) for name, each in self.bundles.items()}
        parts = [
            *_sums(once),
            _twice(every, once),
            _trend(once, called),
            _table(called, self.rows),
            _points(self.bundles, called),
            _groups(once, called),
            _kept(self.bundles, called),
            bad,
        ]
        under = f"{len(every):,} published, the newest scan first"
        return f"<style>{STYLE}</style>{card('Deployments', *parts, under=under)}"


def overview_of(folder: Path | str) -> Overview:
    """Everything that is published below a folder; what cannot be read is said and does not hide the rest."""
    found: dict[str, Bundle] = {}
    bad: dict[str, str] = {}
    for name, place in bundles_in(Path(folder)).items():
        try:
            found[name] = read_bundle(place, scores=False)
        except (InputError, OSError) as error:
            bad[name] = str(error)
    return Overview(dict(sorted(found.items(), key=lambda each: each[1].cost.last, reverse=True)), bad)


def _called(name: str, bundle: Bundle, address: Callable[[str], str] | None) -> str:
    """What a deployment is called in every table, as HTML: its place, as the list of results has it, and what it is for."""
    place = f'<a href="{escape(address(name))}">{show(name, 80)}</a>' if address else f"<b>{show(name, 80)}</b>"
    return f"{place}<small>{show(bundle.case.purpose, 80)}</small>"


def _once(places: Mapping[str, Bundle]) -> dict[str, Bundle]:
    """Each case once, as it was published last: added up twice, its faces would look like twice as many."""
    last: dict[tuple[str, ...], Bundle] = {}
    for each in places.values():
        case = (
            (each.publication.public_key,)
            if each.publication.public_key
            else (each.case.name, each.case.authority, each.case.made)
        )
        if case not in last or each.publication.number > last[case].publication.number:
            last[case] = each
    return {name: each for name, each in places.items() if any(each is kept for kept in last.values())}


def _twice(every: Sequence[Bundle], once: Mapping[str, Bundle]) -> str:
    left = len(every) - len(once)
    of = count(left, "publication is", "publications are")
    return (
        note(f"{of} of a case that is published elsewhere too: it is added up once, as it was published last.")
        if left
        else ""
    )


def _sums(places: Mapping[str, Bundle]) -> list[str]:
    """What it all comes to, in sentences and tiles."""
    every = places.values()
    faces, alerts, settled, wrong = (
        sum(getattr(each.found, name) for each in every) for name in ("faces_seen", "alerts", "settled", "different")
    )
    open_ = alerts - settled
    decisions = sum(each.review.decisions for each in every)
    said = (
        f"In {count(len(every), 'deployment')} {count(faces, 'face was', 'faces were')} seen and "
        f"{count(alerts, 'alert was', 'alerts were')} raised. Of {count(settled, 'alert')} that people have settled, "
        f"{wrong:,} asked about the wrong person."
    )
    tiles = {
        "faces seen": faces,
        "alerts": (alerts, f"{open_:,} not settled"),
        "wrong person": (wrong, f"of {settled:,} settled"),
        "decisions by people": (decisions, "near misses and changed minds among them"),
    }
    rates = [
        ("False alerts per face seen", words.least_share(wrong, faces, open_), "of all who passed"),
        ("False alerts per alert", words.share(wrong, settled), "of the alerts that are settled"),
    ]
    mixed = "Added up over cameras, lists and thresholds that differ: a rate of one place is in the table below."
    shown = table("Both false alert rates, with 95 % limits", ("rate", "counted", "means"), rates)
    limits = [_triaged(places), _limited(places)]
    return [note(said, say=True), *limits, facts(tiles), shown, note(mixed) if len(every) > 1 else ""]


def _triaged(places: Mapping[str, Bundle]) -> str:
    """Which deployments hold footage that had a triage alone."""
    names = [name for name, each in places.items() if each.triaged]
    return note(f"Of footage in {', '.join(names)} {BETWEEN}.", say=True) if names else ""


def _limited(places: Mapping[str, Bundle]) -> str:
    """Which deployments hold footage of which something else has to be known."""
    names = [name for name, each in places.items() if words.footage_words(each)]
    return (
        note(f"What was looked at has limits in {', '.join(names)}: each result says which.", say=True) if names else ""
    )


def _trend(places: Mapping[str, Bundle], called: Mapping[str, str]) -> str:
    """False alerts per face seen, deployment by deployment, oldest first, each with its limits as a line."""
    rows = [
        (called[name], each, *words.limits(each.found.different, each.found.faces_seen))
        for name, each in reversed(list(places.items()))
        if each.found.faces_seen
    ]
    if len(rows) < 2:
        return ""
    top = max(high for *_, high in rows) or 1.0
    head = ("last scan", "deployment", "false alerts per face seen", "from 0 to the highest limit")
    lines = [_trend_row(*row, top) for row in rows[-40:]]
    ends = f"The mark is the rate, the line its 95 % limits ({words.AS_IF}), from 0 to {100 * top:.3g} %. Long lines: few faces."
    return _rows("Over time", head, lines) + note(ends)


def _trend_row(called: str, each: Bundle, low: float, high: float, top: float) -> tuple[str, ...]:
    share = each.found.different / each.found.faces_seen
    a, b, at = (200 * value / top for value in (low, high, share))
    text = words.seen_share(each.found)
    drawn = (
        f'<svg class="span" viewBox="-2 0 204 14" preserveAspectRatio="none" role="img" aria-label="{show(text)}">'
        f'<line x1="{a:.1f}" x2="{b:.1f}" y1="7" y2="7"></line><rect x="{at - 2:.1f}" y="2" width="4" height="10"></rect></svg>'
    )
    return (show(words.day(each.cost.last)), called, show(text), drawn)


def _table(called: Mapping[str, str], rows: Sequence[Sequence[str]]) -> str:
    """The published columns, with the day of publication behind the name."""
    head = (HEAD[1], HEAD[0], *HEAD[2:])
    cells = [
        [who, show(words.day(row[0])), *(show(cell, 240) for cell in row[2:])]
        for who, row in zip(called.values(), rows, strict=True)
    ]
    return _rows("Deployments, in the columns that are published", head, cells, kind="many")


def _plain(title: str, head: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> str:
    """Rows of what a deployment is called, which is HTML, and of values, which become it."""
    shown = [[who, *(show(f"{each:,}" if isinstance(each, int) else each, 240) for each in row)] for who, *row in rows]
    return _rows(title, head, shown)


def _rows(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """A table of HTML cells that becomes a list of lists on a narrow screen and on paper."""
    top = "".join(f"<th>{show(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(map(_named, head, row))}</tr>" for row in rows)
    return (
        f'<h4>{show(title)}</h4><div class="scroll" tabindex="0" {REGION}{show(title)}" '
        f'data-lm-suppress-shortcuts="true"><table class="rows {kind}"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _named(name: str, cell: str) -> str:
    return f'<td data-name="{show(name)}"><span>{cell}</span></td>'


def _points(places: Mapping[str, Bundle], called: Mapping[str, str]) -> str:
    """The line of each deployment, and what was measured at it beforehand."""
    rows = []
    for name, each in places.items():
        point, line = each.point, each.threshold
        if point is None:
            rows.append(
                (
                    called[name],
                    f"{threshold_words(line.value)} ({line.pack})",
                    "no operating point recorded",
                    TOO_FEW_WORDS,
                    TOO_FEW_WORDS,
                )
            )
            continue
        false, found = point.measured.shares()
        rows.append(
            (
                called[name],
                f"{threshold_words(line.value)} ({line.pack})",
                f"{point.name}, by {point.by}",
                false,
                found,
            )
        )
    head = ("deployment", "threshold", "chosen", "strangers who alert", "listed people recognised")
    return _plain("Thresholds in use, and what was measured at them", head, rows)


def _groups(places: Mapping[str, Bundle], called: Mapping[str, str]) -> str:
    rows = [(called[name], group.what, group.words) for name, each in places.items() for group in each.groups]
    silent = [name for name, each in places.items() if not each.groups]
    shown = _plain("Groups", ("deployment", "rate", "counted"), rows) if rows else "<h4>Groups</h4>"
    if not silent:
        return shown
    said = f"{TOO_FEW_WORDS.capitalize()} for {', '.join(silent[:6])}{' and others' if len(silent) > 6 else ''}: no groups are recorded."
    return shown + note(said)


def _kept(places: Mapping[str, Bundle], called: Mapping[str, str]) -> str:
    """Retention: what was still held when each was published, until when, and what was deleted with proof."""
    rows = []
    for name, each in places.items():
        late = sum(kept.count for kept in each.retained if kept.due and kept.due < each.publication.at)
        endless = sum(kept.count for kept in each.retained if not kept.due)
        first = min((kept.due for kept in each.retained if kept.due), default="")
        held, gone = sum(kept.count for kept in each.retained), sum(done.count for done in each.deleted)
        state = f"{late:,} overdue" if late else "nothing overdue"
        rows.append((called[name], held, words.day(first) if first else "–", endless, gone, state))
    head = (
        "deployment",
        "faces and templates held",
        "first deleted",
        "without an end",
        "deleted so far",
        "on that day",
    )
    return _plain("What is kept of faces, on the day of publication", head, rows)
