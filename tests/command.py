"""The command line for tests: called in this process, or started as one of its own where that boundary matters."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

WORKBENCH = Path(sys.executable).with_name("workbench")


class Result(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout, which must be one JSON value and nothing else, without NaN."""
        return json.loads(self.out, parse_constant=lambda word: 1 / 0)


def call(*arguments: object) -> Result:
    """Run the command in this process: quick, and all of `main` takes part."""
    from workbench.cli import main

    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with patch.object(sys, "argv", ["workbench", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        code = _code(main)
        out.flush(), err.flush()
    return Result(code, *(stream.buffer.getvalue().decode() for stream in (out, err)))


def _code(main: Any) -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def start(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Start the real command."""
    command: Sequence[str] = [str(WORKBENCH), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def spawn(*arguments: object, **options: Any) -> Result:
    """Run the real command and wait for it."""
    process = start(*arguments, **options)
    out, err = process.communicate(timeout=120)
    return Result(process.returncode, out, err)


def refused(result: Result, *words: str, code: int = 1) -> str:
    """The one line that a refused command says; it holds all of `words`, and nothing went to stdout."""
    assert result.code == code, result
    assert result.out == ""
    assert result.err.endswith("\n") and result.err.count("\n") == 1, result.err
    assert "Traceback" not in result.err and result.err.strip().isprintable()
    for word in words:
        assert word in result.err, result.err
    return result.err
