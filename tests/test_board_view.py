"""The page and Python place, tone and measure alike: `board_view.js` and the rooms of a comparison on the same numbers."""

from pathlib import Path
from typing import Any

import pytest

from tests.javascript import call
from workbench.comparison import EYES, placement
from workbench.comparison_settings import LIMITS, MODES, MOST, SIDES, ZOOM, Measure, Settings, Side, Tone
from workbench.comparison_words import NOUN

PLACED: list[tuple[tuple[int, int], list[list[float]], dict[str, float]]] = [
    ((100, 80), [], {"zoom": 1, "x": 0, "y": 0}),
    ((80, 120), [[30, 40], [52, 38]], {"zoom": 1, "x": 0, "y": 0}),
    ((80, 120), [[52, 38], [30, 40]], {"zoom": 2.5, "x": 0.3, "y": -0.7}),
    ((1920, 1080), [[900.5, 400.25], [960, 431]], {"zoom": 16, "x": -8, "y": 8}),
]
TONES = [(0.0, 1.0, 1.0), (0.25, 1.5, 2.0), (-0.5, 4.0, 0.25), (0.5, 0.25, 4.0), (-0.1, 2.2, 0.7)]
LENGTHS = [([0, 0], [3, 4], 0.5), ([10.25, 7], [12, 90.5], 1.0), ([1, 1], [1, 1], 2.0)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the page makes of all of these, asked once."""
    data = {
        "placed": PLACED,
        "tones": [dict(zip(LIMITS, tone, strict=True)) for tone in TONES],
        "lengths": [{"side": "probe", "start": start, "end": end, "scale": scale} for start, end, scale in LENGTHS],
    }
    script = """(page, { placed, tones, lengths }) => ({
      placed: placed.map(([size, eyes, settings]) => page.placement(size, eyes, settings)),
      tones: tones.map((tone) => [...page.toneTable(tone)]),
      lengths: lengths.map((each) => page.distanceWords(each, each.scale)),
      known: { sides: page.SIDES, modes: page.MODES, noun: page.NOUN, tones: page.TONES, zooms: page.ZOOMS, most: page.MOST },
      plain: page.plainSettings(),
    })"""
    return call(Path(tmp_path_factory.mktemp("page")), "board_view.js", script, data)


def test_a_picture_lies_in_the_same_place(page: Any) -> None:
    for (size, eyes, told), there in zip(PLACED, page["placed"], strict=True):
        points = tuple((float(x), float(y)) for x, y in eyes)
        turn, shift = placement(size, points, Settings(**told))  # type: ignore[arg-type]
        assert complex(*there["turn"]) == pytest.approx(turn, rel=1e-12)
        assert complex(*there["shift"]) == pytest.approx(shift, rel=1e-12, abs=1e-12)


def test_aligned_eyes_lie_where_all_eyes_lie(page: Any) -> None:
    (_, eyes, _), there = PLACED[1], page["placed"][1]
    turn, shift = complex(*there["turn"]), complex(*there["shift"])
    assert [turn * complex(*eye) + shift for eye in eyes] == pytest.approx(list(EYES))


def test_each_of_256_values_becomes_the_same(page: Any) -> None:
    for tone, there in zip(TONES, page["tones"], strict=True):
        assert there == Tone(*tone).table().tolist()


def test_a_distance_is_as_long(page: Any) -> None:
    for (start, end, scale), there in zip(LENGTHS, page["lengths"], strict=True):
        px = Measure("probe", (start[0], start[1]), (end[0], end[1])).px(scale)
        assert there == f"{px:.1f} px of the original frame"


def test_the_same_can_be_set_within_the_same_limits_and_nothing_is_set_at_first(page: Any) -> None:
    known, usual = page["known"], Tone()
    assert (known["sides"], known["modes"], known["noun"]) == (list(SIDES), list(MODES), NOUN)
    assert (known["zooms"], known["most"]) == (list(ZOOM), MOST)
    assert known["tones"] == {name: [*limits, getattr(usual, name)] for name, limits in LIMITS.items()}
    assert Settings.of(page["plain"]) == Settings(probe=Side(), reference=Side())
