import numpy as np
import pytest

from workbench.cast import Expression, default_cast, kin, person, snapshot
from workbench.cast.curated import AGES, TONES, farthest
from workbench.cast.traits import TRAITS


@pytest.fixture(scope="module")
def many():
    return [person(seed) for seed in range(600)]


@pytest.fixture(scope="module")
def plain():
    return person(21).portrait(128)


def test_the_same_seed_is_the_same_picture(plain):
    assert np.array_equal(person(21).portrait(128), plain)


def test_a_portrait_is_a_square_rgb_picture_of_somebody(plain):
    assert plain.shape == (128, 128, 3) and plain.dtype == np.uint8
    assert plain[40:90, 40:90].std() > 15  # not a flat patch


def test_another_seed_is_another_person():
    a, b = person(1), person(2)
    assert a.name != b.name and a.traits != b.traits


def test_every_measure_stays_within_its_limits(many):
    for trait in TRAITS:
        values = [p.traits[trait.name] for p in many]
        assert min(values) >= trait.low and max(values) <= trait.high, trait.name


def test_skin_tone_does_not_depend_on_the_shape_of_a_face(many):
    melanin = [p.melanin for p in many]
    for trait in TRAITS:
        r = np.corrcoef(melanin, [p.traits[trait.name] for p in many])[0, 1]
        assert abs(r) < 0.16, trait.name  # 600 people: 4 standard errors


def test_skin_tones_and_ages_are_spread_evenly(many):
    tones = np.histogram([p.melanin for p in many], TONES)[0]
    ages = np.histogram([p.age for p in many], AGES)[0]
    assert tones.min() > 0.75 * 100 and ages.min() > 0.75 * 150


def test_names_say_that_nobody_bears_them(many):
    names = {p.name for p in many}
    assert len(names) == len(many) and all(len(name.split()) == 2 for name in names)
    assert "generated" in repr(many[0])


@pytest.mark.parametrize(
    "change", [{"mask": True}, {"sunglasses": True}, {"hat": True}, {"yaw": 30}, {"age_shift": 25}]
)
def test_what_covers_turns_or_ages_a_face_shows(plain, change):
    assert np.abs(person(21).portrait(128, **change).astype(int) - plain).mean() > 1.5


def test_the_camera_leaves_its_marks(plain):
    p = person(21)
    blurred, noisy, coded = p.portrait(128, blur=2), p.portrait(128, noise=8), p.portrait(128, jpeg=30)
    assert np.diff(blurred.astype(float), axis=0).std() < np.diff(plain.astype(float), axis=0).std()
    assert 3 < (noisy.astype(float) - plain).std() < 12
    assert coded.shape == plain.shape and not np.array_equal(coded, plain)


def test_an_expression_changes_the_mouth_and_not_the_hair(plain):
    smile = person(21).portrait(128, expression=Expression(smile=0.9, open=0.2)).astype(int)
    change = np.abs(smile - plain).mean(2)
    assert change[70:90].mean() > 3 * change[5:25].mean()


def test_a_snapshot_can_be_drawn_from_any_seed():
    shot = snapshot(np.random.default_rng(3), hard=1.0, max_yaw=20)
    assert abs(shot["yaw"]) <= 20
    assert person(4).portrait(96, **shot).shape == (96, 96, 3)


def test_somebody_older_is_older_and_still_within_the_limits():
    young = person(12)
    old = young.aged(40)
    assert old.age == young.age + 40 and old.wrinkled > young.wrinkled and old.grey >= young.grey
    assert old.traits["eye_height"] < young.traits["eye_height"]


def test_kin_lie_between_their_parents():
    a, b = person(1), person(2)
    child = kin(a, b, 0.5)
    for name in ("jaw_width", "nose_length", "eye_distance"):
        assert child.traits[name] == pytest.approx((a.traits[name] + b.traits[name]) / 2)
    assert child.name not in (a.name, b.name)
    assert kin(a, b, 0.0).traits == pytest.approx(dict(a.traits))


def test_the_default_cast_is_sixty_strangers_look_alikes_and_two_families():
    cast = default_cast()
    everybody = [*cast, *(double for _, double in cast.lookalikes), *(c for f in cast.families for c in f[2:])]
    assert len(cast) == 60 and len(cast.families) == 2 and len(cast.lookalikes) == 4
    assert len({p.name for p in everybody}) == len(everybody)
    assert np.histogram([p.melanin for p in cast], TONES)[0].min() >= 8


def test_the_choice_takes_the_least_alike_first():
    people = [person(seed) for seed in range(4)]
    likeness = np.array([[1, 0.9, 0.1, 0.5], [0.9, 1, 0.2, 0.5], [0.1, 0.2, 1, 0.5], [0.5, 0.5, 0.5, 1]])
    chosen = farthest(likeness, people, 2)
    assert chosen == [2, 0]
