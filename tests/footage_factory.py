"""Small clips made with PyAV whose frames say which they are: ten black or white blocks are the index in binary."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, BLOCK, BITS = 160, 96, 16, 10


def picture(index: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: the index in the first 16 lines, below a soft texture that moves with the index."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    image = np.stack(
        [
            128 + 70 * np.sin((x + 3 * index) / 9) * np.cos(y / 7),
            128 + 70 * np.sin((y + 2 * index) / 11),
            128 + 70 * np.cos((x + y - index) / 13),
        ],
        axis=-1,
    )
    for bit in range(BITS):
        image[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 * (index >> bit & 1)
    return image.astype(np.uint8)


def number(image: NDArray[np.uint8]) -> int:
    """The index that a picture shows, whatever became of its size."""
    height, width = image.shape[:2]
    y, step = round(BLOCK / 2 * height / HEIGHT), width / BITS
    return sum(int(image[y, int((bit + 0.5) * step)].mean() > 127) << bit for bit in range(BITS))


def make_clip(
    path: Path,
    frames: int | Iterable[NDArray[np.uint8]] = 50,
    *,
    codec: str = "libx264",
    rate: int | Fraction = 25,
    pix_fmt: str = "yuv420p",
    gop: int = 12,
    times: Sequence[int] | None = None,
    tick: Fraction | None = None,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    format: str | None = None,
    turn: tuple[float, bool, bool] | None = None,
    aspect: Fraction | None = None,
    **context: Any,
) -> Path:
    """Encode `frames` pictures (or those given) into a file; `times` are presentation times in units of `tick`."""
    pictures = [picture(i) for i in range(frames)] if isinstance(frames, int) else list(frames)
    with av.open(f"file:{path}", "w", format=format, options=container or {}) as output:
        stream = output.add_stream(codec, rate=rate, options=options or quick(codec))
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.codec_context.gop_size = pix_fmt, gop
        stream.codec_context.time_base = tick or 1 / Fraction(rate)
        if turn:
            stream.set_display_rotation(*turn)
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        for name, value in context.items():
            setattr(stream.codec_context, name, value)
        for index, image in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(image).reformat(format=pix_fmt)
            frame.pts, frame.time_base = (times[index] if times else index), tick or 1 / Fraction(rate)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    if codec == "libsvtav1" and hasattr(os, "sched_setscheduler"):
        # run by root, SVT-AV1 puts the whole process under the real-time scheduler, and all that it starts from then on
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return path


def quick(codec: str) -> dict[str, str]:
    """Encoder options for small tests: fast, and silent."""
    return {
        "libx264": {"preset": "ultrafast", "bf": "2", "threads": "1"},
        "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=1"},
        "libsvtav1": {"preset": "12"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
        "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    }.get(codec, {})


def repeat(piece: Path, file: Path, times: int, length: float) -> None:
    """A clip of `length` seconds, `times` over, packet by packet."""
    with av.open(str(file), "w") as out:
        stream = None
        for number in range(times):
            with av.open(str(piece)) as source:
                video = source.streams.video[0]
                if stream is None:
                    stream = out.add_stream_from_template(video)
                shift = int(Fraction(number) * Fraction(length) / video.time_base)
                for packet in source.demux(video):
                    if packet.dts is not None and packet.pts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, stream
                        out.mux(packet)


def turn_pictures(path: Path, file: Path, start: float = 0.0) -> Path:
    """A copy of an H.264 file whose key frames from `start` on say that they, and what follows, are turned by 90 degrees."""
    quarter = bytes.fromhex("00000007 062f0308000980")
    with av.open(str(path)) as source, av.open(str(file), "w") as output:
        stream = output.add_stream_from_template(source.streams.video[0])
        for packet in (each for each in source.demux(video=0) if each.size):
            turned = packet.is_keyframe and packet.pts * packet.time_base >= start
            sent = av.Packet(quarter + bytes(packet) if turned else bytes(packet))
            sent.pts, sent.dts, sent.time_base = packet.pts, packet.dts, packet.time_base
            sent.is_keyframe, sent.stream = packet.is_keyframe, stream
            output.mux(sent)
    return file


def cut(path: Path, share: float, to: Path) -> Path:
    """The first `share` of a file's bytes."""
    data = path.read_bytes()
    to.write_bytes(data[: int(len(data) * share)])
    return to


def damage(path: Path, at: float, to: Path, length: int = 400, seed: int = 1) -> Path:
    """A copy with `length` random bytes written over the file at the share `at`."""
    data = bytearray(path.read_bytes())
    place = int(len(data) * at)
    data[place : place + length] = np.random.default_rng(seed).bytes(length)
    to.write_bytes(bytes(data))
    return to
