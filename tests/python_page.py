"""The page on the public names in Python, written from their own docstrings: `python -m tests.python_page` writes docs/python.md anew."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import workbench as wb

__all__ = ["CASE", "MODULE", "PAGE", "VALUES", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "python.md"

INTRO = """# In Python

What the command line does, and what the screens show, can be had in Python: in a notebook, or in a program of your own. This page names
everything that is public, with the first words of its documentation; `help(wb.Case.scan)` says the rest: what each argument means, its unit, and what is refused.

```python
import workbench as wb

case = wb.open_case("cases/014", purpose="Theft of 3 May", authority="Case 014/26, inspector Ng")
watch = case.enroll("photos/", details="details.csv")     # watch.rejected says what was refused, and why
run = case.scan("lobby.mp4", every=0.2)
run.alerts.to_frame()                                      # questions, each to be judged by people
trials = case.trials()                                     # scores with what people concluded
point = trials.curve().at(fpir=0.01)                       # a threshold, both rates, their limits
```

- Whatever is of the wrong kind, missing or damaged raises a `WorkbenchError` whose text is one line that says what to do.
- Faces, templates and scores are numpy arrays in float32 or float64, pictures (H, W, 3) uint8 RGB, times seconds of the footage, rates 0 to 1.
- Values do not change once they are made, and two of the same content are equal. What is read from a case is as it was then: ask again for what is now.
- `import workbench` loads no model and no screen; those come with what needs them. Screens are in `widgets`: [widgets.md](widgets.md).
- Arguments that may be left out are shown as `…`.
"""

MODULE = {
    "To begin": "open_case open_archive open_footage read_image load_pack",
    "To measure": "evaluate evaluate_footage evaluate_packs compare_packs",
    "To publish": "publish read_bundle",
    "Errors": "WorkbenchError InputError FootageError PackError ProviderError SpaceMismatch CaseError CaseBusy CaseSealed HoldLost StaleVersion",
}

VALUES = "Policy Watchlist Entry Run Alerts Alert Candidate Tracks Faces Frame Space Pack Trials Curve OperatingPoint Zone Bundle"

CASE = {
    "The case itself": "create about folder info log verify close",
    "The list": "enroll watchlist watchlist_version list_versions compare_lists review_list revise_list judge_photograph approve reject approval approvals pack_of",
    "Scans": "scan start_scan advance run runs redact clip",
    "Second looks": "queue standing standings decide decisions revealed unjudgeable pictures compare keep_comparison comparisons comparison_sheet report_outcome outcomes plant planted_answers reviewers",
    "One photograph": "faces_in search searches search_number conclude",
    "Numbers": "trials operating_points operating_point record_operating_point",
    "Live deployments": "watch deployments end",
    "Evidence and time": "export record hold release clocks purge stamp_request keep_stamp seal sealed erase seen_elsewhere move",
    "For programs that are built on it": "pair pairs faces_read answer_planted asked_tracks reviewed last_change can_record refuse_list_after_end add_watchlist finish_run forget finish_deletion clear_up strays sweep remove_worthless",
}

ARCHIVE = {
    "An archive": "create about folder info log verify close lasts until authorities extend require_authority",
    "What is in it": "add origins pack space tracks faces strangers delete purge",
    "Searches": "search searches search_number conclude",
    "Its key": "sealed seen_elsewhere erase",
    "For programs that are built on it": "append shards state set_space require_space purge_if_due finish_deletion clear_up strays sweep remove_worthless",
}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [INTRO, *_module(), *_grouped("case", wb.Case, CASE), *_grouped("archive", wb.Archive, ARCHIVE), *_values()]
    )


def _module() -> Iterator[str]:
    for title, names in MODULE.items():
        yield f"## {title}\n"
        yield from _rows((_call("wb", name, getattr(wb, name)), getattr(wb, name)) for name in names.split())


def _grouped(noun: str, kind: type, groups: dict[str, str]) -> Iterator[str]:
    yield f"## `{kind.__name__}`\n\n{_first(kind)}\n"
    for title, names in groups.items():
        yield f"### {title}\n"
        yield from _rows(
            (_call(noun, name, inspect.getattr_static(kind, name)), getattr(kind, name)) for name in names.split()
        )


def _values() -> Iterator[str]:
    yield "## Values\n\nWhat the calls above give and take.\n"
    for name in VALUES.split():
        kind = getattr(wb, name)
        yield f"### `{name}`\n\n{_first(kind)}\n"
        rows = [(f"`{names}`", said) for names, said in _fields(kind)]
        rows += [
            (f"`{_signed(each, inspect.getattr_static(kind, each))}`", _first(getattr(kind, each)))
            for each in _own(kind)
        ]
        rows += [(f"`{', '.join(_unsaid(kind))}`", "what the name says")] if _unsaid(kind) else []
        yield from _table(rows)


def _own(kind: type) -> list[str]:
    """Its public methods and properties; fields are told in its own words."""
    stated = {each for names, _ in _fields(kind) for each in names.split(", ")}
    documented = (name for name in dir(kind) if not name.startswith("_") and name not in stated)
    return [name for name in documented if isinstance(inspect.getattr_static(kind, name), _MEMBER)]


def _unsaid(kind: type) -> list[str]:
    """Fields whose names say it."""
    stated = {each for names, _ in _fields(kind) for each in names.split(", ")}
    return [each.name for each in fields(kind) if each.name not in stated] if is_dataclass(kind) else []


_MEMBER = (property, classmethod, staticmethod, type(lambda: None))


def _fields(kind: type) -> list[tuple[str, str]]:
    """The lines `name, name : meaning` of a docstring; several in one line are set apart by a semicolon."""
    said: list[tuple[str, str]] = []
    if not is_dataclass(kind):
        return said
    for line in (inspect.getdoc(kind) or "").splitlines()[1:]:
        if re.match(r"^[a-z_]+(, [a-z_]+)* : ", line):
            said += [tuple(part.split(" : ", 1)) for part in re.split(r"; (?=[a-z_]+(?:, [a-z_]+)* : )", line)]  # type: ignore[misc]
        elif said and line.startswith("    "):
            said[-1] = (said[-1][0], f"{said[-1][1]} {line.strip()}")
    return said


def _rows(pairs: Any) -> Iterator[str]:
    yield from _table([(f"`{call}`", _first(thing)) for call, thing in pairs])


def _table(rows: list[tuple[str, str]]) -> Iterator[str]:
    yield "| | |\n| --- | --- |"
    yield from (f"| {left} | {right.replace('|', chr(92) + '|')} |" for left, right in rows)
    yield ""


def _call(noun: str, name: str, thing: Any) -> str:
    owner = "wb." + {"case": "Case", "archive": "Archive"}[noun] if isinstance(thing, classmethod) else noun
    return f"{owner}.{_signed(name, thing)}"


def _signed(name: str, thing: Any) -> str:
    """A name with what has to be given to it."""
    thing = getattr(thing, "__func__", thing)
    if not inspect.isfunction(thing):
        return name
    shown, spared = [], False
    for each in inspect.signature(thing).parameters.values():
        if each.name in ("self", "cls"):
            continue
        if each.kind is each.VAR_POSITIONAL:
            shown.append(f"*{each.name}")
        elif each.default is each.empty and each.kind is not each.VAR_KEYWORD:
            shown.append(f"{each.name}=" if each.kind is each.KEYWORD_ONLY else each.name)
        else:
            spared = True
    return f"{name}({', '.join([*shown, *(['…'] if spared else [])])})"


def _first(thing: Any) -> str:
    """The first paragraph of what is said of it."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].splitlines())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
