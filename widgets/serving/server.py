"""The server: Voila with every door taken out that an app does not need, and the rest behind a token."""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import signal
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import tornado.web
from jupyter_core.paths import jupyter_data_dir
from jupyter_server.log import log_request
from traitlets.config import Config
from voila.app import Voila
from voila.configuration import VoilaConfiguration
from voila.handler import VoilaHandler
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import AllowListFileHandler, MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from widgets.serving import doors, hub
from widgets.serving.names import SECRET
from widgets.serving.shelf import Shelf

__all__ = ["Server"]

SHARE = Path(__file__).with_name("share")
SHUT = (AllowListFileHandler, VoilaContentsHandler, TornadoVoilaTreeHandler)
REPLACED = {
    MultiStaticFileHandler: doors.Static,
    TemplateStaticFileHandler: doors.TemplateStatic,
    RequestInfoSocketHandler: doors.Asked,
}
MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]
LOOK = 10  # seconds between looks for kernels that nobody looks at
PAUSE = 5.0  # seconds until a kernel that found its viewer is replaced: sooner, both would want the processor while a page opens


class Server(Voila):
    """Voila for one shelf of apps. Settings from elsewhere (Jupyter's own files, arguments) are not read: they could open doors.

    token : what viewers sign in with; made up where it is empty
    at : where JupyterHub has it listen; then the hub says who may come in, and there is no token
    kernels : how many may run at once; preheated : kernels kept ready for each app
    idle : seconds after which a kernel without a viewer ends
    theme : light, dark, or auto: as the viewer's system is set
    """

    def __init__(
        self,
        shelf: Shelf,
        *,
        port: int = 8866,
        ip: str = "127.0.0.1",
        token: str = "",
        kernels: int = 24,
        preheated: int = 1,
        idle: int = 600,
        theme: str = "auto",
        at: hub.Place | None = None,
    ) -> None:
        _have_data_folder()
        os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(SHARE), os.environ.get("JUPYTER_PATH", "")]))
        os.environ |= shelf.surroundings | {SECRET: secrets.token_urlsafe(24)}  # kernels inherit them
        super().__init__(config=Config(_settings(preheated, theme, shelf)))
        self.shelf, self.most, self.idle = shelf, kernels, idle
        self.root_dir = str(shelf.root)
        self.port, self.ip, self.token = port, ip, token or secrets.token_urlsafe(24)
        self.open_browser, self.port_retries = False, 0
        self.at = at
        if at is not None:
            self.port, self.ip, self.base_url = at.port, at.ip, at.base
            self.token, self.auto_token, self.identity_provider_class = None, True, hub.identity()
        self.log_level = logging.WARNING
        self.tornado_settings = {"mathjax_url": f"{self.base_url}voila/templates/second-look/static/no-math.js"}
        self.voila_configuration = VoilaConfiguration(parent=self)
        self.setup_template_dirs()
        signal.signal(signal.SIGTERM, self._handle_signal_stop)

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with authentication on for whatever does not say that it can do without."""
        settings: dict[str, Any] = super().init_settings()
        if self.at is None:
            self.identity_provider.login_handler_class = doors.Login
            self.identity_provider.allow_password_change = False  # whoever has the token may look, and no more
        self.kernel_manager.allowed_message_types = MESSAGES
        self.kernel_manager.cull_idle_timeout, self.kernel_manager.cull_interval = self.idle, LOOK
        return settings | {
            "allow_unauthenticated_access": False,
            "second_look_hub": self.at is not None,
            "allow_remote_access": self.at is not None or self.ip not in ("127.0.0.1", "localhost", "::1"),
            "log_function": _log,
            "second_look_shelf": self.shelf,
            "second_look_secret": os.environ[SECRET],
            "second_look_kernels": self.most,
            "default_handler_class": doors.Nothing,
            "serve_traceback": False,
            **(
                {} if self.at is None else {"xsrf_cookie_kwargs": {"secure": True, "path": self.at.base}}
            ),  # TLS stands before a hub
        }

    def init_handlers(self) -> list[Any]:
        """Only what an app needs; nothing that reads files by name."""
        kept = [rule for rule in super().init_handlers() if not issubclass(rule[1], SHUT)]
        swapped = [_swap(rule) for rule in kept]
        base = self.server_url or self.base_url
        if self.at is not None:  # signing in lies below the service's path too
            swapped = [
                (rule[0] if rule[0].startswith(base) else base.rstrip("/") + rule[0], *rule[1:]) for rule in swapped
            ]
        return [(base.rstrip("/") + "/?", doors.Contents), *swapped]

    def listen(self) -> None:
        """As Voila does; behind the hub's proxy, believe it who came and whether over TLS."""
        if self.at is not None:
            self.app.listen = partial(self.app.listen, xheaders=True)
        super().listen()


def _swap(rule: tuple[Any, ...]) -> tuple[Any, ...]:
    pattern, handler, *rest = rule
    if issubclass(handler, VoilaHandler):
        return (pattern, doors.App, *rest)
    if handler.__name__ == "KernelHandler":
        return (pattern, doors.Kernel, *rest)
    if handler.__name__ == "JupyterHubOAuthCallbackHandler":
        return (pattern, handler, *rest)  # it lets in who is not signed in yet, by the hub's own rules
    return (pattern, REPLACED.get(handler) or doors.guarded(handler), *rest)


def _have_data_folder() -> None:
    """Where Jupyter's folder cannot be written to, as for an account without a home, one that ends with the server."""
    usual = Path(jupyter_data_dir())
    there = next(place for place in (usual, *usual.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        folder = tempfile.TemporaryDirectory(prefix="second-look-")
        atexit.register(folder.cleanup)
        os.environ["JUPYTER_DATA_DIR"] = folder.name


def _settings(preheated: int, theme: str, shelf: Shelf) -> dict[str, Any]:
    return {
        "VoilaKernelManager": {"fill_delay": PAUSE},
        "KernelManager": {"transport": "ipc"},  # files in a folder of ours instead of ports that others could listen at
        "VoilaConfiguration": {
            "template": "second-look",
            "theme": "light" if theme == "auto" else theme,
            "resources": {"follows_system": theme == "auto", "back": shelf.back},
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "file_allowlist": [],
            "extension_allowlist": list(shelf.extensions),
            "strip_sources": True,
            "show_tracebacks": False,
            "preheat_kernel": preheated > 0,
            "default_pool_size": preheated,
        },
    }


def _log(handler: tornado.web.RequestHandler) -> None:
    """Each request in a line, without what is secret in its address."""
    log_request(handler, record_prometheus_metrics=False)
