"""`workbench list`: review a list before it is used, approve or reject it, and see what changed between versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli_parts import AsJson, CasePath, ListVersion, Reason, out
from workbench.terminal import plain

if TYPE_CHECKING:
    from workbench.list_changes import ListChanges
    from workbench.list_review import ListReview

__all__ = ["app", "changes_text", "review_text"]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Review, approve, reject and compare lists.")

Version = Annotated[int, typer.Argument(metavar="VERSION", help="Version of the list.")]
By = Annotated[str, typer.Option(metavar="WHO", help="Who decides; it is recorded.")]


@app.command("review", epilog="Example: workbench list review cases/014 --until 2026-06-30")
def review_list(
    case: CasePath,
    version: ListVersion = None,
    until: Annotated[
        datetime | None, typer.Option(metavar="DAY", formats=["%Y-%m-%d"], help="Last day of the deployment.")
    ] = None,
    image_years: Annotated[float, typer.Option(min=0, metavar="Y", help="Age from which an image is old.")] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Say what speaks against using a list, and what to do about it."""
    from workbench.case import Case
    from workbench.list_review import Limits

    limits = Limits(until=until.date() if until else None, image_years=image_years)
    found = Case(case).review_list(version, limits=limits)
    out(found.to_dict(), as_json, review_text(found))


@app.command(
    epilog='Example: workbench list approve cases/014 2 --reason "reviewed, 3 entries renewed" --by "Supt. Roe"'
)
def approve(case: CasePath, version: Version, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Approve a version of the list for use."""
    from workbench.case import Case

    made = Case(case).approve(version, by=by, reason=reason)
    out(made.to_dict(), as_json, f"list version {version} {plain(made)}")


@app.command(
    epilog='Example: workbench list reject cases/014 2 --reason "two entries without authority" --by "Supt. Roe"'
)
def reject(case: CasePath, version: Version, reason: Reason, by: By, as_json: AsJson = False) -> None:
    """Reject a version of the list; an earlier approval does not stand any more."""
    from workbench.case import Case

    made = Case(case).reject(version, by=by, reason=reason)
    out(made.to_dict(), as_json, f"list version {version} {plain(made)}")


@app.command(epilog="Example: workbench list diff cases/014 1 2")
def diff(case: CasePath, old: Version, new: Version, as_json: AsJson = False) -> None:
    """Show who was added or taken out between two versions, and which details and images changed."""
    from workbench.case import Case

    found = Case(case).compare_lists(old, new)
    out(found.to_dict(), as_json, changes_text(found))


@app.command(epilog="Example: workbench list history cases/014 --json")
def history(case: CasePath, as_json: AsJson = False) -> None:
    """List the versions: when each was made, by whom and why it was revised, and whether it is approved."""
    from workbench.approvals import approval_words
    from workbench.case import Case

    found = Case(case).list_versions
    lines = []
    for each in found:
        origin = f"revised from version {each.parent} by {each.by}: {each.reason}" if each.parent else "enrolled"
        counts = f"{each.people:,} people, {each.images:,} images"
        lines.append(
            plain(
                f"{each.version:>3}  {each.made:%Y-%m-%d %H:%M} UTC  {counts}; {origin}; {approval_words(each.approval)}"
            )
        )
    out({"versions": [each.to_dict() for each in found]}, as_json, "\n".join(lines) or "no list was drawn up")


def review_text(found: ListReview) -> str:
    """A review for people to read."""
    weigh = len(found) - len(found.to_settle)
    lines = [
        f"list version {found.version}, {found.people:,} people, until {found.until}: {len(found.to_settle)} to settle "
        f"before use, {weigh} to weigh; {plain(found.approval)}"
    ]
    for each in found:
        lines.append(
            f"  {'settle' if each.settle else 'weigh '}  {plain(', '.join(each.subjects))}: {plain(each.text)}"
        )
        lines.append(f"          {each.todo}")
    return "\n".join([*lines, *found.to_dict()["limits"]])


def changes_text(found: ListChanges) -> str:
    """Differences for people to read."""
    head = f"from version {found.old} to {found.new}: {len(found.added)} added, {len(found.taken_out)} taken out, {len(found)} changes"
    return "\n".join([head, *(f"  {plain(each.subject)}: {plain(each.text)}" for each in found)])
