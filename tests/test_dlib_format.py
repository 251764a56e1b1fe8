"""dlib's files are read strictly: whatever is wrong with one, the answer is a `PackError` that says where."""

import math
import struct
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from workbench.errors import PackError
from workbench.models.dlib_format import DlibReader
from workbench.models.dlib_landmarks import Forest, read_forest
from workbench.models.dlib_networks import Convolution, Network, read_detector, read_recogniser
from workbench.models.dlib_weights import DETECTOR, LANDMARKS, RECOGNISER, source_folder


def integer(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def real(value: float) -> bytes:
    mantissa, exponent = math.frexp(value)
    return integer(int(mantissa * 2**24)) + integer(exponent - 24)


def word(text: str) -> bytes:
    return integer(len(text)) + text.encode()


def tensor(values: list[float]) -> bytes:
    return b"".join(map(integer, (2, 1, 1, 1, len(values)))) + struct.pack(f"<{len(values)}f", *values)


def column(values: list[float]) -> bytes:
    return integer(-len(values)) + integer(-1) + b"".join(map(real, values))


def forest(mean: list[float], leaf: list[float]) -> bytes:
    """One cascade, one tree, one split, two leaves, two pixels."""
    tree = integer(1) + integer(0) + integer(1) + real(0.5) + integer(2) + column(leaf) + column([0.0] * len(leaf))
    pixels = (
        integer(1) + integer(2) + integer(4) + integer(0) + integer(1) + integer(2) + b"".join(map(real, [0.0] * 4))
    )
    return integer(1) + column(mean) + integer(1) + integer(1) + tree + pixels


@cache
def original(name: str) -> bytes:
    return (source_folder() / name).read_bytes()


@pytest.mark.parametrize("value", [0, 1, -1, 255, 256, -(2**40), 2**64 - 1])
def test_integers_come_back(value: int) -> None:
    assert DlibReader(integer(value), "a file").integer() == value


@pytest.mark.parametrize("value", [0.0, 1.0, -0.25, 122.5, 1e-30])
def test_floats_come_back(value: float) -> None:
    assert DlibReader(real(value), "a file").real() == pytest.approx(value, rel=1e-6)


def test_words_tensors_and_columns_come_back() -> None:
    reader = DlibReader(word("con_4") + tensor([1.5, -2.0]) + column([0.5, 3.0]), "a file")
    assert reader.expect_word("con_4") == "con_4"
    assert reader.tensor().ravel().tolist() == [1.5, -2.0]
    assert reader.column().tolist() == [0.5, 3.0]
    reader.end()


Read = Callable[[DlibReader], object]
WRONG: list[tuple[str, bytes, Read, str]] = [
    ("nothing", b"", DlibReader.integer, "the file ends at byte 0 of 0"),
    ("an integer of no bytes", b"\x00", DlibReader.integer, "no integer begins with 0x00"),
    ("an integer of nine", b"\x09" + bytes(9), DlibReader.integer, "no integer begins with 0x09"),
    ("a reserved bit", b"\x11\x00", DlibReader.integer, "no integer begins with 0x11"),
    ("an integer cut off", b"\x04\x01", DlibReader.integer, "4 bytes were expected"),
    ("infinity", integer(0) + integer(32000), DlibReader.real, "not finite"),
    ("a float beyond float32", integer(1) + integer(200), DlibReader.real, "not finite"),
    ("a flag of 2", b"2", DlibReader.flag, "neither 0 nor 1"),
    ("a word of 2 GB", integer(2**31), DlibReader.word, "a count of 2,147,483,648 is impossible"),
    ("a word of minus one", integer(-1), DlibReader.word, "a count of -1 is impossible"),
    ("another word", word("fc_2"), lambda reader: reader.expect_word("con_4"), "'fc_2' stands where 'con_4' belongs"),
    ("another version", integer(7), lambda reader: reader.expect(1, 2), "7 stands where 1 or 2 belongs"),
    ("a tensor with more than the file", tensor([1.0])[:-1], DlibReader.tensor, "4 bytes were expected"),
    ("a tensor of minus one", b"".join(map(integer, (2, 1, 1, 1, -1))), DlibReader.tensor, "are impossible"),
    ("a huge tensor", b"".join(map(integer, (2, *[1 << 24] * 4))), DlibReader.tensor, "were expected"),
    ("a weight that is no number", tensor([math.nan]), DlibReader.tensor, "not finite"),
    ("a row for a column", integer(-1) + integer(-3), DlibReader.column, "1 x 3 is no column vector"),
    ("a column longer than the file", integer(-(10**9)) + integer(-1), DlibReader.column, "no column vector"),
    ("more after the end", b"\x01", DlibReader.end, "1 bytes are left over"),
]


@pytest.mark.parametrize(("data", "read", "said"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_cannot_be_is_an_error(data: bytes, read: Read, said: str) -> None:
    with pytest.raises(PackError) as raised:
        read(DlibReader(data, "some.dat"))
    text = str(raised.value)
    assert said in text and text.startswith("some.dat: ") and "\n" not in text and "pip install" in text


def test_a_small_forest_comes_back() -> None:
    found = read_forest(forest([0.25] * 10, [0.5] * 10), "small")
    assert found.cut.tolist() == [[[0.5]]] and found.pair.tolist() == [[[[0, 1]]]]
    assert found.leaf.shape == (1, 1, 2, 10) and found.anchor.tolist() == [[4, 0]] and found.offset.shape == (1, 2, 2)


def test_a_forest_for_another_number_of_points_is_refused() -> None:
    with pytest.raises(PackError, match="68 points stand where 5 belong"):
        read_forest(forest([0.25] * 136, [0.5] * 136), "other")
    with pytest.raises(PackError, match="a leaf is not of the shape's size"):
        read_forest(forest([0.25] * 10, [0.5] * 8), "other")


def test_the_networks_are_what_dlib_says_they_are() -> None:
    recogniser, detector = (read(original(name), name) for read, name in NETWORKS)
    assert sum(isinstance(layer, Convolution) for layer in recogniser.layers) == 29
    widths = [layer.weight.shape[0] for layer in detector.layers if isinstance(layer, Convolution)]
    assert widths == [16, 32, 32, 45, 45, 45, 1]
    assert recogniser.average == pytest.approx([122.782, 117.001, 104.298], abs=1e-4)


NETWORKS: list[tuple[Callable[[bytes, str], Network], str]] = [(read_recogniser, RECOGNISER), (read_detector, DETECTOR)]
READERS: list[tuple[Callable[[bytes, str], Network | Forest], str]] = [*NETWORKS, (read_forest, LANDMARKS)]


@pytest.mark.parametrize(("read", "name"), READERS, ids=[name for _, name in READERS])
def test_a_truncated_file_is_an_error(read: Callable[[bytes, str], object], name: str) -> None:
    data = original(name)
    early = min(len(data), 400_000)  # the trees take seconds to read to their end
    for size in [0, 1, 2, 3, 10, 50, *np.random.default_rng(7).integers(0, early, 20).tolist(), early - 1]:
        with pytest.raises(PackError, match=name):
            read(data[:size], name)
    with pytest.raises(PackError, match=f"{name}: .* at byte"):
        read(data[early:], name)


@pytest.mark.parametrize(("read", "name", "times"), [(*READERS[0], 8), (*READERS[1], 300)])
def test_flipped_bits_never_do_worse_than_an_error(
    read: Callable[[bytes, str], Network], name: str, times: int
) -> None:
    """Half of the flips hit the first hundred bytes after a layer's tag, where its sizes are; the others anywhere."""
    rng = np.random.default_rng(7)
    plain = original(name)
    tags = [place for place in range(len(plain) - 4) if plain.startswith((b"con_4", b"bn_con2", b"affine_"), place)]
    refused = 0
    for k in range(times):
        data = bytearray(plain)
        place = rng.choice(tags) + rng.integers(0, 100) if k % 2 else rng.integers(0, len(data))
        data[min(int(place), len(data) - 1)] ^= 1 << int(rng.integers(0, 8))
        try:
            read(bytes(data), name)
        except PackError:
            refused += 1
    assert 0 < refused < times


def test_flipped_bits_in_the_trees_never_do_worse_than_an_error() -> None:
    rng = np.random.default_rng(7)
    whole = forest([0.25] * 10, [0.5] * 10)
    refused = 0
    for place in range(len(whole)):
        data = bytearray(whole)
        data[place] ^= 1 << int(rng.integers(0, 8))
        try:
            read_forest(bytes(data), "small")
        except PackError:
            refused += 1
    assert refused > 20
    start = original(LANDMARKS)[:60_000]
    for cut, end in pairwise(rng.integers(0, len(start), 20).tolist()):
        with pytest.raises(PackError, match=f"{LANDMARKS}: "):
            read_forest(start[:cut] + start[end:], LANDMARKS)
