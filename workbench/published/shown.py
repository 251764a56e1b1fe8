"""A published result as HTML: sentences first, then numbers with their limits, then what is kept and who published."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.counts import count
from workbench.html import Card, card, columns, facts, note, pictures, sentence, table
from workbench.published import words
from workbench.published.bundle import Bundle
from workbench.sentences import threshold_words

__all__ = ["result"]

ROWS = 40
NAMES, WHOLE = 250, 60_000  # names that are shown; bytes of a cell that is never cut off


def result(bundle: Bundle) -> str:
    """The whole result as one piece: nothing in it acts, nothing is fetched."""
    who, case = bundle.publication, bundle.case
    under = f"{case.name} · on the authority of {case.authority} · version {who.number}, {words.day(who.at)}"
    return card(case.purpose, *_short(bundle), *_numbers(bundle), *_papers(bundle), under=under)


def _short(bundle: Bundle) -> list[str]:
    """The sentences that matter, and the counts behind them."""
    found, list_ = bundle.found, bundle.looked_for
    tiles = {
        "people looked for": (list_.people, f"list version {list_.version}"),
        "faces seen": (found.faces_seen, f"{found.compared:,} compared"),
        "alerts": (found.alerts, f"of {count(found.faces_seen, 'face seen', 'faces seen')}"),
        "same person": (found.same, f"of {found.settled:,} settled"),
        "wrong person": (found.different, f"of {found.settled:,} settled"),
        "not settled": (found.unsettled, f"of {count(found.alerts, 'alert')}"),
    }
    limits = filter(None, (words.triage_words(bundle), words.footage_words(bundle)))
    said = [words.looked_words(bundle), *limits, words.found_words(bundle)]
    sure = [*words.sure_words(bundle), *words.duty_words(bundle)]
    return [
        *(note(text, say=True) for text in said),
        facts(tiles),
        "<h4>How sure is that?</h4>",
        *map(note, sure),
        "<h4>What did it cost?</h4>",
        note(words.cost_words(bundle)),
    ]


def _numbers(bundle: Bundle) -> list[str]:
    rates = table("The rates, with 95 % limits", ("rate", "counted", "means"), words.rates(bundle))
    limits = f"Limits: were all this done again many times, the true rate would lie between such limits 19 times in 20, {words.AS_IF}."
    return [rates, note(limits), _faces(bundle), _threshold(bundle), _groups(bundle)]


def _faces(bundle: Bundle) -> str:
    """The confirmed faces, where they were published."""
    if not bundle.crops:
        return ""
    cards = [
        Card(
            each.jpeg,
            f"Alert {each.alert}" + (f": {each.subject}" if each.subject else ""),
            (f"shown until {words.day(each.until)}",),
        )
        for each in bundle.crops
    ]
    who = "Two people concluded separately" if bundle.review.needed == 2 else "One person concluded"
    explained = note(f"{who} that each is the person asked about. Everyone else is hidden.")
    return f"<h4>Confirmed</h4>{explained}{pictures(cards)}"


def _threshold(bundle: Bundle) -> str:
    line = bundle.threshold
    said = [
        f"The software asks about a face whose score reaches {threshold_words(line.value)}. "
        "A higher line asks about fewer strangers and misses more of the people listed."
    ]
    if line.others:
        said.append(f"Other scans used {', '.join(threshold_words(each) for each in line.others)}.")
    used, measured = bundle.point, ""
    if used is not None:
        said += [f"Operating point {used.name!r}, recorded by {used.by} on {words.day(used.recorded)}: {used.reason}."]
        measured = "".join(map(sentence, (*used.measured.sentences(), *used.measured.concerns())))
    return f"<h4>Where the line is drawn</h4>{''.join(map(note, said))}{measured}"


def _groups(bundle: Bundle) -> str:
    if not bundle.groups:
        said = "Too few to say whether the rates differ between groups of people: no groups are recorded for these passes, or they are of too few people."
        return f"<h4>Groups</h4>{note(said)}"
    explained = note("Groups are those that people stated of themselves; the software guesses none.")
    rows = [(each.what, each.words) for each in bundle.groups[:ROWS]]
    shown = table("Groups, at the threshold", ("rate", "counted"), rows, more=len(bundle.groups) - len(rows))
    return shown + explained


def _papers(bundle: Bundle) -> list[str]:
    """What is kept, the deployment record, the footage, the publication."""
    kept = words.retained_words(bundle.retained)
    head = ("what", "how many", "first deleted", "why")
    none = note("The case holds no face and no template any more.")
    deleted = sum(each.count for each in bundle.deleted)
    gone = note(
        f"Faces and templates of alerts, searches and lists that were deleted so far, with proof in the log: {deleted:,}."
    )
    limited_first = sorted(bundle.footage, key=lambda each: not each.state)
    files = [(each.name, "; ".join(each.state) or "whole", each.tracks) for each in limited_first[:ROWS]]
    more = len(bundle.footage) - len(files)
    return [
        table("Faces that are still kept, when this was published", head, kept) if kept else none,
        gone if deleted else "",
        table("Deployment record", ("column", "is"), bundle.record.items()),
        table("Footage", ("file", "state", "faces seen"), files, more=more),
        table("This publication", ("", ""), _publication(bundle), longest=WHOLE),
        _names(bundle.looked_for.names),
    ]


def _names(listed: Sequence[str]) -> str:
    """Who is on the list, where names were published: in columns, since there may be hundreds."""
    more = len(listed) - NAMES
    left = f"and {more:,} more, in bundle.json" if more > 0 else ""
    return columns(f"Names on the list: {len(listed):,}", listed[:NAMES], left) if listed else ""


def _publication(bundle: Bundle) -> list[tuple[str, str]]:
    who = bundle.publication
    rows = [
        ("published", f"{words.moment_words(who.at)}, by {who.by}"),
        ("why", who.reason or "not stated"),
        ("list", bundle.looked_for.approval),
        ("model pack", bundle.threshold.pack),
        ("threshold", f"{threshold_words(bundle.threshold.value, 4)}: {bundle.threshold.origin}"),
        ("from", f"entry {who.entries} of the case's log, hash {who.head[:16]}…"),
        ("scores", bundle.passes.reduced or f"all {bundle.passes.scores:,} of them are in it"),
    ]
    return rows + [("took the place of", f"version {e.number}, {words.day(e.at)}, by {e.by}") for e in who.earlier[-3:]]
