"""A run as one HTML page to look at: stills with everyone else hidden, alerts beside their references, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.alerts import Alert, Candidate
from workbench.casefile.case import CaseFile
from workbench.casefile.kinds import file_at
from workbench.counts import count
from workbench.errors import FootageError
from workbench.faces import Frame, clock
from workbench.footage import Footage, open_footage
from workbench.footage.redact import encode_jpeg, hide, spotlight
from workbench.geometry import iou
from workbench.html import data_uri, show
from workbench.intervals import clopper_pearson
from workbench.models.pack import Pack
from workbench.runs import WHOLE, Run, state_words
from workbench.sentences import apart_digits, span_words, threshold_words
from workbench.triage import TRIAGE
from workbench.truth import Outcome

__all__ = ["frame_of", "page", "still"]

U8 = NDArray[np.uint8]

STILL = 880  # px, longer side of a still on the page
ACCENT = (0, 114, 178)  # the box around the face that is asked about

CSS = """
:root{color-scheme:light dark;--bg:#fff;--panel:#f5f7f9;--ink:#14202b;--soft:#566370;--line:#d9dee3;--accent:#0b6bcb;
--good:#1a7f4b;--bad:#b3261e;--warn:#8a5a00;--warnbg:#fff6e0}
@media screen and (prefers-color-scheme:dark){:root{--bg:#12181f;--panel:#1a222b;--ink:#e8edf2;--soft:#9aa7b4;--line:#2c3742;
--accent:#6db3ff;--good:#6fd3a0;--bad:#ff8a80;--warn:#ffd27a;--warnbg:#2d2613}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:auto;padding:24px 20px 60px}
h1{font-size:26px;line-height:1.2;margin:4px 0}h2{font-size:19px;margin:40px 0 10px}h3{font-size:17px;margin:0 0 4px}
p{max-width:74ch;margin:6px 0}.soft{color:var(--soft)}
.note{background:var(--warnbg);color:var(--warn);border-radius:8px;padding:9px 13px;margin:14px 0;max-width:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(200px,1fr));gap:12px;margin:18px 0}
.tile{background:var(--panel);border-radius:10px;padding:12px 14px}
.tile small{display:block;color:var(--soft)}.tile b{display:block;font-size:25px;font-weight:650;font-variant-numeric:tabular-nums}
.alert{display:grid;grid-template-columns:minmax(0,3fr) minmax(260px,2fr);gap:20px;border:1px solid var(--line);
border-radius:12px;padding:16px;margin:14px 0;break-inside:avoid}
@media (max-width:760px){.alert{grid-template-columns:1fr}}
.alert img.still{width:100%;border-radius:8px;display:block}
.pair{display:flex;gap:8px;margin:8px 0 8px}.pair figure{margin:0;flex:1;max-width:150px}
.pair img{width:100%;aspect-ratio:1;object-fit:cover;border-radius:8px;display:block;background:var(--panel)}
figcaption{font-size:12px;color:var(--soft);margin-top:3px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th{font-weight:500;color:var(--soft);text-align:left;font-size:12.5px}
td,th{padding:4px 12px 4px 0;border-bottom:1px solid var(--line);vertical-align:top}
.scroll{overflow-x:auto}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
details{margin-top:8px;font-size:13px;color:var(--soft)}summary{cursor:pointer}
@media print{details::details-content{content-visibility:visible;block-size:auto}}
code{font:13px ui-monospace,monospace;background:var(--panel);padding:2px 6px;border-radius:5px;overflow-wrap:anywhere}
""".replace("\n", "")

MARKS = {"found": ("✓ found", "good"), "missed": ("✗ missed", "bad"), "false alert": ("✗ false alert", "bad")}


def frame_of(footage: Footage, t: float) -> Frame:
    """The frame at time `t`, exactly as the scan saw it; `FootageError` if it is no longer there."""
    number = int(np.abs(footage.timeline.ticks * float(footage.timeline.tick) - t).argmin())
    with footage.every_frame(number, number) as reading:
        frames = list(reading)
    if not frames:
        raise FootageError(f"{footage.path.name!r} has no frame at {clock(t)} any more")
    return frames[-1]


def still(pack: Pack, frame: Frame, box: Sequence[float]) -> U8:
    """The scene with one face sharp and framed, (h, w, 3) RGB; everybody else is coarsened, and hidden where they are found."""
    faces = pack.detect(frame.image)
    others = iou(faces.box.astype(np.float64), np.array([box], np.float64))[:, 0] < 0.3
    picture = spotlight(hide(frame.image, faces.box[others]), np.array(box))
    x1, y1, x2, y2 = (round(value) for value in box)
    gap, thick = max(4, (x2 - x1) // 8), max(2, frame.image.shape[1] // 400)
    cv2.rectangle(picture, (x1 - gap, y1 - gap), (x2 + gap, y2 + gap), ACCENT, thick)
    return picture


def page(
    case: CaseFile,
    run: Run,
    pack: Pack,
    *,
    title: str,
    note: str,
    truth: Mapping[str, Sequence[Outcome]] | None = None,
    closing: str = "",
) -> str:
    """The whole page, self-contained: no script, nothing fetched.

    note : what the reader must know before anything else
    truth : outcomes by name of the footage, where the truth is known
    closing : one more paragraph of HTML at the end
    """
    parts = [
        f'<p class="soft">Second Look · {show(case.about.name)} · run {run.id}</p><h1>{show(title)}</h1>',
        f'<p class="note" role="note">{show(note)}</p>',
        _tiles(run, truth),
        _sentence(run, truth),
        _lacks(run),
        f"<h2>Alerts: {count(len(run.alerts), 'question')} to a person</h2>",
        '<p class="soft">Each asks whether two pictures show one person. Everyone else is hidden, found by the detector or not. A score is no answer.</p>',
        *_alerts(case, run, pack, truth),
        *_truth(truth or {}),
        _how(case, run),
        closing,
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{show(title)}</title>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">"
    return f'<!doctype html><html lang="en"><head>{head}{policy}<style>{CSS}</style></head><body><main>{"".join(parts)}</main></body></html>'


def _tile(name: str, value: object, below: str) -> str:
    return f'<div class="tile"><small>{show(name)}</small><b>{show(value)}</b><small>{show(below)}</small></div>'


def _lacks(run: Run) -> str:
    """What has to be known of the footage before the counts above are relied on; "" where it was usual and scanned whole."""
    known = [
        f"{source.path.rsplit('/', 1)[-1]}: {state_words(source)}"
        for source in run.sources
        if state_words(source) != WHOLE
    ]
    triage = f'<p class="note" role="note">{show(TRIAGE)}</p>' if run.triage else ""
    if not known:
        return triage
    lines = "".join(f"<li>{show(said)}</li>" for said in known)
    files = count(len(run.sources), "piece of footage", "pieces of footage")
    return f"{triage}<details><summary>Something has to be known of {len(known):,} of {files}</summary><ul>{lines}</ul></details>"


def _share(count: int, of: int) -> str:
    """A proportion with its exact 95 % interval, or why there is none."""
    if not of:
        return "too few to say"
    interval = clopper_pearson(np.array([count]), np.array([of]))
    return f"with so few, anything from {span_words(interval.low[0], interval.high[0])} is possible"


def _tiles(run: Run, truth: Mapping[str, Sequence[Outcome]] | None) -> str:
    compared, too_small = int(run.tracks.compared.sum()), sum(source.too_small for source in run.sources)
    tiles = [
        _tile("People looked for", run.listed, f"list version {run.list_version}"),
        _tile("Faces seen (tracks)", len(run.tracks), f"{compared:,} compared, {too_small:,} too small to compare"),
    ]
    if truth is None:
        return f'<div class="tiles">{"".join(tiles)}</div>'
    walks = [outcome for outcomes in truth.values() for outcome in outcomes]
    listed = [outcome for outcome in walks if outcome.listed]
    found = sum(outcome.outcome == "found" for outcome in listed)
    strangers = [outcome for outcome in walks if not outcome.listed]
    alarmed = sum(outcome.outcome == "false alert" for outcome in strangers)
    wrong = _wrong(run, walks)
    tiles += [
        _tile("Passes of listed people that were found", f"{found} of {len(listed)}", _share(found, len(listed))),
        _tile("Passes of strangers with an alert", f"{alarmed} of {len(strangers)}", _share(alarmed, len(strangers))),
        _tile("Alerts that were wrong", f"{wrong} of {len(run.alerts)}", _share(wrong, len(run.alerts))),
    ]
    return f'<div class="tiles">{"".join(tiles)}</div>'


def _wrong(run: Run, walks: Sequence[Outcome]) -> int:
    """Alerts of people who were taken for somebody else."""
    false = {alert for outcome in walks if outcome.outcome == "false alert" for alert in outcome.alerts}
    names = {alert: outcome.person for outcome in walks for alert in outcome.alerts}
    return sum(alert.id in false and alert.subject != names[alert.id] for alert in run.alerts)


def _sentence(run: Run, truth: Mapping[str, Sequence[Outcome]] | None) -> str:
    """What a manager can repeat."""
    if truth is None:
        return ""
    walks = [outcome for outcomes in truth.values() for outcome in outcomes]
    listed = sum(outcome.listed for outcome in walks)
    found = sum(outcome.outcome == "found" for outcome in walks)
    passes = count(listed, "pass of a listed person", "passes of listed people")
    seen = f"<b>{found} of {listed}</b> {passes.partition(' ')[2]} {'was' if listed == 1 else 'were'} found"
    if not len(run.alerts):
        return f"<p>{seen}, and no alert was raised.</p>"
    right = len(run.alerts) - _wrong(run, walks)
    alerts = "alert" if len(run.alerts) == 1 else "alerts"
    return (
        f"<p>{seen}, and <b>{right} of {len(run.alerts)}</b> {alerts} asked the right question. "
        "Both are true of the same run; they answer different questions.</p>"
    )


def _alerts(case: CaseFile, run: Run, pack: Pack, truth: Mapping[str, Sequence[Outcome]] | None) -> list[str]:
    answers = {
        alert: outcome for outcomes in (truth or {}).values() for outcome in outcomes for alert in outcome.alerts
    }
    footage = {source.sha256: file_at(source.path) for source in run.sources}
    opened: dict[str, Footage] = {}
    cards = []
    for alert in run.alerts:
        source = opened.setdefault(alert.sha256, open_footage(footage[alert.sha256]))
        picture = still(pack, frame_of(source, alert.t), alert.box)
        cards.append(_alert(case, alert, encode_jpeg(picture, side=STILL, quality=80), answers.get(alert.id)))
    return cards


def _alert(case: CaseFile, alert: Alert, picture: bytes, answer: Outcome | None) -> str:
    best = case.pictures(alert.id)
    probe = best[0].png if best else alert.thumbnail
    image = f'<img class="still" alt="The scene; the face asked about is framed, others are hidden" src="{data_uri(picture)}">'
    pair = (
        f'<div class="pair"><figure><img alt="face in the footage, {clock(alert.t)}" src="{data_uri(probe)}"><figcaption>footage, {clock(alert.t)}'
        f'</figcaption></figure><figure><img alt="reference of {show(alert.subject)}" src="{data_uri(alert.reference)}">'
        f"<figcaption>reference</figcaption></figure></div>"
    )
    digits = apart_digits(alert.threshold, [each.score for each in alert.candidates], 4)
    why = (
        f"pack {show(alert.why['pack'])}, gallery {show(alert.why['gallery'])}, list version {alert.why['list_version']}, "
        f"threshold {threshold_words(alert.threshold, digits)}: {show(alert.why['threshold_from'])}. Footage SHA-256 {alert.sha256[:16]}…, "
        f"frame {alert.frame} at {alert.t:.3f} s, face {alert.face_px:.0f} px wide."
    )
    return (
        f'<section class="alert"><div>{image}</div><div><h3>Is this {show(alert.subject)}?</h3>'
        f'<p class="soft">{show(alert.source)} {clock(alert.start)} to {clock(alert.end)}</p>{_planted(alert, answer)}{pair}'
        f"{_candidates(alert.candidates[:3], digits)}<details><summary>Further candidates, and why this alert</summary>"
        f"{_candidates(alert.candidates[3:], digits)}<p>{why}</p></details></div></section>"
    )


def _candidates(some: Sequence[Candidate], digits: int) -> str:
    return _table(("rank", "candidate", "score"), [_candidate(each, digits) for each in some])


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    """Rows of HTML under the names of their columns; "" without rows."""
    names = "".join(f'<th scope="col">{show(name)}</th>' for name in head)
    return f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""


def _candidate(candidate: Candidate, digits: int) -> str:
    return f"<tr><td>{candidate.rank}</td><td>{show(candidate.subject)}</td><td>{candidate.score:.{digits}f}</td></tr>"


def _planted(alert: Alert, answer: Outcome | None) -> str:
    """What the planted truth says, where there is one."""
    if answer is None:
        return ""
    if answer.person == alert.subject:
        return '<p class="good">✓ planted truth: yes</p>'
    return f'<p class="bad">✗ planted truth: no, this is {show(answer.person)}</p>'


def _truth(truth: Mapping[str, Sequence[Outcome]]) -> list[str]:
    head = ("who walked by", "listed", "outcome", "why", "widest face", "score")
    parts = []
    for name, outcomes in truth.items():
        title = f"What really happened in {show(name)}"
        rows = _table(head, [_truth_row(outcome) for outcome in outcomes])
        parts.append(
            f'<h2>{title}</h2><div class="scroll" tabindex="0" role="region" aria-label="{title}">{rows}</div>'
        )
    return parts


def _truth_row(outcome: Outcome) -> str:
    mark, kind = MARKS.get(outcome.outcome, ("– not alerted, rightly", "soft"))
    wide = "–" if np.isnan(outcome.face_px) else f"{outcome.face_px:.0f} px"
    score = "–" if np.isnan(outcome.score) else f"{outcome.score:.3f}"
    cells = (show(outcome.person), "yes" if outcome.listed else "no")
    plain = "".join(f"<td>{cell}</td>" for cell in cells)
    return (
        f'<tr>{plain}<td class="{kind}">{mark}</td><td>{show(outcome.reason)}</td><td>{wide}</td><td>{score}</td></tr>'
    )


def _how(case: CaseFile, run: Run) -> str:
    missed = count(len(run.near_misses), "near miss was", "near misses were")
    near = f"; {missed} considered and not alerted" if len(run.near_misses) else ""
    return (
        f"<h2>How it was made</h2><p>Purpose: {show(case.about.purpose)}. Authority: {show(case.about.authority)}. "
        f"Threshold {threshold_words(run.threshold, 4)}: {show(run.threshold_from)}{near}. Of everyone who raised no alert the case keeps "
        f"a score, times and the size of a box; no face.</p>"
    )
