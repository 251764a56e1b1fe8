"""What people type about somebody on the list, as values: dates, yes or no, text; refused with what was got and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workbench.errors import InputError
from workbench.watchlist import Entry

__all__ = ["EDITABLE", "changed_entry", "date_of", "yes_or_no"]

EDITABLE = tuple(name for name in Entry.__dataclass_fields__ if name != "subject")
TRUE, FALSE = {"1", "yes", "y", "true", "x"}, {"", "0", "no", "n", "false"}
LONGEST = 2000  # letters of one detail


def date_of(text: str, what: str) -> date | None:
    """A date written as 2026-12-31, None for no text.

    >>> date_of("2026-12-31", "expires")
    datetime.date(2026, 12, 31)
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{what} is {text!r}; write it as 2026-12-31") from None


def yes_or_no(text: str, what: str) -> bool:
    """Yes or no, in the words of a table; no text is no."""
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise InputError(f"{what} is {text!r}; write yes or no")
    return word in TRUE


def changed_entry(entry: Entry, changes: Mapping[str, Any]) -> Entry:
    """The entry with some details changed, each given as a value or as the text of it; `InputError` names what is wrong.

    A person under 18 needs a justification, and a picture was not taken after its entry expires.
    """
    if unknown := sorted(set(changes) - set(EDITABLE)):
        raise InputError(f"{entry.subject}: there is no detail {', '.join(unknown)}; there are {', '.join(EDITABLE)}")
    changed = replace(entry, **{name: _value(entry.subject, name, value) for name, value in changes.items()})
    if changed.under_18 and not changed.justification:
        raise InputError(f"{entry.subject} is under 18; give a justification, or take the entry off the list")
    if changed.image_date and changed.expires and changed.image_date > changed.expires:
        raise InputError(
            f"{entry.subject}: the picture is of {changed.image_date}, after the entry expires ({changed.expires})"
        )
    return changed


def _value(subject: str, name: str, value: Any) -> Any:
    what = f"{subject}: {name}"
    if name == "under_18":
        return value if isinstance(value, bool) else yes_or_no(str(value), what)
    if name in ("image_date", "expires"):
        return value if value is None or type(value) is date else date_of(str(value), what)
    text = str(value or "").strip()
    if len(text) > LONGEST:
        raise InputError(f"{what} has {len(text):,} letters; keep it to {LONGEST:,}")
    return text
