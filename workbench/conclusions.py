"""What people conclude of the candidates of a search: each a question, each answered by a person and never by a rank."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

__all__ = ["Conclusion", "every_one_words", "outcome_of"]


@dataclass(frozen=True)
class Conclusion:
    """What a named person concluded of one candidate; a changed mind is a second conclusion.

    verdict : same, different or cannot tell; recorded : UTC
    """

    rank: int
    verdict: str
    reason: str
    by: str
    recorded: datetime

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, beside its candidate."""
        plain = {name: getattr(self, name) for name in ("verdict", "reason", "by")}
        return {**plain, "recorded": self.recorded.isoformat()}


def outcome_of(conclusions: Iterable[Conclusion]) -> str:
    """`to be compared`, or what each person concluded last, or that they disagree."""
    last = {each.by: each.verdict for each in conclusions}
    if not last:
        return "to be compared"
    words = "; ".join(f"{verdict} ({by})" for by, verdict in last.items())
    return words if len(set(last.values())) == 1 else f"disagreement: {words}"


def every_one_words(count: int) -> str:
    """That each of so many candidates is a question and none an answer."""
    every = (
        "It is to be compared by a person" if count == 1 else f"Every one of the {count} is to be compared by a person"
    )
    return f"A rank is no conclusion. {every}; the person may be none of them."
