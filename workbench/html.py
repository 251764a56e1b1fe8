"""Small HTML pieces for notebook reprs and report pages: everything escaped, no script, nothing fetched."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

__all__ = ["STYLE", "Card", "card", "data_uri", "facts", "pictures", "show", "table"]

STYLE = """
.sl{--ink:var(--jp-ui-font-color1,#1c1f23);--quiet:var(--jp-ui-font-color2,#5b636d);--line:var(--jp-border-color2,#d8dde3);
--ground:var(--jp-layout-color1,#fff);--soft:var(--jp-layout-color2,#f4f6f8);--accent:#0072b2;
font:14px/1.45 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--ink);background:var(--ground);
border:1px solid var(--line);border-radius:10px;padding:14px 16px;max-width:1080px;margin:6px 0}
.sl h3{font-size:15px;font-weight:600;margin:0 0 10px;color:var(--ink)}
.sl h4{font-size:12.5px;font-weight:600;margin:14px 0 4px;color:var(--quiet)}
.sl dl{display:flex;flex-wrap:wrap;gap:4px 26px;margin:0 0 12px}
.sl dl div{display:flex;flex-direction:column}
.sl dt{font-size:11.5px;color:var(--quiet)}.sl dd{margin:0;font-size:17px;font-variant-numeric:tabular-nums}
.sl .cards{display:flex;flex-wrap:wrap;gap:10px;list-style:none;margin:0;padding:0}
.sl .cards li{width:112px;margin:0;font-size:12px;overflow-wrap:anywhere}
.sl .cards .pair{display:flex;gap:2px}.sl .cards li.wide{width:180px}
.sl .cards img{width:100%;aspect-ratio:1;object-fit:cover;border-radius:6px;background:var(--soft);display:block;margin:0 0 4px}
.sl .cards .none{width:100%;aspect-ratio:1;border-radius:6px;background:var(--soft);margin:0 0 4px}
.sl .cards b{font-weight:600;display:block}.sl .cards span{color:var(--quiet);display:block}
.sl table{border-collapse:collapse;font-size:12.5px;margin:0}
.sl td,.sl th{text-align:left;padding:3px 14px 3px 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;background:none}
.sl th{font-weight:500;color:var(--quiet)}.sl p{margin:6px 0 0;color:var(--quiet);font-size:12.5px;max-width:72ch}
""".replace("\n", "")


@dataclass(frozen=True)
class Card:
    """A picture or two (JPEG or PNG bytes) with a title and lines of text under them."""

    picture: bytes
    title: str
    lines: tuple[str, ...] = ()
    beside: bytes | None = None


def show(value: Any) -> str:
    """Any value as escaped text; control and direction marks are made visible, None is a dash.

    >>> show("<b>")
    '&lt;b&gt;'
    """
    if value is None:
        return "–"
    text = "".join(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}" for c in str(value))
    return escape(text)


def data_uri(picture: bytes) -> str:
    """A JPEG or PNG as a `data:` address."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def facts(values: Mapping[str, Any]) -> str:
    """A row of numbers with their names above."""
    return "<dl>" + "".join(f"<div><dt>{show(k)}</dt><dd>{show(v)}</dd></div>" for k, v in values.items()) + "</dl>"


def _picture(picture: bytes | None, alt: str) -> str:
    return f'<img alt="{show(alt)}" src="{data_uri(picture)}">' if picture else '<div class="none"></div>'


def pictures(cards: Sequence[Card], more: int = 0) -> str:
    """Cards side by side; `more` says how many are not shown."""
    items = []
    for each in cards:
        image = _picture(each.picture, each.title)
        if each.beside is not None:
            image = f'<div class="pair">{image}{_picture(each.beside, "reference of " + each.title)}</div>'
        lines = "".join(f"<span>{show(line)}</span>" for line in each.lines)
        wide = ' class="wide"' if each.beside is not None else ""
        items.append(f"<li{wide}>{image}<b>{show(each.title)}</b>{lines}</li>")
    tail = f"<p>and {more} more</p>" if more > 0 else ""
    return f'<ul class="cards">{"".join(items)}</ul>{tail}'


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A small table under a title."""
    top = "".join(f"<th>{show(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{show(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h4>{show(title)}</h4><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def card(title: str, *parts: str) -> str:
    """The frame around all of it, with its style inside, so that a cell's output stands alone."""
    return f'<style>{STYLE}</style><section class="sl"><h3>{show(title)}</h3>{"".join(parts)}</section>'
