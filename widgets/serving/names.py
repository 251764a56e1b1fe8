"""Names under which the server tells its kernels what they work on: environment variables, and one header."""

from __future__ import annotations

__all__ = ["CASE", "PUBLISHED", "REVIEWER", "SECRET"]

PUBLISHED, CASE, REVIEWER = "SECOND_LOOK_PUBLISHED", "SECOND_LOOK_CASE", "SECOND_LOOK_REVIEWER"
SECRET = "SECOND_LOOK_KERNEL"  # with which a kernel that waits asks for whom it waits
