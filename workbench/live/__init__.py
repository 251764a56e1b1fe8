"""Live deployments: cameras watched, alerts raised on the spot, everybody else forgotten."""

from workbench.live.channel import Attached, attach
from workbench.live.starting import watch
from workbench.live.watching import Watching

__all__ = ["Attached", "Watching", "attach", "watch"]
