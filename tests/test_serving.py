"""The server of published results: every door that an app does not need is shut, and the check can tell."""

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

import workbench as wb
from tests.browser.driving import free_port, notebook
from tests.command import call
from tests.review_cases import alerting, new_case, say, scan
from widgets.serving import pages
from widgets.serving.check import Door, try_doors
from widgets.serving.shelf import Published, shelf_for
from workbench.publishing import withdraw

ROOT = Path(__file__).parents[1]
SECRET = "Ada Quail was seen"
TELLS = "import os; print('shown', 'token', os.environ.get('SECOND_LOOK_TOKEN'), 'asked', repr(os.environ.get('QUERY_STRING')))"


@contextmanager
def running(command, port, log, **surroundings):
    env = os.environ | {"PYTHONPATH": str(ROOT)} | surroundings
    with log.open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", *map(str, command)], env=env, stdout=out, stderr=out)
    try:
        until = time.monotonic() + 120
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
    notebook(folder / "north-gate" / "result.ipynb", TELLS)
    notebook(folder / "broken.ipynb", f"raise ValueError({SECRET!r})")
    for name in ("north-gate/crop.png", "case.sqlite", "data.json", ".hidden.ipynb"):
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
    command = ["widgets.serving", published, "--port", port, "--preheated", 0, "--kernels", 12]
    with running(command, port, log, SECOND_LOOK_TOKEN=token) as address:
        yield address, token, log


GIVEN = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def ask(address, path, token="", method="GET", more=None):
    headers = ({"Authorization": f"token {token}"} if token else {}) | (more or {})
    request = urllib.request.Request(address + path, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


APPS = ["north-gate/result.ipynb", "broken.ipynb"]
FILES = ["north-gate/crop.png", "case.sqlite", "data.json", ".hidden.ipynb", "out.ipynb"]


def test_a_server_starts_without_a_parser_that_takes_longer_to_build_than_all_the_rest():
    looks = "import sys, widgets.serving.__main__; sys.exit('lark' in sys.modules or 'jsonschema' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", looks], check=False).returncode == 0


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


@pytest.mark.parametrize(
    "path", ["/", "/login", "/voila/render/north-gate/result.ipynb", "/voila/static/voila.js", "/nothing"]
)
def test_every_answer_gives_little_away(server, path):
    address, token, _ = server
    _, headers, _ = ask(address, path, token)
    kept = {name: headers[name] for name in GIVEN}
    assert kept == GIVEN and "Server" not in headers and "object-src 'none'" in headers["Content-Security-Policy"]


def test_a_kernel_knows_neither_the_token_nor_what_else_a_visitor_writes_into_the_address(server):
    address, token, _ = server
    _, _, page = ask(address, "/voila/render/north-gate/result.ipynb?bundle=../x&voila-theme=dark", token)
    assert "shown token None asked" in page and "../x" not in page and token not in page


def test_another_name_for_this_machine_is_no_way_in(server):
    """A page elsewhere whose name is made to lead here (DNS rebinding) gets nothing."""
    address, token, _ = server
    status, _, page = ask(address, "/", token, more={"Host": "elsewhere.example"})
    assert status == 403 and "north gate" not in page


def test_who_signs_in_comes_from_this_server_s_own_page(server):
    """A form of another site has no cookie of ours to repeat."""
    address, token, _ = server
    request = urllib.request.Request(f"{address}/login", data=f"password={token}".encode(), method="POST")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    with refused.value:
        assert refused.value.code == 403


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
        ([".", "--theme", "blue"], "auto, light or dark"),
        ([".", "--desk", "A. Ng"], "is no case"),
        ([".", "--desk", "\u200b"], "say who judges"),
        ([".", "--hub", "--desk", "A. Ng"], "the hub signs people in"),
    ],
)
def test_bad_arguments_are_said_in_a_line(arguments, said, monkeypatch):
    if said == "shorter than 16":
        monkeypatch.setenv("SECOND_LOOK_TOKEN", "short")
    outcome = call("serve", *arguments)
    assert outcome.code == 1
    assert said in outcome.err


def test_a_case_is_served_to_somebody_by_name(results):
    assert 'say who does: --desk "A. Ng"' in call("serve", results[0].folder).err


def test_names_of_apps_are_text():
    page = pages.contents("/", "Results", [('"><script>x.ipynb', "<script>x</script>")])
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_door_says_what_it_is():
    assert str(Door("a file", False, "GET /x answered 200")) == "OPEN  a file: GET /x answered 200"


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """A folder with one bundle, and the server over it, which keeps an app of each kind ready."""
    case = new_case(tmp_path_factory.mktemp("case") / "north", "Ada", "Bob")
    alert, _ = scan(case, alerting(0), alerting(9, 1))
    for reviewer in ("A. Ng", "B. Ott"):
        say(case, alert, reviewer, "same")
    folder = tmp_path_factory.mktemp("results") / "published"
    wb.publish(case, folder / "north gate", faces=True)
    token, port, log = secrets.token_urlsafe(24), free_port(), folder.parent / "server.log"
    command = ["widgets.serving", folder, "--port", port, "--preheated", 1]
    with running(command, port, log, SECOND_LOOK_TOKEN=token) as address:
        yield case, folder, address, token, log


NORTH = "/voila/render/result.ipynb?bundle=north+gate"


def test_no_byte_of_a_bundle_can_be_had_but_through_an_app(results):
    _, folder, address, token, _ = results
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert len(files) == 3
    doors = list(try_doors(address, token, ["overview.ipynb", "result.ipynb?bundle=north+gate"], files))
    assert [str(door) for door in doors if not door.shut] == []
    assert {"a bundle that is not published", "what another viewer asked for"} <= {door.name for door in doors}


def test_both_apps_show_what_is_published(results):
    _, _, address, token, _ = results
    _, _, page = ask(address, NORTH, token)
    assert "2 faces passed, 2 of them large and clear enough to compare; 2 alerts were raised" in page
    status, _, page = ask(address, "/voila/render/overview.ipynb", token)
    assert status == 200 and "application/vnd.jupyter.widget-view+json" in page


WAITED = """import sys
from widgets import apps, result_page
def came():
    before.update(sys.modules)
    return {"QUERY_STRING": "bundle=north+gate"}
before = {}
apps._waited = came
bundle = apps.bundle()
bundle._repr_html_(), result_page.what_if(bundle), apps.filtered(apps.overview())
print(sorted({name.partition(".")[0] for name in set(sys.modules) - set(before) if not name.startswith("encodings")}))
"""


def test_a_kernel_that_waits_has_loaded_what_a_result_needs_and_no_pandas(results):
    """Only what is first met on the way is loaded after somebody came; pandas alone would take half a second."""
    surroundings = os.environ | {"SECOND_LOOK_PUBLISHED": str(results[1]), "VOILA_PREHEAT": "True"}
    done = subprocess.run([sys.executable, "-c", WAITED], env=surroundings, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_what_is_published_and_withdrawn_while_the_server_runs_counts_at_once(results):
    case, folder, address, token, _ = results
    wb.publish(case, folder / "south", reason="a second place")
    assert 'result.ipynb?bundle=south"' in ask(address, "/", token)[2]
    asked = "/voila/render/result.ipynb?bundle=south"
    assert "a second place" in ask(address, asked, token)[2]
    withdraw(case, folder / "south")
    assert ask(address, asked, token)[0] == 404
    assert "south" not in ask(address, "/", token)[2]


def test_a_damaged_bundle_shows_neither_its_place_nor_a_traceback(results):
    case, folder, address, token, log = results
    wb.publish(case, folder / "east", reason=SECRET)
    file = folder / "east" / "bundle.json"
    file.write_text(file.read_text().replace('"alerts": 2', '"alerts": 3'))
    status, _, page = ask(address, "/voila/render/result.ipynb?bundle=east", token)
    assert status == 200 and "Traceback" not in page and str(folder) not in page and SECRET not in page
    assert SECRET not in log.read_text()
    (folder / "east" / "bundle.json").unlink()


@pytest.mark.parametrize("name", ["..", "../published", "/etc", ".", ".hidden", "north gate/..", "north", ""])
def test_a_bundle_is_asked_for_by_its_name_alone(results, tmp_path, name):
    _, folder, *_ = results
    shelf = Published(folder, tmp_path)
    assert shelf.query("result.ipynb", {"bundle": name}) is None
    assert shelf.query("result.ipynb", {"bundle": "north gate", "more": "x"}) == "bundle=north+gate"
    assert shelf.query("desk.ipynb", {}) is None


def test_what_lies_beside_bundles_is_not_served(results, tmp_path):
    case, *_ = results
    wb.publish(case, tmp_path / "published" / "x")
    notebook(tmp_path / "published" / "own.ipynb", "1")
    (tmp_path / "stage").mkdir()
    shelf = shelf_for(tmp_path / "published", tmp_path / "stage")
    assert isinstance(shelf, Published) and shelf.query("own.ipynb", {}) is None
    assert sorted(path.name for path in shelf.root.iterdir()) == ["overview.ipynb", "result.ipynb"]


def test_the_desk_is_one_app_and_its_kernel_is_told_who_judges(results, tmp_path):
    case, *_ = results
    shelf = shelf_for(case.folder, tmp_path, "A. Ng")
    assert shelf.contents() == [("desk.ipynb", "Review desk of A. Ng")]
    assert shelf.query("desk.ipynb", {"reviewer": "B. Ott"}, "C. Day") == "reviewer=A.+Ng"
    assert shelf.query("result.ipynb", {}) is None


def test_the_desk_behind_a_hub_is_of_whoever_is_signed_in(results, tmp_path):
    shelf = shelf_for(results[0].folder, tmp_path, hub=True)
    assert shelf.query("desk.ipynb", {"reviewer": "B. Ott"}, "c.day") == "reviewer=c.day"
    assert shelf.query("desk.ipynb", {"reviewer": "B. Ott"}) is None and shelf.contents()[0][1] == "Review desk"


def test_a_port_that_is_taken_is_said_before_any_address_is(published):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = subprocess.run(
            [sys.executable, "-m", "widgets.serving", str(published), "--port", str(other.getsockname()[1])],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1 and "is taken; end what listens there, or give another one" in done.stderr
    assert "token" not in done.stderr


def test_lessons_are_called_lessons_and_not_results(tmp_path):
    notebook(tmp_path / "lessons" / "index.ipynb", "1")
    notebook(tmp_path / "own" / "index.ipynb", "1")
    lessons, own = (shelf_for(tmp_path / name, tmp_path) for name in ("lessons", "own"))
    assert (lessons.name, lessons.back) == ("Lessons", "All lessons")
    assert (own.name, own.back) == ("Notebooks", "All notebooks")
    assert "<h1>Lessons</h1>" in pages.contents("/", lessons.name, lessons.contents())
    assert ">All lessons</a>" in pages.message("Busy", "Try again.", "/", lessons.back)
