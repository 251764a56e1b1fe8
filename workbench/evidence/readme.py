"""What lies in a bag, and how somebody who has nothing of ours checks it: plain text, to be read first."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from workbench.evidence.bag import STRANGERS
from workbench.evidence.exhibits import Exhibit
from workbench.evidence.report import Cover
from workbench.evidence.words import CONCLUSION, LIMITS
from workbench.terminal import plain

__all__ = ["readme"]

TEXT = """EVIDENCE FROM A SECOND LOOK CASE

case       {name}
purpose    {purpose}
authority  {authority}
exported   {when} by {by}
reason     {reason}
about      {alerts}

{conclusion}

WHAT IS HERE
  report.html          everything to read, and to print
  {notebook}
  audit.json           excerpt of the log: every entry's hash, the contents of those about these alerts, the signed head
  stamps/              time stamps on the log by somebody else, if there are any; its README.txt says how to check them
  case.json            what the case is for, who exported, when
  alerts/NNNN/         one folder for each alert:
    board.png          probe beside reference, provenance printed below
    probe-N.png        kept faces from the footage, best first, everyone else hidden
    probe-N-crop.png   the aligned crops that were embedded of them
    reference-N.jpg    the listed person's references
    reference-N-crop.png
    comparison-N.png   what somebody compared by eye and kept, if anybody did, settings printed below
    still.jpg          the whole frame, everyone else hidden
    clip-N.mp4         the footage around the best face of alert N, everyone else hidden, without sound; where there is
                       none, report.html says why
    alert.json         all facts: footage, frame, time, scores, list, settings, pack

HOW TO CHECK IT, WITHOUT US
 1. Nothing was changed:      pip install bagit; bagit.py --validate THIS_FOLDER
 2. It is the right bag:      sha256sum THIS_FOLDER/tagmanifest-sha256.txt
    must give the hash that the sender named when the bag was handed over. The sender's case has logged the same hash.
    To the bag belongs what its manifests list. Other files beside data/ are not of the sender, though the bag stays valid
    with them. Run in the bag, this names them, and what was changed or is gone, and prints nothing where all is as it was:
{strangers}
 3. The footage is the same:  sha256sum FOOTAGE must give the SHA-256 that report.html states.
 4. The frame is the same:    ffmpeg -i FOOTAGE -vf "select=eq(n\\,FRAME)" -frames:v 1 frame.png
    with the frame number of report.html shows the picture of still.jpg, without anybody hidden.
 5. The score is what these crops give: install second-look, get the same model pack, and run recompute.ipynb in this
    folder's data/. It says whether the pack's files are the ones that were used.
 6. The log's excerpt is in its place: the last cells of recompute.ipynb, or by hand: an entry's hash is the SHA-256 of
    [number, at, who, action, about, wrote, previous] as JSON without blanks. Ask the sender for the public key by another way.

WHAT IT DOES NOT SHOW
{limits}
"""
WITH = "recompute.ipynb      computes the scores again from the enclosed crops"
WITHOUT = "(no recompute.ipynb: the faces were deleted when they were due, or no crop was kept)"


def readme(cover: Cover, exhibits: Sequence[Exhibit], *, notebook: bool) -> str:
    """The text for one bag."""
    about = cover.about
    return TEXT.format(
        name=plain(about.name),
        purpose=plain(about.purpose),
        authority=plain(about.authority),
        when=cover.when,
        by=plain(cover.by),
        reason=plain(cover.reason) or "none given",
        alerts=", ".join(f"alert {each.held.alert.id}" for each in exhibits),
        conclusion=CONCLUSION,
        strangers=indent(STRANGERS, "    "),
        notebook=WITH if notebook else WITHOUT,
        limits="\n".join(f"  - {line}" for line in LIMITS),
    )
