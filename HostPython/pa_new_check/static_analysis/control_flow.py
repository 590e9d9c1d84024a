"""Exceptions that end an import or a function; the interpreter catches them."""

from __future__ import annotations


class ImportEnds(Exception):
    """The import ends at this statement."""


class ImportFails(Exception):
    """A module is missing, and the code catches the ImportError."""


class FunctionReturns(Exception):
    """The function ends at this statement."""
