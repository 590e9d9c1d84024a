"""What stands for modules of the standard library does what they do."""

from __future__ import annotations

import ast
import contextlib
import functools
import re
import unittest
from collections.abc import Iterator
from pathlib import Path

from pa_new_shared import later


class TreeTest(unittest.TestCase):
    """Syntax trees."""

    def test_same_nodes_in_the_same_order(self) -> None:
        for file in sorted(Path(__file__).parent.glob("test_[a-e]*.py")):
            text = file.read_text(encoding="utf-8")
            tree = later.ast.parse(text, str(file))
            self.assertEqual(ast.dump(tree), ast.dump(ast.parse(text)))
            nodes = list(ast.walk(tree))
            self.assertEqual(list(later.ast.walk(tree)), nodes)
            for node in nodes:
                self.assertEqual(
                    list(later.ast.iter_child_nodes(node)),
                    list(ast.iter_child_nodes(node)),
                )

    def test_version(self) -> None:
        text = "x: int = 1\n"
        later.ast.parse(text, feature_version=(3, 6))
        with self.assertRaises(SyntaxError) as caught:
            later.ast.parse(text, "a.py", feature_version=(3, 5))
        self.assertEqual(caught.exception.filename, "a.py")

    def test_rest_is_of_the_module(self) -> None:
        node = later.ast.parse("a + 1").body[0]
        self.assertEqual(later.ast.unparse(node), "a + 1")
        self.assertIs(later.ast.Name, ast.Name)
        self.assertEqual(
            later.re.IGNORECASE | later.re.DOTALL, re.IGNORECASE | re.DOTALL
        )
        self.assertEqual(later.re.sub("a", "b", "aa"), "bb")
        self.assertEqual(later.re.escape("a.b"), re.escape("a.b"))
        with self.assertRaises(AttributeError):
            getattr(later.re, "nothing")  # noqa: B009 - mypy knows that it is not there

    def test_code_of_a_node(self) -> None:
        for code in ("a", "a.b.c", "a().b", "(1).real", "(a + b).c", "a[0].b", "'x'.b"):
            node = later.ast.parse(code).body[0]
            assert isinstance(node, ast.Expr)
            found, expected = later.ast.unparse(node.value), ast.unparse(node.value)
            self.assertEqual(found, expected)


class PatternTest(unittest.TestCase):
    """Regular expressions."""

    def test_escape(self) -> None:
        text = "".join(map(chr, range(0x300)))
        self.assertEqual(later.re.escape(text), re.escape(text))
        self.assertEqual(later.re.escape(""), "")


@later.contextlib.contextmanager
def changing() -> Iterator[None]:
    """Raise another exception for that of the block."""
    try:
        yield
    except ValueError as error:
        raise KeyError("other") from error


class ManagerTest(unittest.TestCase):
    """Context managers, compared with those of contextlib."""

    def test_suppressed(self) -> None:
        for module in (later.contextlib, contextlib):
            for wanted in ((), (KeyError,), (LookupError, OSError)):
                with self.subTest(module, wanted=wanted):
                    is_kept = KeyError not in wanted and LookupError not in wanted
                    with contextlib.ExitStack() as stack:
                        if is_kept:
                            stack.enter_context(self.assertRaises(KeyError))
                        with module.suppress(*wanted):
                            raise KeyError("a")

    def test_generator(self) -> None:
        for module in (later.contextlib, contextlib):
            told: list[str] = []

            @module.contextmanager
            def manager(
                name: str, is_caught: bool = False, told: list[str] = told
            ) -> Iterator[str]:
                try:
                    yield name
                except ValueError:
                    told.append("caught")
                    if not is_caught:
                        raise
                finally:
                    told.append("end")

            with manager("a") as name:
                told.append(name)
            with manager("b", is_caught=True):
                raise ValueError("b")
            for error in (ValueError, SystemExit):
                with self.assertRaises(error), manager("c"):
                    raise error("c")
            with self.assertRaises(KeyError), changing():
                raise ValueError("d")
            wanted = ["a", "end", "caught", "end", "caught", "end", "end"]
            self.assertEqual(told, wanted, module)


class CacheTest(unittest.TestCase):
    """What is computed once."""

    def test_cached(self) -> None:
        for module in (later.functools, functools):
            calls: list[object] = []

            class Own:
                @module.cached_property
                def size(self, calls: list[object] = calls) -> int:
                    calls.append(self)
                    return len(calls)

            first, second = Own(), Own()
            sizes = (first.size, second.size, first.size)
            self.assertEqual((*sizes, len(calls)), (1, 2, 1, 2))

            @module.cache
            def double(number: int, calls: list[object] = calls) -> int:
                calls.append(number)
                return 2 * number

            self.assertEqual([double(4), double(5), double(4)], [8, 10, 8])
            self.assertEqual(calls[2:], [4, 5])


if __name__ == "__main__":
    unittest.main()
