"""What a case can do to guard what it holds: its log, its seal, and the end of both."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import select

from workbench.casefile import keys, resealing
from workbench.casefile.audit import Log, bind_everything, load_log, note
from workbench.casefile.schema import utc_now
from workbench.casefile.sealing import Locked, SealRow, opened, seal_row
from workbench.casefile.verify import Verification, verify
from workbench.errors import CaseError, InputError

if TYPE_CHECKING:
    from workbench.casefile.policy import About
    from workbench.casefile.store import Store

__all__ = ["Custody"]


class Custody:
    """The part of a case that guards it."""

    store: Store
    about: About

    @property
    def log(self) -> Log:
        """Who did what, when and on what."""
        with self.store.session() as session:
            return load_log(session)

    @property
    def sealed(self) -> str:
        """Whether the case is sealed, and where its key is, in a sentence."""
        sealing = self.store.sealing
        if isinstance(sealing, Locked):
            return sealing.why
        return (
            f"sealed; its key is in {sealing.place}" if sealing.place else "not sealed: `workbench case seal` does it"
        )

    def verify(self, *, footage: bool = True) -> Verification:
        """Check everything in the case against its log; `.findings` names what was altered, is missing or out of order.

        footage : hash the footage too, which takes as long as reading it
        """
        return verify(self.store, footage=footage)

    def seal(self) -> None:
        """Seal a case that is not: every picture and template is encrypted, and the log is signed from now on."""
        if self.store.sealing.place or isinstance(self.store.sealing, Locked):
            raise CaseError(f"{self.about.name} is sealed already: {self.sealed}")
        with self.store.writing("the case is being sealed"):
            case = uuid4().hex
            row, sealed = seal_row(case, utc_now())
            before = self.store.sealing
            try:
                with self.store.change() as session:
                    counts = resealing.reseal(session, self.store.blobs, sealed)
                    session.add(row)
                    self.store.sealing = sealed
                    note(session, "case sealed", about={**counts, "public": row.public})
                    bind_everything(session)
            except BaseException:
                self.store.sealing = before
                keys.destroy(case)
                raise
            self.sweep()
            self.store.compact()

    def sweep(self) -> int:
        """Delete pictures that no row refers to."""
        raise NotImplementedError

    def erase(self, name: str) -> tuple[str, ...]:
        """Destroy the key: nothing that is sealed opens ever again. `name` is the case's, to say that it is meant.

        Returns where the key was destroyed, in words. A key of the environment cannot be destroyed from here; the salt in
        the case can, and without it that key opens nothing.
        """
        if name != self.about.name:
            raise InputError(f"to erase the case, type its name: {self.about.name!r}, not {name!r}")
        with self.store.session() as session:
            known = session.scalars(select(SealRow)).first()
        if known is None:
            raise CaseError(f"{name} is not sealed, so it has no key to destroy; seal it first, or delete the folder")
        with self.store.writing("the case is being erased"):
            with self.store.change() as session:
                row = session.scalars(select(SealRow)).one()
                case = row.case
                row.salt, row.proof, row.erased = b"", b"", utc_now()
                note(session, "case erased", about={"name": name, "pictures": len(self.store.blobs.names())})
            with self.store.session() as session:
                self.store.sealing = opened(session.scalars(select(SealRow)).one(), str(self.store.folder))
            self.store.compact()
            return keys.destroy(case)
