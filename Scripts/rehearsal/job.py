"""What one rehearsal is told: of one project, or of the host alone."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rehearsal.prepare import Project, Tools

TOKEN = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678"


@dataclass(frozen=True)
class Job:
    """All that the process in the namespaces has to know."""

    title: str
    folder: Path
    """What belongs to this rehearsal alone, and is removed after it."""
    user: str
    tools: Tools
    project: Project | None
    """The project to bring onto the host; none to look at the host itself."""
    screenshots: Path | None

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
    told = json.loads(file.read_text())
    shots, project = told["screenshots"], told["project"]
    return Job(
        title=told["title"],
        folder=Path(told["folder"]),
        user=told["user"],
        tools=Tools(**{name: Path(path) for name, path in told["tools"].items()}),
        project=Project.of(project) if project else None,
        screenshots=Path(shots) if shots else None,
    )
