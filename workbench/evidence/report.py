"""The report of a bag: one page to read and to print, self-contained, without a script, in black and white."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.alerts import Alert
from workbench.casefile.case import About
from workbench.counts import count
from workbench.evidence.enclosed_clip import clip_part
from workbench.evidence.exhibits import Exhibit
from workbench.evidence.html_parts import bullets, paragraph, table
from workbench.evidence.photo_searches import searches_part
from workbench.evidence.searched import scans_part
from workbench.evidence.style import CSS, POLICY
from workbench.evidence.words import (
    CONCLUSION,
    DUTIES,
    LIMITS,
    NO_POINT,
    check_words,
    point_lines,
    probe_words,
    scan_words,
    score_words,
)
from workbench.faces import clock
from workbench.html import data_uri, show
from workbench.runs import settings_hash
from workbench.sentences import apart_digits, threshold_words
from workbench.smaller import jpeg_within

__all__ = ["Cover", "report"]


@dataclass(frozen=True)
class Cover:
    """What stands on the first page: who let what out, when and why."""

    about: About
    by: str
    reason: str
    when: str
    software: str


def report(cover: Cover, exhibits: Sequence[Exhibit], closing: Sequence[str] = ()) -> str:
    """The page; `closing` are further parts about the whole bag, as HTML."""
    title = f"Evidence from case {cover.about.name}"
    parts = [
        _cover(cover, title, exhibits),
        *(_alert(each) for each in exhibits),
        f"<h2>What this does not show</h2>{bullets(LIMITS)}",
        *closing,
        _checking(),
        f"<h2>Duties that this bag serves</h2>{table(('duty', 'how'), DUTIES)}",
    ]
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{show(title)}</title>'
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return (
        f'<!doctype html><html lang="en"><head>{head}{policy}<style>{CSS}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _cover(cover: Cover, title: str, exhibits: Sequence[Exhibit]) -> str:
    about = cover.about
    rows = [
        ("purpose of the case", about.purpose),
        ("authority", about.authority),
        ("case made", f"{about.created:%Y-%m-%d %H:%M} UTC"),
        ("exported by", cover.by),
        ("exported at", cover.when),
        ("reason given", cover.reason or "none"),
        ("software", cover.software),
    ]
    asked = [
        f'<li><a href="#alert-{each.held.alert.id}">Alert {each.held.alert.id}: is this {show(each.held.alert.subject)}?</a></li>'
        for each in exhibits
    ]
    alerts = paragraph(f"{count(len(exhibits), 'alert')}, for disclosure.", "lead")
    return (
        f'<p class="soft">Second Look</p><h1>{show(title)}</h1>{alerts}'
        f'<div class="box" role="note"><p><b>{show(CONCLUSION)}</b></p></div>'
        f"{table(('', ''), rows)}<nav><ol>{''.join(asked)}</ol></nav>"
    )


def _alert(exhibit: Exhibit) -> str:
    held = exhibit.held
    alert = held.alert
    kind = "Near miss" if held.near_miss else "Alert"
    parts = [
        f"<h2>{kind} {alert.id}: is this {show(alert.subject)}?</h2>",
        paragraph(score_words(held)),
        paragraph(probe_words(held)),
        _missing(exhibit),
        _figure(
            exhibit.board,
            f"Probe beside reference, alert {alert.id}",
            "board.png, in colour and without loss in the bag",
        ),
        _figure(
            exhibit.still,
            "The frame, everyone else hidden",
            "still.jpg: the face asked about is framed, all else is made of averages",
        ),
        clip_part(exhibit.clip),
        exhibit.opinions.html() if exhibit.opinions else "",
        f"<h3>Footage</h3>{table(('', ''), _footage(exhibit))}",
        f"<h3>Candidates</h3>{table(('rank', 'listed person', 'score', 'reference'), _candidates(exhibit))}",
        f"<h3>Why this person was on the list</h3>{table(('', ''), _grounds(exhibit))}",
        f"<h3>References compared</h3>{table(('file', 'SHA-256 of the photograph', 'face'), _references(exhibit))}",
        f"<h3>Model pack and settings</h3>{table(('', ''), _settings(exhibit))}",
        f"<h3>How good is it: the operating point</h3>{_point(exhibit)}",
        f"<h3>The scan</h3>{bullets(scan_words(held.run))}",
        scans_part(exhibit.scans),
        searches_part(exhibit.searches, alert.subject),
        f"<h3>Files in {show(exhibit.folder)}</h3>{table(('file', 'is'), exhibit.files)}",
        f"<h3>To check the footage</h3>{table(('claim', 'how'), check_words(held))}",
    ]
    return f'<section class="alert" id="alert-{alert.id}">{"".join(parts)}</section>'


def _missing(exhibit: Exhibit) -> str:
    if not exhibit.notes:
        return ""
    return f'<div class="box"><p><b>Not enclosed, or to be known:</b></p>{bullets(exhibit.notes)}</div>'


def _figure(picture: bytes, alt: str, caption: str) -> str:
    if not picture:
        return ""
    return f'<figure><img alt="{show(alt)}" src="{data_uri(jpeg_within(picture, 1400))}"><figcaption>{show(caption)}</figcaption></figure>'


def _footage(exhibit: Exhibit) -> list[tuple[str, Any]]:
    held, facts = exhibit.held, exhibit.held.footage
    alert = held.alert
    shape = f"{facts.get('width', '?')} x {facts.get('height', '?')} px, {facts.get('codec', 'codec not recorded')}"
    return [
        ("file", alert.source),
        ("SHA-256", alert.sha256),
        ("best face", f"frame {alert.frame} (counted from 0), presented at {alert.t:.3f} s ({clock(alert.t)})"),
        ("seen", f"from {alert.start:.3f} to {alert.end:.3f} s"),
        ("picture", f"{shape}, {facts.get('fps', 0):.4g} frames a second, {facts.get('frame_count', '?')} frames"),
        ("length", f"{held.source.seconds:.3f} s decoded" + (", ends before it says it does" if held.source.short else "")),
        ("times come from", "the container" if facts.get("timing") == "container" else facts.get("timing", "not recorded")),
        *(("to be known of the file", said) for said in held.source.caveats),
    ]  # fmt: skip


def _candidates(exhibit: Exhibit) -> list[tuple[Any, ...]]:
    alert = exhibit.held.alert
    digits = _digits(alert)
    return [(c.rank, c.subject, f"{c.score:.{digits}f}", c.reference) for c in alert.candidates]


def _digits(alert: Alert) -> int:
    """With how many digits its threshold and the scores of its candidates are told apart."""
    return apart_digits(alert.threshold, [each.score for each in alert.candidates], 4)


def _grounds(exhibit: Exhibit) -> list[tuple[str, Any]]:
    entry, listed = exhibit.held.entry, exhibit.held.listed
    said = [
        ("category", entry.category),
        ("authority", entry.authority),
        ("source of the image", entry.image_source),
        ("date of the image", entry.image_date),
        ("added by", entry.added_by),
        ("expires", entry.expires),
        ("under 18", f"yes: {entry.justification}" if entry.under_18 else "no, as recorded"),
    ]
    rows = [(name, value if value not in ("", None) else "not recorded") for name, value in said]
    version = f"{listed.version} of {listed.made:%Y-%m-%d %H:%M} UTC, {listed.people:,} people"
    stands = "; ".join(listed.approvals) or "nobody approved or rejected this version"
    return [*rows, ("list version", version), ("approval of the list", stands), ("digest of the list", listed.digest)]


def _references(exhibit: Exhibit) -> list[tuple[str, ...]]:
    return [
        (chip.name, str(chip.facts["sha256"]), f"{chip.facts['face_px']:.0f} px wide, quality {chip.quality:.2f} of 1")
        for chip in exhibit.held.references
    ]


def _settings(exhibit: Exhibit) -> list[tuple[str, Any]]:
    run, card = exhibit.held.run, exhibit.card
    files = [(f"SHA-256 of {name}", sha) for name, sha in run.settings["pack_files"].items()]
    licence = card.licence if card else "not known here: the pack is not at hand"
    return [
        ("model pack", run.settings["pack"]),
        ("its licence", licence),
        ("its origin", card.origin if card else "not known here"),
        *files,
        ("space of its templates", run.settings["space"]),
        ("gallery", run.settings["gallery"]),
        ("threshold", f"{threshold_words(run.threshold, _digits(exhibit.held.alert))}: {run.threshold_from}"),
        ("smallest face compared", f"{run.settings['smallest_face']} px wide"),
        ("scan", f"run {run.id}, begun {run.started:%Y-%m-%d %H:%M:%S} UTC, {_ended(run.finished)}"),
        ("software", run.settings["software"]),
        ("SHA-256 of all settings", settings_hash(run.settings)),
    ]


def _ended(finished: Any) -> str:
    return f"ended {finished:%Y-%m-%d %H:%M:%S} UTC" if finished else "not finished"


def _point(exhibit: Exhibit) -> str:
    point = exhibit.point
    if point is None:
        return paragraph(NO_POINT) + paragraph(f"The threshold is {exhibit.held.run.threshold_from}.")
    settings = exhibit.held.run.settings
    return table(("", ""), point_lines(point, exhibit.held.listed.people, str(settings["space"])))


def log_part(log: Mapping[str, Any]) -> str:
    """The log's excerpt: who did what, and by which head it can be checked."""
    rows = [
        (e["number"], e["at"][:19].replace("T", " "), e["who"], e["action"], _about(e["about"])) for e in log["entries"]
    ]
    head = log["head"]
    signed = (
        f"It is signed with the key {head['public_key']}."
        if head["public_key"]
        else "This case has no key: the head is not signed."
    )
    words = (
        f"Disclosed are the contents of {len(rows):,} of {len(log['hashes']):,} entries, and the hash of every one (audit.json). "
        f"The log ended with entry {head['count']:,} and the hash {head['hash']} when this bag was made. {signed}"
    )
    lines = table(("entry", "when (UTC)", "who", "did", "about"), rows)
    return f"<h2>Log: who did what</h2>{paragraph(words)}{lines}"


def _about(text: str) -> str:
    """What an entry is about, name and value, as text."""
    values = json.loads(text)
    return "; ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _checking() -> str:
    return f"<h2>To check this bag</h2>{table(('claim', 'how'), CHECKS)}"


CHECKS = (
    ("nothing in the bag was changed", "bagit.py --validate BAG (the bagit package; any BagIt tool will do)"),
    ("it is the bag that was handed over", "sha256sum BAG/tagmanifest-sha256.txt gives the hash that the sender named"),
    (
        "nothing was laid beside it",
        "only what tagmanifest-sha256.txt lists and data/ holds belongs to it; README.txt has a command",
    ),
    (
        "the scores are what these crops give",
        "open recompute.ipynb with second-look and the same model pack, and run it",
    ),
    ("how to read all of it, step by step", "README.txt in the bag"),
)
