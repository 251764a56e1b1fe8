"""Downloading a weight file: continued where it was cut, checked by SHA-256, in its place in one step or not at all."""

from __future__ import annotations

import fcntl
import http.client
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from workbench.errors import InputError, PackError
from workbench.models.hashing import sha256
from workbench.models.sources import Download

__all__ = ["Progress", "by_hand", "download"]

Progress = Callable[[int, int | None], None]
"""Called with bytes so far and bytes in all (None where the server does not say)."""

CHUNK = 256 * 1024
LARGEST = 4 * 1024**3
TIMEOUT = 30.0  # seconds without a byte
TRIES = 3


class _Cut(Exception):
    """The line broke while bytes were coming."""


def download(what: Download, folder: Path, progress: Progress | None = None) -> Path:
    """`what`, verified, in `folder`; a file that is there already and is the right one is not fetched again.

    A broken line is continued up to three times, and by the next call after that. A wrong hash leaves nothing behind.
    Whoever fetches the same file meanwhile waits, and then finds it there.
    """
    _require_sound(what)
    target = folder / what.name
    if _is_there(what, target):
        return target
    part = folder / f"{what.name}.{what.sha256[:16]}.part"
    with _alone(part):
        return (
            target if _is_there(what, target) else _fetched(what, part, target, progress or (lambda done, total: None))
        )


def _is_there(what: Download, target: Path) -> bool:
    return target.exists() and sha256(target) == what.sha256


@contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Hold `part` against everybody else who fetches it; where no byte came, nothing is left of it."""
    with _locked(part) as held:
        try:
            yield
        finally:
            if _is_at(part, held) and not _size(part):
                part.unlink()


def _locked(part: Path) -> IO[bytes]:
    """`part`, open and locked; opened anew where whoever held it before moved or removed it."""
    while True:
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            held = part.open("ab")
            fcntl.flock(held, fcntl.LOCK_EX)
        except OSError as error:
            raise PackError(f"{part} cannot be written ({error.strerror}); see SECOND_LOOK_CACHE") from error
        if _is_at(part, held):
            return held
        held.close()


def _is_at(part: Path, held: IO[bytes]) -> bool:
    try:
        return os.path.samestat(part.stat(), os.fstat(held.fileno()))
    except FileNotFoundError:
        return False


def _fetched(what: Download, part: Path, target: Path, progress: Progress) -> Path:
    """What came, whole and checked, in its place."""
    _complete(what, part, progress)
    if (found := sha256(part)) != what.sha256:
        part.unlink()
        raise PackError(
            f"{what.shown} is not the file that was expected: its SHA-256 is {found}, not {what.sha256}; nothing was kept"
        )
    return part.replace(target)


def by_hand(downloads: tuple[Download, ...], name: str) -> str:
    """What to do on a machine without a line, in one sentence."""
    files = " and ".join(f"{each.shown} (SHA-256 {each.sha256 or 'ask its maker'})" for each in downloads)
    what = downloads[0].name if len(downloads) == 1 else "FOLDER, the folder that holds them,"
    return (
        f"to do it by hand: download {files} elsewhere, bring it here, then: workbench models add {what} --name {name}"
    )


def _require_sound(what: Download) -> None:
    if urlsplit(what.url).scheme not in ("http", "https") or not what.name:
        raise InputError(f"{what.shown} is not an http or https address of a file")
    if "@" in urlsplit(what.url).netloc:
        raise InputError(
            f"{what.shown}: no user and password in an address; download the file by hand, then: workbench models add"
        )
    if not re.fullmatch(r"[0-9a-f]{64}", what.sha256):
        raise InputError(f"{what.name}: a SHA-256 is 64 hexadecimal digits; give the one that its maker publishes")


def _complete(what: Download, part: Path, progress: Progress) -> None:
    """Bring `part` to its full length, or say how far it came."""
    for left in reversed(range(TRIES)):
        before = _size(part)
        try:
            return _transfer(what, part, progress)
        except HTTPError as error:
            error.close()
            raise PackError(f"{what.shown} cannot be fetched: the server says {error.code} {error.reason}") from error
        except PackError:
            part.unlink(missing_ok=True)
            raise
        except (_Cut, URLError, http.client.HTTPException, OSError) as error:
            if left and _size(part) > before:
                continue  # bytes came: the line is worth another try
            raise PackError(_cut_words(what, part, error)) from error


def _cut_words(what: Download, part: Path, error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    kept = f"; {_size(part) / 1e6:.1f} MB are kept, run the same command again to continue" if _size(part) else ""
    return f"{what.shown} cannot be fetched ({reason}){kept}"


def _transfer(what: Download, part: Path, progress: Progress) -> None:
    """One request: from the end of `part` if the server can, otherwise from the start."""
    from urllib.request import Request, urlopen

    start = _size(part)
    headers = {"User-Agent": "second-look", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        answer = urlopen(Request(what.url, headers=headers), timeout=TIMEOUT)
    except HTTPError as error:
        if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()
        return  # nothing after the end of `part`: it is whole, and its hash will say so
    with answer:
        continued = answer.status == http.HTTPStatus.PARTIAL_CONTENT and _begins_at(answer, start)
        with part.open("ab" if continued else "wb") as sink:
            _copy(answer, sink, start if continued else 0, progress)


def _copy(answer: Any, sink: Any, done: int, progress: Progress) -> None:
    length = answer.headers.get("Content-Length")
    total = None if length is None else done + int(length)
    while chunk := answer.read(CHUNK):
        done += len(chunk)
        if done > LARGEST:
            raise PackError("the file is larger than any pack; the download was stopped")
        sink.write(chunk)
        progress(done, total)
    if total is not None and done < total:
        raise _Cut(f"the line broke after {done} of {total} bytes")


def _begins_at(answer: Any, start: int) -> bool:
    """Whether a partial answer begins where we asked; a server that begins elsewhere gets no say."""
    found = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    return found is not None and int(found[1]) == start


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0
