"""Every face and template that a deployment let go of, remembered before it is wiped, and looked for on disk afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.footage.redact import encode_jpeg, encode_png
from workbench.tracking import Kept

PIECE = 24  # bytes of a trace that are looked for


class Traces:
    """Pieces of bytes by what they are of; `remember` takes the place of wiping until the test is over."""

    def __init__(self) -> None:
        self.pieces: dict[bytes, str] = {}
        self.faces = 0

    def remember(self, patch: pytest.MonkeyPatch) -> Traces:
        """From now on note every face that is let go of, and then let it be wiped."""
        wipe = Kept.wipe

        def noting(kept: Kept) -> None:
            self.note(kept)
            wipe(kept)

        patch.setattr(Kept, "wipe", noting)
        return self

    def note(self, kept: Kept) -> None:
        """A face as it may lie somewhere: raw, as PNG, as JPEG; its template in any width of number."""
        pictures = [kept.chip, *([kept.drawn] if kept.drawn is not None else [])]
        pictures += [kept.around.image] if kept.around is not None and kept.around.image.size else []
        if not kept.chip.any():
            return  # wiped before
        self.faces += 1
        for picture in pictures:
            self._take(picture.tobytes(), "pixels")
            self._take(encode_png(picture)[100:], "a PNG")
            self._take(encode_jpeg(picture)[700:], "a JPEG")  # behind tables that all JPEGs have in common
        if kept.template is not None and kept.template.any():
            for kind in ("<f4", "<f8", "<f2"):
                self._take(kept.template.astype(kind).tobytes(), "a template")

    def _take(self, content: bytes, kind: str) -> None:
        """Three pieces of it, none of which is plain: an even wall is everywhere."""
        for share in (0.25, 0.5, 0.75):
            piece = content[int(share * len(content)) :][:PIECE]
            if len(piece) == PIECE and len(set(piece)) > 8:
                self.pieces[piece] = kind

    def search(self, folders: Iterable[Path]) -> list[str]:
        """Where any of it lies, in words; looks at every byte of every file."""
        return [f"{self.pieces[piece]} in {file}" for file, content in _files(folders) for piece in self._in(content)]

    def _in(self, content: bytes) -> Iterator[bytes]:
        """The pieces that are in a content: by their first 8 bytes at once, then whole."""
        if len(content) < PIECE:
            return
        heads = np.unique(np.array([int.from_bytes(piece[:8], "little") for piece in self.pieces], np.uint64))
        raw = np.frombuffer(content, np.uint8)
        windows = np.lib.stride_tricks.sliding_window_view(raw, 8)
        for start in range(0, len(windows), 1 << 22):
            some = np.ascontiguousarray(windows[start : start + (1 << 22)]).view("<u8")[:, 0]
            for at in np.flatnonzero(np.isin(some, heads)) + start:
                piece = content[at : at + PIECE]
                if piece in self.pieces:
                    yield piece


def _files(folders: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file, _read(file)


def _read(file: Path) -> Any:
    try:
        return file.read_bytes()
    except OSError:  # somebody else's, or gone meanwhile
        return b""
