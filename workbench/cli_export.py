"""`workbench case export` and `workbench case record`: what leaves a case, for a court and for the public."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, bar, out, replaceable

__all__ = ["app"]

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog="Example: workbench case export cases/014 disclosure/ --alert 3 --alert 7 --reason 'for the defence'"
)
def export(
    case: CasePath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the bag goes: a new or an empty folder.")],
    alert: Annotated[list[int], typer.Option("--alert", metavar="ID", help="Which alert; repeat it for several.")],
    by: Annotated[str, typer.Option(metavar="WHO", help="Who exports.  [default: the current user]")] = "",
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, and for whom; it is logged and printed.")] = "",
    clip: Annotated[
        bool | None,
        typer.Option(
            "--clip/--no-clip",
            help="Enclose a clip of each alert, everyone else hidden; with --clip an export that cannot is an error.  "
            "[default: where the footage is there and unchanged]",
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option("--everything", help="In the clips hide all but the person's head, found to be a face or not."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put the evidence on some alerts into a BagIt bag: pictures, hashes, log, a report, and a notebook that recomputes."""
    from workbench.case import Case
    from workbench.counts import count
    from workbench.terminal import plain

    made = Case(case).export(folder, alert, by=by, reason=reason, clip=clip, everything=everything, progress=bar())
    lines = [
        f"{plain(made.folder)}: {count(made.files, 'file')}, {made.size / 1e6:.1f} MB, about {count(len(made.alerts), 'alert')}",
        *(f"  to be known: {plain(text)}" for text in made.notes),
        f"hash of the bag (tagmanifest-sha256.txt): {made.digest}",
        "name this hash when you hand the bag over; the case has logged it",
    ]
    out(made.to_dict(), as_json, "\n".join(lines))


@app.command(epilog="Example: workbench case record cases/014 --csv record.csv --xlsx record.xlsx")
def record(
    case: CasePath,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as CSV, for spreadsheets.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as XLSX, with the log of each use.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The deployment record in the columns that the public is shown, and the log of each use; what is unknown is not guessed."""
    from workbench.case import Case

    made = Case(case).record()
    if csv is not None:
        made.write_csv(replaceable(csv, ".csv"))
    if xlsx is not None:
        made.write_xlsx(replaceable(xlsx, ".xlsx"))
    out(made.to_dict(), as_json, made.text())
