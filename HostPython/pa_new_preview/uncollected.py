"""Says how Django's static files get into a folder that is not there yet."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from pa_new_check.visit_static import StaticFiles


def uncollected(folder: Path, static: StaticFiles) -> Iterator[str]:
    """Yield a sentence for each mapped folder that a command of Django has to make.

    :param folder: the project's folder.
    """
    scripts = [folder / "manage.py", *sorted(folder.glob("*/manage.py"))]
    script = next((path for path in scripts if path.is_file()), None)
    if script is None:
        return
    command = f"python3 {shlex.quote(script.relative_to(folder).as_posix())}"
    for row in static.missing:
        yield (
            f"{row.url} has no files yet, such as style sheets: the folder {row.folder} is "
            f"not there. In the project's folder, run: {command} collectstatic"
        )
