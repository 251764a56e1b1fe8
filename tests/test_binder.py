"""What Binder builds from: the versions of the lock, Python 3.11, and a script that needs no network."""

import json
import os
import re
import subprocess
from pathlib import Path

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


def test_the_readme_links_binder_to_the_index_that_is_there() -> None:
    link = re.search(
        r"mybinder\.org/v2/gh/OWNER/REPO/HEAD\?urlpath=voila%2Frender%2F([\w%.-]+)",
        (ROOT / "README.md").read_text("utf-8"),
    )
    assert link and (ROOT / link[1].replace("%2F", "/")).is_file()
