"""Modules of the standard library that are imported when something rare of them is used.

Each takes up to 2 ms to import. What the check of a small app uses is in modules in C, or is
written here in a few lines. Use them as ``from pa_new_shared.later import ast, re``.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    import ast
    import contextlib
    import functools
    import re
    import signal
    from collections.abc import Callable, Iterator
    from types import SimpleNamespace
    from typing import Any

    def ours(name: str) -> Any:
        """See below."""
else:
    import _ast
    import _signal

    def _later(name: str, quick: object = None, **known: object) -> Any:
        """Return a stand-in for a module, which imports it for what the stand-in lacks.

        :param quick: the module in C that has most of the attributes.
        :param known: the attributes that are written here.
        """
        module = type(sys)(name)

        def find(attribute: str) -> Any:
            value = getattr(__import__(name), attribute)
            setattr(module, attribute, value)  # so that this is called only once for it
            return value

        known = {**getattr(quick, "__dict__", {}), **known, "__getattr__": find}
        module.__dict__.update(known)
        return module

    def ours(name: str) -> Any:
        """Return a stand-in for one of our modules, which imports it when it is used.

        :param name: its full name.
        """
        module = type(sys)(name)

        def find(attribute: str) -> Any:
            __import__(name)
            return getattr(sys.modules[name], attribute)

        module.__dict__["__getattr__"] = find
        return module

    # Of ast.

    def _walk(node: Any) -> Iterator[Any]:
        """Yield a node and everything below it."""
        todo = [node]
        for one in todo:
            # Without a generator for each node, it is much faster.
            for name in one._fields:
                field = getattr(one, name, None)
                if field.__class__ is list:
                    todo += [item for item in field if isinstance(item, _ast.AST)]
                elif isinstance(field, _ast.AST):
                    todo.append(field)
            yield one

    def _iter_child_nodes(node: Any) -> Iterator[Any]:
        """Yield the nodes directly below a node."""
        for name in node._fields:
            field = getattr(node, name, None)
            if field.__class__ is list:
                for item in field:
                    if isinstance(item, _ast.AST):
                        yield item
            elif isinstance(field, _ast.AST):
                yield field

    def _parse(
        source: bytes | str, filename: str = "<unknown>", feature_version: Any = None
    ) -> Any:
        """Return the syntax tree of a module.

        :param feature_version: two numbers.
        """
        minor = -1 if feature_version is None else feature_version[1]
        flags = _ast.PyCF_ONLY_AST
        return compile(source, filename, "exec", flags, True, _feature_version=minor)

    def _unparse(node: Any) -> str:
        """Return the code of a node: of a name, with dots or without, written here."""
        names: list[str] = []
        inner = node
        while isinstance(inner, _ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        if isinstance(inner, _ast.Name):
            return ".".join([inner.id, *reversed(names)])
        code: str = __import__("ast").unparse(node)
        return code

    # Of re.

    _SPECIAL = {ord(sign): f"\\{sign}" for sign in "()[]{}?*+-|^$\\.&~# \t\n\r\v\f"}

    def _escape(text: str) -> str:
        """Return the pattern for a text."""
        return text.translate(_SPECIAL)

    # Of contextlib.

    class _Suppress:
        """Goes on after the block if one of some exceptions ends it."""

        def __init__(self, *exceptions: type[BaseException]) -> None:
            self._exceptions = exceptions

        def __enter__(self) -> None:
            return None

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:  # noqa: PYI036
            return kind is not None and issubclass(kind, self._exceptions)

    class _Manager:
        """Runs a generator up to its ``yield`` before the block, and the rest after it."""

        def __init__(self, generator: Any) -> None:
            self._generator = generator

        def __enter__(self) -> Any:
            return next(self._generator)

        def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:  # noqa: PYI036
            if kind is None:
                next(self._generator, None)
                return False
            try:
                self._generator.throw(error)
            except StopIteration:
                return True
            except BaseException as other:
                if other is error:
                    return False
                raise
            raise RuntimeError("the generator goes on after an exception")

    def _contextmanager(function: Callable[..., Any]) -> Callable[..., Any]:
        """Make a context manager of a generator function."""
        return lambda *arguments, **named: _Manager(function(*arguments, **named))

    # Of functools.

    class _CachedProperty:
        """A property that is computed once for each object, which keeps the value."""

        def __init__(self, function: Callable[[Any], Any]) -> None:
            self._function = function

        def __get__(self, own: Any, owner: Any = None) -> Any:
            value = self._function(own)
            own.__dict__[self._function.__name__] = value
            return value

    def _cache(function: Callable[..., Any]) -> Callable[..., Any]:
        """Make a function compute its result once for the same arguments."""
        known: dict[tuple[Any, ...], Any] = {}

        def cached(*arguments: Any) -> Any:
            if arguments not in known:
                known[arguments] = function(*arguments)
            return known[arguments]

        return cached

    ast = _later(
        "ast",
        _ast,
        walk=_walk,
        iter_child_nodes=_iter_child_nodes,
        parse=_parse,
        unparse=_unparse,
    )
    contextlib = _later(
        "contextlib", suppress=_Suppress, contextmanager=_contextmanager
    )
    functools = _later("functools", cached_property=_CachedProperty, cache=_cache)
    re = _later("re", ASCII=256, DOTALL=16, IGNORECASE=2, MULTILINE=8, escape=_escape)
    signal = _later("signal", _signal)
    SimpleNamespace = type(sys.implementation)

__all__ = [
    "SimpleNamespace",
    "ast",
    "contextlib",
    "functools",
    "ours",
    "re",
    "signal",
]
