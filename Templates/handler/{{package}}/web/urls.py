"""The URLs of routes with names, and of static files, which change with the files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from .errors import log
from .project import FOLDER, find_inside, is_preview

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed.wsgi import WSGIEnvironment

STATIC = FOLDER / "static"

_MAX_NEAR = 3  # How many routes a message names.

_LITERAL = re.compile(r"[^\\.^$*+?{}\[\]|()]|\\[^A-Za-z0-9]", re.DOTALL)


def reverse(
    patterns: Mapping[str, re.Pattern[str]], name: str, args: Sequence[object]
) -> str:
    """Return the path that leads to a route, percent-encoded and without the mount.

    :param patterns: the patterns of the routes that have names.
    :param name: the name of the route.
    :param args: the values of the pattern's groups, in order; None leaves out a group
        that can be left out.
    """
    if name not in patterns:
        from .hints import unknown_route

        raise ValueError(unknown_route(name, patterns))
    pattern = patterns[name]
    if len(args) != pattern.groups:
        raise TypeError(
            f"the route {name!r} has {pattern.groups} groups, and got {len(args)} values:"
            " give reverse_url one value for each group"
        )
    values = [None if value is None else str(value) for value in args]
    path, number = "", 0
    for part in _parts(pattern.pattern, name):
        if part is None:
            path += values[number] or ""
            number += 1
        else:
            path += part
    match = pattern.fullmatch(path)
    if match is None or list(match.groups()) != values:
        raise ValueError(f"the route {name!r} does not match {path!r}")
    if any(part in (".", "..") for part in path.split("/")):
        raise ValueError(f"browsers shorten the path {path!r} of the route {name!r}")
    # A path that starts with "//" would be a URL of another site.
    encoded = quote(path)
    return "/%2F" + encoded[2:] if encoded.startswith("//") else encoded


def _parts(pattern: str, name: str) -> Iterator[str | None]:
    """Return the parts of a pattern: its literal texts, and None for each group."""
    position = 0
    while position < len(pattern):
        literal = _LITERAL.match(pattern, position)
        if literal:
            yield literal[0][-1]
            position = literal.end()
        elif re.compile(r"\((?!\?)|\(\?P<").match(pattern, position):
            yield None
            position = _end_of_group(pattern, position)
            position += pattern.startswith("?", position)
        else:
            raise ValueError(
                f"the pattern of the route {name!r} needs a group around what varies: "
                f"{pattern[position:]}"
            )


def _end_of_group(pattern: str, position: int) -> int:
    """Return the place behind a group that starts at a position, and has no groups."""
    is_set = False
    while True:
        position += 1
        character = pattern[position]
        if character == "\\":
            position += 1
        elif is_set:
            is_set = character != "]"
        elif character == "[":
            is_set = True
            # The first character of a set can be a "]".
            position += pattern.startswith("^", position + 1)
            position += pattern.startswith("]", position + 1)
        elif character == "(":
            raise ValueError(f"a group in a group: {pattern}")
        elif character == ")":
            return position + 1


def near_routes(path: str, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    """Return the routes that a path without a route may mean, the nearest first.

    :returns: their paths as people write them, such as ``/items/<id>``.
    """
    from .hints import nearest

    candidates: dict[str, str] = {}
    for pattern in patterns:
        shown = _shown(pattern)
        parts, given = shown.split("/"), path.split("/")
        if len(parts) == len(given):
            # What a group captures can be anything.
            pairs = zip(parts, given)
            parts = [(own or part) if "<" in part else part for part, own in pairs]
        candidates.setdefault("/".join(parts)[1:], shown)
    near: list[str] = []
    while len(near) < _MAX_NEAR:
        found = nearest(path[1:], sorted(candidates, key=len))
        if not found:
            break
        near.append(candidates.pop(found))
    return near


def _shown(pattern: re.Pattern[str]) -> str:
    """Return the pattern of a route with the names of its groups, if it can be told."""
    names = {number: name for name, number in pattern.groupindex.items()}
    path, number = "", 0
    try:
        for part in _parts(pattern.pattern, ""):
            number += part is None
            path += f"<{names.get(number, 'value')}>" if part is None else part
    except (ValueError, IndexError):
        return pattern.pattern
    return path


def static_url(environ: WSGIEnvironment, path: str) -> str:
    """Return the URL of a static file, with the start of its digest.

    A missing file has a URL, too, without a digest; the error log tells it.
    """
    file = find_inside(STATIC, path)
    if file is None:
        from .hints import wrong_static_path

        raise ValueError(wrong_static_path(path))
    url = "/static/" + quote(path)
    try:
        version = 0
        if is_preview():
            version = file.stat().st_mtime_ns
        return f"{url}?v={_digest(file, version)}"
    except OSError as error:
        from .hints import missing_static
        from .tracebacks import place_of_call

        problem = f"{error.strerror}{missing_static(STATIC, path)}{place_of_call()}"
        log(environ, f"static_url: static/{path} cannot be read: {problem}")
        return url


@lru_cache(maxsize=1024)
def _digest(file: Path, version: int) -> str:
    """Return the first 12 digits of the digest of a file, which is read once a worker.

    :param version: the time of the last change if the file can change, else 0.
    """
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(64 * 1024):
            digest.update(chunk)
    return digest.hexdigest()[:12]
