"""The doors of the server: what answers a request, each only to people who are signed in, and no other door at all."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from tornado.web import HTTPError
from voila.request_info_handler import RequestInfoSocketHandler
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from widgets.serving import pages
from widgets.serving.names import SECRET

__all__ = ["App", "Asked", "Contents", "Kernel", "Login", "Nothing", "Static", "TemplateStatic", "guarded"]

# Everything an app needs comes from here. Scripts are Voila's own, inline ones among them, and widgets' from blobs.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


class _Plain(JupyterHandler):
    """What every door has in common: headers that give nothing away, errors in a sentence, no tracebacks."""

    @property
    def content_security_policy(self) -> str:
        return POLICY

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header(
            "Referrer-Policy", "same-origin"
        )  # "no-referrer" would make forms come from nowhere, and be refused
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.clear_header("Server")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """A page with one sentence, whatever went wrong."""
        words = {
            403: ("Not allowed", "You are not signed in, or this is not for you."),
            404: ("Not here", "There is no such result. It may have been withdrawn."),
            503: ("Busy", "As many people are looking as this machine can serve. Try again in a minute."),
        }
        title, text = words.get(status_code, ("That did not work", HTTPStatus(status_code).phrase))
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(pages.message(title, text, self.base_url, self.settings["second_look_shelf"].back))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """What failed and where; not what it said, which may quote a case."""
        if isinstance(value, HTTPError):
            self.log.info("%s %s: %d", self.request.method, self.request.path, value.status_code)
            return
        while tb.tb_next:
            tb = tb.tb_next
        self.log.error("%s: %s in %s", self.request.path, typ.__name__, tb.tb_frame.f_code.co_qualname)

    def without_token(self) -> bool:
        """Send a visitor who came with the token in the address on to the address without it; True if so."""
        if "token" not in self.request.query_arguments:
            return False
        left = {name: values for name, values in self.request.query_arguments.items() if name != "token"}
        self.redirect(self.request.path + (f"?{urlencode(left, doseq=True)}" if left else ""))
        return True


def guarded(handler: type) -> type:
    """A handler of Voila's or Jupyter's with this server's manners."""
    return handler if issubclass(handler, _Plain) else type(handler.__name__, (_Plain, handler), {})


class Contents(_Plain):
    """The list of apps."""

    def get(self) -> None:
        """Show it."""
        if not self.without_token():
            shelf = self.settings["second_look_shelf"]
            self.finish(pages.contents(self.base_url, shelf.name, shelf.contents()))


class App(_Plain, TornadoVoilaHandler):
    """One app: only what is on the shelf, and only as many at once as the server can carry."""

    async def get(self, path: str = "") -> None:
        """Run it."""
        asked = {name: values[-1].decode(errors="replace") for name, values in self.request.query_arguments.items()}
        who = self.current_user.username if self.settings["second_look_hub"] else ""
        query = self.settings["second_look_shelf"].query(path, asked, who)
        if query is None:
            raise HTTPError(404)
        if self.without_token():
            return
        self.request.query = query  # what a kernel hears of its viewer is ours
        _ = self.xsrf_token  # sets the cookie without which a page that is closed may not end its kernel
        if len(self.kernel_manager.list_kernel_ids()) >= self.settings["second_look_kernels"]:
            raise HTTPError(503)
        self._app = path
        await super().get(path)

    def should_use_rendered_notebook(self, *about: Any) -> bool:
        """Only a kernel that is up: one that is planned would be later than one started now."""
        ready = getattr(self.kernel_manager, "_pools", {}).get(self._app)
        return bool(ready) and ready[0].done() and super().should_use_rendered_notebook(*about)


class Kernel(_Plain, KernelHandler):
    """What a page may know of its own kernel."""

    SUPPORTED_METHODS = ("GET", "HEAD")


class Asked(RequestInfoSocketHandler):
    """Tells a kernel that was started ahead what its viewer asked for; only a kernel of this server knows the secret."""

    def prepare(self) -> None:
        """Let nobody else in, signed in or not."""
        if not compare_digest(self.request.headers.get(SECRET, ""), self.settings["second_look_secret"]):
            raise HTTPError(404)


class Static(_Plain, MultiStaticFileHandler):
    """Voila's scripts and styles."""


class TemplateStatic(_Plain, TemplateStaticFileHandler):
    """The template's scripts and styles."""

    def parse_url_path(self, path: str) -> str:
        """Voila asserts the form of the address; a wrong one is not here."""
        if path.split("/")[1:2] != ["static"] or ".." in path:
            raise HTTPError(404)
        return super().parse_url_path(path)


class Login(_Plain, LoginFormHandler):
    """Asks for the token."""

    def _render(self, message: Any = None) -> None:
        self.finish(pages.login(self.xsrf_form_html(), wrong=bool(message)))


class Nothing(_Plain):
    """Every other address."""

    @allow_unauthenticated
    def prepare(self) -> None:  # type: ignore[override]
        """Say the same to everybody."""
        raise HTTPError(404)
