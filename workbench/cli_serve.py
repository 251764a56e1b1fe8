"""`workbench serve`: published results as apps, behind a token or a hub."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from workbench.errors import InputError

__all__ = ["serve"]

TOKEN = "SECOND_LOOK_TOKEN"


def serve(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder with published results; a case for --desk, or for --hub.")
    ],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8866,
    ip: Annotated[
        str, typer.Option(help="The address it listens at; put TLS in front of any but this machine's own.")
    ] = "127.0.0.1",
    token: Annotated[
        str, typer.Option(envvar=TOKEN, help="What viewers sign in with.  [default: made up, and printed]")
    ] = "",
    kernels: Annotated[int, typer.Option(min=1, help="How many viewers at once; others are asked to wait.")] = 24,
    preheated: Annotated[int, typer.Option(min=0, help="Apps kept ready, of each, so that they open at once.")] = 1,
    idle: Annotated[int, typer.Option(min=10, help="Seconds after which an app that nobody looks at ends.")] = 600,
    theme: Annotated[str, typer.Option(help="light, dark, or auto: as the viewer's system is set.")] = "auto",
    desk: Annotated[
        str, typer.Option(metavar="NAME", help="DIR is a case, and NAME judges its alerts: the review desk.")
    ] = "",
    hub: Annotated[
        bool,
        typer.Option("--hub", help="As a service that JupyterHub starts and signs people in for; see docs/office.md."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Start it, try its own doors, say what was found, end.")
    ] = False,
) -> None:
    """Serve published results to people who have the token, or whom a JupyterHub lets in. Nothing else in the folder can be had."""
    from workbench.casefile.store import is_case

    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; publish a case first: workbench publish CASE {folder}")
    if hub and (token or desk or check):
        raise InputError("with --hub the hub signs people in and names them; leave out --token, --desk and --check")
    if desk:
        _refuse_desk(folder, desk)
    elif not hub and is_case(folder):
        raise InputError(f'{folder} is a case; to judge its alerts, say who does: --desk "A. Ng"')
    if theme not in ("auto", "light", "dark"):
        raise InputError(f"the theme is auto, light or dark, not {theme!r}")
    if token and len(token) < 16:
        raise InputError("the token is shorter than 16 characters; leave it out and one is made up")
    command = [sys.executable, "-m", "widgets.serving", str(folder), "--port", str(port), "--ip", ip]
    command += ["--kernels", str(kernels), "--preheated", str(preheated), "--theme", theme, "--idle", str(idle)]
    command += ["--desk", desk] * bool(desk) + ["--hub"] * hub
    surroundings = os.environ | ({TOKEN: token} if token else {})
    os.execve(sys.executable, [*command, "--check"] if check else command, surroundings)


def _refuse_desk(folder: Path, desk: str) -> None:
    """One line, before a server starts, if there is no case to judge or nobody who judges."""
    from workbench.case import Case
    from workbench.decisions import who

    if not who(desk):
        raise InputError('say who judges: --desk "A. Ng"; the name stands on every decision')
    _ = Case(folder).store.sealing.signing  # without the key nothing could be written
