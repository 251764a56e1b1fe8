"""A lesson as data: its questions with every answer explained. A trainer writes one as a TOML file."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import InputError

__all__ = ["SYLLABUS", "Choice", "Lesson", "Question", "Verdict", "read_lesson", "syllabus"]

SYLLABUS = Path(__file__).with_name("syllabus")


@dataclass(frozen=True)
class Choice:
    """One answer of several: its words, and why it is right or wrong."""

    words: str
    because: str
    right: bool = False


@dataclass(frozen=True)
class Near:
    """A wrong number that people often give, `value` give or take `tolerance`, and how it comes about."""

    value: float
    because: str
    tolerance: float = 0.0


@dataclass(frozen=True)
class Verdict:
    """What is said of an answer: was it right, why, and what the right one is (None for a prediction, which is not scored)."""

    right: bool | None
    because: str
    solution: str


@dataclass(frozen=True)
class Question:
    """A question with choices, or with a number as its answer.

    number : the right one; tolerance : how far an answer may be from it; unit : after the field
    near : frequent wrong numbers; because : the way to the right number
    """

    id: str
    ask: str
    choices: tuple[Choice, ...] = ()
    number: float = math.nan
    tolerance: float = 0.0
    unit: str = ""
    because: str = ""
    near: tuple[Near, ...] = ()
    scored: bool = True

    def judge(self, given: Any) -> Verdict:
        """What to say of an answer: the number of a choice, or a number; `InputError` if it is neither."""
        said = self._judge_choice(given) if self.choices else self._judge_number(given)
        return said if self.scored else Verdict(None, said.because, said.solution)

    @property
    def solution(self) -> str:
        """The right answer in words."""
        if self.choices:
            return next(choice.words for choice in self.choices if choice.right)
        return f"{self.number:g} {self.unit}".strip()

    def _judge_choice(self, given: Any) -> Verdict:
        if not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < len(self.choices):
            raise InputError("that is not one of the answers; choose one")
        chosen = self.choices[given]
        return Verdict(chosen.right, chosen.because, self.solution)

    def _judge_number(self, given: Any) -> Verdict:
        if not isinstance(given, int | float) or isinstance(given, bool) or not math.isfinite(given):
            raise InputError("that is not a number; write one, such as 12.5")
        if abs(given - self.number) <= self.tolerance:
            return Verdict(True, self.because, self.solution)
        known = [near.because for near in self.near if abs(given - near.value) <= near.tolerance]
        return Verdict(False, " ".join([*known[:1], self.because]), self.solution)


@dataclass(frozen=True)
class Lesson:
    """What a lesson asks, and what is said of it in the index.

    able : what one can do afterwards, after "you can"; remember : two sentences
    predictions : asked before something is shown, and not scored; questions : scored
    """

    id: str
    title: str
    minutes: int
    able: str
    remember: tuple[str, ...]
    predictions: tuple[Question, ...]
    questions: tuple[Question, ...]

    def question(self, id: str) -> Question:
        """The question or prediction of that name."""
        for question in (*self.predictions, *self.questions):
            if question.id == id:
                return question
        raise InputError(f"lesson {self.id} has no question {id!r}")


def syllabus() -> tuple[Lesson, ...]:
    """The lessons that come with the software, in their order."""
    return tuple(read_lesson(path) for path in sorted(SYLLABUS.glob("*.toml")))


def read_lesson(source: Path | str) -> Lesson:
    """A lesson from a TOML file, or by the name of one that comes with the software; `InputError` says what is wrong with it."""
    path = Path(source)
    if path.suffix != ".toml":
        path = SYLLABUS / f"{source}.toml"
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        names = ", ".join(each.stem for each in sorted(SYLLABUS.glob("*.toml")))
        raise InputError(f"there is no lesson {str(source)!r}; give a TOML file, or one of {names}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} is not TOML: {error}") from None
    return _lesson(path, told)


def _lesson(path: Path, told: Mapping[str, Any]) -> Lesson:
    asked = [_question(path, row, True) for row in told.get("question", [])]
    predicted = [_question(path, row, False) for row in told.get("prediction", [])]
    ids = [question.id for question in (*asked, *predicted)]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise InputError(f"{path.name}: two questions are called {twice[0]!r}; give each a name of its own")
    if not asked:
        raise InputError(f"{path.name}: there is no [[question]] in it; write at least one")
    return Lesson(
        id=path.stem,
        title=str(_needed(path, told, "title")),
        minutes=int(_needed(path, told, "minutes")),
        able=str(told.get("able", "")),
        remember=tuple(map(str, told.get("remember", ()))),
        predictions=tuple(predicted),
        questions=tuple(asked),
    )


def _question(path: Path, row: Mapping[str, Any], scored: bool) -> Question:
    id = str(_needed(path, row, "id"))
    where = f"{path.name}, question {id!r}"
    choices = tuple(
        Choice(str(_needed(where, each, "words")), str(_needed(where, each, "because")), bool(each.get("right", False)))
        for each in row.get("choice", [])
    )
    if choices and sum(choice.right for choice in choices) != 1:
        raise InputError(f"{where}: exactly one choice must have right = true")
    if not choices:
        _needed(where, row, "number")
        _needed(where, row, "because")
    near = tuple(
        Near(
            float(_needed(where, each, "value")), str(_needed(where, each, "because")), float(each.get("tolerance", 0))
        )
        for each in row.get("near", [])
    )
    return Question(
        id,
        str(_needed(where, row, "ask")).strip(),
        choices,
        float(row.get("number", math.nan)),
        float(row.get("tolerance", 0.0)),
        str(row.get("unit", "")),
        str(row.get("because", "")),
        near,
        scored,
    )


def _needed(where: Path | str, row: Mapping[str, Any], name: str) -> Any:
    if row.get(name) in (None, ""):
        place = where.name if isinstance(where, Path) else where
        raise InputError(f"{place}: {name} is missing")
    return row[name]
