"""A widget as one HTML file: the same script, its data inside, no kernel, and no request that leaves the file.

The page's policy forbids everything but the one script and the one style it carries, by their SHA-256, and pictures made from
the bytes inside. The data are in blocks that the browser does not run.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from workbench.html import show

__all__ = ["static_page"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
<main><h1>{title}</h1>{above}<div id="widget"></div></main>
<script type="application/json" id="values">{values}</script>
<script type="application/json" id="bytes">{bytes}</script>
<script type="module">{script}</script>
</html>
"""

_FRAME = """
:root { color-scheme: light dark; background: #fff; }
body { margin: 0; }
h1 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
main { max-width: 1180px; margin: auto; padding: 16px; box-sizing: border-box; }
@media screen and (prefers-color-scheme: dark) {
  :root { background: #12181f; --jp-layout-color1: #12181f; --jp-layout-color2: #1a222b; --jp-ui-font-color1: #e8edf2; }
  .sl.sl { --accent: #6db3ff; }
}
.sl.sl { max-width: none; }
@page { margin: 14mm; }
@media print { main { max-width: none; padding: 0; } }
"""

# What anywidget gives a widget, without a kernel: values are kept in the page, and nothing hears a message.
_MODEL = """
function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
function bytesOf(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new DataView(bytes.buffer);
}
const kept = { ...block("values"), ...Object.fromEntries(Object.entries(block("bytes")).map(([name, text]) => [name, bytesOf(text)])) };
const model = { get: (name) => kept[name], set: (name, value) => void (kept[name] = value), save_changes() {}, send() {}, on() {}, off() {} };
render({ model, el: document.getElementById("widget") });
"""


def static_page(
    script: str,
    style: str,
    values: Mapping[str, Any],
    buffers: Mapping[str, bytes],
    title: str,
    *,
    above: str = "",
) -> str:
    """The page for a widget whose `script` defines `render`; `values` are JSON, `buffers` are its bytes.

    above : HTML over the widget, which must be escaped and without styles of its own
    """
    style, script = style + _FRAME, script + _MODEL
    sources = {"script-src": _hash(script), "style-src": _hash(style), "img-src": "blob: data:"}
    closed = ("default-src 'none'", "base-uri 'none'", "form-action 'none'")
    encoded = {name: base64.b64encode(content).decode("ascii") for name, content in buffers.items()}
    return _PAGE.format(
        policy="; ".join([*closed, *(f"{name} {source}" for name, source in sources.items())]),
        title=show(title),
        above=above,
        style=style,
        values=_json(values),
        bytes=_json(encoded),
        script=script,
    )


def _hash(text: str) -> str:
    if "</script" in text.lower() or "</style" in text.lower():
        raise ValueError("a static script or style closes its own element; write the tag in two pieces")
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}'"


def _json(value: Any) -> str:
    """JSON that cannot end the element it is in, whatever a subject is called."""
    return json.dumps(value, allow_nan=False).replace("<", "\\u003c")
