"""The log of a case stamped (RFC 3161): by hand with two files, or by asking a service over the network, if somebody says so."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import SplitResult, unquote, urlsplit

from workbench.casefile.tokens import read_token
from workbench.casefile.whole import write_whole
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.casefile.case import CaseFile
    from workbench.casefile.verify_stamps import Stamp

__all__ = ["stamp_by_hand", "stamp_over_network", "write_request"]

TIMEOUT = 30.0  # seconds
LARGEST = 1 << 20  # bytes; an answer has a few thousand


def write_request(case: CaseFile, file: Path) -> None:
    """Write the request to stamp the log as it ends now. A file that exists is left alone."""
    if file.exists():
        raise InputError(f"{file} exists; choose another name for the request")
    content = case.stamp_request()
    try:
        write_whole(file, content)
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def stamp_by_hand(case: CaseFile, file: Path, *, by: str = "") -> Stamp:
    """Keep the answer in `file`, whenever it came: it may stamp any entry of the log."""
    try:
        with file.open("rb") as stream:
            response = stream.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    try:
        return case.keep_stamp(response, by=by)
    except InputError as error:
        raise InputError(f"{file} is not kept: {error}") from error


def stamp_over_network(case: CaseFile, url: str, *, by: str = "") -> Stamp:
    """Have the log stamped as it ends now by the service at `url` (http or https), and keep its answer.

    Nothing but the hash of the log's last entry and a random number is sent. A user and a password in `url` are used and
    kept nowhere.
    """
    parts, request = _parts(url), case.stamp_request()
    shown = _shown(parts)
    response = _ask(parts, shown, request)
    try:
        _belongs(request, response)
        return case.keep_stamp(response, by=by, service=shown)
    except InputError as error:
        raise InputError(f"{shown} gave no stamp that can be kept: {error}") from error


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    except ValueError:  # a port that is none
        pass
    raise InputError("this is no address of a time-stamping service; it is http://host/path or https://host/path")


def _shown(parts: SplitResult) -> str:
    """The address without user, password and query."""
    return f"{parts.scheme}://{_host(parts)}{parts.path}"


def _host(parts: SplitResult) -> str:
    return parts.netloc.rpartition("@")[2]


def _ask(parts: SplitResult, shown: str, request: bytes) -> bytes:
    from urllib.request import Request, build_opener

    headers = {"Content-Type": "application/timestamp-query", "User-Agent": "second-look"}
    if parts.username is not None:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(secret).decode()}"
    address = parts._replace(netloc=_host(parts), fragment="").geturl()
    try:
        asked = Request(address, data=request, headers=headers)
        with build_opener(_no_redirect()).open(asked, timeout=TIMEOUT) as answer:
            found: bytes = answer.read(LARGEST + 1)
    except HTTPError as error:
        error.close()
        raise InputError(f"{shown} gave no stamp: the server says {error.code} {error.reason}") from error
    except (URLError, http.client.HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise InputError(f"{shown} cannot be asked ({reason}); --request writes a file to send by hand") from error
    if len(found) > LARGEST:
        raise InputError(f"{shown} gave no stamp: its answer is larger than any")
    return found


def _no_redirect() -> Any:
    """Neither the request nor a password goes anywhere else than was said."""
    from urllib.request import HTTPRedirectHandler

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    return Stay()


def _belongs(request: bytes, response: bytes) -> None:
    """Whether it is the answer to this request."""
    from asn1crypto import tsp

    asked, token = tsp.TimeStampReq.load(request), read_token(response)
    stamped = asked["message_imprint"]["hashed_message"].native.hex()
    if (token.imprint, token.nonce) != (stamped, asked["nonce"].native):
        raise InputError("it is the answer to another request")
