"""What commands have in common: arguments that mean the same everywhere, the result, and progress on stderr."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.errors import WorkbenchError
from workbench.progress import Bar
from workbench.terminal import plain

if TYPE_CHECKING:
    from workbench.casefile.guarding import Guarded

__all__ = [
    "AsJson",
    "bar",
    "By",
    "CasePath",
    "erasing",
    "ListVersion",
    "out",
    "PackName",
    "Rank",
    "Reason",
    "replaceable",
    "SearchNumber",
    "Verdict",
]

CasePath = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; it is recorded.")]
By = Annotated[str, typer.Option(metavar="WHO", help="Who; it is recorded.")]
SearchNumber = Annotated[int, typer.Argument(metavar="SEARCH", help="Number of the search.")]
Rank = Annotated[int, typer.Argument(metavar="RANK", help="Rank of the candidate.")]
Verdict = Annotated[str, typer.Argument(metavar="VERDICT", help='same, different or "cannot tell".')]
ListVersion = Annotated[
    int | None, typer.Option("--list", metavar="V", help="Version of the list.  [default: the newest]")
]
PackName = Annotated[
    str | None, typer.Option("--pack", metavar="PACK", help="Model pack: dlib, an added one, a folder or a zip.")
]


def out(value: Any, as_json: bool, text: str) -> None:
    """The result: JSON for programs, text for people, in which no character acts on the terminal, wherever it came from."""
    typer.echo(_json(value) if as_json else "\n".join(map(plain, text.split("\n"))))


def _json(value: Any) -> str:
    """JSON to read and to parse: letters as they are, what cannot be shown as an escape."""
    escape = (sys.stdout.encoding or "").lower() != "utf-8"
    text = json.dumps(value, ensure_ascii=escape, indent=2, default=str)
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def replaceable(path: Path, *endings: str) -> Path:
    """A path to write to, if nothing is there but what was written so before, as its ending tells; otherwise an error."""
    if path.exists() and (path.suffix.lower() not in endings or not path.is_file()):
        raise WorkbenchError(f"{path} exists already and is no {' or '.join(endings)} file; nothing is overwritten")
    return path


def erasing(held: Guarded, yes: str | None) -> str:
    """The name of what is to be erased, as it was given or is typed now; where else its key is needed is said before."""
    if elsewhere := held.seen_elsewhere:
        typer.echo(f"the same key opens it in {plain(', '.join(elsewhere))}: it is erased there, too", err=True)
    return yes if yes is not None else str(typer.prompt(f"type {held.about.name!r} to erase it for good", err=True))


def bar() -> Bar:
    """Progress at once on a terminal; elsewhere, say in a log file, a line of it every half minute."""
    return Bar(0.1 if sys.stderr.isatty() else 30.0, out=sys.stderr)
