"""Reads the arguments of a command, without argparse as long as there is nothing to explain.

Importing argparse and filling it takes longer than a plain app takes to load. What is
wrong with the arguments is told in its words.
"""

from __future__ import annotations

from pa_new_check.project import CannotCheck
from pa_new_shared.later import SimpleNamespace

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Arguments:
    """The arguments that a command takes: the part of argparse that is used here."""

    def __init__(self) -> None:
        self._wanted: dict[str, dict[str, Any]] = {}
        self._defaults: dict[str, object] = {}

    def add(self, *names: str, **settings: Any) -> None:
        """Add arguments that have the same settings, as ``add_argument`` takes them."""
        for name in names:
            self._wanted[name] = settings

    def set_defaults(self, **values: object) -> None:
        """Set values that no argument changes."""
        self._defaults.update(values)

    def parse(self, arguments: list[str]) -> SimpleNamespace:
        """Return the values.

        :raises CannotCheck: if there is something wrong with the arguments.
        """
        values = self._plain(arguments)
        if values is None:
            return self._explained(arguments)
        return SimpleNamespace(**self._defaults, **values)

    def _plain(self, arguments: list[str]) -> dict[str, Any] | None:
        """Return the values, None if argparse has to judge."""
        values = {_key(name): _default(to) for name, to in self._wanted.items()}
        places = [name for name in self._wanted if not name.startswith("-")]
        rest = iter(arguments)
        for text in rest:
            if not text.startswith("-"):
                name, value = places.pop(0) if places else "", text
            else:
                name, equals, value = text.partition("=")
                if self._wanted.get(name, {}).get("action") == "store_true":
                    if equals:
                        return None
                    values[_key(name)] = True
                    continue
                if not equals:
                    value = next(rest, "-")
                    if value.startswith("-"):
                        return None
            settings = self._wanted.get(name)
            if settings is None or value not in settings.get("choices", (value,)):
                return None
            try:
                read = settings.get("type", str)(value)
            except ValueError:
                return None
            is_list = settings.get("action") == "append"
            values[_key(name)] = [*values[_key(name)], read] if is_list else read
        return None if places else values

    def _explained(self, arguments: list[str]) -> SimpleNamespace:
        """Let argparse read the arguments, or tell what is wrong with them."""
        import argparse

        class Parser(argparse.ArgumentParser):
            """A parser whose errors become part of the report."""

            def error(self, message: str) -> NoReturn:
                raise CannotCheck("usage", message)

        parser = Parser("pa_new_check", add_help=False, allow_abbrev=False)
        parser.set_defaults(**self._defaults)
        for name, settings in self._wanted.items():
            if settings.get("action") == "append":
                settings = {"default": [], **settings}
            parser.add_argument(name, **settings)
        return parser.parse_args(arguments, SimpleNamespace())


def _key(name: str) -> str:
    """Return the name of an argument's value."""
    return name.lstrip("-").replace("-", "_")


def _default(settings: dict[str, Any]) -> Any:
    """Return the value of an argument that is not given."""
    without: dict[Any, object] = {"append": [], "store_true": False}
    return settings.get("default", without.get(settings.get("action")))
