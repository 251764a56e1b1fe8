"""The README's pictures: each is there, small, and one of those that `make screenshots` takes."""

import re

import pytest

from tests.browser.screenshots import IMAGES, ROOM, ROOT, SAID, SCREENS, _stamped

TAKEN = [screen.file(scheme) for screen in SCREENS for scheme in screen.schemes]


def test_every_picture_of_the_readme_is_there_and_can_be_taken_again():
    shown = set(re.findall(r"docs/img/([\w-]+\.\w+)", (ROOT / "README.md").read_text("utf-8")))
    assert shown and shown <= {file.name for file in TAKEN if file.is_file()}


def test_the_pictures_stay_small_together():
    assert len(TAKEN) == len(set(TAKEN))
    assert sum(file.stat().st_size for file in IMAGES.glob("*.webp")) < ROOM


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_picture_says_below_it_that_its_people_are_generated(scheme):
    from PIL import Image

    plain = Image.new("RGB", (600, 40), "#888888")
    strip = _stamped(plain, scheme).crop((0, 40, 600, 70))
    assert "Generated people" in SAID and len(strip.getcolors(20_000)) > 20  # letters, smoothed
