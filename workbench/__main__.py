"""Where the command begins: its parts take most of a second to load, and Ctrl-C must not be answered with a traceback meanwhile."""

from __future__ import annotations

import os
import signal
import sys

__all__ = ["main"]


def main() -> None:
    """Load the command line and run it. Ctrl-C until then ends the process without a word, as nothing was begun (130 to a shell)."""
    _open_what_is_closed()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody else's business
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from workbench import cli

    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


def _open_what_is_closed() -> None:
    """Have stdin, stdout and stderr, where some of them were closed (`2>&-`): a file of a case that was opened in the place of
    one would get what libraries write there. Processes that are started from here have them too.
    """
    while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(handle, True)
        name, mode = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))[handle]
        setattr(sys, name, os.fdopen(handle, mode, encoding="utf-8", closefd=False))
    os.close(handle)


if __name__ == "__main__":
    main()
