"""What the widgets of a lesson share: a page of one learner, whose answers are kept in that learner's book on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Answering, answer_to
from widgets.bundle import style
from widgets.lessons.answer_book import AnswerBook

__all__ = ["Learning"]


class Learning(anywidget.AnyWidget):
    """A widget that says `about` once, and answers what its page asks with the function for it in `_answering`."""

    _css = style("lessons.css")

    about = t.Dict().tag(sync=True)

    def __init__(self, about: dict[str, Any], folder: Path | None) -> None:
        self._folder, self._seen = folder, ""
        super().__init__(about=about)
        self.on_msg(self._heard)

    def _answering(self) -> Mapping[str, Answering]:
        raise NotImplementedError

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if (answer := answer_to(content, self._answering())) is not None:
            self.send(*answer)

    def _book(self, content: Mapping[str, Any]) -> AnswerBook:
        """The book of the learner who asks; who that was is remembered."""
        book = AnswerBook(str(content.get("learner")), self._folder)
        self._seen = book.learner
        return book
