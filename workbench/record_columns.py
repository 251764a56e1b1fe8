"""The columns of the deployment record: those that are published, in their order, and ours behind them."""

from __future__ import annotations

__all__ = ["COLUMNS", "EXTRA", "UNKNOWN"]

UNKNOWN = "not recorded"

COLUMNS = (  # of the table that gov.uk asks police forces to publish, in its order
    "Deployment",
    "Date",
    "Deployment type",
    "Duration",
    "Number of cameras",
    "Watchlist number",
    "Threshold settings",
    "Total alerts",
    "Positive alerts",
    "Positive interventions",
    "Incorrect alerts",
    "Incorrect interventions",
    "Arrests or disposals",
    "Faces seen",
    "Incorrect alert rate",
)
EXTRA = (  # ours, behind it: what the rate is a share of, with exact 95 % limits, and what the counts rest on
    "Incorrect alerts per face seen",
    "Incorrect alerts per alert judged",
    "Alerts not settled",
    "Counted from",
)
