"""Weight files that are known by their SHA-256: who made them, whether one may use them, and what was measured with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbench.models.pack import StartingThreshold

__all__ = ["KNOWN_FILES", "KnownFile", "licence_of", "origin_of"]

RESEARCH_ONLY = "non-commercial research only (InsightFace); other use needs a licence from InsightFace"
APACHE = "Apache-2.0"


@dataclass(frozen=True)
class KnownFile:
    """One weight file.

    what : the network, in words
    origin : who made the weights
    licence : in words that decide whether one may use them
    start : where a slider starts when this file recognises, or None where nobody measured it
    smallest_face : px below which this file must not compare faces, or None where nobody measured it
    """

    what: str
    origin: str
    licence: str
    start: StartingThreshold | None = None
    smallest_face: int | None = None


_FOAMLIU_ON_ORL = StartingThreshold(
    score=0.42,
    fpir=0.01,
    listed=20,
    measured_on="ORL, 40 people x 10 portraits: 20 enrolled with one portrait, the other 20 as strangers; SCRFD-500M; "
    "500 random splits taken together (FPIR of one split 0 to 0.035, TPIR 0.996)",
    stranger=0.07,
)

KNOWN_FILES: Mapping[str, KnownFile] = {
    "5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a": KnownFile(
        "SCRFD-500M detector", "InsightFace", RESEARCH_ONLY
    ),
    "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91": KnownFile(
        "SCRFD-10G detector", "InsightFace", RESEARCH_ONLY
    ),
    "4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43": KnownFile(
        "ResNet-50 on WebFace600K", "InsightFace", RESEARCH_ONLY
    ),
    "9cc6e4a75f0e2bf0b1aed94578f144d15175f357bdc05e815e5c4a02b319eb4f": KnownFile(
        "MobileFaceNet on WebFace600K", "InsightFace", RESEARCH_ONLY
    ),
    "4ab1d6435d639628a6f3e5008dd4f929edf4c4124b1a7169e1048f9fef534cdf": KnownFile(
        "ResNet-100 on Glint360K", "InsightFace", RESEARCH_ONLY
    ),
    "a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60": KnownFile(
        "AuraFace ResNet-100", "fal, AuraFace v1", APACHE
    ),
    "4aa1c4f5c730cb12c45df70c94b6d94fbbc56e01854df9d66236f13f5274aff3": KnownFile(
        "MobileFaceNet, 128-d, normalisation inside", "foamliu", APACHE, start=_FOAMLIU_ON_ORL, smallest_face=32
    ),
}


def origin_of(files: Mapping[str, str]) -> str:
    """Who made each of `files` (name -> SHA-256), and what it is."""
    made = {name: f"{known.origin} ({known.what})" for name, known in _known(files)}
    return "; ".join(f"{name}: {made.get(name, 'unknown')}" for name in files)


def licence_of(files: Mapping[str, str]) -> str:
    """The licence of each of `files` (name -> SHA-256): one if they share it, otherwise all, never the kindest of them."""
    stated = {name: known.licence for name, known in _known(files)}
    licences = {name: stated.get(name, "not stated, ask whoever gave you the file") for name in files}
    if len(set(licences.values())) == 1:
        return next(iter(licences.values()))
    return "; ".join(f"{name}: {licence}" for name, licence in licences.items())


def _known(files: Mapping[str, str]) -> list[tuple[str, KnownFile]]:
    return [(name, KNOWN_FILES[sha]) for name, sha in files.items() if sha in KNOWN_FILES]
