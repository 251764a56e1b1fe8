"""`workbench redact`: a copy of footage in which everybody is hidden who is not asked to be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, bar, out

__all__ = ["redact"]


def redact(
    case: CasePath,
    footage: Annotated[Path, typer.Argument(metavar="FOOTAGE", help="A video file, or a folder of images.")],
    keep: Annotated[
        list[int] | None,
        typer.Option(metavar="ALERT", help="Show this alert's person, in the time of its track; repeat."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The copy.  [default: FOOTAGE-redacted.mp4, here]")
    ] = None,
    start: Annotated[
        float | None, typer.Option("--from", metavar="S", help="Only from here on: seconds in the footage.")
    ] = None,
    end: Annotated[float | None, typer.Option("--to", metavar="S", help="Only up to here, both included.")] = None,
    detector: Annotated[
        str | None, typer.Option(metavar="PACK", help="A further pack that looks for faces, and checks the copy.")
    ] = None,
    margin: Annotated[
        float, typer.Option(metavar="S", help="Seconds for which a place stays hidden before and after a face is seen.")
    ] = 0.6,
    everything: Annotated[
        bool,
        typer.Option(
            "--everything", help="With --keep: hide all but the heads of those who are kept, found to be a face or not."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a copy without faces, sound or metadata, and check it; a copy that fails the check is deleted."""
    from workbench.case import Case

    made = Case(case).redact(
        footage,
        start=start,
        end=end,
        keep=keep or (),
        out=to,
        detector=detector,
        margin=margin,
        everything=everything,
        progress=bar(),
    )
    out(made.to_dict(), as_json, made.text())
