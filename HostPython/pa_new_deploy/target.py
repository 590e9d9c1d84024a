"""The project on the host: its account, its domain, its folders."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A project in an account, and the domain of its web app."""

    name: str
    user: str
    domain: str

    @property
    def home(self) -> str:
        return f"/home/{self.user}"

    @property
    def source(self) -> str:
        return f"{self.home}/{self.name}"

    @property
    def virtualenv(self) -> str:
        return f"{self.home}/.virtualenvs/{self.name}"
