"""What the review's page needs to know: before the first look pictures and nothing else, afterwards everything.

A question goes to the page under a token, from which neither its number nor its kind can be read: planted pairs must look
like all others. The token is the same in every kernel, so that a decision that was not acknowledged can be sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from widgets.answering import Reply
from workbench.case import Case
from workbench.decisions import FEATURES, SCALE, Decision, Standing, who
from workbench.faces import clock
from workbench.questions import Context, Pair, PlantedAnswer, Question, Revealed
from workbench.sentences import apart_digits, threshold_words
from workbench.smaller import jpeg_within
from workbench.watchlist import Entry

__all__ = [
    "about_review",
    "decision_json",
    "pair_message",
    "planted_json",
    "revealed_message",
    "small",
    "standing_words",
    "token_of",
    "work_of",
]

SIDE = 72  # px, of a picture in the queue
OPEN = "Another person must look before this counts."


def about_review(case: Case, reviewer: str, title: str) -> dict[str, Any]:
    """What is the same for every pair."""
    return {
        "title": title,
        "reviewer": reviewer,
        "home": work_of(case, reviewer),
        "features": [{"name": each.name, "lookAt": each.look_at, "key": each.key} for each in FEATURES],
        "scale": [{"name": name, "means": means} for name, means in SCALE.items()],
        "needed": case.about.policy.reviewers,
    }


def work_of(case: Case, reviewer: str, *kind: str) -> str:
    """A name for this person's work on this case, by which a page knows it again after the kernel was restarted.

    kind : what kind of work it is; none for the review of alerts
    """
    about = case.about
    return _hashed(about.name, about.created.isoformat(), who(reviewer), *kind)


def token_of(home: str, question: Question) -> str:
    """The name under which a question goes to the page."""
    return _hashed(home, question.kind, str(question.id))


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def small(picture: bytes) -> bytes:
    """A picture for the queue, as JPEG bytes."""
    return jpeg_within(picture, SIDE, quality=82)


def pair_message(token: str, pair: Pair) -> Reply:
    """The pictures of a question: no name, no score, not even where they come from."""
    faces = [{"px": round(face.box[2] - face.box[0])} for face in pair.probe]
    message = {"kind": "pair", "token": token, "faces": faces, "references": len(pair.references)}
    return message, [*(face.png for face in pair.probe), *pair.references]


def decision_json(decision: Decision) -> dict[str, Any]:
    """A person's own decision, as the page shows it."""
    names = ("verdict", "confidence", "reason", "look")
    told = {name: getattr(decision, name) for name in names}
    return told | {"features": dict(decision.features), "recorded": f"{decision.recorded:%Y-%m-%d %H:%M:%S} UTC"}


def revealed_message(shown: Revealed, own: Sequence[Decision]) -> Reply:
    """Everything about an alert, for its own reviewer after her first look; what others said only once it is settled."""
    alert = shown.alert
    side = "at or above" if alert.score >= alert.threshold else "below"
    digits = apart_digits(alert.threshold, [each.score for each in alert.candidates])
    after = {
        "kind": "alert",
        "subject": alert.subject,
        "score": f"{alert.score:.{digits}f}",
        "line": f"{side} the threshold of {threshold_words(alert.threshold, digits)}; {alert.why.get('threshold_from', '')}",
        "seen": f"{alert.source}, {clock(alert.start)} to {clock(alert.end)}, face {alert.face_px:.0f} px wide",
        "from": f"alert {alert.id}, run {alert.why['run']}, list version {alert.why['list_version']}, "
        f"model pack {alert.why.get('pack', 'not recorded')}",
        "candidates": [
            {"rank": c.rank, "subject": c.subject, "score": f"{c.score:.{digits}f}"} for c in alert.candidates
        ],
        "entry": _entry(shown.entry),
        "context": [_context(each) for each in shown.context],
        "standing": standing_words(shown.standing),
        "settled": shown.standing.settled,
        "decisions": [decision_json(each) for each in own],
    }
    return after, list(shown.faces)


def standing_words(standing: Standing) -> str:
    """What a reviewer may know of the others: nothing, until it is settled."""
    if standing.verdict is None:
        return OPEN
    people = "one person" if len(standing.reviewers) == 1 else f"{len(standing.reviewers)} people"
    return f"Settled after {people} looked: {_said(standing)}."


def _said(standing: Standing) -> str:
    words: Mapping[str, str] = {
        "same": "the same person",
        "different": "different people",
        "cannot tell": "cannot be told from these pictures",
    }
    return words[standing.verdict or "cannot tell"]


def _entry(entry: Entry) -> list[tuple[str, str]]:
    """Why the person is listed; what is not recorded is left out."""
    rows = (
        ("listed as", entry.category),
        ("authority", entry.authority),
        ("picture from", entry.image_source),
        ("picture taken", entry.image_date),
        ("added by", entry.added_by),
        ("expires", entry.expires),
        ("under 18", f"yes: {entry.justification}" if entry.under_18 else ""),
    )
    return [(name, str(value)) for name, value in rows if value]


def _context(each: Context) -> str:
    return f"{each.source} {clock(each.start)}, alert {each.alert}: {_said(each.standing)}"


def planted_json(answer: PlantedAnswer, record: str) -> dict[str, Any]:
    """What a planted pair was, for somebody who has judged it."""
    right = {
        "different": "You said different: right.",
        "same": "You said the same person: wrong.",
        "cannot tell": "You said that you cannot tell: no error, and no answer.",
    }
    words = f"This pair was planted, and is no alert: {answer.person} beside references of {answer.subject}."
    return {"kind": "planted", "words": words, "outcome": right[answer.verdict], "record": record}
