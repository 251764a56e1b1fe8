"""The command line: one thin function a verb. JSON alone on stdout; progress, messages and one-line errors on stderr."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, PackName, bar, out
from workbench.errors import InputError, WorkbenchError
from workbench.interruption import Interruption
from workbench.terminal import plain

__all__ = ["app", "main"]

STOPPED = "stopped; nothing is left half done, and the same command begins again"
GOES_ON = "stopped; what is done is kept, the same command goes on from there"
NO_ROOM = (
    "there is not enough memory, or too many threads or files are open on this machine ({}); close other programs, or let "
    "this one have more (ulimit), and run the same command again, what was committed is kept"
)
FULL = "; make room and run the same command again"
SIGNS = ("failed to map segment", "cannot allocate memory", "can't start new thread", "bad alloc", "bad_alloc")
RESUMED = (["scan"], ["models", "fetch"])  # the commands that go on where they were stopped
app = typer.Typer(
    name="workbench",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Second Look: a face-recognition investigation workbench. A person decides; it shows what the score is worth.",
)


@app.command(epilog="Example: workbench enroll cases/014 photos/ --details list.csv")
def enroll(
    case: CasePath,
    photos: Annotated[Path, typer.Argument(metavar="PHOTOS", help="A folder with one folder of images a person.")],
    details: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Grounds for each person: subject, category, authority, ...")
    ] = None,
    pack: PackName = None,
    as_json: AsJson = False,
) -> None:
    """Draw up the watchlist from photographs; each one is accepted, or rejected with a reason."""
    from workbench.case import Case
    from workbench.summaries import watchlist_text

    watch = Case(case).enroll(photos, details=details, pack=pack, progress=bar())
    out(watch.to_dict() | {"version": watch.version, "pack": watch.space.pack}, as_json, watchlist_text(watch))


@app.command(epilog="Example: workbench scan cases/014 lobby.mp4 street.mkv --every 0.2")
def scan(
    case: CasePath,
    footage: Annotated[list[Path], typer.Argument(metavar="FOOTAGE", help="Video files, or folders of images.")],
    threshold: Annotated[
        float | None, typer.Option(metavar="X", help="Score from which a track is an alert.  [default: the pack's]")
    ] = None,
    point: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="An operating point that the case holds, in place of --threshold."),
    ] = None,
    every: Annotated[float, typer.Option(metavar="S", help="Seconds between samples.")] = 0.2,
    closer: Annotated[
        float, typer.Option(metavar="S", help="Seconds between closer looks, for small faces; 0: at every sample.")
    ] = 1.0,
    fast: Annotated[
        bool, typer.Option("--fast", help="Triage: look at key frames only. Quick, and leaves out most of the footage.")
    ] = False,
    gallery: Annotated[str, typer.Option(help="exact or faiss.")] = "exact",
    pack: PackName = None,
    again: Annotated[bool, typer.Option("--again", help="Scan anew what was scanned with the same settings.")] = False,
    camera: Annotated[str, typer.Option(metavar="NAME", help="What recorded it.  [default: the file's name]")] = "",
    recorded: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When its first picture was recorded, such as 2026-05-03T21:30+01:00."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(metavar="N", help="Processes on this machine that scan.  [default: this one]")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Dask workers scan: tcp://10.0.0.5:8786, or tls://...")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Scan footage for the people listed. Interrupted, the same command goes on where it stopped."""
    from workbench.case import Case
    from workbench.summaries import run_text

    if threshold is not None and point is not None:
        raise typer.BadParameter("--threshold and --point are two ways to say the same; give one of them")
    held = Case(case)
    run = held.scan(
        *footage,
        threshold=threshold if point is None else held.operating_point(point),
        every=every,
        closer=closer,
        fast=fast,
        gallery=gallery,
        pack=pack,
        again=again,
        camera=camera,
        recorded=recorded,
        workers=workers,
        scheduler=scheduler,
        progress=bar(),
    )
    out(run.to_dict(), as_json, run_text(run))


@app.command(epilog="Example: workbench doctor --json")
def doctor(as_json: AsJson = False) -> None:
    """Check this installation: versions, providers, packs, cores, disk, codecs."""
    from workbench.doctor import checkup, to_text

    found = checkup()
    out([vars(finding) for finding in found], as_json, to_text(found))
    raise typer.Exit(1 if any(finding.state == "problem" for finding in found) else 0)


@app.command(epilog="Example: workbench demo --open")
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put the case and its page.")] = Path("demo"),
    pack: Annotated[str, typer.Option("--pack", metavar="PACK", help="Model pack.")] = "dlib",
    show: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a case with a list, scan a street with planted truth, and show what was found, missed and false."""
    from workbench.demo import run_demo

    outcome = run_demo(folder, pack=pack, progress=bar())
    out(outcome.to_dict(), as_json, outcome.text())
    if show:
        typer.launch(outcome.page.resolve().as_uri())


@app.command(epilog="Example: workbench lab cases/014")
def lab(
    place: Annotated[
        Path, typer.Argument(metavar="PATH", help="The folder or notebook that JupyterLab opens.")
    ] = Path(),
) -> None:
    """Open JupyterLab here."""
    if not place.exists():
        raise InputError(f"{place} does not exist; give a folder or a notebook")
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab", str(place.resolve())])


def _add_parts() -> None:
    from workbench import (
        cli_archive,
        cli_archive_search,
        cli_case,
        cli_cast,
        cli_evaluate,
        cli_export,
        cli_lists,
        cli_models,
        cli_publish,
        cli_redact,
        cli_search,
        cli_serve,
        cli_watch,
    )

    app.command(epilog=cli_publish.EXAMPLE)(cli_publish.publish)
    app.command(epilog="Example: workbench serve published/ --check")(cli_serve.serve)
    app.command(epilog=cli_evaluate.EXAMPLE)(cli_evaluate.evaluate)
    app.add_typer(cli_case.app, name="case")
    app.command(epilog=cli_watch.EXAMPLE)(cli_watch.watch)
    app.command(epilog="Example: workbench redact cases/014 lobby.mp4 --keep 3")(cli_redact.redact)
    app.add_typer(cli_models.app, name="models")
    app.add_typer(cli_cast.app, name="cast")
    cli_case.app.add_typer(cli_export.app)
    app.add_typer(cli_lists.app, name="list")
    app.add_typer(cli_archive.app, name="archive")
    cli_archive.app.add_typer(cli_archive_search.app)
    app.add_typer(cli_search.app)


_add_parts()


def main() -> None:
    """Run the command line; what the user can act on is one line on stderr and exit 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # not every terminal has every letter
    logging.getLogger("sqlalchemy.pool").setLevel(
        logging.CRITICAL
    )  # it would print a traceback of every Ctrl-C it meets
    with Interruption.watched() as keys:
        try:
            _command()()
        except (Exception, KeyboardInterrupt, SystemExit) as error:
            _fail(_line(error, keys.pressed))


@cache
def _command() -> typer.core.TyperGroup:
    """All commands, which take Typer a twelfth of a second to put together: once a process, however often `main` is called."""
    return typer.main.get_command(app)  # type: ignore[return-value]


def _line(error: BaseException, pressed: bool) -> str:
    """What the user can act on; everything else is raised again.

    pressed : whether Ctrl-C was, whatever a library, or Typer, has made of it meanwhile
    """
    if isinstance(error, SystemExit) and not (error.code and pressed):
        raise error
    if pressed or isinstance(error, KeyboardInterrupt):
        return GOES_ON if any(sys.argv[1 : 1 + len(each)] == each for each in RESUMED) else STOPPED
    if isinstance(error, WorkbenchError):
        return str(error)
    if _no_room(error):
        return NO_ROOM.format(str(error) or type(error).__name__)
    if isinstance(error, RuntimeError) and str(error).startswith("Symlink loop"):
        return f"a link leads to itself ({str(error).removeprefix('Symlink loop from ')}); give the place that is meant"
    if isinstance(error, OSError):
        if error.filename is None:  # stdout itself: what it still holds would be complained of once more at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        what = f"{error.filename or 'the result'} cannot be read or written ({error.strerror or error})"
        return what + (FULL if error.filename and error.errno in (errno.ENOSPC, errno.EDQUOT) else "")
    raise error


def _no_room(error: BaseException) -> bool:
    """Whether the system refused memory or a thread; libraries say so in words of their own."""
    refused = isinstance(error, OSError) and error.errno in (errno.ENOMEM, errno.EAGAIN, errno.EMFILE, errno.ENFILE)
    return refused or isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in SIGNS)


def _fail(message: str) -> None:
    typer.echo("error: " + plain(" ".join(message.split())), err=True)
    raise SystemExit(1)
