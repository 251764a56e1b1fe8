"""Search in many templates: exact against numpy's BLAS and FAISS's default, fast against exact, and a long watchlist.

    python tests/benchmarks/archive_speed.py --templates 1000000 --dim 128

Templates are drawn, nobody's: `people` in the archive have ten each. A person is a direction drawn from a Gaussian whose
variances fall as 1/sqrt(rank), so that strangers' cosines spread as those of real packs do (about 0.1 at 128 dimensions and
not 0.088, as directions without structure would); a template is its person's direction with noise until two of one person
have a cosine of 0.64 on average. Probes are further templates of people who are in the archive. Identity recall: of the probes
for which the exact search has their person among its first ten, the share for which the fast one has, too.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from workbench.archive import build_index
from workbench.archived import ArchivedTracks
from workbench.casefile.keys import Key
from workbench.casefile.sealing import Sealed
from workbench.casefile.shards import Shards, spread
from workbench.galleries import build_gallery

F32 = NDArray[np.float32]
BATCH, TOP, EACH = 32, 10, 10
SAME = 0.64  # mean cosine of two templates of one person


def unit(rows: F32) -> F32:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def people(count: int, dim: int, rng: np.random.Generator) -> F32:
    spread = (np.arange(1, dim + 1) ** -0.25).astype(np.float32)
    return unit(rng.standard_normal((count, dim), np.float32) * spread)


def seen(who: F32, rng: np.random.Generator) -> F32:
    """One more template of each of these people."""
    noise = np.float32(np.sqrt((1 / SAME - 1) / who.shape[1]))
    return unit(who + noise * rng.standard_normal(who.shape, np.float32))


def median_ms(work: Callable[[], object], times: int) -> float:
    work()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def plain_numpy(templates: F32, probes: F32) -> NDArray[np.int64]:
    """What one writes first: one product, one partition."""
    scores = probes @ templates.T
    return np.argpartition(-scores, TOP, axis=1)[:, :TOP]


def archive(count: int, dim: int, times: int) -> None:
    rng = np.random.default_rng(7)
    who = people(count // EACH, dim, rng)
    owner = np.repeat(np.arange(len(who)), EACH)
    templates = np.concatenate([seen(who[own], rng) for own in np.array_split(owner, max(1, count // 100_000))])
    asked = rng.choice(len(who), 1024, replace=False)
    probes = seen(who[asked], rng)
    strangers = (probes[:512] @ probes[512:].T).std()
    print(f"{count:,} templates of {dim} dimensions, {len(who):,} people; strangers' cosines spread by {strangers:.3f}")
    exact = build_index("exact", templates)
    sealed(templates)
    few = probes[:BATCH]
    began, before = time.perf_counter(), resident()
    fast = build_index("fast", templates)
    built, grown = time.perf_counter() - began, resident() - before
    flat = faiss.IndexFlatIP(dim)
    flat.add(templates)
    faiss.cvar.distance_compute_blas_threshold = 20
    rows = {
        "numpy: one product": median_ms(lambda: few @ templates.T, times),
        "numpy: product and partition": median_ms(lambda: plain_numpy(templates, few), times),
        "FAISS flat as it comes": median_ms(lambda: flat.search(few[:19], TOP), times) * BATCH / 19,
        "exact": median_ms(lambda: exact.search(few, TOP), times),
        "fast": median_ms(lambda: fast.search(few, TOP), 5 * times),
    }
    for name, ms in rows.items():
        print(f"  {name:30} {ms:9.1f} ms a batch of {BATCH}")
    print(
        f"  exact / numpy's product and partition: {rows['numpy: product and partition'] / rows['exact']:.2f} x as fast"
    )
    print(f"  fast / exact: {rows['exact'] / rows['fast']:.1f} x as fast; built in {built:.0f} s")
    print(f"  memory: templates {templates.nbytes / count:.0f} bytes a track, the fast index {grown / count:.0f} more")
    print(f"  {recall(exact, fast, probes, asked, owner)}")


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def sealed(templates: F32) -> None:
    """Write all templates as sealed shards into a folder that is removed again, and open them."""
    n = len(templates)
    times = {name: np.zeros(n) for name in ("start", "end", "at", "due")}
    numbers = {name: np.arange(n) for name in ("id", "origin", "alert")}
    tracks = ArchivedTracks(**numbers, **times, face_px=np.zeros(n, np.float32), template=templates)
    with tempfile.TemporaryDirectory() as folder:
        shards = Shards(Path(folder), Sealed.of(Key(bytes(32), "drawn"), bytes(32)))
        began = time.perf_counter()
        names = [shards.write(part)[0] for part in spread(tracks)]
        wrote = time.perf_counter() - began
        began = time.perf_counter()
        whole = ArchivedTracks.concat([shards.tracks(name) for name in names])
        opened = time.perf_counter() - began
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    assert np.array_equal(whole.template, templates)
    print(
        f"  {len(names)} sealed shards, {size / n:.0f} bytes a track: written in {wrote:.1f} s, opened in {opened:.1f} s"
    )


def recall(exact, fast, probes: F32, asked, owner) -> str:
    def has(index) -> NDArray[np.bool_]:
        return np.concatenate(
            [
                (owner[index.search(probes[i : i + BATCH], TOP)[1]] == asked[i : i + BATCH, None]).any(axis=1)
                for i in range(0, len(probes), BATCH)
            ]
        )

    truth, given = has(exact), has(fast)
    return (
        f"identity recall of fast: {(truth & given).sum() / truth.sum():.4f} of {truth.sum()} probes that exact finds"
    )


def watchlist(times: int) -> None:
    rng = np.random.default_rng(3)
    who = people(10_000, 512, rng)
    references = seen(np.repeat(who, 5, axis=0), rng)
    probes = seen(who[:BATCH], rng)
    for name in ("exact", "faiss"):
        gallery = build_gallery(name, references)
        print(
            f"watchlist of 10,000 x 5, 512 dimensions, {name}: {median_ms(lambda g=gallery: g.search(probes, 16), times):.1f} ms a batch of {BATCH}"
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--templates", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--times", type=int, default=7)
    options = parser.parse_args()
    watchlist(options.times)
    archive(options.templates, options.dim, options.times)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
