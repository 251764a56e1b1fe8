"""The command line's investigation mode: search with one photograph, list searches, record what was concluded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli_parts import AsJson, By, CasePath, ListVersion, PackName, Rank, Reason, SearchNumber, Verdict, out
from workbench.errors import WorkbenchError
from workbench.terminal import plain

if TYPE_CHECKING:
    from workbench.photo import PhotoFaces
    from workbench.searches import Search, Searches

__all__ = ["app", "search_text", "searches_text"]

app = typer.Typer()


@app.command(epilog='Example: workbench search cases/014 still.png --reason "Tip of 4 May" --by "A. Ng"')
def search(
    case: CasePath,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="One picture.")],
    reason: Reason,
    by: By,
    candidates: Annotated[int, typer.Option(metavar="N", help="How many to rank, 2 to 50.")] = 10,
    face: Annotated[int | None, typer.Option(metavar="K", help="Which face, counted from the left.")] = None,
    version: ListVersion = None,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Rank the people listed beside one photograph: leads to be compared by a person. Every search is recorded."""
    from workbench.case import Case

    found = Case(case).search(photo, why=reason, by=by, candidates=candidates, face=face, version=version, pack=pack)
    if found.failed and not as_json:
        raise WorkbenchError(f"{found.photo}: {found.failed} (kept as search {found.id})")
    out(found.to_dict(), as_json, search_text(found))
    if found.failed:
        raise typer.Exit(1)


@app.command(epilog="Example: workbench faces cases/014 still.png numbered.png")
def faces(
    case: CasePath,
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="One picture with several people.")],
    still: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it, as PNG.")],
    as_json: AsJson = False,
) -> None:
    """Write the picture with its faces numbered for `search --face`, and nobody in it recognisable."""
    from workbench.case import Case
    from workbench.counts import count

    if still.exists():
        raise WorkbenchError(f"{still} exists already; nothing is overwritten, give another name")
    found = Case(case).faces_in(photo)
    _write(found, still)
    widths = [round(width, 1) for width in found.widths]
    said = ", ".join(f"{number}: {width:.0f} px" for number, width in enumerate(widths, start=1))
    out(
        {"photo": found.photo, "widths": widths, "still": str(still)},
        as_json,
        f"{count(len(found), 'face')} ({said}): {still}",
    )


def _write(found: PhotoFaces, still: Path) -> None:
    from workbench.casefile.whole import write_whole

    if not len(found):
        raise WorkbenchError(
            f"{found.photo}: no face was found; use a picture that shows the whole face from the front"
        )
    write_whole(still, found.still)


@app.command(epilog="Example: workbench searches cases/014 --json")
def searches(case: CasePath, as_json: AsJson = False) -> None:
    """List every search that was made, the failed and the differing ones marked for disclosure."""
    from workbench.case import Case

    found = Case(case).searches
    out(found.to_dict(), as_json, searches_text(found))


@app.command(epilog='Example: workbench conclude cases/014 3 1 different --reason "ears differ" --by "A. Ng"')
def conclude(
    case: CasePath,
    number: SearchNumber,
    rank: Rank,
    verdict: Verdict,
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Record what you concluded of one candidate after comparing it; a changed mind is recorded beside the first."""
    from workbench.case import Case

    found = Case(case).conclude(number, rank, verdict, reason, by)
    out(found.to_dict(), as_json, search_text(found))


def search_text(search: Search) -> str:
    """A search for people to read."""
    from workbench.searches import duty_words, expected_words

    lines = [f"search {search.id} with {plain(search.photo)}, list version {search.list_version}, {search.pack}"]
    for each in search.candidates:
        lines.append(f"  {each.rank:>2}  {each.score:.3f}  {plain(each.subject)}: {plain(each.outcome)}")
        lines.append(f"             {search.rarity(each)}")
    lines += [duty_words(search), *map(plain, search.notes), *([expected_words(search)] if search.candidates else [])]
    return "\n".join([*lines, *(f"to disclose: {plain(reason)}" for reason in search.disclose)])


def searches_text(found: Searches) -> str:
    """All searches, one a line."""
    if not len(found):
        return "no search was made"
    return "\n".join(
        f"{each.id:>3}  {each.made:%Y-%m-%d %H:%M} UTC  {plain(each.by)}: {plain(each.photo)}, {each.open} of "
        f"{len(each.candidates)} to be compared" + "".join(f"; {plain(reason)}" for reason in each.disclose)
        for each in found
    )
