"""The server tries its own doors: what must stay shut, asked for as an outsider and as somebody who is signed in would."""

from __future__ import annotations

import json
import re
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

__all__ = ["Door", "try_doors"]

AWAY = ("..", "../..", "%2e%2e%2f%2e%2e", "/etc", ".hidden", "nobody", "")  # what no bundle is called
ELSEWHERE = {"Origin": "https://elsewhere.example"}
OPEN, WAIT = 200, 3.0  # HTTP status; seconds in which a kernel would have run what it was told
ESCAPES = (
    "/voila/render/../../../../../../../../etc/passwd",
    "/voila/render/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/voila/files/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/voila/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/voila/templates/second-look/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/voila/labextensions/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
)


@dataclass(frozen=True)
class Door:
    """One door that was tried.

    shut : it was, as it must be
    found : what answered
    """

    name: str
    shut: bool
    found: str

    def __str__(self) -> str:
        return f"{'shut' if self.shut else 'OPEN'}  {self.name}: {self.found}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


class _Visitor:
    """Asks for addresses, with a token or without."""

    def __init__(self, address: str, token: str = "") -> None:
        self.address, self.token = address, token
        self.headers = {"Authorization": f"token {token}"} if token else {}
        self._opener = urllib.request.build_opener(_NoRedirects)

    def ask(self, path: str, method: str = "GET") -> tuple[int, str]:
        body = b"{}" if method == "POST" else None
        request = urllib.request.Request(self.address + path, body, self.headers, method=method)
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

    def cookie(self, path: str) -> str:
        """What a browser would send after it asked for an address."""
        try:
            answer = self._opener.open(self.address + path, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            given = answer.headers.get_all("Set-Cookie") or []
        return "; ".join(each.split(";")[0] for each in given)

    def shut(self, name: str, path: str, method: str = "GET") -> Door:
        status, _ = self.ask(path, method)
        return Door(name, status >= 300, f"{method} {path} answered {status}")


def try_doors(address: str, token: str, apps: list[str], files: list[str]) -> Iterator[Door]:
    """Try every door of the server at `address`.

    apps : addresses below /voila/render/, quoted; files : paths below the folder that are no apps
    """
    outsider, viewer = _Visitor(address), _Visitor(address, token)
    for path in ["/", *(f"/voila/render/{app}" for app in apps), "/voila/static/voila.js"]:
        yield outsider.shut("without a token", path)
    for name, visitor in (("a file without a token", outsider), ("a file with a token", viewer)):
        for file in (*files, *(unquote(app.split("?")[0]) for app in apps)):
            for below in ("voila/files", "files", "api/contents", "voila/api/contents", "nbconvert/html", "static"):
                yield visitor.shut(name, f"/{below}/{quote(file)}")
    yield from (viewer.shut("a notebook that is not published", f"/voila/render/{quote(file)}") for file in files)
    yield from (viewer.shut("a bundle that is not published", f"/voila/render/result.ipynb?bundle={at}") for at in AWAY)
    yield from (viewer.shut("a way out of the folder", path) for path in ESCAPES)
    for path in ("/api/kernels", "/api/sessions", "/api/terminals"):
        yield viewer.shut("starting a program", path, "POST")
    yield viewer.shut("the list of other people's kernels", "/api/kernels")
    yield from (_overrides(viewer, app) for app in apps[:1])
    yield from _wires(viewer, outsider, apps)


def _overrides(viewer: _Visitor, app: str) -> Door:
    """A template or theme of the visitor's choice."""
    asked = f"/voila/render/{app}{'&' if '?' in app else '?'}voila-template=reveal&template=reveal&voila-theme=dark&theme=dark"
    status, page = viewer.ask(asked)
    ours = status == OPEN and "sl-back" in page and "reveal.js" not in page
    return Door(
        "a template or theme of the visitor's choice", ours, f"answered {status}, with our own template: {ours}"
    )


def _wires(viewer: _Visitor, outsider: _Visitor, apps: list[str]) -> Iterator[Door]:
    """The wire to a kernel: closed to outsiders, and deaf to code."""
    if not apps:
        return
    _, page = viewer.ask(f"/voila/render/{apps[0]}")
    found = re.search(r'"kernelId": ?"([\w-]+)"', page)
    if not found:
        yield Door("the wire to a kernel", False, f"{apps[0]} shows no kernel; does it run?")
        return
    wire = f"{viewer.address.replace('http', 'ws', 1)}/api/kernels/{found[1]}/channels"
    yield _refused("the wire to a kernel, without a token", wire, {})
    cookie = {
        "Cookie": outsider.cookie(f"/?token={viewer.token}")
    }  # as a browser has it, which a page elsewhere would use
    yield _refused("the wire to a kernel, from a page of another site", wire, cookie | ELSEWHERE)
    asked = f"{viewer.address.replace('http', 'ws', 1)}/voila/query/{found[1]}"
    yield _refused("what another viewer asked for", asked, viewer.headers)
    yield _deaf(wire, viewer)
    yield outsider.shut("another's kernel, without a token", f"/api/kernels/{found[1]}")
    yield viewer.shut("ending another's kernel by name", f"/api/kernels/{found[1]}", "DELETE")


def _refused(name: str, wire: str, headers: dict[str, str]) -> Door:
    try:
        with connect(wire, additional_headers=headers, open_timeout=10):
            return Door(name, False, "it opened")
    except InvalidStatus as error:
        return Door(name, True, f"answered {error.response.status_code}")


def _deaf(wire: str, viewer: _Visitor) -> Door:
    """Send code as a notebook would; it must not run."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "ran"
        code = f"open({str(trace)!r}, 'w').close()"
        try:
            with connect(wire, additional_headers=viewer.headers, open_timeout=10) as socket:
                socket.send(json.dumps(_execute(code)))
                until = time.monotonic() + WAIT
                while time.monotonic() < until and not trace.exists():
                    time.sleep(0.1)
        except ConnectionClosed:
            pass
        ran = trace.exists()
    return Door("running code in a kernel", not ran, "the code ran" if ran else "the code did not run")


def _execute(code: str) -> dict[str, object]:
    header = {"msg_id": "check", "msg_type": "execute_request", "username": "", "session": "check", "version": "5.4"}
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    return {
        "header": header | {"date": "2020-01-01T00:00:00Z"},
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
        "buffers": [],
    }
