"""Imported by each script of this folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def tell(call: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Print what a call returns or raises, without the numbers of the system."""
    try:
        print(repr(call(*arguments, **options)))
    except Exception as error:  # noqa: BLE001 - each script has to come to its end
        number = f"[Errno {getattr(error, 'errno', None)}] "
        print(type(error).__name__, str(error).replace(number, ""))
