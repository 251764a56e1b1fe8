import csv

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from workbench.cast import film, person, street
from workbench.cast.backdrop import DAY, DUSK, Lens, backdrop
from workbench.cast.light import tone_map
from workbench.cast.scene import Street
from workbench.cast.walkers import approaching, crossing, leaving
from workbench.cli_cast import app

SMALL = Lens(320, 180, 380.0, 205.0, 41.0)


@pytest.fixture(scope="module")
def scene():
    people = [person(seed) for seed in (21, 12, 7)]
    walkers = (approaching(people[0], -40, 1.0), leaving(people[1], 60, 330), crossing(people[2], 520, 1.0, look=40))
    return Street(walkers, DAY, SMALL)


@pytest.fixture(scope="module")
def still(scene):
    return scene.frame(6)


def test_a_frame_has_every_walker_once_and_repeats_exactly(scene, still):
    picture, seen = still
    assert picture.shape == (180, 320, 3)
    assert sorted(s.seed for s in seen) == [7, 12, 21]
    assert np.array_equal(scene.frame(6)[0], picture)


def test_the_back_of_a_head_is_not_visible(still):
    visible = {s.seed: s.visible for s in still[1]}
    assert visible[12] == 0 and visible[21] == 1


def test_a_box_lies_where_the_face_was_drawn(scene, still):
    picture, seen = still
    box = next(s.box for s in seen if s.seed == 21)
    x1, y1, x2, y2 = (int(c) for c in box)
    empty = backdrop(SMALL, DAY, scene.seed)
    change = np.abs(picture / 255.0 - tone_map(empty, 0.78)).mean(2)
    assert change[y1:y2, x1:x2].mean() > 8 * np.median(change)


def test_who_comes_nearer_gets_larger():
    walker = approaching(person(1), -50, 3.0, near=200, speed=80)
    assert walker.at(3.0).away == pytest.approx(200) and walker.at(1.0).away == pytest.approx(360)
    assert abs(walker.at(1.0).yaw) < 25


def test_somebody_behind_another_is_hidden():
    walkers = (approaching(person(21), 0, 1.0, near=400), approaching(person(12), 0, 1.0, near=230))
    seen = {s.seed: s.shown for s in Street(walkers, DAY, Lens(320, 180, 380.0, 165.0, 80.0)).frame(12)[1]}
    assert seen[12] > 0.9 and seen[21] < 0.5


def test_dusk_is_darker_than_day():
    assert backdrop(SMALL, DUSK).mean() < 0.6 * backdrop(SMALL, DAY).mean()


def test_listed_people_come_towards_the_camera():
    people = [person(seed) for seed in range(6)]
    planned = street(people, listed=people[:2], seconds=8)
    roles = {w.person.seed: w.role for w in planned.walkers}
    assert roles[0] == roles[1] == "listed" and roles[2] == "passer-by"
    assert all(w.velocity[1] < 0 for w in planned.walkers if w.role == "listed")


def test_a_film_resumes_and_says_that_nobody_exists(scene, tmp_path):
    calls = []
    frames = tmp_path / ".clip-frames"
    frames.mkdir()
    out = film(scene, 0.24, tmp_path, "clip", workers=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)] and not frames.exists()
    with av.open(str(out)) as container:
        assert "generated people" in container.metadata["comment"]
        assert sum(1 for _ in container.decode(video=0)) == 3
        assert float(container.streams.video[0].average_rate) == 12.5
    lines = out.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    assert "generated people" in lines[0] and {row["visible"] for row in rows} <= {"0", "1"}
    assert {"frame", "t", "person", "x1", "y1", "x2", "y2", "face_width", "yaw"} <= set(rows[0])


def test_frames_of_a_broken_run_are_kept(scene, tmp_path):
    from workbench.cast.clip import _some

    frames = tmp_path / ".clip-frames"
    frames.mkdir()
    _some(scene, frames, [0, 1])
    calls = []
    film(scene, 0.24, tmp_path, "clip", workers=1, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(3, 3)]


def test_the_command_draws_people_once(tmp_path):
    arguments = ["people", "--count", "1", "--portraits", "1", "--size", "64", "--seed", "5", str(tmp_path)]
    first = CliRunner().invoke(app, arguments)
    assert first.exit_code == 0, first.output
    assert [p.name for p in tmp_path.rglob("*.jpg")] == ["1.jpg"]
    assert "drew 0 new" in CliRunner().invoke(app, arguments).output


def test_more_listed_than_walkers_is_an_error(tmp_path):
    result = CliRunner().invoke(app, ["street", "--people", "1", "--list", "2", str(tmp_path)])
    assert result.exit_code == 2
