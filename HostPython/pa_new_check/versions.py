"""Versions of Python: what their standard libraries lack, and which ones are admitted."""

from __future__ import annotations

import os
import sys

from pa_new_shared.later import re

# Modules of the standard library that not every Python on PythonAnywhere has.
_ADDED = {"tomllib": (3, 11), "zoneinfo": (3, 9), "graphlib": (3, 9)}
_REMOVED = {
    **dict.fromkeys(("formatter", "parser", "symbol"), (3, 10)),
    "binhex": (3, 11),
    **dict.fromkeys(("asynchat", "asyncore", "distutils", "imp", "smtpd"), (3, 12)),
    **dict.fromkeys(
        (
            *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr"),
            *("lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev"),
            *("pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
        ),
        (3, 13),
    ),
}


def change_of_library(module: str, python: tuple[int, int]) -> str:
    """Return why a Python's standard library lacks a module, "" if it has it."""
    if module in _ADDED and python < _ADDED[module]:
        return "was added in Python {}.{}".format(*_ADDED[module])
    if module in _REMOVED and python >= _REMOVED[module]:
        return "was removed in Python {}.{}".format(*_REMOVED[module])
    return ""


def standard_library() -> frozenset[str]:
    """Return the names of the standard library's modules in this interpreter."""
    names = getattr(sys, "stdlib_module_names", None)
    if names is None:  # before Python 3.10
        import sysconfig

        paths = [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")]
        paths += [f"{path}/lib-dynload" for path in paths]
        # As pkgutil.iter_modules(), which takes 20 ms.
        names = {
            name.partition(".")[0]
            for path in paths
            for name in (os.listdir(path) if os.path.isdir(path) else ())
            if name.endswith((".py", ".so"))
            or os.path.isfile(os.path.join(path, name, "__init__.py"))
        }
        names |= set(sys.builtin_module_names)
    return frozenset(names) | frozenset(_ADDED) | frozenset(_REMOVED)


def admits(versions: str, python: tuple[int, int]) -> bool:
    """Tell whether a specifier such as ``>=3.9,<4`` admits any release of a Python."""
    for clause in versions.split(","):
        match = re.fullmatch(
            r"\s*(~=|===?|!=|<=?|>=?|\^)\s*(\d{1,9}(?:\.\d{1,9}){0,9})(\.\*)?\s*",
            clause,
        )
        if not match:
            continue  # not understood: ignore it
        sign, star = match[1], match[3]
        parts = [int(number) for number in match[2].split(".")]
        wanted = (parts[0], parts[1] if len(parts) > 1 else 0)
        exact = len(parts) > 2
        if sign == ">=" and python < wanted:
            return False
        if sign == ">" and (python < wanted or (python == wanted and not exact)):
            return False
        if sign == "<" and (python > wanted or (python == wanted and not exact)):
            return False
        if sign == "<=" and python > wanted:
            return False
        if sign in ("==", "==="):
            same = python[: len(parts)] == tuple(parts)[:2]
            if not (same if star or exact or len(parts) > 1 else python == wanted):
                return False
        if sign == "!=" and star and python[: len(parts)] == tuple(parts)[:2]:
            return False
        if sign == "~=":
            if python < wanted or python[0] != wanted[0]:
                return False
            if exact and python != wanted:
                return False
        if sign == "^" and (python < wanted or python[0] != wanted[0]):
            return False
    return True
