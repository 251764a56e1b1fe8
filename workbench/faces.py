"""N detected faces as a struct of arrays, and the space in which their templates may be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import SpaceMismatch
from workbench.sameness import same_fields

__all__ = ["Faces", "Frame", "Space", "clock", "same_space"]

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]


def clock(t: float) -> str:
    """Seconds as a time of the clock, parts of a second left out.

    >>> clock(3725.9)
    '01:02:05'
    """
    if not np.isfinite(t):
        return "--:--:--"
    whole = int(abs(t))
    sign = "-" if t < 0 and whole else ""
    return f"{sign}{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


@dataclass(frozen=True)
class Space:
    """Where templates live: comparing across two spaces is meaningless, whatever the numbers look like.

    sha : SHA-256 over the recogniser's files and preprocessing
    dim : length of a template
    pack : name for people; two spaces are equal by `sha` and `dim` alone
    """

    sha: str
    dim: int
    pack: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.pack or self.sha[:8]} {self.dim}-d"

    @property
    def mark(self) -> str:
        """The space as a text to keep beside scores: a name for people, and enough of the hash to tell it from others.

        >>> Space("ab" * 32, 128, "dlib").mark
        'dlib 128-d (abababababab)'
        """
        return f"{self} ({self.sha[:12]})"

    def marked(self, text: str) -> bool:
        """Whether `text` is the mark of this space, whatever the pack was called then."""
        return text.endswith(f"{self.dim}-d ({self.sha[:12]})")


def same_space(reference: Space, probe: Space, what: str = "the footage") -> Space:
    """`reference`, if `probe` is equal to it; otherwise `SpaceMismatch`."""
    if reference != probe:
        raise SpaceMismatch(
            f"the watchlist is {reference}, {what} is {probe}; "
            f"enroll the list again with {probe.pack or 'that pack'}, or use the pack {reference.pack or 'of the list'}"
        )
    return reference


@dataclass(frozen=True)
class Frame:
    """One decoded picture.

    image : (H, W, 3) uint8 RGB
    t : seconds, the container's presentation time
    index : which frame of the source, from 0
    source : SHA-256 of the file, or "" for a picture that came from nowhere
    corrupt : True if the decoder reported damage; such a frame is shown but never enrolled or compared
    """

    image: U8
    t: float = 0.0
    index: int = 0
    source: str = ""
    corrupt: bool = False

    def __repr__(self) -> str:
        height, wide = self.image.shape[:2]
        damage = ", corrupt" if self.corrupt else ""
        return f"Frame({self.index}, {wide}x{height}, {clock(self.t)}{damage})"


@dataclass(frozen=True, eq=False)
class Faces:
    """N detections; `faces[mask]` is `Faces` again.

    box : (N, 4) float32, x1 y1 x2 y2 px
    points : (N, 5, 2) float32 px, in the pack's own order (`Pack.eyes_and_nose` names them)
    detection : (N,) float32, the detector's own confidence
    quality : (N,) float32 in 0..1, NaN where not measured
    template : (N, D) float32 unit vectors, or None before embedding
    t : (N,) float64 seconds
    space : where `template` may be compared, or None
    """

    box: F32
    points: F32
    detection: F32
    quality: F32
    t: F64
    template: F32 | None = None
    space: Space | None = None

    def __post_init__(self) -> None:
        n = len(self.box)
        shapes = {
            "box": (n, 4),
            "points": (n, 5, 2),
            "detection": (n,),
            "quality": (n,),
            "t": (n,),
        }
        for name, shape in shapes.items():
            if (got := getattr(self, name).shape) != shape:
                raise ValueError(f"Faces.{name} has shape {got}, expected {shape}")
        if self.template is not None:
            if self.space is None:
                raise ValueError("Faces.template needs a space")
            if self.template.shape != (n, self.space.dim):
                raise ValueError(f"Faces.template has shape {self.template.shape}, expected {(n, self.space.dim)}")

    @classmethod
    def of(
        cls,
        box: Any,
        points: Any,
        detection: Any,
        *,
        t: float = 0.0,
        space: Space | None = None,
    ) -> Faces:
        """Faces as a detector finds them: quality not yet measured, no template."""
        box = np.asarray(box, np.float32).reshape(-1, 4)
        n = len(box)
        return cls(
            box=box,
            points=np.asarray(points, np.float32).reshape(n, 5, 2),
            detection=np.asarray(detection, np.float32).reshape(n),
            quality=np.full(n, np.nan, np.float32),
            t=np.full(n, t, np.float64),
            space=space,
        )

    @classmethod
    def none(cls, space: Space | None = None) -> Faces:
        """No face at all."""
        return cls.of([], [], [], space=space)

    @classmethod
    def concat(cls, parts: Iterable[Faces]) -> Faces:
        """All faces of `parts` in order; they must agree on the space, empty ones too, and on having templates."""
        parts = list(parts)
        spaces = [part.space for part in parts if part.space is not None]
        for other in spaces[1:]:
            if other != spaces[0]:
                raise SpaceMismatch(f"some faces are {spaces[0]}, others {other}; use one pack for all of them")
        space, rows = next(iter(spaces), None), [part for part in parts if len(part)]
        if not rows:
            return cls.none(space)
        if len({part.template is None for part in rows}) > 1:
            raise ValueError("some faces have templates and some have none; embed them all first")
        stack = {name: np.concatenate([getattr(p, name) for p in rows]) for name in _ARRAYS}
        templates = [p.template for p in rows if p.template is not None]
        return cls(**stack, template=np.concatenate(templates) if templates else None, space=space)

    def __eq__(self, other: object) -> bool:
        return same_fields(self, other)

    def __len__(self) -> int:
        return len(self.box)

    def __getitem__(self, which: Any) -> Faces:
        if isinstance(which, int | np.integer):
            which = [int(which)]  # as a list it is out of range loudly, which is also what ends a loop over the faces
        arrays = {name: getattr(self, name)[which] for name in _ARRAYS}
        template = None if self.template is None else self.template[which]
        return replace(self, **arrays, template=template)

    @property
    def width(self) -> F32:
        """Face width in pixels, (N,)."""
        return self.box[:, 2] - self.box[:, 0]

    def __repr__(self) -> str:
        parts = [str(len(self))]
        if self.space is not None:
            parts.append(str(self.space) if self.template is not None else f"{self.space.pack}, no template")
        if len(self):
            start, end = clock(self.t.min()), clock(self.t.max())
            parts.append(start if start == end else f"{start}-{end}")
        return f"Faces({', '.join(parts)})"


_ARRAYS = ("box", "points", "detection", "quality", "t")
