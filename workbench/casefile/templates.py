"""Templates on their way to a row and back: each is sealed for the very row that it lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.casefile.schema import AlertRow, ReferenceRow
from workbench.casefile.sealing import Sealing
from workbench.errors import CaseError

__all__ = ["open_template", "seal_template", "template_of"]

F32 = NDArray[np.float32]


def template_of(row: AlertRow | ReferenceRow) -> str:
    """What the template of a row is called where it is sealed and opened; the row has its number by then."""
    return f"the template of {row.__tablename__} {row.id}"


def seal_template(row: AlertRow | ReferenceRow, template: F32, sealing: Sealing) -> None:
    """Put a template (D,) into its row."""
    row.template = sealing.seal(template_of(row), np.ascontiguousarray(template, "<f4").tobytes())


def open_template(row: AlertRow | ReferenceRow, sealing: Sealing) -> F32 | None:
    """The template of a row, (D,); None where none was kept, or it was deleted in time."""
    if not row.template:
        return None
    plain = sealing.open(template_of(row), row.template)
    if len(plain) % 4:
        raise CaseError(f"{template_of(row)} of the case was altered; restore it from a backup")
    return np.frombuffer(plain, "<f4").astype(np.float32)
