"""Reading ahead in a thread: order, bounds, errors, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.footage_factory import make_clip
from workbench.footage import open_footage, read_ahead


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "read-ahead"]


def counting(made: list[int], closed: list[bool], end: int = 1000) -> Iterator[int]:
    try:
        for item in range(end):
            made.append(item)
            yield item
    finally:
        closed.append(True)


def test_items_come_in_order_and_the_thread_ends() -> None:
    closed: list[bool] = []
    assert list(read_ahead(counting([], closed, 50))) == list(range(50))
    assert closed == [True] and threads() == []


@pytest.mark.parametrize("depth", [1, 4])
def test_no_more_than_depth_items_wait(depth: int) -> None:
    made: list[int] = []
    ahead = read_ahead(counting(made, []), depth)
    assert next(ahead) == 0
    time.sleep(0.1)
    assert len(made) == depth + 1
    ahead.close()


def test_nothing_starts_before_the_first_item_is_asked_for() -> None:
    made: list[int] = []
    ahead = read_ahead(counting(made, []))
    assert threads() == [] and made == []
    ahead.close()


def test_closing_ends_the_thread_and_closes_the_source() -> None:
    closed: list[bool] = []
    ahead = read_ahead(counting([], closed))
    next(ahead)
    ahead.close()
    assert closed == [True] and threads() == []


def test_an_exception_arrives_after_the_items_before_it() -> None:
    def failing() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("the disc is gone")

    seen = []
    with pytest.raises(ValueError, match="the disc is gone"):
        for item in read_ahead(failing()):
            seen.append(item)
    assert seen == [1, 2] and threads() == []


def test_ctrl_c_in_the_consumer_ends_the_thread() -> None:
    closed: list[bool] = []

    def consume() -> None:
        for item in read_ahead(counting([], closed)):
            if item == 3:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        consume()
    assert closed == [True] and threads() == []


def test_footage_is_the_same_read_ahead(tmp_path: Path) -> None:
    source = open_footage(make_clip(tmp_path / "clip.mp4", 60))
    direct = [frame.image.tobytes() for frame in source.frames(0.2)]
    assert [frame.image.tobytes() for frame in read_ahead(source.frames(0.2))] == direct


def test_leaving_footage_early_closes_its_file(tmp_path: Path) -> None:
    def is_open() -> bool:
        return any(link.readlink() == path for link in Path("/proc/self/fd").iterdir() if link.is_symlink())

    path = make_clip(tmp_path / "clip.mp4", 60)
    source = open_footage(path)
    ahead = read_ahead(source.frames(0.04), depth=2)
    next(ahead)
    assert is_open()
    ahead.close()
    assert not is_open() and threads() == []
    with source.frames(0.04) as reading:
        next(reading)
        assert is_open()
    assert not is_open()
