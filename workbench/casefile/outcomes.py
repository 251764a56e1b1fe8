"""What came of alerts, in a case: written once however often it is sent, never edited, the newest one stands."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.casefile.audit import note
from workbench.casefile.deployment_tables import OutcomeRow
from workbench.casefile.schema import AlertRow
from workbench.deployments import Outcome
from workbench.errors import CaseError, InputError

__all__ = ["load_outcomes", "save_outcome"]


def save_outcome(session: Session, outcome: Outcome, key: str) -> Outcome:
    """Add an outcome and return it as it is kept; the same one sent again under its key is returned, not doubled."""
    sent = session.scalars(select(OutcomeRow).where(OutcomeRow.key == key)).first()
    if sent is not None:
        kept = _outcome(sent)
        if (kept.alert, kept.result, kept.identity) != (outcome.alert, outcome.result, outcome.identity):
            raise InputError(
                f"outcome {sent.id} was sent under the same key with another content; give the new one its own"
            )
        return kept
    if session.get(AlertRow, outcome.alert) is None:
        raise CaseError(f"the case has no alert {outcome.alert}; `case.run().alerts` lists those of the latest run")
    row = OutcomeRow(
        key=key,
        alert_id=outcome.alert,
        result=outcome.result,
        identity=outcome.identity,
        by=outcome.by.strip(),
        note=outcome.note.strip(),
        recorded=outcome.recorded,
    )
    session.add(row)
    session.flush()
    about = {"outcome": row.id, "alert": row.alert_id, "result": row.result, "identity": row.identity}
    note(session, "outcome recorded", by=row.by, about=about)
    return _outcome(row)


def load_outcomes(session: Session) -> tuple[Outcome, ...]:
    """All outcomes, oldest first; those that were replaced are among them."""
    return tuple(_outcome(row) for row in session.scalars(select(OutcomeRow).order_by(OutcomeRow.id)))


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome(row.alert_id, row.result, row.identity, row.by, row.recorded, row.note, row.id)  # type: ignore[arg-type]
