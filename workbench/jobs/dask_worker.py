"""What runs within a Dask worker: it is told the recipe of a scan once, and forgets it when the scan is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from distributed import WorkerPlugin

from workbench.errors import WorkbenchError
from workbench.jobs.recipe import Answer, Recipe, Task
from workbench.jobs.worker import scan_task

if TYPE_CHECKING:
    from distributed import Worker

__all__ = ["Told", "scan_by_name"]

_told: dict[str, Recipe] = {}


class Told(WorkerPlugin):  # type: ignore[misc]
    """Brings a recipe to every worker there is, and to those that come later."""

    idempotent = True

    def __init__(self, name: str, recipe: Recipe) -> None:
        self.name, self._recipe = name, recipe

    def setup(self, worker: Worker) -> None:
        """A worker begins to work for the scan."""
        _told[self.name] = self._recipe

    def teardown(self, worker: Worker) -> None:
        """The scan is over: the list's templates do not stay."""
        _told.pop(self.name, None)


def scan_by_name(name: str, task: Task) -> Answer:
    """Scan one segment by a recipe that was told before; a Dask thread counts as one core."""
    if name not in _told:
        raise WorkbenchError("it was not told how to scan; run the same command again")
    return scan_task(_told[name], task, 1)
