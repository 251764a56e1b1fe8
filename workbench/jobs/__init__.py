"""Footage in segments over the ledger: scanned in this process, by local worker processes, or by Dask workers.

A scan writes each segment with its line in the ledger, in the order of the footage, from one process: the one that holds
the case. Workers turn footage into passages and know neither the case nor its key. So a worker, a scheduler or the scan
itself may die at any moment, a segment may be scanned twice, and it is written once.
"""

from __future__ import annotations

from workbench.arguments import whole_of
from workbench.errors import InputError
from workbench.jobs.crew import Crew, Here, Stopped
from workbench.jobs.job import Job
from workbench.jobs.recipe import Failed, Recipe, Task

__all__ = ["Crew", "Failed", "Here", "Job", "Recipe", "Stopped", "Task", "crew_of"]


def crew_of(workers: int | None = None, scheduler: str | None = None) -> Crew:
    """Who scans: this process, so many local worker processes, or the Dask workers of a scheduler, such as tcp://10.0.0.5:8786."""
    if workers is not None and scheduler is not None:
        raise InputError("workers are processes on this machine, a scheduler brings its own; give one of them")
    if scheduler is not None:
        from workbench.jobs.dask import DaskWorkers

        return DaskWorkers(scheduler)
    if workers is not None:
        from workbench.jobs.local import LocalWorkers

        return LocalWorkers(whole_of(workers, "how many workers there are"))
    return Here()
