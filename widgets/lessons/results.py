"""What learners made of the lessons: of one learner, and of a class, with limits or "too few to say"."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.lessons.answer_book import Answer, AnswerBook
from widgets.lessons.lesson import Question

__all__ = ["first_answers"]


def first_answers(book: AnswerBook, lesson: str, questions: Sequence[Question], kind: str = "question") -> list[Answer]:
    """A learner's first answer to each of these questions of a lesson, since the lesson was last begun again."""
    ids = {question.id for question in questions}
    first: dict[str, Answer] = {}
    for answer in book.of(lesson, kind):
        if answer.question in ids:
            first.setdefault(answer.question, answer)
    return list(first.values())
