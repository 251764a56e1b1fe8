"""Small HTML pieces for notebook reprs and report pages: everything escaped, no script, nothing fetched."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import accumulate
from typing import Any

__all__ = ["OUTPUT", "STYLE", "Card", "card", "data_uri", "facts", "pictures", "show", "table"]

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

OUTPUT = 44_000  # bytes of HTML in one cell's output, its frame and style not counted: with them it stays under 50 kB


@dataclass(frozen=True)
class Card:
    """A picture or two (JPEG or PNG bytes) with a title and lines of text under them."""

    picture: bytes
    title: str
    lines: tuple[str, ...] = ()
    beside: bytes | None = None


def show(value: Any, most: int = 1000) -> str:
    """Any value as escaped text; control and direction marks are made visible, None is a dash.

    most : bytes; what is longer ends in an ellipsis

    >>> show("<b>"), show("a novel", most=6)
    ('&lt;b&gt;', 'a n…')
    """
    if value is None:
        return "–"
    pieces = [escape(c if c.isprintable() or c == " " else f"\\u{ord(c):04x}") for c in str(value)[: most + 1]]
    ends = list(accumulate(len(piece.encode()) for piece in pieces))
    if not ends or ends[-1] <= most:
        return "".join(pieces)
    return "".join(pieces[: bisect_right(ends, most - 3)]) + "…"


def data_uri(picture: bytes) -> str:
    """A JPEG or PNG as a `data:` address."""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def facts(values: Mapping[str, Any]) -> str:
    """A row of numbers with their names above."""
    return "<dl>" + "".join(f"<div><dt>{show(k)}</dt><dd>{show(v)}</dd></div>" for k, v in values.items()) + "</dl>"


def _picture(picture: bytes | None, alt: str) -> str:
    return f'<img alt="{show(alt, 160)}" src="{data_uri(picture)}">' if picture else '<div class="none"></div>'


def _item(each: Card) -> str:
    image = _picture(each.picture, each.title)
    if each.beside is not None:
        image = f'<div class="pair">{image}{_picture(each.beside, "reference of " + each.title)}</div>'
    lines = "".join(f"<span>{show(line, 160)}</span>" for line in each.lines)
    wide = ' class="wide"' if each.beside is not None else ""
    return f"<li{wide}>{image}<b>{show(each.title, 160)}</b>{lines}</li>"


def pictures(cards: Sequence[Card], more: int = 0, room: int | None = None) -> str:
    """Cards side by side; `more` says how many there are beyond them.

    room : bytes that the cards may take; the first that does not fit, and all after it, are only counted. If not even
        the first one fits, they are shown without their pictures
    """
    items = [_item(each) for each in cards]
    shown = _fitting(items, room)
    if items and not shown:
        items = [_item(replace(each, picture=b"", beside=None)) for each in cards]
        shown = _fitting(items, room)
    left = more + len(items) - shown
    tail = f"<p>and {left} more</p>" if left > 0 else ""
    return f'<ul class="cards">{"".join(items[:shown])}</ul>{tail}'


def _fitting(items: Sequence[str], room: int | None) -> int:
    """How many of the pieces, from the first, have room in so many bytes."""
    ends = list(accumulate(len(item.encode()) for item in items))
    return len(items) if room is None else bisect_right(ends, room)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A small table under a title."""
    top = "".join(f"<th>{show(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{show(cell, 240)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<h4>{show(title)}</h4><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def card(title: str, *parts: str) -> str:
    """The frame around all of it, with its style inside, so that a cell's output stands alone."""
    return f'<style>{STYLE}</style><section class="sl"><h3>{show(title)}</h3>{"".join(parts)}</section>'
