"""Work abreast: results in order, bounds, errors in their place, and no thread left behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from workbench.abreast import abreast


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("abreast")]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_results_come_in_order_though_the_later_ones_are_ready_first(workers: int) -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.02 if item % 3 == 0 else 0)
        return item * item

    assert list(abreast(slow_at_first, range(12), workers)) == [n * n for n in range(12)]
    assert threads() == []


def test_nothing_gives_nothing() -> None:
    assert list(abreast(str, [], 2)) == [] and threads() == []


def test_two_workers_work_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=5)
    assert sorted(abreast(lambda item: meeting.wait(), range(4), 2)) == [0, 0, 1, 1]


def test_no_more_items_are_taken_than_workers_and_one() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(100):
            taken.append(item)
            yield item

    coming = abreast(str, items(), 3)
    assert next(coming) == "0" and taken == [0, 1, 2, 3]
    assert next(coming) == "1" and taken == [0, 1, 2, 3, 4]
    coming.close()


def test_an_error_comes_in_the_place_of_its_item() -> None:
    seen = []
    with pytest.raises(ZeroDivisionError):
        for result in abreast(lambda item: 6 // (3 - item), range(10), 2):
            seen.append(result)
    assert seen == [2, 3, 6] and threads() == []


def test_closing_waits_for_what_is_in_work_and_drops_the_rest() -> None:
    done: list[int] = []

    def work(item: int) -> int:
        time.sleep(0.02)
        done.append(item)
        return item

    coming = abreast(work, range(1000), 2)
    assert next(coming) == 0
    coming.close()
    assert threads() == [] and len(done) <= 3
