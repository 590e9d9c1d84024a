"""Replaces what opens files: ``os.open``, ``open`` and ``io.FileIO``."""

from __future__ import annotations

import os
from abc import ABCMeta

from pa_new_check.sandbox_path_calls import ABSENT, as_text

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

    from pa_new_check.sandbox_path_calls import Replace
    from pa_new_check.sandbox_translation import Paths


def replace_files(paths: Paths, io: Any, replace: Replace) -> None:
    """Replace the functions and the class; ``io`` is the module in C."""
    _replace_descriptors(paths, replace)
    system_open = os.open

    def opener_for(path: Any) -> Any:
        """Return an opener if the path is another one here, else none.

        With it, the host's path stays the name of the file, also in errors.
        """
        path = as_text(path)
        try:
            known = paths.real(path)
        except OSError:
            known = None  # the opener raises it again, with the path's name
        if known is path:
            return None

        def opener(name: Any, flags: int) -> int:
            try:
                follow = _follows(flags)
                place = known if known and follow else paths.real(path, follow)
                return system_open(place, flags, 0o666)
            except OSError as error:
                error.filename = path
                raise

        return opener

    def open_file(
        original: Any,
        file: Any,
        mode: Any = "r",
        buffering: Any = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: Any = True,
        opener: Any = None,
    ) -> Any:
        opener = opener or opener_for(file)
        return original(
            file, mode, buffering, encoding, errors, newline, closefd, opener
        )

    class FileIO(io.FileIO, metaclass=ABCMeta):  # type: ignore[misc]
        def __init__(
            self, file: Any, mode: Any = "r", closefd: Any = True, opener: Any = None
        ) -> None:
            opener = opener or opener_for(file)
            super().__init__(file, mode, closefd, opener)

        @classmethod
        def __subclasshook__(cls, other: type) -> Any:
            # What ``open`` makes is not of this class, but of the original one.
            if cls is FileIO and original_kind in other.__mro__:
                return True
            return NotImplemented

    original_kind = io.FileIO
    FileIO.__module__, FileIO.__qualname__ = "_io", "FileIO"
    replace(io.open, open_file)
    replace(io.FileIO, FileIO)


def _replace_descriptors(paths: Paths, replace: Replace) -> None:
    """Replace ``os.open``."""

    def open_descriptor(
        original: Any, path: Any = ABSENT, /, *arguments: Any, **options: Any
    ) -> int:
        if path is ABSENT:
            if "path" not in options:
                return int(original(*arguments, **options))
            path = options.pop("path")
        path = as_text(path)
        flags = arguments[0] if arguments else options.get("flags")
        try:
            place = paths.real(path, _follows(flags), options.get("dir_fd"))
            return int(original(place, *arguments, **options))
        except OSError as error:
            error.filename = path
            raise

    replace(os.open, open_descriptor)


def _follows(flags: Any) -> bool:
    """Tell whether opening with some flags follows a link at the end of a path."""
    if not isinstance(flags, int):
        return True
    is_new = flags & os.O_CREAT and flags & os.O_EXCL
    return not (is_new or flags & os.O_NOFOLLOW)
