"""Processes that draw: as many as there are cores, one thread each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

import cv2

__all__ = ["cores", "drawers"]

_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def drawers(count: int | None = None) -> Iterator[ProcessPoolExecutor]:
    """A pool of `count` processes, by default one for each core; they start afresh, so a script needs its `__main__` guard."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))  # read by the children when they load their libraries
    try:
        with ProcessPoolExecutor(count or cores(), mp_context=get_context("spawn"), initializer=_one_thread) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _one_thread() -> None:
    cv2.setNumThreads(1)
