"""`workbench archive ...`: search what cases have kept, under an authority of its own that ends."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from workbench.cli_archive_search import ArchivePath, Cameras, Cases, From, To
from workbench.cli_parts import AsJson, By, CasePath, Reason, erasing, out
from workbench.terminal import plain

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Search what cases have kept, under an authority that ends."
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")]


@app.command(
    "new",
    epilog='Example: workbench archive new archives/7 --purpose "Robberies" --authority "Judge Roe, 7/26" --until 2026-12-31',
)
def new(
    archive: ArchivePath,
    purpose: Annotated[str, typer.Option(metavar="TEXT", help="What it is searched for.")],
    authority: Annotated[str, typer.Option(metavar="TEXT", help="Who allows searches in it, and by what.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="When that ends, and every track goes.")],
    days: Annotated[int, typer.Option(help="Days for which a track is kept at most, 1 to 31.")] = 31,
    search_hours: Annotated[int, typer.Option(help="Hours for which the face of a search is kept.")] = 24,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who makes it.  [default: the current user]")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an archive, always sealed, for one purpose and under one authority."""
    from workbench.archives import Archive
    from workbench.casefile.policy import moment

    terms = {"purpose": purpose, "authority": authority, "until": moment(until), "by": by}
    made = Archive.create(archive, days=days, search_hours=search_hours, **terms)  # type: ignore[arg-type]
    words = f"made {made.folder}, {made.sealed}; next: workbench archive add {made.folder} CASE"
    out(made.info(), as_json, words)


@app.command("add", epilog='Example: workbench archive add archives/7 cases/014 --reason "same van" --by "A. Ng"')
def add(
    archive: ArchivePath,
    case: CasePath,
    reason: Reason,
    by: By,
    run: Annotated[
        list[int] | None, typer.Option(metavar="N", help="Which run; again for more.  [default: every finished one]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put in the tracks that a case keeps of its alerts; again, to bring the archive in line with the case."""
    from workbench.archives import open_archive

    found = open_archive(archive).add(case, runs=run or None, reason=reason, by=by)
    lines = [
        f"{plain(each.case)}, run {each.run}: {each.added:,} tracks added, {each.redated:,} kept until another time, "
        f"{each.gone:,} deleted because the case no longer keeps them"
        for each in found
    ]
    out([each.to_dict() for each in found], as_json, "\n".join(lines))


@app.command("info", epilog="Example: workbench archive info archives/7 --json")
def info(archive: ArchivePath, as_json: AsJson = False) -> None:
    """Say what an archive holds, for whom and until when; this needs no key."""
    from workbench.archives import Archive

    found = Archive(archive).info()
    out(found, as_json, info_text(found))


@app.command(
    "delete", epilog='Example: workbench archive delete archives/7 --case 014 --reason "order of 9 May" --by "A. Ng"'
)
def delete(
    archive: ArchivePath,
    reason: Reason,
    by: By,
    case: Cases = None,
    camera: Cameras = None,
    start: From = None,
    end: To = None,
    track: Annotated[list[int] | None, typer.Option(metavar="N", help="This track; again for more.")] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delete tracks to the last byte; the log keeps a proof. What is named narrows: both camera and time, say."""
    from workbench.archives import Archive

    chosen: dict[str, Any] = {"cases": case or (), "cameras": camera or (), "start": start, "end": end}
    gone, undated = Archive(archive).delete(**chosen, tracks=track or (), reason=reason, by=by, dry_run=dry_run)
    words = f"{'would go' if dry_run else 'deleted'}: {gone:,} tracks"
    if undated:
        words += f"; {undated:,} stay because nobody knows when they were seen"
    out({"dry_run": dry_run, "deleted": gone, "undated": undated}, as_json, words)


@app.command("purge", epilog="Example: workbench archive purge archives/7 --dry-run")
def purge(
    archive: ArchivePath,
    dry_run: DryRun = False,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="As if it were this time.  [default: now]")] = None,
    by: Annotated[str, typer.Option(metavar="WHO", help="Who deletes.  [default: the current user]")] = "",
    as_json: AsJson = False,
) -> None:
    """Delete the tracks and faces whose time is over, all of them once the authority ended; the log keeps the proof."""
    from workbench.archives import Archive
    from workbench.casefile.policy import moment

    gone = Archive(archive, purge_due=False).purge(moment(now) if now else None, dry_run=dry_run, by=by)
    lines = [f"{'would go' if dry_run else 'gone'}: {count:,} {what}" for what, count in gone.items()]
    out({"dry_run": dry_run, "purged": dict(gone)}, as_json, "\n".join(lines) or "nothing is due")


@app.command(
    "extend",
    epilog="Example: workbench archive extend archives/7 --until 2027-03-31 --authority ... --reason ... --by ...",
)
def extend(
    archive: ArchivePath,
    until: Annotated[str, typer.Option(metavar="TIME", help="When it ends, later or sooner than before.")],
    authority: Annotated[str, typer.Option(metavar="TEXT", help="Who allows it, and by what.")],
    reason: Reason,
    by: By,
    as_json: AsJson = False,
) -> None:
    """Let the archive go on, or end sooner, under an authority that is named. After its end it is too late."""
    from workbench.archives import open_archive
    from workbench.casefile.policy import moment

    held = open_archive(archive)
    held.extend(moment(until), authority=authority, reason=reason, by=by)
    out(held.info(), as_json, f"{plain(held.about.name)} ends on {_minute(held.until)} UTC")


@app.command("verify", epilog="Example: workbench archive verify archives/7 --json")
def verify(archive: ArchivePath, as_json: AsJson = False) -> None:
    """Check everything in an archive against its log: what was altered or is missing is named, and exit is 1."""
    from workbench.casefile.guarding import checked

    found = checked(archive, footage=False)
    out(found.to_dict(), as_json, "\n".join(plain(line) for line in found.text().splitlines()))
    raise typer.Exit(0 if found.clean else 1)


@app.command("erase", epilog="Example: workbench archive erase archives/7")
def erase(
    archive: ArchivePath,
    yes: Annotated[
        str | None, typer.Option("--yes-erase", metavar="NAME", help="The name of the archive, instead of typing it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Destroy the key of an archive, and its shards: no template in it opens ever again. Its log and searches stay."""
    from workbench.archives import Archive

    held = Archive(archive)
    name = erasing(held, yes)
    places = held.erase(name)
    gone = f"destroyed with {' and '.join(places)}" if places else "worthless: its salt was destroyed"
    out({"erased": name, "destroyed": places}, as_json, f"erased {plain(name)}: its key is {gone}")


def info_text(found: dict[str, Any]) -> str:
    """An archive for people to read."""
    until = datetime.fromisoformat(found["until"])
    state = "ends" if found["lasts"] else "ended"
    lines = [
        f"{plain(found['name'])}: {found['tracks']:,} tracks in {found['shards']:,} shards, {found['searches']:,} searches",
        f"purpose: {plain(found['purpose'])}",
        f"authority: {plain(found['authority'])}; it {state} on {_minute(until)} UTC",
        f"kept: a track for {found['days']} days at most and never longer than in its case",
        f"sealed: {plain(found['sealed'])}",
    ]
    if found["next_deletion"]:
        lines.append(f"next deletion: {_minute(datetime.fromisoformat(found['next_deletion']))} UTC")
    if found["space"]:
        lines.append(f"templates: {plain(found['space'])}; {found['strangers']:,} passes of strangers measured")
    lines += [f"  {name}: {plain(', '.join(found[name]))}" for name in ("cases", "cameras") if found[name]]
    return "\n".join(lines)


def _minute(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M}"
