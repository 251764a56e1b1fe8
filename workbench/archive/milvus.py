"""Templates in a Milvus cluster: `milvus://host:port/collection`, or Milvus Lite in a folder for tests: `milvus:///folder/name.db`.

What lies in Milvus is not sealed by the case: protect the cluster itself. `drop` takes the collection away.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import InputError, WorkbenchError

__all__ = ["MilvusIndex"]

F32 = NDArray[np.float32]
I64 = NDArray[np.int64]

BATCH = 5_000  # templates a message
WHERE = re.compile(r"milvus://(?:(?P<host>[\w.-]+:\d+)/(?P<name>[A-Za-z_]\w*)|(?P<file>/.+\.db))")


class MilvusIndex:
    """A collection of its own, made from the templates; `METRIC_TYPE` IP over unit vectors is the cosine."""

    name = "milvus"

    def __init__(self, address: str, templates: F32) -> None:
        place = WHERE.fullmatch(address)
        if place is None:
            raise InputError(f"{address!r} is no place in Milvus; write milvus://host:port/collection")
        try:
            from pymilvus import MilvusClient
            from pymilvus.exceptions import MilvusException
        except ImportError:
            raise InputError("pymilvus is not installed: pip install pymilvus") from None
        self._count, self._collection = len(templates), place["name"] or "archive"
        try:
            self._client: Any = MilvusClient(f"http://{place['host']}" if place["host"] else place["file"])
            self._fill(np.ascontiguousarray(templates, np.float32))
        except MilvusException as error:
            raise WorkbenchError(f"Milvus at {address} refuses ({' '.join(str(error).split())})") from error

    def _fill(self, templates: F32) -> None:
        from pymilvus import DataType

        if self._client.has_collection(self._collection):  # somebody's, or left by a process that was killed
            raise InputError(
                f"there is a collection {self._collection!r} already; name one that is free, or drop it there"
            )
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("template", DataType.FLOAT_VECTOR, dim=templates.shape[1])
        how = self._client.prepare_index_params()
        how.add_index("template", index_type="FLAT", metric_type="IP")
        self._client.create_collection(self._collection, schema=schema, index_params=how)
        try:
            for start in range(0, len(templates), BATCH):
                some = enumerate(templates[start : start + BATCH], start)
                self._client.insert(self._collection, [{"row": row, "template": each} for row, each in some])
        except BaseException:
            self.drop()  # half of it helps nobody, and is not sealed
            raise

    def __len__(self) -> int:
        return self._count

    def search(self, probes: F32, k: int) -> tuple[F32, I64]:
        """See `Index.search`."""
        best = np.full((len(probes), k), np.nan, np.float32)
        rows = np.full((len(probes), k), -1, np.int64)
        if not len(probes) or not self._count or not k:
            return best, rows
        asked = list(np.ascontiguousarray(probes, np.float32))
        found = self._client.search(
            self._collection, data=asked, limit=k, output_fields=["row"], consistency_level="Strong"
        )
        for i, hits in enumerate(found):
            ranked = sorted(((hit["distance"], hit["row"]) for hit in hits), key=lambda hit: (-hit[0], hit[1]))
            for j, (score, row) in enumerate(ranked):
                best[i, j], rows[i, j] = score, row
        return best, rows

    def drop(self) -> None:
        """Take the collection away."""
        self._client.drop_collection(self._collection)
        self._client.close()
