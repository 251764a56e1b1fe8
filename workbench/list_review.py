"""The review of a list before it is used: what speaks against it, whom it concerns, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from workbench.html import card, facts, note, table
from workbench.terminal import plain
from workbench.watchlist import Entry, Watchlist

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "Finding", "Limits", "ListReview", "review"]

ROWS = 24  # findings in one output

# kind -> (must be settled before use, what it is called, what to do)
KINDS: dict[str, tuple[bool, str, str]] = {
    "expired": (True, "expired", "renew the entry with its authority, or take it off the list"),
    "no_authority": (
        True,
        "no authority",
        "say by whose decision the person is listed, or take the entry off the list",
    ),
    "no_category": (True, "no category", "say why the person is listed"),
    "under_18_unjustified": (
        True,
        "under 18 without justification",
        "give a justification, or take the entry off the list",
    ),
    "same_photo": (True, "one photograph under two names", "find out whom it shows, and enroll the other one again"),
    "no_image": (True, "no image", "enroll a picture, or take the entry off the list"),
    "expires_soon": (
        False,
        "expires before the end",
        "renew it, or accept that the person is not looked for from then on",
    ),
    "under_18": (False, "under 18", "check that the justification holds for this use"),
    "stale_image": (False, "old image", "enroll a newer picture beside it"),
    "no_image_date": (False, "age of the image unknown", "find out when the picture was taken"),
    "look_alike": (False, "look alike: kin, or one person twice", "compare the two; tell the reviewers"),
    "disagree": (False, "images that do not look like one person", "check that all of them show the person"),
    "one_photo": (False, "one image only", "enroll a second one; it finds more"),
    "low_quality": (False, "poor images only", "enroll a better picture"),
    "hub": (
        False,
        "comes first unusually often",
        "look at the picture and at the questions asked; enroll a better one",
    ),
}


@dataclass(frozen=True)
class Limits:
    """Where the review draws its lines; all are stated on its screen.

    until : last day of the deployment, or None for `days` from the review
    image_years : an image older than this is old (a face changes; passports are valid for ten years)
    quality : 0..1, an entry whose best image is below it has poor images only, see `workbench.quality`
    hub_questions, hub_times : an entry that is first in so many questions, and in so many times its even share of them, is a hub
    """

    until: date | None = None
    days: int = 7
    image_years: float = 5.0
    quality: float = 0.25
    hub_questions: int = 5
    hub_times: float = 3.0


@dataclass(frozen=True)
class Finding:
    """One thing that a person should settle or weigh before the list is used.

    kind : a key of `KINDS`; subjects : whom it concerns
    """

    kind: str
    subjects: tuple[str, ...]
    text: str

    @property
    def settle(self) -> bool:
        """Whether it must be settled before use, rather than weighed."""
        return KINDS[self.kind][0]

    @property
    def todo(self) -> str:
        """What to do about it."""
        return KINDS[self.kind][2]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "kind": self.kind,
            "settle": self.settle,
            "subjects": list(self.subjects),
            "text": self.text,
            "todo": self.todo,
        }


@dataclass(frozen=True)
class ListReview:
    """The findings about one version of a list, those that must be settled first.

    day : of the review; until : last day of the deployment
    asked : questions (alerts and near misses) behind the look for hubs, 0 where there were none: then nothing is said of hubs
    approval : in words, whether the version is approved
    """

    version: int
    people: int
    day: date
    until: date
    limits: Limits
    findings: tuple[Finding, ...] = ()
    asked: int = 0
    approval: str = field(default="not approved", compare=False)

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def to_settle(self) -> tuple[Finding, ...]:
        """What must be settled before use."""
        return tuple(each for each in self.findings if each.settle)

    def of(self, subject: str) -> tuple[Finding, ...]:
        """What concerns one person."""
        return tuple(each for each in self.findings if subject in each.subjects)

    def to_dict(self) -> dict[str, Any]:
        """What `workbench list review --json` prints."""
        return {
            "version": self.version,
            "people": self.people,
            "day": self.day.isoformat(),
            "until": self.until.isoformat(),
            "approval": self.approval,
            "limits": [_limits(self), _hubs(self)],
            "to_settle": len(self.to_settle),
            "findings": [each.to_dict() for each in self.findings],
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a finding, as a pandas table."""
        import pandas as pd

        rows = [each.to_dict() | {"subjects": ", ".join(each.subjects)} for each in self.findings]
        return pd.DataFrame(rows, columns=["kind", "settle", "subjects", "text", "todo"])

    def __repr__(self) -> str:
        weigh = len(self) - len(self.to_settle)
        return f"ListReview(version {self.version}, {len(self.to_settle)} to settle, {weigh} to weigh; {plain(self.approval)})"

    def _repr_html_(self) -> str:
        weigh = len(self) - len(self.to_settle)
        concerned = {subject for each in self.findings for subject in each.subjects}
        head = facts(
            {
                "people listed": self.people,
                "to settle before use": len(self.to_settle),
                "to weigh": weigh,
                "people concerned": (len(concerned), f"of {self.people:,} listed"),
            }
        )
        rows = [_row(each) for each in self.findings[:ROWS]]
        columns = ("", "what", "who", "in detail", "what to do")
        shown = table("Findings", columns, rows, more=len(self) - len(rows)) if rows else note("None.")
        words = [
            note(f"This version is {self.approval}.", say=True),
            head,
            shown,
            note(_limits(self)),
            note(_hubs(self)),
        ]
        under = f"on {self.day}, for a deployment until {self.until}"
        return card(f"Review of list version {self.version}", *words, under=under)


def _row(finding: Finding) -> tuple[str, ...]:
    who = ", ".join(finding.subjects)
    return ("settle" if finding.settle else "weigh", KINDS[finding.kind][1], who, finding.text, finding.todo)


def _limits(found: ListReview) -> str:
    limits = found.limits
    return (
        f"Lines drawn: images older than {limits.image_years:g} years are old; an entry whose best image is below quality "
        f"{limits.quality:g} has poor images only; entries that expire by {found.until} expire before the end."
    )


def _hubs(found: ListReview) -> str:
    if not found.asked:
        return "Whether somebody comes first unusually often was not looked at: no run with this version asked anything yet."
    limits = found.limits
    return (
        f"Who comes first unusually often: in {limits.hub_questions} or more of the {found.asked} questions of runs with this "
        f"version, and in more than {limits.hub_times:g} times an even share."
    )


def review(
    watch: Watchlist,
    *,
    today: date,
    limits: Limits | None = None,
    first: Mapping[str, int] | None = None,
    approval: str = "not approved",
) -> ListReview:
    """Look over a list before it is used.

    first : in how many questions (alerts and near misses of runs with this version) each subject came first
    """
    limits, first = limits or Limits(), first or {}
    until = limits.until or today + timedelta(days=limits.days)
    found = [each for entry in watch.entries for each in _entry(entry, today, until, limits)]
    found += [*_images(watch, limits), *_warned(watch), *_hub_findings(watch, first, limits)]
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda each: order[each.kind])  # stable: within a kind, the order of the list
    asked = sum(first.values())
    return ListReview(watch.version, len(watch), today, until, limits, tuple(found), asked, approval)


def _entry(entry: Entry, today: date, until: date, limits: Limits) -> Iterator[Finding]:
    """What one entry's details say."""
    who = (entry.subject,)
    if entry.expires and entry.expires < today:
        yield Finding("expired", who, f"expired on {entry.expires}")
    elif entry.expires and entry.expires < until:
        yield Finding("expires_soon", who, f"expires on {entry.expires}")
    if not entry.authority:
        yield Finding("no_authority", who, "no authority is recorded")
    if not entry.category:
        yield Finding("no_category", who, "no category is recorded")
    if entry.under_18:
        kind = "under_18" if entry.justification else "under_18_unjustified"
        yield Finding(kind, who, entry.justification or "no justification is recorded")
    yield from _age(entry, today, limits)


def _age(entry: Entry, today: date, limits: Limits) -> Iterator[Finding]:
    if entry.image_date is None:
        yield Finding("no_image_date", (entry.subject,), "no date of the image is recorded")
        return
    years = (today - entry.image_date).days / 365.25
    if years > limits.image_years:
        yield Finding("stale_image", (entry.subject,), f"the image is of {entry.image_date}, {years:.1f} years old")


def _images(watch: Watchlist, limits: Limits) -> Iterator[Finding]:
    """What the images of each person say."""
    best: dict[str, float] = {}
    for reference in watch.references:
        best[reference.subject] = max(best.get(reference.subject, 0.0), reference.quality)
    for subject in watch.subjects:
        if subject not in best:
            yield Finding("no_image", (subject,), "no image is enrolled, so the person cannot be found")
        elif best[subject] < limits.quality:
            yield Finding("low_quality", (subject,), f"the best image has quality {best[subject]:.2f}")


def _warned(watch: Watchlist) -> Iterator[Finding]:
    """What was seen when the list was drawn up."""
    pairs = {warned.subjects for warned in watch.warnings if warned.kind == "same_photo"}
    for warned in watch.warnings:
        twice = warned.kind == "look_alike" and warned.subjects in pairs
        if warned.kind in KINDS and not twice:
            yield Finding(warned.kind, warned.subjects, warned.text)


def _hub_findings(watch: Watchlist, first: Mapping[str, int], limits: Limits) -> Iterable[Finding]:
    asked, people = sum(first.values()), len(watch)
    for subject, count in Counter(first).most_common():
        if count >= limits.hub_questions and count > limits.hub_times * asked / max(people, 1):
            yield Finding(
                "hub", (subject,), f"came first in {count} of {asked} questions, with {people:,} people listed"
            )
