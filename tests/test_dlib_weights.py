"""The converted weights: made once, whole or not at all, by as many processes as like."""

import errno
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import PackError
from workbench.models import dlib_weights
from workbench.models.dlib_weights import CONVERTED, LIST, cache_folder, load_weights, sources

CONVERT = "from pathlib import Path; from workbench.models.dlib_weights import load_weights; load_weights(Path({!r}))"
Conversion = list[int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that two processes filled at the same time."""
    cache = tmp_path_factory.mktemp("cache")
    command = [sys.executable, "-c", CONVERT.format(str(cache))]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0], said
    return cache


@pytest.fixture
def conversions(made: Path, monkeypatch: pytest.MonkeyPatch) -> Conversion:
    """How often a conversion was made; it gives what the real one gave, at once."""
    files = {name: (cache_folder(made) / name).read_bytes() for name in CONVERTED}
    count: Conversion = []
    monkeypatch.setattr(dlib_weights, "_convert", lambda _: count.append(1) or dict(files))
    return count


def test_two_processes_at_once_leave_one_whole_cache(made: Path) -> None:
    assert [path.name for path in (made / "packs").iterdir()] == [cache_folder(made).name]
    assert {path.name for path in cache_folder(made).iterdir()} == {*CONVERTED, LIST}
    weights = load_weights(made)
    assert weights.landmarks.leaf.shape == (15, 500, 16, 10)
    assert len(weights.recogniser) > 20e6 and len(weights.detector) > 1e6


def test_the_cache_is_used_the_second_time(made: Path, conversions: Conversion) -> None:
    load_weights(made)
    assert not conversions


def test_the_cache_needs_the_package_only_once(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert load_weights(made).landmarks.mean.shape == (10,)


@pytest.mark.parametrize("name", [*CONVERTED, LIST])
@pytest.mark.parametrize("harm", ["cut", "flipped", "gone", "empty"])
def test_a_damaged_cache_is_made_again(tmp_path: Path, conversions: Conversion, name: str, harm: str) -> None:
    load_weights(tmp_path)
    path = cache_folder(tmp_path) / name
    data = path.read_bytes()
    middle = len(data) // 2
    left = {
        "cut": data[:middle],
        "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "empty": b"",
    }
    path.unlink()
    if harm in left:
        path.write_bytes(left[harm])
    load_weights(tmp_path)
    load_weights(tmp_path)
    assert len(conversions) == 2
    assert [path.name for path in (tmp_path / "packs").iterdir()] == [cache_folder(tmp_path).name]


def test_a_list_of_something_else_is_damage(tmp_path: Path, conversions: Conversion) -> None:
    load_weights(tmp_path)
    for text in ("null", "[]", json.dumps(dict.fromkeys(CONVERTED, "0" * 64))):
        (cache_folder(tmp_path) / LIST).write_text(text)
        load_weights(tmp_path)
    assert len(conversions) == 4


def test_a_file_in_the_place_of_the_cache_is_moved_away(tmp_path: Path, conversions: Conversion) -> None:
    cache_folder(tmp_path).parent.mkdir(parents=True)
    cache_folder(tmp_path).write_text("not a folder")
    load_weights(tmp_path)
    assert cache_folder(tmp_path).is_dir()


def one_line(error: pytest.ExceptionInfo[PackError]) -> str:
    text = str(error.value)
    assert "\n" not in text and len(text) < 400
    return text


def test_a_cache_that_cannot_be_written_is_one_line(tmp_path: Path, conversions: Conversion) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PackError, match=r"cannot be kept in .*SECOND_LOOK_CACHE") as error:
        load_weights(tmp_path / "file")
    one_line(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_cache_is_one_line(tmp_path: Path, conversions: Conversion) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PackError, match="Permission denied"):
        load_weights(tmp_path)


def test_a_full_disk_is_one_line_and_leaves_nothing(
    tmp_path: Path, conversions: Conversion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PackError, match="No space left on device") as error:
        load_weights(tmp_path)
    assert "make room" in one_line(error)
    assert list((tmp_path / "packs").iterdir()) == []


def test_a_missing_package_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PackError, match=r"pip install face_recognition_models==0\.3\.0") as error:
        load_weights(tmp_path)
    one_line(error)


def test_an_altered_file_is_refused_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, data in sources().items():
        (tmp_path / name).write_bytes(data[:-1] + b"?")
    monkeypatch.setattr(dlib_weights, "source_folder", lambda: tmp_path)
    with pytest.raises(PackError, match=r"was altered; run pip install --force-reinstall") as error:
        load_weights(tmp_path / "cache")
    one_line(error)
    (tmp_path / dlib_weights.RECOGNISER).unlink()
    with pytest.raises(PackError, match="No such file"):
        sources()


def test_the_folder_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_CACHE", str(tmp_path))
    assert cache_folder().parent == tmp_path / "packs"


def test_the_trees_are_kept_without_pickle(made: Path) -> None:
    with np.load(cache_folder(made) / "landmarks.npz", allow_pickle=False) as arrays:
        assert set(arrays) == {"mean", "anchor", "offset", "pair", "cut", "leaf"}
