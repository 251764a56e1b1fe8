"""What people concluded of an alert, and what their conclusions amount to together: values and rules, nothing stored.

A verdict counts once a second person, who saw nothing of the first, came to the same one. Nobody's decision is edited: a
changed mind is a further decision. Only a "same" that was reached blind can confirm that it is the same person, because
whoever knows the score leans towards it (Howard 2020: a shown result shifts the criterion, not the skill).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from unicodedata import normalize

from workbench.arguments import said, text_of
from workbench.counts import count
from workbench.errors import InputError

__all__ = [
    "FEATURES",
    "OPINIONS",
    "SCALE",
    "STATES",
    "VERDICTS",
    "Decision",
    "Feature",
    "Look",
    "Opinion",
    "Standing",
    "State",
    "Verdict",
    "standing",
    "who",
]

Verdict = Literal["same", "different", "cannot tell"]
Opinion = Literal["agree", "differ", "cannot see"]
Look = Literal["blind", "informed"]
State = Literal["open", "waiting for a second", "disagreement", "confirmed same", "confirmed different", "cannot tell"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
OPINIONS: tuple[Opinion, ...] = get_args(Opinion)
STATES: tuple[State, ...] = get_args(State)

MOST = 3  # people who look before "no two agree" is itself the answer


@dataclass(frozen=True)
class Feature:
    """Something to compare in two faces: `name`, what to look at in it, and the key that notes it on screen."""

    name: str
    look_at: str
    key: str


FEATURES = (  # after the components of FISWG's facial image comparison feature list
    Feature("face shape", "outline, and how the parts are spaced", "f"),
    Feature("hairline", "its line and where it recedes; hair itself changes", "h"),
    Feature("forehead", "height, slope, width between the temples", "o"),
    Feature("eyebrows", "shape, thickness, distance; can be plucked", "b"),
    Feature("eyes", "lids and folds, corners, distance", "e"),
    Feature("ears", "rim, lobe, how they stand: distinctive where seen", "a"),
    Feature("nose", "root, bridge, tip, nostrils", "n"),
    Feature("mouth", "lips, corners, groove above", "m"),
    Feature("chin and jaw", "shape, cleft, angle of the jaw", "j"),
    Feature("lines", "forehead, between the brows, nose to mouth", "l"),
    Feature("skin marks", "moles, freckles, birthmarks: number and place", "k"),
    Feature("scars and alterations", "scars, piercings, tattoos, surgery", "s"),
)

SCALE = {  # how strongly what was seen supports a verdict; words, because nobody has measured a percentage for it
    "limited": "what can be seen speaks somewhat more for this answer than for the other",
    "moderate": "what can be seen clearly speaks for this answer; some of what would matter cannot be seen",
    "strong": "distinctive features speak for this answer, and nothing that pictures cannot explain speaks against it",
}


@dataclass(frozen=True)
class Decision:
    """What a named person concluded of one alert, and why; it is never edited, only superseded.

    confidence : a level of `SCALE`, "" for "cannot tell"
    features : opinions by the names of `FEATURES`; what is not named was not considered
    look : "blind" before the reviewer saw score, names and other opinions, "informed" after
    recorded : UTC; supersedes : id of the same person's decision that this one replaces
    """

    alert: int
    reviewer: str
    verdict: Verdict
    confidence: str
    features: Mapping[str, Opinion]
    reason: str
    look: Look
    recorded: datetime
    supersedes: int | None = None
    id: int = 0

    def __post_init__(self) -> None:
        for complaint in _complaints(self):
            raise InputError(complaint)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self) | {"features": dict(self.features), "recorded": self.recorded.isoformat()}

    def __repr__(self) -> str:
        words = f"{self.verdict}, {self.confidence} support" if self.confidence else self.verdict
        when = f"{self.recorded:%Y-%m-%d %H:%M} UTC"
        return f"Decision({self.id}: alert {self.alert}, {words}, {self.look}, by {self.reviewer!r}, {when})"


def _complaints(decision: Decision) -> Iterable[str]:
    """What makes a decision unusable, each with what to do."""
    if not who(decision.reviewer):
        yield 'a decision needs a name: say who judges, e.g. reviewer="A. Ng"'
    if decision.verdict not in VERDICTS:
        yield f"{decision.verdict!r} is no verdict; known are {_listed(VERDICTS)}"
    yield from _unnamed(decision.features)
    if not text_of(decision.reason, "the reason"):
        yield "a verdict needs a reason: say in a sentence what decided it"
    if decision.verdict == "cannot tell":
        if decision.confidence:
            yield '"cannot tell" has no level of support; leave confidence empty'
        return
    if decision.confidence not in SCALE:
        yield f"say how strong the support is: confidence is one of {_listed(SCALE)}, not {decision.confidence!r}"
    needed = "agree" if decision.verdict == "same" else "differ"
    if needed not in decision.features.values():
        yield f'"{decision.verdict}" needs at least one feature that you noted as "{needed}"; or say "cannot tell"'


def _unnamed(features: Mapping[str, str]) -> Iterable[str]:
    if not isinstance(features, Mapping):
        raise InputError(f'features are given by name, as in features={{"nose": "agree"}}; this is {said(features)}')
    names = {feature.name for feature in FEATURES}
    for name, opinion in features.items():
        if name not in names:
            yield f"{name!r} is no feature of the list; known are {_listed(sorted(names))}"
        if opinion not in OPINIONS:
            yield f"{opinion!r} says nothing about a feature; known are {_listed(OPINIONS)}"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(map(repr, words))


def who(reviewer: str) -> str:
    """A name as it counts: one person stays one, however the name is spaced, cased or padded with marks that do not show.

    >>> who(" A.  Ng") == who("a. ng" + chr(0x200B))
    True
    """
    words = normalize("NFKC", text_of(reviewer, "the name of a person")).split()
    return " ".join(filter(None, ("".join(c for c in word if c.isprintable()) for word in words))).casefold()


@dataclass(frozen=True)
class Standing:
    """What is concluded of an alert so far.

    verdict : what counts, None until it is settled
    reviewers : who looked, in that order; needed : how many must agree
    not_counted : reviewers whose "same" came only after they had seen the score, so that it confirms nothing
    taken_from : alert of another scan of the same footage whose confirmed "different" holds for this pair too
    """

    state: State
    verdict: Verdict | None = None
    reviewers: tuple[str, ...] = ()
    needed: int = 2
    not_counted: tuple[str, ...] = ()
    taken_from: int | None = field(default=None)

    @property
    def settled(self) -> bool:
        """True once nobody has to look any more."""
        return self.verdict is not None

    def __str__(self) -> str:
        if self.taken_from is not None:
            return f"{self.state}, in alert {self.taken_from} of another scan of this footage"
        looked = len(self.reviewers)
        people = count(looked, "person looked", "people looked")
        return f"{self.state}, {people}" if looked else self.state


def standing(decisions: Sequence[Decision], needed: int = 2) -> Standing:
    """What the decisions on one alert amount to; each person counts once, with her latest.

    needed : people who must come to the same verdict. While those who looked do not agree, a further person is asked, up
        to `MOST`; a verdict then needs more than half of them, and without one the answer is "cannot tell"
    """
    own: dict[str, list[Decision]] = {}
    for decision in sorted(decisions, key=lambda each: (each.recorded, each.id)):
        own.setdefault(who(decision.reviewer), []).append(decision)
    names = tuple(each[0].reviewer for each in own.values())
    votes = [_counted(each) for each in own.values()]
    held = tuple(each[0].reviewer for each, vote in zip(own.values(), votes, strict=True) if vote != each[-1].verdict)
    state, verdict = _outcome(votes, needed)
    return Standing(state, verdict, names, needed, held)


def _counted(own: Sequence[Decision]) -> Verdict:
    """What a person's decisions, oldest first, count for: the latest, but no "same" that she did not reach blind."""
    latest = own[-1].verdict
    blind = any(each.look == "blind" and each.verdict == "same" for each in own)
    return "cannot tell" if latest == "same" and not blind else latest


def _outcome(votes: Sequence[Verdict], needed: int) -> tuple[State, Verdict | None]:
    if not votes:
        return "open", None
    if len(votes) < needed:
        return "waiting for a second", None
    verdict, count = Counter(votes).most_common(1)[0]
    if count >= needed and 2 * count > len(votes):
        return _settled(verdict), verdict
    return ("disagreement", None) if len(votes) < MOST else ("cannot tell", "cannot tell")


def _settled(verdict: Verdict) -> State:
    if verdict == "cannot tell":
        return "cannot tell"
    return "confirmed same" if verdict == "same" else "confirmed different"
