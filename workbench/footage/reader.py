"""Open footage: a video file, a folder of images, or one image, unless it moves; never an address."""

from __future__ import annotations

from pathlib import Path

from workbench.arguments import path_of
from workbench.errors import FootageError
from workbench.footage.container import refuse_addresses
from workbench.footage.folder import open_images, refuse_films
from workbench.footage.images import is_image, is_moving_png
from workbench.footage.source import Footage, Reading
from workbench.footage.video import open_video

__all__ = ["Footage", "Reading", "open_footage", "refuse_films"]


def open_footage(path: Path | str, *, image_seconds: float = 1.0) -> Footage:
    """Footage in a file or a folder, hashed and measured but not decoded; then `.frames(every=0.2)`.

    image_seconds : how far apart the images of a folder are

    `FootageError`, one line, for what cannot be read at all. What is cut off or damaged can be read: see
    `Footage.short`, `Frame.corrupt` and `Reading.corrupt_frames`.
    """
    path = path_of(path, "footage")
    refuse_addresses(path)
    path = path.absolute()  # a case looks for it later, from another folder
    try:
        if path.is_dir() or (is_image(path) and path.is_file() and not is_moving_png(path)):
            return open_images(path, image_seconds)
        if path.is_file():
            return open_video(path)
    except OSError as error:
        raise FootageError(f"{path.name!r} cannot be read ({error.strerror}); check the permissions") from None
    lack = "is neither a file nor a folder" if path.exists() else "is missing"
    raise FootageError(f"{path.name!r} {lack}; check the name and the folder it is in")
