"""The second look: alerts one after the other, judged blind, then shown with everything that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Answering, Reply, answer_to
from widgets.bundle import bundle, style
from widgets.clip_server import ClipServer
from widgets.review_data import (
    about_review,
    pair_message,
    planted_json,
    revealed_message,
    small,
    standing_words,
    token_of,
)
from workbench.case import Case
from workbench.counts import count
from workbench.decisions import Decision, Standing, who
from workbench.errors import InputError
from workbench.questions import PlantedAnswer, Question
from workbench.sentences import span_words, unjudgeable_words

__all__ = ["AlertReview"]

LATER = "pairs were planted in this case; clips are shown after the first look, and a planted pair has none"
AT_ONCE = 24  # small pictures for the queue in one answer


class AlertReview(anywidget.AnyWidget):
    """Alerts of a case for one person to judge: first blind, then with score, names and context.

    reviewer : who judges; stands on every decision
    near_misses : ask about tracks below the threshold too, where their faces were kept

    `.decisions` are this person's decisions in the case. Nothing that must stay hidden is sent to the page before the
    first look is saved, and a decision counts only once the page has Python's word that it is on disk.
    """

    _esm = bundle("alert_review.js")
    _css = style("clip_stage.css", "alert_review.css", "comparison_board.css")

    about = t.Dict().tag(sync=True)

    def __init__(
        self, case: Case, *, reviewer: str = "", near_misses: bool = False, title: str = "Second look"
    ) -> None:
        if not who(reviewer):
            raise InputError(
                'say who judges: widgets.AlertReview(case, reviewer="A. Ng"); the name stands on every decision'
            )
        self._case, self._reviewer, self._near_misses = case, reviewer.strip(), near_misses
        self._questions: dict[str, Question] = {}
        self._told: tuple[int, str] | None = None  # the state of the case and the mark of the queue that was told last
        self._clips = ClipServer(case, self._tell, self._reviewer, blind=True)
        super().__init__(about=about_review(case, self._reviewer, title))
        self.on_msg(self._heard)

    @property
    def reviewer(self) -> str:
        """Who judges."""
        return self._reviewer

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The reviewer's decisions in the case, oldest first; those that were superseded are among them."""
        return tuple(each for each in self._case.decisions() if who(each.reviewer) == who(self._reviewer))

    def __repr__(self) -> str:
        left = len(self._case.queue(self._reviewer, near_misses=self._near_misses))
        return f"AlertReview({self._reviewer!r}: {left} to judge, {count(len(self.decisions), 'decision')})"

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer a message of the page; whatever fails is said there, because it would wait for ever otherwise."""
        answers: dict[str, Answering] = {
            "look": self._queue,
            "faces": self._faces,
            "open": self._open,
            "decide": self._decide,
            "clip": self._clip,
            "range": self._clips.range,
            "stills": self._clips.stills,
        }
        if (answer := answer_to(content, answers)) is not None:
            self.send(*answer)

    def _tell(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers)

    def _clip(self, content: Mapping[str, Any]) -> Reply:
        """Have the clip of a pair made and sent. A planted pair has none, and must not be told by that."""
        question, key = self._question(content), str(content.get("key"))
        planted = any(each.kind == "planted" for each in self._questions.values())
        judged = question.kind == "alert" and bool(self._own(question.id))
        if question.kind == "planted" or (planted and not judged):
            return {"kind": "no clip", "key": key, "words": LATER}, []
        self._clips.ask(key, alert=question.id)
        return {"kind": "asked", "key": key}, []

    def _queue(self, content: Mapping[str, Any]) -> Reply:
        """What is left and what is done, unless the page knows it already (`mark`)."""
        now = self._case.last_change  # before it is read: what changes meanwhile is told the next time
        if self._told == (now, content.get("mark")):
            return {"kind": "queue", "mark": content["mark"]}, []
        message = self._left_and_done()
        mark = str(hash(repr(message)))
        self._told = (now, mark)
        return {"kind": "queue", "mark": mark} | ({} if content.get("mark") == mark else message), []

    def _left_and_done(self) -> dict[str, Any]:
        home, stand = self.about["home"], self._case.standings()
        todo = self._case.queue(self._reviewer, near_misses=self._near_misses, stand=stand)
        done = self._done(stand)
        self._questions |= {token_of(home, question): question for question in (*todo, *done)}
        return {
            "todo": [token_of(home, question) for question in todo],
            "done": [{"token": token_of(home, question), **words} for question, words in done.items()],
            "gone": unjudgeable_words(len(self._case.unjudgeable(stand))),
        }

    def _done(self, stand: Mapping[int, Standing]) -> dict[Question, dict[str, Any]]:
        """What this person has judged, newest first, and whether it is settled."""
        latest = {each.alert: each for each in self.decisions if each.alert in stand}
        found = {
            Question("alert", alert): {
                "verdict": each.verdict,
                "settled": stand[alert].settled,
                "words": standing_words(stand[alert]),
                "at": each.recorded.isoformat(),
            }
            for alert, each in latest.items()
        }
        for answer in self._answers():
            words = {"verdict": answer.verdict, "settled": True, "words": "A planted pair, counted as no alert."}
            found[Question("planted", answer.planted)] = words | {"at": answer.recorded.isoformat()}
        return dict(sorted(found.items(), key=lambda item: item[1]["at"], reverse=True))

    def _answers(self) -> list[PlantedAnswer]:
        return [each for each in self._case.planted_answers() if who(each.reviewer) == who(self._reviewer)]

    def _faces(self, content: Mapping[str, Any]) -> Reply:
        """Small pictures for the queue."""
        tokens = [token for token in content.get("tokens", [])[:AT_ONCE] if token in self._questions]
        found = self._case.pairs([self._questions[token] for token in tokens], by=self._reviewer)
        shown = [(token, pair.probe[0].png) for token, pair in zip(tokens, found, strict=True) if pair.probe]
        return {"kind": "faces", "tokens": [token for token, _ in shown]}, [small(picture) for _, picture in shown]

    def _question(self, content: Mapping[str, Any]) -> Question:
        token = str(content.get("token"))
        if token not in self._questions:
            self._queue({})
        if token not in self._questions:
            raise InputError("this pair is not in your queue any more; others have settled it")
        return self._questions[token]

    def _open(self, content: Mapping[str, Any]) -> Reply:
        """The pictures of a pair; with everything else if this person has judged it before."""
        question = self._question(content)
        message, pictures = pair_message(str(content["token"]), self._case.pair(question, by=self._reviewer))
        after, more = self._after(question)
        return message | {"after": after}, [*pictures, *more]

    def _decide(self, content: Mapping[str, Any]) -> Reply:
        """Write a decision, and only then say so."""
        question = self._question(content)
        said: dict[str, Any] = {
            "verdict": content.get("verdict"),
            "reviewer": self._reviewer,
            "features": {str(name): opinion for name, opinion in dict(content.get("features") or {}).items()},
            "confidence": str(content.get("confidence") or ""),
            "reason": str(content.get("reason") or ""),
            "key": str(content["key"]),
        }
        if question.kind == "alert":
            kept: Decision | PlantedAnswer = self._case.decide(question.id, **said, known=content.get("known"))
        else:
            kept = self._case.answer_planted(question.id, **said)
        after, pictures = self._after(question)
        message = {"kind": "saved", "key": content["key"], "recorded": f"{kept.recorded:%H:%M:%S} UTC", "after": after}
        return message, pictures

    def _after(self, question: Question) -> tuple[dict[str, Any] | None, list[bytes]]:
        """What may be shown once this person has judged it; None before."""
        if question.kind == "planted":
            mine = [each for each in self._answers() if each.planted == question.id]
            return (planted_json(mine[0], self._record()), []) if mine else (None, [])
        own = self._own(question.id)
        if not own:
            return None, []
        return revealed_message(self._case.revealed(question.id, self._reviewer), own)

    def _own(self, alert: int) -> list[Decision]:
        """Decisions of this person on an alert, oldest first."""
        return [each for each in self._case.decisions(alert) if who(each.reviewer) == who(self._reviewer)]

    def _record(self) -> str:
        """How this person has answered planted pairs so far."""
        (mine,) = (each for each in self._case.reviewers if who(each.reviewer) == who(self._reviewer))
        limits = f"95 % limits {span_words(mine.low, mine.high)}"
        pairs = count(mine.judged, "planted pair")
        return f"Of {pairs} of different people you called {mine.wrong} the same person ({limits})."
