"""Open a container with FFmpeg safely: this file only, never a playlist, an address or a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from workbench.errors import FootageError

__all__ = ["LARGEST_SIDE", "PLACING", "choose_stream", "open_container", "packets", "refuse_addresses", "video_tracks"]

LARGEST_SIDE = 16384
PLACING = ("avi", "asf")  # containers that time packets, and not the pictures in them

# Only formats that carry their pictures inside themselves. Left out on purpose: hls, dash, concat, sdp, image2,
# lavfi and their like, which open other files, addresses or devices that an evidence file may name.
_FORMATS = """
3g2 3gp amr aac ac3 aiff apng asf asf_o av1 avi caf cavsvideo dhav dirac dv eac3 evc flac flv gif gxf h261 h263
h264 hevc ifv ivf kux live_flv lxf m4v matroska mjpeg mj2 mov mp3 mp4 m4a mpeg mpegts mpegvideo mpjpeg mxf nsv nut
obu ogg pva rm roq smjpeg swf vc1 vc1test vvc wav webm wtv xmv yuv4mpegpipe
""".split()

_SAFE = {"protocol_whitelist": "file", "format_whitelist": ",".join(_FORMATS)}
_DECODER = {"max_pixels": str(LARGEST_SIDE * LARGEST_SIDE)}
_ADDRESS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+):/{1,2}[^/]")  # pathlib folds "//" into "/"
_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"<?xml", b"<MPD", b"[playlist]", b"[Reference]", b"v=0")
_FAILURES_IN_A_ROW = 50  # a container that cannot be read on after so many attempts has ended


def refuse_addresses(path: Path | str) -> None:
    """`FootageError` for an address such as `rtsp://...`; the address is not repeated: it may hold a password."""
    found = _ADDRESS.match(str(path))
    if found and not Path(path).exists():
        raise FootageError(
            f"{found[1].lower()}:// is an address, and footage is a file or a folder of images; "
            f"use `workbench watch` for a live source, or save the recording first"
        )


def open_container(path: Path) -> InputContainer:
    """The container, opened literally: spaces, quotes, `%d`, `concat:` or a dash in its name mean nothing."""
    try:
        return av.open(
            f"file:{path}", "r", container_options=dict(_SAFE), options=dict(_DECODER), metadata_errors="replace"
        )
    except (av.FFmpegError, ValueError) as error:
        raise FootageError(_why(path, error)) from None


def video_tracks(container: InputContainer) -> list[VideoStream]:
    """The video streams of a container; cover art is not video."""
    return [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]


def choose_stream(container: InputContainer, path: Path) -> VideoStream:
    """The video stream with the largest picture."""
    videos = video_tracks(container)
    if not videos and _lacks_index(path):
        raise FootageError(_cut(path))
    if not videos:
        raise FootageError(f"{path.name!r} has no video ({_inventory(container)}); give the file with the pictures")
    known = [stream for stream in videos if stream.codec_context is not None]
    if not known:
        raise FootageError(f"{path.name!r} has video in a codec that is unknown here; convert it to H.264 first")
    best = max(known, key=lambda stream: stream.width * stream.height)  # the first of equals
    if max(best.width, best.height) > LARGEST_SIDE:
        raise FootageError(
            f"{path.name!r} claims pictures of {best.width}x{best.height}; the limit is {LARGEST_SIDE} px a side: "
            f"scale the footage down first, or copy it again if it is damaged"
        )
    return best


def packets(
    container: InputContainer, *streams: Any, later: Callable[[], object] = lambda: None
) -> Iterator[Packet[Any]]:
    """All packets with content; damage in the container is stepped over, its end is the end.

    later : called at the end if a track began after the file was opened, which cannot be read
    """
    failures, placed = 0, _placed(container)
    while failures < _FAILURES_IN_A_ROW:
        try:
            for packet in container.demux(*streams):
                failures = 0
                if packet.stream_index in placed:
                    packet.pts = packet.dts
                if packet.size:  # an empty packet would put the decoder into its final flush
                    yield packet
            return
        except av.FFmpegError:
            failures += 1
        except IndexError:  # what PyAV says at the end if a track began that it does not know
            failures += 1
            later()


def _placed(container: InputContainer) -> frozenset[int]:
    """Streams whose pictures are shown at the places of their packets, though FFmpeg takes them for those of the packets after.

    An AVI or ASF has no other times, and a place may be empty: a picture that was dropped.
    """
    if container.format.name not in PLACING:
        return frozenset()
    contexts = ((stream.index, stream.codec_context) for stream in container.streams.video)
    return frozenset(at for at, one in contexts if one and one.name in ("h264", "hevc") and not one.has_b_frames)


def _inventory(container: InputContainer) -> str:
    kinds = [stream.type for stream in container.streams]
    return ", ".join(f"{kinds.count(kind)} {kind}" for kind in dict.fromkeys(kinds)) or "no streams at all"


def _why(path: Path, error: Exception) -> str:
    """One line for a file that FFmpeg would not open, from what the file itself looks like."""
    name = repr(path.name)
    head = _head(path)
    if not head:
        return f"{name} is empty (0 bytes); copy it again from its source"
    if head.lstrip(b"\xef\xbb\xbf \r\n").startswith(_PLAYLISTS):
        return f"{name} is a playlist or description that points at other files; give those files themselves"
    if _lacks_index(path):
        return _cut(path)
    if _is_text(head):
        return f"{name} is text, not footage; check which file was meant"
    reason = getattr(error, "strerror", None) or str(error)
    return f"{name} is not footage that can be read here ({reason}); try to play it, or convert it to MP4 first"


def _cut(path: Path) -> str:
    return (
        f"{path.name!r} has lost its index (the moov box): the recording or copy was cut before its end; "
        f"copy it again, or rebuild the index with a tool such as untrunc and an intact file of the same camera"
    )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _is_text(head: bytes) -> bool:
    return all(byte >= 32 or byte in b"\t\r\n\f" for byte in head)


def _lacks_index(path: Path) -> bool:
    """Walk the top-level boxes of an MP4 or MOV file: media but no complete `moov`."""
    names: set[bytes] = set()
    position, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while position + 8 <= size and len(names) < 100:
            file.seek(position)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if not head[4:8].isalnum() or (length < 8 and length != 0):
                break
            whole = length == 0 or position + length <= size
            names.add(head[4:8] if whole or head[4:8] != b"moov" else b"half")
            position += length or size
    return bool(names & {b"ftyp", b"mdat"}) and b"moov" not in names
