"""One rehearsal as data: of one project, or of the host alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rehearsal.prepare import Project, Tools

TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


@dataclass(frozen=True)
class Job:
    """Everything that the process in the namespaces has to know."""

    title: str
    framework: str
    """The framework of the project; empty to test the host itself."""
    version: str
    """The Python of the web apps."""
    way: str
    """How packages get onto the host: "bundle" or "virtualenv"."""
    fails: bool
    """Whether the project is deployed once more with a mistake, which takes half a minute."""
    folder: Path
    """The folder of this rehearsal, which is removed after it."""
    user: str
    tools: Tools
    project: Project | None
    """The project to deploy; none to test the host itself."""
    screenshot: Path | None
    """A file for the picture of the first page."""

    @property
    def domain(self) -> str:
        return f"{self.user}.pythonanywhere.com"

    @property
    def root(self) -> Path:
        """The files of the rehearsed host."""
        return self.folder / "host"

    def write(self) -> Path:
        file = self.folder / "job.json"
        file.write_text(json.dumps(asdict(self), default=str))
        return file


def read(file: Path) -> Job:
    data = json.loads(file.read_text())
    shot, project = data["screenshot"], data["project"]
    return Job(
        title=data["title"],
        framework=data["framework"],
        version=data["version"],
        way=data["way"],
        fails=data["fails"],
        folder=Path(data["folder"]),
        user=data["user"],
        tools=Tools(**{name: Path(path) for name, path in data["tools"].items()}),
        project=Project.of(project) if project else None,
        screenshot=Path(shot) if shot else None,
    )
