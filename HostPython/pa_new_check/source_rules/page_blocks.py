"""Rules about the blocks of layouts: what a template writes into one that is not there."""

from __future__ import annotations

from pa_new_check.rules import Finding
from pa_new_shared.text import listed, plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Union

    from pa_new_mustache.nodes import Node, Partial

    # The nodes of a template by its path below templates/, None if they are not known.
    Find = Callable[[str], Union[list[Node], None]]  # noqa: UP007 - for 3.9

_MAX_FILES = 50  # that one layout is made of
_MAX_SHOWN = 5


def judge(
    nodes: list[Node], text: str, file: str, end: str, find: Find
) -> Iterator[Finding]:
    """Yield a finding for each block that the layout of a template does not have.

    :param nodes: the template's own.
    :param text: its text.
    :param file: its name in the report.
    :param end: the extension of the templates that it names without one.
    """
    for parent in _parents(nodes):
        layout = path_of(parent.name, end)
        names = _blocks(layout, find)
        if names is None:
            continue
        for block in parent.blocks.values():
            if block.name in names:
                continue
            what = f"The layout templates/{plain(layout)} has no block `{plain(block.name)}`"
            line = text.count("\n", 0, block.offset) + 1
            yield Finding(
                "page-mistake",
                file,
                line,
                what,
                _fix(block.name, sorted(names), layout),
                consequence="What is in it is on no page.",
            )


def path_of(name: str, end: str) -> str:
    """Return the path of a template that another one names.

    :param end: its extension, if the name has none.
    """
    return name if "." in name.rpartition("/")[2][1:] else name + end


def _parents(nodes: list[Node]) -> Iterator[Partial]:
    """Yield the uses of layouts, wherever they are."""
    from pa_new_mustache.nodes import Partial

    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.nodes
        if isinstance(node, Partial) and node.blocks:
            yield node


def _blocks(layout: str, find: Find) -> set[str] | None:
    """Return the names of the blocks of a layout and its parts, None if not all are known."""
    from pa_new_mustache.nodes import Block, Partial

    names: set[str] = set()
    waiting, seen = [layout], {layout}
    while waiting:
        path = waiting.pop()
        nodes = find(path)
        if nodes is None or len(seen) > _MAX_FILES:
            return None
        inside = list(nodes)
        while inside:
            node = inside.pop()
            inside += node.nodes
            if isinstance(node, Block):
                names.add(node.name)
            elif isinstance(node, Partial):
                end = path[path.rfind(".") :] if "." in path else ".html"
                other = path_of(node.name, end)
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return names


def _fix(name: str, names: list[str], layout: str) -> str:
    """Return the advice: the nearest block, or those that are there."""
    from difflib import get_close_matches  # takes a while to import

    near = next(iter(get_close_matches(name, names, 1, 0.6)), "")
    near = near or (names[0] if len(names) == 1 else "")
    if near:
        return f"Write `{{{{${plain(near)}}}}}...{{{{/{plain(near)}}}}}`."
    if names:
        shown = listed([f"`{plain(one)}`" for one in names[:_MAX_SHOWN]])
        return f"Write one of its blocks: {shown}."
    return (
        f"Write `{{{{${plain(name)}}}}}{{{{/{plain(name)}}}}}` into templates/"
        f"{plain(layout)}, where it is to be."
    )
