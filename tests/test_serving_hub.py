"""The server as a service of JupyterHub, with a stand-in for the hub: what JupyterHub itself does, the rehearsal shows."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from types import ModuleType, SimpleNamespace

import pytest
from jupyter_server.auth.identity import IdentityProvider
from tornado.web import HTTPError

from tests.browser.driving import notebook
from widgets.serving import doors, hub
from widgets.serving.__main__ import main
from widgets.serving.server import SHUT, Server
from widgets.serving.shelf import shelf_for
from workbench.errors import InputError

TOLD = {
    "JUPYTERHUB_API_TOKEN": "of the hub",
    "JUPYTERHUB_SERVICE_URL": "http://127.0.0.1:8871",
    "JUPYTERHUB_SERVICE_PREFIX": "/services/desk/",
}


class StandIn(IdentityProvider):
    """Reads its token once, as JupyterHub's own does."""

    token_generated = False

    @cached_property
    def hub_auth(self):
        return SimpleNamespace(api_token=os.environ["JUPYTERHUB_API_TOKEN"], access_scopes={"access:services"})

    @property
    def token(self):
        return self.hub_auth.api_token


def tell(patch):
    """As JupyterHub starts a service."""
    module = ModuleType("jupyterhub.singleuser.extension")
    module.JupyterHubIdentityProvider = StandIn
    patch.setitem(sys.modules, "jupyterhub.singleuser.extension", module)
    for name, value in TOLD.items():
        patch.setenv(name, value)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that does not run: its settings and its doors are looked at."""
    folder = tmp_path_factory.mktemp("hub")
    notebook(folder / "app.ipynb", "1")
    before = dict(os.environ)
    with pytest.MonkeyPatch.context() as patch:
        tell(patch)
        patch.setattr(signal, "signal", lambda *_: None)
        made = Server(shelf_for(folder, folder, hub=True), at=hub.place(), preheated=0)
        made.connection_dir = str(folder)
        yield made, made.init_settings(), made.init_handlers(), dict(os.environ)
        os.environ.clear()
        os.environ.update(before)


def test_the_hub_says_who_comes_in_and_there_is_no_token_of_ours(server):
    made, settings, _, _ = server
    assert isinstance(made.identity_provider, StandIn) and made.identity_provider.token == "of the hub"
    assert not made.token and settings["xsrf_cookie_kwargs"]["secure"]
    assert settings["allow_unauthenticated_access"] is False and settings["second_look_hub"] is True
    assert made.identity_provider.login_handler_class is not doors.Login


def test_it_listens_where_the_hub_says_and_has_no_door_elsewhere(server):
    made, _, rules, _ = server
    assert (made.ip, made.port, made.base_url) == ("127.0.0.1", 8871, "/services/desk/")
    assert rules[0] == ("/services/desk/?", doors.Contents)
    assert [rule[0] for rule in rules if not rule[0].startswith("/services/desk/")] == []
    assert not [rule for rule in rules if issubclass(rule[1], SHUT)]


def test_kernels_do_not_inherit_the_hub_s_token(server):
    *_, surroundings = server
    assert "JUPYTERHUB_API_TOKEN" not in surroundings and "SECOND_LOOK_KERNEL" in surroundings


@pytest.mark.parametrize(("behind", "heard"), [(True, "cat"), (False, "")])
def test_the_shelf_hears_whom_the_hub_signed_in_and_no_name_from_the_address(behind, heard):
    found = []
    shelf = SimpleNamespace(query=lambda *asked: found.append(asked))
    settings = {"second_look_hub": behind, "second_look_shelf": shelf}
    request = SimpleNamespace(query_arguments={"reviewer": [b"dan"]})
    handler = SimpleNamespace(request=request, current_user=SimpleNamespace(username="cat"), settings=settings)
    with ThreadPoolExecutor(1) as apart, pytest.raises(HTTPError):  # whatever loop another test left in this thread
        apart.submit(lambda: asyncio.run(doors.App.get(handler, "desk.ipynb"))).result()
    assert found == [("desk.ipynb", {"reviewer": "dan"}, heard)]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        ({"JUPYTERHUB_API_TOKEN": ""}, "JUPYTERHUB_API_TOKEN is not set; docs/office.md"),
        ({"JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8866"}, "give it an address like http://127.0.0.1:8866"),
        ({"JUPYTERHUB_SERVICE_URL": "http://127.0.0.1"}, "give it an address like http://127.0.0.1:8866"),
    ],
)
def test_a_service_is_started_by_a_hub_and_hidden_behind_it(monkeypatch, missing, said):
    tell(monkeypatch)
    for name, value in missing.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InputError, match=said):
        hub.place()


def test_a_hub_needs_its_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyterhub.singleuser.extension", None)
    with pytest.raises(InputError, match=r"pip install jupyterhub"):
        hub.identity()


def test_started_by_hand_it_says_so_in_a_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["serving", str(tmp_path), "--hub"])
    monkeypatch.delenv("JUPYTERHUB_API_TOKEN", raising=False)
    assert main() == 1
    said = capsys.readouterr().err
    assert said.startswith("error: --hub is for a service that JupyterHub starts") and said.count("\n") == 1
