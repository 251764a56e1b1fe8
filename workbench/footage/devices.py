"""Webcams of this machine (Video4Linux): which there are, what they are called, and what it means when one does not open."""

from __future__ import annotations

import errno
import re
from pathlib import Path

__all__ = ["NODES", "devices", "is_device", "trouble"]

NODES = Path("/sys/class/video4linux")  # where Linux lists them
_PATH = re.compile(r"^/dev/(video\d+|v4l/by-(id|path)/[\w.:+-]+)$")
_TROUBLE = {
    errno.EACCES: "this user may not open it; add the user to the group that owns it (usually `video`) and log in again",
    errno.EPERM: "this user may not open it; add the user to the group that owns it (usually `video`) and log in again",
    errno.EBUSY: "another program is using it; close that one",
    errno.ENOTTY: "it gives no pictures; a webcam often has a second node beside the one with pictures",
    errno.ENODEV: "it gives no pictures, or was unplugged; a webcam often has a second node beside the one with pictures",
}
_ABSENT = (errno.ENOENT, errno.ENXIO)


def is_device(text: str) -> bool:
    """Whether an address is a webcam's: /dev/video0, or a name that stays the same, below /dev/v4l/by-id or by-path."""
    return bool(_PATH.match(text))


def devices(nodes: Path = NODES) -> tuple[str, ...]:
    """Every webcam that Linux knows, as "/dev/video0 (what it is called)", in order of its number."""
    found = sorted(nodes.glob("video*"), key=lambda node: (len(node.name), node.name))
    return tuple(f"/dev/{node.name} ({_called(node)})" for node in found)


def _called(node: Path) -> str:
    try:
        return (node / "name").read_text("utf-8", errors="replace").strip() or "no name"
    except OSError:
        return "no name"


def trouble(number: int | None, nodes: Path = NODES) -> str | None:
    """Why a webcam does not open and what to do, by the system's error number; None for those that are not about webcams."""
    if number in _ABSENT:
        return f"there is no such device; here {', '.join(devices(nodes)) or 'is none at all'}"
    return _TROUBLE.get(number or 0)
