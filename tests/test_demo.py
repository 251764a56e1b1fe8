"""The demo from nothing to its page, and what that page gives away."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from workbench.cast import shipped
from workbench.demo import MARK, NOTE, Demonstration, run_demo
from workbench.errors import InputError
from workbench.faces import Frame
from workbench.footage import open_footage
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.progress import Silent
from workbench.report import frame_of, still


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """The easy clip with the embedded pack."""
    return run_demo(tmp_path_factory.mktemp("demo") / "demo", progress=Silent(), clips=("easy",))


@pytest.fixture(scope="module")
def page(made: Demonstration) -> str:
    return made.page.read_text(encoding="utf-8")


def test_every_listed_person_of_the_easy_street_is_found_and_nobody_else_is_asked_about(made: Demonstration) -> None:
    outcomes = {outcome.person: outcome.outcome for outcome in made.outcomes["easy.mp4"]}
    listed = {outcome.person for outcome in made.outcomes["easy.mp4"] if outcome.listed}
    assert len(listed) == 3
    assert {person for person, outcome in outcomes.items() if outcome == "found"} == listed
    assert "false alert" not in outcomes.values()


def test_the_demo_says_on_paper_and_on_the_terminal_that_its_people_are_generated(
    made: Demonstration, page: str
) -> None:
    assert NOTE in page
    assert "generated people" in made.text()


def test_the_page_asks_for_nothing_and_runs_nothing(page: str) -> None:
    assert "<script" not in page
    assert not re.search(r"""(src|href)\s*=\s*["'](?!data:)""", page)
    assert "default-src 'none'" in page


def test_the_page_shows_each_alert_beside_its_reference(made: Demonstration, page: str) -> None:
    assert page.count('alt="face in the footage, ') == len(made.run.alerts) > 0
    for alert in made.run.alerts:
        assert f"Is this {alert.subject}?" in page


def test_every_table_of_the_page_names_its_columns_and_what_scrolls_has_a_name(page: str) -> None:
    assert "<table></table>" not in page
    assert page.count("<table>") == page.count('<table><thead><tr><th scope="col">') > 0
    assert (
        page.count('tabindex="0"') == page.count('tabindex="0" role="region" aria-label="What really happened in ') > 0
    )


def test_everybody_else_in_a_still_is_hidden(made: Demonstration) -> None:
    pack = load_pack("dlib")
    footage = open_footage(shipped().clips["easy"])
    for alert in made.run.alerts:
        frame = frame_of(footage, alert.t)
        assert frame.index == alert.frame
        before, after = _widths(pack, frame), _widths(pack, Frame(still(pack, frame, alert.box)))
        assert len(after) <= 1 <= len(before), "only the face that is asked about can still be found"


def _widths(pack: Pack, frame: Frame) -> list[float]:
    return pack.detect(frame.image, smallest=40).width.tolist()


def test_the_threshold_is_chosen_on_portraits_that_are_not_enrolled(made: Demonstration) -> None:
    enrolled = {path.name for path in (made.folder / "photos").glob("*/*.jpg")}
    assert len(enrolled) == 2 * len(shipped().watchlist)
    assert 0.5 < made.run.threshold < 1
    assert np.isfinite(made.run.threshold)


def test_a_second_demo_replaces_the_first_but_never_anything_else(made: Demonstration, tmp_path: Path) -> None:
    assert (made.folder / MARK).exists()
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match="a folder of its own"):
        run_demo(tmp_path, progress=Silent())
    assert (tmp_path / "letter.txt").read_text() == "mine"
