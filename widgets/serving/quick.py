"""Imported before all else of a server, which starts in half the time then.

Jupyter checks its events by jsonschema, which looks for `rfc3987_syntax` and, where it finds it, has it build parsers of every part of
an international address: 1.3 s of a processor. No schema of a server has such an address; without the package the check is left out.
"""

from __future__ import annotations

import sys
from typing import Any

__all__: list[str] = []

loaded: dict[str, Any] = sys.modules  # a name that stands for None cannot be imported, as Python documents it
loaded.setdefault("rfc3987_syntax", None)
