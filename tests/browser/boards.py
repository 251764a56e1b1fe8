"""Live boards in a kernel of their own: a scripted pack, a clip played in real time, a case made on the spot."""

from pathlib import Path

import widgets
from tests.fakes import FakePack, Seen
from tests.footage_factory import make_clip
from tests.live_cases import begin, ready_case
from workbench.case import Case
from workbench.live import preparing


def someone(index):
    """Somebody who is listed comes after two seconds and stays."""
    return [Seen(0, 40, 40)] if index >= 10 else []


def board(folder, officer="A. Ng"):
    """A board over a deployment of three minutes at five frames a second; a second kernel on the same case begins another one."""
    preparing.load_pack = lambda *_, **__: FakePack(someone)
    folder = Path(folder)
    case = (
        Case(folder / "case") if (folder / "case").exists() else ready_case(folder / "case", "Ada Quail", "Mara Lind")
    )
    clip = folder / "street.mp4"
    return widgets.LiveBoard(begin(case, clip if clip.exists() else make_clip(clip, 900, rate=5)), officer=officer)
