"""Probe beside reference as one picture: nothing is lost in print, and no text acts."""

import io

import numpy as np
from PIL import Image

from workbench.board import _wrapped, board


def png(*, grey: int = 90) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 50), (grey,) * 3).save(out, "PNG")
    return out.getvalue()


def shown(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)))


def test_both_pictures_stand_side_by_side() -> None:
    sheet = shown(board(png(grey=10), png(grey=240), ["one line"]))
    assert sheet[270, 264, 0] == 10 and sheet[270, 760, 0] == 240


def test_a_picture_that_is_no_longer_kept_leaves_its_place_and_says_so() -> None:
    with_it, without = (shown(board(picture, png(), ["one line"])) for picture in (png(), b""))
    assert with_it.shape == without.shape and with_it[270, 264, 0] == 90 and without[270, 264, 0] == 236


def test_every_line_of_provenance_makes_the_sheet_higher() -> None:
    one, three = (shown(board(png(), png(), ["line"] * count)).shape[0] for count in (1, 3))
    assert three - one == 40


def test_a_hash_longer_than_the_sheet_is_cut_and_no_letter_of_it_lost() -> None:
    lines = list(_wrapped("SHA-256 " + "ab" * 100, 14, 400))
    assert len(lines) > 2 and "".join(lines).replace(" ", "") == "SHA-256" + "ab" * 100


def test_marks_that_turn_text_around_are_printed_as_escapes() -> None:
    (line,) = _wrapped("exe\u202egnp.\x1b", 14, 900)
    assert line == "exe\\u202egnp.\\x1b"


def test_the_same_pictures_and_words_give_the_same_sheet() -> None:
    assert board(png(), png(), ["x"], title="t") == board(png(), png(), ["x"], title="t")
