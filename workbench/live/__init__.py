"""Live deployments: cameras watched, alerts raised on the spot, everybody else forgotten."""

from workbench.live.watching import Watching, watch

__all__ = ["Watching", "watch"]
