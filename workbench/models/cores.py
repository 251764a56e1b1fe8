"""How many processor cores this process may really use: its affinity, without hyperthread twins, within its cgroup's quota."""

from __future__ import annotations

import math
import os
from pathlib import Path

__all__ = ["physical_cores", "quota", "usable_cpus"]

TOPOLOGY = Path("/sys/devices/system/cpu")
CGROUP = Path("/sys/fs/cgroup")


def usable_cpus() -> frozenset[int]:
    """The logical processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def physical_cores(topology: Path = TOPOLOGY, cgroup: Path = CGROUP) -> int:
    """Cores to use for arithmetic, at least 1: twins of one core count once, and a container's quota is kept."""
    cpus = usable_cpus()
    cores = {_core_of(cpu, topology) for cpu in cpus}
    allowed = quota(cgroup)
    return max(1, len(cores) if allowed is None else min(len(cores), math.ceil(allowed)))


def quota(cgroup: Path = CGROUP) -> float | None:
    """Processors' worth of time that the container may use, or None where nobody set a limit."""
    try:
        limit, period = (cgroup / "cpu.max").read_text().split()
    except (OSError, ValueError):
        return _quota_v1(cgroup / "cpu")
    return None if limit == "max" else int(limit) / int(period)


def _quota_v1(folder: Path) -> float | None:
    try:
        limit = int((folder / "cpu.cfs_quota_us").read_text())
        return limit / int((folder / "cpu.cfs_period_us").read_text()) if limit > 0 else None
    except (OSError, ValueError, ZeroDivisionError):
        return None


def _core_of(cpu: int, topology: Path) -> tuple[str, str]:
    """Package and core number of a logical processor; itself where the system does not say."""
    folder = topology / f"cpu{cpu}" / "topology"
    try:
        return (folder / "physical_package_id").read_text().strip(), (folder / "core_id").read_text().strip()
    except OSError:
        return "cpu", str(cpu)
