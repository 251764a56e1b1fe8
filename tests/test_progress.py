"""The bar that a notebook shows."""

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
