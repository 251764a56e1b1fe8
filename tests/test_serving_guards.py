"""Each guard of the server by itself: behind many there is a second one, so that no door would show that the first is gone."""

import logging
import os
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from tests.browser.driving import notebook
from widgets.serving import doors
from widgets.serving.server import SHUT, Server, _have_data_folder
from widgets.serving.shelf import shelf_for

NEEDED = {"comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that does not run: its settings and its doors are looked at."""
    folder = tmp_path_factory.mktemp("guards")
    notebook(folder / "app.ipynb", "1")
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signal, "signal", lambda *_: None)
        made = Server(shelf_for(folder, folder), idle=77, preheated=0)
        made.connection_dir = str(folder)
        yield made, made.init_settings(), made.init_handlers()
    os.environ.clear()
    os.environ.update(before)


@pytest.mark.parametrize("may", [True, False])
def test_an_account_without_a_home_has_a_folder_for_what_jupyter_writes(tmp_path, monkeypatch, may):
    usual, asked = tmp_path / "home" / "share" / "jupyter", os.access
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(usual))
    monkeypatch.setattr(os, "access", lambda place, mode: may if place == tmp_path else asked(place, mode))
    _have_data_folder()
    now = Path(os.environ["JUPYTER_DATA_DIR"])
    assert now == usual if may else (now.is_dir() and now.stat().st_mode & 0o077 == 0)


def test_nothing_is_served_to_who_is_not_signed_in_unless_it_says_so(server):
    _, settings, _ = server
    assert settings["allow_unauthenticated_access"] is False and settings["second_look_hub"] is False


def test_no_rule_reads_files_by_a_name_from_the_address(server):
    _, _, rules = server
    assert not [rule for rule in rules if issubclass(rule[1], SHUT)]
    assert {"AllowListFileHandler", "VoilaContentsHandler", "TornadoVoilaTreeHandler"} == {
        each.__name__ for each in SHUT
    }


def test_every_rule_has_this_server_s_manners(server):
    _, _, rules = server
    plain = doors._Plain
    assert [rule[1].__name__ for rule in rules if not issubclass(rule[1], plain | doors.Asked)] == []


def test_voila_itself_would_open_no_file_and_change_no_template(server):
    voila = server[0].voila_configuration
    assert (voila.file_allowlist, voila.allow_template_override, voila.allow_theme_override) == ([], "NO", "NO")
    assert voila.strip_sources and not voila.show_tracebacks and voila.template == "second-look"


def test_an_address_that_nobody_serves_is_answered_by_nothing(server):
    assert server[1]["default_handler_class"] is doors.Nothing and server[1]["serve_traceback"] is False


def test_a_kernel_hears_widgets_only_is_reached_by_files_and_ends_when_nobody_looks(server):
    made, _, _ = server
    manager = made.kernel_manager
    assert set(manager.allowed_message_types) == NEEDED
    assert made.config.KernelManager.transport == "ipc"
    assert 0 < manager.cull_interval <= manager.cull_idle_timeout == 77


@pytest.mark.parametrize(("up", "used"), [([True], True), ([False], False), ([], False), (None, False)])
def test_a_kernel_that_is_only_planned_keeps_nobody_waiting(up, used):
    pool = {} if up is None else {"result.ipynb": [SimpleNamespace(done=lambda one=one: one) for one in up]}
    app = object.__new__(doors.App)
    app.application = SimpleNamespace(settings={"kernel_manager": SimpleNamespace(_pools=pool)})
    app._app = "result.ipynb"
    ready = {"template": "second-look", "theme": "light"}
    assert app.should_use_rendered_notebook(ready, 1, None, None, {}) is used


def test_another_kernel_is_made_ready_when_the_page_that_took_one_is_open(server):
    assert server[0].config.VoilaKernelManager.fill_delay >= 5


def test_our_own_apps_load_widgets_and_nothing_else_of_jupyterlab_and_notebooks_of_others_load_all(tmp_path):
    (tmp_path / "root").mkdir()
    assert {"anywidget", "@jupyter-widgets/jupyterlab-manager"} <= set(
        shelf_for(tmp_path, tmp_path / "root").extensions
    )
    assert "jupyterlab-plotly" not in shelf_for(tmp_path, tmp_path / "root").extensions
    notebook(tmp_path / "app.ipynb", "1")
    assert shelf_for(tmp_path, tmp_path / "root").extensions == ()


def test_who_has_the_token_sets_no_password(server):
    assert server[0].identity_provider.allow_password_change is False


def test_a_token_is_made_up_and_long(server):
    assert len(server[0].token) >= 32 and server[1]["second_look_secret"] != server[0].token


def test_jupyter_s_own_configuration_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "voila.json").write_text('{"VoilaConfiguration": {"file_allowlist": [".*"], "template": "lab"}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    for name in ("JUPYTER_PATH", "SECOND_LOOK_KERNEL"):
        monkeypatch.setenv(name, "")
    notebook(tmp_path / "app.ipynb", "1")
    voila = Server(shelf_for(tmp_path, tmp_path)).voila_configuration
    assert voila.file_allowlist == [] and voila.template == "second-look"


def test_what_fails_is_logged_by_its_place_and_not_by_its_words(caplog):
    handler = SimpleNamespace(log=logging.getLogger("guards"), request=SimpleNamespace(path="/voila/render/x"))
    try:
        raise ValueError("Ada Quail was seen")
    except ValueError as error:
        doors._Plain.log_exception(handler, type(error), error, error.__traceback__)
    assert "/voila/render/x: ValueError in test_what_fails" in caplog.text
    assert "Ada Quail" not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.parametrize("path", ["second-look/static/../../x", "second-look/../static/x", "second-look/x", "x", ""])
def test_a_way_out_by_a_template_is_not_here(path):
    with pytest.raises(HTTPError) as refused:
        doors.TemplateStatic.parse_url_path(SimpleNamespace(), path)
    assert refused.value.status_code == 404
