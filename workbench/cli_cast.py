"""`workbench cast`: draw people who do not exist, and streets on which they walk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Draw people who do not exist: portraits and streets with truth."
)

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write; what is already there is kept.")]
Seed = Annotated[int, typer.Option(help="Another seed, other people.")]


@app.command("people", epilog="Example: workbench cast people --count 20 --seed 7 people/")
def people(
    folder: Folder,
    count: Annotated[int, typer.Option(min=1, help="How many people.")] = 20,
    seed: Seed = 0,
    portraits: Annotated[int, typer.Option(min=1, help="Portraits of each.")] = 4,
    size: Annotated[int, typer.Option(min=64, max=1024, help="Pixels a side.")] = 256,
) -> None:
    """Draw portraits into DIR/<name>/, ready for `workbench enroll`."""
    from workbench.cast.batch import draw_people

    done = draw_people(
        range(seed, seed + count), folder, portraits=portraits, size=size, progress=_counter("portraits")
    )
    typer.echo(f"drew {done} new portraits of {count} generated people in {folder}", err=True)


@app.command("street", epilog="Example: workbench cast street --people 8 --list 3 --seconds 10 street/")
def street(
    folder: Folder,
    people: Annotated[int, typer.Option("--people", min=1, help="How many walkers.")] = 8,
    listed: Annotated[int, typer.Option("--list", min=0, help="How many of them are on the watchlist.")] = 3,
    seconds: Annotated[float, typer.Option(min=0.5, help="Length of the clip.")] = 10.0,
    seed: Seed = 0,
    dusk: Annotated[bool, typer.Option("--dusk", help="Bad light instead of day.")] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one for each core.")] = None,
) -> None:
    """Film a street into DIR: street.mp4, street.csv with the truth, photos/ and list.csv to enrol."""
    from workbench.cast.batch import film_street

    if listed > people:
        raise typer.BadParameter(f"--list {listed} is more than --people {people}")
    made = film_street(
        folder,
        people=people,
        listed=listed,
        seconds=seconds,
        seed=seed,
        dusk=dusk,
        workers=workers,
        progress=_counter("frames"),
    )
    typer.echo(f"filmed {people} generated people, {listed} of them listed: {made}", err=True)


@app.command("ship", epilog="Example: workbench cast ship assets/")
def ship_all(
    folder: Folder,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one for each core.")] = None,
) -> None:
    """Draw what the package ships: twenty people, two streets with truth, a manifest."""
    from workbench.cast.shipping import ship

    ship(folder, workers=workers, progress=_counter)
    typer.echo(f"everything is in {folder}; nobody in it exists", err=True)


@app.command("sheets", epilog="Example: workbench cast sheets docs/img/")
def sheets(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write.")]) -> None:
    """Draw the contact sheets of the documentation."""
    from workbench.cast.sheets import draw_sheets

    draw_sheets(folder)
    typer.echo(f"contact sheets of generated people are in {folder}", err=True)


def _counter(what: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        typer.echo(f"\r{what} {done}/{total}", nl=done == total, err=True)

    return show
