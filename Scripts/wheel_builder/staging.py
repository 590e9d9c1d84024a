"""Staging: one folder with all that is packed, laid out as hatchling needs it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from wheel_builder import ROOT
from wheel_builder.binary import ask

COMPLETIONS = {
    "bash": "bash-completion/completions/pa-new",
    "fish": "fish/vendor_completions.d/pa-new.fish",
    "zsh": "zsh/site-functions/_pa-new",
}
"""The place of each shell's completions, below share/."""

COPIES = [
    "LICENSE",
    "Scripts/wheel/hook.py",
    "Scripts/wheel/pyproject.toml",
    "Sources/Scaffold/Version.swift",
]
"""What is copied from the sources as it is."""


def stage(binary: Path, project: Path) -> None:
    """Write into a folder what belongs to the binary, which is in it already."""
    page = project / "share" / "man" / "man1" / "pa-new.1"
    page.parent.mkdir(parents=True)
    page.write_text(ask(binary, "man"), encoding="utf-8")
    for shell, path in COMPLETIONS.items():
        file = project / "share" / path
        file.parent.mkdir(parents=True)
        file.write_text(ask(binary, "completions", shell), encoding="utf-8")
    for path in COPIES:
        shutil.copy(ROOT / path, project)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (project / "README.md").write_text(without_links(readme), encoding="utf-8")


def without_links(text: str) -> str:
    """Make plain text of links into the repository, which lead nowhere outside of it.

    Its pictures are left out.
    """
    blocks = re.split(r"^(```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    link = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]+\)")
    picture = re.compile(r"!\[[^]]*\]\((?!https?:)[^)]+\)\n*")
    # The code blocks are at the odd places.
    blocks[::2] = [link.sub(r"\1", picture.sub("", block)) for block in blocks[::2]]
    return "".join(blocks)
