"""A webcam: FFmpeg's own Video4Linux code against a device that is made up beneath the C library; and what it says when one does not open."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.errors import FootageError
from workbench.footage.address import Address
from workbench.footage.devices import devices, trouble

SOURCE = Path(__file__).with_name("fake_webcam.c")
STORY = """
import json, os, time
from pathlib import Path
from workbench.footage.live import Camera

mood, said = Path(os.environ["WEBCAM_MOOD"]), {}

def until(true):
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.02)

for each in ("busy", "denied", "metadata", "gone"):
    mood.write_text(each)
    with Camera("/dev/video0", timeout=1) as camera:
        until(lambda: camera.health.gaps)
        said[each] = camera.health.gaps[0].reason
mood.write_text("")
with Camera("/dev/video0", timeout=1) as camera:
    frames = [camera.newest(wait=5) for _ in range(4)]
    said |= {"name": camera.name, "shape": frames[0].image.shape, "light": [float(f.image.mean()) for f in frames]}
    until(lambda: camera._waiting)
    mood.write_text("gone")
    until(lambda: camera.health.gaps)
    said["last picture"] = camera.newest(wait=5).image.shape
    mood.write_text("")
    said["back"] = camera.newest(wait=5).image.shape
    said["connections"] = camera.health.connections
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """What a camera said of a webcam that is busy, forbidden, no camera, absent, there, unplugged and back."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        pytest.skip("the made-up webcam is C for Linux: it needs gcc")
    folder = tmp_path_factory.mktemp("webcam")
    made = subprocess.run(
        [compiler, "-shared", "-fPIC", "-o", folder / "webcam.so", SOURCE, "-ldl"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"the made-up webcam cannot be compiled: {made.stderr[-200:]}")
    surroundings = {"LD_PRELOAD": str(folder / "webcam.so"), "WEBCAM_MOOD": str(folder / "mood")}
    told = subprocess.run(
        [sys.executable, "-c", STORY],
        env=os.environ | surroundings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-2000:]
    return json.loads(told.stdout)


def test_a_webcams_pictures_arrive_newest_first(story):
    assert story["name"] == "/dev/video0" and story["shape"] == [48, 64, 3]
    assert story["light"] == sorted(set(story["light"]))


def test_why_a_webcam_does_not_open_is_said_with_what_to_do(story):
    assert story["busy"] == "another program is using it; close that one"
    assert story["denied"].startswith("this user may not open it; add the user to the group")
    assert story["metadata"].startswith("it gives no pictures")
    assert story["gone"].startswith("there is no such device; here ")


def test_unplugged_the_last_picture_still_stands_and_it_is_connected_again(story):
    """Its memory is its driver's: a picture that referred to it ended the process."""
    assert story["last picture"] == story["back"] == [48, 64, 3]
    assert story["connections"] == 2


def test_the_webcams_of_this_machine_are_named(tmp_path):
    for node, name in (("video10", "Capture card"), ("video2", "Integrated Camera\n"), ("v4l-subdev0", "no camera")):
        (tmp_path / node).mkdir()
        (tmp_path / node / "name").write_text(name)
    (tmp_path / "video3").mkdir()
    found = ("/dev/video2 (Integrated Camera)", "/dev/video3 (no name)", "/dev/video10 (Capture card)")
    assert devices(tmp_path) == found
    assert trouble(errno.ENOENT, tmp_path) == f"there is no such device; here {', '.join(found)}"
    assert devices(tmp_path / "nothing") == ()
    assert trouble(errno.ENOENT, tmp_path / "nothing") == "there is no such device; here is none at all"
    assert trouble(errno.EIO) is None


def test_a_webcam_is_known_by_its_number_or_by_a_name_that_stays():
    for path in ("/dev/video0", "/dev/v4l/by-id/usb-046d_C920-video-index0", "/dev/v4l/by-path/pci-0000:00:14.0-usb-0:1:1.0-video-index0"):  # fmt: skip
        assert (Address.of(path).kind, Address.of(path).shown) == ("device", path)
    for path in ("/dev/sda", "/dev/v4l/by-id/../../sda", "/dev/video0/.."):
        with pytest.raises(FootageError, match="no file"):
            Address.of(path)
