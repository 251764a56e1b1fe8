"""What lies in a case is sealed: pictures and templates are encrypted, each for its own place, with keys of this case alone.

From the key of the case and a salt that lies in it, HKDF-SHA256 makes one key for each use. A sealed value is a version
byte, a fresh nonce, and AES-256-GCM's ciphertext; what it is and whose it is goes in as associated data, so that two values
that change places are found out. Pictures are named by a keyed hash of what they show: a bare hash would let anybody test
whether a known photograph is in the case. Without the salt the key is worth nothing: taking both away erases the case.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NoReturn, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.orm import Mapped, mapped_column

from workbench.casefile import keys
from workbench.casefile.schema import Base
from workbench.casefile.seen import files_of, was_sealed
from workbench.casefile.signing import UNSIGNED, Signing
from workbench.errors import CaseError, CaseSealed, InputError

__all__ = ["PLAIN", "Locked", "SealRow", "Sealed", "Sealing", "Stripped", "opened", "seal_row"]

VERSION, NONCE, SALT = b"\x01", 12, 32
INFO = b"second-look case v1"


class SealRow(Base):
    """How the case is sealed: one row, or none in a case that is not.

    case : by which its key is found; salt, proof : empty after the case was erased
    proof : shows whether a key is the right one; public : with which anybody can check the head of the log
    """

    __tablename__ = "seal"
    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[str]
    salt: Mapped[bytes]
    proof: Mapped[bytes]
    public: Mapped[str]
    sealed: Mapped[datetime]
    erased: Mapped[datetime | None]


class Sealing(Protocol):
    """What stands between a case and its disk; `what` says what a value is and whose, and must be the same both ways."""

    @property
    def case(self) -> str:
        """By which the case is known among keys; "" where there is none."""

    @property
    def place(self) -> str:
        """Where the key is; "" where there is none."""

    @property
    def signing(self) -> Signing:
        """What the log is signed with."""

    def seal(self, what: str, content: bytes) -> bytes:
        """The content as it goes to the disk."""

    def open(self, what: str, content: bytes) -> bytes:
        """The content back; `CaseError` if it was altered, or belongs elsewhere."""

    def name(self, content: bytes) -> str:
        """The name under which a picture is kept, 64 hexadecimal digits."""


class Plain:
    """No sealing at all: a case that was made that way, or by a version that could not."""

    case = ""
    place = ""
    signing = UNSIGNED

    def seal(self, what: str, content: bytes) -> bytes:
        """As it is."""
        return content

    def open(self, what: str, content: bytes) -> bytes:
        """As it is."""
        return content

    def name(self, content: bytes) -> str:
        """SHA-256."""
        return hashlib.sha256(content).hexdigest()


PLAIN = Plain()


@dataclass(frozen=True)
class Sealed:
    """A case whose key is here."""

    case: str
    place: str
    signing: Signing = field(repr=False)
    proof: bytes = field(repr=False)
    _values: AESGCM = field(repr=False)
    _names: bytes = field(repr=False)

    @classmethod
    def of(cls, key: keys.Key, salt: bytes, case: str = "") -> Sealed:
        """All keys of a case from its key and its salt."""
        whole = HKDF(SHA256(), 6 * 32, salt, INFO).derive(key.secret)
        values, names, rows, entries, head, proof = (whole[i : i + 32] for i in range(0, len(whole), 32))
        return cls(case, key.place, Signing(rows, entries, head), proof, AESGCM(values), names)

    def seal(self, what: str, content: bytes) -> bytes:
        """Encrypted, under a fresh nonce."""
        nonce = os.urandom(NONCE)
        return VERSION + nonce + self._values.encrypt(nonce, content, what.encode())

    def open(self, what: str, content: bytes) -> bytes:
        """Decrypted; whatever is wrong with it, it is altered."""
        nonce, ciphertext = content[1 : NONCE + 1], content[NONCE + 1 :]
        try:
            if content[:1] != VERSION or len(nonce) != NONCE:
                raise InvalidTag
            return self._values.decrypt(nonce, ciphertext, what.encode())
        except InvalidTag:
            raise CaseError(f"{what} of the case was altered; restore it from a backup") from None

    def name(self, content: bytes) -> str:
        """HMAC-SHA256."""
        return hmac.digest(self._names, content, "sha256").hex()


@dataclass(frozen=True)
class Locked:
    """A sealed case whose key is not here: what is not sealed can be read, and nothing can be written."""

    why: str
    case: str = ""
    place: str = ""

    @property
    def signing(self) -> Signing:
        """None."""
        self._refuse()

    def seal(self, what: str, content: bytes) -> bytes:
        """`CaseSealed`."""
        self._refuse()

    def open(self, what: str, content: bytes) -> bytes:
        """`CaseSealed`."""
        self._refuse()

    def name(self, content: bytes) -> str:
        """`CaseSealed`."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise CaseSealed(self.why)


@dataclass(frozen=True)
class Stripped(Locked):
    """A case that is not sealed where this machine saw a sealed one: nothing is written to it, and nothing of it shown or given out."""


def seal_row(case: str, now: datetime) -> tuple[SealRow, Sealed]:
    """A key for the case, kept already, and the row that seals the case with it."""
    salt = os.urandom(SALT)
    sealed = Sealed.of(keys.make(case), salt, case)
    row = SealRow(case=case, salt=salt, proof=sealed.proof, public=sealed.signing.public, sealed=now)
    return row, sealed


def opened(row: SealRow | None, folder: str) -> Sealing:
    """The sealing of a case as its row says, opened if the key is here."""
    if row is None:
        return Stripped(_stripped(folder)) if was_sealed(Path(folder)) else PLAIN
    if not (isinstance(row.salt, bytes) and isinstance(row.proof, bytes) and keys.is_name(row.case)):
        return Locked(f"{folder}: its seal was altered, and opens with no key; restore the case from a backup")
    if row.erased is not None:
        return Locked(
            f"{folder} was erased on {row.erased:%Y-%m-%d %H:%M} UTC; its pictures and templates are gone for good"
        )
    tried = []
    try:
        for key in keys.seek(row.case):
            if _fits(key, row):
                return _unmixed(Sealed.of(key, row.salt, row.case), row, folder)
            tried.append(key.place)
    except InputError as error:
        return Locked(f"{folder} is sealed, and its key could not be read: {error}")
    return Locked(_missing(folder, row.case, tried))


def _unmixed(sealed: Sealed, row: SealRow, folder: str) -> Sealed | Locked:
    """Not where the keys kept under this name are of another case, which a forged seal names so that erasing takes them."""
    if all(_fits(key, row) for key in keys.kept(row.case)):
        return sealed
    return Locked(f"{folder}: its seal names the key of another case; see `workbench case verify`")


def _fits(key: keys.Key, row: SealRow) -> bool:
    """Whether a key is the one that the case was sealed with."""
    return hmac.compare_digest(Sealed.of(key, row.salt).proof, row.proof)


def _stripped(folder: str) -> str:
    return (
        f"{folder}: this machine saw a sealed case here, and this one is not sealed: its seal was taken off "
        f"(`workbench case verify`), or another case was put there; if you did that, delete {files_of(Path(folder))}"
    )


def _missing(folder: str, case: str, tried: list[str]) -> str:
    if tried:
        return f"{folder} is sealed with another key than that of {' or '.join(tried)}; give its own as {keys.KEY_FILE}=FILE"
    file = keys.folder_of_keys() / f"{case}.key"
    return f"{folder} is sealed and its key is not here; give it as {keys.KEY_FILE}=FILE or {keys.KEY}=..., or put it at {file}"
