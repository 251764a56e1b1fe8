"""`workbench watch`: a live deployment on the command line, until it is time, its authority ends, or Ctrl-C."""

from __future__ import annotations

import resource
import signal
from contextlib import suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli_parts import AsJson, CasePath, PackName, bar, out

if TYPE_CHECKING:
    from workbench.live import Watching
    from workbench.progress import Progress

__all__ = ["EXAMPLE", "watch"]

EXAMPLE = (
    "Example: workbench watch cases/014 north=rtsp://camera/stream --point street --until 2026-12-31T18:00 "
    "--authorised-until 2026-12-31T20:00"
)
PULSE = 10.0  # seconds between two lines of how it is doing


def watch(
    case: CasePath,
    urls: Annotated[
        list[str],
        typer.Argument(
            metavar="URL...",
            help="Cameras: rtsp://, http://, udp://, /dev/video0, or a file, played in real time; NAME=URL names one, @FILE "
            "reads them from a file, so that no password stands on the command line.",
        ),
    ],
    zone: Annotated[
        str,
        typer.Option(metavar="POLYGON", help='Where faces count, in shares of the picture: "0.1,0.2 0.9,0.2 0.5,1".'),
    ] = "",
    until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When it stops by itself.  [default: with its authority]")
    ] = None,
    authorised_until: Annotated[
        str | None, typer.Option(metavar="TIME", help="When its authority ends.  [default: the end of the case]")
    ] = None,
    record: Annotated[
        str,
        typer.Option(metavar="none|alerts", help="alerts: keep the picture of an alert, everybody else in it hidden."),
    ] = "none",
    everything: Annotated[
        bool,
        typer.Option("--everything", help="On the board hide all but heads under alert, found to be a face or not."),
    ] = False,
    point: Annotated[
        str | None, typer.Option(metavar="NAME", help="The operating point.  [default: the only one of the case]")
    ] = None,
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.  [default: the case's]")] = "",
    authority: Annotated[str, typer.Option(metavar="TEXT", help="Who authorised it.  [default: the case's]")] = "",
    cooldown: Annotated[
        float, typer.Option(metavar="S", help="Seconds without a second alert on one subject at one camera.")
    ] = 60.0,
    faces: Annotated[
        int, typer.Option(metavar="N", help="Faces of a pass that an alert needs while the pass goes on.")
    ] = 2,
    every: Annotated[float, typer.Option(metavar="S", help="Seconds between looks; 0: as fast as it can.")] = 0.0,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who runs it.  [default: the current user]")] = "",
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Watch cameras for the people listed. Nobody else is kept; judge alerts with widgets.LiveBoard."""
    from workbench.case import Case

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write what is in memory to disk
    progress = bar()
    going = Case(case).watch(
        *urls,
        zone=zone,
        until=until,
        authorised_until=authorised_until,
        record=record,
        everything=everything,
        point=point,
        purpose=purpose,
        authority=authority,
        cooldown=cooldown,
        faces=faces,
        every=every,
        by=by,
        pack=pack,
        progress=progress,
    )
    _follow(going, progress)
    ended = going.wait()
    out(ended.to_dict(), as_json, ended.text())


def _follow(going: Watching, progress: Progress) -> None:
    """Say how it is doing until it ends; Ctrl-C and the system's request to end are ends like others."""

    def end(number: int, _: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        progress.say(f"deployment {going.number} goes on until {going.plan.until:%Y-%m-%d %H:%M} UTC; Ctrl-C ends it")
        number = 0
        while going.running:
            news = going.news(number, wait=PULSE)
            number = news.number
            progress.say(_line(news.status))
    except KeyboardInterrupt:
        _end(going)
    finally:
        signal.signal(signal.SIGTERM, before)


def _end(going: Watching) -> None:
    """Stop it and wait until its end is written; who asks again has it no longer try what cannot be written."""
    while going.running:
        with suppress(KeyboardInterrupt):
            going.stop("stopped by a person (Ctrl-C, or the system asked)")


def _line(status: Any) -> str:
    """A deployment in a line."""
    from workbench.counts import count

    cameras = ", ".join(
        f"{each['name']} {each['fps'] or 0:.1f} fps, {each['dropped']:,} dropped"
        + (f", NO PICTURE: {each['gap']}" if each["gap"] else "")
        + (", CAMERA MOVED" if each["moved"] else "")
        for each in status["cameras"]
    )
    trouble = f"{status['trouble']}; " if status["trouble"] else ""
    return f"{trouble}{count(status['faces'], 'face')} seen, {count(status['alerts'], 'alert')}; {cameras}"
