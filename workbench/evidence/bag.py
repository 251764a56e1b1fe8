"""The folder that leaves: a BagIt bag (RFC 8493), made whole beside its place and then moved there, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.casefile.blobs import write_whole
from workbench.drafts import beside
from workbench.errors import InputError
from workbench.terminal import plain

__all__ = ["STRANGERS", "Draft", "drafting", "empty_place", "seal_of"]

CHECKSUMS = ["sha256", "sha512"]
SEAL = "tagmanifest-sha256.txt"  # hashes of the manifests: its own hash stands for every byte of the bag

# To be run in the bag, with what every Linux has: BagIt lets files lie beside `data/` that no manifest lists, and one hash
# stands for the manifests of SHA-256 alone. So all that is listed is hashed by both, and all that is there must be listed by both.
STRANGERS = r"""
for n in 256 512; do
  sed 's/  */  /' manifest-sha$n.txt tagmanifest-sha$n.txt | sha${n}sum -c --quiet --strict
  { sed 's/^[^ ]* */-/' manifest-sha$n.txt tagmanifest-sha$n.txt
    find . ! -type d ! -path ./tagmanifest-sha256.txt ! -path ./tagmanifest-sha512.txt -print0 |
      tr '\n\0' '?\n' | sed 's/^../+/'
  } | awk '{n = substr($0, 2)} /^-/ {listed[n]; next} !(n in listed) {print n ": not listed"}'
done
""".strip()


def empty_place(folder: Path, case: Path) -> None:
    """`InputError` unless a bag can be put there."""
    whole, inside = folder.resolve(), case.resolve()
    if whole == inside or inside in whole.parents:
        raise InputError(f"{folder} lies in the case; put the bag elsewhere, it is for others")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} exists and is not empty; a bag gets a folder of its own")


def seal_of(folder: Path) -> str:
    """The hash that stands for every byte of a bag."""
    return hashlib.sha256((folder / SEAL).read_bytes()).hexdigest()


class Draft:
    """A bag in the making; its folder is nobody else's until `settle`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes | str) -> str:
        """Write one file of the payload, and return its name in the bag, with forward slashes."""
        write_whole(self._folder / name, content if isinstance(content, bytes) else content.encode())
        return name

    def put_json(self, name: str, value: Any) -> str:
        """Write a value as JSON that a person can read: indented, letters as they are, marks that do not show escaped."""
        text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False, default=str)
        return self.put(name, "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text) + "\n")

    def path(self, name: str) -> Path:
        """Where a file is written by others, such as a clip by FFmpeg."""
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def measure(self) -> tuple[int, int]:
        """Number and bytes of all files so far."""
        sizes = [path.stat().st_size for path in self._folder.rglob("*") if path.is_file()]
        return len(sizes), sum(sizes)

    def close(self, info: Mapping[str, str]) -> str:
        """Make the payload a bag; returns the hash that stands for all of it."""
        import bagit

        bagit.make_bag(str(self._folder), {name: plain(text) for name, text in info.items()}, checksums=CHECKSUMS)
        return seal_of(self._folder)

    def settle(self, place: Path) -> None:
        """Move the bag to its place."""
        self._folder.chmod(0o755)
        self._folder.replace(place)  # an empty folder may stand there, nothing else


@contextmanager
def drafting(place: Path) -> Iterator[Draft]:
    """A draft beside `place`; whatever happens, no half bag stays."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with beside(place.parent) as folder:
        yield Draft(folder)
