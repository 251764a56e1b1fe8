"""A deployment that goes on: cameras, recognition and recording in threads of their own, until it is time or somebody stops it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Self

import numpy as np

from workbench.casefile import deployments
from workbench.casefile.case import CaseFile
from workbench.casefile.schema import utc_now
from workbench.comparing import Comparer
from workbench.counts import count
from workbench.deployments import AUTHORITY_OVER, FOOTAGE_OVER, TIME_OVER, Deployment, Plan
from workbench.errors import CaseError, HoldLost, WorkbenchError
from workbench.footage.live import Camera
from workbench.galleries.exact import ExactGallery
from workbench.galleries.screens import in_floats
from workbench.interruption import uninterrupted
from workbench.live.channel import Door
from workbench.live.memory import Memory
from workbench.live.passes import Raised
from workbench.live.preparing import Ready, settings_of
from workbench.live.recorder import Recorder
from workbench.live.station import Station
from workbench.live.status import News, place_in, status_of
from workbench.thresholds import scale_of

__all__ = ["Watching"]

LOCKED = "a deployment is going on"


class Watching:
    """A deployment in this process. `stop()` ends it, `wait()` waits for its end, `.record` is what the case has of it."""

    def __init__(self, case: CaseFile, plan: Plan, prepared: Ready) -> None:
        self.case, self.plan = case, plan
        self.threshold = prepared.point.point.threshold
        self._stop, self._ended = threading.Event(), threading.Event()
        self._why = ""
        self._error: WorkbenchError | None = None
        self._news, self._number = threading.Condition(), 0
        self._held = ExitStack()
        self._held.enter_context(case.store.writing(LOCKED))
        self._held.enter_context(case.store.kept_open())
        begun = False
        try:
            with uninterrupted():  # else its threads might go on, and nobody would have it to stop it
                _end_abandoned(case)
                self._begin(prepared)
                begun = True
        except BaseException:
            self.stop() if begun else self._undo()
            raise

    def _undo(self) -> None:
        with suppress(WorkbenchError):
            _end_abandoned(self.case, "it could not be begun")
        self._held.close()

    def _begin(self, prepared: Ready) -> None:
        case, plan = self.case, self.plan
        names = [name for name, _ in prepared.cameras]
        case.sweep()
        with case.store.change() as session:
            settings = settings_of(prepared, plan)
            self._begun = deployments.begin(session, plan, prepared.watch, self.threshold, settings, names)
        self.number, self._deadline = (
            self._begun.deployment,
            time.monotonic() + (plan.until - utc_now()).total_seconds(),
        )
        scale, self._templates = scale_of(prepared.pack), np.array(prepared.watch.templates)
        # without the copy of the list that is quicker to search: that could not be zeroed
        searched = ExactGallery(self._templates, in_floats(self._templates))
        comparer = Comparer(
            prepared.pack, scale, searched, self._templates, prepared.watch.owner, self.threshold, self.threshold
        )
        self._memory = Memory(plan.cooldown, scale.same, keep=3600.0 * case.about.policy.alert_hours)
        self._held.callback(self._templates.fill, 0.0)
        cameras = [self._camera(name, address) for name, address in prepared.cameras]
        self._stations = tuple(
            Station(number, camera, prepared.pack, scale, comparer, self._memory, plan)
            for number, camera in enumerate(cameras)
        )
        self._recorder = Recorder(case, self._begun, self._stations, self._memory, self._tell)
        self._threads = [
            threading.Thread(target=self._look, args=(station,), name=f"look {station.camera.name}", daemon=True)
            for station in self._stations
        ]
        self._keeper = threading.Thread(target=self._keep, name=f"deployment {self.number}", daemon=True)
        self._door = Door(self)
        for thread in (*self._threads, self._keeper):
            thread.start()

    def _camera(self, name: str, address: str) -> Camera:
        """A camera that is closed with everything else that is held."""
        camera = Camera(address, name=name)
        self._held.callback(camera.close)
        return camera

    # What people call.

    def stop(self, why: str = "stopped by a person") -> Deployment:
        """End it: everything is written, the cameras are closed, the list's copy in memory is wiped."""
        self._halt(why)
        self._recorder.give_up() if self._recorder.trouble else None
        return self.wait()

    def end(self, why: str = "stopped by a person") -> None:
        """Ask it to end, and do not wait until it has."""
        self._halt(why)

    def wait(self, seconds: float | None = None) -> Deployment:
        """Wait until it ends, or so many seconds; an error that ended it is raised here."""
        self._ended.wait(seconds)
        if self._error is not None:
            raise self._error
        return self.record

    @property
    def running(self) -> bool:
        """Whether it goes on."""
        return not self._ended.is_set()

    @property
    def record(self) -> Deployment:
        """The deployment as the case has it now."""
        with self.case.store.session() as session:
            return deployments.load(session, self.number, self.case.about.policy.reviewers)

    def status(self) -> Mapping[str, Any]:
        """How it is doing now, as plain JSON values."""
        return status_of(self, self._stations, self._recorder)

    @property
    def why(self) -> str:
        """Why it stopped or is stopping; "" while it goes on."""
        return self._why

    def news(self, after: int = 0, wait: float = 0.0) -> News:
        """What is new since news number `after`; waits at most so many seconds for something that cannot wait."""
        with self._news:
            self._news.wait_for(lambda: self._number > after or self._ended.is_set(), wait)
            number = self._number
        return News(number, self.status(), {s.camera.name: s.view.newest() for s in self._stations})

    def learn_again(self, camera: str) -> None:
        """Somebody has seen that a camera was moved: its scene as it is now is the right one."""
        names = [station.camera.name for station in self._stations]
        self._stations[place_in(names, camera)].learn_again()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._halt("stopped by a person")
        self._ended.wait()

    def __repr__(self) -> str:
        names = ", ".join(station.camera.name for station in self._stations)
        state = "going on" if self.running else f"ended: {self._why}"
        return f"Watching(deployment {self.number}, {names}, {count(self._recorder.alerts, 'alert')}, {state})"

    # What its threads do.

    def _tell(self) -> None:
        with self._news:
            self._number += 1
            self._news.notify_all()

    def _halt(self, why: str, error: WorkbenchError | None = None) -> None:
        if not self._stop.is_set():
            self._why, self._error = why, error
            self._stop.set()

    def _look(self, station: Station) -> None:
        """One camera's thread."""
        due = -np.inf
        try:
            while not self._stop.is_set():
                self._stop.wait(max(0.0, due - station.camera.now()))
                frame = station.camera.newest(wait=0.2)
                if frame is None:
                    if station.camera.ended:
                        break
                    continue
                due = frame.t + self.plan.every
                for event in station.look(frame):
                    wanted = self.plan.record == "alerts" and isinstance(event, Raised)
                    self._recorder.put(station.number, event, station.scene(frame) if wanted else b"")
                station.show(frame)
                frame.image.fill(0)
            for event in station.finish():
                self._recorder.put(station.number, event)
        except Exception as error:  # whatever it is, nobody may think that this camera is still watched
            words = f"recognition at {station.camera.name} failed: {type(error).__name__}: {error}"
            self._halt(words, CaseError(words))

    def _keep(self) -> None:
        """The thread that writes, and that ends everything."""
        try:
            while not self._stop.is_set():
                self._recorder.work()
                self._allowed()
                if not any(thread.is_alive() for thread in self._threads):
                    self._halt(FOOTAGE_OVER)
        except WorkbenchError as error:
            self._halt(f"nothing could be written any more: {error}", error)
        except Exception as error:
            words = f"the deployment failed: {type(error).__name__}: {error}"
            self._halt(words, CaseError(words))
        self._end()

    def _allowed(self) -> None:
        """Stop when what it rests on was taken back, and when it is time by either clock: one set back must not lengthen it."""
        if self._recorder.withdrawn:
            self._halt(self._recorder.withdrawn)
        if time.monotonic() >= self._deadline or utc_now() >= self.plan.until:
            over = self.plan.until >= self.plan.authorised_until
            self._halt(AUTHORITY_OVER if over else TIME_OVER)

    def _end(self) -> None:
        try:
            for thread in self._threads:
                thread.join(10)
            self._finish()
        except (
            Exception
        ) as error:  # whatever it is, the cameras are closed, the list is wiped, and nobody waits for ever
            known = isinstance(error, WorkbenchError)
            self._error = self._error or (error if known else CaseError(f"the end could not be written: {error}"))  # type: ignore[assignment]
        finally:
            self._memory.wipe()
            self._door.close()  # before anybody else may begin one, whose door has the same place
            self._held.close()
            self._ended.set()
            self._tell()

    def _finish(self) -> None:
        """Write what is left, and the end; where the hold on the case was lost, if nobody else has it."""
        try:
            self._recorder.finish(self._why)
        except HoldLost:
            self._held.close()
            with self.case.store.writing(LOCKED):
                self._recorder.finish(self._why)


def _end_abandoned(case: CaseFile, why: str = "") -> None:
    """End deployments that nobody runs, for nobody else holds the case; `why` is by default that their process died."""
    with case.store.session() as session:
        left = deployments.abandoned(session)
    for number, alive in left:
        died = f"its process ended without a word; last heard of at {alive:%H:%M:%S} UTC"
        with case.store.change() as session:
            run = deployments.close(session, number, alive, why or died)
        case.finish_run(run, alive)
