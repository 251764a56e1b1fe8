"""Deployments without a model or a camera: a scripted pack, a short clip played in real time, and a case ready to begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakePack, Seen
from tests.footage_factory import make_clip
from tests.review_cases import new_case
from workbench.case import Case
from workbench.casefile.case import Policy
from workbench.evaluation import OperatingPoint
from workbench.progress import Silent

RATES: dict[str, Any] = {
    "fpir": 0.01,
    "fpir_low": 0.0,
    "fpir_high": 0.02,
    "false_alerts": 3,
    "nonmated": 300,
    "nonmated_people": 300,
    "tpir": 0.9,
    "tpir_low": 0.8,
    "tpir_high": 1.0,
    "returned": 90,
    "mated": 100,
    "mated_people": 100,
}
Script = Callable[[int], Sequence[Seen]]


def soon(seconds: float = 3600) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def point_for(space: str, threshold: float = 0.6) -> OperatingPoint:
    return OperatingPoint(threshold, 3, "fake", space, "walk-pasts of volunteers", **RATES)


def ready_case(folder: Path, *names: str, policy: Policy | None = None) -> Case:
    """A case with an approved list and an operating point."""
    case = new_case(folder, *names, policy=policy)
    case.approve(1, by="Insp. Lee", reason="checked")
    case.record_operating_point(point_for(FakePack.space.mark), name="street", reason="few strangers", by="A. Ng")
    return case


def clip_of(folder: Path, frames: int = 50) -> Path:
    """A file at 25 frames a second whose pictures say which they are."""
    return make_clip(folder / "street.mp4", frames)


def two_pass(index: int) -> Sequence[Seen]:
    """Person 0, who is listed, in the first 40 frames; a stranger (5) all the time."""
    return [*([Seen(0, 40, 40)] if index < 40 else []), Seen(5, 110, 60)]


def use(monkeypatch: pytest.MonkeyPatch, script: Script = two_pass) -> FakePack:
    """Let every deployment load this pack."""
    pack = FakePack(script)
    monkeypatch.setattr("workbench.live.preparing.load_pack", lambda *_, **__: pack)
    return pack


def begin(case: Case, clip: Path | str, **options: Any) -> Any:
    return case.watch(f"gate={clip}", **{"authorised_until": soon(), "progress": Silent()} | options)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Footage that `begin` plays."""
    return clip_of(tmp_path_factory.mktemp("clip"))


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of one's own, ready to begin."""
    return ready_case(tmp_path / "case")


@pytest.fixture
def pack(monkeypatch: pytest.MonkeyPatch) -> FakePack:
    """The scripted pack that every deployment of the test loads."""
    return use(monkeypatch)
