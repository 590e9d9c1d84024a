"""Failures by a mistake in a template of a page, in projects with handlers of pa-new."""

from __future__ import annotations

import re

from pa_new_check.causes_files import missing_template
from pa_new_check.failure import Cause, Failure
from pa_new_shared.text import plain

# What `web/mustache/` says: the file, the line, the column and the mistake.
_MISTAKE = re.compile(r"(templates/[^:\n]+):(\d+):(\d+): ([^\n]+)")


def page_mistake(failure: Failure) -> Cause | None:
    """Recognise a mistake in a template; its place is the template's."""
    said = _MISTAKE.fullmatch(failure.text)
    if failure.type != "TemplateError" or said is None:
        return None
    file, line, column, mistake = said.groups()
    cause = missing_template(failure) or Cause(
        "error-response",
        f"{failure.subject} needs this template, which has a mistake in column {column}: "
        + plain(mistake),
        "Correct the template: `pa-new preview` shows the page as you change it.",
        "error",
        failure.all_fail,
    )
    cause.place = failure.task.project.folder / file, int(line)
    return cause
