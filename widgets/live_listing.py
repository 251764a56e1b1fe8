"""The alerts of a deployment as a board lists them. What cannot change is read once: the thousandth alert is told as soon as the first."""

from __future__ import annotations

import threading
from collections import defaultdict
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from widgets.live_data import alert_json, board_home
from widgets.review_data import token_of
from workbench.case import Case
from workbench.casefile.decisions import load_decisions
from workbench.casefile.live_alerts import LiveAlert, alerts_of, changes_of, faceless_of
from workbench.casefile.outcomes import load_outcomes
from workbench.decisions import Decision, standing, who
from workbench.questions import Question

__all__ = ["Listing"]


class Listing:
    """The alerts of one deployment for one officer, oldest first; several threads may ask."""

    def __init__(self, case: Case, deployment: int, officer: str) -> None:
        self._case, self._deployment, self._officer = case, deployment, who(officer)
        self._home = board_home(case, officer, deployment)
        self._known: dict[str, LiveAlert] = {}
        self._told = 0
        self._lock = threading.Lock()

    def alert(self, token: str) -> int | None:
        """The number of an alert, None if there is none of that name."""
        if token not in self._known:
            with self._lock, self._case.store.session() as session:
                self._read(session)
        known = self._known.get(token)
        return None if known is None else known.id

    def fresh(self) -> dict[str, Any]:
        """Alerts that came since this was last asked: how many were known `before`, and the `mark` that the list has with them."""
        with self._lock, self._case.store.session() as session:
            self._read(session)
            before, self._told = self._told, len(self._known)
            new = islice(self._known.items(), before, None)
            told = [alert_json(token, alert, [], None, None) for token, alert in new]
            return {"before": before, "alerts": told, "mark": self._mark(session)}

    def whole(self, mark: str | None) -> dict[str, Any]:
        """All `alerts` and the `mark` of that list; without the alerts if the mark is still the same."""
        with self._lock, self._case.store.session() as session:
            self._read(session)
            now = self._mark(session)
            return {"mark": now} | ({} if mark == now else {"alerts": self._listed(session)})

    def _read(self, session: Session) -> None:
        last = next(reversed(self._known.values())).id if self._known else 0
        for alert in alerts_of(session, self._deployment, after=last):
            self._known[token_of(self._home, Question("alert", alert.id))] = alert

    def _mark(self, session: Session) -> str:
        """Changes whenever the list does: how many alerts, and after the slash what was said of any."""
        return f"{len(self._known)}/{changes_of(session, self._deployment)}"

    def _listed(self, session: Session) -> list[dict[str, Any]]:
        by_alert: dict[int, list[Decision]] = defaultdict(list)
        for decision in load_decisions(session):
            by_alert[decision.alert].append(decision)
        outcomes = {each.alert: each for each in load_outcomes(session)}
        needed, faceless = self._case.about.policy.reviewers, faceless_of(session, self._deployment)
        told = []
        for token, alert in self._known.items():
            said = by_alert.get(alert.id, [])
            own = [each for each in said if who(each.reviewer) == self._officer]
            stands = standing(said, needed) if said else None
            kept = alert._replace(kept=alert.id not in faceless)
            told.append(alert_json(token, kept, own, stands, outcomes.get(alert.id)))
        return told
