"""What a case asks of the database that its rows lie in, and the tables brought up to date."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from workbench.errors import CaseError

__all__ = ["HEAD", "Database", "migrate", "up_to_date"]

HEAD = "0016"
KEPT = ("blobs", "scores", "shards")  # folders that a case gets with its first rows, after its tables
_MIGRATIONS = Path(__file__).with_name("migrations")


class Database(Protocol):
    """A case's rows: in the folder (`sqlite`), or in an office's PostgreSQL (`postgres`).

    place : where the rows lie, in words, "" for the folder; engine : for who goes past the log
    obstacle : why nothing can be written, "" if it can
    reading, changing : for one transaction each; the first never waits and sees one state, the second takes its turn
    """

    place: str
    engine: Engine
    obstacle: str

    @property
    def reading(self) -> Engine:
        """For looking."""

    @property
    def changing(self) -> Engine:
        """For writing: from its first statement on, everybody else's change waits."""

    def hold(self, what: str, part: str = "") -> AbstractContextManager[None]:
        """Hold the case for one long piece of work, or a part of it where others may work beside; `CaseBusy` if that is taken."""

    def still_held(self) -> None:
        """Raise if a hold of this process was lost."""

    def kept_open(self) -> AbstractContextManager[None]:
        """Make many small changes quick meanwhile: what is done once a transaction otherwise is done once."""

    @property
    def at_work(self) -> str:
        """Who holds the case for a long piece of work, "" if nobody does."""

    def now(self) -> datetime:
        """The time by which things are deleted, UTC: the server's, which all desks have in common, or this machine's."""

    def compact(self) -> None:
        """Leave nothing of deleted rows in the database's files."""

    def close(self) -> None:
        """Close every connection."""


def up_to_date(engine: Engine, folder: Path, *, partly: bool = False, fixed: bool = False) -> Engine:
    """The engine, with the tables as this version has them.

    partly : without what says of which version they are, too, to be checked as they are
    fixed : nothing can be written, so that tables of an earlier version cannot be brought up to date
    """
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        known = "alembic_version" in tables
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if known else None
    if version is None and not tables and any((folder / name).is_dir() for name in KEPT):
        raise CaseError(f"{folder} holds what was kept, and its database is empty; restore that from a backup")
    if version is None and not tables:
        raise CaseError(f"{folder} was never finished; delete it and make the case again")
    if version is None and partly:
        return engine
    if version is None:
        told = f"`workbench case verify {folder}` names all that is missing; restore it from a backup"
        raise CaseError(f"{folder} does not say of which version its tables are; {told}")
    if not re.fullmatch("[0-9]{4}", str(version)) or version == "0000":
        raise CaseError(f"{folder} says a version of its tables that is none; restore it from a backup")
    if version > HEAD:
        raise CaseError(f"{folder} was made by a newer Second Look (schema {version}); update to open it")
    if version < HEAD and fixed:
        told = "copy it to where you may write, or have somebody open it once who may"
        raise CaseError(
            f"{folder} was made by an earlier Second Look (schema {version}) and cannot be written here; {told}"
        )
    if version < HEAD:
        try:
            migrate(engine)
        except DBAPIError as error:
            if not re.search("already exists|duplicate column", str(error.orig)):
                raise
            told = f"its tables are newer than schema {version}, which it says it has"
            raise CaseError(
                f"{folder}: {told}; open it again, and if that stays so, restore it from a backup"
            ) from error
    return engine


def migrate(engine: Engine, to: str = "head") -> None:
    """Every step that the tables lack, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.execution_options(
        at_once=True
    ).begin() as connection:  # or two who open it at once would both begin to read
        config.attributes["connection"] = connection
        command.upgrade(config, to)
