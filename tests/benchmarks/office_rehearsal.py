"""A rehearsal of docs/office.md on one machine, with the configuration files of docs/office/ as they are but for places and ports.

    PATH=...:$PATH python -m tests.benchmarks.office_rehearsal [--pictures FOLDER] [--log FILE]

PostgreSQL, JupyterHub with its proxy, nginx with TLS, and two services over one case are started; each person then asks at every
door over https, and each must answer with the one status that is right; a reviewer judges an alert in a browser; the case is
backed up while somebody works on it, taken away, restored into another database, and verified. Ends with 1 if anything was wrong.
Needs what an office needs: PostgreSQL, nginx, jupyterhub, configurable-http-proxy. Two things are not as in an office: people
sign in with one password (`shared-password`) instead of the accounts of the machine (PAM), and their servers run as who runs this.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

import requests

from tests.benchmarks.office_site import CHECKER, OFFICE, ROOT, Site, office
from tests.browser.driving import chromium
from tests.postgres import PASSWORD, Server, binaries, serving
from tests.review_cases import alerting, new_case, say, scan
from widgets.serving.check import try_doors
from workbench.case import Case
from workbench.errors import WorkbenchError
from workbench.publishing import publish

Found = Iterator[tuple[bool, str]]  # whether it was as it must be, and what was done and found
RESULT = "/services/published/voila/render/result.ipynb?bundle=north"
DESK = "/services/desk-014/voila/render/desk.ipynb"
LAB = "/user/ann/lab"
# who asks for what, the status that is right, a word that must be there
DOORS = [
    ("mo", "/services/published/", 200, "All deployments"),
    ("mo", RESULT, 200, "sl-back"),
    ("mo", "/services/desk-014/", 403, ""),
    ("mo", DESK, 403, ""),
    ("mo", "/hub/spawn", 403, ""),
    ("mo", LAB, 403, ""),
    ("mo", "/hub/admin", 403, ""),
    ("cat", "/services/desk-014/", 200, "Review desk"),
    ("cat", DESK, 200, "sl-back"),
    ("cat", "/services/published/", 403, ""),
    ("cat", RESULT, 403, ""),
    ("cat", "/hub/spawn", 403, ""),
    ("cat", LAB, 403, ""),
    ("cat", "/hub/admin", 403, ""),
    ("ann", "/services/published/", 200, "All deployments"),
    ("ann", RESULT, 200, "sl-back"),
    ("ann", "/services/desk-014/", 403, ""),
    ("ann", DESK, 403, ""),
    ("ann", "/hub/admin", 403, ""),
    ("ben", LAB, 403, ""),
]
LANDS = {"mo": "/services/published/", "cat": "/services/desk-014/"}


def main() -> int:
    """Run it; 1 if anything was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pictures", type=Path, help="take pictures of what a manager, a reviewer and an investigator see"
    )
    parser.add_argument("--log", type=Path, help="keep what the hub and its services said")
    options = parser.parse_args()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="second-look-office-")))
        server = stack.enter_context(serving())
        os.environ |= {"SECOND_LOOK_OFFICE": str(place), "SECOND_LOOK_KEYS": str(place / "keys")}
        os.environ |= {"PGPASSFILE": str(_passes(place, server.port)), "PYTHONPATH": _path()}
        print("with", _versions(), flush=True)
        case = _case(place, server.url())
        if options.log:
            stack.callback(shutil.copyfile, place / "hub.log", options.log)
        site = stack.enter_context(office(place))
        wrong = 0
        for part in (
            _tls(site),
            _doors(site),
            _own_doors(site),
            _seen(site, case, options.pictures),
            _rows(case, server),
        ):
            wrong += _said(part)
        wrong += _said(_backed_up(place, case, server))
    print("all as it must be" if not wrong else f"{wrong} not as it must be")
    return 1 if wrong else 0


def _said(found: Found) -> int:
    """Print each line; how many were not as they must be."""
    wrong = 0
    for good, line in found:
        print("ok   " if good else "WRONG", line, flush=True)
        wrong += not good
    return wrong


def _versions() -> str:
    """What runs here, each as it says itself."""
    postgres = subprocess.run([str(binaries() / "postgres"), "--version"], capture_output=True, text=True, check=True)  # type: ignore[operator]
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    proxy = subprocess.run(["configurable-http-proxy", "--version"], capture_output=True, text=True, check=True).stdout
    packages = ", ".join(f"{name} {version(name)}" for name in ("jupyterhub", "jupyterlab", "voila", "psycopg"))
    found = [f"Python {platform.python_version()}", packages, f"configurable-http-proxy {proxy.strip()}"]
    return ", ".join([*found, nginx.strip().split(": ")[-1], postgres.stdout.strip()])


def _path() -> str:
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))


def _passes(place: Path, port: int) -> Path:
    file = place / "pgpass"
    file.write_text(f"127.0.0.1:{port}:*:officer:{PASSWORD}\n")
    file.chmod(0o600)
    return file


def _case(place: Path, url: str) -> Case:
    """A case with two alerts, one of them judged by two people, published."""
    for name in ("cases", "hub", "nginx"):
        (place / name).mkdir()
    case = new_case(place / "cases" / "014", "Ada", "Bob", database=url)
    alert, *_ = scan(case, alerting(0), alerting(9, 1))
    for reviewer in ("A. Ng", "B. Ott"):
        say(case, alert, reviewer, "same")
    publish(case, place / "published" / "north")
    return case


def _tls(site: Site) -> Found:
    """Only nginx can be reached from elsewhere, and only over TLS."""
    plain = requests.get(site.address.replace("https", "http"), timeout=30)
    yield plain.status_code == 400, f"plain http at the port of https: {plain.status_code}"
    try:
        requests.get(site.address, timeout=30)
        yield False, "a certificate that nobody knows was taken"
    except requests.exceptions.SSLError:
        yield True, "a visitor who does not know the certificate's issuer is warned"
    old = [
        "openssl",
        "s_client",
        "-connect",
        site.address.removeprefix("https://"),
        "-tls1_1",
        "-cipher",
        "ALL@SECLEVEL=0",
    ]
    refused = subprocess.run(old, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode
    yield refused != 0, "TLS 1.1 is refused"
    header = requests.get(site.address + "/hub/login", verify=site.certificate, timeout=30).headers
    yield "max-age=31536000" in header.get("Strict-Transport-Security", ""), "browsers are told to come over https only"
    inside = {name: port for name, port in site.ports.items() if name != "443"}
    elsewhere = [name for name, port in inside.items() if _hosts(port) - {"0100007F"}]
    yield not elsewhere, f"hub, proxy and services listen at 127.0.0.1 alone {elsewhere or ''}"


def _hosts(port: int) -> set[str]:
    """The addresses at which this machine listens at a port, as /proc/net/tcp writes them."""
    rows = [line.split() for file in ("tcp", "tcp6") for line in Path("/proc/net", file).read_text().splitlines()[1:]]
    listening = [row[1].split(":") for row in rows if row[3] == "0A"]
    return {host for host, at in listening if int(at, 16) == port}


def _doors(site: Site) -> Found:
    """Everybody asks at every door, ann's JupyterLab running."""
    people = {name: site.signed_in(name)[0] for name in ("mo", "cat", "ann", "ben")}
    yield _lab_of(people["ann"], site), f"ann (investigator) starts JupyterLab, and is at {LAB}"
    for name, path, status, word in DOORS:
        answer = people[name].get(site.address + path, timeout=90)
        good = answer.status_code == status and word in answer.text
        yield good, f"{name} asks for {path}: {answer.status_code}" + ("" if good else f", not {status} {word!r}")
    for name in ("mo", "cat"):
        yield _starts_by_the_api(people[name], site, name)
        answer = people[name].get(site.address + "/", timeout=90)
        landed = answer.url.removeprefix(site.address)
        yield landed == LANDS[name], f"{name} opens the office's address and lands at {landed}"
    yield from _outside(site)
    kept = {cookie.name: cookie.secure for cookie in people["mo"].cookies}
    plain = [name for name, secure in kept.items() if not secure]
    yield len(kept) > 2 and not plain, f"mo's {len(kept)} cookies go over https only {plain or ''}"


def _lab_of(person: requests.Session, site: Site) -> bool:
    """Start JupyterLab, and wait until it is there."""
    person.get(f"{site.address}/hub/spawn", timeout=90)
    until = time.monotonic() + 90
    while time.monotonic() < until:
        lab = person.get(site.address + LAB, timeout=60)
        if lab.status_code == 200 and lab.url.split("?")[0] == site.address + LAB and "JupyterLab" in lab.text:
            return True
        time.sleep(1)
    return False


def _starts_by_the_api(person: requests.Session, site: Site, name: str) -> tuple[bool, str]:
    """The way to a server of one's own past the page: the hub's interface, with the page's own token against forgery."""
    page = person.get(f"{site.address}/hub/home", timeout=60).text
    token = re.search(r'xsrf_token: "([^"]+)"', page)
    headers = {"X-XSRFToken": token[1] if token else "", "Referer": f"{site.address}/hub/home"}
    answer = person.post(f"{site.address}/hub/api/users/{name}/server", headers=headers, timeout=60)
    said = answer.json().get("message", "") if answer.content else ""
    return answer.status_code == 403, f"{name} starts a server by the hub's interface: {answer.status_code} {said}"


def _outside(site: Site) -> Found:
    """Who is not signed in, and who is nobody here."""
    for path in ("/services/published/", DESK, "/hub/home", LAB):
        answer = requests.get(site.address + path, verify=site.certificate, timeout=30)
        at = answer.url.split("?")[0].removeprefix(site.address)
        yield at == "/hub/login" and answer.status_code == 200, f"an outsider asks for {path}: is led to {at}"
    zoe, status = site.signed_in("zoe")
    yield status == 403, f"zoe, whom nobody let in, signs in with the right password: {status}"
    at = zoe.get(f"{site.address}/services/published/", timeout=30).url.split("?")[0].removeprefix(site.address)
    yield at == "/hub/login", f"zoe asks for /services/published/: is led to {at}"


def _own_doors(site: Site) -> Found:
    """What `workbench serve --check` tries, as somebody whom the hub lets in."""
    at, apps = (
        f"http://127.0.0.1:{site.ports['8870']}/services/published",
        ["overview.ipynb", "result.ipynb?bundle=north"],
    )
    doors = list(try_doors(at, CHECKER, apps, ["north/bundle.json", "north/page.html"]))
    open_ones = [str(door) for door in doors if not door.shut]
    yield (
        not open_ones and len(doors) > 40,
        f"{len(doors) - len(open_ones)} of {len(doors)} doors of the service are shut {open_ones or ''}",
    )


def _seen(site: Site, case: Case, folder: Path | None) -> Found:
    """Results, desk and JupyterLab in a real browser; the reviewer judges an alert, whatever name the address says."""
    with chromium() as browser:
        for name, path, wait in (
            ("", "/", "input[type=password]"),
            ("mo", RESULT, "text=2 alerts were raised"),
            ("cat", f"{DESK}?reviewer=dan", ".sl-ar-count"),
            ("ann", LAB, ".jp-Launcher"),
        ):
            context = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900})
            cookies = site.signed_in(name)[0].cookies if name else ()
            known = [(each.name, each.value or "", each.path) for each in cookies]
            context.add_cookies([{"name": n, "value": v, "domain": "127.0.0.1", "path": p} for n, v, p in known])
            page = context.new_page()
            page.goto(site.address + path)
            page.wait_for_selector(wait, timeout=90_000)
            page.wait_for_timeout(2000)
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{name or 'outsider'}.png")
            yield True, f"{name or 'an outsider'} sees {path} in a browser: {wait}"
            if name == "cat":
                yield _judged(page, case)
            context.close()


def _judged(page: Any, case: Case) -> tuple[bool, str]:
    """The alert on the screen, by keyboard; whose the decision is."""
    before = len(case.decisions())
    page.locator(".sl-ar").focus()
    for key in ("a", "n", "n", "k", "k", "k", "1", "5", "r"):
        page.keyboard.press(key)
    page.keyboard.type("the lobe")
    for key in ("Escape", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector('.sl-ar[data-state="after"]', timeout=30_000)
    made = case.decisions()[before:]
    who = [each.reviewer for each in made]
    return who == ["cat"], f"cat judges an alert, the address says dan: the decision's name is {who}"


def _rows(case: Case, server: Server) -> Found:
    """Where the case is."""
    schema = re.search(r'"(case_[0-9a-f]+)"', (case.folder / "case.database").read_text())
    assert schema
    rows = server.order(f'SELECT count(*) FROM "{schema[1]}".decision')[0][0]
    files = sorted(path.name for path in case.folder.iterdir())
    yield (
        rows == len(case.decisions()) and "case.sqlite" not in files,
        f"{rows} decisions are rows of PostgreSQL; the folder has {files}",
    )


def _backed_up(place: Path, case: Case, server: Server) -> Found:
    """Back up while somebody works, lose everything, restore, verify."""
    stop, before = threading.Event(), len(case.log)
    worker = threading.Thread(target=_work, args=(case.folder, stop))
    worker.start()
    time.sleep(2)
    began = time.monotonic()
    subprocess.run(["sh", OFFICE / "backup.sh", case.folder, place / "backup", place / "safe"], check=True)
    seconds = time.monotonic() - began
    time.sleep(1)
    stop.set()
    worker.join()
    log = list(case.log)
    yield not list((place / "backup").rglob("*.key")), f"backed up in {seconds:.1f} s; the key lies apart"
    yield _lost(place, case, server), "the folder, the keys and the database are gone: the case cannot be opened"
    server.order("CREATE DATABASE restored", database="postgres")
    done = _restored(place, server)
    lines = "; ".join((done.stdout + done.stderr).split("\n")[:1])
    yield done.returncode == 0 and "nothing was altered" in done.stdout, f"restored: {lines}"
    back = Case(place / "cases" / "restored")
    kept = list(back.log)
    yield (
        kept == log[: len(kept)] and before < len(kept) < len(log),
        f"its log is the first {len(kept)} of {len(log)} entries, the same one by one",
    )
    alerts = [alert.id for run in back.runs for alert in back.run(run).alerts]
    opened = sum(len(back.pictures(alert)) for alert in alerts)
    yield opened == 3 * len(alerts) > 6, f"all {opened} pictures of {len(alerts)} alerts open with the restored key"
    yield back.verify(footage=False).clean, "it verifies clean in this process too"


def _lost(place: Path, case: Case, server: Server) -> bool:
    shutil.rmtree(case.folder)
    shutil.rmtree(place / "keys")
    server.order("DROP DATABASE cases WITH (FORCE)", database="postgres")
    try:
        len(Case(case.folder).log)
    except WorkbenchError:
        return True
    return False


def _restored(place: Path, server: Server) -> subprocess.CompletedProcess[str]:
    tools = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    command = ["sh", OFFICE / "restore.sh", place / "backup", place / "safe", place / "cases" / "restored"]
    address = server.url("restored") + "?application_name=office&connect_timeout=5"
    return subprocess.run([*command, address], env=tools, capture_output=True, text=True, check=False)


def _work(folder: Path, stop: threading.Event) -> None:
    """What people do meanwhile: scans that keep pictures, and decisions."""
    mine, source = Case(folder), 0
    while not stop.wait(0.1):
        source += 1
        (alert,) = scan(mine, alerting(20.0), source=f"{source:08x}"[:1] or "b", key=f"meanwhile {source}")
        say(mine, alert, "ben", "different")


if __name__ == "__main__":
    raise SystemExit(main())
