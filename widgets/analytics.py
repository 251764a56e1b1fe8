"""Analytics in plotly figures: ranks, conditions, the list's health, and two packs on the same passes.

Each takes a noun and returns a `Drawing`, a `go.Figure`. The numbers are `workbench`'s (`conditions`, `list_health`, `pack_change`); a question
stands above, the caption says what the answer rests on, and where there is too little the figure says so instead of drawing.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import numpy as np
import plotly.graph_objects as go

from widgets.figures import LISTED, NEW, OLD, STRANGER, Drawing, blank, save_figure, shaped
from workbench.conditions import Stretch, stretches, values_of
from workbench.counts import count
from workbench.evaluation import Trials
from workbench.groups import TOO_FEW
from workbench.intervals import interval_by_subject
from workbench.list_health import ListHealth
from workbench.pack_change import PackChange
from workbench.sentences import people_words, per_cent, share_words, threshold_words
from workbench.terminal import plain

__all__ = ["cmc", "conditions", "health", "packs", "save_figure", "scores"]

DOTS = 2_000  # passes drawn one by one; of more, as many are taken evenly
ENTRIES = 20
KINDS = {"mated": ("people on the list", LISTED, "diamond"), "nonmated": ("strangers", STRANGER, "circle")}


def cmc(trials: Trials, ranks: int = 10, theme: str = "page") -> Drawing:
    """The share of passes of listed people whose own entry is within each rank, with 95 % limits by person."""
    question = "How far down the candidate list must a reviewer look?"
    rank, person = trials.true_rank[trials.is_mated], trials.person[trials.is_mated]
    people = np.unique(person).size
    if people < TOO_FEW:
        return blank(question, _needed(people), theme)
    at = np.arange(1, max(min(ranks, trials.watchlist), 1) + 1)
    share = trials.cmc(at)
    limits = np.array([interval_by_subject(rank <= k, person) for k in at], np.float64)
    counts = [int(np.count_nonzero(rank <= k)) for k in at]
    words = [share_words(count, rank.size, *span) for count, span in zip(counts, limits, strict=True)]
    spans = {"symmetric": False, "array": 100 * (limits[:, 1] - share), "arrayminus": 100 * (share - limits[:, 0])}
    figure = go.Figure(
        go.Scatter(
            x=at,
            y=100 * share,
            mode="lines+markers",
            line={"color": LISTED, "shape": "hv"},
            marker={"size": 8},
            error_y=spans,
            customdata=words,
            hovertemplate="within rank %{x}: %{customdata}<extra></extra>",
            name="within rank",
        )
    )
    figure.update_xaxes(title="rank", dtick=1)
    figure.update_yaxes(title="own entry within rank, %", range=[0, 103])
    caption = (
        f"Within rank 1: {words[0]}. {count(rank.size, 'pass', 'passes')} by {people_words(people)}; N = {trials.watchlist:,}, {trials.pack}.",
        "CMC. Bars: 95 % by person. No threshold is used here: for lists of candidates that a person compares, never for alerts.",
    )
    return shaped(figure, question, caption, theme)


def scores(trials: Trials, by: str = "face size", theme: str = "page") -> Drawing:
    """Each pass: its score against a condition, `by` as in `conditions.CONDITIONS`."""
    question = f"Do scores depend on {by}?"
    values = values_of(trials, by)
    named = values.dtype.kind in "US"
    known = (values != "") if named else np.isfinite(values.astype(np.float64))
    seen = np.flatnonzero(known & (trials.score > -np.inf))
    if not seen.size:
        return blank(question, f"of no pass with a face is the {by} known", theme)
    some = seen[np.linspace(0, seen.size - 1, min(DOTS, seen.size)).astype(np.int64)]
    figure = go.Figure()
    for kind, side in (("nonmated", ~trials.is_mated), ("mated", trials.is_mated)):
        rows = some[side[some]]
        score = (trials.true_score if kind == "mated" else trials.score)[rows]
        words, colour, symbol = KINDS[kind]
        figure.add_scatter(
            x=values[rows], y=np.where(score > -np.inf, score, np.nan), mode="markers", name=f"{words} ({rows.size:,})",
            marker={"color": colour, "symbol": symbol, "size": 7, "opacity": 0.6},
            hovertemplate=f"{by} %{{x:.3~g}}, score %{{y:.3f}}<extra>{words}</extra>" if not named else None,
        )  # fmt: skip
    figure.update_xaxes(title=_axis(by))
    figure.update_yaxes(title="score")
    drawn = f"{some.size:,} of them drawn, taken evenly. " if some.size < seen.size else ""
    caption = (
        f"{seen.size:,} of {len(trials):,} passes have a face and a known {by}. {drawn}Passes repeat people and, over "
        "several draws of the list, pictures: a cloud is no count.",
        f"Of people on the list: the score of their own entry. {trials.pack}. {_truth(trials)}",
    )
    return shaped(figure, question, caption, theme)


def conditions(trials: Trials, by: str, threshold: float, theme: str = "page") -> Drawing:
    """How often people on the list are recognised, and strangers alerted, under each condition at `threshold`."""
    question = f"At {threshold_words(threshold)}, who is missed and who is asked about, by {by}?"
    parts = stretches(trials, by, threshold)
    if not any(part.people >= TOO_FEW for part in parts):
        return blank(question, f"no {by} has passes of {TOO_FEW} people of one kind", theme)
    figure = go.Figure()
    for kind, (words, colour, symbol) in KINDS.items():
        figure.add_scatter(**_rates([part for part in parts if part.kind == kind], words, colour, symbol))
    figure.update_xaxes(title=_axis(by), type="category", tickangle=0, categoryorder="array", categoryarray=list(dict.fromkeys(_broken(p.label) for p in parts)))  # fmt: skip
    figure.update_yaxes(title="at or above the threshold, %", range=[-3, 103])
    few = [f"{part.label} ({KINDS[part.kind][0]}: {part.people:,})" for part in parts if part.people < TOO_FEW]
    caption = (
        f"Bars: 95 % by person. {len(trials):,} passes, N = {trials.watchlist:,}, {trials.pack}.",
        *([f"Too few to say (below {TOO_FEW} people): {', '.join(few)}."] if few else []),
        "Passes without a face count as missed; they have no size or quality, and stand in none of those." if by in ("face size", "quality") and (trials.score == -np.inf).any() else _truth(trials),
        "The conditions go together: a difference by one of them may be due to another.",
    )  # fmt: skip
    return shaped(figure, question, caption, theme)


def health(found: ListHealth, theme: str = "page") -> Drawing:
    """Entries by resemblance to their nearest other entry and, where known, by how many strangers they attract."""
    question = "Which entries of the list will cause trouble?"
    entries = sorted(found.entries, key=lambda e: (e.attracts or 0, np.nan_to_num(e.resemblance, nan=-1)))[-ENTRIES:]
    if not entries:
        return blank(question, "nobody is listed", theme)
    names = [escape(plain(entry.subject), quote=False) for entry in entries]
    figure = go.Figure(
        go.Scatter(
            x=[entry.resemblance for entry in entries],
            y=names,
            mode="markers",
            marker={"color": OLD, "symbol": "diamond", "size": 10},
            name="cosine with the nearest other entry",
            customdata=[escape(plain(entry.nearest), quote=False) for entry in entries],
            hovertemplate="%{y} and %{customdata}: %{x:.3f}<extra></extra>",
        )
    )
    figure.add_vline(found.alike, line_dash="dot", line_color=OLD)
    if (found.strangers or 0) >= TOO_FEW:
        share = [(entry.attracts or 0) / found.strangers for entry in entries]
        words = [
            f"{entry.attracts:,} of {found.strangers:,} strangers{', a hub' if entry.hub else ''}" for entry in entries
        ]
        figure.add_bar(
            x=share, y=names, orientation="h", name="share of strangers attracted", customdata=words, opacity=0.7,
            marker={"color": STRANGER, "line": {"width": [3 if e.hub else 0 for e in entries], "color": LISTED}},
            hovertemplate="%{y}: %{customdata}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(
        title="cosine; share of strangers", range=[min([0.0, *(e.resemblance for e in entries if e.nearest)]), 1.02]
    )
    figure.update_yaxes(type="category")
    shown = (
        f"{len(entries)} of {len(found.entries):,} entries. Dotted: two people look like one from {found.alike:.3f} on."
    )
    return shaped(figure, question, (shown, *_sentences(found.sentences())), theme, 120 + 24 * len(entries))


def packs(change: PackChange, theme: str = "page") -> Drawing:
    """Of the same passes of listed people: found by both packs, by one of them, by neither, at an equal false alert rate."""
    old, new = change.old.pack or "old", change.new.pack or "new"
    question = f"Does {new} find people whom {old} missed?"
    each = change.found
    if each.people < TOO_FEW:
        return blank(question, _needed(each.people), theme)
    bars = (
        ("both", each.both),
        (f"only {old}", each.only_old),
        (f"only {new}", each.only_new),
        ("neither", each.neither),
    )
    figure = go.Figure(
        go.Bar(
            x=[count for _, count in bars],
            y=[name for name, _ in bars],
            orientation="h",
            showlegend=False,
            marker={"color": [LISTED, OLD, NEW, "rgba(128,138,148,0.6)"]},
            textposition="auto",
            text=[f"{count:,} ({per_cent(count / each.passes)})" for _, count in bars],
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.update_xaxes(title=f"passes, of {each.passes:,}")
    figure.update_yaxes(autorange="reversed")
    return shaped(
        figure,
        question,
        _sentences(change.sentences()),
        theme,
        210,
    )


def _rates(parts: list[Stretch], words: str, colour: str, symbol: str) -> dict[str, object]:
    """One kind of passes as points with limits."""
    rate, low, high = (100 * np.array([getattr(part, name) for part in parts]) for name in ("rate", "low", "high"))
    said = [f"{share_words(p.count, p.passes, p.low, p.high)}, {people_words(p.people)}" for p in parts]
    return {
        "x": [_broken(part.label) for part in parts],
        "y": rate,
        "mode": "markers",
        "name": words,
        "marker": {"color": colour, "symbol": symbol, "size": 11},
        "error_y": {"symmetric": False, "array": high - rate, "arrayminus": rate - low},
        "customdata": said,
        "hovertemplate": f"{words}, %{{x}}: %{{customdata}}<extra></extra>",
    }


def _sentences(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{words[0].upper()}{words[1:]}." for words in said)


def _axis(by: str) -> str:
    return {
        "face size": "face size, px",
        "quality": "quality, 0 to 1",
        "time": "seconds into the footage",
        "hour": "hour of the day",
    }.get(by, by)


def _truth(trials: Trials) -> str:
    return f"Assumed: {trials.assumption}." if trials.assumption else "Who passed is recorded."


def _needed(people: int) -> str:
    return f"{'1 person' if people == 1 else f'{people:,} people'} on the list passed, {TOO_FEW} are needed"


def _broken(label: str) -> str:
    """The label of a stretch on two lines, so that neighbours do not touch on a phone; names are escaped."""
    return escape(plain(label), quote=False).replace(" to ", "<br>to ")
