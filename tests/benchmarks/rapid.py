"""A camera for measurements that has the next picture of a file as soon as it is asked: nothing is dropped, time is the file's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workbench.faces import Frame
from workbench.footage import open_footage
from workbench.footage.live import Camera

__all__ = ["Rapid"]


class Rapid(Camera):
    """Takes the place of `Camera`; `every` seconds of the file between two pictures, `again` and again if asked to."""

    every, again = 0.08, False

    def __init__(self, address: str, *, name: str = "") -> None:
        self._pictures, self._clock = self._read(address), 0.0
        super().__init__(address, name=name)

    def _run(self) -> None:
        self._connected = True

    def _read(self, address: str) -> Iterator[tuple[Frame, float]]:
        footage, behind = open_footage(Path(address)), 0.0
        while True:
            with footage.frames(self.every, 0, footage.seconds) as frames:
                for frame in frames:
                    yield frame, behind + frame.t
            if not self.again:
                return
            behind += footage.seconds

    def newest(self, wait: float = 0.0) -> Frame | None:
        """The next one."""
        found = next(self._pictures, None)
        if found is None:
            self.ended = True
            return None
        picture, self._clock = found
        self._counts["frames"] += 1
        self._counts["taken"] += 1
        return replace(picture, t=self._clock, image=picture.image.copy())

    def now(self) -> float:
        """The time of the last picture."""
        return self._clock
