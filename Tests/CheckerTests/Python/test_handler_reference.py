"""The calls of a handler in ``docs/reference.md``: each that the libraries have, and no other."""

from __future__ import annotations

import ast
import re
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path

from test_routes import handler_library

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/reference.md"
WEB = ROOT / "Templates/handler-swift/Sources/{{module}}/Web"

# The classes of Python whose names a handler has.
CLASSES = ("RequestReader", "ResponseWriter", "Features", "RequestHandler")
# What a route says in Swift, and what the class says in Python.
OF_ROUTES = {"maxBodySize", "checksCSRF", "name", "get", "post", "options"}
# What handlers in Swift do not call: the application does.
INTERNAL = {
    "Request": {"parts", "state", "cookieBytes", "writeFailure", "html", "complete"}
    | {"checkCSRF"},
    "Response": {
        "length",
        "body",
        "flashes",
        "isConditional",
        "isCurrent",
        "selectPart",
    },
}
_MEMBER = re.compile(r"  (?:(?:static|mutating) )*(?:func|var|let) (\w+)")
_OWNER = re.compile(r"(?:extension|struct|protocol|final class) (\w+)")


def tables() -> list[tuple[str, str, str]]:
    """Return the rows of the tables: what for, Python, Swift."""
    text = PAGE.read_text("utf-8").partition("## The calls of a handler\n")[2]
    text = text.partition("\n### Templates\n")[0]
    rows = []
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith(("| what for", "| ---")):
            what, python, swift = line.strip("| ").split(" | ")
            rows.append((what, python, swift))
    return rows


def python_names() -> Iterator[str]:
    """Yield the public names of a handler in Python."""
    for text in handler_library().values():
        for node in ast.parse(text).body:
            if not isinstance(node, ast.ClassDef) or node.name not in CLASSES:
                continue
            for part in node.body:
                if isinstance(part, (ast.FunctionDef, ast.AnnAssign, ast.Assign)):
                    target = (
                        getattr(part, "target", None)
                        or getattr(part, "targets", [part])[0]
                    )
                    yield getattr(target, "name", "") or getattr(target, "id", "")
                if isinstance(part, ast.FunctionDef) and part.name == "__init__":
                    yield from _set_attributes(part)


def _set_attributes(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        is_own = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
        if (
            is_own
            and isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
        ):
            yield node.attr


def swift_names(owner: str) -> Iterator[str]:
    """Yield the names of a type of the library in Swift that is not private."""
    for file in sorted(WEB.glob("*.swift")):
        current = ""
        for line in file.read_text("utf-8").splitlines():
            begun = _OWNER.match(line)
            current = begun[1] if begun else "" if line.startswith("}") else current
            member = _MEMBER.match(line)
            if member and current == owner and "private" not in line:
                yield member[1]


class HandlerReferenceTest(unittest.TestCase):
    """The tables and the libraries."""

    def test_rows(self) -> None:
        self.assertGreater(len(tables()), 60)
        for row in tables():
            self.assertTrue(all(row), row)

    def test_every_name_of_python_has_a_row(self) -> None:
        text = " ".join(python for _, python, _ in tables())
        names = {name for name in python_names() if name and name[0] != "_"}
        self.assertGreater(len(names), 40)
        missing = [
            name for name in sorted(names) if not re.search(rf"\b{name}\b", text)
        ]
        self.assertEqual(missing, [])

    def test_every_name_of_python_exists(self) -> None:
        names = {*python_names(), "get"}
        for what, python, _ in tables():
            for name in re.findall(r"self\.(\w+)", python):
                self.assertIn(name, names, what)

    def test_every_name_of_swift_has_a_row(self) -> None:
        text = " ".join(swift for _, _, swift in tables())
        for owner, least in (("Request", 25), ("Response", 7), ("RequestHandler", 1)):
            names = set(swift_names(owner)) - INTERNAL.get(owner, set())
            self.assertGreaterEqual(len(names), least, owner)
            missing = [n for n in sorted(names) if not re.search(rf"\b{n}\b", text)]
            self.assertEqual(missing, [], owner)

    def test_every_name_of_swift_exists(self) -> None:
        for owner, start in (("Request", r"\brequest"), ("Response", r"\bresponse")):
            names = set(swift_names(owner))
            for what, _, swift in tables():
                for name in re.findall(rf"{start}\.(\w+)", swift):
                    self.assertIn(name, names, what)

    def test_parameters_of_routes_and_the_application(self) -> None:
        text = " ".join(swift for _, _, swift in tables())
        source = (WEB / "Application.swift").read_text("utf-8")
        start = source.index("  init(\n")
        names = re.findall(
            r"^    (\w+): ", source[start : source.index(") {", start)], re.MULTILINE
        )
        self.assertGreater(len(names), 5)
        for name in {*names, *OF_ROUTES}:
            self.assertRegex(text, rf"\b{name}:", name)
        text = " ".join(python for _, python, _ in tables())
        [init] = [
            part
            for node in ast.parse(handler_library()["web/application.py"]).body
            if isinstance(node, ast.ClassDef)
            for part in node.body
            if isinstance(part, ast.FunctionDef) and part.name == "__init__"
        ]
        for name in (argument.arg for argument in init.args.kwonlyargs):
            self.assertRegex(text, rf"\b{name}\b", name)

    def test_python_examples_are_python(self) -> None:
        for what, python, _ in tables():
            for code in re.findall(r"`([^`]+)`", python):
                if code.startswith("{{") or code.isidentifier():
                    continue
                code = code.replace("…", "0")
                if code.startswith(("def ", "if ")) and code.endswith(")"):
                    code += ": ..."
                with self.subTest(what, code=code):
                    ast.parse(code)


if __name__ == "__main__":
    sys.exit(unittest.main())
