"""The rules in ``docs/reference.md``: each with an example, from the tables of rules and apps.

``REWRITE_REFERENCE=1 python -m unittest test_reference`` writes them.
"""

from __future__ import annotations

import os
import re
import sys
import unittest
from pathlib import Path

from apps import BAD, HOST, READ_BAD, App
from support import CHECKER

sys.path.insert(0, str(CHECKER))

from pa_new_check.rules import RULES
from pa_new_check.rules_table import Rule

PAGE = Path(__file__).resolve().parents[3] / "docs/reference.md"
START = "<!-- begin rules: written by a test -->\n\n"
END = "\n<!-- end rules -->\n"
HELP = "https://help.pythonanywhere.com/pages"
MARK = re.compile(r" *# <[-~] [a-z, -]+$")

# The app that shows a rule best, if it is not the shortest one.
BEST = {
    "allowed-hosts": "hosts of this computer",
    "asgi-lifespan": "an ASGI app behind a thread of the first request",
    "debug-on": "Flask in debug mode",
    "error-response": "flask 500",
    "import-error": "a sub-folder that is not on the path",
    "missing-variable": "a variable that is not set",
    "not-wsgi": "streamlit",
    "push": "long polling on a queue",
    "python-version": "a module that is gone",
    "relative-path": "a template looked up from the working directory",
    "removed-api": "the recipe of the host's Tornado page",
    "secret-in-source": "token",
    "server-start": "bottle run of an instance",
    "syntax-error": "syntax in another file",
    "thread-at-import": "thread",
    "wrong-case": "a data file whose name ends in capital letters",
}
# No line of an app is wrong, but the whole of it.
NO_LINE = {
    "django-model": "a class of `models.Model` without `makemigrations`",
    "handler-mistake": "a handler with `def GET(self)`, which no request calls",
    "html-as-text": 'a handler with `self.write("<h1>Hello</h1>")`',
    "html-from-text": 'a handler with `self.write_html(f"<p>{name}</p>")`',
    "missing-application": "a WSGI file without the name `application`",
    "page-mistake": "a form with POST and without `{{{csrf_field}}}` in a template",
    "scheme": "an app that answers over http, and raises over https",
    "shadowed-module": "a file `random.py` of yours, beside the app",
    "status": "an app without a page at `/`: it answers 404",
}


def example(rule: str) -> tuple[str, str, str]:
    """Return an app that breaks a rule: what it is, a file, and the line."""
    found = []
    for app in (*BAD, *READ_BAD, *HOST):
        for name, file, line in app.expected(loaded=True):
            if name == rule:
                found.append(
                    (app.name != BEST.get(rule), _length(app), app, file, line)
                )
    assert rule not in BEST or not min(found, key=_place)[0], f"no app {BEST[rule]}"
    _, _, app, file, line = min(found, key=_place)
    text = app.files[file]
    assert isinstance(text, str)
    return app.name, file, MARK.sub("", text.splitlines()[line - 1]).strip()


def _length(app: App) -> int:
    return sum(map(len, app.files.values()))


def _place(row: tuple[bool, int, App, str, int]) -> tuple[bool, int, str, int]:
    return row[0], row[1], row[2].name, row[4]


def section(rule: Rule) -> str:
    """Return what the page says of a rule."""
    if rule.name in NO_LINE:
        shown = f"Example: {NO_LINE[rule.name]}."
    else:
        name, file, line = example(rule.name)
        shown = f"Example, {name}: `{line}` in `{file}`"
    lines = [f"### {rule.name}", "", f"**{rule.severity.capitalize()}.** {shown}", ""]
    lines += [rule.consequence, "", f"Fix: {rule.fix}"]
    if rule.page:
        lines[-1] += f" ([{rule.page}]({HELP}/{rule.page}/))"
    return "\n".join(lines) + "\n"


class ReferenceTest(unittest.TestCase):
    """The page and the tables."""

    def test_rules(self) -> None:
        text = PAGE.read_text("utf-8")
        before, start, rest = text.partition(START)
        _, end, after = rest.partition(END)
        self.assertTrue(start and end)
        part = "\n".join(map(section, RULES.values()))
        expected = before + start + part + end + after
        if "REWRITE_REFERENCE" in os.environ:
            PAGE.write_text(expected, "utf-8")
        else:
            self.assertEqual(text, expected, "write it again with REWRITE_REFERENCE=1")

    def test_examples(self) -> None:
        """An example is the line itself, without the mark of the tables."""
        for rule in set(RULES) - set(NO_LINE):
            self.assertNotRegex(example(rule)[2], r"^$|# <")


if __name__ == "__main__":
    unittest.main()
