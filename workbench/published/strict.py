"""Frozen dataclasses read from JSON strictly: what is missing, unknown or of another kind is one line that names its place."""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from workbench.errors import InputError

__all__ = ["read", "to_json"]

T = TypeVar("T")
WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def read(kind: type[T], value: Any, where: str) -> T:
    """`value`, parsed from JSON, as a `kind`; `where` names it in an error, such as "bundle.json: found.alerts".

    >>> read(tuple[int, ...], [1, 2], "list")
    (1, 2)
    """
    return _value(kind, value, where)


def to_json(value: Any) -> Any:
    """What `read` reads back: dataclasses as objects, tuples as lists."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = (each for each in dataclasses.fields(value) if each.init)
        return {each.name: to_json(getattr(value, each.name)) for each in fields if not each.metadata.get("apart")}
    if isinstance(value, Mapping):
        return {str(name): to_json(each) for name, each in value.items()}
    return [to_json(each) for each in value] if isinstance(value, tuple | list) else value


def _value(kind: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):  # only ever `X | None`
        return None if value is None else _value(inner[0], value, where)
    if origin is tuple:
        _expect(isinstance(value, list), "a list", value, where)
        return tuple(_value(inner[0], each, f"{where}[{place}]") for place, each in enumerate(value))
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(value, dict), "an object", value, where)
        return {name: _value(inner[1], each, f"{where}.{name}") for name, each in value.items()}
    if kind is Any:
        return value
    return _object(kind, value, where) if dataclasses.is_dataclass(kind) else _plain(kind, value, where)


def _plain(kind: type, value: Any, where: str) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    _expect(type(value) is kind, WORDS[kind], value, where)
    _expect(kind is not float or math.isfinite(value), "a finite number", value, where)
    return value


def _object(kind: Any, value: Any, where: str) -> Any:
    _expect(isinstance(value, dict), "an object", value, where)
    kinds, later = _kinds(kind), _later(kind)
    if missing := [name for name in kinds if name not in value and name not in later]:
        raise InputError(f"{where} lacks {', '.join(missing)}; publish the case again")
    if unknown := sorted(set(value) - set(kinds)):
        raise InputError(f"{where} has {', '.join(map(repr, unknown))}, which is unknown; was it altered?")
    return kind(**{name: _value(each, value[name], f"{where}.{name}") for name, each in kinds.items() if name in value})


def _later(kind: Any) -> set[str]:
    """Fields that have a default because they were added later."""
    return {each.name for each in dataclasses.fields(kind) if each.default is not dataclasses.MISSING}


@cache
def _kinds(kind: Any) -> dict[str, Any]:
    """Fields that are in the JSON, with their types."""
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in dataclasses.fields(kind) if not each.metadata.get("apart")}


def _expect(right: bool, what: str, value: Any, where: str) -> None:
    if not right:
        raise InputError(f"{where} is {str(value)[:40]!r}, expected {what}")
