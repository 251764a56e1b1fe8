"""The files of docs/office/: who may enter what, as docs/office.md's table has it; a case backed up, lost, and restored."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import rmtree
from types import SimpleNamespace

import pytest
from traitlets.config import Config

from tests.altering import alter
from tests.postgres import PASSWORD, Home, Server, binaries
from tests.review_cases import alerting, new_case, say, scan
from workbench.case import Case
from workbench.casefile.address import FILE

OFFICE = Path(__file__).parents[1] / "docs" / "office"


@pytest.fixture(scope="module")
def hub() -> Config:
    """JupyterHub's configuration as it reads it."""
    config, file = Config(), OFFICE / "jupyterhub_config.py"
    exec(compile(file.read_text(), str(file), "exec"), {"get_config": lambda: config})
    return config


def granted(hub: Config, person: str) -> set[str]:
    """The scopes of the roles that somebody has by groups, and as everybody."""
    groups = {name for name, group in hub.JupyterHub.load_groups.items() if person in group["users"]}
    roles = [role for role in hub.JupyterHub.load_roles if role["name"] == "user" or groups & set(role["groups"])]
    return {scope for role in roles for scope in role["scopes"]}


def test_people_may_enter_what_the_table_says(hub: Config) -> None:
    scopes = ("self", "access:services!service=published", "access:services!service=desk-014")
    rows = re.findall(r"^\| (investigators|reviewers|managers) \|(.*)\|$", OFFICE.with_suffix(".md").read_text(), re.M)
    said = {group: [cell.strip() != "no" for cell in cells.split("|")] for group, cells in rows}
    person = {"investigators": "ann", "reviewers": "cat", "managers": "mo"}
    assert said == {group: [scope in granted(hub, person[group]) for scope in scopes] for group in person}
    assert granted(hub, "zoe") == {"read:users!user"}


def test_nobody_is_an_administrator_and_only_people_with_a_group_sign_in(hub: Config) -> None:
    assert hub.Authenticator.admin_users == set() and "zoe" not in hub.Authenticator.allowed_users
    assert all(scope == "self" or "!" in scope for role in hub.JupyterHub.load_roles for scope in role["scopes"])


@pytest.mark.parametrize(
    ("groups", "place"),
    [
        (["managers"], "/services/published/"),
        (["reviewers"], "/services/desk-014/"),
        (["investigators", "reviewers"], ""),  # the hub's own: JupyterLab
        ([], "/hub/home"),
    ],
)
def test_people_land_at_what_is_theirs(hub: Config, groups: list[str], place: str) -> None:
    person = SimpleNamespace(groups=[SimpleNamespace(name=name) for name in groups])
    assert hub.JupyterHub.default_url(SimpleNamespace(current_user=person)) == place


def test_everything_behind_nginx_listens_at_this_machine_alone(hub: Config) -> None:
    told = [hub.JupyterHub.bind_url, hub.JupyterHub.hub_bind_url, hub.ConfigurableHTTPProxy.api_url]
    told += [service["url"] for service in hub.JupyterHub.services]
    assert len(told) == 5 and all(each.startswith("http://127.0.0.1:") for each in told)
    assert f"proxy_pass {told[0]};" in (OFFICE / "nginx.conf").read_text()


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a script of docs/office/; PostgreSQL's password is in the environment, and this Python's `workbench` on the path."""
    monkeypatch.setenv("SECOND_LOOK_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    tools = f"{Path(sys.executable).parent}:{binaries()}:{os.environ['PATH']}"

    def go(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        command = ["sh", str(OFFICE / script), *map(str, arguments)]
        return subprocess.run(command, env=os.environ | {"PATH": tools}, capture_output=True, text=True, check=False)

    return go


def test_a_case_is_backed_up_lost_and_restored(
    run, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(postgres)
    case = new_case(tmp_path / "case", "Ada", "Bob", database=home.database())
    (alert,) = scan(case, alerting(0))
    say(case, alert, "A. Ng", "same")
    kept = list(case.log)
    backup, safe = tmp_path / "backup", tmp_path / "safe"
    assert run("backup.sh", case.folder, backup, safe).stderr == ""
    assert not list(backup.rglob("*.key")) and len(list(safe.iterdir())) == 1
    (safe / "another.key").write_text("of another case", encoding="utf-8")
    monkeypatch.setenv(
        "SECOND_LOOK_DATABASE", home.database()
    )  # as services have it: it must not stand for the new place
    rmtree(case.folder)
    rmtree(tmp_path / "keys")
    address = (
        f"{Home(postgres).database()}?connect_timeout=5&application_name=office"  # sed would take & for what it found
    )
    done = run("restore.sh", backup, safe, tmp_path / "back", address)
    assert done.returncode == 0 and "nothing was altered" in done.stdout, done.stderr
    assert [each.name for each in (tmp_path / "keys").iterdir()] == [(backup / "key").read_text().strip()]
    monkeypatch.delenv("SECOND_LOOK_DATABASE")
    back = Case(tmp_path / "back")
    assert address in (back.folder / FILE).read_text()
    assert list(back.log) == kept and len(back.pictures(alert)) == 3


def test_what_cannot_be_backed_up_is_said_in_a_line_and_leaves_nothing(run, postgres: Server, tmp_path: Path) -> None:
    case = new_case(tmp_path / "case", "Ada", "Bob", database=Home(postgres).database())
    backup, safe = tmp_path / "backup", tmp_path / "safe"
    assert "is no case whose rows lie in PostgreSQL" in run("backup.sh", tmp_path, backup, safe).stderr
    safe.mkdir()
    assert "is there already" in run("backup.sh", case.folder, safe, safe).stderr
    rmtree(tmp_path / "keys")
    assert "workbench case info" in run("backup.sh", case.folder, backup, safe).stderr
    assert "is there already" in run("restore.sh", backup, safe, case.folder, "postgresql:///x").stderr
    assert run("backup.sh", case.folder).returncode == 2 and run("restore.sh").returncode == 2
    assert not backup.exists()


def test_a_backup_that_rotted_is_not_restored(run, postgres: Server, tmp_path: Path) -> None:
    home = Home(postgres)
    case = new_case(tmp_path / "case", "Ada", "Bob", database=home.database())
    run("backup.sh", case.folder, tmp_path / "backup", tmp_path / "safe")
    picture = next(path for path in (tmp_path / "backup" / "folder" / "blobs").rglob("*") if path.is_file())
    picture.chmod(0o600)
    alter(picture)
    done = run("restore.sh", tmp_path / "backup", tmp_path / "safe", tmp_path / "back", home.database())
    assert done.returncode == 1 and picture.name in done.stdout and not (tmp_path / "back").exists()
