"""Packs by name, folder or zip: find, verify, open, add, fetch."""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from workbench.errors import InputError, PackError
from workbench.models.archives import settle, unpack
from workbench.models.fetching import Progress, by_hand, download
from workbench.models.hashing import sha256
from workbench.models.manifest import describe, normalisation_of, read, verify, write
from workbench.models.pack import Card, Pack
from workbench.models.places import cache_folder, packs_folder
from workbench.models.routing import route
from workbench.models.sources import SOURCES, Download

__all__ = [
    "BUILT_IN",
    "add_pack",
    "card_of",
    "fetch_pack",
    "free_place",
    "list_packs",
    "load_pack",
    "locate",
    "look_over_packs",
    "pack_names",
]

BUILT_IN = "dlib"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def load_pack(
    name_or_path: str | Path = BUILT_IN, *, providers: Sequence[str] | None = None, threads: int | None = None
) -> Pack:
    """Open a pack: `dlib`, the name of an added one, a folder, or a zip.

    providers : ONNX Runtime providers, short or full names; None is the CPU, or SECOND_LOOK_PROVIDER
    threads : for one inference; None is the physical cores that this process may use
    """
    if str(name_or_path) == BUILT_IN:
        from workbench.models.dlib import DlibPack

        return DlibPack.load(providers=providers, threads=threads)
    from workbench.models.insightface import InsightFacePack

    folder, name = locate(name_or_path)
    return InsightFacePack.load(folder, name=name, providers=providers, threads=threads)


def locate(name_or_path: str | Path) -> tuple[Path, str]:
    """Folder and name of a pack that is not built in; a zip is opened into the cache first."""
    text = str(name_or_path)
    if NAME.fullmatch(text) and (packs_folder() / text).is_dir():
        return packs_folder() / text, text
    path = Path(text).expanduser()
    if path.is_file():
        return _opened(path), path.stem
    if path.is_dir():
        return _inner(path), path.resolve().name
    raise _unknown(text)


def _opened(archive: Path) -> Path:
    """The folder inside a zip, unpacked once into the cache under the zip's SHA-256."""
    folder = cache_folder() / "opened" / sha256(archive)[:32]
    return _inner(folder if folder.is_dir() else unpack(archive, folder))


def _inner(folder: Path) -> Path:
    """`folder`, or the one folder below it that holds the models: zips often have one more level."""
    if any(folder.glob("*.onnx")):
        return folder
    holders = sorted({path.parent for path in folder.glob("*/*.onnx")})
    return holders[0] if len(holders) == 1 else folder


def pack_names() -> list[str]:
    """Names that `load_pack` takes: the built-in one, then what was added, sorted."""
    folder = packs_folder()
    added = sorted(p.name for p in folder.iterdir() if p.is_dir() and NAME.fullmatch(p.name)) if folder.is_dir() else []
    return [BUILT_IN, *added]


def list_packs() -> list[Card]:
    """A card for every pack that can be loaded by name; nothing is opened, hashes are as noted when they were added."""
    return look_over_packs()[0]


def look_over_packs() -> tuple[list[Card], dict[str, str]]:
    """The cards of `list_packs`, and by name why there is none of each of the rest: one that is broken hides no other."""
    cards, broken = [], {}
    for name in pack_names():
        try:
            cards.append(card_of(name))
        except (PackError, OSError) as error:
            broken[name] = str(error)
    return cards, broken


def card_of(name_or_path: str | Path, *, check: bool = False) -> Card:
    """The card of a pack without opening it; `check` hashes its files and compares them with pack.json."""
    if str(name_or_path) == BUILT_IN:
        return _built_in_card(check)
    folder, name = locate(name_or_path)
    found, said = route(folder), read(folder).get("files", {})
    normalisation_of(folder)  # what would not load is not described as if it did
    files = {path.name: said[path.name] if path.name in said and not check else sha256(path) for path in found.files}
    if check:
        verify(folder, files)
    return describe(folder, name, files, files[found.recognition.name])


def _built_in_card(check: bool) -> Card:
    from workbench.models.dlib import CARD
    from workbench.models.dlib_weights import sources

    if check:
        sources()  # reads and hashes the original files
    return CARD


def add_pack(
    path: str | Path, name: str | None = None, *, licence: str | None = None, origin: str | None = None
) -> Card:
    """Copy a folder or zip into the user's packs, once it has loaded and been measured; its card says what was found.

    Nothing is overwritten: a name that is taken is an error.
    """
    path = Path(path).expanduser()
    if not path.exists():
        raise InputError(f"there is no folder or zip {path}; give the path of a pack in InsightFace's format")
    name = name or (path.stem if path.is_file() else path.resolve().name)
    target = free_place(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".adding-") as scratch:
        source = _inner(unpack(path, Path(scratch) / "zip")) if path.is_file() else _inner(path)
        ready = _copy(source, Path(scratch) / "pack")
        card = _measured(ready, name, licence, origin)
        free_place(name)
        settle(ready, target)
    return card


def fetch_pack(
    name: str, *, sha256: str | None = None, url: str | None = None, progress: Progress | None = None
) -> Card:
    """Download a pack and add it: one of the known names, or any `url` together with the `sha256` it must have.

    progress : called with bytes so far and bytes in all
    """
    downloads = _downloads(name, sha256, url)
    free_place(name)
    folder = cache_folder() / "downloads" / name
    try:
        files = [download(each, folder, progress) for each in downloads]
    except PackError as error:
        raise PackError(f"{error}; {by_hand(downloads, name)}") from error
    card = add_pack(files[0] if len(files) == 1 else folder, name, origin=Download(url).shown if url else None)
    shutil.rmtree(folder)
    return card


def _downloads(name: str, sha256: str | None, url: str | None) -> tuple[Download, ...]:
    """What to download, each file with the hash it must have."""
    if not url and name not in SOURCES:
        raise _unknown(name)
    files = (Download(url),) if url else SOURCES[name].downloads
    return tuple(_pinned(each, (sha256 or "").lower()) for each in files)


def _pinned(what: Download, sha256: str) -> Download:
    """`what` with the hash that it must have: ours, or the user's where we have none."""
    if not (what.sha256 or sha256):
        raise InputError(f"nobody here vouches for {what.shown}: give --sha256 with the hash that its maker publishes")
    if what.sha256 and sha256 and what.sha256 != sha256:
        raise InputError(f"{what.name} is known to have the SHA-256 {what.sha256}, not {sha256}; leave --sha256 out")
    return replace(what, sha256=what.sha256 or sha256)


def free_place(name: str) -> Path:
    """Where a pack of this name will live, if the name is fit and not taken."""
    if not NAME.fullmatch(name) or name == BUILT_IN:
        raise InputError(f"{name!r} cannot name a pack; use letters, digits, - and _, and not {BUILT_IN!r}")
    if (target := packs_folder() / name).exists():
        raise InputError(f"there is a pack {name} already; choose another with --name, or delete {target}")
    return target


def _copy(source: Path, ready: Path) -> Path:
    """The two models that a pack consists of and the texts beside them; models of age, gender or landmarks stay behind."""
    wanted = {path.resolve() for path in route(source).files}
    ready.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_file() and (path.resolve() in wanted or path.suffix != ".onnx"):
            shutil.copyfile(path, ready / path.name)
    return ready


def _measured(folder: Path, name: str, licence: str | None, origin: str | None) -> Card:
    """Load the pack, measure it on the built-in faces, and write what was found to pack.json."""
    from workbench.models.insightface import InsightFacePack
    from workbench.models.measuring import measure, working

    with working(name):
        pack = InsightFacePack.load(folder, name=name)
        found = measure(pack).notes
    card = replace(
        pack.card,
        licence=licence or pack.card.licence,
        origin=origin or pack.card.origin,
        notes=(*pack.card.notes, *found),
    )
    write(folder, card, pack.normalisation)
    return card


def _unknown(text: str) -> PackError:
    known = pack_names()
    if text in SOURCES:
        return PackError(f"the pack {text} is not here yet; get it with: workbench models fetch {text}")
    close = difflib.get_close_matches(text, [*known, *SOURCES], n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return PackError(f"there is no pack {text!r}; {hint}known: {', '.join(known)}; fetchable: {', '.join(SOURCES)}")
