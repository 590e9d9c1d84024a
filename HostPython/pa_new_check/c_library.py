"""Calls functions of the C library as Python's own ``ctypes`` does.

That module takes longer to import than these functions take. This also runs in the process
that loads the app.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class CLibrary:
    """The C library of this process: its functions are attributes."""

    def __init__(self, ctypes: Any) -> None:
        """Open it.

        :param ctypes: the module ``_ctypes``.
        """

        class Number(ctypes._SimpleCData):  # type: ignore[misc]
            """What the functions return: an ``int``."""

            _type_ = "i"

        class Function(ctypes.CFuncPtr):  # type: ignore[misc]
            """A function that is called without other threads running, as a fork needs it."""

            _flags_ = ctypes.FUNCFLAG_CDECL | ctypes.FUNCFLAG_PYTHONAPI
            _restype_ = Number

        self._type = Function
        self._handle = ctypes.dlopen(None, 0)
        self._find = ctypes.dlsym

    def __getattr__(self, name: str) -> Callable[..., int]:
        """Return a function.

        :raise AttributeError: if the library does not have it.
        """
        try:
            address = self._find(self._handle, name)
        except OSError as problem:
            raise AttributeError(name) from problem
        function = self._type(address)

        def call(*arguments: int | bytes | None) -> int:
            return int(function(*arguments))

        return call
