"""What a case can do with the judgements of people: ask, record, and say what they amount to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from workbench.alerts import Alert
from workbench.casefile import planted, queue
from workbench.casefile.asked import number_of
from workbench.casefile.audit import last_written, note
from workbench.casefile.decisions import load_decisions, of_finished_runs, save_decision, standings
from workbench.casefile.schema import AlertRow, utc_now
from workbench.decisions import STATES, Decision, Look, Opinion, Standing, Verdict, who
from workbench.errors import CaseError, InputError
from workbench.questions import Pair, PlantedAnswer, Question, Revealed, ReviewerRecord

if TYPE_CHECKING:
    from workbench.casefile.case import About
    from workbench.casefile.store import Store
    from workbench.watchlist import Watchlist

__all__ = ["Reviews"]

READ = {"alerts": "alert", "planted": "planted"}  # what an entry of the log calls each kind of question


class Reviews:
    """The part of a case that people's judgements are in."""

    store: Store

    @property
    def about(self) -> About:
        """What the case is for, and what it keeps."""
        raise NotImplementedError

    @property
    def watchlist(self) -> Watchlist | None:
        """The newest version of the list, or None before the first enrolment."""
        raise NotImplementedError

    def decide(
        self,
        alert: int | Alert,
        *,
        verdict: Verdict,
        reviewer: str,
        features: Mapping[str, Opinion],
        confidence: str = "",
        reason: str = "",
        look: Look | None = None,
        key: str | None = None,
        known: int | None = None,
    ) -> Decision:
        """Record what a person concluded; on disk when it returns. A further one by the same person supersedes the earlier.

        verdict : "same", "different" or "cannot tell"; confidence : a level of `decisions.SCALE` for the first two
        features : "agree", "differ" or "cannot see" by the names of `decisions.FEATURES`
        look : "informed" if the reviewer knew the score; by default a person's first decision on an alert is "blind"
        key : unique name of this message; sent again under it, the decision is returned and not doubled
        known : how many of the reviewer's own decisions on it she has seen; `StaleVersion` where there is another one
        """
        with self.store.change() as session:
            number = number_of(session, alert)
            decision = Decision(number, reviewer, verdict, confidence, features, reason, look or "blind", utc_now())
            return save_decision(session, decision, key or uuid4().hex, look, known)

    def decisions(self, alert: int | Alert | None = None) -> tuple[Decision, ...]:
        """All decisions, or those on one alert, oldest first; those that were superseded are among them."""
        with self.store.session() as session:
            return load_decisions(session, None if alert is None else number_of(session, alert))

    def standing(self, alert: int | Alert) -> Standing:
        """What is concluded of an alert so far."""
        with self.store.session() as session:
            number = number_of(session, alert)
        found = self.standings()
        if number not in found:
            raise CaseError(f"no finished run of the case has an alert {number}; `case.run().alerts` lists them")
        return found[number]

    def standings(self) -> Mapping[int, Standing]:
        """What is concluded of every alert and near miss of the finished runs, by its id."""
        with self.store.session() as session:
            return standings(session, self.about.policy.reviewers)

    @property
    def last_change(self) -> int:
        """A mark of the state of the case: a number that is another one once anything but who looked has changed."""
        with self.store.session() as session:
            return last_written(session)

    def queue(
        self, reviewer: str, *, near_misses: bool = False, stand: Mapping[int, Standing] | None = None
    ) -> tuple[Question, ...]:
        """What this person has to judge; nothing in it depends on what others think, but that what is settled is gone.

        stand : `standings()`, of who has them already
        """
        _named(reviewer)
        with self.store.session() as session:
            found = standings(session, self.about.policy.reviewers) if stand is None else stand
            return queue.load_queue(session, reviewer, found, near_misses=near_misses)

    def unjudgeable(self, stand: Mapping[int, Standing] | None = None) -> tuple[int, ...]:
        """Alerts that are not settled and cannot be judged any more: their faces were deleted, or never kept.

        stand : `standings()`, of who has them already
        """
        with self.store.session() as session:
            found = standings(session, self.about.policy.reviewers) if stand is None else stand
            return queue.load_unjudgeable(session, found)

    def pair(self, question: Question, *, by: str) -> Pair:
        """The pictures of a question, for a blind look; that `by` got them stands in the log."""
        return self.pairs([question], by=by)[0]

    def pairs(self, questions: Sequence[Question], *, by: str) -> tuple[Pair, ...]:
        """The pictures of several questions, read together and logged in one entry."""
        if not who(by):
            raise InputError('say who looks: by="A. Ng"; it stands in the log')
        with self.store.session() as session:
            found = tuple(queue.load_pair(session, self.store.blobs, each) for each in questions)
        if read := [each for each, pair in zip(questions, found, strict=True) if pair.probe]:
            self.faces_read(read, by=by)
        return found

    def faces_read(self, questions: Sequence[Question], *, by: str = "") -> None:
        """Log that somebody got to see the faces of these, whether or not anything comes of it."""
        read = {name: [each.id for each in questions if each.kind == kind] for name, kind in READ.items()}
        with self.store.change() as session:
            for name, ids in read.items():  # apart, because an excerpt of the log for others leaves planted pairs out
                if ids:
                    note(session, "faces read", by=by, about={name: ids})

    def revealed(self, alert: int, reviewer: str) -> Revealed:
        """What a reviewer may see of an alert after her own blind look; refused before."""
        with self.store.session() as session:
            if not any(who(each.reviewer) == who(reviewer) for each in load_decisions(session, alert)):
                raise InputError(
                    f"{reviewer} has not judged alert {alert} yet; score and name are shown after the first look"
                )
            found = standings(session, self.about.policy.reviewers)
            return queue.load_revealed(session, self.store.blobs, alert, found)

    def plant(self, count: int, *, by: str, seed: int = 0) -> int:
        """Put up to `count` pairs of different people of the list among the alerts; returns how many there were to take.

        They are judged like alerts, counted as none, and tell how often a reviewer calls two people one: `reviewers`.
        """
        _named(by)
        watch = self.watchlist
        if watch is None or len(watch) < 2:
            raise InputError("pairs are planted from two people of the list at least; enroll more people first")
        with self.store.change() as session:
            return planted.plant(session, watch, count, by=by, seed=seed)

    def answer_planted(
        self,
        pair: int,
        *,
        verdict: Verdict,
        reviewer: str,
        features: Mapping[str, Opinion],
        confidence: str = "",
        reason: str = "",
        key: str | None = None,
    ) -> PlantedAnswer:
        """Record what a person concluded of a planted pair, once; the arguments are those of `decide`."""
        decision = Decision(0, reviewer, verdict, confidence, features, reason, "blind", utc_now())
        with self.store.change() as session:
            return planted.answer(session, pair, decision, key or uuid4().hex)

    def planted_answers(self) -> tuple[PlantedAnswer, ...]:
        """Every judgement of a planted pair, oldest first."""
        with self.store.session() as session:
            return planted.load_answers(session)

    @property
    def reviewers(self) -> tuple[ReviewerRecord, ...]:
        """How each reviewer answered planted pairs."""
        return planted.records(self.planted_answers())

    def reviewed(self) -> dict[str, Any]:
        """Counts of alerts by what is concluded of them, for `info`."""
        with self.store.session() as session:
            alerts = session.scalars(of_finished_runs(select(AlertRow.id)).where(AlertRow.near_miss.is_(False))).all()
        found, policy = self.standings(), self.about.policy
        counts = Counter(found[alert].state for alert in alerts)
        return {
            "needed": policy.reviewers,
            "one_reviewer": policy.one_reviewer,
            "standings": {state: counts[state] for state in STATES},
            "unjudgeable": len(self.unjudgeable(found)),
            "decisions": len(self.decisions()),
            "planted": [record.to_dict() for record in self.reviewers],
        }


def _named(reviewer: str) -> None:
    if not who(reviewer):
        raise InputError('say who judges: reviewer="A. Ng"')
