"""The folder of a bundle: `bundle.json`, a file of scores, maybe crops; replaced as a whole, read strictly, and gone when withdrawn."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.arguments import path_of
from workbench.casefile.policy import moment
from workbench.casefile.whole import folder_within, write_whole
from workbench.errors import InputError
from workbench.published.bundle import FORMAT, VERSION, Bundle
from workbench.published.strict import read, to_json

if TYPE_CHECKING:
    from workbench.evaluation import Trials

__all__ = [
    "HEAD",
    "Draft",
    "alone",
    "bundles_in",
    "digest_of",
    "free_for",
    "is_bundle",
    "named",
    "read_bundle",
    "remove",
    "sweep",
]

HEAD = "bundle.json"
LARGEST = 32 << 20  # bytes of any one file
OURS = re.compile(r"^(bundle\.json|scores-[0-9a-f]{16}\.arrow|crop-[0-9a-f]{16}\.jpg|\.draft-.*)$")
NAMED = re.compile(r"^(scores|crop)-[0-9a-f]{16}\.(arrow|jpg)$")
CURVE = 7  # numbers in a row: threshold, FPIR with two limits, TPIR with two limits
TRIES = 3  # a bundle may be replaced while it is being read


def is_bundle(folder: Path) -> bool:
    """Whether something is published there."""
    return (folder / HEAD).is_file()


def bundles_in(folder: Path) -> dict[str, Path]:
    """Every bundle below a folder, by its path with slashes, or the folder itself by its name; links out of it are none."""
    root = folder.resolve()
    found = [path.parent for path in sorted(folder.rglob(HEAD)) if path.resolve().is_relative_to(root)]
    names = {path.relative_to(folder).as_posix(): path for path in found}
    shown = {root.name if name == "." else name: path for name, path in names.items()}
    return {name: path for name, path in shown.items() if not any(part.startswith(".") for part in name.split("/"))}


def free_for(folder: Path) -> None:
    """`InputError` unless a bundle can be put there: a place that is new, empty, or holds a bundle and nothing else."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(f"{folder} is a file; a bundle is a folder")
    if others := sorted(path.name for path in folder.iterdir() if not OURS.match(path.name)):
        raise InputError(f"{folder} holds {others[0]!r}, which is no part of a bundle; choose a folder of its own")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One at a time publishes into a place or withdraws from it, others wait: the second would take away what the first is
    about to show. Where a disk knows no such locks, nobody waits.
    """
    folder_within(folder.resolve().parent)
    handle = os.open(folder.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Draft:
    """A bundle that is written beside the one that is there, and shown in its place by `show`; nothing of it stays otherwise.

    files : content by the names that the bundle gives them; digest : SHA-256 of its bundle.json
    """

    def __init__(self, folder: Path, bundle: Bundle, files: Mapping[str, bytes]) -> None:
        free_for(folder)
        text = json.dumps({"format": FORMAT, "version": VERSION} | to_json(bundle), ensure_ascii=False, allow_nan=False)
        whole = text.encode()
        self.digest = hashlib.sha256(whole).hexdigest()
        self._folder, self._files, self._new = folder, set(files), not folder.exists()
        self._head = folder / f".draft-{self.digest[:16]}"
        try:
            for name, content in files.items():
                write_whole(folder / name, content)
            write_whole(self._head, whole)
        except BaseException:
            self.discard()
            raise

    def show(self) -> None:
        """From now on readers see it: `bundle.json` is replaced at once, and what the one before had goes."""
        self._head.replace(self._folder / HEAD)
        for path in self._folder.iterdir():
            if path.name != HEAD and path.name not in self._files:
                path.unlink()

    def discard(self) -> None:
        """Take it away again, if it is not shown; files that the one before has too stay."""
        self._head.unlink(missing_ok=True)
        kept = _named(self._folder) if is_bundle(self._folder) else set()
        for name in self._files - kept:
            (self._folder / name).unlink(missing_ok=True)
        if self._new and not kept:
            with suppress(OSError):
                self._folder.rmdir()


def _named(folder: Path) -> set[str]:
    """The files that bundle.json names, or might: every one of ours that it mentions."""
    text = (folder / HEAD).read_text("utf-8", errors="replace")
    return {path.name for path in folder.iterdir() if path.name in text}


def named(kind: str, content: bytes, ending: str) -> tuple[str, str]:
    """Name and SHA-256 of a file beside bundle.json."""
    sha = hashlib.sha256(content).hexdigest()
    return f"{kind}-{sha[:16]}.{ending}", sha


def digest_of(folder: Path) -> str:
    """SHA-256 of the bundle.json that is there."""
    return hashlib.sha256(_content(folder, HEAD)).hexdigest()


def read_bundle(folder: Path | str, *, now: datetime | None = None, scores: bool = True) -> Bundle:
    """A published bundle, checked to the last field and file; crops that are due for deletion are not shown any more.

    scores : read them too; without, `.trials` is empty, which is enough for everything but the explorer, and quicker
    """
    place = path_of(folder, "the place of the bundle")
    if not is_bundle(place):
        raise InputError(f"{place} holds no published bundle; publish a case there: workbench publish CASE {place}")
    for tried in range(TRIES):
        head = _content(place, HEAD)
        try:
            return _read(place, head, now or datetime.now(UTC), scores)
        except InputError:
            if tried == TRIES - 1 or _content(place, HEAD) == head:
                raise
    raise InputError(f"{place} is being replaced again and again; try once more")


def _read(place: Path, head: bytes, now: datetime, scores: bool) -> Bundle:
    where = f"{place.name}/{HEAD}"
    bundle = read(Bundle, _parsed(head, where), where)
    _sound(bundle, where)
    trials = _trials(place, bundle) if scores else bundle.trials
    kept = [each for each in bundle.crops if moment(each.until) > now]
    crops = tuple(replace(each, jpeg=_checked(place, each.file, each.sha256)) for each in kept)
    return replace(bundle, trials=trials, crops=crops)


def _trials(place: Path, bundle: Bundle) -> Trials:
    from workbench.published.passes import trials_of  # here: pyarrow, which an overview of bundles does not need

    return trials_of(_checked(place, bundle.passes.file, bundle.passes.sha256), bundle.passes)


def _parsed(head: bytes, where: str) -> dict[str, Any]:
    """The object in bundle.json, without the two fields that say what it is."""
    try:
        values = json.loads(head)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{where} is no JSON ({str(error)[:60]}); publish the case again") from None
    if not isinstance(values, dict) or values.pop("format", None) != FORMAT:
        raise InputError(f"{where} is not of a published bundle; publish the case again")
    version = values.pop("version", None)
    if version != VERSION:
        raise InputError(f"{where} has version {version!r} of the format, known is {VERSION}; update, or publish again")
    return values


def _sound(bundle: Bundle, where: str) -> None:
    """What types alone do not say: times are times, files lie here, counts add up."""
    found, times = bundle.found, [bundle.publication.at, *(each.until for each in bundle.crops)]
    try:
        for text in (*times, *(each.due for each in bundle.retained if each.due)):
            moment(text)
        for point in bundle.points:
            _ = point.measured
    except InputError as error:
        raise InputError(f"{where}: {error}") from None
    for name in (bundle.passes.file, *(each.file for each in bundle.crops)):
        if not NAMED.match(name):
            raise InputError(f"{where} names the file {name[:60]!r}, which no bundle has; was it altered?")
    if found.same + found.different + found.cannot_tell + found.unsettled != found.alerts:
        raise InputError(f"{where}: the conclusions do not add up to {found.alerts} alerts; was it altered?")
    if any(len(row) != CURVE for row in bundle.curve):
        raise InputError(f"{where}: a row of the curve does not have {CURVE} numbers; was it altered?")


def _checked(place: Path, name: str, sha256: str) -> bytes:
    content = _content(place, name)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise InputError(f"{place.name}/{name} was altered; publish the case again")
    return content


def _content(place: Path, name: str) -> bytes:
    path = place / name
    try:
        if path.is_symlink() or path.stat().st_size > LARGEST:
            raise InputError(f"{place.name}/{name} is a link, or larger than a bundle's file may be; publish again")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{place.name}/{name} is missing; publish the case again") from None


def remove(folder: Path) -> None:
    """Delete a bundle with all its files, and its folder; `bundle.json` goes first, so that nobody is shown half of it."""
    free_for(folder)
    (folder / HEAD).unlink(missing_ok=True)
    shutil.rmtree(folder)


def sweep(folder: Path, *, now: datetime | None = None) -> int:
    """Delete the crops below a folder whose time is over; returns how many went. What cannot be read is left alone."""
    gone = 0
    for place in bundles_in(folder).values():
        with suppress(InputError, KeyError, TypeError, AttributeError):
            for file in _overdue(_parsed(_content(place, HEAD), HEAD), now or datetime.now(UTC)):
                gone += (place / file).is_file()
                (place / file).unlink(missing_ok=True)
    return gone


def _overdue(values: Mapping[str, Any], now: datetime) -> Iterator[str]:
    for crop in values["crops"]:
        if NAMED.match(crop["file"]) and moment(crop["until"]) <= now:
            yield crop["file"]
