"""Paths as those of :mod:`pathlib`, which takes 4 ms to import, for what a check uses of them.

The rest comes from :mod:`pathlib` itself, which is imported then.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any
else:

    class Path:
        """A path, with ``/`` between its parts; it is equal to one of :mod:`pathlib`."""

        __slots__ = ("_text", "parts")

        def __init__(self, *pieces: str | os.PathLike[str]) -> None:
            """Join the pieces: an absolute one replaces those before it."""
            text = os.path.join(*pieces) if pieces else ""
            root = "/" if text.startswith("/") else ""
            if text.startswith("//") and not text.startswith("///"):
                root = "//"  # POSIX keeps exactly two
            below = [part for part in text.split("/") if part not in ("", ".")]
            self.parts = ((root,) if root else ()) + tuple(below)
            self._text = root + "/".join(below) or "."

        def __fspath__(self) -> str:
            return self._text

        def __str__(self) -> str:
            return self._text

        def __repr__(self) -> str:
            return f"Path({self._text!r})"

        def __truediv__(self, other: str | os.PathLike[str]) -> Path:
            return Path(self, other)

        def __rtruediv__(self, other: str) -> Path:
            return Path(other, self)

        # Comparing.

        def __eq__(self, other: object) -> bool:
            if not isinstance(other, Path) and not _is_of_pathlib(other):
                return NotImplemented
            return self._text == os.fspath(other)

        def __hash__(self) -> int:
            return hash(self.parts if sys.version_info < (3, 12) else self._text)

        def __lt__(self, other: Any) -> bool:
            return self.parts < other.parts

        def __le__(self, other: Any) -> bool:
            return self.parts <= other.parts

        def __gt__(self, other: Any) -> bool:
            return self.parts > other.parts

        def __ge__(self, other: Any) -> bool:
            return self.parts >= other.parts

        # Parts.

        @property
        def name(self) -> str:
            last = self.parts[-1] if self.parts else ""
            return "" if last.startswith("/") else last

        @property
        def stem(self) -> str:
            return self.name[: len(self.name) - len(self.suffix)]

        @property
        def suffix(self) -> str:
            place = self.name.rfind(".")
            return self.name[place:] if 0 < place < len(self.name) - 1 else ""

        @property
        def parent(self) -> Path:
            return Path(*self.parts[:-1]) if self.name else self

        @property
        def parents(self) -> tuple[Path, ...]:
            found: list[Path] = []
            above = self
            while above.name:
                above = above.parent
                found.append(above)
            return tuple(found)

        def as_posix(self) -> str:
            return self._text

        def joinpath(self, *pieces: str | os.PathLike[str]) -> Path:
            return Path(self, *pieces)

        def with_name(self, name: str) -> Path:
            if not self.name:
                raise ValueError(f"{self!r} has an empty name")
            return self.parent / name

        def with_suffix(self, suffix: str) -> Path:
            return self.with_name(self.stem + suffix)

        def relative_to(self, other: str | os.PathLike[str]) -> Path:
            above = Path(other).parts
            is_other_kind = not above and self._text.startswith("/")
            if self.parts[: len(above)] != above or is_other_kind:
                raise ValueError(f"{self._text!r} is not below {os.fspath(other)!r}")
            return Path(*self.parts[len(above) :])

        # The disk.

        def exists(self) -> bool:
            return os.path.exists(self._text)

        def is_file(self) -> bool:
            return os.path.isfile(self._text)

        def is_dir(self) -> bool:
            return os.path.isdir(self._text)

        def is_symlink(self) -> bool:
            return os.path.islink(self._text)

        def stat(self, **options: bool) -> os.stat_result:
            return os.stat(self._text, **options)

        def resolve(self, strict: bool = False) -> Path:
            """Follow all links; a loop of links is an OSError, as in Python 3.13."""
            text = os.path.realpath(self._text)
            if strict:
                os.stat(text)
            return Path(text)

        def iterdir(self) -> Iterator[Path]:
            return (self / name for name in os.listdir(self._text))

        def glob(self, pattern: str) -> Iterator[Path]:
            """Yield what matches a pattern, as ``pathlib`` does: hidden files, too."""
            parts = pattern.split("/")
            if all(
                not set(part[1:]) & set("*?[") and part[:1] not in "?["
                for part in parts
            ):
                return self._glob(*parts)
            return map(Path, self.__getattr__("glob")(pattern))

        def _glob(self, first: str, *more: str) -> Iterator[Path]:
            """Yield what matches names, which may have one star, at the beginning."""
            names = [first]
            if first.startswith("*"):
                try:
                    listed = os.listdir(self._text)
                except OSError:
                    return
                names = [name for name in listed if name.endswith(first[1:])]
            for name in names:
                place = self / name
                if more and place.is_dir():
                    yield from place._glob(*more)
                elif not more and (name != first or place.exists()):
                    yield place

        def rglob(self, pattern: str) -> Iterator[Path]:
            """Yield what matches a pattern, also in the folders below."""
            if not self.is_dir():
                return iter(())
            return map(Path, self.__getattr__("rglob")(pattern))

        def __getattr__(self, name: str) -> Any:
            """Return what only ``pathlib`` has."""
            import pathlib

            return getattr(pathlib.Path(self._text), name)

    def _is_of_pathlib(other: object) -> bool:
        module = sys.modules.get("pathlib")
        return module is not None and isinstance(other, module.PurePath)


__all__ = ["Path"]
