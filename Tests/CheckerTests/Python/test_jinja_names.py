"""Values that views of Flask's and Django's pass under a mistyped name."""

from __future__ import annotations

import ast
import sys
import types
import unittest
import unittest.mock
from typing import Any

from support import CHECKER, check_soon, project

sys.path.insert(0, str(CHECKER))

from pa_new_check.source_rules import jinja_names

START = "import flask\nfrom flask import render_template\n\napplication = flask.Flask('a')\n"
SHOW = f"{START}\n\n@application.get('/')\ndef start():\n    return render_template({{}})\n"
LINE = 9
ITEMS = "{% for item in items %}{{ item }}{% endfor %}"
MORE = "\n\n@application.context_processor\ndef more():\n    return {}\n"
DJANGO = (
    "from django.shortcuts import render\n\n\ndef start(request):\n"
    "    return render(request, 'a.html', {})\n"
)

SAME = "Write the same name here and in wsgi.py:9."
# What is passed, the template, more code, and what is said; "" if nothing is. Where nothing
# else has one of the names, the place is the template's.
CASES = (
    ("'a.html', itmes=[]", ITEMS, "", SAME),
    ("'a.html', titel=1", "{% extends 'b.html' %}{{ title }}", "", SAME),
    ("'a.html', itmes=items", ITEMS, "", "Did you mean `items`?"),
    ("'a.html', itmes=[]", ITEMS, "# The items", "Did you mean `items`?"),
    ("'a.html', itmes=[]", ITEMS + ITEMS, "", "Did you mean `items`?"),
    ("'a.html', titel=1", "{% include 'b.html' %}", "", ""),
    ("'a.html', items=[]", ITEMS, "", ""),
    ("'a.html', itmes=[], items=[]", ITEMS, "", ""),
    ("'a.html', itmes=[]", ITEMS + "{{ itmes }}", "", ""),
    ("'a.html', itmes=[], **more", ITEMS, "", ""),
    ("name, itmes=[]", ITEMS, "", ""),
    ("'a.html', itmes=[]", ITEMS, MORE.format("{'items': 1}"), ""),
    ("'a.html', itmes=[]", ITEMS, MORE.format("dict(items=1)"), ""),
    ("'a.html', itmes=[]", ITEMS, MORE.replace("more", "items").format("{}"), ""),
    ("'a.html', itme=1", "{% for item in more %}{{ item }}{% endfor %}", "", ""),
    ("'a.html', itme=1", "{% set item = 1 %}{{ item }}", "", ""),
    ("'a.html', user=1", "{{ users }}", "", ""),
    ("'a.html', users=1", "{{ user }}", "", ""),
    ("'a.html', itmes=1", "{{ a.items }}{{ 'items' }}{# items #}", "", ""),
    ("'a.html', itmes=1", "{% from 'b.html' import f %}{{ items }}", "", ""),
    ("'a.html', itmes=1", "{% include name %}{{ items }}", "", ""),
    ("'a.html', itmes=1", "{% call f() %}{{ items }}{% endcall %}", "", ""),
    ("'no.html', itmes=1", ITEMS, "", ""),
    ("'a.html', itmes=1", ITEMS + "{{ f({'a': itmes}) }}", "", ""),
    ("'a.html', itmes=1", ITEMS + "{{ a\n }}{% if a % 2 %}{% endif %}", "", SAME),
    ("'a.html', itmes=1", "{{" * 40_000, "", ""),
    ("'a.html', itmes=1", "{% a" * 40_000, "", ""),
    ("'a.html', color=1", "{{ colour }}{{ size }}", "", SAME),
    ("'a.html', headign=1", "{% block heading %}{% endblock %}", "", ""),
    ("'a.html', other=1", ITEMS, "", ""),
    # What these tags name is no value that a view passes.
    ("'a.html', dater=1", "{{ now|date }}{{ now | date('d') }}", "", ""),
    ("'a.html', defnied=1", "{% if now is not defined %}{% endif %}", "", ""),
    ("'a.html', lable=1", "{{ field(label='a', size = 2) }}", "", ""),
    ("'a.html', yaer=1", "{% now 'Y' as year %}{{ year }}", "", ""),
    ("'a.html', yaer=1", "{% if x == year %}{% endif %}", "", SAME),
)


class JinjaNameTest(unittest.TestCase):
    """Nothing is loaded."""

    def told(self, code: str, html: str) -> list[tuple[str, int, str]]:
        files = {
            "wsgi.py": code,
            "templates/a.html": html,
            "templates/b.html": "{{ b }}",
        }
        with project(files) as folder:
            found = check_soon(folder, "--no-load")["findings"]
        found = [f for f in found if f["rule"] == "page-mistake"]
        return [(f["file"], f["line"], f["fix"]) for f in found]

    def test_flask(self) -> None:
        for passed, html, more, words in CASES:
            with self.subTest(passed, html=html):
                told = self.told(SHOW.format(passed) + more, html)
                place = ("templates/a.html", 1) if words == SAME else ("wsgi.py", LINE)
                self.assertEqual(
                    [one[:2] for one in told], [place] if words else [], told
                )
                self.assertIn(words, "".join(one[2] for one in told))

    def test_many_names(self) -> None:
        """Each template is read once, and not all names are compared."""
        views = "".join(f"render_template('a.html', {n})\n" for n in ["itmes=1"] * 300)
        passed = ", ".join(f"nmae{n}x=1" for n in range(3_000))
        html = "".join(f"{{{{ name{n}x }}}}" for n in range(3_000))
        for code, text, count in (
            (views, ITEMS, 300),
            (f"render_template('a.html', {passed})", html, 0),
        ):
            with project({"templates/a.html": text}) as folder:
                module = types.SimpleNamespace(file="a.py", tree=ast.parse(code))
                reading: Any = types.SimpleNamespace(
                    project=types.SimpleNamespace(folder=folder),
                    analysis=types.SimpleNamespace(modules=[module]),
                )
                reads = unittest.mock.Mock(wraps=jinja_names.content_of)
                with unittest.mock.patch.object(jinja_names, "content_of", reads):
                    found = list(jinja_names.judge(reading))
            self.assertEqual(len(found), count)
            # Once for its names, and once to count those of the finding.
            self.assertEqual(reads.call_count, 2 if count else 1)

    def test_django(self) -> None:
        for given, is_told in (
            ("{'itmes': []}", True),
            ("{'items': []}", False),
            ("{**more, 'itmes': []}", False),
            ("more", False),
        ):
            with self.subTest(given):
                told = self.told(DJANGO.format(given), ITEMS)
                self.assertEqual([one[1] for one in told], [1] if is_told else [])

    def test_a_typo_in_a_template_is_told_there_once(self) -> None:
        more = "\n\n@application.get('/b')\ndef b():\n"
        more += "    return render_template('a.html', names=['b'])\n"
        html = (
            "{% extends 'b.html' %}\n<p>{% for a in\n'ab' + nams %}{{ a }}{% endfor %}"
        )
        code = SHOW.format("'a.html', names=[]") + more
        self.assertEqual(
            self.told(code, html),
            [
                (
                    "templates/a.html",
                    3,
                    "Did you mean `names`? wsgi.py:9 passes it.",
                )
            ],
        )


if __name__ == "__main__":
    unittest.main()
