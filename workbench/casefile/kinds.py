"""What a column can hold, kept alike in SQLite and in PostgreSQL: text, times in UTC, and JSON as the text that it is."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy import Text as LongText
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

__all__ = ["Json", "JsonOrNull", "Text", "UTCTime"]


class UTCTime(TypeDecorator[datetime]):
    """A time that is always UTC: SQLite forgets the zone, this puts it back and refuses times without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way in: to UTC."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time in a case needs a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """On the way out: in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(TypeDecorator[str]):
    r"""Text from files and people: what a database does not take is kept as an escape such as `\udce9` or `\x00`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On the way in: valid UTF-8 only, and no NUL, which PostgreSQL refuses."""
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00") if value is not None else None


def file_at(text: str) -> Path:
    r"""The file that a kept path means: where none has that very name, one whose letters are no UTF-8, kept as escapes.

    >>> file_at(r"a/z\udcff.mp4") == Path("a/z" + chr(0xDCFF) + ".mp4")
    True
    """
    path = Path(text)
    if "\\udc" not in text or path.exists():
        return path
    return Path(re.sub(r"\\udc([89a-f][0-9a-f])", lambda found: chr(0xDC00 + int(found[1], 16)), text))


class _JsonText(TypeDecorator[Any]):
    """JSON as text: PostgreSQL's own type refuses NaN, which an operating point may hold, and SQLite keeps text anyway."""

    impl = LongText
    cache_ok = True

    def __init__(self, none_as_null: bool = False) -> None:
        super().__init__()
        self.none_as_null = none_as_null

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """On the way in, as SQLAlchemy writes it for SQLite."""
        return None if value is None and self.none_as_null else json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """On the way out."""
        return None if value is None else json.loads(value)


Json = JSON().with_variant(_JsonText(), "postgresql")
JsonOrNull = JSON(none_as_null=True).with_variant(_JsonText(none_as_null=True), "postgresql")
