"""An RTSP server of GStreamer on loopback that plays one H.264 MP4 over and over, and prints when it sent which frame.

Run by `live_desk.py` with the system's Python (`python3-gi gir1.2-gst-rtsp-server-1.0`). The stream is not encoded
again; the time of each frame is taken where it leaves for the network's packets, in nanoseconds of the system's clock.
"""

import sys
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
FILE, PORT = sys.argv[1], sys.argv[2]


class Street(GstRtspServer.RTSPMediaFactory):
    """The file, paced, again from its beginning when it ends."""

    def do_create_element(self, _url):
        line = (
            f"multifilesrc location={FILE} loop=true ! h264parse config-interval=1 ! video/x-h264,stream-format=byte-stream,alignment=au,"
            "framerate=25/2 ! identity name=pace ! rtph264pay name=pay0 pt=96"
        )
        pipeline = Gst.parse_launch(f"( {line} )")
        pace = pipeline.get_by_name("pace")
        pace.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, self.sent)
        self.count, self.began = 0, time.monotonic()
        return pipeline

    def sent(self, _pad, info):
        """Give each frame its time, wait until it is due, and say when it was sent."""
        buffer = info.get_buffer()
        period = 2 * Gst.SECOND // 25
        buffer.pts = buffer.dts = self.count * period
        buffer.duration = period
        time.sleep(max(0.0, self.began + self.count / 12.5 - time.monotonic()))
        print(self.count, time.monotonic_ns(), flush=True)
        self.count += 1
        return Gst.PadProbeReturn.OK


def unhurried(_factory, media):
    """Let each frame go at once: else a part of GStreamer waits after `sent`, as long as the client took to begin (20 ms and more)."""

    def apart(media, _state):
        parts = media.get_element().get_parent().iterate_recurse()
        while (found := parts.next())[0] == Gst.IteratorResult.OK:
            if found[1].get_name().startswith("appsink"):
                found[1].set_property("sync", False)

    media.connect("new-state", apart)


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service(PORT)
factory = Street()
factory.set_shared(True)
factory.connect("media-configure", unhurried)
server.get_mount_points().add_factory("/street", factory)
server.attach(None)
print("ready", flush=True)
GLib.MainLoop().run()
