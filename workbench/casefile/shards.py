"""Sealed Arrow shards: up to 16,384 tracks in a file, their faces in another, each encrypted as a whole for its own name.

Columns are plain Arrow, so that the content is readable without us once it is decrypted. A search opens the tracks alone;
faces are opened for the few that a person is to compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa

from workbench.archived import ArchivedTracks
from workbench.casefile.folder import SHARD as NAME
from workbench.casefile.folder import content_of, made_in, opened_folder, remove
from workbench.casefile.sealing import Sealing
from workbench.casefile.whole import write_whole
from workbench.columns import column, values_of
from workbench.errors import CaseError

__all__ = ["SHARD", "SHARDS", "Shards", "spread"]

SHARDS = "shards"  # the folder within an archive
SHARD = 16_384  # tracks: at 128 dimensions 9 MB, written anew when one of them goes
_PLAIN = ("id", "origin", "alert", "start", "end", "at", "due", "face_px")


class Shards:
    """A folder of sealed shards; names are random, and say nothing of what is inside."""

    def __init__(self, folder: Path, sealing: Sealing) -> None:
        self._folder, self._sealing = folder, sealing

    def write(self, tracks: ArchivedTracks) -> tuple[str, str]:
        """Write tracks; returns name and SHA-256 of the file, which is on disk as a whole before this returns."""
        columns = {name: column(getattr(tracks, name)) for name in _PLAIN}
        flat = column(np.ascontiguousarray(tracks.template, "<f4").reshape(-1))
        columns["template"] = pa.FixedSizeListArray.from_arrays(flat, tracks.template.shape[1])
        return self._put("tracks", pa.table(columns))

    def write_faces(self, ids: Sequence[int], faces: Sequence[bytes]) -> tuple[str, str]:
        """Write a face (JPEG, b"" where there is none) for each number; returns name and SHA-256 of the file."""
        return self._put("faces", pa.table({"id": pa.array(ids, pa.int64()), "face": pa.array(faces, pa.binary())}))

    def tracks(self, name: str) -> ArchivedTracks:
        """The tracks of a shard. `CaseError` if it was altered, or belongs elsewhere."""
        table = self._get(name)
        whole = table["template"].combine_chunks()
        flat = values_of(whole.flatten()).reshape(len(table), whole.type.list_size)
        return ArchivedTracks(**{each: values_of(table[each]) for each in _PLAIN}, template=flat)

    def faces(self, name: str) -> Mapping[int, bytes]:
        """The faces of a shard by number of the track."""
        table = self._get(name)
        return dict(zip(table["id"].to_pylist(), table["face"].to_pylist(), strict=True))

    def sha256(self, name: str) -> str:
        """Of the file as it lies there; "" where it is missing."""
        try:
            return hashlib.sha256(content_of(self._path(name))).hexdigest()
        except FileNotFoundError:
            return ""

    def names(self) -> set[str]:
        """Names of all files that are there and that this program gave, drafts too; no links."""
        with opened_folder(self._folder) as handle:
            return made_in(handle, NAME)

    def sweep(self, used: Iterable[str]) -> int:
        """Remove the files that no row names; returns how many went."""
        with opened_folder(self._folder) as handle:
            return remove(handle, NAME, set(used))

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(str(name)):
            raise CaseError(
                f"{_what(str(name))} has a name that no shard has: its row was altered; restore it from a backup"
            )
        return self._folder / name

    def _put(self, kind: str, table: pa.Table) -> tuple[str, str]:
        name, sink = f"{uuid4().hex}.{kind}", pa.BufferOutputStream()
        with pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
        content = self._sealing.seal(_what(name), sink.getvalue().to_pybytes())
        write_whole(self._path(name), content)
        return name, hashlib.sha256(content).hexdigest()

    def _get(self, name: str) -> pa.Table:
        try:
            content = content_of(self._path(name))
        except FileNotFoundError:
            raise CaseError(f"{_what(name)} is missing from the archive; restore it from a backup") from None
        return pa.ipc.open_file(pa.BufferReader(self._sealing.open(_what(name), content))).read_all()


def _what(name: str) -> str:
    return f"shard {name[:12]}{Path(name).suffix}"


def spread(tracks: ArchivedTracks) -> Iterator[ArchivedTracks]:
    """Tracks in shards' worth."""
    yield from (tracks[i : i + SHARD] for i in range(0, len(tracks), SHARD))
