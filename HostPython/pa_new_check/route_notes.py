"""Which routes ``--all-routes`` requests, how they answer, and what is said of the others."""

from __future__ import annotations

from pa_new_check.project import Project
from pa_new_shared.text import listed, plain

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from types import SimpleNamespace
    from typing import Any

    from pa_new_check.loading import Loading
    from pa_new_check.request_rules import Answer

_MAX_ROUTES = 200  # of handlers in Swift


def notes_on_routes(told: list[Any] | None) -> list[str]:
    """Say which routes ``--all-routes`` does not ask.

    :param told: the paths to ask, and how many there are; None if the app tells none.
    """
    if told is None:
        what = "the routes of this app cannot be read"
        return [f"--all-routes: {what}: name each path to request with --path"]
    paths, number = told
    if number > len(paths):
        return [f"--all-routes: only {len(paths)} of {number} routes were requested"]
    return []


def note_on_answers(answers: list[Answer]) -> list[str]:
    """Say how the paths of ``--all-routes`` were answered, if there are several."""
    counts: dict[int, int] = {}
    for answer in answers:
        counts[answer.status] = counts.get(answer.status, 0) + 1
    if len(answers) < 2:
        return []
    said = [
        f"{count} {'answers' if count == 1 else 'answer'} {status or 'nothing'}"
        for status, count in sorted(counts.items(), key=lambda one: one[0] or 1000)
    ]
    return [f"--all-routes: {len(answers)} paths were requested: {listed(said)}"]


def read_routes(
    options: SimpleNamespace, request: Loading, project: Project
) -> list[str]:
    """Take the routes of handlers in Swift from their code: the library does not tell them.

    :returns: what has to be said of the routes that are not requested.
    """
    if not (project.folder / "Sources").is_dir():
        return []
    from pa_new_check.source_rules import page_routes  # few apps are in Swift

    texts = page_routes.swift_texts(project)
    if not texts:
        return []
    found, unread = page_routes.swift_routes(texts)
    paths = [path for path in found if path not in request.paths]
    request.asks_routes = False
    if not options.all_routes:
        request.other_routes = len(paths)
        return []
    missing = [name for name in options.upload if not (project.folder / name).exists()]
    if missing:
        count = "1 route was" if len(paths) == 1 else f"{len(paths)} routes were"
        how = f": run `{options.build[0]}` first" if options.build else ""
        why = f"because {plain(missing[0])} is not built{how}"
        return [f"--all-routes: {count} not requested, {why}"] if paths else []
    request.routes = paths[:_MAX_ROUTES]
    notes = []
    if len(paths) > _MAX_ROUTES:
        notes += [
            f"--all-routes: only {_MAX_ROUTES} of {len(paths)} routes were requested"
        ]
    if unread:
        rows = "1 route has" if unread == 1 else f"{unread} routes have"
        what = f"{rows} a path that is not written as a text"
        notes.append(f"--all-routes: {what}: name each path to request with --path")
    return notes
