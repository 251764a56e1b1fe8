"""What a person is made of: named measures with their unit, their spread in the population and their limits."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TRAITS", "Trait"]


@dataclass(frozen=True)
class Trait:
    """One measure of a person.

    name, unit : what is measured, and in what
    mean, sd : of the population at age 40 and `robust` 0
    robust : added per unit of the person's robustness (-1 slender bones .. +1 heavy bones)
    age : added per 25 years above 40
    low, high : limits that no person passes
    """

    name: str
    unit: str
    mean: float
    sd: float
    robust: float
    age: float
    low: float
    high: float


_SKULL = """
head_width     cm     15.0  .55   .20  .00  13.4 16.8
head_length    cm     19.3  .70   .20  .00  17.4 21.4
head_height    cm     11.4  .40   .10  .00  10.2 12.6
cheek_width    cm     13.5  .55   .20  .00  12.0 15.2
jaw_width      cm     10.8  .80   .50  .10   9.0 13.4
jaw_height     cm      4.3  .50  -.10 -.10   3.0  5.6
face_length    cm     11.4  .60   .30  .05   9.8 13.4
chin_width     cm      3.7  .60   .40  .00   2.2  5.6
chin_forward   cm       .0  .40   .20 -.05  -1.0  1.0
forehead_round cm       .0  .30  -.20  .00   -.7   .7
hairline       cm      6.6  .50   .15  .10   5.4  7.9
brow_ridge     cm      .25  .15   .20  .00   .00  .80
cheekbone      cm      .45  .25  -.05  .00  -.15  1.1
cheek_full     cm      .20  .40  -.10 -.15  -.70  1.1
neck_width     cm     10.0  .42   .65  .10   8.8 12.2
shoulder_width cm     38.5 1.80  2.80  .00  33.0 46.0
height         cm    169.0 6.50  6.00 -1.0 150. 196.
"""
_EYES = """
eye_distance   cm     6.30  .40   .06  .00  5.25 7.40
eye_width      cm     3.22  .23  -.02 -.04  2.50 3.90
eye_height     cm     1.06  .14  -.05 -.07   .66 1.48
eye_tilt       deg    3.50 4.20  -1.0 -1.2  -9.0 15.0
eye_skew       ratio   .18  .17   .00  .00  -.20  .62
eye_depth      cm      .80  .26   .10  .08   .30 1.50
lid_fold       cm      .34  .16   .00 -.02   .02  .80
lid_hood       ratio   .20  .28   .05  .20   .00 1.00
eye_bag        ratio   .12  .12   .00  .22   .00  .90
iris_radius    cm      .59  .02   .00  .00   .54  .64
brow_height    cm     1.95  .28  -.20  .02  1.15 2.90
brow_tilt      deg    5.00 5.00  -2.0  .00  -9.0 18.0
brow_arch      cm      .30  .19  -.10  .00  -.10  .90
brow_thick     cm      .36  .13   .08  .00   .12  .88
brow_length    cm     4.50  .42   .10  .00  3.30 5.60
brow_density   ratio   .70  .18   .10 -.10   .25 1.00
brow_gap       cm     1.05  .28  -.10  .00   .40 1.90
"""
_NOSE = """
nose_length    cm     4.60  .41   .12  .08  3.60 5.80
nose_width     cm     3.55  .50   .15  .10  2.50 5.20
bridge_width   cm     1.30  .24   .08  .00   .85 2.00
bridge_height  cm      .55  .26   .08  .00   .00 1.20
nose_forward   cm     2.15  .33   .14  .05  1.60 3.30
nose_hump      cm      .03  .14   .05  .03  -.30  .45
tip_up         cm      .05  .22  -.10 -.08  -.45  .60
tip_round      cm      .32  .15   .02  .04   .05  .75
ala_full       cm      .60  .16   .05  .02   .25 1.05
"""
_MOUTH = """
mouth_width    cm     5.00  .48   .10  .04  3.70 6.50
mouth_drop     cm     2.75  .33   .08  .05  1.90 3.80
lip_upper      cm      .66  .15  -.08 -.12   .34 1.20
lip_lower      cm      .92  .18  -.06 -.12   .50 1.45
cupid_bow      cm      .11  .06  -.02 -.03   .00  .28
lip_forward    cm      .30  .16  -.02 -.05   .00  .75
philtrum       cm      .10  .05   .01 -.02   .00  .22
mouth_tilt     cm      .02  .08   .00 -.07  -.22  .24
ear_height     cm     5.90  .40   .12  .25  4.90 7.20
ear_out        deg    20.0 7.00  2.00  .00  6.00 40.0
skew_face      cm      .00  .10   .00  .00  -.25  .25
skew_eyes      cm      .00  .05   .00  .00  -.14  .14
skew_mouth     cm      .00  .08   .00  .00  -.20  .20
"""
_SKIN = """
warmth         ratio   .00  .50   .00  .00 -1.00 1.00
redness        ratio   .35  .20   .00  .05   .00 1.00
mottle         ratio   .40  .20   .05  .15   .10 1.00
freckles       ratio  -.40  .45   .00 -.10   .00 1.00
gloss          ratio   .50  .20   .05 -.05   .10 1.00
under_eye      ratio   .30  .20   .00  .15   .00 1.00
lip_colour     ratio   .45  .25  -.20 -.08   .00 1.00
iris_light     ratio   .50  .25   .00  .00   .00 1.00
"""


def _read(table: str) -> tuple[Trait, ...]:
    rows = (line.split() for line in table.strip().splitlines())
    return tuple(Trait(name, unit, *map(float, numbers)) for name, unit, *numbers in rows)


TRAITS = _read(_SKULL) + _read(_EYES) + _read(_NOSE) + _read(_MOUTH) + _read(_SKIN)
