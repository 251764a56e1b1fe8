"""A person ready to draw: the head with one expression and everything that sits on it, and the clothed body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from workbench.cast.anatomy.ear import ear
from workbench.cast.anatomy.eyeball import eyeball
from workbench.cast.anatomy.eyes import lids
from workbench.cast.anatomy.head import Bare, Head, bare_head, eye_window, head
from workbench.cast.anatomy.teeth import teeth
from workbench.cast.brows import beard, brows, lashes
from workbench.cast.clothes import torso
from workbench.cast.expression import Expression
from workbench.cast.hair import hair
from workbench.cast.people import Person
from workbench.cast.points import Sheet
from workbench.cast.shapes import Floats, surface_normals
from workbench.cast.skin import Skin, bare_skin, skin
from workbench.cast.strands import Strands
from workbench.cast.wear import hat, put_on_mask, spectacles

__all__ = ["Model", "Outfit", "model"]


@dataclass(frozen=True)
class Outfit:
    """What covers a face."""

    mask: bool = False
    sunglasses: bool = False
    hat: bool = False


@dataclass(frozen=True)
class Model:
    """Sheets and strands that turn with the head, and sheets that turn with the body."""

    head: list[Sheet]
    strands: list[Strands]
    body: list[Sheet]


@dataclass(frozen=True)
class _Built:
    """What is kept for a person: the parts that no expression changes."""

    bare: Bare
    skin: Skin
    hair: list[Strands]
    ears: list[Sheet]
    body: list[Sheet]


def model(p: Person, face: Expression, outfit: Outfit) -> Model:
    """Builds `p`; what no expression changes is kept for the next call."""
    built = _build(p)
    now = head(p, built.bare, face)
    surface = _head_sheet(p, now, skin(p, built.skin, now))
    if outfit.mask:
        surface = put_on_mask(p, surface, built.bare)
    sheets = [surface, *built.ears, *(eyeball(p, eye, face) for eye in built.bare.eyes)]
    if face.open > 0.06:
        sheets.append(teeth(p, now))
    if p.glasses or outfit.sunglasses:
        sheets += spectacles(p, built.bare, dark=outfit.sunglasses)
    strands = built.hair + brows(p, now) + lashes(p, now) + ([] if outfit.mask else beard(p, now))
    if outfit.hat:
        sheets.append(hat(p))
        strands = [_under_hat(group) if group.casts else group for group in strands]
    return Model(sheets, strands, built.body)


@lru_cache(maxsize=6)
def _build(p: Person) -> _Built:
    bare = bare_head(p)
    still = head(p, bare, Expression())
    return _Built(bare, bare_skin(p, bare), hair(p, still), [ear(p, -1), ear(p, 1)], torso(p))


def _head_sheet(p: Person, now: Head, paint: Skin) -> Sheet:
    place = (now.place + now.facing * paint.bump[..., None]).astype(np.float32)
    return Sheet(
        place=place,
        facing=surface_normals(place),
        colour=paint.colour,
        gloss=paint.gloss.astype(np.float32),
        openness=now.openness,
        material="skin",
        cut=_openings(p, now),
        closed=True,
    )


def _openings(p: Person, now: Head) -> Floats:
    """Above 0 between the lids and between parted lips."""
    s, cut = now.bare.skull, np.full(now.openness.shape, -1, np.float32)
    for eye in now.bare.eyes:
        at = eye_window(s, eye)
        out = (s.x[at] - eye.x) * eye.side
        upper, lower = lids(p, out, eye.side, now.face)
        gap = np.minimum(upper - s.y[at], s.y[at] - lower)
        cut[at] = np.maximum(cut[at], np.minimum(gap, p.eye_width / 2 - np.abs(out)))
    if now.face.open > 0.06:
        line, y = now.line, now.bare.v[now.bare.low]
        gap = np.minimum(np.minimum(line.inner_upper - y, y - line.inner_lower), (0.95 - line.across) * 2)
        cut[now.bare.low] = np.maximum(cut[now.bare.low], gap)
    return cut


def _under_hat(group: Strands) -> Strands:
    keep = group.path[:, :, 1].max(1) < 4.8
    return replace(group, path=group.path[keep], colour=group.colour[keep], deep=group.deep[keep])
