"""Every face and template that a deployment let go of, remembered before it is wiped, and looked for on disk afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.footage.redact import encode_jpeg, encode_png
from workbench.tracking import Kept

PIECE = 24  # bytes of a trace that are looked for
HEAD = 3  # of them that are looked for first
PORTION = 1 << 22  # bytes of a file at a time


class Traces:
    """Pieces of bytes by what they are of; `remember` takes the place of wiping until the test is over."""

    def __init__(self) -> None:
        self.pieces: dict[bytes, str] = {}
        self.faces = self.files = self.bytes = 0

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

    def search(self, folders: Iterable[Path], since: float = 0.0) -> list[str]:
        """Where any of it lies, in words; looks at every byte of every file.

        since : seconds of the system's clock; what changed last before that cannot hold what came later, and is left out
        """
        heads = np.unique(np.array([int.from_bytes(piece[:HEAD], "little") for piece in self.pieces], np.int64))
        begins = np.zeros(1 << 8 * HEAD, np.bool_)
        begins[heads] = True
        self.files = self.bytes = 0
        found = []
        for file, content in _files(folders, since):
            self.files, self.bytes = self.files + 1, self.bytes + len(content)
            found += [f"{self.pieces[piece]} in {file}" for piece in self._in(content, begins)]
        return found

    def _in(self, content: bytes, begins: NDArray[np.bool_]) -> Iterator[bytes]:
        """The pieces that are in a content: first where three bytes are as a piece begins, then whole."""
        raw = np.frombuffer(content, np.uint8)
        for start in range(0, len(raw) - PIECE + 1, PORTION):
            some = raw[start : start + PORTION + HEAD - 1].astype(np.int32)
            heads = some[:-2] | some[1:-1] << 8 | some[2:] << 16
            for at in np.flatnonzero(begins[heads]) + start:
                piece = content[at : at + PIECE]
                if piece in self.pieces:
                    yield piece


def _files(folders: Iterable[Path], since: float) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield from ((file, content) for content in _read(file, since))


def _read(file: Path, since: float) -> Iterator[bytes]:
    try:
        if file.stat().st_ctime >= since:
            yield file.read_bytes()
    except OSError:  # somebody else's, or gone meanwhile
        return
