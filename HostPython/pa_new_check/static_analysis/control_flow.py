"""How statements end what they are in; the interpreter raises these and catches them."""

from __future__ import annotations


class ImportEnds(Exception):
    """The import ends at this statement."""


class ImportFails(Exception):
    """A module is missing, and the code is prepared for that."""


class FunctionReturns(Exception):
    """The function ends at this statement."""
