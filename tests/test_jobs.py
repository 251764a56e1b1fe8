"""Whoever scans, the case is the same to the bit; what dies is replaced, and what cannot be scanned is named."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.browser.driving import free_port
from tests.command import call, refused
from tests.dask_cluster import Cluster
from tests.fakes import FakePack, Seen, template
from tests.footage_factory import make_clip
from tests.test_resume import contents
from workbench import scan_run
from workbench.case import Case
from workbench.errors import CaseBusy, InputError, PackError, WorkbenchError
from workbench.footage import open_footage
from workbench.jobs import Crew, Failed, Here, Recipe, Stopped, crew_of
from workbench.jobs.dask import DaskWorkers
from workbench.jobs.local import DEATHS, LocalWorkers
from workbench.jobs.recipe import Answer
from workbench.jobs.worker import receive, send
from workbench.pipeline import scan
from workbench.progress import Silent
from workbench.runs import Segment
from workbench.scanning import Window, windows

SEGMENTS = {"every": 0.5, "segment": 2.0}  # the lobby in four


@pytest.fixture(scope="module")
def calm(listed: Path, lobby: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is in the case after an undisturbed scan by one process."""
    folder = Path(shutil.copytree(listed, tmp_path_factory.mktemp("calm") / "case"))
    scan(Case(folder), [lobby], **SEGMENTS)
    return contents(folder)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    found = Cluster(tmp_path_factory.mktemp("dask"))
    yield found
    found.close()


def test_local_workers_write_the_same_case_to_the_bit(case: Path, lobby: Path, calm: dict[str, Any]) -> None:
    crew = LocalWorkers(2)
    run = scan(Case(case), [lobby], crew=crew, **SEGMENTS)
    assert run.finished and [alert.subject for alert in run.alerts] == ["eve"]
    assert contents(case) == calm
    assert crew.processes == []  # nothing is left running


def test_dask_workers_write_the_same_case_to_the_bit_whatever_dies(
    case: Path, lobby: Path, calm: dict[str, Any], cluster: Cluster
) -> None:
    held, cut = Case(case), _Cutting(cluster)
    assert scan(held, [lobby], crew=cut, **SEGMENTS).finished
    assert cut.killed == ["worker", "scheduler"]
    assert contents(case) == calm


class _Cutting(DaskWorkers):
    """Loses a worker after the first segment and the scheduler after the second."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster.address)
        self._cluster, self.killed = cluster, []

    def answers(self, *asked: Any) -> Iterator[Any]:
        for number, answer in enumerate(super().answers(*asked)):
            yield answer
            if number < 2:
                self._cluster.kill_scheduler() if number else self._cluster.kill_worker(0)
                self.killed.append("scheduler" if number else "worker")
                self._cluster.mend()


def test_a_worker_that_is_killed_costs_nothing(case: Path, lobby: Path, calm: dict[str, Any]) -> None:
    crew = LocalWorkers(2)
    killer = threading.Thread(target=_kill_next, args=(crew, 1))
    killer.start()
    scan(Case(case), [lobby], crew=crew, **SEGMENTS)
    killer.join()
    assert contents(case) == calm


def _kill_next(crew: LocalWorkers, times: int) -> None:
    """Kill the first processes that there are, one after the other."""
    killed: set[int] = set()
    until = time.monotonic() + 60
    while len(killed) < times and time.monotonic() < until:
        for pid in set(crew.processes) - killed:
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
            break
        time.sleep(0.01)


def test_a_segment_that_kills_its_workers_is_named_the_rest_is_done_and_the_same_call_tries_again(
    case: Path, lobby: Path
) -> None:
    crew = LocalWorkers(1)
    killer = threading.Thread(target=_kill_next, args=(crew, DEATHS))
    killer.start()
    with pytest.raises(WorkbenchError, match=r"1 segment could not be scanned: lobby\.mp4 00:00:00-00:00:02 \(.*died"):
        scan(Case(case), [lobby], crew=crew, **SEGMENTS)
    killer.join()
    held = Case(case)
    assert held.run().finished is None and len(held.run().tracks) >= 3
    (failed,) = [entry for entry in held.log if entry.action == "segment failed"]
    assert failed.about["segment"] == 0
    run = scan(held, [lobby], **SEGMENTS)
    assert run.id == 1 and run.finished and [alert.subject for alert in run.alerts] == ["eve"]
    assert held.verify().clean


def fake(script: Any) -> tuple[Recipe, FakePack]:
    references = np.stack([template(1), template(0, 1)])
    recipe = Recipe("fake", {}, references, np.array([0, 1]), 0.7, 0.5, False, "exact", 0.2, 5, 1.0)
    return recipe, FakePack(script)


def poisoned(index: int) -> Sequence[Seen]:
    if index == 60:
        raise RuntimeError("a model\nthat chokes")
    return [Seen(0, 30, 60, 30)]


def test_in_this_process_one_bad_minute_is_named_and_the_others_are_scanned(tmp_path: Path) -> None:
    footage = open_footage(make_clip(tmp_path / "clip.mp4", 100))
    todo = windows(footage, 0.2, 1.0)
    answers = list(Here().answers(*fake(poisoned), [(1, footage, todo)], Silent()))
    assert [isinstance(each, Failed) for each in answers] == [False, False, True, False]
    assert answers[2] == Failed(todo[2], "RuntimeError: a model that chokes")
    good = list(Here().answers(*fake(lambda index: [Seen(0, 30, 60, 30)]), [(1, footage, todo[3:])], Silent()))
    assert answers[3].passages[0].score == good[0].passages[0].score


def test_footage_that_changes_while_it_is_scanned_ends_the_scan(tmp_path: Path) -> None:
    footage = open_footage(make_clip(tmp_path / "clip.mp4", 100))
    answers = Here().answers(*fake(lambda index: []), [(1, footage, windows(footage, 0.2, 1.0))], Silent())
    (tmp_path / "clip.mp4").write_bytes(b"other")
    with pytest.raises(InputError, match=r"clip\.mp4"):
        list(answers)


@pytest.mark.parametrize("crew", [Here(), LocalWorkers(1)], ids=["here", "local"])
def test_a_scan_that_is_stopped_says_so_and_goes_on_later(
    case: Path, lobby: Path, calm: dict[str, Any], crew: Crew
) -> None:
    class Impatient(Silent):
        def at(self, done: float) -> None:
            if done >= 2:
                crew.stop()

    with pytest.raises(Stopped):
        scan(Case(case), [lobby], crew=crew, progress=Impatient(), **SEGMENTS)
    with Case(case).store.writing("it is free again"):
        pass
    scan(Case(case), [lobby], **SEGMENTS)
    assert contents(case) == calm


def test_a_second_scan_of_the_same_case_is_told_who_is_at_work(case: Path, lobby: Path) -> None:
    with Case(case).store.writing("footage is being scanned"), pytest.raises(CaseBusy, match="being scanned"):
        scan(Case(case), [lobby], crew=LocalWorkers(1), **SEGMENTS)


def test_a_worker_gets_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_KEY", "secret")
    with LocalWorkers(1) as crew:
        process = crew._process(fake(poisoned)[0])
        assert "SECOND_LOOK_KEY" not in Path(f"/proc/{process.pid}/environ").read_text()
    assert not process.alive


def test_a_worker_ends_with_whoever_started_it() -> None:
    worker = subprocess.Popen([sys.executable, "-m", "workbench.jobs.worker"], stdin=subprocess.PIPE)
    assert worker.stdin
    worker.stdin.close()
    assert worker.wait(timeout=60) == 0


def test_another_pack_of_that_name_is_refused() -> None:
    recipe, pack = fake(poisoned)
    with pytest.raises(PackError, match="other files"):
        replace(recipe, files={"det.onnx": "1" * 64}).scanner(pack)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--workers", 0), "give 1 to 64"),
        (("--workers", 2, "--scheduler", "tcp://127.0.0.1:1"), "give one of them"),
        (("--scheduler", "10.0.0.5"), "give its address, such as tcp://"),
        (("--scheduler", "tcp://"), "give its address, such as tcp://"),
        (("--scheduler", "tcp://10.0.0.5"), "give its address, such as tcp://"),
        (("--scheduler", "tcp://10.0.0.5:port"), "give its address, such as tcp://"),
    ],
)
def test_what_cannot_be_a_crew_is_refused_in_one_line(
    case: Path, lobby: Path, options: tuple[object, ...], words: str
) -> None:
    refused(call("scan", case, lobby, *options), words)


def test_a_scheduler_that_is_not_there_is_said_in_one_line(case: Path, lobby: Path) -> None:
    pytest.importorskip("distributed")
    crew = DaskWorkers(f"tcp://127.0.0.1:{free_port()}", patience=0)
    with pytest.raises(WorkbenchError, match="no scheduler answers at"):
        scan(Case(case), [lobby], crew=crew, **SEGMENTS)


def test_the_time_of_a_scan_is_that_of_its_own_clock_and_not_of_all_workers_together() -> None:
    def answers() -> Iterator[Answer]:
        yield Segment(0, 0.0, 60.0, (), {"wall_s": 100.0, "detect_s": 5.0})
        time.sleep(0.05)
        yield Failed(Window(1, 60.0, 120.0, 3000), "no such codec")
        time.sleep(0.05)
        yield Segment(2, 120.0, 180.0, (), {"wall_s": 100.0, "detect_s": 7.0})

    began = time.perf_counter()
    first, failed, last = scan_run._timed(answers())
    passed = time.perf_counter() - began
    assert isinstance(failed, Failed) and isinstance(first, Segment) and isinstance(last, Segment)
    assert 0.1 <= last.profile["wall_s"] and first.profile["wall_s"] + last.profile["wall_s"] <= passed
    assert (first.profile["detect_s"], last.profile["detect_s"]) == (5.0, 7.0)


def test_a_misspelt_option_of_a_scan_in_the_background_is_said_at_once(case: Path) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'treshold'"):
        Case(case).start_scan("lobby.mp4", treshold=0.5)
    with pytest.raises(InputError, match="the job itself hears the progress; leave it out"):
        Case(case).start_scan("lobby.mp4", progress=1)


def test_by_default_this_process_scans() -> None:
    assert isinstance(crew_of(), Here) and isinstance(crew_of(2), LocalWorkers)


def test_a_pipe_that_is_closed_while_it_is_waited_for_has_ended() -> None:
    pipe = io.BytesIO()
    pipe.close()
    with pytest.raises(EOFError):
        receive(pipe)
    with pytest.raises(EOFError):
        send(pipe, "late")


class _Client:
    """A cluster's client, as far as leaving goes."""

    def __init__(self) -> None:
        self.left: list[str] = []

    def nthreads(self) -> dict[str, int]:
        return {"a worker": 1}

    def unregister_worker_plugin(self, name: str) -> None:
        self.left.append(name)

    def close(self, timeout: float) -> None:
        self.left.append("closed")


def test_two_scans_of_one_list_on_one_cluster_leave_each_other_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DaskWorkers, "_connect", lambda self, recipe, until: _Client())
    names = set()
    for _ in range(2):
        crew = DaskWorkers("tcp://127.0.0.1:8786")
        recipe: Any = "the same recipe"
        crew.answers(recipe, FakePack(), [], Silent())  # type: ignore[arg-type]
        names.add(crew._name)
    assert len(names) == 2


def test_a_client_that_connects_while_the_crew_is_left_is_left_too(monkeypatch: pytest.MonkeyPatch) -> None:
    crew, client = DaskWorkers("tcp://127.0.0.1:8786"), _Client()

    def slowly(*_: object) -> _Client:
        crew.stop()
        return client

    monkeypatch.setattr(crew, "_connect", slowly)
    recipe: Any = "a recipe"
    with pytest.raises(Stopped):
        crew.answers(recipe, FakePack(), [], Silent())  # type: ignore[arg-type]
    assert client.left == [crew._name, "closed"]
