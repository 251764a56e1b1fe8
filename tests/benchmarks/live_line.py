"""A network between a deployment and its camera that can hold, damage or cut the stream; used by `live_faults.py`."""

from __future__ import annotations

import socket
import threading
import time

import numpy as np

__all__ = ["Line"]


class Line:
    """A proxy on loopback: `mood` is well, held, damaged or cut."""

    def __init__(self, target: int) -> None:
        self.mood, self._target = "well", target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            near, _ = self._door.accept()
            try:
                if self.mood == "cut":
                    raise OSError
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            threading.Thread(target=self._pass, args=(near, far, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, down: bool) -> None:
        rng, started = np.random.default_rng(1), time.monotonic()
        try:
            while data := source.recv(16384):
                while self.mood == "held":
                    time.sleep(0.05)
                if self.mood == "cut":
                    break
                if down and self.mood == "damaged" and time.monotonic() - started > 1 and len(data) > 200:
                    raw = bytearray(data)
                    for at in rng.integers(100, len(raw), 3):
                        raw[at] ^= 0xFF
                    data = bytes(raw)
                sink.sendall(data)
        except OSError:
            pass
        for each in (source, sink):
            each.close()
