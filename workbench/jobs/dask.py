"""Dask workers, on this machine or on many: started by whoever runs the cluster, found by the address of its scheduler.

The scheduler may lose workers, and may itself die and come back: segments that were in work are asked for again, and since
only this process writes them, and only in their turn, no segment is written twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

from workbench.abreast import abreast
from workbench.errors import InputError, WorkbenchError
from workbench.jobs.crew import Stopped, Todo, one_line, tasks_of
from workbench.jobs.local import AHEAD
from workbench.jobs.recipe import Answer, Failed, Recipe, Task
from workbench.models.pack import Pack
from workbench.progress import Progress

__all__ = ["DaskWorkers"]

PATIENCE = 60.0  # seconds to wait for a scheduler that is gone, or for a first worker
MOST = 256  # segments in work at once


def _host_and_port(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


class DaskWorkers:
    """The workers of a Dask cluster, a segment for each of their threads.

    address : of the scheduler, such as tcp://10.0.0.5:8786, or tls://... with the certificates of Dask's configuration
    patience : seconds to wait for a scheduler or a first worker
    """

    def __init__(self, address: str, patience: float = PATIENCE) -> None:
        if not address.startswith(("tcp://", "tls://")) or not _host_and_port(address):
            raise InputError(f"the scheduler is {address!r}; give its address, such as tcp://127.0.0.1:8786")
        try:
            import distributed
        except ImportError:
            raise InputError("Dask is not installed: pip install 'dask[distributed]', or use --workers") from None
        self._dask: Any = distributed
        self.address, self._patience = address, patience
        self._client: Any = None
        self._name = ""
        self._turn = threading.Lock()
        self._stopped = threading.Event()

    def answers(self, recipe: Recipe, pack: Pack, todo: Sequence[Todo], progress: Progress) -> Iterator[Answer]:
        """See `Crew.answers`."""
        self._name = f"second-look {uuid4().hex}"  # of this scan alone: another one of the same list ends when it ends
        threads = sum(self._connected(recipe).nthreads().values())
        width = min(MOST, AHEAD * threads)
        return abreast(lambda task: self._answer(recipe, task), tasks_of(todo), width, leave=self.stop)

    def _answer(self, recipe: Recipe, task: Task) -> Answer:
        """One answer, asked for again where the cluster lost it."""
        from workbench.jobs.dask_worker import scan_by_name

        while True:
            client = self._connected(recipe)
            try:
                key = f"segment-{uuid4().hex}"  # never one that Dask might remember
                answer: Answer = client.submit(scan_by_name, self._name, task, key=key, pure=False).result()
                return answer
            except WorkbenchError as error:
                raise WorkbenchError(f"a worker of {self.address} could not scan: {error}") from error
            except self._dask.scheduler.KilledWorker:
                return Failed(task.window, "the workers that scanned it died, one after the other")
            except Exception as error:  # Dask has a dozen ways to say that it lost a scheduler, a worker or a result
                if not self._stopped.is_set() and not self._lost(client, error):
                    return Failed(task.window, one_line(error))
                self._forget(client)

    def _lost(self, client: Any, error: Exception) -> bool:
        """Whether an error is the cluster's and not the segment's."""
        losses = (self._dask.CancelledError, self._dask.comm.CommClosedError, OSError)
        return isinstance(error, losses) or client.status != "running"

    def _connected(self, recipe: Recipe) -> Any:
        """A client whose workers know the recipe; a scheduler that is gone has some time to come back."""
        with self._turn:
            until = time.monotonic() + self._patience
            while self._client is None:
                if self._stopped.is_set():
                    raise Stopped
                self._client = self._connect(recipe, until)
                if self._client is not None and self._stopped.is_set():  # by somebody who did not see this client
                    self._leave()
                    raise Stopped
            return self._client

    def _connect(self, recipe: Recipe, until: float) -> Any:
        """A new client, or None if the scheduler or its workers are not there yet."""
        from workbench.jobs.dask_worker import Told

        client = None
        try:
            client = self._dask.Client(self.address, timeout=5, set_as_default=False)
            client.wait_for_workers(1, timeout=5)
            client.register_plugin(Told(self._name, recipe))
            return client
        except ValueError as error:
            raise InputError(f"the scheduler is {self.address!r}: {one_line(error)}") from None
        except (OSError, self._dask.CancelledError) as error:
            if client is not None:
                client.close(timeout=1)
            if time.monotonic() > until:
                raise WorkbenchError(self._absent(client is not None)) from error
            time.sleep(0.5)
            return None

    def _absent(self, there: bool) -> str:
        if there:
            return f"the scheduler at {self.address} has no worker; start one: dask worker {self.address}"
        return f"no scheduler answers at {self.address}; start it (dask scheduler) and run the same again, what is done is kept"

    def _forget(self, client: Any) -> None:
        """Connect anew next time, once for all threads that lost the same client."""
        with self._turn:
            if self._client is client:
                self._client = None
                with suppress(Exception):
                    client.close(timeout=1)

    def stop(self) -> None:
        """See `Crew.stop`. Without its client the scheduler drops what it was asked for; the workers forget the list."""
        self._stopped.set()
        self._leave()

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                client.unregister_worker_plugin(self._name)
            with suppress(Exception):
                client.close(timeout=2)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
