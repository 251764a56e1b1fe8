"""Packs that many tests share, opened once a session."""

from pathlib import Path

import pytest

from workbench.models.pack import Pack

SHARED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real footage, photographs and models that lie beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the real data are not beside this checkout (shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def minifix(shared: Path) -> Pack:
    """A small InsightFace-format pack."""
    from workbench.models.packs import load_pack

    return load_pack(shared / "models" / "minifix")


@pytest.fixture(scope="session")
def dlib() -> Pack:
    """The embedded pack."""
    from workbench.models.packs import load_pack

    return load_pack("dlib")
