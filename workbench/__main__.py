"""Where the command begins: its parts take most of a second to load, and Ctrl-C must not be answered with a traceback meanwhile."""

from __future__ import annotations

import signal

__all__ = ["main"]


def main() -> None:
    """Load the command line and run it. Ctrl-C until then ends the process without a word, as nothing was begun (130 to a shell)."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody else's business
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from workbench import cli

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


if __name__ == "__main__":
    main()
