"""Many viewers at once: how long each waits for the overview, what memory it takes, and whether kernels end afterwards.

python tests/benchmarks/viewers.py --viewers 20 --preheated 2

Each viewer is a client as a browser is one: it asks for the page, then opens the wire to its kernel and hears from it. The
drawing in the browsers themselves, which are on other people's machines, is not in it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import secrets
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from websockets.asyncio.client import connect

import workbench as wb
from tests.browser.driving import free_port
from tests.review_cases import alerting, new_case, say, scan
from tests.test_serving import running

SAID = "faces were seen and"  # in the overview's first sentence


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=20)
    parser.add_argument("--preheated", type=int, default=2)
    parser.add_argument("--bundles", type=int, default=12)
    parser.add_argument(
        "--idle", type=int, default=20, help="seconds after which a kernel without a viewer ends, for this run"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SECOND_LOOK_KEYS"] = str(Path(folder) / "keys")
        measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    """One server, all viewers at once."""
    case = new_case(folder / "case", "Ada", "Bob")
    for alert in scan(case, alerting(0), alerting(9, 1)):
        say(case, alert, "A. Ng", "same")
    for number in range(options.bundles):
        wb.publish(case, folder / "published" / f"place-{number}")
    token, port = secrets.token_urlsafe(24), free_port()
    command = ["widgets.serving", folder / "published", "--port", port, "--preheated", options.preheated]
    command += ["--kernels", options.viewers + 4, "--idle", options.idle]
    with running(command, port, folder / "log", SECOND_LOOK_TOKEN=token) as address:
        time.sleep(20)  # the preheated ones are ready
        before = memory(port)
        waits, most = asyncio.run(every(address, port, token, options.viewers))
        print(f"{len(waits)} of {options.viewers} viewers saw the overview of {options.bundles} results")
        print(f"waited: median {statistics.median(waits):.1f} s, longest {max(waits):.1f} s")
        print(f"memory (proportional): {before / 2**20:.0f} MiB before, at most {most / 2**20:.0f} MiB")
        print(f"kernels ended: {left(port, options)}")


async def every(address: str, port: int, token: str, viewers: int) -> tuple[list[float], int]:
    """All at once; the most memory meanwhile."""
    most, done = 0, asyncio.Event()

    async def watch() -> None:
        nonlocal most
        while not done.is_set():
            most = max(most, await asyncio.to_thread(memory, port))
            await asyncio.sleep(1)

    watching = asyncio.create_task(watch())
    waits = await asyncio.gather(*(one(address, token) for _ in range(viewers)))
    done.set()
    await watching
    return list(waits), most


async def one(address: str, token: str) -> float:
    """Seconds until a viewer has the page, and over the wire what its widgets show."""
    headers, begin = {"Authorization": f"token {token}"}, time.monotonic()
    request = urllib.request.Request(f"{address}/voila/render/overview.ipynb", headers=headers)
    page = await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=120).read().decode())
    found = re.search(r'"kernelId": ?"([\w-]+)"', page)
    assert found, page[-2000:]
    wire = f"{address.replace('http', 'ws', 1)}/api/kernels/{found[1]}/channels"
    async with connect(wire, additional_headers=headers, max_size=None) as line:
        comm = {"comm_id": secrets.token_hex(16)}
        opening = comm | {"target_name": "jupyter.widget.control", "data": {}}
        await line.send(json.dumps(message("comm_open", opening, {"version": "1.0.0"})))
        await line.send(json.dumps(message("comm_msg", comm | {"data": {"method": "request_states"}})))
        while SAID not in str(await line.recv()):
            pass
        return time.monotonic() - begin


def message(kind: str, content: dict[str, object], metadata: dict[str, str] | None = None) -> dict[str, object]:
    """What a page sends to its kernel."""
    header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "username": "", "session": "viewers", "version": "5.4"}
    parts = {"parent_header": {}, "metadata": metadata or {}, "content": content, "channel": "shell", "buffers": []}
    return {"header": header | {"date": "2020-01-01T00:00:00Z"}, **parts}


def memory(port: int) -> int:
    """Bytes of the server and its kernels, shared pages divided among those who share them."""
    return sum(_pss(process) for process in processes(port))


def processes(port: int) -> list[Path]:
    """The server at a port, and what it started."""
    every_ = [path for path in Path("/proc").iterdir() if path.name.isdigit()]
    lines = {path: _line(path) for path in every_}
    server = next(
        (path for path, line in lines.items() if f"--port\0{port}\0" in line and "widgets.serving" in line), None
    )
    return [] if server is None else [server, *(path for path in every_ if _parent(path) == server.name)]


def _line(path: Path) -> str:
    try:
        return (path / "cmdline").read_text(errors="replace")
    except OSError:
        return ""


def _parent(path: Path) -> str:
    try:
        return (path / "stat").read_text().rsplit(")", 1)[1].split()[1]
    except (OSError, IndexError):
        return ""


def _pss(path: Path) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", (path / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def left(port: int, options: argparse.Namespace) -> str:
    """Wait until only the kernels that are kept ready are there."""
    begin, kept = time.monotonic(), 2 * options.preheated
    while time.monotonic() - begin < 120:
        kernels = len(processes(port)) - 1
        if kernels <= kept:
            return f"{kernels} are left, of which {kept} are kept ready, after {time.monotonic() - begin:.0f} s"
        time.sleep(2)
    return f"no: {kernels} are left after two minutes"


if __name__ == "__main__":
    main()
