"""What the live board's page needs to know: alerts without names until they are answered, and how the cameras are doing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from widgets.review_data import standing_words, work_of
from workbench.case import Case
from workbench.casefile.live_alerts import LiveAlert
from workbench.decisions import FEATURES, SCALE, Decision, Standing, who
from workbench.deployments import IDENTITIES, OUTCOMES, Outcome

__all__ = ["about_board", "alert_json", "board_home", "now", "outcome_json", "own_decisions"]


def now() -> str:
    """The time by which the page counts how long an alert has waited: its own clock may be wrong."""
    return datetime.now(UTC).isoformat()


def board_home(case: Case, officer: str, number: int) -> str:
    """A name for this officer's work on this deployment: a review of the case must not be handed what she writes on a board."""
    return work_of(case, officer, "live", str(number))


def about_board(case: Case, number: int, cameras: Sequence[str], officer: str, title: str) -> dict[str, Any]:
    """What stays the same while a deployment goes on."""
    return {
        "title": title,
        "officer": officer,
        "home": board_home(case, officer, number),
        "deployment": number,
        "cameras": list(cameras),
        "features": [{"name": each.name, "lookAt": each.look_at, "key": each.key} for each in FEATURES],
        "scale": [{"name": name, "means": means} for name, means in SCALE.items()],
        "outcomes": list(OUTCOMES),
        "identities": list(IDENTITIES),
        "needed": case.about.policy.reviewers,
    }


def alert_json(
    token: str, alert: LiveAlert, own: Sequence[Decision], standing: Standing | None, outcome: Outcome | None
) -> dict[str, Any]:
    """An alert in the list: what it may say before the officer's own answer is nothing but when and where."""
    told = {
        "token": token,
        "raised": alert.raised.isoformat(),
        "camera": alert.camera,
        "kept": alert.kept,
        "settled": bool(standing and standing.settled),
        "verdict": own[-1].verdict if own else "",
    }
    if own:
        told["standing"] = standing_words(standing) if standing else ""
        told["outcome"] = outcome_json(outcome)
    return told


def outcome_json(outcome: Outcome | None) -> Mapping[str, str] | None:
    """What came of an alert, as the page shows it."""
    if outcome is None:
        return None
    at = f"{outcome.recorded:%H:%M:%S} UTC"
    return {"result": outcome.result, "identity": outcome.identity, "by": outcome.by, "note": outcome.note, "at": at}


def own_decisions(case: Case, officer: str) -> dict[int, list[Decision]]:
    """The officer's decisions, by alert."""
    found: dict[int, list[Decision]] = {}
    for each in case.decisions():
        if who(each.reviewer) == who(officer):
            found.setdefault(each.alert, []).append(each)
    return found
