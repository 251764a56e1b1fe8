"""The server of published results: every door that an app does not need is shut, and the check can tell."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.driving import free_port
from tests.command import call
from widgets.serving import pages
from widgets.serving.check import Door, try_doors

ROOT = Path(__file__).parents[1]
SECRET = "Ada Quail was seen"


def notebook(file, *cells):
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = [code | {"id": f"c{k}", "source": source} for k, source in enumerate(cells)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    text = {"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(text), "utf-8")


@contextmanager
def running(command, port, log, **surroundings):
    env = os.environ | {"PYTHONPATH": str(ROOT)} | surroundings
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", *map(str, command)], env=env, stdout=out, stderr=out)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            raise AssertionError(log.read_text())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("serving") / "published"
    notebook(folder / "north-gate" / "result.ipynb", "print('shown')")
    notebook(folder / "broken.ipynb", f"raise ValueError({SECRET!r})")
    for name in ("north-gate/crop.png", "case.sqlite", "bundle.json", ".hidden.ipynb"):
        (folder / name).write_bytes(b"x")
    (folder / "out.ipynb").symlink_to(notebook_elsewhere(tmp_path_factory))
    return folder


def notebook_elsewhere(tmp_path_factory):
    file = tmp_path_factory.mktemp("elsewhere") / "private.ipynb"
    notebook(file, "1")
    return file


@pytest.fixture(scope="module")
def server(published, tmp_path_factory):
    token, port = secrets.token_urlsafe(24), free_port()
    log = tmp_path_factory.mktemp("log") / "server.log"
    command = ["widgets.serving", published, "--port", port, "--preheated", 0, "--kernels", 3]
    with running(command, port, log, SECOND_LOOK_TOKEN=token) as address:
        yield address, token, log


def ask(address, path, token="", method="GET"):
    headers = {"Authorization": f"token {token}"} if token else {}
    request = urllib.request.Request(address + path, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


APPS = ["north-gate/result.ipynb", "broken.ipynb"]
FILES = ["north-gate/crop.png", "case.sqlite", "bundle.json", ".hidden.ipynb", "out.ipynb"]


def test_every_door_that_no_app_needs_is_shut(server):
    address, token, _ = server
    doors = list(try_doors(address, token, APPS, FILES))
    assert len(doors) > 60
    assert [str(door) for door in doors if not door.shut] == []


def test_the_same_look_at_plain_voila_finds_its_open_doors(published, tmp_path):
    port = free_port()
    command = ["voila", published, "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", "--token=whatever"]
    with running(command, port, tmp_path / "voila.log") as address:
        doors = list(try_doors(address, "whatever", APPS, FILES))
    found = {door.name for door in doors if not door.shut}
    assert found >= {
        "a file without a token",
        "a template or theme of the visitor's choice",
        "ending another's kernel by name",
    }
    assert any("/voila/files/north-gate/crop.png answered 200" in door.found for door in doors)


def test_the_list_names_apps_and_nothing_else(server):
    address, token, _ = server
    _, _, page = ask(address, "/", token)
    assert "north gate · result" in page
    assert "hidden" not in page
    assert "/out.ipynb" not in page


def test_an_address_with_the_token_leads_to_one_without(server):
    address, token, _ = server
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(f"{address}/?token={token}", timeout=60) as answer:
        assert answer.url == f"{address}/"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert token not in answer.read().decode()


def test_a_page_may_load_nothing_from_elsewhere_and_be_shown_in_no_frame(server):
    address, token, _ = server
    _, headers, page = ask(address, "/voila/render/north-gate/result.ipynb", token)
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "shown" in page
    assert 'rel="stylesheet" href="https:' not in page


def test_sources_and_tracebacks_are_neither_in_the_page_nor_in_the_log(server):
    address, token, log = server
    _, _, page = ask(address, "/voila/render/broken.ipynb", token)
    assert SECRET not in page
    assert "ValueError" not in page
    ask(address, f"/voila/render/nothing.ipynb?token={token}")
    said = log.read_text()
    assert SECRET not in said
    assert token not in said.replace(f"?token={token}", "", 1)  # printed once, for the person who starts it


def test_more_viewers_than_allowed_are_asked_to_wait(published, tmp_path):
    token, port = secrets.token_urlsafe(24), free_port()
    command = ["widgets.serving", published, "--port", port, "--preheated", 0, "--kernels", 1]
    with running(command, port, tmp_path / "log", SECOND_LOOK_TOKEN=token) as address:
        first = ask(address, "/voila/render/north-gate/result.ipynb", token)
        second = ask(address, "/voila/render/north-gate/result.ipynb", token)
    assert first[0] == 200
    assert second[0] == 503
    assert "Try again in a minute" in second[2]


def test_the_check_is_a_command(published):
    done = subprocess.run(
        [sys.executable, "-m", "widgets.serving", str(published), "--check"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "doors are shut" in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "no folder"),
        (["."], "shorter than 16"),
        ([".", "--theme", "blue"], "light or dark"),
    ],
)
def test_bad_arguments_are_said_in_a_line(arguments, said, monkeypatch):
    if said == "shorter than 16":
        monkeypatch.setenv("SECOND_LOOK_TOKEN", "short")
    outcome = call("serve", *arguments)
    assert outcome.code == 1
    assert said in outcome.err


def test_names_of_apps_are_text():
    page = pages.contents("/", ["<script>x</script>/result.ipynb"])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_door_says_what_it_is():
    assert str(Door("a file", False, "GET /x answered 200")) == "OPEN  a file: GET /x answered 200"
