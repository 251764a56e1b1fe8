"""Where the packs that are known by name come from, and the SHA-256 that a download must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["SOURCES", "Download", "Source"]

RELEASE = "https://github.com/deepinsight/insightface/releases/download/v0.7"
AURAFACE = "https://huggingface.co/fal/AuraFace-v1/resolve/af6d057c9b0ec4071d4c49c80e3539258798b609"


@dataclass(frozen=True)
class Download:
    """One file to get.

    sha256 : what it must be, or "" where nobody vouched for one: then the user has to give it
    """

    url: str
    sha256: str = ""

    @property
    def shown(self) -> str:
        """Its address without user, password and query, which may be secrets."""
        scheme, found, rest = self.url.partition("?")[0].partition("://")
        host, slash, path = rest.partition("/")
        return f"{scheme}{found}{host.rpartition('@')[2]}{slash}{path}"

    @property
    def name(self) -> str:
        """The file's name, the last part of its address."""
        return self.url.partition("?")[0].rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Source:
    """A pack that can be fetched: one zip, or several .onnx files.

    size : MB, for people on slow lines
    terms : the licence in words that decide whether one may use it
    """

    downloads: tuple[Download, ...]
    size: int
    terms: str


RESEARCH_ONLY = "non-commercial research only (InsightFace)"

SOURCES: Mapping[str, Source] = {
    "buffalo_l": Source(
        (Download(f"{RELEASE}/buffalo_l.zip", "80ffe37d8a5940d59a7384c201a2a38d4741f2f3c51eef46ebb28218a7b0ca2f"),),
        289,
        RESEARCH_ONLY,
    ),
    "buffalo_s": Source(
        (Download(f"{RELEASE}/buffalo_s.zip", "d85a87f503f691807cd8bb97128bdf7a0660326cd9cd02657127fa978bab8b5e"),),
        128,
        RESEARCH_ONLY,
    ),
    "antelopev2": Source(
        (Download(f"{RELEASE}/antelopev2.zip", "8e182f14fc6e80b3bfa375b33eb6cff7ee05d8ef7633e738d1c89021dcf0c5c5"),),
        361,
        RESEARCH_ONLY,
    ),
    "auraface": Source(
        (
            Download(f"{AURAFACE}/glintr100.onnx", "a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60"),
            Download(
                f"{AURAFACE}/scrfd_10g_bnkps.onnx", "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91"
            ),
        ),
        278,
        "recogniser Apache-2.0 (fal); the detector beside it is InsightFace's own file, non-commercial research only",
    ),
}
