"""One string from several small ES modules, because anywidget sends a widget's script to the page as one string.

The rule, short enough to need no bundler and no Node:

- a file under `static/` imports only from its neighbours, by name, on one line: `import { a, b } from "./other.js";`
- it exports by putting `export` before a top-level `function` or `const`
- every imported file is put in once, before the files that need it, as a scope of its own that hands out what it exports:
  `const { a, b } = (() => { ...; return { a, b }; })();`; so only exported names must differ between files,
  and from the names that the entry declares: two alike are refused here, before a browser refuses the whole widget
- the entry's `export default` stays: that is what anywidget calls

The files are ordinary modules all the same, so tests and other tools can import any of them directly.
A widget's style is `theme.css`, the look that all share, and its own file.
"""

from __future__ import annotations

import re
from pathlib import Path

__all__ = ["STATIC", "bundle", "files_of", "style"]

STATIC = Path(__file__).parent / "static"

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(?P<file>[\w.-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (?P<name>\w+))", re.MULTILINE)
_DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|const|let|class) (?P<name>\w+)", re.MULTILINE)


def bundle(entry: str, folder: Path = STATIC) -> str:
    """The module `entry` with everything it imports, as one ES module.

    Raises ImportError where two of its files declare one name at its top level.
    """
    *needed, last = files_of(entry, folder)
    owners: dict[str, str] = {}
    for file, names in [*((file, _EXPORT) for file in needed), (last, _DECLARED)]:
        for found in names.finditer((folder / file).read_text("utf-8")):
            if owners.setdefault(found["name"], file) != file:
                raise ImportError(
                    f"{owners[found['name']]} and {file} both declare {found['name']!r}: rename one of them"
                )
    return "\n".join([*(_scope(folder / name) for name in needed), f"// {last}\n{_without_imports(folder / last)}"])


def style(*own: str, folder: Path = STATIC) -> str:
    """The style sheet of a widget whose own rules are in `own`; its root has the class `sl-widget`."""
    return "\n".join((folder / name).read_text("utf-8") for name in ("theme.css", *own))


def files_of(entry: str, folder: Path = STATIC) -> tuple[str, ...]:
    """The files that `entry` imports, each once and after those it needs itself, then `entry`."""
    done: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            raise ImportError(f"{' -> '.join((*above, name))}: static modules import each other in a circle")
        for needed in _IMPORT.finditer((folder / name).read_text("utf-8")):
            visit(needed["file"], (*above, name))
        if name not in done:
            done.append(name)

    visit(entry, ())
    return tuple(done)


def _scope(path: Path) -> str:
    text = _without_imports(path)
    names = ", ".join(found["name"] for found in _EXPORT.finditer(text))
    return f"// {path.name}\nconst {{ {names} }} = (() => {{\n{_EXPORT.sub('', text)}\nreturn {{ {names} }};\n}})();\n"


def _without_imports(path: Path) -> str:
    return _IMPORT.sub("", path.read_text("utf-8"))
