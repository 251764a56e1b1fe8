"""A published result for managers: its sentences and numbers, and the threshold explorer over the same passes.

`python -m widgets.result_page DIR FILE` writes it as one page that needs no server; `workbench publish --page` starts that.
"""

from __future__ import annotations

import sys
from pathlib import Path

from widgets.threshold_explorer import ThresholdExplorer
from workbench.errors import WorkbenchError
from workbench.html import STYLE, card, note
from workbench.published.bundle import Bundle
from workbench.published.folder import read_bundle

__all__ = ["main", "save_result", "what_if", "what_if_words"]

WHAT_IF = (
    "Every dot of the curve and both heaps are passes of people in this footage. Move the line: the sentence below it says what "
    "that threshold would have meant. It changes nothing; a threshold is chosen, with a reason, in the laboratory."
)


def what_if_words(bundle: Bundle) -> str:
    """What stands above the explorer: how to read it, and what it takes for true."""
    taken = bundle.trials.assumption
    return f"{WHAT_IF} Its numbers take for true: {taken}." if taken else WHAT_IF


def what_if(bundle: Bundle) -> ThresholdExplorer:
    """The explorer over the passes that were published, without a face or a name."""
    inputs = {"watchlist": float(max(bundle.looked_for.people, 1))}
    return ThresholdExplorer(
        bundle.trials, threshold=bundle.threshold.value, inputs=inputs, title="What if the line were elsewhere?"
    )


def save_result(bundle: Bundle, path: Path | str) -> Path:
    """The result as one HTML file: no kernel, and no request that leaves it."""
    above = (bundle._repr_html_() + card("Another threshold", note(what_if_words(bundle)))).replace(
        f"<style>{STYLE}</style>", ""
    )
    title = f"{bundle.case.name}: {bundle.case.purpose}"
    return what_if(bundle).save(path, alerts=False, above=above, style=STYLE, title=title)


def main() -> int:
    """Write the page; one line if it cannot be."""
    try:
        save_result(read_bundle(sys.argv[1]), sys.argv[2])
    except (WorkbenchError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
