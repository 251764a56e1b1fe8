"""The time stamps on the log in a bag: the services' answers as they came, and how to check each with `openssl ts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect, select

from workbench.casefile.audit import text_of
from workbench.casefile.audit_tables import AuditRow
from workbench.casefile.stamp_tables import StampRow
from workbench.casefile.store import Store
from workbench.casefile.verify_stamps import Stamp, stamp_of
from workbench.evidence.bag import Draft

__all__ = ["put_stamps"]

INTRO = """TIME STAMPS ON THE LOG (RFC 3161)

Each file stamp-N.tsr is what a time-stamping service answered: somebody else says that the log up to an entry was there at
a time. ROOTS.pem stands for the service's root certificates; get them from the service, not from whoever gave you this.
A line "Verification: OK" means that the stamp is genuine and is for this entry's hash. Compare that hash with the one that
../audit.json has at the same place in "hashes" (the first one is entry 1).
"""


def put_stamps(draft: Draft, store: Store, log: Mapping[str, Any]) -> None:
    """Write every stamp of the case; the text of a stamped entry too, where the excerpt `log` discloses it."""
    disclosed, parts = {entry["number"] for entry in log["entries"]}, [INTRO]
    with store.session() as session:
        if not inspect(session.connection()).has_table(StampRow.__tablename__):
            return
        for row in session.scalars(select(StampRow).order_by(StampRow.id)):
            name = f"stamp-{row.id}"
            draft.put(f"stamps/{name}.tsr", bytes(row.response))
            entry = session.get(AuditRow, row.entry)
            shown = entry is not None and entry.number in disclosed
            if entry is not None and shown:
                draft.put(f"stamps/{name}.txt", text_of(entry))
            parts.append(_how(name, stamp_of(session, row), entry.hash if entry else "?", shown))
    if len(parts) > 1:
        draft.put("stamps/README.txt", "\n".join(parts))


def _how(name: str, stamp: Stamp, digest: str, shown: bool) -> str:
    lines = [f"{name}.tsr", f"  entry {stamp.entry}, hash {digest}"]
    if stamp.wrong or stamp.token is None:
        lines.append(f"  NOT GOOD when this bag was made: it {stamp.wrong}")
    else:
        lines.append(f"  states {stamp.token.at:%Y-%m-%d %H:%M:%S} UTC, by {stamp.token.who}")
    lines.append(f"  openssl ts -verify -digest {digest} -in {name}.tsr -CAfile ROOTS.pem")
    if shown:
        lines.append(
            f"  openssl ts -verify -data {name}.txt -in {name}.tsr -CAfile ROOTS.pem   (the text of the entry)"
        )
    return "\n".join([*lines, ""])
