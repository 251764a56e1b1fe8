"""`workbench archive search|searches|conclude`: ask an archive with one photograph, and record what was concluded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli_parts import AsJson, By, PackName, Rank, Reason, SearchNumber, Verdict, bar, out
from workbench.errors import WorkbenchError
from workbench.terminal import plain

if TYPE_CHECKING:
    from workbench.archive_searches import ArchiveSearch

__all__ = ["ArchivePath", "Cameras", "Cases", "From", "To", "app"]

app = typer.Typer()

ArchivePath = Annotated[Path, typer.Argument(metavar="ARCHIVE", help="The archive's folder.")]
Cases = Annotated[list[str] | None, typer.Option("--case", metavar="NAME", help="Of this case only; again for more.")]
Cameras = Annotated[
    list[str] | None, typer.Option("--camera", metavar="NAME", help="By this camera only; again for more.")
]
From = Annotated[str | None, typer.Option("--from", metavar="TIME", help="Seen at this time or later.")]
To = Annotated[str | None, typer.Option("--to", metavar="TIME", help="Seen before this time.")]


@app.command(
    "search",
    epilog='Example: workbench archive search archives/7 still.png --camera gate --reason "a tip" --by "A. Ng"',
)
def search(
    archive: ArchivePath,
    reason: Reason,
    by: By,
    photo: Annotated[Path | None, typer.Argument(metavar="PHOTO", help="One picture.")] = None,
    track: Annotated[
        int | None, typer.Option(metavar="N", help="In place of a picture, a track of the archive.")
    ] = None,
    candidates: Annotated[int, typer.Option(metavar="N", help="How many to rank, 2 to 50.")] = 10,
    face: Annotated[int | None, typer.Option(metavar="K", help="Which face, counted from the left.")] = None,
    case: Cases = None,
    camera: Cameras = None,
    start: From = None,
    end: To = None,
    mode: Annotated[str, typer.Option(metavar="MODE", help="exact, fast, or milvus://host:port/collection.")] = "exact",
    assume: Annotated[
        str | None,
        typer.Option(metavar="SCORE=RATE", help="How often strangers reach a score, where no case measured it."),
    ] = None,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Rank the passes most alike to a photograph, or to a track: leads to be compared by a person. Every search is recorded."""
    from workbench.archives import open_archive

    with open_archive(archive) as held:
        found = held.search(
            photo,
            track=track,
            why=reason,
            by=by,
            candidates=candidates,
            face=face,
            cases=case or (),
            cameras=camera or (),
            start=start,
            end=end,
            mode=mode,
            assumed=assume,
            pack=pack,
            progress=bar(),
        )
    if found.failed and not as_json:
        raise WorkbenchError(f"{found.photo}: {found.failed} (kept as search {found.id})")
    out(found.to_dict(), as_json, search_text(found))
    if found.failed:
        raise typer.Exit(1)


@app.command("searches", epilog="Example: workbench archive searches archives/7 --json")
def searches(archive: ArchivePath, as_json: AsJson = False) -> None:
    """List every search that was made, the failed and the differing ones marked for disclosure; also after the end."""
    from workbench.archives import Archive

    found = Archive(archive).searches
    lines = [
        f"{each.id:>3}  {each.made:%Y-%m-%d %H:%M} UTC  {plain(each.by)}: {plain(each.photo)} in {each.searched:,} tracks, "
        f"{each.open} of {len(each.candidates)} to be compared" + "".join(f"; {plain(why)}" for why in each.disclose)
        for each in found
    ]
    out(found.to_dict(), as_json, "\n".join(lines) or "no search was made")


@app.command(
    "conclude", epilog='Example: workbench archive conclude archives/7 3 1 different --reason "ears" --by "A. Ng"'
)
def conclude(
    archive: ArchivePath,
    number: SearchNumber,
    rank: Rank,
    verdict: Verdict,
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Record what you concluded of one candidate after comparing it; a changed mind is recorded beside the first."""
    from workbench.archives import Archive

    found = Archive(archive).conclude(number, rank, verdict, reason, by)
    out(found.to_dict(), as_json, search_text(found))


def search_text(found: ArchiveSearch) -> str:
    """A search for people to read."""
    from workbench.strangers import expected_line

    lines = [f"search {found.id} with {plain(found.photo)}, {found.mode}, {found.pack}"]
    for each in found.candidates:
        lines.append(f"  {each.rank:>2}  {each.score:.3f}  {plain(each.where)}: {plain(each.outcome)}")
        lines.append(f"             {expected_line(each.expected, found.searched)}")
        lines.append(
            f"             track {each.track}: case {plain(each.origin.case)}, run {each.origin.run}, alert {each.alert}"
        )
    return "\n".join([*lines, *map(plain, found.notes), *(f"to disclose: {plain(why)}" for why in found.disclose)])
