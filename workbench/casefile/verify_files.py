"""What lies beside the database, checked: pictures and templates opened, score files and footage hashed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.archive_tables import ShardRow
from workbench.casefile.audit import SCANNED
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.blobs import DRAFT, Blobs
from workbench.casefile.folder import odd_things
from workbench.casefile.kinds import file_at
from workbench.casefile.resealing import named
from workbench.casefile.schema import AlertRow, ReferenceRow, RunRow, SourceRow
from workbench.casefile.shards import Shards
from workbench.casefile.templates import open_template
from workbench.errors import CaseError, WorkbenchError
from workbench.footage import open_footage
from workbench.footage.hashing import sha256_of

__all__ = [
    "check_folder",
    "check_footage",
    "check_pictures",
    "check_scores",
    "check_shards",
    "check_templates",
    "recordings",
    "strays",
]

Found = Iterator[tuple[str, str]]


def check_pictures(session: Session, blobs: Blobs) -> Found:
    """Every picture that a row names, opened and compared with its name."""
    for row, column, name in named(session):
        try:
            blobs.get(name)
        except CaseError as error:
            yield f"{row.__tablename__} {row.id}", f"{column}: {str(error).partition(';')[0]}"


def check_templates(session: Session, blobs: Blobs) -> Found:
    """Every template, opened in its place."""
    rows: list[ReferenceRow | AlertRow] = [*session.scalars(select(ReferenceRow)), *session.scalars(select(AlertRow))]
    for row in rows:
        try:
            open_template(row, blobs.sealing)
        except CaseError:
            yield f"{row.__tablename__} {row.id}", "its template was altered, or belongs elsewhere"


def strays(session: Session, blobs: Blobs) -> int:
    """Files among the pictures that no row names: what a killed process left, or somebody put there."""
    return len(blobs.names() - {name for _, _, name in named(session)})


def check_scores(session: Session, folder: Path) -> Found:
    """The score file of each finished run, compared with what the log says of it; and none that the log does not know."""
    hashes = _hashes(session)
    for run, (name, expected) in hashes.items():
        file = folder / name
        if not file.is_file():
            yield f"scores/{name}", f"of run {run} is missing; the database holds the same scores"
            continue
        try:
            altered = sha256_of(file) != expected
        except WorkbenchError as error:
            yield f"scores/{name}", f"of run {run}: {str(error).partition(';')[0]}; the database holds the same scores"
            continue
        if altered:
            yield f"scores/{name}", f"of run {run} was altered"
    finished = set(session.scalars(select(RunRow.id).where(RunRow.finished.is_not(None))))
    known = {name for name, _ in hashes.values()} | {f"run-{run:06d}.arrow" for run in finished - set(hashes)}
    unfinished = {f"run-{run:06d}.arrow" for run in session.scalars(select(RunRow.id))}  # written, and killed then
    for file in sorted(folder.glob("*")):
        if file.name not in known | unfinished and not file.name.startswith(DRAFT):
            yield f"scores/{file.name}", "was added: the log does not know it"


def _hashes(session: Session) -> dict[int, tuple[str, str]]:
    """Name and hash of each run's scores, as its last entry says."""
    found: dict[int, tuple[str, str]] = {}
    for about in session.scalars(select(AuditRow.about).where(AuditRow.action == SCANNED).order_by(AuditRow.number)):
        with suppress(ValueError, KeyError, TypeError):  # an entry that was altered: the chain tells
            kept = json.loads(about)
            found[kept["run"]] = (Path(kept["scores"]["file"]).name, kept["scores"]["sha256"])
    return found


def check_shards(session: Session, shards: Shards) -> Found:
    """The sealed shards of an archive, compared with what was written of them; and none that nobody wrote."""
    known: set[str] = set()
    for row in session.scalars(select(ShardRow).order_by(ShardRow.id)):
        for name, expected in ((row.name, row.sha256), (row.faces, row.faces_sha256)):
            known.add(name)
            yield from _check_shard(shards, row.id, name, expected)
    for name in sorted(shards.names() - known):
        if not name.startswith(DRAFT):
            yield f"shards/{name}", "was added, or a killed process left it: the log does not know it"


def _check_shard(shards: Shards, number: int, name: str, expected: str) -> Found:
    try:
        now = shards.sha256(name)
    except CaseError as error:
        yield f"shards/{name}", f"of shard {number}: {str(error).partition(';')[0]}"
        return
    if now != expected:
        yield f"shards/{name}", f"of shard {number} was altered" if now else f"of shard {number} is missing"


def check_folder(folder: Path) -> Found:
    """Links in the case's folder, and names among its pictures and shards that this program does not give."""
    for each in odd_things(folder):
        yield each.name, each.how


def recordings(session: Session) -> list[SourceRow]:
    """All footage but what a camera sent, of which nothing was kept."""
    sources = session.scalars(select(SourceRow).order_by(SourceRow.id))
    return [source for source in sources if source.facts.get("kind") != "live"]


def check_footage(session: Session) -> Iterator[tuple[str, str, bool]]:
    """Footage that changed (True), or is not where it was (False: it may be kept elsewhere)."""
    for source in recordings(session):
        path = file_at(source.path)
        if not path.exists():
            yield f"footage {path.name}", "is no longer where it was scanned", False
            continue
        if not (path.is_file() or path.is_dir()):  # a device or a pipe may never end
            yield f"footage {path.name}", "can no longer be read: it is neither a file nor a folder", True
            continue
        try:
            alone = path.is_file() and source.facts.get("kind") != "images"  # one image is known as a folder of one is
            now = sha256_of(path) if alone else open_footage(path).sha256
        except WorkbenchError as error:
            yield f"footage {path.name}", f"can no longer be read: {error}", True
            continue
        if now != source.sha256:
            yield f"footage {path.name}", "changed since it was scanned", True
