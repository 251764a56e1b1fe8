"""A face from footage beside a reference: compared by eye, measured in pixels, kept with everything that was set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Reply, answer_to
from widgets.bundle import bundle, style
from widgets.review_data import work_of
from workbench.alerts import Alert
from workbench.case import Case
from workbench.comparison import Kept, Shown
from workbench.examining import CLOSING, LOOKS

__all__ = ["ComparisonBoard"]


class ComparisonBoard(anywidget.AnyWidget):
    """The faces of an alert's track and the references of the person asked about, side by side, over each other or in turn.

    reviewer : who compares; stands in the log and on every sheet. Who has not judged the alert yet is shown no name

    `.settings` is what is set on the screen, `.kept` what was kept in the case. The pictures are never changed, only copies;
    no score is shown, and a distance is one in pixels.
    """

    _esm = bundle("comparison_board.js")
    _css = style("comparison_board.css")

    about = t.Dict().tag(sync=True)
    settings = t.Dict().tag(sync=True)

    def __init__(self, case: Case, alert: int | Alert, *, reviewer: str = "") -> None:
        self._case, self._found = case, case.compare(alert, by=reviewer)
        super().__init__(about=self._about())
        self.on_msg(self._heard)

    def _about(self) -> dict[str, Any]:
        found = self._found
        return {
            "title": found.title,
            "by": found.by,
            "blind": found.blind,
            "look": LOOKS[found.blind],
            "closing": CLOSING,
            "name": f"comparison-alert-{found.alert}",
            "home": work_of(self._case, found.by, "comparison", str(found.alert)),
        }

    @property
    def kept(self) -> tuple[Kept, ...]:
        """The comparisons of this alert that were kept in the case, by anybody, oldest first."""
        return self._case.comparisons(self._found.alert)

    def __repr__(self) -> str:
        found = self._found
        counts = f"{len(found.faces)} faces, {len(found.references)} references"
        kept = len(self._case.comparisons(found.alert, pictures=False))
        return f"ComparisonBoard(alert {found.alert}, {found.by!r}: {counts}, {kept} kept)"

    def _heard(self, _widget: Any, content: Mapping[str, Any], _buffers: Any) -> None:
        """Answer a message of the page; whatever fails is said there, because it would wait for ever otherwise."""
        answers = {"look": self._news, "open": self._open, "keep": self._keep, "export": self._export}
        if (answer := answer_to(content, answers)) is not None:
            message, buffers = answer
            self.send({"key": content.get("key"), **message}, buffers)

    def _news(self, content: Mapping[str, Any]) -> Reply:
        """What was kept by now, unless the page knows it already (`mark`)."""
        found = self._case.comparisons(self._found.alert, pictures=False)
        kept = [f"{each.id}: {each.by}, {each.made:%Y-%m-%d %H:%M:%S} UTC, SHA-256 {each.sha256}" for each in found]
        mark = str(len(kept))
        return {"kind": "news", "mark": mark} | ({} if content.get("mark") == mark else {"kept": kept}), []

    def _open(self, _content: Mapping[str, Any]) -> Reply:
        found = self._found
        message = {
            "kind": "pictures",
            "head": list(found.head),
            "faces": [_told(each) for each in found.faces],
            "references": [_told(each) for each in found.references],
        }
        return message, [each.picture for each in (*found.faces, *found.references)]

    def _keep(self, content: Mapping[str, Any]) -> Reply:
        """Keep a sheet, and only then say so."""
        key = str(content["key"])
        kept = self._case.keep_comparison(self._found.alert, content["settings"], by=self._found.by, key=key)
        return {"kind": "saved", "words": f"kept as comparison {kept.id}, {kept.made:%H:%M:%S} UTC"}, []

    def _export(self, content: Mapping[str, Any]) -> Reply:
        png, digest = self._case.comparison_sheet(self._found.alert, content["settings"], by=self._found.by)
        name = f"{self._about()['name']}-{digest[:8]}"
        return {"kind": "sheet", "name": name, "words": f"logged as SHA-256 {digest}"}, [png]


def _told(shown: Shown) -> dict[str, Any]:
    """What the page needs to know of a picture; an unknown scale is None."""
    known = shown.scale > 0
    eyes = [list(point) for point in shown.eyes]
    return {"name": shown.name, "lines": list(shown.lines), "eyes": eyes, "scale": shown.scale if known else None}
