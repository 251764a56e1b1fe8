"""What a case does with live deployments: begin them, look at them, and record what came of their alerts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from workbench.alerts import Alert
from workbench.casefile import deployments, outcomes
from workbench.casefile.asked import number_of
from workbench.casefile.case import CaseFile
from workbench.casefile.schema import utc_now
from workbench.deployments import Deployment, Identity, Outcome, Result
from workbench.progress import Bar, Progress
from workbench.zones import WHOLE, Zone

if TYPE_CHECKING:
    from workbench.live import Watching

__all__ = ["Deploying"]


class Deploying(CaseFile):
    """The part of a case that live deployments are in."""

    def watch(
        self,
        *addresses: str,
        point: str | None = None,
        until: str | datetime | None = None,
        authorised_until: str | datetime | None = None,
        purpose: str = "",
        authority: str = "",
        zone: Zone | str = WHOLE,
        record: str = "none",
        everything: bool = False,
        cooldown: float = 60.0,
        faces: int = 2,
        every: float = 0.0,
        closer: float = 0.25,
        pack: str | Path | None = None,
        by: str = "",
        progress: Progress | None = None,
    ) -> Watching:
        """Begin a live deployment, see `workbench.live.watch`; it goes on in threads until it ends or `.stop()`."""
        from workbench.live import watch

        return watch(
            self,
            addresses,
            point=point,
            until=until,
            authorised_until=authorised_until,
            purpose=purpose,
            authority=authority,
            zone=zone,
            record=record,
            everything=everything,
            cooldown=cooldown,
            faces=faces,
            every=every,
            closer=closer,
            pack=pack,
            by=by,
            progress=progress or Bar(),
        )

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """Every live deployment, oldest first."""
        needed = self.about.policy.reviewers
        with self.store.session() as session:
            return tuple(deployments.load(session, number, needed) for number in deployments.numbers(session))

    def report_outcome(
        self,
        alert: int | Alert,
        *,
        result: Result,
        by: str,
        identity: Identity = "not established",
        note: str = "",
        key: str | None = None,
    ) -> Outcome:
        """Record what came of an alert; on disk when it returns. A later one replaces it, and both stay on record.

        key : unique name of this message; sent again under it, the outcome is returned and not doubled
        """
        with self.store.change() as session:
            outcome = Outcome(number_of(session, alert), result, identity, by, utc_now(), note)
            return outcomes.save_outcome(session, outcome, key or uuid4().hex)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome that was recorded, oldest first; those that were replaced are among them."""
        with self.store.session() as session:
            return outcomes.load_outcomes(session)
