"""Cases as earlier versions of the program made them."""

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from workbench.casefile import store

MIGRATIONS = Path(store.__file__).with_name("migrations")


def as_of(case: Path, revision: str) -> Path:
    """Give a case the tables of an earlier revision, with what they can hold of its rows."""
    new, old = case / store.DATABASE, case / "old.sqlite"
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
    with sqlite3.connect(old) as database:
        database.execute("ATTACH ? AS new", (str(new),))
        for (table,) in database.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
            if table != "alembic_version":
                columns = ", ".join(f'"{row[1]}"' for row in database.execute(f'PRAGMA main.table_info("{table}")'))
                database.execute(f'INSERT INTO main."{table}" ({columns}) SELECT {columns} FROM new."{table}"')
        database.commit()
        database.execute("DETACH new")
    database.close()
    for file in case.glob(f"{store.DATABASE}*"):
        file.unlink()
    old.rename(new)
    return case
