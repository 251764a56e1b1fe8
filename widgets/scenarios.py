"""Published figures as the threshold explorer's presets: what was stated, what is inferred, and what nobody published.

The figures are those of the project's list of published figures; where the primary document was only read about in the
press the preset says "second-hand". Nothing is added: what was not published stays None and is shown so.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["SCENARIOS", "Published", "Scenario", "scenarios"]


@dataclass(frozen=True)
class Published:
    """A rate as it was published: with its count if that was published too, else without, and then without limits."""

    rate: float
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class Scenario:
    """A published system or trial.

    stated : what the source says, a sentence each
    tpir, fpir : rates, or None if not published; watchlist : N at which FPIR holds
    wrong : share of alerts that were wrong, as counted
    rates_from : name of the scenario whose rates are borrowed, "" if it has its own
    base_rate : listed among passers-by where the screen starts; None if it is inferred from `wrong`
    note : what else a reader has to know
    """

    id: str
    title: str
    stated: tuple[str, ...]
    second_hand: bool = False
    tpir: Published | None = None
    fpir: Published | None = None
    watchlist: int | None = None
    wrong: Published | None = None
    rates_from: str = ""
    base_rate: float | None = 1e-3
    note: str = ""


_ANNOUNCED = {"tpir": Published(0.70), "fpir": Published(0.001)}

SCENARIOS = (
    Scenario(
        "met-2020",
        "Met 2020 announcement",
        (
            "70 % of listed people picked up",
            "1 in 1,000 innocent people alerted",
            "lists of 2,500 to 10,000, deployments of 5 to 6 hours",
        ),
        **_ANNOUNCED,
        note="Counts were not announced, so no limits can be given. The share of passers-by on the list was not announced; it is yours to set.",
    ),
    Scenario(
        "essex",
        "Essex review",
        ("six trials: 42 alerts, 8 of them verified correct",),
        **_ANNOUNCED,
        wrong=Published(34 / 42, 34, 42),
        rates_from="Met 2020 announcement",
        base_rate=None,
        note="The review published alerts, not rates. The rates are those of the 2020 announcement, and the share of passers-by on the list is inferred: it is the one at which those rates give this result.",
    ),
    Scenario(
        "met-2018",
        "Met, May 2018",
        ("102 false alerts, 2 correct",),
        **_ANNOUNCED,
        wrong=Published(102 / 104, 102, 104),
        rates_from="Met 2020 announcement",
        base_rate=None,
        note="Only alerts were published. The rates are those announced in 2020, and the share of passers-by on the list is inferred from both.",
    ),
    Scenario(
        "npl-2023",
        "NPL 2023",
        (
            "NeoFace V4 at threshold 0.60: 89 % of listed people found",
            "1 in 6,000 with 10,000 people listed; 1 in 60,000 with 1,000 listed",
            "no false positive at 0.64 or above; more at 0.58 and 0.56, significantly more for Black subjects",
        ),
        second_hand=True,
        tpir=Published(0.89),
        fpir=Published(1 / 6_000),
        watchlist=10_000,
        note="Press reports of the primary document. Counts are not on our list, so no limits can be given.",
    ),
    Scenario(
        "swp-2018",
        "SWP field test 2018",
        ("7 volunteers, 76 % found", "1 false alert in 2,251 faces", "list of at most 2,000"),
        tpir=Published(0.76),
        fpir=Published(1 / 2_251, 1, 2_251),
        note="One false alert says little: its limits span a factor of 200. How often the 7 volunteers passed is not on our list, so their rate has no limits.",
    ),
    Scenario(
        "met-2025",
        "Met 2024-25",
        (
            "Sep 2024 to Sep 2025: 203 deployments, 3,147,436 faces, 2,077 alerts, 10 of them false, 962 arrests",
            "8 of the 10 people wrongly alerted were Black",
        ),
        second_hand=True,
        fpir=Published(10 / 3_147_436, 10, 3_147_436),
        wrong=Published(10 / 2_077, 10, 2_077),
        base_rate=None,
        note="Press reports. How many listed people walked past unseen was not published, so the share found is unknown. 8 of 10 is 80 % (44 to 97 %); how many of the faces seen belonged to each group was not published, so no rate by group follows.",
    ),
)


def scenarios() -> list[dict[str, Any]]:
    """The presets as JSON for the page."""
    return [asdict(scenario) for scenario in SCENARIOS]
