"""The pages around the apps: signing in, the list of apps, and what is said when something is not there."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.html import show

__all__ = ["contents", "login", "message"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1b2733; --dim: #55636f; --paper: #fbfbf9; --line: #d8dcdf; --accent: #0b62a8; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e7ebee; --dim: #a5b1ba; --paper: #15191d; --line: #343c43; --accent: #7cc0f5; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 40rem; margin: 12vh auto 0; padding: 0 20px; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; }
p { color: var(--dim); margin: .3rem 0 1.2rem; }
a { color: var(--accent); }
ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
li { border-bottom: 1px solid var(--line); }
li a { display: block; padding: 12px 4px; text-decoration: none; font-weight: 600; }
li a:hover, li a:focus { text-decoration: underline; }
label { display: block; font-weight: 600; margin-bottom: 4px; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: 8px 10px; border: 1px solid var(--dim); border-radius: 4px;
  background: transparent; color: inherit; }
button { font: inherit; margin-top: 12px; padding: 8px 18px; border: 0; border-radius: 4px; background: var(--accent);
  color: var(--paper); cursor: pointer; }
[role=alert] { color: var(--ink); border-left: 4px solid #d55e00; padding-left: 10px; }
"""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:;base64,=">'
        f"<title>{show(title)}</title><style>{_STYLE}</style><main><h1>{show(title)}</h1>{body}</main></html>"
    )


def login(xsrf_field: str, *, wrong: bool = False) -> str:
    """The page that asks for the token; `xsrf_field` is tornado's hidden field."""
    alert = '<p role="alert">That is not the token. It was printed when the server was started.</p>' if wrong else ""
    return _page(
        "Second Look",
        "<p>These results are for people who were given the token.</p>"
        f'{alert}<form method="post">{xsrf_field}<label for="password">Token</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>'
        "<button>Sign in</button></form>",
    )


def contents(base: str, name: str, apps: Sequence[tuple[str, str]]) -> str:
    """The list of apps under the name of their shelf; `apps` are addresses below /voila/render/, already quoted, and titles."""
    rows = "".join(
        f'<li><a href="{escape(base)}voila/render/{escape(at)}">{show(title)}</a></li>' for at, title in apps
    )
    none = "<p>There is nothing here yet. Publish a case into this folder, and load this page again.</p>"
    return _page(name, f"<ul>{rows}</ul>" if apps else none)


def message(title: str, text: str, base: str, back: str) -> str:
    """A page that says what is the matter, and the way back, in the words of its link."""
    return _page(title, f'<p>{show(text)}</p><a href="{escape(base)}">{show(back)}</a>')
