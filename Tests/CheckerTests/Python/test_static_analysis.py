"""Abstract values: what the static analysis knows of the names in a file."""

from __future__ import annotations

import ast
import sys
import unittest

from support import CHECKER, project

sys.path.insert(0, str(CHECKER))

from pa_new_check import placement
from pa_new_check.placement import Known
from pa_new_check.project import find
from pa_new_check.static_analysis.analysis import Analysis, analyze
from pa_new_check.static_analysis.names import library_name
from pa_new_check.static_analysis.values import (
    AbstractValue,
    Class,
    Coroutine,
    Function,
    Instance,
    Items,
    LibraryValue,
    Literal,
    ModuleValue,
    PathLiteral,
    Unknown,
)
from pa_new_check.syntax import binds


def analyzed(source: str, **files: str) -> Analysis:
    """Return the analysis of an entry file, and of modules by their names."""
    sources = {f"{name}.py": text for name, text in files.items()}
    with project({"entry.py": source, **sources}) as folder:
        place = placement.place(find(folder, "entry.py"), Known())
        return analyze(place, (3, 13))


def value(source: str, **files: str) -> AbstractValue:
    """Return what ``x`` stands for at the end of an entry file."""
    module = analyzed(source, **files).modules[0]
    return module.scope.names["x"]


class ValuesTest(unittest.TestCase):
    """The value of a name, by the code that binds it."""

    def test_kinds(self) -> None:
        for source, kind in (
            ("x = 1", Literal),
            ("x = None", Literal),
            ("x = [1]", Items),
            ("x = unknown()", Unknown),
            ("from pathlib import Path\nx = Path('a')", PathLiteral),
            ("import os\nx = os", LibraryValue),
            ("import other\nx = other", ModuleValue),
            ("def x(): pass", Function),
            ("async def f(): pass\nx = f()", Coroutine),
            ("class x: pass", Class),
            ("class C: pass\nx = C()", Instance),
            ("class C:\n    def m(self): pass\nx = C().m", Function),
        ):
            with self.subTest(source):
                self.assertIs(type(value(source, other="")), kind)

    def test_texts(self) -> None:
        path = "from pathlib import Path\nimport os\nP = Path('/a/b')\n"
        for source, text in (
            ("x = 'a' + 'b'", "ab"),
            ("y = 'a'\nx = f'{y}b'", "ab"),
            ("x = 'a'\nx += 'b'", "ab"),
            ("x = 'a' if 1 == 1 else 'b'", "a"),
            ("x = 'a' if f() else 'b'", None),
            (f"{path}x = P / 'c'", "/a/b/c"),
            (f"{path}x = P.parent", "/a"),
            (f"{path}x = P.name", "b"),
            (f"{path}x = P.with_name('c')", "/a/c"),
            (f"{path}x = P.joinpath('c', 'd').resolve()", "/a/b/c/d"),
            (f"{path}x = P.joinpath(f())", None),
            (f"{path}x = os.path.join('/a', 'b')", "/a/b"),
            (f"{path}x = os.path.dirname(os.path.abspath('/a/b'))", "/a"),
            (f"{path}x = str(P)", "/a/b"),
            ("def f(y='a'): return y\nx = f()", "a"),
            ("def f(y='a'): return y\nx = f('b')", "b"),
            ("def f(y): return y\nx = f(y='b')", "b"),
            ("def f(z, y='a'): return y\nx = f('b')", "a"),
            ("x = f'{unknown}b'", None),
            ("from other import y as x", "from other"),
            ("from other import *\nx = y", "from other"),
            ("import other\nx = other.y", "from other"),
        ):
            with self.subTest(source):
                found = value(source, other="y = 'from other'\n")
                content = found.content if isinstance(found, Literal) else None
                self.assertEqual(content, text)

    def test_origins(self) -> None:
        for source, origin in (
            ("from flask import Flask\nx = Flask(__name__)", "flask.Flask()"),
            ("import flask as f\nx = f.Flask().run", "flask.Flask().run"),
            ("x = open", "open"),
            ("open = 1\nx = open", ""),
            ("from nowhere import *\nx = open", ""),
            (
                "def f():\n    import flask\n    return flask.Flask()\nx = f()",
                "flask.Flask()",
            ),
            ("if f():\n    import flask as x\nelse:\n    x = None", ""),
            (
                "import threading\nclass C(threading.Thread): pass\nx = C().start",
                "threading.Thread().start",
            ),
        ):
            with self.subTest(source):
                self.assertEqual(value(source).origin, origin)


class NamesTest(unittest.TestCase):
    """Names in code that only a request runs."""

    def test_library_name(self) -> None:
        head = "import flask\nfrom time import sleep as nap\nfrom nowhere import *\n"
        for code, name in (
            ("flask.Flask(1).run", "flask.Flask().run"),
            ("nap", "time.sleep"),
            ("open", "open"),
            ("other", ""),
            ("other.open", ""),
            ("x" + ".a" * 100, ""),
        ):
            with self.subTest(code):
                module = analyzed(head).modules[0]
                node = ast.parse(code, mode="eval").body
                self.assertEqual(library_name(node, module), name)

    def test_binds(self) -> None:
        for code, is_bound in (
            ("app = 1", True),
            ("other = app = 1", True),
            ("app: int = 1", True),
            ("def app(): pass", True),
            ("async def app(): pass", True),
            ("class app: pass", True),
            ("import app", True),
            ("import other as app", True),
            ("from other import app", True),
            ("from other import app as other", False),
            ("app.run()", False),
            ("app.name = 1", False),
            ("other = app", False),
        ):
            with self.subTest(code):
                self.assertEqual(binds(ast.parse(code).body[0], "app"), is_bound)


if __name__ == "__main__":
    unittest.main()
