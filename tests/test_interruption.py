"""Ctrl-C leaves nothing half done and is never lost, wherever in the program it arrives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

import pytest

from tests.command import call, start
from workbench.casefile.audit import note
from workbench.interruption import Interruption, uninterrupted
from workbench.progress import Bar

# Presses at random moments of a pipeline's life; a watchdog ends the process, with what each thread is at, if it hangs.
PRESSES = """
import faulthandler, itertools, random, signal, sys
from contextlib import closing
from workbench.abreast import abreast
from workbench.footage import read_ahead

rng = random.Random(7)
signal.signal(signal.SIGALRM, signal.default_int_handler)
faulthandler.dump_traceback_later(20, exit=True)
for number in range(int(sys.argv[2])):
    items = iter(itertools.count())
    line = read_ahead(items) if sys.argv[1] == "ahead" else abreast(abs, items, 2)
    try:
        with closing(line):
            for item in line:
                if item == 3:
                    signal.setitimer(signal.ITIMER_REAL, 1e-5 + 0.003 * rng.random())
    except KeyboardInterrupt:
        continue
    raise SystemExit("the press was lost")
"""


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("line", ["ahead", "abreast"])
def test_a_pipeline_ends_wherever_it_is_interrupted(line: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PRESSES, line, "600"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_press_within_a_block_takes_effect_at_its_end() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), uninterrupted():
        press()
        done.append("all of it")
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_request_to_end_is_a_press_and_a_change_is_whole_before_it(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.case import Case

    held, done = Case(case), []
    monkeypatch.setattr(
        "workbench.interruption.SIGNALS", (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
    )  # as SIGHUP, which nohup ignores
    for number in (signal.SIGTERM, signal.SIGUSR1):
        with Interruption.watched() as keys, pytest.raises(KeyboardInterrupt), held.store.change() as session:
            os.kill(os.getpid(), number)
            done.append(number)
            note(session, f"whole in spite of {number.name}", about={})
        assert keys.pressed and signal.getsignal(number) is signal.SIG_DFL
    assert [entry.action for entry in held.log][-2:] == ["whole in spite of SIGTERM", "whole in spite of SIGUSR1"]


def test_what_was_to_be_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interruption.watched() as keys:
            os.kill(os.getpid(), signal.SIGHUP)
        assert not keys.pressed
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_command_in_the_background_of_a_script_is_asked_to_end_all_the_same() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as a shell has it for what ends in &
    try:
        with Interruption.watched() as keys, pytest.raises(KeyboardInterrupt):
            press()
            assert not keys.pressed and signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
            os.kill(os.getpid(), signal.SIGTERM)
        assert keys.pressed and signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_same_request_said_twice_does_not_disturb_what_clears_up(monkeypatch: pytest.MonkeyPatch) -> None:
    done = []
    with Interruption.watched(), pytest.raises(KeyboardInterrupt):
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("cleared up")
    assert done == ["cleared up"]
    monkeypatch.setattr("workbench.interruption.AGAIN", 0.0)  # later it is somebody who is impatient
    with Interruption.watched(), pytest.raises(KeyboardInterrupt):
        try:
            press()
        except KeyboardInterrupt:
            press()
            done.append("not reached")
    assert done == ["cleared up"]


def test_a_command_that_the_system_ends_leaves_no_draft(case: Path, lobby: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    going = start("redact", case, lobby, "--out", tmp_path / "out" / "hidden.mp4")
    while not list((tmp_path / "out").iterdir()):
        assert going.poll() is None
        time.sleep(0.01)
    going.send_signal(signal.SIGTERM)
    _, said = going.communicate(timeout=60)
    assert going.returncode == 1 and "stopped" in said and not list((tmp_path / "out").iterdir())


def test_a_block_without_a_press_changes_nothing_and_its_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), uninterrupted():
        _ = 1 / 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_block_in_another_thread_is_just_a_block() -> None:
    done: list[int] = []

    def work() -> None:
        with uninterrupted():
            done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def test_a_change_of_a_case_is_whole_before_it_is_interrupted(case: Path) -> None:
    from workbench.case import Case

    held = Case(case)
    with pytest.raises(KeyboardInterrupt), held.store.change() as session:
        press()
        note(session, "written to its end", about={})
    assert call("case", "verify", case).code == 0
    assert "written to its end" in [entry.action for entry in held.log]


def test_a_press_that_a_library_swallows_is_raised_at_the_next_sign_of_progress() -> None:
    bar = Bar(30)
    with Interruption.watched() as keys:
        try:
            press()
        except BaseException:  # as some libraries do while they are imported
            pass
        assert keys.pressed
        with pytest.raises(KeyboardInterrupt):
            bar.at(1)
    bar.at(1)  # what is not watched is left alone


def test_whatever_a_library_makes_of_a_press_the_command_says_that_it_was_stopped(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swallow(*_: object, **__: object) -> None:
        try:
            press()
        except KeyboardInterrupt:
            raise ImportError("numpy failed to import") from None

    monkeypatch.setattr("workbench.case.Case.scan", swallow)
    said = call("scan", case, case)
    assert (said.code, said.out) == (1, "")
    assert said.err == "error: stopped; what is done is kept, the same command goes on from there\n"


def test_a_command_that_keeps_nothing_of_what_was_stopped_does_not_say_that_it_goes_on(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.case.Case.redact", lambda *_, **__: press())
    said = call("redact", case, case)
    assert said.err == "error: stopped; nothing is left half done, and the same command begins again\n"


# Ctrl-C while the command's parts are still being loaded: pressed when the part is looked for whose name is given.
EARLY = """
import os, signal, sys

class Press:
    def find_spec(self, name, *_):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Press())
from workbench.__main__ import main
main()
"""


@pytest.mark.parametrize("part", ["workbench.cli", "typer", "workbench.cli_watch"])
def test_while_the_command_is_loaded_ctrl_c_ends_it_without_a_word(part: str) -> None:
    ended = subprocess.run([sys.executable, "-c", EARLY, part], capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_once_it_is_loaded_ctrl_c_is_the_commands_own_business(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.__main__ import main

    handlers: list[object] = []
    monkeypatch.setattr("workbench.cli.main", lambda: handlers.append(signal.getsignal(signal.SIGINT)))
    main()
    assert handlers == [signal.default_int_handler]


def test_the_installed_command_begins_there() -> None:
    scripts = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text("utf-8"))["project"]
    assert scripts["scripts"] == {"workbench": "workbench.__main__:main"}
