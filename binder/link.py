"""The Binder link of the lessons, for the address where this repository lies: `make binder`, or python3 binder/link.py [ADDRESS].

Without an address it asks git where this clone came from. This file alone knows what a link looks like; the form of its first part is
Binder's (gh: GitHub, gl: GitLab, git: any other server that Binder reaches over https).
"""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

LESSONS = "voila/render/notebooks/lessons/index.ipynb"
REMOTE = re.compile(
    r"(?:https?://(?:[^/@]*@)?|ssh://(?:[^/@]*@)?|[^/@]+@)(?P<host>[\w.-]+)(?::\d+)?[:/]/?(?P<path>[^?#]+?)/?"
)
SAY = "say where the repository lies: make binder ADDRESS=https://github.com/owner/name"


def link(address: str) -> str:
    """The link; `ValueError` says what is wrong with an address.

    >>> link("git@github.com:us/ours.git")
    'https://mybinder.org/v2/gh/us/ours/HEAD?urlpath=voila%2Frender%2Fnotebooks%2Flessons%2Findex.ipynb'
    """
    found = REMOTE.fullmatch(address.strip())
    path = found["path"].removesuffix(".git") if found else ""
    if found is None or path.count("/") < 1:
        raise ValueError(f"{address or 'nothing'} is no address of a repository that Binder could reach; {SAY}")
    host = found["host"].lower()
    if host == "github.com":
        place = f"gh/{path}"
    elif host == "gitlab.com":
        place = f"gl/{quote(path, safe='')}"
    else:
        place = f"git/{quote(f'https://{host}/{path}.git', safe='')}"
    return f"https://mybinder.org/v2/{place}/HEAD?urlpath={quote(LESSONS, safe='')}"


def origin() -> str:
    """Where this clone came from, as git knows it; "" if it came from nowhere."""
    command = ["git", "-C", str(Path(__file__).parent), "remote", "get-url", "origin"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


def main(words: list[str]) -> int:
    """Print it."""
    address = words[0] if words else origin()
    if not address:
        print(f"error: git knows no address of this clone; {SAY}", file=sys.stderr)
        return 1
    try:
        print(link(address))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
