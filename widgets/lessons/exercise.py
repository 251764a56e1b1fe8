"""Questions one after the other, each answer kept on disk and explained, whether it was right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from widgets.answering import Answering, Reply
from widgets.bundle import bundle
from widgets.lessons.answer_book import AGAIN, NAME, Answer, AnswerBook
from widgets.lessons.learning import Learning
from widgets.lessons.lesson import Question, read_lesson
from widgets.lessons.results import first_answers
from workbench.errors import InputError

__all__ = ["Exercise", "Prediction"]

LONGEST_NAME = 80


class Exercise(Learning):
    """The scored questions of a lesson: `Exercise("1_seventy_per_cent")`, or of a TOML file of your own.

    What is right, and why, goes to the page only after the answer is on disk. The first answer counts; a learner may begin
    again, and both attempts stay in the file.
    """

    _esm = bundle("exercise.js")
    _kind = "question"

    def __init__(self, lesson: Path | str, *, folder: Path | None = None) -> None:
        self._lesson = read_lesson(lesson)
        super().__init__(self._about(), folder)

    @property
    def score(self) -> tuple[int, int]:
        """Right answers of the learner who looked last, and questions asked."""
        return sum(answer.right is True for answer in self.answers), len(self._questions())

    @property
    def answers(self) -> list[Answer]:
        """The answers of the learner who looked last, since the last beginning."""
        return self._answers(AnswerBook(self._seen, self._folder)) if self._seen else []

    def __repr__(self) -> str:
        right, asked = self.score
        return f"{type(self).__name__}({self._lesson.id!r}: {len(self.answers)} of {asked} answered, {right} right)"

    def _questions(self) -> tuple[Question, ...]:
        return self._lesson.questions

    def _about(self) -> dict[str, Any]:
        return {
            "home": f"{self._kind}:{self._lesson.id}",
            "title": "Exercise",
            "scored": True,
            "questions": [_asked(question) for question in self._questions()],
            "remember": list(self._lesson.remember),
        }

    def _answers(self, book: AnswerBook) -> list[Answer]:
        return first_answers(book, self._lesson.id, self._questions(), self._kind)

    def _answering(self) -> Mapping[str, Answering]:
        return {"look": self._look, "decide": self._decide}

    def _look(self, content: Mapping[str, Any]) -> Reply:
        """What this learner has answered, unless the page knows it (`mark`)."""
        book = self._book(content)
        answered = [self._said(answer) for answer in self._answers(book)]
        message = {"answered": answered, "name": book.name}
        mark = str(hash(repr(message)))
        return {"kind": "queue", "mark": mark} | ({} if content.get("mark") == mark else message), []

    def _decide(self, content: Mapping[str, Any]) -> Reply:
        """Write what the page says, and only then answer."""
        book, key, what = self._book(content), str(content["key"]), content.get("what")
        if what == NAME:
            name = " ".join(str(content.get("name") or "").split())[:LONGEST_NAME]
            book.add(key, self._lesson.id, "", NAME, name)
        elif what == AGAIN:
            book.add(key, self._lesson.id, "", AGAIN, self._kind)
        else:
            self._write(book, key, content)
        return {**self._look({"learner": book.learner})[0], "kind": "saved", "key": key}, []

    def _write(self, book: AnswerBook, key: str, content: Mapping[str, Any]) -> None:
        question = self._lesson.question(str(content.get("question")))
        if question not in self._questions():
            raise InputError("that question is asked elsewhere on this page")
        verdict = question.judge(content.get("given"))
        book.add(key, self._lesson.id, question.id, self._kind, content.get("given"), verdict.right)

    def _said(self, answer: Answer) -> dict[str, Any]:
        question = self._lesson.question(answer.question)
        try:
            verdict = question.judge(answer.given)
        except InputError:  # the question was changed since
            return {"question": answer.question, "given": None, "right": answer.right, "because": "", "solution": ""}
        given = {"question": answer.question, "given": answer.given}
        return given | {"right": verdict.right, "because": verdict.because, "solution": verdict.solution}


class Prediction(Exercise):
    """What a learner expects before something is shown: kept and explained, and not scored."""

    _kind = "prediction"

    def _questions(self) -> tuple[Question, ...]:
        return self._lesson.predictions

    def _about(self) -> dict[str, Any]:
        return super()._about() | {"title": "Before you look: what do you expect?", "scored": False, "remember": []}


def _asked(question: Question) -> dict[str, Any]:
    """A question as the page may know it before it is answered."""
    choices = [choice.words for choice in question.choices]
    return {"id": question.id, "ask": question.ask, "choices": choices, "unit": question.unit}
