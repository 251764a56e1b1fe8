"""What every widget does with a message of its page: answer it, and say in one line if that fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import StaleVersion, WorkbenchError

__all__ = ["Answering", "Reply", "answer_to", "words_of"]

Reply = tuple[dict[str, Any], list[bytes]]  # a message to the page, and its buffers
Answering = Callable[[Mapping[str, Any]], Reply]


def answer_to(content: Mapping[str, Any], answers: Mapping[str, Answering]) -> Reply | None:
    """The answer and its buffers; None for a message of a kind that is not in `answers`.

    Any failure is answered too, as "refused" with the message's key, and `stale` where somebody else was faster: the page
    would wait for ever otherwise.
    """
    kind = str(content.get("kind"))
    if kind not in answers:
        return None
    try:
        message, buffers = answers[kind](content)
    except Exception as error:  # the page must hear of any failure
        told = {"words": words_of(error), "stale": isinstance(error, StaleVersion)}
        message, buffers = {"kind": "refused", "of": kind, "key": content.get("key"), **told}, []
    return {"token": content.get("token"), **message}, buffers


def words_of(error: Exception) -> str:
    """A failure in one line: ours say what to do, others are named."""
    return str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
