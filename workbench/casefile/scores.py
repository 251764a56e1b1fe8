"""The scores of every track of a run in one Arrow file, so that a million of them open at once and map into memory."""

from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.casefile.blobs import write_whole
from workbench.columns import column, named, names_of, values_of
from workbench.errors import CaseError
from workbench.faces import Faces
from workbench.tracks import Tracks

__all__ = ["read_scores", "write_scores"]

_PLAIN = ("id", "start", "end", "seen", "face_px", "score", "quality")


def write_scores(file: Path, tracks: Tracks) -> None:
    """Write all but the faces; on disk as a whole or not at all."""
    columns = {name: column(getattr(tracks, name)) for name in _PLAIN}
    columns["source"] = named(tracks.source)
    columns |= {name: column(side) for name, side in zip(("x1", "y1", "x2", "y2"), tracks.box.T, strict=True)}
    table = pa.table(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    write_whole(file, memoryview(sink.getvalue()))


def read_scores(file: Path) -> Tracks:
    """The tracks of a run, mapped from disk."""
    try:
        table = pa.ipc.open_file(_mapped(file)).read_all()
        table.validate()
    except (pa.ArrowInvalid, ValueError) as error:  # the latter of an empty file, which cannot be mapped
        raise CaseError(f"{file} is damaged; delete it, the database holds the same scores") from error
    columns = {name: values_of(table[name]) for name in _PLAIN if name in table.column_names}
    columns.setdefault("quality", np.full(len(table), np.nan, np.float32))  # files of earlier versions have none
    box = np.stack([values_of(table[name]) for name in ("x1", "y1", "x2", "y2")], axis=1)
    return Tracks(**columns, source=names_of(table["source"]), box=box, faces=Faces.none(), track=np.zeros(0, np.int64))


def _mapped(file: Path) -> pa.Buffer:
    """A file as it lies on disk; Arrow's own way takes no path that is no UTF-8."""
    with file.open("rb") as opened:
        return pa.py_buffer(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ))
