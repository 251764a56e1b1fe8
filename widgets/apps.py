"""What the apps' notebooks call: what the viewer asked for, the bundle or case behind it, and what is shown of it.

An app gets no path and no name from its viewer: the server has checked what was asked for and says so to the kernel.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import ipywidgets as ipw

from widgets.downloads import links
from widgets.drawn import in_voila
from widgets.serving.names import CASE, PUBLISHED, REVIEWER, SECRET
from workbench.errors import InputError
from workbench.html import card, note
from workbench.published.bundle import Bundle
from workbench.published.folder import bundles_in, read_bundle
from workbench.published.overview import Overview, overview_of

__all__ = ["bundle", "desk", "filtered", "overview", "result_address", "shown", "viewer"]

EVERY = "every type"
NEEDED = (  # what a kernel that waits for its viewer can load before anybody comes
    "websockets.sync.client",
    "workbench.published.passes",
    "workbench.published.shown",
    "workbench.spreadsheets",
    "xlsxwriter",
)


def viewer() -> dict[str, str]:
    """What the viewer asked for; a kernel that was started ahead waits here until somebody comes."""
    if os.environ.get("VOILA_PREHEAT") == "True":
        for module in NEEDED:
            import_module(module)
        os.environ["QUERY_STRING"] = str(_waited().get("QUERY_STRING", ""))
    return {name: values[-1] for name, values in parse_qs(os.environ.get("QUERY_STRING", "")).items()}


def _waited() -> dict[str, Any]:
    from websockets.sync.client import connect

    port, base = os.environ["VOILA_APP_PORT"], os.environ.get("VOILA_SERVER_URL", "/")
    address = f"ws://{os.environ.get('VOILA_APP_IP', '127.0.0.1')}:{port}{base}voila/query"
    with connect(
        f"{address}/{os.environ['VOILA_KERNEL_ID']}", additional_headers={SECRET: os.environ[SECRET]}, proxy=None
    ) as line:
        return dict(json.loads(line.recv()))


def bundle() -> Bundle:
    """The published bundle that the viewer asked for; in JupyterLab, the first below $SECOND_LOOK_PUBLISHED."""
    asked, places = viewer().get("bundle"), bundles_in(_place(PUBLISHED))
    name = asked or next(iter(places), "")
    if name not in places:
        raise InputError("there is no such result; it may have been withdrawn")
    return read_bundle(places[name])


def overview() -> Overview:
    """Everything that is published."""
    viewer()
    return overview_of(_place(PUBLISHED))


def filtered(every: Overview) -> ipw.VBox:
    """The overview with what narrows it down, and the table of what is shown as files."""
    kind = ipw.Dropdown(options=[EVERY, *every.kinds], description="Type")
    text = ipw.Text(description="Text", placeholder="name, purpose or authority", continuous_update=False)
    since = ipw.Text(description="Since", placeholder="2026-12-31", continuous_update=False)
    shown, files = ipw.HTML(), ipw.HTML()

    def show(_: Any = None) -> None:
        some = every.only(kind="" if kind.value == EVERY else kind.value, text=text.value, since=since.value.strip())
        shown.value = some.html(result_address if in_voila() else None)
        files.value = links({"deployments.csv": some.csv(), "deployments.xlsx": some.xlsx()}, f"{len(some):,} shown")

    _heard(show, kind, text, since)
    box = ipw.Box([kind, text, since], layout=ipw.Layout(flex_flow="row wrap"))
    box.add_class("sl-filters")
    return ipw.VBox([box, files, shown])


def result_address(name: str) -> str:
    """Where the result of a bundle is served, as seen from the overview beside it."""
    return f"result.ipynb?{urlencode({'bundle': name})}"


def _heard(show: Callable[..., None], *controls: ipw.Widget) -> None:
    for control in controls:
        control.observe(show, "value")
    show()


def desk() -> Any:
    """The review desk of the person whom the server names; it works on the case itself."""
    from widgets.alert_review import AlertReview
    from workbench.case import Case

    return AlertReview(Case(_place(CASE)), reviewer=viewer()[REVIEWER], title="Review desk")


def _place(name: str) -> Path:
    if name not in os.environ:
        raise InputError(f"an app is started by `workbench serve`; to try it elsewhere, set {name} to a folder")
    return Path(os.environ[name])


def shown(title: str, text: str) -> ipw.HTML:
    """A few words in the frame of everything else."""
    return ipw.HTML(card(title, note(text)))
