"""`workbench case ...`: make a case, look into it, seal it, and end it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, PackName, erasing, out

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
    clip_hours: Annotated[int, typer.Option(help="Hours after which a clip of footage is deleted.")] = 744,
    ends: Annotated[
        str, typer.Option(metavar="TIME", help="End of the deployment; a day later the list's faces are deleted.")
    ] = "",
    one_reviewer: Annotated[
        str, typer.Option(metavar="REASON", help="Why one person is enough to judge an alert; two are asked otherwise.")
    ] = "",
    unsealed: Annotated[
        bool, typer.Option("--unsealed", help="Do not encrypt: anybody who has the folder sees the faces.")
    ] = False,
    database: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Keep its rows in this PostgreSQL, for an office; no password here, see docs/office.md.  "
            "[default: $SECOND_LOOK_DATABASE, else in the folder]",
        ),
    ] = None,
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
    policy = Policy(
        near_miss_faces=keep_near_misses,
        alert_hours=alert_hours,
        clip_hours=clip_hours,
        ends=ends,
        reviewers=1 if one_reviewer.strip() else 2,
        one_reviewer=one_reviewer,
    )
    made = Case.create(
        case,
        purpose=purpose,
        authority=authority,
        pack=chosen,
        policy=policy,
        sealed=not unsealed,
        database=database,
    )
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
    tsa_roots: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Certificates (PEM) that the log's time stamps must lead to."),
    ] = None,
    public_key: Annotated[
        str,
        typer.Option(
            metavar="HEX", help="What --head printed once: a case that is sealed otherwise, or not, is found."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check everything in a case against its log: what was altered, is missing or out of order is named, and exit is 1."""
    from workbench.casefile.guarding import checked
    from workbench.terminal import plain

    found = checked(case, footage=footage, tsa_roots=tsa_roots, public_key=public_key)
    text = found.text() + (f"\n{found.head_text()}" if head else "")
    out(found.to_dict(), as_json, "\n".join(plain(line) for line in text.splitlines()))
    raise typer.Exit(0 if found.clean else 1)


@app.command("stamp", epilog="Example: workbench case stamp cases/014 --request head.tsq")
def stamp(
    case: CasePath,
    request: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the request there, to be sent by hand.")
    ] = None,
    response: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep this answer of a service.")] = None,
    tsa: Annotated[str | None, typer.Option(metavar="URL", help="Ask this service now, over http or https.")] = None,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who does it.  [default: the current user]")] = "",
    as_json: AsJson = False,
) -> None:
    """Have the log's end stamped by a service that is not yours (RFC 3161): then nobody can write it anew unseen.

    Nothing leaves the machine but with --tsa, and then the hash of the log's last entry alone.
    """
    from workbench.case import Case
    from workbench.stamping import stamp_by_hand, stamp_over_network, write_request

    if sum(each is not None for each in (request, response, tsa)) != 1:
        raise typer.BadParameter("say one of --request FILE, --response FILE, --tsa URL")
    held = Case(case, purge_due=False)
    if request is not None:
        write_request(held, request)
        words = f"wrote {request}; send it, then: workbench case stamp {case} --response ANSWER"
        return out({"request": str(request)}, as_json, words)
    kept = stamp_by_hand(held, response, by=by) if response is not None else stamp_over_network(held, tsa or "", by=by)
    out(kept.to_dict(), as_json, str(kept))


@app.command("purge", epilog="Example: workbench case purge cases/014 --dry-run")
def purge(
    case: CasePath,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what is kept until when, and what would go.")
    ] = False,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="As if it were this time.  [default: now]")] = None,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who deletes.  [default: the current user]")] = "",
    as_json: AsJson = False,
) -> None:
    """Delete the faces and templates whose time is over; scores and decisions stay, the log keeps the proof."""
    from workbench.case import Case
    from workbench.casefile.policy import moment
    from workbench.casefile.retention import grouped
    from workbench.summaries import retention_line

    held = Case(case, purge_due=False)
    gone = held.purge(moment(now) if now else None, dry_run=dry_run, by=by)
    lines = [f"{'would go' if dry_run else 'gone'}: {retention_line(each)}" for each in grouped(gone)]
    lines += [retention_line(each) for each in grouped(each for each in held.clocks if each not in gone)]
    lines = lines if gone else ["nothing is due", *lines]
    out({"dry_run": dry_run, "purged": [each.to_dict() for each in gone]}, as_json, "\n".join(lines))


@app.command("hold", epilog='Example: workbench case hold cases/014 --alert 3 --reason "exhibit 7"')
def hold(
    case: CasePath,
    alert: Annotated[int, typer.Option(metavar="ID", help="Which alert.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it stands in the log.")],
    release: Annotated[bool, typer.Option("--release", help="Let its clock go on instead.")] = False,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who decides it.  [default: the current user]")] = "",
) -> None:
    """Keep the faces of an alert as evidence beyond their time, until it is released."""
    from workbench.case import Case

    held = Case(case)
    (held.release if release else held.hold)(alert, reason=reason, by=by)
    out(None, False, f"alert {alert} is {'released' if release else 'held as evidence'}")


@app.command("end", epilog="Example: workbench case end cases/014")
def end(
    case: CasePath,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="When the deployment ends.  [default: now]")] = None,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who says so.  [default: the current user]")] = "",
) -> None:
    """Say when the deployment ends: a day later the list's templates and pictures are deleted."""
    from workbench.case import Case
    from workbench.casefile.policy import moment

    when = moment(at) if at else None  # before anything is opened: opening deletes what is due
    held = Case(case)
    held.end(when, by=by)
    ends = held.about.policy.ends[:16].replace("T", " ")
    out(None, False, f"the deployment ends on {ends} UTC; {held.about.policy.list_hours} h later the list is deleted")


@app.command("move", epilog="Example: workbench case move cases/014 --database postgresql://db.office/cases")
def move(
    case: CasePath,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Into this PostgreSQL; no password here.  [default: $SECOND_LOOK_DATABASE]"),
    ] = None,
    folder: Annotated[bool, typer.Option("--folder", help="Back into the case's folder.")] = False,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who does it.  [default: the current user]")] = "",
    as_json: AsJson = False,
) -> None:
    """Move the rows of a case into an office's database, or back into its folder: whole or not at all.

    The case is verified, copied, and the copy verified, before the old rows go. A move that was cut off: the same again.
    """
    from workbench.casefile.moving import destination
    from workbench.casefile.moving import move as move_rows

    rows, place = move_rows(case, destination(database, folder), by=by)
    words = f"moved {rows:,} rows of {case} into {place}: verified before and after, the old ones are deleted"
    out({"rows": rows, "place": place}, as_json, words)


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
    name = erasing(held, yes)
    places = held.erase(name)
    gone = f"destroyed with {' and '.join(places)}" if places else "worthless: its salt was destroyed"
    words = f"erased {name}: its key is {gone}. Copies of the folder and of the key made before are beyond this program"
    out({"erased": name, "destroyed": places}, as_json, words)
