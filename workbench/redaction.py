"""What became of a redacted copy: how much was hidden, and what the check of the result found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.counts import count
from workbench.html import card, facts, note
from workbench.sentences import apart_words, per_cent
from workbench.terminal import plain

__all__ = ["MISSES", "Checked", "Redaction"]

MISSES = "dlib looked alone, and it misses faces that are turned aside, small or in the dark"
ALONE = (
    f"{MISSES}: let another pack look with it (--detector PACK), or hide everything but those who are kept "
    "(--everything), before you rely on this copy. "
)


@dataclass(frozen=True)
class Checked:
    """A redacted copy looked at with detector and recogniser.

    frames : of the copy, every one of them looked at
    compared : hidden faces that were large enough to compare with themselves, unhidden
    worst : greatest cosine of these, None if there was none; at : seconds where it was
    blank : greatest cosine of their unhidden faces with a plain grey picture: what nothing at all of a face scores
    found : faces that the detector still sees outside those that are shown
    uncovered : of these, the ones where nothing is hidden
    line : the near-miss line that `worst` stays below
    """

    frames: int
    compared: int
    worst: float | None
    blank: float | None
    at: float
    found: int
    uncovered: int
    line: float

    @property
    def passed(self) -> bool:
        """Whether nobody hidden can be told by the recogniser, and nothing that looks like a face is bare."""
        return not self.uncovered and (self.worst is None or self.worst < self.line)


@dataclass(frozen=True)
class Redaction:
    """A redacted copy of footage.

    source, copy : SHA-256 of either
    start, end : seconds in the original of the first and the last frame
    part : whether it is a part of the original; its own times count from 0 then
    faces, people : sights of faces that are hidden, and the paths they lie on (one person may have several)
    filled : places hidden between, before and after sights
    shown : sights of faces that stay
    share : of the pictures that is hidden, 0..1
    smallest : px, width from which faces are found
    plain : paths painted plain grey, because the recogniser could still tell what their mosaic hides
    rounds : how often it was drawn: again each time the check still saw a face
    checked : one a pack, in the order of `packs`
    everything : whether all but the heads of those who are shown is hidden
    """

    path: Path
    source: str
    copy: str
    start: float
    end: float
    part: bool
    frames: int
    seconds: float
    faces: int
    people: int
    filled: int
    shown: int
    share: float
    kept: tuple[int, ...]
    packs: tuple[str, ...]
    smallest: float
    margin: float
    plain: int
    rounds: int
    checked: tuple[Checked, ...]
    everything: bool = False

    @property
    def passed(self) -> bool:
        """Whether every pack's check passed."""
        return all(each.passed for each in self.checked)

    def to_dict(self) -> dict[str, Any]:
        """What `workbench redact --json` prints, and the log keeps."""
        checks = [vars(each) | {"pack": name} for each, name in zip(self.checked, self.packs, strict=True)]
        plain = {name: value for name, value in vars(self).items() if name not in ("path", "checked", "packs", "kept")}
        return {
            "file": self.path.name,
            **plain,
            "smallest": round(self.smallest, 1),
            "share": round(self.share, 6),
            "kept": list(self.kept),
            "packs": list(self.packs),
            "checks": checks,
            "verdict": "passed" if self.passed else "failed",
        }

    def text(self) -> str:
        """What a person reads on a terminal."""
        moved = self.part or self.start < 0
        where = f" from {self.start:.3f} to {self.end:.3f} s of the footage, counted from 0" if moved else ""
        checks = [self._check(name, each) for name, each in zip(self.packs, self.checked, strict=True)]
        lines = [self._hidden(), *self._shown(), *checks, f"to know: {self._limits()}"]
        return "\n  ".join([f"{plain(self.path)}: {self.frames:,} frame{'s' * (self.frames != 1)}{where}", *lines])

    def _hidden(self) -> str:
        if self.everything:
            return (
                f"hidden: everything but the heads of those who are shown, in all {per_cent(self.share)} of the picture"
            )
        people, places = count(self.people, "path"), count(self.filled, "place")
        grey = f"; {self.plain:,} of the paths plain grey" if self.plain else ""
        return (
            f"hidden: {self.faces:,} sights of faces on {people}, {places} more between, before and after "
            f"them; {per_cent(self.share)} of the picture{grey}"
        )

    def _shown(self) -> Iterator[str]:
        if self.kept:
            yield f"shown: alert {', '.join(map(str, self.kept))}, {self.shown:,} times"

    @staticmethod
    def _check(pack: str, each: Checked) -> str:
        worst = (
            "no hidden face was large enough to compare"
            if each.worst is None
            else f"worst score of {each.compared:,} hidden faces against themselves {', line '.join(apart_words(each.worst, each.line))}"
            + ("" if each.blank is None else f" (plain grey scores up to {each.blank:.3f})")
        )
        bare = f"{each.uncovered} faces bare" if each.uncovered else "no face bare"
        return f"checked with {plain(pack)}, every frame: {'passed' if each.passed else 'FAILED'}; {bare}; {worst}"

    def _limits(self) -> str:
        if self.everything:
            return (
                "In place of the scene stand a few averages of its first picture. A face that is beside a shown one and that no "
                "detector sees may stay in part: look at the copy before it leaves."
            )
        alone = ALONE if self.packs == ("dlib",) else ""
        return (
            f"{alone}Faces narrower than {max(self.smallest, 1.0):.0f} px are not looked for, and faces that no detector sees stay as they "
            "are; clothes, gait, places and numbers still tell who somebody is: look at the copy before it leaves."
        )

    def __repr__(self) -> str:
        return f"Redaction({self.path.name!r}: {self.frames} frames, {self.faces} faces hidden, {'passed' if self.passed else 'failed'})"

    def _repr_html_(self) -> str:
        worst = max((each.worst for each in self.checked if each.worst is not None), default=None)
        head = facts(
            {
                "frames": (
                    f"{self.frames:,}",
                    f"{self.start:.2f} to {self.end:.2f} s, all checked" if self.part else "all of them checked",
                ),
                "faces hidden": (f"{self.faces:,}", f"{self.filled:,} places between and around them"),
                "worst score against oneself": (
                    "none to compare" if worst is None else f"{worst:.3f}",
                    f"must stay below {min(each.line for each in self.checked):.3f}",
                ),
                "check": ("passed" if self.passed else "failed", ", ".join(self.packs)),
            }
        )
        return card(f"Redacted: {self.path.name}", head, note(self._limits()), under=f"SHA-256 {self.copy[:16]}...")
