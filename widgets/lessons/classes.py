"""What a class made of the lessons, from the files that people handed in; names only where they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.lessons.answer_book import AnswerBook, books_in
from widgets.lessons.judge_pairs import verdicts_of
from widgets.lessons.judging import look_of
from widgets.lessons.lesson import Lesson, syllabus
from widgets.lessons.pairs import PAIRS
from widgets.lessons.results import first_answers
from workbench.html import card, note, table
from workbench.intervals import clopper_pearson
from workbench.sentences import span_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ClassResults", "class_results"]

LEAST = 10
"""People below whom nothing is said of a class: five of five right leave anything above 48 % possible."""


@dataclass(frozen=True, eq=False)
class ClassResults:
    """The learners of one folder; `.people` and `.questions` are tables."""

    books: tuple[AnswerBook, ...]
    lessons: tuple[Lesson, ...]

    def __len__(self) -> int:
        return len(self.books)

    def __repr__(self) -> str:
        return f"ClassResults({len(self)} learners)"

    def _repr_html_(self) -> str:
        if not self.books:
            return card("Nobody's answers", note("No file of answers lies in this folder or below it."))
        head = ("lesson", "question", "answered", "right at first", "95 % limits")
        body = table("Questions, the hardest first", head, self._questions())
        people = table("People", ("who", "answered", "right", "d′ blind", "d′ with the score"), self._people())
        words = f"Generated people. Below {LEAST} answers nothing is said of a class. d′ of one person rests on ten pairs: hardly a result."
        unread = "".join(map(note, self.unread))
        return card(f"{len(self)} learner{'' if len(self) == 1 else 's'}", body, people, unread, note(words))

    @property
    def unread(self) -> list[str]:
        """Which files hold lines that are no answers, or none that is, a sentence each."""
        said = [(book.path.name, book.unread, len(book.answers())) for book in self.books]
        return [
            f"{name}: {lines:,} line{'s' * (lines != 1)} could not be read"
            + ("" if answers else "; no answer is in this file")
            + "."
            for name, lines, answers in said
            if lines or not answers
        ]

    def to_frame(self) -> pd.DataFrame:
        """One row a question: lesson, question, answered, right, low, high; NaN limits where nobody answered."""
        import pandas as pd

        return pd.DataFrame(self._counts(), columns=["lesson", "question", "answered", "right", "low", "high"])

    def _counts(self) -> list[tuple[str, str, int, int, float, float]]:
        rows = []
        for lesson in self.lessons:
            given = [answer for book in self.books for answer in first_answers(book, lesson.id, lesson.questions)]
            for question in lesson.questions:
                rights = [answer.right is True for answer in given if answer.question == question.id]
                low, high = clopper_pearson(sum(rights), len(rights))
                rows.append((lesson.id, question.id, len(rights), sum(rights), float(low), float(high)))
        return rows

    def _questions(self) -> list[Sequence[object]]:
        asked = [row for row in self._counts() if row[2]]
        asked.sort(key=lambda row: row[3] / row[2])
        return [
            (lesson, question, answered, *(_share(right, answered, low, high)))
            for lesson, question, answered, right, low, high in asked
        ]

    def _people(self) -> list[Sequence[object]]:
        return [_person(book, number, self.lessons) for number, book in enumerate(self.books, start=1)]


def class_results(folder: Path | str) -> ClassResults:
    """The results of everybody whose file lies in a folder or below it."""
    return ClassResults(tuple(books_in(folder)), syllabus())


def _share(right: int, answered: int, low: float, high: float) -> tuple[str, str]:
    if answered < LEAST:
        return f"{right} of {answered}", "too few to say"
    return f"{right} of {answered}", span_words(low, high)


def _person(book: AnswerBook, number: int, lessons: Sequence[Lesson]) -> Sequence[object]:
    answers = [answer for lesson in lessons for answer in first_answers(book, lesson.id, lesson.questions)]
    looks = [f"{look_of(each).d:.2f}" if len(each) == len(PAIRS) else "not done" for each in verdicts_of(book)]
    return book.name or f"learner {number}", len(answers), sum(answer.right is True for answer in answers), *looks
