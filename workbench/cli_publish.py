"""`workbench publish`: what managers may see of a case, as a bundle for `workbench serve` or as one page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, out, replaceable
from workbench.errors import WorkbenchError
from workbench.terminal import plain

if TYPE_CHECKING:
    from workbench.published.bundle import Bundle

__all__ = ["EXAMPLE", "publish"]

EXAMPLE = "Example: workbench publish cases/014 published/014 --reason 'weekly report' --page 014.html"


def publish(
    case: CasePath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The bundle's folder; what is there is replaced.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who publishes.  [default: the current user]")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, and for whom; it is logged and shown.")] = "",
    faces: Annotated[
        bool, typer.Option("--faces", help="Show the faces of confirmed alerts, everyone else hidden, until due.")
    ] = False,
    names: Annotated[bool, typer.Option("--names", help="Say who is on the list; else only how many.")] = False,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the result as one HTML page that needs no server, too.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Delete what was published there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Publish rates, curves, counts and the deployment record: no template, no bystander, no key, no path."""
    from workbench import publishing

    if withdraw:
        if faces or names or page:
            raise typer.BadParameter("--withdraw deletes; it goes with --by and --reason alone")
        publishing.withdraw(case, folder, by=by, reason=reason)
        out({"withdrawn": str(folder)}, as_json, f"{plain(folder)} is withdrawn; the log of the case says so")
        return
    page = page and replaceable(page, ".html", ".htm")
    bundle = publishing.publish(case, folder, by=by, reason=reason, faces=faces, names=names)
    if page is not None:
        _page(folder, page)
    out(_told(bundle, folder, page), as_json, _text(bundle, folder, page))


def _page(folder: Path, page: Path) -> None:
    """Drawn by the widgets, which this package does not import."""
    command = [sys.executable, "-m", "widgets.result_page", str(folder), str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["the page could not be drawn"]
        raise WorkbenchError(said[-1].removeprefix("error: "))


def _told(bundle: Bundle, folder: Path, page: Path | None) -> dict[str, object]:
    who = bundle.publication
    told = {"folder": str(folder), "number": who.number, "by": who.by, "at": who.at, "case_head": who.head}
    return told | {"scores": bundle.passes.scores, "crops": len(bundle.crops), "page": str(page) if page else None}


def _text(bundle: Bundle, folder: Path, page: Path | None) -> str:
    from workbench.counts import count

    who, faces = bundle.publication, len(bundle.crops)
    shown = f"{count(faces, 'face')} of confirmed alerts" if faces else "no face"
    scores = count(bundle.passes.scores, "score")
    lines = [
        f"{plain(folder)}: version {who.number}, published by {plain(who.by)}; {shown}, {scores}",
        f"from entry {who.entries} of the case's log, {who.head[:16]}",
    ]
    return "\n".join([*lines, *([f"page: {plain(page)}"] if page else [])])
