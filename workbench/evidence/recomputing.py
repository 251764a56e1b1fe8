"""The notebook that computes a score again from the enclosed crops: its arithmetic is spelled out, for everybody to check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

__all__ = ["notebook"]

INTRO = """# The score, computed again

This notebook takes the aligned crops of this bag and nothing of the case. It embeds them with the named model pack, computes
the score as the scan did, and compares it with the recorded one. Needed are `second-look` and the same pack; the next cell says
whether its files are the ones that were used."""

PACK = """import json
from pathlib import Path

import numpy as np
import workbench as wb
from PIL import Image

facts = json.loads(Path(FOLDER, "alert.json").read_text(encoding="utf-8"))
pack = wb.load_pack(PACK)
print(pack.space.sha == facts["settings"]["space"], pack.card.name, pack.card.licence)"""

EMBED = """crops = {
    kind: np.stack([np.asarray(Image.open(Path(FOLDER, face["crop"])).convert("RGB")) for face in facts[kind]])
    for kind in ("probe", "references")
}
probe, references = pack.embed(crops["probe"]), pack.embed(crops["references"])
probe.shape, references.shape"""

SCORE = """quality = np.array([face["quality"] for face in facts["probe"]])
fused = (probe * np.maximum(quality, 1e-3)[:, None]).sum(axis=0)
fused = fused / np.linalg.norm(fused)
score = ((fused @ references.T).max() + (probe @ references.T).max()) / 2
score"""

COMPARE = """difference = abs(float(score) - facts["score"])
print(f"recorded {facts['score']:.6f}, computed again {score:.6f}, difference {difference:.6f}")
print("within the stated tolerance" if difference <= facts["tolerance"] else "NOT within the stated tolerance", facts["tolerance"])"""

WORDS = """Each crop becomes a template, a vector of length 1. The templates of the track's faces are averaged, weighted by their quality.
The score is the mean of two cosines: that of the average with the person's best reference, and the best one of any single
face with any reference."""

LOG = """## The log

`audit.json` holds the hash of every entry of the case's log and the contents of those that concern these alerts. Each content
must give its hash and follow upon the one before; the last hash must be the head, and the head be signed. Compare the public
key with one that you had from elsewhere: a key in the same bag proves nothing by itself."""

CHAIN = """import hashlib

log = json.loads(Path("audit.json").read_text(encoding="utf-8"))
hashes, parts = ["0" * 64, *log["hashes"]], ("number", "at", "who", "action", "about", "wrote", "previous")
for entry in log["entries"]:
    whole = json.dumps([entry[part] for part in parts], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(whole.encode()).hexdigest() == entry["hash"] == hashes[entry["number"]], entry["number"]
    assert entry["previous"] == hashes[entry["number"] - 1], entry["number"]
assert log["head"]["count"] == len(log["hashes"]) and log["head"]["hash"] == hashes[-1]
print(len(log["entries"]), "of", len(log["hashes"]), "entries disclosed; each is in its place before the head")"""

SIGNED = """from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

head = log["head"]
text = f"second-look head {head['count']} {head['hash']}".encode()
if head["public_key"]:
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"])).verify(bytes.fromhex(head["signature"]), text)
print("signed with the key " + head["public_key"] if head["public_key"] else "NOT SIGNED: this case has no key")"""

MEANS = """What agrees here is arithmetic: these crops and this pack give this score. Whether two pictures show one person is
concluded by people; a score does not say it."""


def notebook(folders: Sequence[str], packs: Sequence[str]) -> str:
    """The notebook as text, one part for each alert's folder; `packs` are the packs' names."""
    cells = [_prose(INTRO)]
    for folder, pack in zip(folders, packs, strict=True):
        number = int(folder.rsplit("/", 1)[-1])
        given = (
            f"FOLDER = {json.dumps(folder)}\nPACK = {json.dumps(pack)}  # its name here, or the path of a folder or zip"
        )
        cells += [_prose(f"## Alert {number}"), _code(given), _code(PACK), _prose(WORDS)]
        cells += [_code(EMBED), _code(SCORE), _code(COMPARE)]
    cells += [_prose(MEANS), _prose(LOG), _code(CHAIN), _code(SIGNED)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": [cell | {"id": f"cell-{place:03d}"} for place, cell in enumerate(cells)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1)


def _prose(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": text}
