"""Small HTML pieces for notebook reprs and report pages: everything escaped, no script, nothing fetched."""

from __future__ import annotations

import base64
import io
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import accumulate
from typing import Any

__all__ = [
    "OUTPUT",
    "REGION",
    "STYLE",
    "Card",
    "card",
    "columns",
    "data_uri",
    "facts",
    "note",
    "pictures",
    "sentence",
    "shrunk",
    "show",
    "table",
]

# The colours are JupyterLab's own, so that a theme carries over; `.sl.sl` is to win against its styles for any HTML.
STYLE = """
.sl.sl{--ink:var(--jp-ui-font-color1,#14202b);--ground:var(--jp-layout-color1,#fff);--accent:#0b6bcb;
--quiet:color-mix(in srgb,var(--ink) 72%,var(--ground));--soft:color-mix(in srgb,var(--ink) 5%,var(--ground));
--line:color-mix(in srgb,var(--ink) 16%,var(--ground));container-type:inline-size;
font:14px/1.45 var(--jp-ui-font-family,system-ui,sans-serif);color:var(--ink);background:var(--ground);
border:1px solid var(--line);border-radius:10px;padding:16px 18px;max-width:1080px;margin:6px 0;box-sizing:border-box}
[data-jp-theme-light=false] .sl.sl{--accent:#6db3ff}
.sl.sl *{box-sizing:border-box}
.sl.sl h3{font-size:16px;line-height:1.3;font-weight:650;margin:0;color:var(--ink);overflow-wrap:anywhere}
.sl.sl :is(h3,h4){break-after:avoid}.sl.sl :is(tr,li,dl div){break-inside:avoid}
.sl.sl h3+p.sub{margin:1px 0 0}.sl.sl h4{font-size:13px;font-weight:600;margin:18px 0 6px;color:var(--ink)}
.sl.sl p{margin:8px 0 0;color:var(--quiet);font-size:13px;max-width:78ch;overflow-wrap:anywhere}
.sl.sl p.say{color:var(--ink);font-size:14.5px;margin:14px 0 0}
.sl.sl dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(132px,1fr));gap:8px;margin:14px 0 0}
.sl.sl dl div{background:var(--soft);border-radius:8px;padding:8px 12px 9px;min-width:0}
.sl.sl dt,.sl.sl dd{float:none;display:block;width:auto;min-width:0;margin:0;padding:0;border:0;overflow-wrap:break-word}
.sl.sl dt{font-size:12px;font-weight:400;color:var(--quiet)}
.sl.sl dd{font-size:21px;line-height:1.3;font-weight:620;font-variant-numeric:tabular-nums}
.sl.sl dd.of{font-size:12px;line-height:1.4;font-weight:400;color:var(--quiet)}
.sl.sl .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(108px,1fr));gap:14px 12px;list-style:none;
margin:14px 0 0;padding:0}.sl.sl .pairs{grid-template-columns:repeat(auto-fill,minmax(min(250px,100%),1fr));gap:18px}
.sl.sl .cards li{margin:0;min-width:0;max-width:320px;font-size:12.5px;line-height:1.4;overflow-wrap:anywhere}
.sl.sl .pair{display:flex;gap:4px}.sl.sl figure{margin:0 0 6px;flex:1 1 0;min-width:0;position:relative}
.sl.sl figure img,.sl.sl .none{width:100%;max-width:none;margin:0;aspect-ratio:1;object-fit:cover;border-radius:7px;
background:var(--soft);display:block}
.sl.sl .none{display:flex;align-items:center;justify-content:center;text-align:center;padding:8px;font-size:12px;
color:var(--quiet);border:1px dashed var(--line)}
.sl.sl figcaption{font-size:11.5px;color:var(--quiet);margin:0 0 3px}
.sl.sl .cards b{font-weight:620;display:block;font-size:13.5px}.sl.sl .pairs b{font-size:14.5px}
.sl.sl .cards span{color:var(--quiet);display:block}
.sl.sl .scroll{overflow-x:auto;--shade:color-mix(in srgb,var(--ink) 30%,transparent);background:
linear-gradient(90deg,var(--ground) 40%,transparent) 0 0/44px 100% local,linear-gradient(270deg,var(--ground) 40%,transparent) 100% 0/44px 100% local,
linear-gradient(90deg,var(--shade),transparent) 0 0/12px 100%,linear-gradient(270deg,var(--shade),transparent) 100% 0/12px 100%;background-repeat:no-repeat}@media print{.sl.sl .scroll{background:none}}
.sl.sl .columns{columns:13em;list-style:none;margin:0;padding:0;font-size:13px}.sl.sl .columns li{margin:0 0 3px;padding:0;overflow-wrap:anywhere}
.sl.sl .wide :is(td,th){min-width:9.5em;font-size:12px}
.sl.sl table{border-collapse:collapse;font-size:13px;margin:0;table-layout:auto;width:100%}
.sl.sl tr:nth-child(n),.sl.sl tbody tr:nth-child(n):hover{background:none}
.sl.sl td,.sl.sl th{text-align:left;vertical-align:top;padding:5px 16px 5px 0;border:0;border-bottom:1px solid var(--line);
background:none;white-space:normal;overflow-wrap:break-word;max-width:none;color:var(--ink)}
.sl.sl th{font-weight:400;font-size:12px;color:var(--quiet)}.sl.sl tbody th{font-size:13px;color:var(--ink)}.sl.sl .n{text-align:right;font-variant-numeric:tabular-nums}
@container (max-width:420px){.sl.sl td,.sl.sl th{padding-right:9px}.sl.sl td:last-child:not(.n){overflow-wrap:anywhere;min-width:11em}
.sl.sl dd{font-size:18px}.sl.sl dd.of{font-size:12px}}
""".replace("\n", "")

OUTPUT = 42_000  # bytes of HTML in one cell's output, its frame and style not counted: with them it stays under 50 kB
REGION = 'role="region" aria-label="'  # how a table that scrolls begins to say its name; no text that is shown holds it: its quotes would be escaped
SIDES = (152, 128, 104, 84, 68)  # px, tried from the largest until all pictures of an output have room


@dataclass(frozen=True)
class Card:
    """A picture or two (JPEG or PNG bytes) with a title and lines of text under them.

    captions : what the two pictures are, where there are two
    absent : what stands in place of a picture that is not there
    """

    picture: bytes
    title: str
    lines: tuple[str, ...] = ()
    beside: bytes | None = None
    captions: tuple[str, str] = ("footage", "reference")
    absent: str = ""


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
    """A JPEG, PNG or WebP as a `data:` address."""
    kind = "png" if picture.startswith(b"\x89PNG") else "webp" if picture[8:12] == b"WEBP" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def facts(values: Mapping[str, Any]) -> str:
    """A row of numbers, each with its name above; a pair is a number and what it is out of."""
    return f"<dl>{''.join(_fact(name, value) for name, value in values.items())}</dl>"


def _fact(name: str, value: Any) -> str:
    number, of = value if isinstance(value, tuple) else (value, "")
    below = f'<dd class="of">{show(of, 160)}</dd>' if of else ""
    return f"<div><dt>{show(name)}</dt><dd>{show(_figure(number))}</dd>{below}</div>"


def _figure(value: Any) -> Any:
    """A whole number with separators, everything else as it is."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value


def note(text: str, *, say: bool = False) -> str:
    """A paragraph; `say` is for the sentence that one would repeat to somebody."""
    kind = ' class="say"' if say else ""
    return f"<p{kind}>{show(text)}</p>"


def sentence(words: str) -> str:
    """A paragraph of words that stand elsewhere within a line.

    >>> sentence("the list has 3 people")
    '<p>The list has 3 people.</p>'
    """
    return note(f"{words[:1].upper()}{words[1:]}.")


def shrunk(cards: Sequence[Card], room: int) -> list[Card]:
    """The same cards with their pictures made as small as it takes for all to have room, in bytes."""
    for side in SIDES:
        smaller = [replace(each, picture=_small(each.picture, side), beside=_beside(each, side)) for each in cards]
        if sum(len(_item(each).encode()) for each in smaller) <= room:
            break
    return smaller if cards else []


def _beside(each: Card, side: int) -> bytes | None:
    return None if each.beside is None else _small(each.beside, side)


def _small(picture: bytes, side: int) -> bytes:
    """A picture whose longer side is at most `side` px; as it is, if it is small already or no picture."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(picture)) as image:
            if max(image.size) <= side:
                return picture
            image.thumbnail((side, side), Image.Resampling.LANCZOS)
            out = io.BytesIO()
            image.convert("RGB").save(out, "WEBP", quality=80)  # half of a JPEG
            return out.getvalue()
    except (UnidentifiedImageError, OSError):
        return picture


def _picture(picture: bytes | None, alt: str, absent: str) -> str:
    if not picture:
        return f'<div class="none">{show(absent, 80)}</div>'
    return f'<img alt="{show(alt, 160)}" src="{data_uri(picture)}">'


def _item(each: Card) -> str:
    if each.beside is None:
        image = f"<figure>{_picture(each.picture, each.title, each.absent)}</figure>"
    else:
        pair = ((each.picture, each.captions[0]), (each.beside, each.captions[1]))
        image = f'<div class="pair">{"".join(_figured(each, picture, caption) for picture, caption in pair)}</div>'
    lines = "".join(f"<span>{show(line, 160)}</span>" for line in each.lines)
    return f"<li>{image}<b>{show(each.title, 160)}</b>{lines}</li>"


def _figured(each: Card, picture: bytes, caption: str) -> str:
    shown = _picture(picture, f"{caption}: {each.title}", each.absent)
    return f"<figure><figcaption>{show(caption, 80)}</figcaption>{shown}</figure>"


def pictures(cards: Sequence[Card], more: int = 0, room: int | None = None) -> str:
    """Cards side by side; `more` says how many there are beyond them.

    room : bytes that the cards may take; their pictures are made smaller, then the first card that does not fit, and
        all after it, are only counted. If not even the first one fits, they are shown without their pictures
    """
    items = [_item(each) for each in (cards if room is None else shrunk(cards, room))]
    shown = _fitting(items, room)
    if items and not shown:
        items = [_item(replace(each, picture=b"", beside=None)) for each in cards]
        shown = _fitting(items, room)
    left = more + len(items) - shown
    tail = f"<p>and {left:,} more</p>" if left > 0 else ""
    kind = "cards pairs" if any(each.beside is not None for each in cards) else "cards"
    return f'<ul class="{kind}">{"".join(items[:shown])}</ul>{tail}' if items else tail


def _fitting(items: Sequence[str], room: int | None) -> int:
    """How many of the pieces, from the first, have room in so many bytes."""
    ends = list(accumulate(len(item.encode()) for item in items))
    return len(items) if room is None else bisect_right(ends, room)


def table(
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    more: int = 0,
    longest: int = 240,
    wide: bool = False,
) -> str:
    """A small table under a title; a column of numbers is set to the right; `more` rows are only counted.

    longest : bytes of a cell, from which its text is cut off; wide : every column has room for a sentence, and the rest scrolls
    """
    rows = list(rows)
    right = {i for i in range(len(head)) if rows and all(isinstance(row[i], int | float) for row in rows)}
    top = (
        "".join(_cell('th scope="col"', name, i in right, longest) for i, name in enumerate(head)) if any(head) else ""
    )
    first = "td" if any(head) else 'th scope="row"'  # where no column is named, the first one names the row
    body = "".join(
        f"<tr>{''.join(_cell('td' if i else first, each, i in right, longest) for i, each in enumerate(row))}</tr>"
        for row in rows
    )
    head_row = f"<thead><tr>{top}</tr></thead>" if top else ""
    tail = f"<p>and {more:,} more</p>" if more > 0 else ""
    scroll = f'<div class="scroll" tabindex="0" {REGION}{show(title)}" data-lm-suppress-shortcuts="true">'
    opening = '<table class="wide">' if wide else "<table>"
    return f"<h4>{show(title)}</h4>{scroll}{opening}{head_row}<tbody>{body}</tbody></table></div>{tail}"


def columns(title: str, lines: Sequence[str], left: str = "") -> str:
    """Short lines below a title, in as many columns as have room; `left` says what is not shown."""
    items = "".join(f"<li>{show(line, 160)}</li>" for line in lines)
    return f'<h4>{show(title)}</h4><ul class="columns">{items}</ul>{note(left) if left else ""}'


def _cell(tag: str, value: Any, right: bool, longest: int) -> str:
    kind = ' class="n"' if right else ""
    return f"<{tag}{kind}>{show(_figure(value), longest)}</{tag[:2]}>"


def card(title: str, *parts: str, under: str = "") -> str:
    """The frame around all of it, with its style inside, so that a cell's output stands alone.

    under : one quiet line below the title

    Its title goes before the names of its tables, because two cards of a page may each have a table "Footage". Its headings
    are those below a page's own, whatever their elements.
    """
    sub = f'<p class="sub">{show(under, 400)}</p>' if under else ""
    named = "".join(parts).replace(REGION, f"{REGION}{show(title, 80)}: ").replace("<h4>", '<h4 aria-level="3">')
    return f'<style>{STYLE}</style><section class="sl"><h3 aria-level="2">{show(title)}</h3>{sub}{named}</section>'
