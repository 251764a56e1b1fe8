"""Addresses of databases, cameras and packs: what is secret in them is shown and sent nowhere."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import call, refused
from workbench.casefile.address import FILE, VARIABLE, chosen, read
from workbench.errors import CaseError, InputError
from workbench.footage.address import Address as Camera
from workbench.models.fetching import by_hand, download
from workbench.models.sources import Download

SCHEMA = f"case_{'0' * 16}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(VARIABLE, raising=False)
    case = tmp_path / "case"
    (case / "blobs").mkdir(parents=True)
    return case


def naming(folder: Path, address: str) -> Path:
    (folder / FILE).write_text(f'database = "{address}"\nschema = "{SCHEMA}"\n')
    return folder


@pytest.mark.parametrize(
    "more", ["hostaddr=10.0.0.9", "passfile=/home/ann/.pgpass", "options=-cx%3D1", "gssdelegation=1"]
)
def test_a_folder_may_not_send_the_connection_or_a_kept_password_elsewhere(folder: Path, more: str) -> None:
    with pytest.raises(InputError, match=f"sets {more.partition('=')[0]}, which an address in a case's folder may not"):
        read(naming(folder, f"postgresql://db.office/cases?{more}"))
    with pytest.raises(InputError, match="give the whole address as SECOND_LOOK_DATABASE"):
        chosen(f"postgresql://db.office/cases?{more}")


def test_what_the_user_names_may_say_more_and_what_is_not_known_is_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "postgresql://ann:hunter2@db.office/cases?passwd=sesame&sslmode=require")
    found = read(naming(folder, "postgresql://elsewhere/cases"))
    assert found.named and str(found) == "postgresql://ann@db.office/cases?sslmode=require"
    monkeypatch.delenv(VARIABLE)
    assert not read(folder).named


@pytest.mark.parametrize(
    ("address", "said"), [("u:SEC@RET@127.0.0.1/x", "written %40"), ("db.office/x?plugin=foo", "loads no plugin")]
)
def test_a_wrong_address_is_said_without_what_stands_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    monkeypatch.setenv(VARIABLE, f"postgresql://{address}")
    with pytest.raises(InputError, match=said) as caught:
        chosen(None)
    assert "RET" not in str(caught.value)


class Listener:
    """A server that says it is PostgreSQL and asks for the password as it is."""

    def __init__(self) -> None:
        self.got = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            with peer:
                peer.settimeout(5)
                if struct.unpack("!ii", peer.recv(8))[1] in (80877103, 80877104):  # TLS or GSS wanted: no
                    peer.sendall(b"N")
                    peer.recv(4)
                peer.recv(1000)
                peer.sendall(b"R" + struct.pack("!ii", 8, 3))
                self.got += peer.recv(1000)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.close()


def test_a_server_that_only_a_folder_names_does_not_get_the_password(
    folder: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "office-secret")
    naming(folder, f"postgresql://clerk@127.0.0.1:{listener.port}/cases")
    said = refused(call("case", "info", str(folder)))
    assert "asks for the password itself" in said and b"office-secret" not in listener.got


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://10.0.0.7:554/user=admin_password=hunter2_channel=1.sdp", "rtsp://10.0.0.7:554/…"),
        ("rtsp://10.0.0.7/live/user=admin&password=hunter2/1", "rtsp://10.0.0.7/live/…"),
        ("http://ann:hunter2@10.0.0.7:80/cam/mjpeg?pwd=hunter2", "http://10.0.0.7:80/cam/mjpeg"),
        ("rtsp://10.0.0.7/Streaming/Channels/101", "rtsp://10.0.0.7/Streaming/Channels/101"),
    ],
)
def test_a_camera_s_password_is_not_shown_wherever_the_address_has_it(address: str, shown: str) -> None:
    found = Camera.of(address)
    assert found.shown == shown and "hunter2" not in repr(found)


def test_where_a_pack_comes_from_is_shown_without_what_opens_it(tmp_path: Path) -> None:
    signed = Download("https://store.example/p.zip?X-Amz-Signature=SECRET", "0" * 64)
    assert signed.shown == "https://store.example/p.zip" and "SECRET" not in by_hand((signed,), "p")
    with pytest.raises(InputError, match="no user and password in an address") as caught:
        download(Download("http://ann:SECRET@127.0.0.1:1/p.zip", "0" * 64), tmp_path)
    assert "SECRET" not in str(caught.value)


def test_a_damaged_address_is_said(folder: Path) -> None:
    (folder / FILE).write_text("database = 3")
    with pytest.raises(CaseError, match="is damaged"):
        read(folder)
