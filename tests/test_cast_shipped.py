from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.cast import person, shipped
from workbench.cast.shelf import ASSETS
from workbench.cast.shipping import _FACE, _SIZE, shot
from workbench.errors import InputError

DATA = Path(__file__).parents[2] / "shared" / "data"


def test_twenty_people_have_four_portraits_each():
    portraits = shipped().portraits
    assert len(portraits) == 20
    assert all(len(files) == 4 and all(f.exists() for f in files) for files in portraits.values())


def test_everything_together_stays_small():
    assert sum(f.stat().st_size for f in ASSETS.rglob("*") if f.is_file()) < 6_000_000


def test_every_portrait_says_that_it_was_generated():
    for file in [f for files in shipped().portraits.values() for f in files]:
        with Image.open(file) as picture:
            assert b"nobody in it exists" in picture.info["comment"]


def test_the_watchlist_reads_as_a_details_table(tmp_path):
    from workbench.details import read_details

    table = tmp_path / "list.csv"
    table.write_text(shipped().details_csv(), encoding="utf-8")
    entries = read_details(table)
    assert list(entries) == [e.subject for e in shipped().watchlist]
    assert set(entries) <= set(shipped().portraits)


@pytest.mark.parametrize(("clip", "walkers", "listed"), [("easy", 6, 3), ("hard", 10, 3)])
def test_the_truth_of_a_clip_names_its_walkers(clip, walkers, listed):
    truth = shipped().truth(clip)
    assert truth["person"].nunique() == walkers
    on_list = truth[truth["role"].str.startswith("listed")]["person"].unique()
    assert len(on_list) == listed and set(on_list) <= {e.subject for e in shipped().watchlist}


def test_faces_of_the_easy_clip_become_large_and_those_of_the_hard_one_do_not():
    easy, hard = (shipped().truth(clip) for clip in ("easy", "hard"))
    near = easy[easy["visible"] == 1].groupby("person")["face_width"].max()
    assert (near >= 90).all()
    assert hard[hard["visible"] == 1]["face_width"].max() < 110


def test_an_unknown_clip_is_named_in_the_error():
    with pytest.raises(InputError, match="easy, hard"):
        shipped().truth("medium")


def test_a_portrait_drawn_again_is_the_one_shipped():
    who = shipped().manifest["people"][0]
    p = person(who["seed"])
    again = p.portrait(_SIZE, face=_FACE, **shot(p, 0)).astype(int)
    with Image.open(ASSETS / who["portraits"][0]) as picture:
        kept = np.asarray(picture).astype(int)
    assert np.abs(again - kept).mean() < 4  # JPEG and rounding on other machines


def test_the_small_detector_finds_every_shipped_portrait():
    folder = DATA / "models" / "minifix"
    if not folder.exists():
        pytest.skip(f"{folder} is not here")
    from workbench.models.packs import load_pack

    pack = load_pack(folder)
    files = [files[0] for files in shipped().portraits.values()]
    found = [len(pack.detect(np.asarray(Image.open(f)))) for f in files]
    assert sum(n == 1 for n in found) >= 19
