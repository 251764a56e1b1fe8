"""`--hub`: the server as a service of JupyterHub, which says who somebody is and whether they may come in.

JupyterHub starts the service and tells it through the environment where it lies. Who signs in goes to the hub and comes back
with a code; who lacks the scope `access:services!service=NAME`, which the hub's configuration gives to groups, stays outside.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from workbench.errors import InputError

__all__ = ["Place", "identity", "place"]

TOKEN, ADDRESS, PREFIX = "JUPYTERHUB_API_TOKEN", "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_SERVICE_PREFIX"


@dataclass(frozen=True)
class Place:
    """Where the service listens, and below which path it lies for who comes through the hub's proxy."""

    ip: str
    port: int
    base: str


def place() -> Place:
    """As JupyterHub says; `InputError` if it was not JupyterHub that started this process."""
    missing = [name for name in (TOKEN, ADDRESS, PREFIX) if not os.environ.get(name)]
    if missing:
        raise InputError(
            f"--hub is for a service that JupyterHub starts, and {missing[0]} is not set; "
            "docs/office.md has the lines for its configuration"
        )
    address = urlsplit(os.environ[ADDRESS])
    if address.hostname not in ("127.0.0.1", "localhost", "::1") or not address.port:
        raise InputError(f"the service listens at {os.environ[ADDRESS]}; give it an address like http://127.0.0.1:8866")
    return Place(address.hostname, address.port, os.environ[PREFIX])


def identity() -> type:
    """The hub's own way to know a visitor."""
    try:
        from jupyterhub.singleuser.extension import JupyterHubIdentityProvider
    except ImportError:
        raise InputError("--hub needs jupyterhub; install it: pip install jupyterhub") from None

    class Identity(JupyterHubIdentityProvider):
        """With the hub's token taken out of the environment that kernels inherit, once it is read."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            _ = self.hub_auth.api_token, self.hub_auth.access_scopes
            os.environ.pop(TOKEN, None)

    return Identity
