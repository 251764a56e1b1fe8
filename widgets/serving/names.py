"""Names under which the server tells its kernels what they work on: environment variables, and one header."""

from __future__ import annotations

__all__ = ["CASE", "PUBLISHED", "REVIEWER", "SECRET"]

PUBLISHED, CASE = "SECOND_LOOK_PUBLISHED", "SECOND_LOOK_CASE"
REVIEWER = "reviewer"  # in what a kernel hears of its viewer, which no viewer can write
SECRET = "SECOND_LOOK_KERNEL"  # with which a kernel that waits asks for whom it waits
