"""The bar that a notebook shows."""

import errno
import io
import os

import pytest

from workbench.progress import Bar


def test_a_bar_in_a_notebook_is_hidden_in_the_end_and_can_still_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from tqdm.notebook import tqdm_notebook

    monkeypatch.setattr("tqdm.auto.tqdm", tqdm_notebook)
    monkeypatch.setattr("tqdm.notebook.display", lambda *shown: None)
    bar = Bar()
    bar.start("looking", 10, "frames")
    box = bar._bar.container
    bar.at(3)
    bar.end()
    assert box.layout.display == "none"
    assert box.comm is not None  # a closed widget has none, and Voila says that it cannot find it


class Full(io.StringIO):
    """A log file on a full disk."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_what_cannot_be_told_ends_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", Full())
    bar = Bar(0, out=Full())
    for step in ("looking", "comparing"):
        bar.start(step, 10, "frames")
        bar.at(3)
        bar.say("something to know")
        bar.end()
