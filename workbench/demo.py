"""The demo: generated people walk down a street, some of them listed, and the planted truth says what the scan was worth."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from workbench.alerts import Alerts
from workbench.case import Case
from workbench.cast import Shipped, shipped
from workbench.errors import InputError, WorkbenchError
from workbench.evaluation import OperatingPoint, Trials
from workbench.html import show
from workbench.labelled import Labelled
from workbench.models.pack import Pack
from workbench.models.packs import load_pack
from workbench.probing import Probes, probes_of
from workbench.progress import Progress
from workbench.report import page
from workbench.runs import Run
from workbench.truth import Outcome, compare, read_walks
from workbench.watchlist import Watchlist

__all__ = ["Demonstration", "run_demo"]

MARK = ".second-look-demo"
TARGET = 0.05  # FPIR at which the demo's threshold is chosen: two dozen stranger portraits can say no more
CASE, NOTEBOOK = "street", "look.ipynb"
CELLS = (
    "# Who of them is on the list?\n\nGenerated people: nobody here exists, and no threshold or rate carries over to real "
    "people. An alert is a question to a person; the score is no answer.",
    'import workbench as wb\n\ncase = wb.open_case("street")\ncase',
    "case.watchlist",
    "run = case.run()\nrun",
    "run.alerts",
    "run.near_misses",
    "run.tracks.to_frame()",
)
NOTE = (
    "Generated people: nobody on this page exists. Strangers among them look more alike to a recogniser than real "
    "strangers do, so no threshold, rate or comparison on this page carries over to real people."
)


@dataclass(frozen=True)
class Demonstration:
    """What the demo made."""

    folder: Path
    page: Path
    run: Run
    outcomes: Mapping[str, Sequence[Outcome]]

    def to_dict(self) -> dict[str, Any]:
        """The demo as JSON values."""
        told = {clip: [asdict(outcome) for outcome in outcomes] for clip, outcomes in self.outcomes.items()}
        return {"case": str(self.folder / CASE), "page": str(self.page), **self.run.to_dict(), "truth": told}

    def text(self) -> str:
        """The demo in a few lines: what happened to whom, and where to look."""
        lines = ["", "generated people; no threshold or rate here carries over to real people", ""]
        for clip, outcomes in self.outcomes.items():
            lines.append(f"{clip}:")
            lines += [_line(outcome) for outcome in outcomes]
        return "\n".join(
            [
                *lines,
                "",
                f"look at it:         {self.page}",
                f"open JupyterLab:    {_command()} lab {self.folder / NOTEBOOK}",
            ]
        )


def _line(outcome: Outcome) -> str:
    listed = "listed  " if outcome.listed else "stranger"
    return f"  {outcome.person:<22} {listed}  {outcome.outcome:<12} {outcome.reason}"


def run_demo(
    folder: Path, *, progress: Progress, pack: str = "dlib", clips: Sequence[str] = ("easy", "hard")
) -> Demonstration:
    """Make `folder` with photographs, a case and a page; a demo made there before is replaced, anything else is kept."""
    cast = shipped()
    _clear(folder)
    photos, details = _photos(folder, cast)
    loaded = load_pack(pack)
    case = Case.create(
        folder / CASE, purpose="Demonstration with generated people", authority="Whoever runs the demo", pack=pack
    )
    watch = case.enroll(photos, details=details, progress=progress)
    point = _operating_point(loaded, watch, cast, progress)
    run = case.scan(*[cast.clips[clip] for clip in clips], threshold=point, progress=progress)
    outcomes = {
        cast.clips[clip].name: compare(read_walks(cast.truth_file(clip)), _only(run, cast.clips[clip]), watch.subjects)
        for clip in clips
    }
    progress.say("drawing the page")
    file = folder / "index.html"
    file.write_text(
        page(
            case, run, loaded, title="Who of them is on the list?", note=NOTE, truth=outcomes, closing=_closing(folder)
        ),
        encoding="utf-8",
    )
    (folder / NOTEBOOK).write_text(_notebook(), encoding="utf-8")
    return Demonstration(folder, file, run, outcomes)


def _clear(folder: Path) -> None:
    """Remove a demo that was made before; `InputError` if something else is there."""
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).exists()):
            raise InputError(f"{folder} holds something else; give the demo a folder of its own: workbench demo DIR")
        _forget_key(folder / CASE)
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def _forget_key(case: Path) -> None:
    """Every demo is a new case; the key of the one before is of no more use."""
    with suppress(WorkbenchError):
        Case(case).erase(CASE)


def _photos(folder: Path, cast: Shipped) -> tuple[Path, Path]:
    """Two portraits of each listed person, laid out as `workbench enroll` takes them, and the details."""
    for entry in cast.watchlist:
        own = folder / "photos" / entry.subject
        own.mkdir(parents=True)
        for portrait in cast.portraits[entry.subject][:2]:
            shutil.copy(portrait, own)
    details = folder / "details.csv"
    details.write_text(cast.details_csv(), encoding="utf-8")
    return folder / "photos", details


def _operating_point(pack: Pack, watch: Watchlist, cast: Shipped, progress: Progress) -> OperatingPoint:
    """Where `TARGET` of the strangers' portraits would raise an alert, chosen on pictures that the scan never sees."""
    others = {name: files[2:] if name in watch.subjects else files for name, files in cast.portraits.items()}
    pictures = [Labelled(file.name, file, name) for name, files in others.items() for file in files]
    scored = _scores(watch, probes_of(pack, pictures, progress))
    trials = Trials.of(
        [score for name, score in scored if name in watch.subjects],
        [score for name, score in scored if name not in watch.subjects],
        watchlist=len(watch),
        mated_subject=[name for name, _ in scored if name in watch.subjects],
        nonmated_subject=[name for name, _ in scored if name not in watch.subjects],
        pack=pack.card.name,
        space=pack.space.mark,
        data="portraits of generated people that are not enrolled",
    )
    return trials.curve().at(fpir=TARGET)


def _scores(watch: Watchlist, probes: Probes) -> list[tuple[str, float]]:
    """Who is on each portrait, and its score: against the own person if listed, else of the best candidate; -inf without a face."""
    subject = np.array([reference.subject for reference in watch.references])
    scored = []
    for picture, template, usable in zip(probes.pictures, probes.template, probes.usable, strict=True):
        own = subject == picture.subject
        score = (watch.templates @ template)[own if own.any() else slice(None)].max()
        scored.append((picture.subject, float(score) if usable else -np.inf))
    return scored


def _only(run: Run, clip: Path) -> Run:
    """The part of a run that concerns one clip."""
    sha256 = next(source.sha256 for source in run.sources if Path(source.path) == clip)
    alerts = Alerts(tuple(alert for alert in run.alerts if alert.sha256 == sha256))
    return replace(run, alerts=alerts, tracks=run.tracks[run.tracks.source == sha256])


def _notebook() -> str:
    """The case in a notebook, ready to be run."""
    from nbformat import v4, writes

    words, *code = CELLS
    cells = [v4.new_markdown_cell(words), *map(v4.new_code_cell, code)]
    return str(writes(v4.new_notebook(cells=cells)))


def _command() -> str:
    """How this user calls the command line: by name if it is on the path, else as it was called now."""
    return "workbench" if shutil.which("workbench") else sys.argv[0]


def _closing(folder: Path) -> str:
    return f"<p>Go on in JupyterLab: <code>{show(_command())} lab {show(folder / NOTEBOOK)}</code></p>"
