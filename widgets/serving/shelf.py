"""What a server has to show: notebooks of a folder, the apps over published bundles, or the review desk of one case.

A shelf decides which addresses there are. Voila reads notebooks from `root`, where bundles and cases never lie.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlencode

from widgets.serving.names import CASE, PUBLISHED, REVIEWER
from workbench.casefile.store import is_case
from workbench.published.folder import bundles_in, sweep

__all__ = ["Desk", "Notebooks", "Published", "Shelf", "apps_in", "shelf_for"]

Query = Mapping[str, str]
HOUR = 3600.0
LESSONS = "lessons"  # the folder in which lessons lie
WIDGETS = (  # all that our own apps need; plotly's alone is 5 MB of script
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
)


class Shelf(Protocol):
    """Which apps there are, and what a kernel is told.

    name : what it holds, above the list of apps; back : the words of the link to that list
    extensions : of JupyterLab that the apps' pages load; none named: all that are installed
    """

    root: Path
    name: str
    back: str
    surroundings: dict[str, str]
    extensions: tuple[str, ...]

    def contents(self) -> list[tuple[str, str]]:
        """Address below /voila/render/ and title of each app, as it is now."""

    def query(self, path: str, asked: Query, who: str = "") -> str | None:
        """What the kernel of an app may hear of what was asked for; None if there is no such app.

        who : the viewer's name, where a hub knows it
        """


def apps_in(folder: Path) -> list[str]:
    """Notebooks below a folder, as paths with slashes; links that lead out of it and hidden ones are none."""
    root = folder.resolve()
    found = [path for path in sorted(folder.rglob("*.ipynb")) if path.resolve().is_relative_to(root)]
    names = [path.relative_to(folder).as_posix() for path in found]
    return [name for name in names if not any(part.startswith(".") for part in name.split("/"))]


class Notebooks:
    """Notebooks of one's own: those that were there when the server started."""

    extensions = ()

    def __init__(self, folder: Path) -> None:
        self.root, self.surroundings = folder.resolve(), dict[str, str]()
        self._apps = apps_in(folder)
        taught = self.root.name == LESSONS
        self.name, self.back = ("Lessons", "All lessons") if taught else ("Notebooks", "All notebooks")

    def contents(self) -> list[tuple[str, str]]:
        """As they were found."""
        return [(quote(app), _title(app)) for app in self._apps]

    def query(self, path: str, asked: Query, who: str = "") -> str | None:
        """Nothing of what was asked for reaches them but their own address."""
        return "" if path in self._apps else None


class Published:
    """Bundles, shown by two apps; what is published or withdrawn while the server runs counts at once."""

    name, back = "Results", "All results"
    extensions = WIDGETS

    def __init__(self, folder: Path, root: Path) -> None:
        self.root, self._folder = root, folder.resolve()
        self.surroundings = {PUBLISHED: str(self._folder)}
        self._swept = -HOUR
        _lay_out(root, "overview", "result")

    def contents(self) -> list[tuple[str, str]]:
        """The overview, then each result by its name; once an hour, crops whose time is over are deleted on the way."""
        if time.monotonic() - self._swept >= HOUR:
            self._swept = time.monotonic()
            sweep(self._folder)
        places = bundles_in(self._folder)
        results = [(f"result.ipynb?{urlencode({'bundle': name})}", _title(name)) for name in places]
        return [("overview.ipynb", "All deployments"), *results] if results else []

    def query(self, path: str, asked: Query, who: str = "") -> str | None:
        """A bundle by its name, if there is one."""
        if path == "overview.ipynb":
            return ""
        name = asked.get("bundle", "")
        known = path == "result.ipynb" and name in bundles_in(self._folder)
        return urlencode({"bundle": name}) if known else None


class Desk:
    """The review desk of one person, or of whoever a hub says is there; it works on the case itself."""

    name, back = "Review desk", "Back"
    extensions = WIDGETS

    def __init__(self, case: Path, reviewer: str, root: Path) -> None:
        self.root = root
        self.surroundings = {CASE: str(case.resolve())}
        self._reviewer = reviewer
        _lay_out(root, "desk")

    def contents(self) -> list[tuple[str, str]]:
        """The one desk."""
        return [("desk.ipynb", f"Review desk of {self._reviewer}" if self._reviewer else "Review desk")]

    def query(self, path: str, asked: Query, who: str = "") -> str | None:
        """Nothing can be asked for; the kernel is told who judges."""
        judges = self._reviewer or who
        return urlencode({REVIEWER: judges}) if path == "desk.ipynb" and judges else None


def shelf_for(folder: Path, root: Path, reviewer: str = "", *, hub: bool = False) -> Shelf:
    """The shelf for a folder: a case for who reviews, bundles where there are any or nothing yet, else its notebooks.

    hub : who reviews is whoever the hub signs in
    """
    if reviewer or (hub and is_case(folder)):
        return Desk(folder, reviewer, root)
    if bundles_in(folder) or not apps_in(folder):
        return Published(folder, root)
    return Notebooks(folder)


def _lay_out(root: Path, *names: str) -> None:
    """Put the package's own apps where Voila reads notebooks."""
    inside = Path(__file__).with_name("apps")
    source = inside if inside.is_dir() else Path(__file__).parents[2] / "notebooks" / "apps"
    for name in names:
        shutil.copyfile(source / f"{name}.ipynb", root / f"{name}.ipynb")


def _title(app: str) -> str:
    """`north-gate/result.ipynb` as a person would write it."""
    parts = app.removesuffix(".ipynb").split("/")
    return " · ".join(part.replace("-", " ").replace("_", " ") for part in parts)
