"""A time stamp (RFC 3161) read and checked: what was stamped, when and by whom, and whether its signature holds.

Everything that is believed is read from the bytes over which the signature was taken. Whether the certificate is anybody's
that one trusts is another question: it needs roots (`leads_to`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from workbench.errors import InputError
from workbench.terminal import plain

__all__ = ["Token", "leads_to", "read_roots", "read_token"]

HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Token:
    """What a stamp states, signed.

    imprint : the SHA-256 that was stamped, in hexadecimal digits
    at : when, UTC, by the service's clock
    who : the subject of the certificate that signed, as that says
    nonce : the number of the request, by which an answer belongs to it
    """

    imprint: str
    at: datetime
    who: str
    nonce: int | None


def read_token(response: bytes) -> Token:
    """Read an answer of a service; `InputError` says what keeps it from being a stamp that its certificate signed."""
    from asn1crypto import tsp

    try:
        _check_granted(response)
        return _checked(tsp.TimeStampResp.load(response, strict=True)["time_stamp_token"]["content"])
    except UNREADABLE as error:
        raise InputError("it is no time stamp (RFC 3161, as DER), or it is damaged") from error


def _check_granted(response: bytes) -> None:
    """`InputError` with the service's own words where it refused; such an answer holds no stamp, and ends after its status."""
    from asn1crypto import core, tsp

    status = tsp.PKIStatusInfo.load(core.Sequence.load(response, strict=True)[0].dump())
    if (said := status["status"].native) != "granted":
        why = "; ".join(status["status_string"].native or ())
        raise InputError(f"the service gave no stamp: {plain(said)}{f', {plain(why)}' if why else ''}")


def _checked(signed: Any) -> Token:
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        raise InputError("it signs something else than a time")
    (signer,) = signed["signer_infos"]
    certificate = _certificate(signed, signer)
    _check_signature(bytes(content["content"]), signer, certificate)
    info = content["content"].parsed
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise InputError("it does not stamp a SHA-256")
    at: datetime = info["gen_time"].native
    _check_purpose(certificate, at)
    subject = plain(certificate.subject.human_friendly)
    return Token(imprint["hashed_message"].native.hex(), at, subject, info["nonce"].native)


def _certificate(signed: Any, signer: Any) -> Any:
    """The enclosed certificate that the signer names."""
    named = signer["sid"]
    for each in signed["certificates"]:
        found = each.chosen
        if each.name != "certificate":
            continue
        if named.name == "issuer_and_serial_number":
            same = (
                found.issuer == named.chosen["issuer"] and found.serial_number == named.chosen["serial_number"].native
            )
        else:
            same = found.key_identifier == named.chosen.native
        if same:
            return found
    raise InputError("it encloses no certificate of its signer; ask for one with the request")


def _check_signature(content: bytes, signer: Any, certificate: Any) -> None:
    """`InputError` unless the certificate's key signed `content` (RFC 5652, 5.4) and the certificate itself (RFC 5816)."""
    said = {each["type"].native: each["values"][0] for each in signer["signed_attrs"]}
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in HASHES:
        raise InputError(f"it is signed with {plain(name)}, which is not accepted: {', '.join(HASHES)} are")
    whole = hashlib.new(name, content).digest()
    if said["content_type"].native != "tst_info" or said["message_digest"].native != whole:
        raise InputError("its signature is for another content: it was altered")
    if not _names(said, certificate):
        raise InputError("its signature names another certificate than is enclosed")
    text = b"\x31" + signer["signed_attrs"].dump()[1:]  # signed as a SET, enclosed as [0]
    try:
        _verify(x509.load_der_x509_certificate(certificate.dump()), signer, text, name)
    except InvalidSignature:
        raise InputError("its signature does not hold: it was altered") from None


def _names(said: dict[str, Any], certificate: Any) -> bool:
    """Whether the signed attributes name this certificate, by its hash."""
    encoded = certificate.dump()
    if "signing_certificate_v2" in said:
        first = said["signing_certificate_v2"]["certs"][0]
        name = first["hash_algorithm"]["algorithm"].native
        return name in HASHES and first["cert_hash"].native == hashlib.new(name, encoded).digest()
    first = said["signing_certificate"]["certs"][0]
    return bool(first["cert_hash"].native == hashlib.sha1(encoded).digest())


def _verify(certificate: x509.Certificate, signer: Any, text: bytes, digest: str) -> None:
    key, how, signature = certificate.public_key(), signer["signature_algorithm"], signer["signature"].native
    plain_rsa = how["algorithm"].native == "rsassa_pkcs1v15"  # names no hash of its own
    hashed = HASHES.get(digest if plain_rsa else how.hash_algo)
    if isinstance(key, rsa.RSAPublicKey) and how.signature_algo == "rsassa_pkcs1v15" and hashed:
        key.verify(signature, text, padding.PKCS1v15(), hashed)
    elif isinstance(key, ec.EllipticCurvePublicKey) and how.signature_algo == "ecdsa" and hashed:
        key.verify(signature, text, ec.ECDSA(hashed))
    else:
        raise InputError(f"it is signed in a way that cannot be checked here: {plain(how['algorithm'].native)}")


def _check_purpose(certificate: Any, at: datetime) -> None:
    use = certificate.extended_key_usage_value
    if use is None or use.native != ["time_stamping"]:
        raise InputError("its certificate is not one for time stamps alone")
    if not certificate.not_valid_before <= at <= certificate.not_valid_after:
        raise InputError("its certificate was not valid at the time that it states")


def read_roots(file: Path) -> tuple[x509.Certificate, ...]:
    """Certificates that are trusted, from a PEM file."""
    try:
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError:
        raise InputError(f"{file} holds no certificate; the roots of a time-stamping service are a PEM file") from None


def leads_to(response: bytes, imprint: str, roots: Sequence[x509.Certificate]) -> bool:
    """Whether a stamp's certificate leads to one of `roots`, as of the time that the stamp states."""
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    try:
        answer = decode_timestamp_response(response)
        return VerifierBuilder(roots=list(roots)).build().verify(answer, bytes.fromhex(imprint))
    except (VerificationError, ValueError):
        return False
