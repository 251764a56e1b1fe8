"""The live board: what the cameras see with everybody blurred but those under alert, and alerts to answer on the spot."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Answering, Reply, answer_to
from widgets.bundle import STATIC, bundle, style
from widgets.live_data import about_board, now, outcome_json, own_decisions
from widgets.live_listing import Listing
from widgets.review_data import pair_message, revealed_message
from workbench.decisions import who
from workbench.errors import InputError
from workbench.live import Attached, Watching
from workbench.live.status import News, place_in
from workbench.questions import Question

__all__ = ["LiveBoard"]

PULSE = 0.5  # seconds between two reports of how the cameras are doing
AHEAD = 2  # pictures that may be under way to a page that has not said that it shows them
SLOW = 2.0  # seconds after which a page gets a picture all the same


class LiveBoard(anywidget.AnyWidget):
    """A deployment for one officer: `widgets.LiveBoard(case.watch(...), officer="A. Ng")`.

    live : a deployment in this kernel (`case.watch`), or one of another process (`workbench.live.attach(case)`)
    officer : who answers; stands on every answer

    Faces are blurred in the bytes that are sent. An alert is shown without name and score until the officer has answered;
    an answer counts only once the page has Python's word that it is on disk.
    """

    _esm = bundle("live_board.js")
    _css = style("alert_review.css") + (STATIC / "live_board.css").read_text("utf-8")

    about = t.Dict().tag(sync=True)

    def __init__(self, live: Watching | Attached, *, officer: str = "", title: str = "Live") -> None:
        self._over = threading.Event()  # first of all: a widget that was refused is closed as well
        if not who(officer):
            raise InputError(
                'say who answers: widgets.LiveBoard(live, officer="A. Ng"); the name stands on every answer'
            )
        self._live, self._case, self._officer = live, live.case, officer.strip()
        cameras = self._cameras = [camera["name"] for camera in live.status()["cameras"]]
        self._listing = Listing(self._case, live.number, self._officer)
        self._shown: dict[str, tuple[int, float]] = {}
        self._credit = dict.fromkeys(cameras, AHEAD)
        super().__init__(about=about_board(self._case, live.number, cameras, self._officer, title))
        self.on_msg(self._heard)
        self._pusher = threading.Thread(target=self._push, name="live board", daemon=True)
        self._pusher.start()

    @property
    def live(self) -> Watching | Attached:
        """The deployment that is shown."""
        return self._live

    def close(self) -> None:
        """Take the board away; the deployment goes on."""
        self._over.set()
        super().close()

    def __repr__(self) -> str:
        return f"LiveBoard({self._officer!r}: {self._live!r})"

    # What Python says by itself.

    def _push(self) -> None:
        """Tell the page of alerts at once, of pictures and health as they come, until the deployment or the board ends."""
        number, told = -1, -PULSE
        while not self._over.is_set():
            try:
                news = self._live.news(max(0, number), wait=0.1)
                fresh, number = news.number != number, news.number
                if fresh:
                    self.send({"kind": "fresh", "now": now(), **self._listing.fresh()})
                if fresh or time.monotonic() - told >= PULSE:
                    told = time.monotonic()
                    self.send({"kind": "health", "now": now(), "status": dict(news.status)})
                self._send_pictures(news)
                if not news.status["running"]:
                    return
            except Exception as error:  # the page must not look live when it is not
                self.send({"kind": "health", "now": now(), "status": None, "words": f"{type(error).__name__}: {error}"})
                self._over.wait(1.0)

    def _send_pictures(self, news: News) -> None:
        at = time.monotonic()
        for camera, (number, jpeg) in news.pictures.items():
            last, when = self._shown.get(camera, (0, 0.0))
            if number == last or (self._credit[camera] <= 0 and at - when < SLOW):
                continue
            self._credit[camera] -= 1
            self._shown[camera] = (number, at)
            self.send({"kind": "picture", "camera": camera, "number": number}, [jpeg])

    # What the page asks.

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer a message of the page; whatever fails is said there, because it would wait for ever otherwise."""
        if content.get("kind") == "seen":
            camera = str(content.get("camera"))
            self._credit[camera] = min(AHEAD, self._credit.get(camera, 0) + 1)
            return
        answers: dict[str, Answering] = {
            "look": self._queue,
            "open": self._open,
            "decide": self._decide,
            "learn": self._learn,
            "end": self._end,
        }
        if (answer := answer_to(content, answers)) is not None:
            self.send(*answer)

    def _queue(self, content: Mapping[str, Any]) -> Reply:
        """All alerts of the deployment, unless the page knows them already (`mark`)."""
        return {"kind": "queue", "now": now(), **self._listing.whole(content.get("mark"))}, []

    def _alert(self, content: Mapping[str, Any]) -> int:
        alert = self._listing.alert(str(content.get("token")))
        if alert is None:
            raise InputError("this alert is not one of this deployment")
        return alert

    def _open(self, content: Mapping[str, Any]) -> Reply:
        """Probe and references; with everything else once the officer has answered."""
        alert = self._alert(content)
        message, pictures = pair_message(
            str(content["token"]), self._case.pair(Question("alert", alert), by=self._officer)
        )
        after, more = self._after(alert)
        return message | {"after": after}, [*pictures, *more]

    def _decide(self, content: Mapping[str, Any]) -> Reply:
        """Write an answer or an outcome, and only then say so."""
        alert, key = self._alert(content), str(content["key"])
        if "result" in content:
            result, identity, note = (str(content.get(name) or "") for name in ("result", "identity", "note"))
            kept = self._case.report_outcome(
                alert,
                result=result,
                identity=identity,
                by=self._officer,
                note=note,
                key=key,  # type: ignore[arg-type]
            )
            at = kept.recorded
        else:
            at = self._answer(alert, content, key)
        after, pictures = self._after(alert)
        return {"kind": "saved", "key": key, "recorded": f"{at:%H:%M:%S} UTC", "after": after}, pictures

    def _answer(self, alert: int, content: Mapping[str, Any], key: str) -> Any:
        return self._case.decide(
            alert,
            verdict=content.get("verdict"),  # type: ignore[arg-type]
            reviewer=self._officer,
            features={str(name): opinion for name, opinion in dict(content.get("features") or {}).items()},
            confidence=str(content.get("confidence") or ""),
            reason=str(content.get("reason") or ""),
            key=key,
        ).recorded

    def _after(self, alert: int) -> tuple[dict[str, Any] | None, list[bytes]]:
        own = own_decisions(self._case, self._officer).get(alert)
        if not own:
            return None, []
        message, pictures = revealed_message(self._case.revealed(alert, self._officer), own)
        latest = [each for each in self._case.outcomes() if each.alert == alert]
        return message | {"outcome": outcome_json(latest[-1] if latest else None)}, pictures

    def _learn(self, content: Mapping[str, Any]) -> Reply:
        camera = str(content.get("camera"))
        place_in(self._cameras, camera)  # asked here too: the deployment may be in another process
        self._live.learn_again(camera)
        return {"kind": "learnt", "camera": camera}, []

    def _end(self, _content: Mapping[str, Any]) -> Reply:
        """End the deployment, without waiting for it: the page hears of it with the next report."""
        self._live.end(f"stopped by {self._officer}, on the board")
        return {"kind": "ending"}, []
