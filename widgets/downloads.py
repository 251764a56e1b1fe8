"""Files that are inside the page: links that save them, without asking anybody for anything."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape

__all__ = ["links"]

KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def links(files: Mapping[str, bytes], words: str) -> str:
    """A line of links, each saving one file under its name, after some words."""
    each = "".join(_link(name, content) for name, content in files.items())
    return f'<p class="sl-files">{escape(words)}. Save the table: {each}</p>'


def _link(name: str, content: bytes) -> str:
    kind = name.rsplit(".", 1)[-1]
    data = base64.b64encode(content).decode("ascii")
    return (
        f'<a download="{escape(name)}" href="data:{KINDS[kind]};base64,{data}" data-lm-suppress-shortcuts="true">'
        f"{escape(kind.upper())}</a>"
    )
