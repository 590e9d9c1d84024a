"""Paths that code builds with :mod:`os.path` and :mod:`pathlib`."""

from __future__ import annotations

import os

from pa_new_check import known_apis
from pa_new_check.static_analysis.values import (
    AbstractValue,
    LibraryValue,
    Literal,
    PathLiteral,
    text_of,
)

_METHODS = known_apis.PATH_METHODS | frozenset(
    ("resolve", "absolute", "expanduser", "joinpath", "with_name", "exists")
)


def path_attribute(owner: PathLiteral, name: str) -> AbstractValue | None:
    """Return an attribute of a known path, None if it is not needed here."""
    if name == "parent":
        return PathLiteral(os.path.dirname(owner.text))
    if name == "name":
        return Literal(os.path.basename(owner.text))
    if name in _METHODS:
        return LibraryValue(f"pathlib.Path().{name}", owner)
    return None


def path_call(
    origin: str, owner: AbstractValue | None, arguments: list[AbstractValue]
) -> Literal | None:
    """Return the path or text that a library call returns, None if it is not known.

    :param origin: the library's name for the called function.
    :param owner: the path whose method it is.
    """
    texts = [text for text in map(text_of, arguments) if text is not None]
    if origin.startswith("pathlib.Path().") and owner is not None:
        if not isinstance(owner, PathLiteral):
            return None
        are_known = len(texts) == len(arguments)
        return _method_call(origin.rpartition(".")[2], owner.text, texts, are_known)
    if len(texts) != len(arguments):
        return None
    if origin in ("pathlib.Path", "pathlib.PurePath"):
        return PathLiteral(os.path.join(*texts) if texts else ".")
    if not texts:
        return None
    if origin == "os.path.join":
        return Literal(os.path.join(*texts))
    if origin in ("os.path.abspath", "os.path.realpath", "os.path.normpath"):
        return Literal(os.path.normpath(texts[0])) if texts[0] else None
    if origin == "os.path.dirname":
        return Literal(os.path.dirname(texts[0]))
    if origin == "os.path.expanduser":
        return Literal(os.path.expanduser(texts[0]))
    if origin in ("str", "os.fspath"):
        return Literal(texts[0])
    return None


def _method_call(
    method: str, owner: str, texts: list[str], are_known: bool
) -> PathLiteral | None:
    """Return the path that a method of a path returns, None if it is not known."""
    if method in ("resolve", "absolute"):
        return PathLiteral(owner)
    if method == "joinpath" and are_known:
        return PathLiteral(os.path.join(owner, *texts))
    if method == "with_name" and are_known and len(texts) == 1:
        return PathLiteral(os.path.join(os.path.dirname(owner), texts[0]))
    return None
