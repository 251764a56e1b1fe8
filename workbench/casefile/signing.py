"""What stands behind the log: codes over rows and entries, and a signature under its head."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["UNSIGNED", "Signing"]


@dataclass(frozen=True)
class Signing:
    """Keys for the log of one case; without any, as in a case that is not sealed, codes are bare hashes.

    rows, entries : 32 bytes each for HMAC-SHA256, or empty
    head : 32 bytes, the seed of an Ed25519 key, or empty
    """

    rows: bytes = field(default=b"", repr=False)
    entries: bytes = field(default=b"", repr=False)
    head: bytes = field(default=b"", repr=False)

    def row_code(self, content: str) -> bytes:
        """16 bytes over a row; nobody without the key can make them for another content."""
        return _code(self.rows, content)

    def entry_code(self, digest: str) -> bytes:
        """16 bytes over the hash of an entry."""
        return _code(self.entries, digest)

    def sign(self, count: int, digest: str) -> bytes:
        """Signature under a log of `count` entries whose last hash is `digest`; empty without a key."""
        return self._private.sign(_head(count, digest)) if self.head else b""

    def signed(self, count: int, digest: str, signature: bytes) -> bool:
        """Whether this case's key signed that head; without a key, whether nothing pretends that it did."""
        if not self.head:
            return signature == b""
        try:
            self._private.public_key().verify(signature, _head(count, digest))
        except InvalidSignature:
            return False
        return True

    @property
    def public(self) -> str:
        """The public key in hexadecimal digits, with which anybody can check a head; "" without one."""
        if not self.head:
            return ""
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.head)


UNSIGNED = Signing()


def _code(key: bytes, text: str) -> bytes:
    whole = text.encode()
    digest = hmac.digest(key, whole, "sha256") if key else hashlib.sha256(whole).digest()
    return digest[:16]


def _head(count: int, digest: str) -> bytes:
    return f"second-look head {count} {digest}".encode()
