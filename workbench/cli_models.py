"""`workbench models`: which packs there are, what they say of themselves, and how to get another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.models.fetching import Progress
    from workbench.models.pack import Card

__all__ = ["app", "card_text"]

app = typer.Typer(no_args_is_help=True, help="Model packs: list, show, add, fetch, quantize.", rich_markup_mode=None)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
Named = Annotated[str | None, typer.Option("--name", help="Name to add it under; the file's own by default.")]


@app.command("list", epilog="Example: workbench models list --json")
def list_(as_json: Json = False) -> None:
    """List the packs that are here, those that are broken, and those that can be fetched."""
    from workbench.models.packs import look_over_packs
    from workbench.models.sources import SOURCES

    cards, broken = look_over_packs()
    here = {card.name for card in cards}
    missing = {name: source for name, source in SOURCES.items() if name not in here | broken.keys()}
    if as_json:
        fetchable = [{"name": n, "licence": s.terms, "megabytes": s.size} for n, s in missing.items()]
        why = [{"name": name, "reason": reason} for name, reason in broken.items()]
        return _json({"packs": [card.to_dict() for card in cards], "broken": why, "fetchable": fetchable})
    for card in cards:
        typer.echo(f"{card.name:<14} here       {card.licence}")
    for name, reason in broken.items():
        typer.echo(f"{name:<14} broken     {reason}")
    for name, source in missing.items():
        typer.echo(f"{name:<14} to fetch   {source.terms}; {source.size} MB")


@app.command(epilog="Example: workbench models show dlib")
def show(
    name: Annotated[str, typer.Argument(help="Name of a pack, or path of a folder or zip.")], as_json: Json = False
) -> None:
    """Show a pack's origin, licence, files, smallest face and starting threshold; its files are hashed."""
    from workbench.models.packs import card_of

    _card(card_of(name, check=True), as_json)


@app.command(epilog="Example: workbench models add buffalo_l.zip --name buffalo_l")
def add(
    path: Annotated[Path, typer.Argument(help="Folder or zip in InsightFace's format.")],
    name: Named = None,
    licence: Annotated[
        str | None, typer.Option(help="Licence of the weights, where the software does not know it.")
    ] = None,
    origin: Annotated[str | None, typer.Option(help="Who made the weights and where they come from.")] = None,
    as_json: Json = False,
) -> None:
    """Copy a pack into the user's data folder, after loading and measuring it."""
    from workbench.models.packs import add_pack

    _say("loading and measuring the pack ...")
    _card(add_pack(path, name, licence=licence, origin=origin), as_json)


@app.command(epilog="Example: workbench models fetch buffalo_s")
def fetch(
    name: Annotated[str, typer.Argument(help="Name of a known pack, or the name to give to what --url brings.")],
    sha256: Annotated[str | None, typer.Option("--sha256", help="SHA-256 that the download must have.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Another address to download from; needs --sha256.")] = None,
    as_json: Json = False,
) -> None:
    """Download a pack, check it, and add it; a broken download is continued."""
    from workbench.models.packs import fetch_pack
    from workbench.models.sources import SOURCES

    if name in SOURCES and not url:
        _say(f"{name}: {SOURCES[name].size} MB, {SOURCES[name].terms}")
    _card(fetch_pack(name, sha256=sha256, url=url, progress=_progress()), as_json)


@app.command(epilog="Example: workbench models quantize buffalo_l")
def quantize(
    pack: Annotated[str, typer.Argument(help="Name of a pack, or path of a folder or zip, in InsightFace's format.")],
    name: Annotated[str | None, typer.Option("--name", help="Name of the new one.  [default: PACK-int8]")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FOLDER", help="Make it there, not among your packs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a quicker pack of another: its recogniser calculates in 8-bit whole numbers. Its scores are in a space of their own."""
    from workbench.models.quantized import quantize_pack

    _say("calibrating on generated people ...")
    _card(quantize_pack(pack, name, out=out), as_json)


def card_text(card: Card) -> str:
    """A card for people, one fact a line."""
    start = card.start
    threshold = (
        f"{start.score:g} (FPIR {start.fpir:g} with {start.listed} listed; {start.measured_on})"
        if start
        else "not measured"
    )
    lines = [
        f"{card.name}",
        f"  licence            {card.licence}",
        f"  origin             {card.origin}",
        f"  smallest face      {card.smallest_face} px; narrower ones are tracked, never compared",
        f"  starting threshold {threshold}",
        *(f"  file               {name} {sha}" for name, sha in card.files.items()),
        *(f"  note               {note}" for note in card.notes),
    ]
    return "\n".join(lines)


def _card(card: Card, as_json: bool) -> None:
    if as_json:
        _json(card.to_dict())
    else:
        typer.echo(card_text(card))


def _json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False))


def _say(text: str) -> None:
    typer.echo(text, err=True)


def _progress() -> Progress:
    """Tells every ten megabytes, and at the end, on stderr."""
    told = 0

    def tell(done: int, total: int | None) -> None:
        nonlocal told
        if done - told >= 10_000_000 or done == total:
            told = done
            _say(f"{done / 1e6:.0f} MB" + (f" of {total / 1e6:.0f} MB" if total else ""))

    return tell
