"""Ten pairs, judged blind and then with the score, and what that says of the judge. Nothing is said of the truth in between."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from widgets.answering import Answering, Reply
from widgets.bundle import bundle
from widgets.lessons.answer_book import AGAIN, AnswerBook
from widgets.lessons.judging import LOOKS, VERDICTS, look_of, moved
from widgets.lessons.learning import Learning
from widgets.lessons.pairs import PAIRS, line, order, scores
from workbench.errors import InputError

__all__ = ["JudgePairs", "verdicts_of"]

LESSON, KIND = "3_ten_pairs", "pair"


class JudgePairs(Learning):
    """Ten pairs of generated people, each judged twice: blind, and with the pack's score beside it.

    Neither the truth nor a score is sent to the page before it may be shown. `.looks` are the results so far.
    """

    _esm = bundle("judge_pairs.js")

    def __init__(self, *, folder: Path | None = None) -> None:
        about = {"home": "pairs", "pairs": len(PAIRS), "looks": list(LOOKS), "verdicts": list(VERDICTS)}
        super().__init__(about, folder)

    @property
    def looks(self) -> list[dict[str, Any]]:
        """Hits, false alarms, d' and c of the learner who looked last, at each look."""
        if not self._seen:
            return []
        verdicts = verdicts_of(AnswerBook(self._seen, self._folder))
        return [asdict(look_of(each)) for each in verdicts if each]

    def __repr__(self) -> str:
        return f"JudgePairs({len(PAIRS)} pairs, looks judged: {len(self.looks)})"

    def _answering(self) -> Mapping[str, Answering]:
        return {"look": self._look, "open": self._open, "decide": self._decide}

    def _look(self, content: Mapping[str, Any]) -> Reply:
        """Where this learner is, and after the last pair the results."""
        book = self._book(content)
        verdicts = verdicts_of(book)
        done = [len(each) for each in verdicts]
        message = {"done": done, "results": _results(verdicts) if min(done) == len(PAIRS) else None}
        mark = str(hash(repr(message)))
        return {"kind": "queue", "mark": mark} | ({} if content.get("mark") == mark else message), []

    def _open(self, content: Mapping[str, Any]) -> Reply:
        """The pictures of the pair whose turn it is, or of one that is judged to the end; the score at the second look."""
        book = self._book(content)
        turn = _turn(book)
        if turn is None:
            pair = next((each for each in PAIRS if each.id == content.get("pair")), None)
            if pair is None:
                raise InputError("there is no such pair")
            return {"kind": "pair", "pair": pair.id, "look": None}, list(pair.pictures())
        look, place = turn
        pair = PAIRS[order(book.learner, look)[place]]
        said = _score(pair.id) if look else None
        return {"kind": "pair", "look": look, "place": place, "score": said}, list(pair.pictures())

    def _decide(self, content: Mapping[str, Any]) -> Reply:
        """Write a verdict, or that one begins again, and only then answer."""
        book, key = self._book(content), str(content["key"])
        if content.get("what") == AGAIN:
            book.add(key, LESSON, "", AGAIN, KIND)
        elif key not in {answer.key for answer in book.answers()}:
            self._write(book, key, content)
        return {**self._look({"learner": book.learner})[0], "kind": "saved", "key": key}, []

    def _write(self, book: AnswerBook, key: str, content: Mapping[str, Any]) -> None:
        verdict, turn = content.get("verdict"), _turn(book)
        if verdict not in VERDICTS:
            raise InputError(f"say {', '.join(VERDICTS[:-1])} or {VERDICTS[-1]}")
        if turn is None or list(turn) != [content.get("look"), content.get("place")]:
            raise InputError("this pair is judged already, perhaps on another page; reload this one")
        look, place = turn
        pair = PAIRS[order(book.learner, look)[place]]
        book.add(key, LESSON, pair.id, KIND, verdict, (verdict == "same") == pair.same, look=look)


def verdicts_of(book: AnswerBook) -> tuple[dict[str, str], dict[str, str]]:
    """A learner's verdicts at the first and the second look, by pair, since she last began again."""
    looks: tuple[dict[str, str], dict[str, str]] = ({}, {})
    known = {pair.id for pair in PAIRS}
    for answer in book.of(LESSON, KIND):
        look = answer.more.get("look")
        if answer.question in known and look in (0, 1) and answer.given in VERDICTS:
            looks[look].setdefault(answer.question, answer.given)
    return looks


def _turn(book: AnswerBook) -> tuple[int, int] | None:
    """Look and place of the pair whose turn it is; None when all are judged twice."""
    for look, verdicts in enumerate(verdicts_of(book)):
        for place, number in enumerate(order(book.learner, look)):
            if PAIRS[number].id not in verdicts:
                return look, place
    return None


def _score(pair: str) -> dict[str, Any]:
    value = scores()[pair]
    found = not math.isnan(value)
    return {
        "value": f"{value:.3f}" if found else "no face found",
        "alert": found and value >= line(),
        "line": f"{line():.3f}",
    }


def _results(verdicts: tuple[dict[str, str], dict[str, str]]) -> dict[str, Any]:
    """Everything, now that it can do no harm."""
    rows = [
        {"pair": pair.id, "same": pair.same, "kin": pair.kin, "what": pair.what, "score": _score(pair.id)}
        | {"verdicts": [each[pair.id] for each in verdicts]}
        for pair in PAIRS
    ]
    alerts = {pair.id: "same" if _score(pair.id)["alert"] else "different" for pair in PAIRS}
    return {
        "looks": [asdict(look_of(each)) for each in (*verdicts, alerts)],
        "moved": asdict(moved(*verdicts, scores(), line())),
        "pairs": rows,
    }
