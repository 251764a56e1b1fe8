"""`python -m widgets.serving DIR`: what `workbench serve DIR` starts."""

from __future__ import annotations

import argparse
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

from widgets.serving import quick  # noqa: F401  before all that it makes quick
from widgets.serving.check import try_doors
from widgets.serving.hub import place
from widgets.serving.server import Server
from widgets.serving.shelf import shelf_for
from workbench.errors import InputError, WorkbenchError

TOKEN = "SECOND_LOOK_TOKEN"  # through the environment: everybody on a machine can read a command line
PATIENCE = 60.0  # seconds for a server to start


def main() -> int:
    """Serve until stopped, or try the doors and end; what cannot be done is said in a line."""
    try:
        return _main()
    except WorkbenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=8866)
    parser.add_argument("--ip", default="127.0.0.1")
    parser.add_argument("--kernels", type=int, default=24)
    parser.add_argument("--preheated", type=int, default=1)
    parser.add_argument("--idle", type=int, default=600)
    parser.add_argument("--theme", choices=("auto", "light", "dark"), default="auto")
    parser.add_argument("--desk", default="", metavar="NAME")
    parser.add_argument("--hub", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = vars(parser.parse_args())
    at = place() if options.pop("hub") else None
    if options.pop("check"):
        return check(options["folder"], options["desk"])
    with tempfile.TemporaryDirectory(prefix="second-look-") as stage:
        shelf = shelf_for(options.pop("folder"), Path(stage), options.pop("desk"), hub=at is not None)
        server = Server(shelf, **options, token=os.environ.pop(TOKEN, ""), at=at)
        apps = f"{len(shelf.contents())} app{'' if len(shelf.contents()) == 1 else 's'}"
        where = f"{server.base_url} of the hub" if at else f"http://{server.ip}:{server.port}/?token={server.token}"
        if not at and not _free(server.ip, server.port):
            raise InputError(f"port {server.port} is taken; end what listens there, or give another one: --port N")
        print(f"{apps} at {where}", file=sys.stderr, flush=True)
        server.start()
    return 0


def check(folder: Path, desk: str) -> int:
    """Start the server on a port that is free, try its doors, say what was found, end it."""
    token, port = secrets.token_urlsafe(24), _free_port()
    command = [sys.executable, "-m", "widgets.serving", str(folder), "--port", str(port), "--preheated", "0"]
    command += ["--desk", desk] if desk else []
    server = subprocess.Popen(command, env=os.environ | {TOKEN: token}, stderr=subprocess.DEVNULL)
    try:
        if not _answers(f"http://127.0.0.1:{port}/login", server):
            print("error: the server did not start; start it without --check to see why", file=sys.stderr)
            return 1
        with tempfile.TemporaryDirectory() as stage:
            apps = [at for at, _ in shelf_for(folder, Path(stage), desk).contents()]
        files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*")) if path.is_file()]
        others = [file for file in files if quote(file) not in apps]
        doors = list(try_doors(f"http://127.0.0.1:{port}", token, apps, others))
    finally:
        server.terminate()
        server.wait(30)
    print("\n".join(str(door) for door in sorted(doors, key=lambda door: door.shut)))
    print(f"{sum(door.shut for door in doors)} of {len(doors)} doors are shut")
    return 0 if all(door.shut for door in doors) else 1


def _answers(address: str, server: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return True
        except urllib.error.HTTPError as early:  # it listens, and is not ready to answer
            early.close()
        except OSError:
            pass
        time.sleep(0.2)
    return False


def _free(ip: str, port: int) -> bool:
    """Whether a server could listen there; one that ended a moment ago does not stand in the way."""
    with socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ip, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    raise SystemExit(main())
