"""`workbench case ...`: make a case, look into it, seal it, and end it."""

from __future__ import annotations

from typing import Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, PackName, out

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Make a case, look into it, guard what it holds.")


@app.command("new", epilog='Example: workbench case new cases/014 --purpose "Robbery, 3 May" --authority "Insp. Lee"')
def new(
    case: CasePath,
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What the search is for.")],
    authority: Annotated[str, typer.Option(metavar="TEXT", help="Who authorised it.")],
    pack: PackName = None,
    keep_near_misses: Annotated[
        bool, typer.Option("--keep-near-misses", help="Keep the faces of near misses until they are reviewed.")
    ] = False,
    alert_hours: Annotated[int, typer.Option(help="Hours after which an alert's faces are deleted.")] = 24,
    ends: Annotated[
        str, typer.Option(metavar="TIME", help="End of the deployment; a day later the list's faces are deleted.")
    ] = "",
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Do not encrypt: anybody who has the folder sees the faces.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a case. It is sealed: its key is kept outside of it, and `case info` says where."""
    from workbench.case import Case
    from workbench.casefile.policy import Policy
    from workbench.models.packs import card_of
    from workbench.pipeline import locator_of

    if pack is not None:
        card_of(pack)  # an unknown pack is refused before anything is made
    chosen = None if pack is None else locator_of(pack)
    policy = Policy(near_miss_faces=keep_near_misses, alert_hours=alert_hours, ends=ends)
    made = Case.create(case, purpose=purpose, authority=authority, pack=chosen, policy=policy, sealed=not unsealed)
    words = f"made {made.folder}, {made.sealed}; next: workbench enroll {made.folder} PHOTOS"
    out(made.info(), as_json, words)


@app.command("info", epilog="Example: workbench case info cases/014 --json")
def info(case: CasePath, as_json: AsJson = False) -> None:
    """Say what a case holds; this needs no key."""
    from workbench.case import Case
    from workbench.summaries import case_text

    found = Case(case).info()
    out(found, as_json, case_text(found))


@app.command("verify", epilog="Example: workbench case verify cases/014 --json")
def verify(
    case: CasePath,
    footage: Annotated[bool, typer.Option(help="Hash the footage too, which takes as long as reading it.")] = True,
    head: Annotated[
        bool, typer.Option("--head", help="Print how the log ends, to be written down or stamped elsewhere.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check everything in a case against its log: what was altered, is missing or out of order is named, and exit is 1."""
    from workbench.case import Case
    from workbench.terminal import plain

    found = Case(case).verify(footage=footage)
    text = found.text() + (f"\n{found.head_text()}" if head else "")
    out(found.to_dict(), as_json, "\n".join(plain(line) for line in text.splitlines()))
    raise typer.Exit(0 if found.clean else 1)


@app.command("seal", epilog="Example: workbench case seal cases/014")
def seal(case: CasePath, as_json: AsJson = False) -> None:
    """Seal a case that was made without: encrypt its pictures and templates, and sign its log from now on."""
    from workbench.case import Case

    held = Case(case)
    held.seal()
    out({"sealed": held.sealed}, as_json, held.sealed)


@app.command("erase", epilog="Example: workbench case erase cases/014")
def erase(
    case: CasePath,
    yes: Annotated[
        str | None, typer.Option("--yes-erase", metavar="NAME", help="The name of the case, instead of typing it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Destroy the key of a case: its pictures and templates never open again."""
    from workbench.case import Case

    held = Case(case)
    name = yes if yes is not None else typer.prompt(f"type {held.about.name!r} to erase it for good", err=True)
    places = held.erase(name)
    gone = f"destroyed with {' and '.join(places)}" if places else "worthless: its salt was destroyed"
    words = f"erased {name}: its key is {gone}. Copies of the folder and of the key made before are beyond this program"
    out({"erased": name, "destroyed": places}, as_json, words)
