"""What ``.gitignore`` files name, for a project that is in no git repository.

Such a project has the file, too: generated ones name the folders with the app's data there. In
a repository, git itself is asked. The form is that of gitignore(5).
"""

from __future__ import annotations

import codecs
import os

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    _Item = TypeVar("_Item")
    _Matcher = Callable[[_Item], bool]

NAME = ".gitignore"
_MAX_BYTES = 1_000_000  # of a file; what is longer is no list of a person's
_ANY_FOLDERS = "**"


class _Rule:
    """One line of a file."""

    def __init__(
        self,
        below: str,
        segments: list[_Matcher[str] | None],
        is_folder: bool,
        ignores: bool,
    ) -> None:
        self.below = below
        """The folder that the file lies in, "" for the project's own, else with a slash."""
        self.segments = segments
        """What the parts of a path have to be, None for any number of folders."""
        is_name = len(segments) == 2 and segments[0] is None
        self.name = segments[1] if is_name else None
        """What the last part has to be, if that alone decides; else None."""
        self.is_folder = is_folder
        """Whether it is for folders alone."""
        self.ignores = ignores
        """Whether it ignores; else it takes back what an earlier line ignores."""


class IgnoreFiles:
    """The lines of a project's ``.gitignore`` files, in the order in which they count."""

    def __init__(self, project: str) -> None:
        self._project = project
        self._rules: list[_Rule] = []

    def read(self, below: str) -> None:
        """Read the file of a folder, if it has one; those above it come before.

        :param below: the folder's path in the project, "" for the project's own.
        """
        place = os.path.join(self._project, below, NAME)
        try:
            if not os.path.isfile(place) or os.path.getsize(place) > _MAX_BYTES:
                return
            with open(place, "rb") as file:
                text = file.read().removeprefix(codecs.BOM_UTF8)
        except OSError:
            return
        base = _bytes(below) + "/" if below else ""
        lines = text.decode("latin-1").split("\n")
        self._rules += [rule for line in lines if (rule := _rule(line, base))]

    def ignores(self, path: str, is_folder: bool) -> bool:
        """Tell whether a file or folder is ignored, if the folders above it are not."""
        path = _bytes(path)
        name = path.rpartition("/")[2]
        for rule in reversed(self._rules):
            if rule.is_folder and not is_folder or not path.startswith(rule.below):
                continue
            # Most rules are names in any folder, and a project can have 100,000 files.
            if rule.name is not None:
                if rule.name(name):
                    return rule.ignores
                continue
            parts = path[len(rule.below) :].split("/")
            if _matches(rule.segments, parts, lambda segment, part: segment(part)):
                return rule.ignores
        return False


def _bytes(path: str) -> str:
    """Return the bytes of a path, which git compares, as a text with a character for each."""
    return os.fsencode(path).decode("latin-1")


def _rule(line: str, below: str) -> _Rule | None:
    """Return the rule that a line is, None for a comment or an empty line."""
    text = line.removesuffix("\r")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    ignores = not text.startswith("!")
    text = text if ignores else text[1:]
    is_folder = text.endswith("/")
    text = text.removesuffix("/")
    if not text:
        return None
    names = text.split("/")
    if len(names) == 1:
        names = [_ANY_FOLDERS, *names]  # in any folder
    elif not names[0]:
        names = names[1:]
    segments = [None if name == _ANY_FOLDERS else _name(name) for name in names]
    if names[-1] == _ANY_FOLDERS:
        segments.append(_name("*"))  # what is in the folder, and not the folder
    return _Rule(below, segments, is_folder, ignores)


def _name(pattern: str) -> _Matcher[str]:
    """Return what tells whether a name matches a pattern with wildcards."""
    plain = pattern.strip("*")
    if not any(character in plain for character in "*?[\\"):
        # The usual ones need no steps.
        if plain == pattern:
            return lambda name: name == plain
        if pattern.startswith("*") and pattern.endswith("*"):
            return lambda name: plain in name
        if pattern.startswith("*"):
            return lambda name: name.endswith(plain)
        return lambda name: name.startswith(plain)
    tokens: list[_Matcher[str] | None] = []
    place = 0
    while place < len(pattern):
        character = pattern[place]
        place += 1
        if character == "*":
            tokens.append(None)
        elif character == "?":
            tokens.append(lambda given: True)
        elif character == "[":
            end = _end_of_class(pattern, place)
            if not end:
                return lambda name: False  # as git reads a pattern that is not whole
            tokens.append(_class(pattern[place:end]))
            place = end + 1
        else:
            if character == "\\" and place < len(pattern):
                character = pattern[place]
                place += 1
            tokens.append(lambda given, wanted=character: given == wanted)  # type: ignore[misc]
    return lambda name: _matches(tokens, name, lambda token, given: token(given))


def _end_of_class(pattern: str, start: int) -> int:
    """Return where ``[...]`` ends, 0 if it does not."""
    place = start + 1 if pattern[start : start + 1] in ("!", "^") else start
    is_first = True  # a bracket at the beginning is one of the characters
    while place < len(pattern) and (is_first or pattern[place] != "]"):
        place += 2 if pattern[place] == "\\" else 1
        is_first = False
    return place if place < len(pattern) else 0


def _class(text: str) -> _Matcher[str]:
    is_in = text[0] not in ("!", "^")
    characters = list(text if is_in else text[1:])
    ranges: list[tuple[str, str]] = []
    while characters:
        first = characters.pop(0)
        if first == "\\" and characters:
            first = characters.pop(0)
        last = first
        if len(characters) > 1 and characters[0] == "-":
            characters.pop(0)
            last = characters.pop(0)
            if last == "\\" and characters:
                last = characters.pop(0)
        ranges.append((first, last))
    return lambda given: any(low <= given <= high for low, high in ranges) == is_in


def _matches(
    pattern: Sequence[_Matcher[_Item] | None],
    items: Sequence[_Item],
    fits: Callable[[_Matcher[_Item], _Item], bool],
) -> bool:
    """Tell whether items match a pattern, in which None stands for any number of them.

    It takes at most as many steps as the product of their lengths.
    """
    place = item = 0
    after_any, again = -1, 0
    while item < len(items):
        if place < len(pattern) and pattern[place] is None:
            after_any, again = place + 1, item
            place += 1
            continue
        matcher = pattern[place] if place < len(pattern) else None
        if matcher is not None and fits(matcher, items[item]):
            place, item = place + 1, item + 1
        elif after_any >= 0:
            again += 1
            place, item = after_any, again
        else:
            return False
    return all(matcher is None for matcher in pattern[place:])
