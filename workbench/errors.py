"""What can go wrong, as a small tree: every message says what happened, what was got, and what to do.

WorkbenchError
├── InputError          a file, folder, table or argument that cannot be used as given
│   └── FootageError    footage that cannot be read at all (what can be read is scanned and reported)
├── PackError           a model pack that is unknown, incomplete, altered or not fetched
│   └── ProviderError   the runtime that was asked for is not the one that would run
├── SpaceMismatch       templates of two packs were about to be compared
└── CaseError           a case that is missing, damaged or lacks a step
    ├── CaseBusy        somebody else is writing to it
    ├── HoldLost        the connection went away with which it was held
    ├── CaseSealed      its key is missing, wrong or destroyed
    └── StaleVersion    a newer version of the list was made meanwhile
"""

from __future__ import annotations

__all__ = [
    "CaseBusy",
    "CaseError",
    "CaseSealed",
    "FootageError",
    "HoldLost",
    "InputError",
    "PackError",
    "ProviderError",
    "SpaceMismatch",
    "StaleVersion",
    "WorkbenchError",
]


class WorkbenchError(Exception):
    """Anything that the user can act on; `str(error)` is one line."""


class InputError(WorkbenchError):
    """A file, folder, table or argument that cannot be used as given."""


class FootageError(InputError):
    """Footage that cannot be read at all."""


class PackError(WorkbenchError):
    """A model pack that is unknown, incomplete, altered or not fetched."""


class ProviderError(PackError):
    """The runtime that was asked for is not the one that would run."""


class SpaceMismatch(WorkbenchError):
    """Templates of two packs were about to be compared."""


class CaseError(WorkbenchError):
    """A case that is missing, damaged or lacks a step."""


class CaseBusy(CaseError):
    """Somebody else is writing to this case."""


class HoldLost(CaseError):
    """The connection went away with which this process held a case: somebody else may hold it now."""


class CaseSealed(CaseError):
    """The key of a sealed case is missing, wrong or destroyed; what is not sealed can still be read."""


class StaleVersion(CaseError):
    """Somebody was faster: a newer version of the list, or another decision, was made meanwhile; look at it and go on from there."""
