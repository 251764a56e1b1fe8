"""What a database and a disk complain of, as one line that says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecodeError
from pathlib import Path
from traceback import walk_tb

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from workbench.casefile.address import FILE
from workbench.errors import CaseError, InputError, WorkbenchError

__all__ = ["DATABASE", "MOVED", "TOO_LARGE", "advice", "disk_is_full", "faults", "lacking"]

DATABASE = "case.sqlite"
MOVED = "its rows were moved to another place meanwhile, and nothing was changed; open the case again"
TOO_LARGE = "a number that was given is larger than any of a case; look it up again"
DATES = ("str_to_datetime", "str_to_date", "process_result_value")  # what reads them from the database
NO_COLUMN = "42703"
NO_TABLE = ("42P01", "3F000")  # what PostgreSQL says where a schema was taken away


@contextmanager
def faults(folder: Path) -> Iterator[None]:
    """Turn what goes wrong within the block into a `CaseError`."""
    try:
        yield
    except DBAPIError as error:
        raise _said(folder, error) from error
    except (UnicodeDecodeError, JSONDecodeError) as error:  # damage within a value, or within SQLite's own complaint
        raise _damaged(folder, "text that is none") from error
    except (TypeError, ValueError, OverflowError) as error:
        if _of_a_date(error):
            raise _damaged(folder, "a date that is none") from error
        if not (isinstance(error, OverflowError) and "SQLite" in str(error)):  # whose own integers end at 2^63
            raise
        raise InputError(TOO_LARGE) from error
    except PermissionError as error:
        raise CaseError(
            f"{folder} cannot be read or written ({error.strerror}); check its owner and permissions"
        ) from error
    except OSError as error:
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise CaseError(f"{folder} is a file; a case is a folder, choose another name") from error
        raise CaseError(f"{folder}: {advice(error.strerror or str(error))}") from error


def _of_a_date(error: Exception) -> bool:
    """Whether it was raised where a date of a row is read, and not by who had the case open."""
    *_, (last, _) = walk_tb(error.__traceback__)
    return last.f_code.co_name.rpartition(".")[2] in DATES


def _said(folder: Path, error: DBAPIError) -> WorkbenchError:
    orig = str(error.orig)
    if _moved(folder, error, orig):
        return CaseError(f"{folder}: {MOVED}")
    if isinstance(error, IntegrityError):
        what = orig.splitlines()[0] if orig else "a rule of the tables"
        return CaseError(f"{folder} was changed by another process meanwhile ({what}); run the command again")
    if lacking(folder, error):
        what = orig.splitlines()[0]
        told = f"workbench case verify {folder} names all that is; restore it from a backup"
        return CaseError(f"{folder}: something is missing in its database ({what}); {told}")
    if type(error.orig).__module__.startswith("psycopg"):
        from workbench.casefile.postgres_faults import OUT_OF_RANGE, words

        if getattr(error.orig, "sqlstate", "") == OUT_OF_RANGE:
            return InputError(TOO_LARGE)
        return CaseError(f"{folder}: {words(error.orig)}")
    if isinstance(error, OperationalError) and "not decode" not in orig:
        return CaseError(f"{folder}: {advice(orig)}")
    return _damaged(folder, "text that is none" if isinstance(error, OperationalError) else orig)


def lacking(folder: Path, error: DBAPIError) -> bool:
    """Whether a table or a column is not there, and not that a disk, a server or a file failed, or that all rows were moved."""
    orig = str(error.orig)
    known = orig.startswith("no such ") or getattr(error.orig, "sqlstate", "") in (NO_COLUMN, NO_TABLE[0])
    return known and not _moved(folder, error, orig)


def _moved(folder: Path, error: DBAPIError, orig: str) -> bool:
    """Whether the rows went from where this process has them to the other place that a case's folder can name."""
    if type(error.orig).__module__.startswith("psycopg"):
        away = not (folder / FILE).exists() or (folder / DATABASE).exists()  # gone, or between the last two steps
        return away and getattr(error.orig, "sqlstate", "") in NO_TABLE
    return "unable to open" in orig and (folder / FILE).exists()


def _damaged(folder: Path, complaint: object) -> CaseError:
    return CaseError(f"{folder / DATABASE} is damaged ({complaint}); restore it from a backup")


def advice(complaint: str) -> str:
    """What to do about a complaint of SQLite or of the operating system."""
    low = complaint.lower()
    if "disk i/o" in low:  # SQLite's word for both
        return (
            f"the disk is full, or it does not answer ({complaint}); make room, or look after the disk, and run the same "
            "command again, what was committed is kept"
        )
    if "input/output" in low:
        return f"the disk does not answer ({complaint}); look after it, copy the case elsewhere, or restore it from a backup"
    if disk_is_full(low):
        return f"the disk is full ({complaint}); make room and run the same command again, what was committed is kept"
    if "readonly" in low or "read-only" in low or "unable to open" in low:
        return f"the case cannot be written ({complaint}); check its permissions, or copy it to where you may write"
    if "locked" in low:
        return "the database is locked by another program; wait until it is done"
    return complaint


def disk_is_full(complaint: str) -> bool:
    """Whether that is what it is about."""
    low = complaint.lower()
    return "full" in low or "no space" in low or "quota" in low or "disk i/o" in low
