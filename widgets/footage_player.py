"""The footage around a track, played in the page: everyone else is hidden in the picture itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import anywidget
import traitlets as t

from widgets.answering import Answering, Reply, answer_to
from widgets.bundle import bundle, style
from widgets.clip_server import ClipServer
from widgets.player_data import about_run, tracks_of
from workbench.alerts import Alert
from workbench.case import Case
from workbench.counts import count
from workbench.errors import InputError
from workbench.runs import Run

__all__ = ["FootagePlayer"]


class FootagePlayer(anywidget.AnyWidget):
    """Plays clips of a run: choose a track on the timeline, or open it at an alert.

    run : number of a run, or the run; by default the alert's, else the latest
    alert, track : what to open; by default nothing is opened before somebody chooses
    by : who looks; stands in the log with every clip that is read

    `.at` is the time in the footage at which it stands, seconds, and `.track` the track that is open; setting either moves
    the page. Neither a name nor a score is on the page, so that it may be used before a first look.
    """

    _esm = bundle("footage_player.js")
    _css = style("clip_stage.css", "footage_player.css")

    about = t.Dict().tag(sync=True)
    tracks = t.Dict().tag(sync=True)
    at = t.Float(0.0).tag(sync=True)
    track = t.Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        case: Case,
        run: Run | int | None = None,
        *,
        alert: Alert | int | None = None,
        track: int | None = None,
        by: str = "",
        title: str = "Footage",
    ) -> None:
        if not isinstance(case, Case):
            raise InputError("clips are made and kept in a case: widgets.FootagePlayer(case, run)")
        number = None if alert is None else _number(case, alert)
        self._run = run if isinstance(run, Run) else case.run(run if run is not None else _run_of(case, number))
        self._asked = case.asked_tracks(self._run)
        chosen = track if number is None else self._track_of(number)
        if chosen is not None and chosen not in self._run.tracks.id:
            raise InputError(f"run {self._run.id} has no track {chosen}; run.tracks.to_frame() lists them")
        says = {source["sha256"]: str(source.get("says", "")) for source in case.info()["footage"]}
        self._clips = ClipServer(case, self._tell, by)
        columns, about = tracks_of(self._run, self._asked), about_run(self._run, title, says)
        super().__init__(about=about, tracks=columns, track=chosen)
        self.on_msg(self._heard)

    @property
    def run(self) -> Run:
        """The run whose tracks are on the timeline."""
        return self._run

    def __repr__(self) -> str:
        stands = f"track {self.track} at {self.at:.3f} s" if self.track is not None else "nothing opened"
        return f"FootagePlayer(run {self._run.id}: {count(len(self._run.tracks), 'track')}, {stands})"

    def _track_of(self, alert: int) -> int:
        found = [track for track, (number, _) in self._asked.items() if number == alert]
        if not found:
            raise InputError(f"run {self._run.id} has no alert {alert}; leave the run out, and its own is taken")
        return found[0]

    def _tell(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self.send(message, buffers)

    def _heard(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        """Answer a message of the page; whatever fails is said there."""
        answers: dict[str, Answering] = {
            "clip": self._open,
            "range": self._clips.range,
            "stills": self._clips.stills,
        }
        if (answer := answer_to(content, answers)) is not None:
            self._tell(*answer)

    def _open(self, content: Mapping[str, Any]) -> Reply:
        track = int(content.get("track", -1))
        alert, _ = self._asked.get(track, (None, False))
        key = str(content.get("key"))
        self._clips.ask(key, alert=alert, track=track if alert is None else None)
        return {"kind": "asked", "key": key}, []


def _number(case: Case, alert: int | Alert) -> int:
    from workbench.casefile.asked import number_of

    with case.store.session() as session:
        return number_of(session, alert)


def _run_of(case: Case, alert: int | None) -> int | None:
    if alert is None:
        return None
    from workbench.casefile.evidence import runs_of

    return runs_of(case, (alert,))[alert]
