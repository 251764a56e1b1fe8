"""Evidence leaves as one folder that proves itself: a BagIt bag with pictures, hashes, decisions, log, a report and a notebook."""

from workbench.evidence.exporting import Exported, export

__all__ = ["Exported", "export"]
