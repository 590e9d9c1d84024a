"""Rules about the pages of a project with handlers: its templates, and HTML in the code."""

from __future__ import annotations

from pa_new_check.project import is_library_folder
from pa_new_check.rules import Finding
from pa_new_check.source_rules.reading import Reading

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Iterator


def judge(reading: Reading) -> Iterator[Finding]:
    """Yield the findings about the pages, if the project has handlers of pa-new."""
    folder = reading.project.folder
    places = (folder / "web", *folder.glob("*/web"))
    has_python = any(is_library_folder(place) for place in places)
    if not has_python and next(iter(folder.glob("Sources/*/Web")), None) is None:
        return
    from pa_new_check.source_rules import handler_pages, page_routes  # few have them

    texts = page_routes.swift_texts(reading.project)
    if texts or has_python:
        yield from handler_pages.judge(reading, texts)
