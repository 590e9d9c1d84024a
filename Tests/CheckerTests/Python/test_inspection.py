"""What the process with the app finds out about the app, without its help."""

from __future__ import annotations

import functools
import sys
import unittest
from types import ModuleType
from typing import Any
from unittest import mock

from pa_new_check import sandbox_inspection


class LibraryTests(unittest.TestCase):
    """The modules of the standard library."""

    def test_module_that_is_loaded_is_not_run_again(self) -> None:
        for name in ("inspect", "re", "os", "sys", "encodings.idna", "_ctypes"):
            with self.subTest(name=name):
                first = sandbox_inspection.library(name)
                order = list(sys.modules)
                self.assertIs(sandbox_inspection.library(name), first)
                self.assertEqual(list(sys.modules), order)

    def test_module_of_the_project_does_not_count(self) -> None:
        own = ModuleType("colorsys")
        of_project = mock.Mock(__spec__=mock.Mock(origin="/home/alice/colorsys.py"))
        of_package = mock.Mock(
            __spec__=mock.Mock(
                origin=f"{sandbox_inspection._python}site-packages/colorsys.py"
            )
        )
        strange = mock.Mock(__spec__=7)
        for name, module in {
            "made by hand": own,
            "of the project": of_project,
            "of a package": of_package,
            "strange": strange,
            "no module": 7,
        }.items():
            changed: dict[str, Any] = {"colorsys": module}
            with self.subTest(name), mock.patch.dict(sys.modules, changed):
                found = sandbox_inspection.library("colorsys")
                self.assertEqual(found.rgb_to_hls(0, 0, 0), (0.0, 0.0, 0.0))
                self.assertIs(sys.modules["colorsys"], module)


def _function(environ: Any, start_response: Any) -> None:
    pass


def _with_more(environ: Any, start_response: Any, more: int = 1) -> None:
    pass


def _one(environ: Any) -> None:
    pass


def _three(scope: Any, receive: Any, send: Any) -> None:
    pass


async def _coroutine(scope: Any, receive: Any, send: Any) -> None:
    pass


def _named(environ: Any, start_response: Any, *, more: int) -> None:
    pass


def _any(*arguments: Any) -> None:
    pass


@functools.wraps(_three)
def _wrapper(environ: Any, start_response: Any) -> None:
    pass


def _calling(function: Any) -> Any:
    """Return an object of a class that has a function as its method."""
    return type("App", (), {"__call__": function})()


def _method(own: Any, environ: Any, start_response: Any) -> None:
    pass


def _method_with_more(
    own: Any, environ: Any, start_response: Any, more: Any = 1
) -> Any:
    pass


def _method_of_three(own: Any, scope: Any, receive: Any, send: Any) -> None:
    pass


async def _method_coroutine(own: Any, scope: Any, receive: Any, send: Any) -> None:
    pass


class _Application:
    def __init__(self, environ: Any, start_response: Any) -> None:
        pass


class _Methods:
    def answer(self, environ: Any, start_response: Any) -> None:
        pass


class InterfaceTests(unittest.TestCase):
    """The kinds of applications."""

    def test_kinds(self) -> None:
        for application, expected in (
            (_function, "wsgi"),
            (_with_more, "wsgi"),
            (_one, "uncallable"),
            (_three, "asgi"),
            (_coroutine, "asgi"),
            (_named, "uncallable"),
            (_any, "wsgi"),
            (_wrapper, "asgi"),  # it says that it takes what the other one takes
            (_Application, "wsgi"),
            (_Methods().answer, "wsgi"),
            (functools.partial(_with_more, more=2), "wsgi"),
            (functools.partial(_three, 1), "wsgi"),
            (_calling(_method), "wsgi"),
            (_calling(_method_with_more), "wsgi"),
            (_calling(_method_of_three), "asgi"),
            (_calling(_method_coroutine), "asgi"),
            (_calling(_one), "uncallable"),
            (_calling(_any), "wsgi"),
            (dict, "wsgi"),
            (7, "uncallable"),
            (None, "uncallable"),
        ):
            with self.subTest(application=application):
                self.assertEqual(sandbox_inspection.interface(application), expected)

    def test_no_module_is_imported_for_most(self) -> None:
        with mock.patch.object(sandbox_inspection, "library") as library:
            for application in (_function, _with_more, _calling(_method)):
                self.assertEqual(sandbox_inspection.interface(application), "wsgi")
        library.assert_not_called()


if __name__ == "__main__":
    unittest.main()
