"""A smaller copy of a picture, drawn anew: nothing of the original file but its pixels is in it."""

from __future__ import annotations

import io

__all__ = ["jpeg_within"]


def jpeg_within(picture: bytes, side: int, quality: int = 86) -> bytes:
    """A picture of any format that Pillow reads, as JPEG bytes whose longer side is at most `side` px."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(picture)) as image:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
