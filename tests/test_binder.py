"""What Binder builds from: the versions of the lock, Python 3.11, and a script that needs no network."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]
BINDER = ROOT / "binder"


def test_binder_takes_the_versions_of_the_lock() -> None:
    locked = re.findall(r"^([\w.-]+==[^ \\;\n]+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE)
    kept = [line for line in (BINDER / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert kept == locked and len(kept) > 100, "write binder/constraints.txt again from requirements.lock"


def test_binder_installs_this_repository_with_the_python_that_it_needs() -> None:
    lines = (BINDER / "requirements.txt").read_text("utf-8").splitlines()
    assert "." in lines and "-c constraints.txt" in lines
    assert (BINDER / "runtime.txt").read_text("utf-8").strip() == "python-3.11"


def test_after_the_build_a_script_that_bash_understands_and_git_keeps_executable() -> None:
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    assert not re.search(r"\b(curl|wget|git|npm)\b|pip install", script.read_text("utf-8"))


def test_voila_opens_no_file_and_no_other_template_and_idle_kernels_end() -> None:
    config = json.loads((BINDER / "jupyter_server_config.json").read_text("utf-8"))
    voila = config["VoilaConfiguration"]
    assert voila["file_allowlist"] == [] and voila["allow_template_override"] == "NO" and voila["template"] == "lessons"
    assert 0 < config["MappingKernelManager"]["cull_idle_timeout"] <= 120
    assert "http" not in json.dumps(config)


INDEX = "/HEAD?urlpath=voila%2Frender%2Fnotebooks%2Flessons%2Findex.ipynb"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://github.com/us/ours", "gh/us/ours"),
        ("https://ann:secret@github.com/us/ours.git", "gh/us/ours"),
        ("git@github.com:us/ours.git", "gh/us/ours"),
        ("ssh://git@GitHub.com:22/us/ours.git/", "gh/us/ours"),
        ("https://gitlab.com/group/team/ours.git", "gl/group%2Fteam%2Fours"),
        ("git@code.example.org:us/ours.git", "git/https%3A%2F%2Fcode.example.org%2Fus%2Fours.git"),
    ],
)
def test_the_link_opens_the_lessons_where_the_repository_lies(address: str, place: str) -> None:
    assert said(address) == (0, f"https://mybinder.org/v2/{place}{INDEX}\n", "")
    assert (ROOT / unquote(INDEX.split("render%2F")[1])).is_file()


@pytest.mark.parametrize("address", ["/home/ann/ours", "../ours", "https://github.com/us", "file:///srv/ours/x"])
def test_an_address_that_binder_cannot_reach_is_said_in_a_line(address: str) -> None:
    code, out, err = said(address)
    assert (code, out) == (1, "") and address in err and "make binder ADDRESS=" in err and err.count("\n") == 1


def said(address: str) -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, BINDER / "link.py", address], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr
