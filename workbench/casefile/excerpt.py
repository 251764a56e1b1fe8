"""An excerpt of the log for others: every entry's hash, the contents of those entries that concern an alert, the signed head.

What a reader can check with it, without the case: that the contents are those that were hashed, that each follows upon the
hash before it, and that the list of hashes ends in the head that was signed. What is not in the excerpt stays unsaid; that
the hashes in between follow upon each other is what `workbench case verify` checks on the case itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from workbench.casefile.audit_tables import AuditRow, HeadRow
from workbench.casefile.store import Store

__all__ = ["concerned", "excerpt"]

FIELDS = ("number", "at", "who", "action", "about", "wrote", "previous", "hash")
KINDS = {  # what an entry may be about, by the names that entries use
    "alert": "alerts",
    "alerts": "alerts",
    "list_version": "versions",
    "planted": "planted",
    "run": "runs",
    "search": "searches",
    "subject": "subjects",
    "subjects": "subjects",
    "version": "versions",
}


def concerned(about: Mapping[str, Any], scope: Mapping[str, Collection[Any]]) -> bool:
    """Whether an entry is about one of `scope`: it names none of another kind or person, or one of ours.

    scope : alerts, runs, versions, subjects, searches that the excerpt is about

    >>> concerned({"alert": 3}, {"alerts": [3]}), concerned({"alert": 4}, {"alerts": [3]}), concerned({}, {})
    (True, False, True)
    >>> concerned({"changes": [{"subject": "Ada"}, {"subject": "Bob"}]}, {"subjects": ["Ada"]})
    False
    """
    for name, kind in KINDS.items():
        if name in about:
            values = about[name] if isinstance(about[name], list) else [about[name]]
            if not set(map(str, values)) & set(map(str, scope.get(kind, ()))):
                return False
    changed = {
        str(each.get("subject")) for each in about.get("changes", ())
    }  # an edit of the list names whom it changed
    return changed <= set(map(str, scope.get("subjects", ())))


def excerpt(store: Store, scope: Mapping[str, Collection[Any]]) -> dict[str, Any]:
    """The excerpt, ready for JSON; `about` and `wrote` are the texts over which the hash of an entry was taken."""
    with store.session() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.number)).all()
        head = session.get(HeadRow, 1)
        entries = [
            {name: getattr(row, name) for name in FIELDS} for row in rows if concerned(json.loads(row.about), scope)
        ]
        return {
            "hashes": [row.hash for row in rows],
            "entries": entries,
            "head": {
                "count": head.count if head else 0,
                "hash": head.hash if head else "",
                "signature": head.signature.hex() if head else "",
                "public_key": store.sealing.signing.public,
            },
        }
