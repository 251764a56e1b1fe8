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

from workbench.casefile.audit import PUT_BACK
from workbench.casefile.audit_tables import AuditRow, HeadRow
from workbench.casefile.retention import ALERT, NEAR_MISS, SEARCH
from workbench.casefile.store import Store

__all__ = ["concerned", "excerpt"]

FIELDS = ("number", "at", "who", "action", "about", "wrote", "previous", "hash")
KINDS = {  # what an entry may be about, by the names that entries use
    "alert": "alerts",
    "alerts": "alerts",
    "keep": "alerts",
    "kept": "alerts",
    "list_version": "versions",
    "planted": "planted",
    "run": "runs",
    "search": "searches",
    "subject": "subjects",
    "subjects": "subjects",
    "version": "versions",
}
PURGED = {ALERT: "alerts", NEAR_MISS: "alerts", SEARCH: "searches"}  # what the rows of a purge are, by its kind
OF_THE_CASE = {  # actions that concern every alert of the case
    "authority changed",
    "case made",
    "case moved",
    "case sealed",
    "log begun",
    "log stamped",
    "operating point recorded",
    PUT_BACK,
}


def concerned(action: str, about: Mapping[str, Any], scope: Mapping[str, Collection[Any]]) -> bool:
    """Whether an entry is about `scope`: each kind of thing that it names is one of ours, or it names none and is of the whole case.

    scope : alerts, runs, versions, subjects, searches that the excerpt is about

    >>> concerned("alert held", {"alert": 3}, {"alerts": [3]}), concerned("alert held", {"alert": 4}, {"alerts": [3]})
    (True, False)
    >>> concerned("case made", {}, {}), concerned("published", {"reason": "weekly"}, {})
    (True, False)
    >>> concerned("list revised", {"changes": [{"subject": "Ada"}, {"subject": "Bob"}]}, {"subjects": ["Ada"]})
    False
    """
    named = [(kind, about[name]) for name, kind in KINDS.items() if name in about]
    if action == "purged":
        named.append((PURGED.get(about.get("kind", ""), ""), about.get("rows", [])))
    if changed := [each.get("subject") for each in about.get("changes", ())]:
        if not {*map(str, changed)} <= {*map(str, scope.get("subjects", ()))}:
            return False  # an edit of the list names whom it changed
        named.append(("subjects", changed))
    if not named:
        return action in OF_THE_CASE
    return all(_any_of(values, scope.get(kind, ())) for kind, values in named)


def _any_of(values: Any, ours: Collection[Any]) -> bool:
    """Whether a value, or one of a list of values, is among ours."""
    return bool({*map(str, values if isinstance(values, list) else [values])} & {*map(str, ours)})


def excerpt(store: Store, scope: Mapping[str, Collection[Any]]) -> dict[str, Any]:
    """The excerpt, ready for JSON; `about` and `wrote` are the texts over which the hash of an entry was taken."""
    with store.session() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.number)).all()
        head = session.get(HeadRow, 1)
        entries = [
            {name: getattr(row, name) for name in FIELDS}
            for row in rows
            if concerned(row.action, json.loads(row.about), scope)
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
