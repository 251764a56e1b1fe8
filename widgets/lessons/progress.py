"""How far a learner has come: the lessons, and how many of their questions are answered and right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from widgets.answering import Answering, Reply
from widgets.bundle import bundle
from widgets.lessons.answer_book import AnswerBook
from widgets.lessons.learning import Learning
from widgets.lessons.lesson import Lesson, syllabus
from widgets.lessons.results import first_answers

__all__ = ["Progress"]


class Progress(Learning):
    """The lessons of the syllabus with what the learner of this browser has answered; it is kept on this machine."""

    _esm = bundle("lesson_progress.js")

    def __init__(self, *, folder: Path | None = None) -> None:
        self._lessons = syllabus()
        rows = [{"title": f"{each.id[0]} · {each.title}", "minutes": each.minutes} for each in self._lessons]
        super().__init__({"home": "progress", "lessons": rows}, folder)

    def _answering(self) -> Mapping[str, Answering]:
        return {"look": self._look}

    def _look(self, content: Mapping[str, Any]) -> Reply:
        book = self._book(content)
        return {"kind": "queue", "mark": "", "done": [_row(book, lesson) for lesson in self._lessons]}, []


def _row(book: AnswerBook, lesson: Lesson) -> dict[str, int]:
    answers = first_answers(book, lesson.id, lesson.questions)
    right = sum(answer.right is True for answer in answers)
    return {"asked": len(lesson.questions), "answered": len(answers), "right": right}
