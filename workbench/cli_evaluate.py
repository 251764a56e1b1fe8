"""`workbench evaluate`: what each false alert rate costs in people missed, and the operating point that somebody chooses from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli_parts import AsJson, PackName, bar, out
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.case import Case
    from workbench.evaluation import Trials

__all__ = ["EXAMPLE", "evaluate"]

EXAMPLE = (
    "Example: workbench evaluate labelled/ --pack dlib --seed 7 --json.  To keep a threshold: workbench evaluate labelled/ "
    '--case cases/014 --choose-fpir 0.01 --name night --reason "few passers-by" --by "A. Ng"'
)


def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="One folder of pictures a person, or a manifest.csv; or clips.")
    ],
    pack: PackName = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Decides who is drawn for the list; the same seed, the same lists.")
    ] = 7,
    enrolled: Annotated[
        float, typer.Option(metavar="X", help="Who is listed: a share below 1 of the people, or their number.")
    ] = 0.5,
    per_person: Annotated[int, typer.Option(min=1, help="Pictures listed of each.")] = 1,
    repeats: Annotated[int, typer.Option(min=1, max=1000, help="How many lists are drawn.")] = 10,
    case: Annotated[
        Path | None,
        typer.Option(
            "--case",
            metavar="CASE",
            help="With --truth: where people are enrolled. With --choose-fpir: where to record.",
        ),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Who passes in which clip of FOLDER, and when; needs --case.")
    ] = None,
    choose_fpir: Annotated[
        float | None,
        typer.Option(
            metavar="X",
            min=0,
            max=1,
            help="Record the threshold for this false alert rate in CASE: chosen on half of the people, "
            "measured on the others. Needs --case, --name, --reason and --by.",
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="What the operating point is called.")] = None,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why it was chosen.")] = None,
    by: Annotated[str | None, typer.Option(metavar="TEXT", help="Who chose it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what each false alert rate costs in people missed: on pictures of known people, or on a filmed walk-past."""
    from workbench import evaluating
    from workbench.case import Case
    from workbench.evaluation_report import report_of

    _go_together(case, truth, choose_fpir, {"--name": name, "--reason": reason, "--by": by})
    held = None if case is None else Case(case)
    about = {"name": name or "", "reason": reason or "", "by": by or ""}
    if held is not None and choose_fpir is not None:
        held.can_record(**about)
    if held is not None and truth is not None:
        trials = evaluating.evaluate_footage(held, truth, footage=folder, pack=pack, progress=bar())
    else:
        how: dict[str, Any] = {"seed": seed, "enrolled": enrolled, "per_person": per_person, "repeats": repeats}
        trials = evaluating.evaluate(folder, pack=pack or _pack_of(held), progress=bar(), **how)
    report = report_of(trials, seed=seed)
    result, text = report.to_dict(), report.text()
    if held is not None and choose_fpir is not None:
        recorded = _recorded(held, trials, choose_fpir, seed, about)
        result, text = result | {"recorded": recorded[0]}, f"{text}\n{recorded[1]}"
    out(result, as_json, text)


def _go_together(case: Path | None, truth: Path | None, choose: float | None, texts: dict[str, str | None]) -> None:
    """Refuse options that mean nothing alone."""
    if truth is not None and case is None:
        raise typer.BadParameter("--truth needs --case: people enrolled in the one walk past in the other")
    if case is not None and truth is None and choose is None:
        raise typer.BadParameter(
            "--case needs --truth (people enrolled in it walk past) or --choose-fpir (record there)"
        )
    lacking = [option for option, text in {"--case": case, **texts}.items() if text is None]
    if choose is not None and lacking:
        raise typer.BadParameter(f"--choose-fpir records an operating point: give {', '.join(lacking)} too")
    given = [option for option, text in texts.items() if text is not None]
    if choose is None and given:
        raise typer.BadParameter(f"{', '.join(given)} say what is recorded: give --choose-fpir too")


def _pack_of(case: Case | None) -> str:
    """The pack of the case's list, so that what is recorded there means something there; `dlib` without a case."""
    if case is None:
        return "dlib"
    watch = case.watchlist
    return case.about.pack or (case.pack_of(watch.version) if watch else "dlib")


def _recorded(case: Case, trials: Trials, fpir: float, seed: int, about: dict[str, str]) -> tuple[dict[str, Any], str]:
    """Choose on half of the people, measure on the others, and keep it: as JSON, and in a sentence."""
    import numpy as np

    from workbench.summaries import point_text

    watch = case.watchlist
    if watch is not None and watch.space.mark != trials.space:
        raise InputError(
            f"measured in {trials.space}, the case's list is in {watch.space.mark}; evaluate with its pack"
        )
    point = trials.operating_point(fpir=fpir, rng=np.random.default_rng(seed))
    kept = case.record_operating_point(point, **about).to_dict()
    return kept, point_text(kept, point.concerns(watchlist=None if watch is None else len(watch)))
