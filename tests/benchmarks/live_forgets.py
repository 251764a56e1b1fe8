"""Five hundred people who are not on the list pass a camera: is one byte of a face or a template of theirs on disk afterwards?

    PYTHONPATH=. python tests/benchmarks/live_forgets.py --pack PACK --passes 500

The street of `live_street.py`, read as fast as it can be looked at, against a list of noise in a case that is NOT sealed, so that
what lies there could be found. Every face that is let go of is remembered in memory before it is wiped; then every byte of the
case, of the folders for temporary files, of shared memory and of the caches is searched for it: raw, as PNG, as JPEG, templates in
three widths. Last, one piece of each kind is written down on purpose: a search that does not find these has found nothing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import live_street as street
import numpy as np
import pytest
from rapid import Rapid

import workbench as wb
from tests.live_cases import point_for
from tests.traces import Traces
from workbench.cast import shipped
from workbench.models.packs import load_pack
from workbench.models.places import cache_folder
from workbench.progress import Silent
from workbench.watchlist import Entry, Reference

# Where a program may leave something without being asked.
SHARED = (
    cache_folder(),
    Path.home() / ".cache",
    Path(f"/tmp/second-look-{os.getuid()}"),
    Path("/var/tmp"),
    Path("/dev/shm"),
)


def make_case(folder: Path, pack: str) -> wb.Case:
    """A case that is not sealed, with a list of noise."""
    from workbench.case import Case

    case = Case.create(folder / "case", purpose="measuring", authority="nobody", pack=pack, sealed=False)
    name, files = next(iter(shipped().portraits.items()))
    (folder / "photos" / name).mkdir(parents=True)
    (folder / "photos" / name / "1.jpg").write_bytes(files[0].read_bytes())
    watch = case.enroll(folder / "photos", progress=Silent())
    noise = np.random.default_rng(3).standard_normal((1000, watch.space.dim)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    names, picture = [f"noise {k}" for k in range(1000)], watch.references[0].thumbnail
    made = case.add_watchlist(
        replace(
            watch,
            entries=tuple(map(Entry, names)),
            references=tuple(Reference(each, each, f"{k:064x}", 90.0, 0.9, picture) for k, each in enumerate(names)),
            templates=noise,
            version=0,
        ),
        case.pack_of(watch.version),
    )
    case.approve(made.version, by="nobody", reason="measuring")
    case.record_operating_point(point_for(load_pack(pack).space.mark, 0.55), name="p", reason="r", by="nobody")
    return case


def plant(traces: Traces, folder: Path) -> int:
    """Write one piece of each kind into files, between other bytes; how many."""
    folder.mkdir()
    kinds = {kind: piece for piece, kind in traces.pieces.items()}
    for kind, piece in kinds.items():
        (folder / kind).write_bytes(b"before" + piece + b"after")
    return len(kinds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pack", default="dlib")
    parser.add_argument("--passes", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        (folder / "tmp").mkdir()
        tempfile.tempdir = str(folder / "tmp")  # whatever this process writes for a while is searched, too
        file = street.write(folder / "street.mp4", 70)
        began = time.time()
        case = make_case(folder, asked.pack)
        Rapid.every, Rapid.again = 0.24, True
        patch.setattr("workbench.live.watching.Camera", Rapid)
        traces = Traces().remember(patch)
        until = datetime.now(UTC) + timedelta(hours=1)
        live = case.watch(f"street={file}", authorised_until=until, cooldown=0, record="alerts", progress=Silent())
        while live.running and live.status()["faces"] < asked.passes:
            time.sleep(0.5)
        seconds = time.time() - began
        ended = live.stop("enough passed")
        print(repr(ended), flush=True)
        print(
            f"{traces.faces:,} faces of {ended.faces} passes let go of in {seconds:.0f} s, {len(traces.pieces):,} pieces of bytes looked for"
        )
        own = [path for path in folder.iterdir() if path.name not in ("photos", "street.mp4")]
        places = [*own, *(path for path in SHARED if path.exists())]
        found = traces.search(places, since=began)
        print(
            f"in {traces.files:,} files of {traces.bytes / 1e6:,.0f} MB that changed since it began: {len(found)} found",
            *found[:20],
            sep="\n  ",
        )
        planted = plant(traces, folder / "planted")
        print(f"of {planted} planted on purpose: {len(traces.search([folder / 'planted']))} found")


if __name__ == "__main__":
    main()
