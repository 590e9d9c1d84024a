"""Figures of a benchmark: what was measured, against what, and how good it has to be.

Each benchmark prints a table for people. With `--json FILE` it writes its figures, too, and
`all.py` makes one table of those of all benchmarks.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure, and the one that it is compared with.

    A figure without a peer is compared with its target itself; its ratio is the figure.
    """

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float | None
    target: float
    # Whether the peer is divided by ours: how many times less ours is. Otherwise ours is
    # divided by the peer, and the ratio has to be at most the target.
    at_least: bool
    # The median of the ratios of all rounds, where it is not that of the two figures.
    measured_ratio: float | None = None

    @property
    def ratio(self) -> float:
        """What is compared with the target."""
        if self.measured_ratio is not None:
            return self.measured_ratio
        if self.peer_value is None:
            return self.value
        if self.at_least:
            return self.peer_value / self.value
        return self.value / self.peer_value

    @property
    def is_met(self) -> bool:
        """Whether the figure is as good as its target."""
        if self.at_least:
            return self.ratio >= self.target
        return self.ratio <= self.target


class Figures:
    """The figures of one benchmark, in the order in which they were measured."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []
        self.versions: dict[str, str] = {}

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        peer: tuple[str, float] | None = None,
        at_most: float | None = None,
        at_least: float | None = None,
        ratio: float | None = None,
    ) -> bool:
        """Add a figure.

        :param name: what was measured.
        :param value: the figure of pa-new, which is better if it is smaller.
        :param unit: its unit, and that of the peer.
        :param peer: the name of what was measured beside it, and its figure.
        :param at_most: how many times the peer's the figure may be.
        :param at_least: how many times the figure the peer's must be.
        :param ratio: the median of the ratios of all rounds (default: that of the figures).
        :returns: whether the target is met.
        """
        if (at_most is None) == (at_least is None):
            raise ValueError(f"{name}: a figure has one target")
        peer_name, peer_value = peer or ("", None)
        target = at_least if at_most is None else at_most
        assert target is not None
        figure = Figure(
            name,
            value,
            unit,
            peer_name,
            peer_value,
            target,
            at_least is not None,
            ratio,
        )
        self.figures.append(figure)
        return figure.is_met

    @property
    def are_met(self) -> bool:
        """Whether every figure is as good as its target, and there is one."""
        return bool(self.figures) and all(figure.is_met for figure in self.figures)

    def write(self, path: Path | None) -> None:
        """Write the figures, if there is a path."""
        if path:
            document: dict[str, Any] = {
                "versions": self.versions,
                "figures": [asdict(figure) for figure in self.figures],
            }
            path.write_text(json.dumps(document, indent=2) + "\n")


def add_options(parser: argparse.ArgumentParser, rounds: int | None) -> None:
    """Add the options that every benchmark has.

    :param rounds: the default number of rounds; None if it has no rounds.
    """
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    if rounds is not None:
        text = f"(default: {rounds})"
        parser.add_argument("--rounds", type=int, default=rounds, help=text)


def forwarded(options: argparse.Namespace) -> list[str]:
    """Return the options for a process that measures in place of this one."""
    words = ["--rounds", str(options.rounds)]
    return [*words, "--json", str(options.json)] if options.json else words
