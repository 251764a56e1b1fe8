"""An office on one machine: nginx, JupyterHub and two services, with the files of docs/office/ moved to other places and ports."""

from __future__ import annotations

import getpass
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
OFFICE, SIGN_IN, CHECKER = ROOT / "docs" / "office", "a password of the rehearsal", "5" * 40
PORTS = ("443", "8000", "8001", "8081", "8870", "8871")  # as the files have them
LOCAL = """
load_subconfig({config!r})
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = {password!r}
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r}
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser", "--allow-root"]
c.Spawner.env_keep = ["PATH", "LANG", "PYTHONPATH"]
for each in c.JupyterHub.services:  # wherever jupyterhub was put for the rehearsal
    each["environment"]["PYTHONPATH"] = {path!r}
c.JupyterHub.services += [{{"name": "checker", "api_token": {checker!r}}}]
c.JupyterHub.load_roles += [{{"name": "checker", "scopes": ["access:services!service=published"], "services": ["checker"]}}]
"""


@dataclass(frozen=True)
class Site:
    """The office as it runs.

    address : over https; certificate : the file with which nginx's is checked
    ports : where what listens, by the port that the files have
    """

    address: str
    certificate: str
    ports: dict[str, int]

    def signed_in(self, name: str) -> tuple[requests.Session, int]:
        """Somebody's browser after the form of the hub was sent, and what the hub answered."""
        person = requests.Session()
        person.verify, person.trust_env = self.certificate, False
        token = re.search(r'name="_xsrf" value="([^"]+)"', person.get(f"{self.address}/hub/login").text)
        form = {"username": name, "password": SIGN_IN, "_xsrf": token[1] if token else ""}
        answer = person.post(f"{self.address}/hub/login", data=form, allow_redirects=False)
        return person, answer.status_code


@contextmanager
def office(place: Path) -> Iterator[Site]:
    """Start it below `place`; what it says lies in `place`/hub.log."""
    ports = dict(zip(PORTS, _free(len(PORTS)), strict=True))
    _certificate(place)
    for name in ("nginx.conf", "jupyterhub_config.py"):
        (place / name).write_text(_moved((OFFICE / name).read_text(), place, ports))
    (place / "local.py").write_text(
        LOCAL.format(
            config=str(place / "jupyterhub_config.py"),
            password=SIGN_IN,
            homes=str(place / "homes" / "{username}"),
            python=sys.executable,
            path=os.environ["PYTHONPATH"],
            checker=CHECKER,
        )
    )
    site = Site(f"https://127.0.0.1:{ports['443']}", str(place / "nginx" / "office.pem"), ports)
    with (place / "hub.log").open("wb") as log, _running(place, log):
        _await(f"{site.address}/hub/health", 200, site.certificate, place / "hub.log")
        for name in ("published", "desk-014"):  # who is not signed in is sent to the hub as soon as the service answers
            _await(f"{site.address}/services/{name}/", 302, site.certificate, place / "hub.log")
        yield site


@contextmanager
def _running(place: Path, log: object) -> Iterator[None]:
    surroundings = os.environ | {"SECOND_LOOK_ACCOUNT": getpass.getuser()}
    hub = [sys.executable, "-m", "jupyterhub", "-f", str(place / "local.py")]
    nginx = ["nginx", "-c", str(place / "nginx.conf"), "-g", "daemon off;"]
    more = {"cwd": place / "hub", "env": surroundings, "stdout": log, "stderr": log, "start_new_session": True}
    processes = [subprocess.Popen(command, **more) for command in (hub, nginx)]  # type: ignore[call-overload]
    try:
        yield
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(60)
            with suppress(ProcessLookupError):  # what it started and left
                os.killpg(process.pid, signal.SIGKILL)


def _moved(text: str, place: Path, ports: dict[str, int]) -> str:
    """A configuration with its places and ports exchanged, and nothing else."""
    text = text.replace("/srv/second-look", str(place)).replace("listen 443", "listen 127.0.0.1:443")
    return re.sub(rf"\b({'|'.join(PORTS)})\b", lambda found: str(ports[found[0]]), text)


def _certificate(place: Path) -> None:
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=office -addext subjectAltName=IP:127.0.0.1"
    where = ["-keyout", str(place / "nginx/office.key"), "-out", str(place / "nginx/office.pem")]
    subprocess.run([*made.split(), *where], check=True, capture_output=True)


def _free(count: int) -> list[int]:
    """Ports that nobody has, all different."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _await(address: str, status: int, certificate: str, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        with suppress(requests.ConnectionError):
            answer = requests.get(address, verify=certificate, timeout=10, allow_redirects=False)
            if answer.status_code == status:
                return
        time.sleep(0.3)
    raise TimeoutError(f"{address} does not answer {status}:\n{log.read_text()[-6000:]}")
