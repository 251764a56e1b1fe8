"""What guards a case and an archive alike: a log, a seal with a key outside the folder, a check of both, and their end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import select

from workbench.arguments import text_of
from workbench.casefile import keys
from workbench.casefile.audit import Log, load_log, note
from workbench.casefile.faults import faults
from workbench.casefile.policy import About
from workbench.casefile.schema import utc_now
from workbench.casefile.sealing import Locked, SealRow, Stripped, opened, seal_row
from workbench.casefile.seen import others, recall
from workbench.casefile.store import Store, is_case
from workbench.casefile.tokens import read_roots
from workbench.casefile.verify import Verification, verify
from workbench.casefile.verify_files import strays
from workbench.errors import CaseBusy, CaseError, CaseSealed, InputError

__all__ = ["Guarded", "checked", "sealing_of_new", "stated", "vacant"]


CUT_OFF = "; work that deletes was cut off here, or goes on at this moment: the same command again finishes it"


class Guarded:
    """A folder with a log and a seal."""

    store: Store

    @property
    def about(self) -> About:
        """What it is for, as it stands now: another desk may have changed it since it was opened."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of its connections; `with` does it at the end. Nothing is lost without: the next process finds all there is."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

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
            return sealing.why + CUT_OFF * self.store.half_deleted
        return (
            f"sealed; its key is in {sealing.place}" if sealing.place else "not sealed: `workbench case seal` does it"
        )

    def verify(
        self, *, footage: bool = True, tsa_roots: Path | str | None = None, public_key: str = ""
    ) -> Verification:
        """Check everything in the case against its log; `.findings` names what was altered, is missing or out of order.

        footage : hash the footage too, which takes as long as reading it
        tsa_roots : a PEM file with the certificates that the log's time stamps must lead to
        public_key : the one that `verify().head` showed once: a case that is sealed otherwise, or not at all, is found
        """
        public = public_key.strip().lower()
        if public and not re.fullmatch("[0-9a-f]{64}", public):
            raise InputError(
                f"a public key is 64 hexadecimal digits, as `case verify --head` prints; this is none: {public_key!r}"
            )
        roots = () if tsa_roots is None else read_roots(Path(tsa_roots))
        return verify(self.store, footage=footage, roots=roots, public=public)

    def finish_deletion(self) -> None:
        """Take away what a deletion left that was cut off after it stood in the log, and files that no row names."""
        with self.store.writing("what was left of a deletion is being deleted"), self.store.deleting():
            self.sweep()
            self.store.compact()

    def clear_up(self) -> None:
        """The same where there is something to take away; files alone may be somebody's at work, and then wait for the next."""
        if self.store.half_deleted:
            self.finish_deletion()
        elif self.store.writable and not isinstance(self.store.sealing, Locked) and self.strays():
            with suppress(CaseBusy):
                self.finish_deletion()

    def strays(self) -> int:
        """How many files no row names, though somebody may be about to."""
        with self.store.session() as session:
            return strays(session, self.store.blobs)

    def sweep(self) -> int:
        """Delete files that no row names; returns how many went. Call it while writing."""
        raise NotImplementedError

    def erase(self, name: str) -> tuple[str, ...]:
        """Destroy the key: nothing that is sealed opens ever again. `name` is the case's, to say that it is meant.

        If that is cut off, the same again finishes it. Returns where the key was destroyed, in words. A key of the environment cannot be destroyed from here; the salt in
        the case can, and without it that key opens nothing.
        """
        if name != self.about.name:
            raise InputError(f"to erase it, type its name: {self.about.name!r}, not {name!r}")
        if isinstance(self.store.sealing, Stripped):
            raise CaseSealed(self.sealed)
        row = self._seal_row
        if row is None:
            raise CaseError(f"{name} is not sealed, so it has no key to destroy; seal it first, or delete the folder")
        if not keys.is_name(row.case):
            raise CaseSealed(self.sealed)
        with self.store.writing("the case is being erased"):
            return self._erase_again(row.case) if row.erased is not None else self._erase(row.case)

    @property
    def seen_elsewhere(self) -> tuple[str, ...]:
        """Other places where this machine saw the same case, as a copy or before it was moved: its key is theirs, too."""
        row = self._seal_row
        return others(row.case, self.store.folder) if row and keys.is_name(row.case) else ()

    @property
    def _seal_row(self) -> SealRow | None:
        with self.store.session() as session:
            row = session.scalars(select(SealRow)).first()
            session.expunge_all()
        return row

    def _erase(self, case: str) -> tuple[str, ...]:
        _ = self.store.sealing.signing  # without the key nothing is erased
        with self.store.deleting():
            with self.store.change() as session:
                row = session.scalars(select(SealRow)).one()
                row.salt, row.proof, row.erased = b"", b"", utc_now()
                about = {"name": self.about.name, "pictures": len(self.store.blobs.names())}
                note(session, "case erased", about=about)
            with self.store.session() as session:
                self.store.sealing = opened(session.scalars(select(SealRow)).one(), str(self.store.folder))
            return self._erase_rest(case)

    def _erase_rest(self, case: str) -> tuple[str, ...]:
        places = keys.destroy(case)
        self.remove_worthless()
        self.store.compact()
        return places

    def _erase_again(self, case: str) -> tuple[str, ...]:
        """What is left to do where that was cut off after it stood in the log, or a copy of the key was put back.

        A row that says so is no proof, for anybody can write one, under the name of any case: this machine must have seen it here.
        """
        if recall(case, self.store.folder) is None:
            raise CaseSealed(
                f"{self.sealed}; this machine has not seen it here, so no key was destroyed: if one is left, delete it by hand"
            )
        cut_off = self.store.half_deleted
        with self.store.deleting():
            places = self._erase_rest(case)
        if not places and not cut_off:
            raise CaseSealed(self.sealed)
        return places

    def remove_worthless(self) -> None:
        """What else goes with the key; a case keeps its pictures, which nobody can open any more."""


def checked(folder: Path | str, **how: Any) -> Verification:
    """Check a case or an archive that may not open any more, because tables or the row of the case itself are missing.

    how : as for `Guarded.verify`
    """
    held = Guarded()
    held.store = Store(Path(folder), partly=True)
    return held.verify(**how)


def stated(what: str, **texts: str) -> None:
    """Refuse to make anything without a purpose or an authority: both stand on everything that leaves it."""
    for name, text in texts.items():
        if not text_of(text, name):
            raise InputError(f"{what} needs {name}: say in a sentence why, and under whose authority, it is made")


def vacant(folder: Path, what: str) -> None:
    """Refuse a folder that is taken."""
    if is_case(folder):
        raise CaseError(f"{folder} is a case or an archive already; open it, or choose another name for {what}")
    with faults(folder):
        if folder.is_dir() and any(folder.iterdir()):
            raise CaseError(f"{folder} is not empty; {what} gets a folder of its own")


@contextmanager
def sealing_of_new(store: Store, sealed: bool) -> Iterator[list[SealRow]]:
    """The row that seals a new folder, its key made and kept; if it is not made after all, the key goes too."""
    if not sealed:
        _ = store.sealing.signing  # refused where a sealed case lay
        yield []
        return
    case = uuid4().hex
    try:
        row, store.sealing = seal_row(case, utc_now())
        yield [row]
    except BaseException:
        keys.destroy(case)
        raise
