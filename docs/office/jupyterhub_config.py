"""JupyterHub for an office: who may scan, who judges, who reads. Start it with `jupyterhub -f jupyterhub_config.py`.

Groups decide, and nothing else: investigators have JupyterLab and read results, reviewers have the desks of the cases that are
theirs, managers read results. Who reaches a case's folder and key in JupyterLab, the accounts of the operating system decide.
"""

import os
import sys
from pathlib import Path

OFFICE = Path(os.environ.get("SECOND_LOOK_OFFICE", "/srv/second-look"))  # cases/, published/, hub/
PEOPLE = {
    "investigators": {"ann", "ben"},
    "reviewers": {"cat", "dan", "eve"},
    "managers": {"mo"},
}
SERVICES = {  # name: what it serves, the port where it listens, the groups that may enter
    "published": (OFFICE / "published", 8870, ["investigators", "managers"]),
    "desk-014": (OFFICE / "cases" / "014", 8871, ["reviewers"]),
}

c = get_config()  # noqa: F821
c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # nginx stands in front, with TLS: nginx.conf
c.JupyterHub.hub_bind_url = "http://127.0.0.1:8081"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:8001"
c.JupyterHub.tornado_settings = {"xsrf_cookie_kwargs": {"secure": True}}  # as its other cookies are behind TLS
c.JupyterHub.db_url = f"sqlite:///{OFFICE}/hub/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = f"{OFFICE}/hub/cookie_secret"
c.JupyterHub.authenticator_class = "pam"  # the accounts of this machine
c.Authenticator.allowed_users = set().union(*PEOPLE.values())
c.Authenticator.admin_users = set()  # an administrator of the hub could enter every investigator's server
c.JupyterHub.load_groups = {group: {"users": sorted(people)} for group, people in PEOPLE.items()}

# Services run as an account of their own, which may read cases and keys as far as they need to. Of the surroundings they get these only.
PASSED_ON = ("PATH", "LANG", "SECOND_LOOK_KEYS", "SECOND_LOOK_KEY_FILE", "SECOND_LOOK_DATABASE", "PGPASSFILE", "PGUSER")
surroundings = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
serve = [str(Path(sys.executable).with_name("workbench")), "serve"]
c.JupyterHub.services = [
    {
        "name": name,
        "url": f"http://127.0.0.1:{port}",
        "command": [*serve, str(folder), "--hub"],
        "user": os.environ.get("SECOND_LOOK_ACCOUNT", "second-look"),
        "environment": surroundings,
        "oauth_no_confirm": True,
    }
    for name, (folder, port, _) in SERVICES.items()
]

# "user" is what everybody may do. JupyterHub's own lets everybody start JupyterLab, which runs code; here that is for who scans.
c.JupyterHub.load_roles = [
    {"name": "user", "scopes": ["read:users!user"]},
    {"name": "scan", "scopes": ["self"], "groups": ["investigators"]},
]
c.JupyterHub.load_roles += [
    {"name": f"enter-{name}", "scopes": [f"access:services!service={name}"], "groups": groups}
    for name, (_, _, groups) in SERVICES.items()
]


def landing(handler):
    """Where somebody lands after signing in: JupyterLab, or the first service that is theirs."""
    mine = {group.name for group in handler.current_user.groups} if handler.current_user else set()
    if "investigators" in mine:
        return ""
    return next((f"/services/{name}/" for name, (_, _, groups) in SERVICES.items() if mine & set(groups)), "/hub/home")


c.JupyterHub.default_url = landing
c.Spawner.default_url = "/lab"
c.Spawner.notebook_dir = str(OFFICE / "cases")
c.Spawner.env_keep = ["PATH", "LANG"]
