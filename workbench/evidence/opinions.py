"""What people concluded of one alert, in full: every decision, blind or informed, superseded ones too, and what it amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.casefile.case import CaseFile
from workbench.decisions import SCALE, Decision, Standing, standing, who
from workbench.evidence.html_parts import bullets, paragraph, table
from workbench.questions import ReviewerRecord
from workbench.sentences import share_words

__all__ = ["Opinions", "opinions_of"]

NOBODY = "Nobody has judged this alert: it is a question, and nothing was concluded."
UNTRIED = "How often these reviewers call two different people one was not tried with planted pairs."
COUNTED = {
    2: "A verdict counts once two people came to it separately; a person who had seen the score first confirms nothing.",
    1: "In this case one person is enough for a verdict, for the recorded reason: {why}",
}


@dataclass(frozen=True)
class Opinions:
    """Decisions on one alert, oldest first.

    needed : people who must agree; why_one : recorded reason where one is enough
    records : how those who decided answered planted pairs of two different people, as far as they were given any
    """

    decisions: tuple[Decision, ...]
    standing: Standing
    needed: int
    why_one: str
    records: tuple[ReviewerRecord, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {
            "decisions": [each.to_dict() for each in self.decisions],
            "standing": asdict(self.standing),
            "people_needed": self.needed,
            "reason_for_one": self.why_one,
            "planted": [each.to_dict() for each in self.records],
        }

    def html(self) -> str:
        """The part of the report."""
        rule = COUNTED[self.needed].format(why=self.why_one)
        said = paragraph(NOBODY) if not self.decisions and self.standing.taken_from is None else self._concluded()
        return f"<h3>What people concluded</h3>{said}{paragraph(rule)}{self._table()}{self._records()}"

    def _concluded(self) -> str:
        stands = self.standing
        words = f"Standing: {stands}. {stands.needed} must agree."
        if stands.not_counted:
            names = ", ".join(stands.not_counted)
            words += f' Not counted, since "same" came only after the score was seen: {names}.'
        return paragraph(words, "lead")

    def _table(self) -> str:
        replaced = {each.supersedes for each in self.decisions}
        rows = [_row(each, each.id in replaced) for each in self.decisions]
        used = dict.fromkeys(each.confidence for each in self.decisions if each.confidence)
        scale = bullets(f"{name} support: {SCALE[name]}" for name in SCALE if name in used)
        columns = ("who, when (UTC), how", "verdict", "features compared", "reason")
        return table(columns, rows) + (paragraph("The scale:") + scale if used else "")

    def _records(self) -> str:
        """How often these reviewers called two different people one, where that was tried."""
        if not self.decisions:
            return ""
        if not self.records:
            return paragraph(UNTRIED)
        rows = [
            (
                each.reviewer,
                share_words(each.wrong, each.judged, each.low, each.high),
                f"{each.undecided} of {each.judged}",
            )
            for each in self.records
        ]
        return table(("planted pairs of different people: reviewer", "called the same person", "could not tell"), rows)


def _row(decision: Decision, replaced: bool) -> Sequence[str]:
    features = "; ".join(f"{name}: {opinion}" for name, opinion in decision.features.items()) or "none noted"
    support = f", {decision.confidence} support" if decision.confidence else ""
    state = f" (superseded; decision {decision.id})" if replaced else f" (decision {decision.id})"
    who = f"{decision.reviewer}, {decision.recorded:%Y-%m-%d %H:%M:%S}, {decision.look}"
    return who, f"{decision.verdict}{support}{state}", features, decision.reason


def opinions_of(case: CaseFile, alert: int) -> Opinions:
    """All that was concluded of an alert."""
    policy = case.about.policy
    stands = case.standings().get(alert, standing((), policy.reviewers))  # an unfinished scan has none yet
    decisions = case.decisions(alert)
    people = {who(each.reviewer) for each in decisions}
    records = tuple(each for each in case.reviewers if who(each.reviewer) in people and each.judged)
    return Opinions(decisions, stands, policy.reviewers, policy.one_reviewer, records)
