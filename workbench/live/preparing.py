"""Whether a deployment may begin: its list approved and in force, its operating point measured, its authority not over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from workbench import SOFTWARE
from workbench.approvals import approval_words
from workbench.casefile import approvals, lists
from workbench.casefile.case import CaseFile
from workbench.casefile.points import RecordedPoint
from workbench.casefile.policy import moment
from workbench.casefile.schema import utc_now
from workbench.deployments import Plan
from workbench.errors import CaseError, InputError
from workbench.faces import same_space
from workbench.footage.address import Address
from workbench.galleries.exact import ExactGallery
from workbench.models.cores import physical_cores
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.thresholds import line_for, scale_of
from workbench.watchlist import Watchlist

__all__ = ["Ready", "cameras_of", "list_in_force", "point_of", "ready", "settings_of", "times_of"]

_NAMED = re.compile(r"^(?P<name>[\w .-]{1,60})=(?P<address>(?:[a-z]+://|/|\./|@).*)$", re.IGNORECASE)


@dataclass(frozen=True)
class Ready:
    """All that a deployment needs."""

    watch: Watchlist
    pack: Pack
    point: RecordedPoint
    cameras: tuple[tuple[str, str], ...]
    concerns: tuple[str, ...]


def ready(
    case: CaseFile, addresses: Sequence[str], point: str | None, until: datetime, pack: str | Path | None
) -> Ready:
    """Check everything, the cheapest first; the error says what to do."""
    cameras = cameras_of(addresses)
    watch = list_in_force(case, until)
    chosen = point_of(case, point)
    threads = max(1, physical_cores() // len(cameras))
    loaded = load_pack(pack or case.about.pack or case.pack_of(watch.version), threads=threads)
    same_space(watch.space, loaded.space, "the cameras' pack")
    if chosen.point.space != loaded.space.mark:
        raise InputError(
            f"the operating point {chosen.name!r} was measured with {chosen.point.space or 'an unnamed pack'}, the list is "
            f"{loaded.space.mark}: its threshold means nothing here; measure one with this pack (workbench evaluate)"
        )
    return Ready(watch, loaded, chosen, cameras, chosen.point.concerns(watchlist=len(watch), space=loaded.space.mark))


def cameras_of(addresses: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Name and address of each camera, from `ADDRESS`, `NAME=ADDRESS` or `@FILE` with one of them a line.

    >>> cameras_of(["north gate=udp://127.0.0.1:5000"])
    (('north gate', 'udp://127.0.0.1:5000'),)
    """
    lines = [line for address in addresses for line in _lines(address)]
    if not lines:
        raise InputError("no camera was given; name at least one address, such as rtsp://camera/stream")
    found = []
    for line in lines:
        name, address = _named(line)
        found.append((name or Address.of(address).shown, address))
        Address.of(address)
    names = [name for name, _ in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"two cameras are called {twice[0]!r}; give them names: north=rtsp://...")
    return tuple(found)


def _named(line: str) -> tuple[str, str]:
    """Name (empty if none was given) and address. An address may have = in itself, and so may a file's name."""
    name, _, rest = line.partition("=")
    if _NAMED.match(line) or (Path(rest).is_file() and not Path(line).is_file()):
        return name.strip(), rest
    return "", line


def _lines(address: str) -> list[str]:
    if not address.startswith("@"):
        return [address]
    try:
        text = Path(address[1:]).read_text(encoding="utf-8-sig")  # Windows begins a file with a mark
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the list of cameras {address[1:]} cannot be read ({error})") from error
    return [line for each in text.splitlines() if (line := each.strip()) and not line.startswith("#")]


def list_in_force(case: CaseFile, until: datetime) -> Watchlist:
    """The newest list, if it was approved and no entry of it expires before the deployment ends."""
    watch = case.watchlist
    if watch is None:
        raise CaseError(f"{case.folder.name} has no watchlist; enroll one first: workbench enroll {case.folder} PHOTOS")
    watch.comparable()
    gone = [entry for entry in watch.entries if entry.expires and entry.expires < until.astimezone().date()]
    if gone:
        who = ", ".join(entry.subject for entry in gone[:3]) + (" and others" if len(gone) > 3 else "")
        raise CaseError(
            f"{len(gone)} of {len(watch)} entries of list version {watch.version} expire before the deployment ends ({who}); "
            "take them out or renew them, and have the new version approved"
        )
    with case.store.session() as session:
        stands = approvals.standing_approval(session, watch.version)
    if stands is None or not stands.approved:
        raise CaseError(
            f"list version {watch.version} is {approval_words(stands)}; a deployment needs an approved list: "
            f"workbench list review {case.folder}, then workbench list approve"
        )
    return watch


def point_of(case: CaseFile, name: str | None) -> RecordedPoint:
    """The operating point of this name, or the only one."""
    held = {each.name: each for each in case.operating_points}
    if name is not None and name.strip() in held:
        return held[name.strip()]
    if name is None and len(held) == 1:
        return next(iter(held.values()))
    known = f"there are {', '.join(map(repr, held))}; say which" if held else "none was recorded yet"
    what = "a deployment needs an operating point" if name is None else f"the case has no operating point {name!r}"
    raise CaseError(
        f"{what}, and {known}: workbench evaluate FOLDER --case {case.folder} --choose-fpir 0.001 --name NAME"
    )


def times_of(
    case: CaseFile, until: str | datetime | None, authorised_until: str | datetime | None
) -> tuple[datetime, datetime]:
    """When it stops by itself, and when its authority ends (by default the case's end); both in the future, in this order."""
    now, ends = utc_now(), case.about.policy.ends
    if authorised_until is None and not ends:
        raise InputError(
            "say until when this deployment is authorised: --authorised-until 2026-12-31T18:00 (or make the case with --ends)"
        )
    limit = _moment(authorised_until or ends)
    if ends and moment(ends) < limit:
        raise InputError(
            f"the case ends on {moment(ends):%Y-%m-%d %H:%M} UTC; a deployment cannot be authorised for longer"
        )
    if limit <= now:
        raise CaseError(f"the authority for this deployment ended on {limit:%Y-%m-%d %H:%M} UTC; have it renewed")
    stop = limit if until is None else _moment(until)
    if stop <= now:
        raise InputError(f"{stop:%Y-%m-%d %H:%M} UTC is over; give a time in the future")
    if stop > limit:
        raise InputError(
            f"the authority ends on {limit:%Y-%m-%d %H:%M} UTC, before {stop:%Y-%m-%d %H:%M} UTC; stop by then"
        )
    return stop, limit


def _moment(given: str | datetime) -> datetime:
    return given.astimezone(UTC) if isinstance(given, datetime) else moment(given)


def settings_of(prepared: Ready, plan: Plan) -> dict[str, Any]:
    """All that decides the result, as a scan keeps it, and what only a deployment has."""
    pack, point = prepared.pack, prepared.point
    line, scale = line_for(pack, point.point, point.name), scale_of(pack)
    return {
        "pack": pack.card.name,
        "pack_files": dict(pack.card.files),
        "space": pack.space.sha,
        "gallery": ExactGallery.name,
        "every": plan.every,
        "best": 5,
        "closer": plan.closer,
        "near": line.threshold,
        "threshold_from": line.source,
        "smallest_face": pack.card.smallest_face,
        "same": scale.same,
        "contradict": scale.contradict,
        "near_miss_faces": False,
        "list_digest": lists.digest_of(prepared.watch),
        "listed": len(prepared.watch),
        "day": date.today().isoformat(),
        "software": SOFTWARE,
        "live": {
            "faces": plan.faces,
            "cooldown": plan.cooldown,
            "zone": str(plan.zone),
            "record": plan.record,
            "everything": plan.everything,
        },
    }
