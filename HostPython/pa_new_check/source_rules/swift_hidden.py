"""Rules about rows of a route table in Swift that an earlier row hides."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_check.source_rules.page_routes import SwiftRow
from pa_new_shared.later import re
from pa_new_shared.patterns import pattern
from pa_new_shared.text import plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator

_CAPTURE = pattern(r"\{\w+\}")
_METHOD = pattern(r"\b(?:get|post|put|patch|delete)[ \t]*:[ \t]*(\w+)\s*\.\s*(\w+)")
_TYPE = pattern(r":\s*([\w.<>?\[\]]+)")


def judge(rows: list[SwiftRow], handlers: dict[str, str]) -> Iterator[Finding]:
    """Yield the rows that no request reaches.

    :param rows: the rows of the table, in their order.
    :param handlers: the code of the handlers, by their names.
    """
    for place, row in enumerate(rows):
        for other in rows[:place]:
            if _hides(other, row) and _takes_texts(other, handlers):
                assert row.path is not None
                assert other.path is not None
                what = (
                    f"No request reaches the route `{plain(row.path)}`: "
                    f"`{plain(other.path)}` in line {other.line} answers it"
                )
                fix = f"Move it above line {other.line}."
                yield Finding("hidden-route", row.file, row.line, what, fix)
                break


def _hides(other: SwiftRow, row: SwiftRow) -> bool:
    """Tell whether an earlier row matches all paths of a row, as texts."""
    if other.path is None or row.path is None or other.file != row.file:
        return False
    if "{" not in other.path:
        return False  # the library itself refuses a row that is there twice
    taken, parts = other.path.split("/"), row.path.split("/")
    if taken[-1].endswith("...}"):
        taken.pop()
        if len(parts) <= len(taken):
            return False
        parts = parts[: len(taken)]
    return len(taken) == len(parts) and all(
        _CAPTURE.fullmatch(one) is not None and part and not part.endswith("...}")
        if "{" in one
        else one == part
        for one, part in zip(taken, parts)
    )


def _takes_texts(row: SwiftRow, handlers: dict[str, str]) -> bool:
    """Tell whether all methods of a row take any text for its captures."""
    methods = _METHOD.findall(row.rest)
    for handler, name in methods:
        code = handlers.get(handler, "")
        found = re.search(rf"\bfunc[ \t]+{re.escape(name)}[ \t]*\(([^)]*)\)", code)
        types = _TYPE.findall(found[1]) if found else []
        if not types or any(kind != "String" for kind in types):
            return False
    return bool(methods)
