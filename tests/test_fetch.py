"""Downloads are continued where they were cut, checked by hash, and leave nothing wrong behind."""

import fcntl
import hashlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from workbench.errors import InputError, PackError
from workbench.models import fetching
from workbench.models.fetching import by_hand, download
from workbench.models.sources import SOURCES, Download

BODY = bytes(range(256)) * 4000  # 1.024 MB
SHA = hashlib.sha256(BODY).hexdigest()


@dataclass
class Behaviour:
    """What the server does, and what it was asked.

    cut_after : bytes of an answer after which the line breaks, one number a request; none left: no cut
    ranges : whether it can continue a download
    """

    cut_after: list[int] = field(default_factory=list)
    ranges: bool = True
    asked: list[str] = field(default_factory=list)
    url: str = ""


def handler(behaviour: Behaviour) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wish = self.headers.get("Range", "")
            behaviour.asked.append(wish)
            if self.path != "/pack.zip":
                return self.send_error(404)
            start = int(wish[6:-1]) if wish and behaviour.ranges else 0
            if start >= len(BODY):
                return self.send_error(416)
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
            self.send_header("Content-Length", str(len(BODY) - start))
            self.end_headers()
            cut = behaviour.cut_after.pop(0) if behaviour.cut_after else len(BODY)
            self.wfile.write(BODY[start:][:cut])

        def log_message(self, format: str, *args: object) -> None: ...

    return Handler


@pytest.fixture
def server() -> Iterator[Behaviour]:
    behaviour = Behaviour()
    with ThreadingHTTPServer(("127.0.0.1", 0), handler(behaviour)) as running:
        behaviour.url = f"http://127.0.0.1:{running.server_port}/pack.zip"
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield behaviour
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_download_arrives_whole_and_tells_how_far_it_is(server: Behaviour, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    path = download(Download(server.url, SHA), tmp_path, lambda done, total: told.append((done, total)))
    assert path == tmp_path / "pack.zip" and path.read_bytes() == BODY and left(tmp_path) == ["pack.zip"]
    assert told[-1] == (len(BODY), len(BODY))


def test_what_is_there_is_not_fetched_again(server: Behaviour, tmp_path: Path) -> None:
    (tmp_path / "pack.zip").write_bytes(BODY)
    download(Download(server.url, SHA), tmp_path)
    assert server.asked == []


def test_a_cut_download_is_continued_where_it_was_cut(server: Behaviour, tmp_path: Path) -> None:
    server.cut_after = [300_000, 200_000]
    assert download(Download(server.url, SHA), tmp_path).read_bytes() == BODY
    assert server.asked == ["", "bytes=300000-", "bytes=500000-"]


def test_what_came_is_kept_for_the_next_call(server: Behaviour, tmp_path: Path) -> None:
    server.cut_after = [100_000] * 3
    with pytest.raises(PackError, match=r"0\.3 MB are kept, run the same command again"):
        download(Download(server.url, SHA), tmp_path)
    assert left(tmp_path) == [f"pack.zip.{SHA[:16]}.part"]
    assert download(Download(server.url, SHA), tmp_path).read_bytes() == BODY
    assert server.asked[-1] == "bytes=300000-" and left(tmp_path) == ["pack.zip"]


def test_a_server_that_cannot_continue_starts_again(server: Behaviour, tmp_path: Path) -> None:
    server.ranges, server.cut_after = False, [300_000]
    assert download(Download(server.url, SHA), tmp_path).read_bytes() == BODY
    assert server.asked == ["", "bytes=300000-"]


def test_a_part_that_was_whole_already_is_accepted(server: Behaviour, tmp_path: Path) -> None:
    (tmp_path / f"pack.zip.{SHA[:16]}.part").write_bytes(BODY)
    assert download(Download(server.url, SHA), tmp_path).read_bytes() == BODY


def test_a_wrong_hash_leaves_nothing_behind(server: Behaviour, tmp_path: Path) -> None:
    with pytest.raises(PackError, match=f"its SHA-256 is {SHA}, not {'0' * 64}; nothing was kept"):
        download(Download(server.url, "0" * 64), tmp_path)
    assert left(tmp_path) == []


def test_a_spoiled_part_leaves_nothing_behind_either(server: Behaviour, tmp_path: Path) -> None:
    (tmp_path / f"pack.zip.{SHA[:16]}.part").write_bytes(b"x" * 1000)
    with pytest.raises(PackError, match="nothing was kept"):
        download(Download(server.url, SHA), tmp_path)
    assert left(tmp_path) == []
    assert download(Download(server.url, SHA), tmp_path).read_bytes() == BODY


def test_two_who_fetch_the_same_at_once_get_one_download(server: Behaviour, tmp_path: Path) -> None:
    what, began, go_on = Download(server.url, SHA), threading.Event(), threading.Event()

    def hold(done: int, total: int | None) -> None:
        began.set()
        assert go_on.wait(20)

    with ThreadPoolExecutor(2) as both:
        first = both.submit(download, what, tmp_path, hold)
        assert began.wait(20)
        second = both.submit(download, what, tmp_path)
        with pytest.raises(TimeoutError):
            second.result(0.3)  # it waits
        go_on.set()
        assert first.result(20) == second.result(20) == tmp_path / "pack.zip"
    assert (tmp_path / "pack.zip").read_bytes() == BODY and left(tmp_path) == ["pack.zip"] and server.asked == [""]


def test_who_waited_for_a_download_that_failed_makes_it_anew(server: Behaviour, tmp_path: Path) -> None:
    part = tmp_path / f"pack.zip.{SHA[:16]}.part"
    with ThreadPoolExecutor(1) as other:
        with part.open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            second = other.submit(download, Download(server.url, SHA), tmp_path)
            with pytest.raises(TimeoutError):
                second.result(0.3)
            part.unlink()
        assert second.result(20).read_bytes() == BODY
    assert left(tmp_path) == ["pack.zip"]


def test_a_place_that_cannot_be_written_is_one_line(server: Behaviour, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PackError, match=r"pack\.zip\.\w+\.part cannot be written \(.*\); see SECOND_LOOK_CACHE"):
        download(Download(server.url, SHA), tmp_path / "file")


def test_a_missing_file_is_one_line(server: Behaviour, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="the server says 404") as caught:
        download(Download(server.url.replace("pack", "gone"), SHA), tmp_path)
    assert "\n" not in str(caught.value) and left(tmp_path) == []


def test_nobody_there_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: connections are refused, and nobody else gets the port
        with pytest.raises(PackError, match="refused") as caught:
            download(Download(f"http://127.0.0.1:{taken.getsockname()[1]}/pack.zip", SHA), tmp_path)
    assert "\n" not in str(caught.value) and left(tmp_path) == []


def test_an_endless_file_is_stopped(server: Behaviour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 500_000)
    with pytest.raises(PackError, match="larger than any pack"):
        download(Download(server.url, SHA), tmp_path)
    assert left(tmp_path) == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/pack.zip", "http://127.0.0.1/"])
def test_only_files_of_the_web_are_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not an http or https address of a file"):
        download(Download(url, SHA), tmp_path)


def test_without_a_hash_nothing_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        download(Download("http://127.0.0.1/pack.zip"), tmp_path)


def test_every_known_pack_has_addresses_hashes_and_terms() -> None:
    assert {"buffalo_l", "buffalo_s", "antelopev2", "auraface"} <= set(SOURCES)
    for source in SOURCES.values():
        assert source.terms and source.size > 0
        for each in source.downloads:
            assert each.url.startswith("https://") and len(each.sha256) == 64 and int(each.sha256, 16)


def test_the_way_by_hand_names_address_hash_and_command() -> None:
    words = by_hand(SOURCES["buffalo_s"].downloads, "buffalo_s")
    assert "releases/download/v0.7/buffalo_s.zip" in words and "d85a87f5" in words
    assert words.endswith("workbench models add buffalo_s.zip --name buffalo_s")
    assert "models add FOLDER" in by_hand(SOURCES["auraface"].downloads, "auraface")
