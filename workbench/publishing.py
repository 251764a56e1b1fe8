"""Publishing: a case becomes a bundle that managers can be shown, and the case's log says who did it, when and from which state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench import SOFTWARE
from workbench.arguments import path_of, text_of
from workbench.casefile.audit import actor, note
from workbench.casefile.audit_tables import AuditRow, HeadRow
from workbench.casefile.schema import utc_now
from workbench.errors import CaseBusy, CaseError, InputError
from workbench.evaluation import Trials
from workbench.publishable import gather
from workbench.published.bundle import Bundle, Earlier, Publication
from workbench.published.folder import Draft, alone, digest_of, free_for, is_bundle, read_bundle, remove

if TYPE_CHECKING:
    from workbench.case import Case

__all__ = ["PUBLISHED", "WITHDRAWN", "publish", "withdraw"]

PUBLISHED, WITHDRAWN = "published", "publication withdrawn"
TRIES = 3  # a case may be written to while it is read


@dataclass(frozen=True)
class _State:
    """How the log of a case ends, and what it says of earlier publications."""

    entries: int
    head: str
    signature: str
    number: int


def publish(
    case: Case | Path | str,
    folder: Path | str,
    *,
    by: str = "",
    reason: str = "",
    faces: bool = False,
    names: bool = False,
    trials: Trials | None = None,
) -> Bundle:
    """Publish what a case amounts to into `folder`, in place of the version that is there; it is logged in the case.

    by : who publishes; by default the current user. reason : why, and for whom
    faces : show the faces of alerts that were confirmed as the same person, everyone else hidden, until they are due
    names : say who is on the list; without, people are counted by category
    trials : passes with known truth in place of the case's own, such as `wb.evaluate(...)` with recorded groups
    """
    from workbench.case import opened

    place, why = path_of(folder, "the place of the bundle"), text_of(reason, "the reason")
    who = text_of(by, "the name of who publishes")
    with opened(case) as held:
        _refuse_inside(held, place)
        free_for(place)
        with alone(place):
            earlier = _earlier(held, place)
            for _ in range(TRIES):
                now, state = utc_now(), _state(held)
                publication = _publication(held, state, now, by=who or actor(), reason=why, earlier=earlier)
                bundle, files = gather(held, publication, faces=faces, names=names, trials=trials, now=now)
                if _written(held, place, state, bundle, files):
                    return read_bundle(place)
        raise CaseBusy(f"{held.about.name} is being changed all the time; publish it again in a minute")


def _publication(case: Case, state: _State, now: datetime, **said: Any) -> Publication:
    head: dict[str, Any] = {"entries": state.entries, "head": state.head, "signature": state.signature}
    key = case.store.sealing.signing.public
    return Publication(number=state.number, at=now.isoformat(), software=SOFTWARE, public_key=key, **head, **said)


def _written(case: Case, place: Path, state: _State, bundle: Bundle, files: dict[str, bytes]) -> bool:
    """Log the bundle and put it in its place; False, and nothing done, if the case has changed since it was read.

    The log first: a process that dies in between leaves the version before, which the log knows, and never one that it does not.
    """
    draft, logged = Draft(place, bundle, files), False
    try:
        with case.store.change() as session:
            if _head(session) != (state.entries, state.head):
                return False
            about = {"number": state.number, "folder": place.resolve().name, "bundle_sha256": draft.digest}
            shown = {"crops": len(bundle.crops), "names": bool(bundle.looked_for.names), "scores": bundle.passes.scores}
            note(
                session,
                PUBLISHED,
                by=bundle.publication.by,
                about=about | shown | {"reason": bundle.publication.reason},
            )
        logged = True
        draft.show()
    finally:
        if not logged:
            draft.discard()
    return True


def withdraw(case: Case | Path | str, folder: Path | str, *, by: str = "", reason: str = "") -> None:
    """Delete what was published of a case in `folder`; the log keeps that it was there, and who took it away."""
    from workbench.case import opened

    place = path_of(folder, "the place of the bundle")
    if not is_bundle(place):
        raise InputError(f"{place} holds no published bundle; nothing was withdrawn")
    with opened(case) as held, alone(place):
        _own(held, place)
        with held.store.change() as session:
            about = {"folder": place.resolve().name, "bundle_sha256": digest_of(place), "reason": reason.strip()}
            note(session, WITHDRAWN, by=by, about=about)
        remove(place)


def _refuse_inside(case: Case, place: Path) -> None:
    whole, inside = place.resolve(), case.folder.resolve()
    if whole == inside or inside in whole.parents:
        raise InputError(f"{place} lies in the case; publish elsewhere, it is for others")


def _earlier(case: Case, place: Path) -> tuple[Earlier, ...]:
    """The versions that were published here before."""
    if not is_bundle(place):
        return ()
    before, digest = _own(case, place), digest_of(place)
    old = before.get(digest)
    history = _history(place)
    return (*history, Earlier(int(old["number"]), old["by"], old["at"], digest)) if old else history


def _history(place: Path) -> tuple[Earlier, ...]:
    try:
        return read_bundle(place).publication.earlier
    except InputError:  # an older format, or altered: the log of the case still knows all of them
        return ()


def _own(case: Case, place: Path) -> dict[str, dict[str, Any]]:
    """What the log says was published of this case, by digest; refused if the folder holds what it did not publish."""
    entries = [each for each in case.log if each.action == PUBLISHED]
    known = {
        str(each.about["bundle_sha256"]): dict(each.about) | {"by": each.who, "at": each.at.isoformat()}
        for each in entries
    }
    if digest_of(place) not in known:
        raise CaseError(
            f"{place} holds what {case.about.name} did not publish, or what was altered since; "
            "choose another folder, or delete that one by hand"
        )
    return known


def _state(case: Case) -> _State:
    with case.store.session() as session:
        entries, head = _head(session)
        row = session.get(HeadRow, 1)
        number = len(session.scalars(select(AuditRow.number).where(AuditRow.action == PUBLISHED)).all())
        return _State(entries, head, row.signature.hex() if row else "", number + 1)


def _head(session: Session) -> tuple[int, str]:
    row = session.get(HeadRow, 1)
    return (row.count, row.hash) if row else (0, "")
