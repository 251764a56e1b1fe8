"""How far a learner has come: the lessons, and how many of their questions are answered and right."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Answer as Respond
from widgets.answering import answer_to
from widgets.bundle import bundle, style
from widgets.lessons.answer_book import AnswerBook
from widgets.lessons.lesson import Lesson, syllabus
from widgets.lessons.results import first_answers

__all__ = ["Progress"]


class Progress(anywidget.AnyWidget):
    """The lessons of the syllabus with what the learner of this browser has answered; it is kept on this machine."""

    _esm = bundle("lesson_progress.js")
    _css = style("lessons.css")

    about = t.Dict().tag(sync=True)

    def __init__(self, *, folder: Path | None = None) -> None:
        self._lessons, self._folder = syllabus(), folder
        rows = [{"title": f"{each.id[0]} · {each.title}", "minutes": each.minutes} for each in self._lessons]
        super().__init__(about={"home": "progress", "lessons": rows})
        self.on_msg(self._heard)

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        answers: dict[str, Respond] = {"look": self._look}
        if (answer := answer_to(content, answers)) is not None:
            self.send(*answer)

    def _look(self, content: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        book = AnswerBook(str(content.get("learner")), self._folder)
        return {"kind": "queue", "mark": "", "done": [_row(book, lesson) for lesson in self._lessons]}, []


def _row(book: AnswerBook, lesson: Lesson) -> dict[str, int]:
    answers = first_answers(book, lesson.id, lesson.questions)
    right = sum(answer.right is True for answer in answers)
    return {"asked": len(lesson.questions), "answered": len(answers), "right": right}
