"""Where the key of a case is kept: an environment variable, the system's keyring, or a file that only its owner can read.

Sought in this order: `SECOND_LOOK_KEY` (64 hexadecimal digits), `SECOND_LOOK_KEY_FILE` (a file with the same in it), the
file of the case, the keyring. A new case takes the key of the environment where there is one; else it gets one of its own,
in the keyring if one is open, or in a file below the user's data folder (or `SECOND_LOOK_KEYS`, which also switches the
keyring off). Nothing here ever asks a question: a keyring that is locked, or would have to be unlocked, is passed over.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench.casefile.address import FILE as ROWS
from workbench.casefile.faults import DATABASE
from workbench.errors import InputError

__all__ = ["Key", "destroy", "folder_of_keys", "is_name", "kept", "make", "seek"]

SIZE = 32  # bytes
KEY, KEY_FILE, KEYS = "SECOND_LOOK_KEY", "SECOND_LOOK_KEY_FILE", "SECOND_LOOK_KEYS"
SERVICE = "second-look"
BACKENDS = ("keyring.backends.SecretService", "keyring.backends.macOS", "keyring.backends.Windows")


@dataclass(frozen=True)
class Key:
    """A key and where it comes from, in words.

    secret : 32 bytes
    """

    secret: bytes = field(repr=False)
    place: str


def folder_of_keys() -> Path:
    """Where key files lie, never within a case: SECOND_LOOK_KEYS, or the user's data folder."""
    from platformdirs import user_data_path

    chosen = os.environ.get(KEYS)
    return Path(chosen).expanduser() if chosen else user_data_path(SERVICE) / "keys"


def is_name(case: object) -> bool:
    """Whether this is a name that a case gets for its key, 32 hexadecimal digits, and not one that somebody wrote into its seal."""
    return re.fullmatch("[0-9a-f]{32}", str(case)) is not None


def seek(case: str) -> Iterator[Key]:
    """Every key that could be the one of this case, in order; whether it fits, its sealing says."""
    yield from _of_environment()
    yield from kept(case)


def kept(case: str) -> Iterator[Key]:
    """The keys that this machine keeps under the name of the case: those that `destroy` takes away."""
    file = _file(case)
    if file.is_file():
        yield Key(_read(file), f"the file {file}")
    ring = _keyring()
    if ring is not None and (text := ring.get_password(SERVICE, case)):
        yield Key(_parsed(text, "the keyring"), "the keyring of this system")


def make(case: str) -> Key:
    """The key for a new case: of the environment, or a new one, kept before this returns."""
    for key in _of_environment():
        return key
    secret, ring = secrets.token_bytes(SIZE), _keyring()
    if ring is not None:
        ring.set_password(SERVICE, case, secret.hex())
        return Key(secret, "the keyring of this system")
    file = _file(case)
    _refuse_within_case(file)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputError(
            f"the folder of keys, {file.parent}, cannot be made ({error.strerror}); choose another with {KEYS}, or give a key "
            f"with {KEY_FILE}"
        ) from None
    _write(file, secret.hex() + "\n")
    return Key(secret, f"the file {file}")


def destroy(case: str) -> tuple[str, ...]:
    """Destroy the key of a case wherever it is kept; returns the places, in words. A key of the environment stays there.

    Who asks for it has made sure that the key is the case's own: what stands in a folder that others write to proves nothing.
    """
    gone, file, ring = [], _file(case), _keyring()
    if file.is_file():
        with suppress(OSError):  # a disk that is full, and writes elsewhere, lets it go all the same
            _write_over(file)
        file.unlink()
        gone.append(f"the file {file}")
    if ring is not None and ring.get_password(SERVICE, case):
        ring.delete_password(SERVICE, case)
        gone.append("the keyring of this system")
    return tuple(gone)


def _write(file: Path, text: str) -> None:
    """A file that was not there, on disk before this returns; on a full disk none, and a line that says so. One that is there stays."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            try:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            except BaseException:
                file.unlink()
                raise
    except OSError as error:
        raise InputError(
            f"the key file {file} cannot be written ({error.strerror}), and no case was made or sealed; make room there, or "
            f"choose another folder of keys with {KEYS}"
        ) from None


def _write_over(file: Path) -> None:
    """Zeros in the place of a key: on many disks this helps, on some it cannot."""
    with file.open("r+b") as out:
        out.write(bytes(file.stat().st_size))
        out.flush()
        os.fsync(out.fileno())


def _refuse_within_case(file: Path) -> None:
    for folder in file.absolute().parents:
        if any((folder / name).is_file() for name in (DATABASE, ROWS)):
            raise InputError(
                f"keys would lie within the case {folder}, and a copy of it be open to all; set {KEYS} to another place"
            )


def _of_environment() -> Iterator[Key]:
    if text := os.environ.get(KEY):
        yield Key(_parsed(text, KEY), f"the environment variable {KEY}")
    if name := os.environ.get(KEY_FILE):
        yield Key(_read(Path(name).expanduser()), f"the file {name} ({KEY_FILE})")


def _file(case: str) -> Path:
    if not is_name(case):
        raise InputError("the name of its key was altered; restore the case from a backup")
    return folder_of_keys() / f"{case}.key"


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_mode & 0o077:
            raise InputError(f"the key file {file} can be read by others; keep it to yourself: chmod 600 {file}")
        return _parsed(file.read_text(encoding="ascii", errors="replace"), str(file))
    except OSError as error:
        raise InputError(f"the key file {file} cannot be read ({error.strerror}); check its name and owner") from None


def _parsed(text: str, place: str) -> bytes:
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != SIZE:
        raise InputError(f"{place} holds no key: a key is 64 hexadecimal digits, as `openssl rand -hex 32` prints")
    return secret


def _keyring() -> Any:
    """The system's keyring if it is there, open, and will not ask; else None."""
    if os.environ.get(KEYS):
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        ring = keyring.get_keyring()
        several = list(getattr(ring, "backends", [ring]))  # of a chain, the first that we know
        return next((each for each in several if type(each).__module__.startswith(BACKENDS) and _open(each)), None)
    except (KeyringError, RuntimeError, OSError):
        return None


def _open(ring: Any) -> bool:
    """Whether this keyring answers without opening a window that asks for a password."""
    if not type(ring).__module__.startswith("keyring.backends.SecretService"):
        return True
    from secretstorage import dbus_init, get_collection_by_alias
    from secretstorage.exceptions import SecretStorageException

    try:
        with closing(dbus_init()) as bus:
            return not get_collection_by_alias(bus, "default").is_locked()
    except (SecretStorageException, OSError):
        return False
