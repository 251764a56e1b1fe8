"""A learner's answers: a file in the learner's own folder, one line an answer, only ever added to, never sent anywhere."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench.errors import InputError

__all__ = ["FOLDER", "Answer", "AnswerBook", "answers_folder", "books_in"]

FOLDER = "SECOND_LOOK_ANSWERS"  # the environment variable that names another folder
_LEARNER = re.compile(r"[0-9a-f]{16}")
_LONGEST = 3500  # bytes of a line: what is appended in one piece stays in one piece
NAME, AGAIN = "name", "again"


@dataclass(frozen=True)
class Answer:
    """One line of the file.

    key : the page's name for it, under which it is written once; at : UTC, ISO 8601
    lesson, question : which; kind : "question", "prediction", "pair", "name" or "again" (from the start)
    given : what was answered; right : None where nothing is right or wrong; more : what else belongs to it
    """

    key: str
    at: str
    lesson: str
    question: str
    kind: str
    given: Any
    right: bool | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


def answers_folder() -> Path:
    """Where answers are kept: `answers/` beside the notebook, or what SECOND_LOOK_ANSWERS names."""
    return Path(os.environ.get(FOLDER) or "answers")


class AnswerBook:
    """The answers of one learner, who is known by 16 letters that the browser made up, and by a name only if one was given."""

    def __init__(self, learner: str, folder: Path | None = None) -> None:
        if not _LEARNER.fullmatch(learner):
            raise InputError("a learner is known by 16 hexadecimal letters; reload the page")
        self.learner = learner
        self.path = (folder or answers_folder()) / f"{learner}.jsonl"

    @classmethod
    def handed_in(cls, path: Path) -> AnswerBook:
        """The book in a file whatever it was called since: a copy ("… (1).jsonl"), or "Anna.jsonl", who is known by letters of that name."""
        own = re.fullmatch(rf"({_LEARNER.pattern})( ?\(\d+\))?", path.stem)
        book = cls(own[1] if own else hashlib.sha256(path.stem.encode("utf-8", "replace")).hexdigest()[:16])
        book.path = path
        return book

    def answers(self) -> list[Answer]:
        """All lines, oldest first; a last line that was cut short by a crash is left out, and so is what is no answer."""
        return list(_read(self._lines()))

    @property
    def unread(self) -> int:
        """How many lines are no answers, a last one that was cut short aside."""
        lines = self._lines()
        whole = lines if self.path.is_file() and self.path.read_bytes().endswith(b"\n") else lines[:-1]
        return sum(bool(line.strip()) for line in whole) - len(list(_read(whole)))

    def _lines(self) -> list[str]:
        return self.path.read_text("utf-8-sig", errors="replace").splitlines() if self.path.is_file() else []

    def of(self, lesson: str, *kinds: str) -> list[Answer]:
        """The answers to a lesson since it was last begun again."""
        found: list[Answer] = []
        for answer in self.answers():
            if answer.lesson != lesson:
                continue
            if answer.kind == AGAIN and answer.given in (*kinds, None):
                found.clear()
            elif answer.kind in kinds:
                found.append(answer)
        return found

    @property
    def name(self) -> str:
        """The name that the learner gave last, or ""."""
        names = [str(answer.given) for answer in self.answers() if answer.kind == NAME]
        return names[-1] if names else ""

    def add(
        self, key: str, lesson: str, question: str, kind: str, given: Any, right: bool | None = None, **more: Any
    ) -> Answer:
        """Write an answer to disk; one whose key is written already is not written twice, and comes back as it stands."""
        for known in self.answers():
            if known.key == key:
                return known
        at = datetime.now(UTC).isoformat(timespec="seconds")
        answer = Answer(key, at, lesson, question, kind, given, right, more)
        line = json.dumps(asdict(answer), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        if len(line) > _LONGEST:
            raise InputError("that is too long; write less")
        self._append(line)
        return answer

    def _append(self, line: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torn = self.path.exists() and self.path.stat().st_size > 0 and self.path.read_bytes()[-1:] != b"\n"
            with self.path.open("ab", buffering=0) as file:
                file.write(b"\n" + line if torn else line)
                os.fsync(file.fileno())
        except OSError as error:
            raise InputError(f"the answer cannot be written to {self.path.parent}: {error.strerror}") from None


def books_in(folder: Path | str) -> list[AnswerBook]:
    """The learners whose files lie in a folder or below it, in the order of their letters, each once: of copies the one with most answers.

    `InputError` if there is no folder
    """
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"there is no folder {place}; put the learners' .jsonl files into one and name it")
    handed = [AnswerBook.handed_in(path) for path in sorted(place.rglob("*.jsonl"))]
    fullest: dict[str, AnswerBook] = {}
    for book in sorted(handed, key=lambda book: len(book.answers())):
        fullest[book.learner] = book
    return [fullest[learner] for learner in sorted(fullest)]


def _read(lines: list[str]) -> Iterator[Answer]:
    for line in lines:
        try:
            told = json.loads(line)
            yield Answer(**told)
        except (json.JSONDecodeError, TypeError):
            continue
