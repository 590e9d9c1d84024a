"""Forms of handlers that ask for no token, ``check_csrf = False``, and forms in comments."""

from __future__ import annotations

import unittest

from support import check_soon, project
from test_handler_mistakes import packaged

CODE = """from .web import Application, RequestHandler


class Main(RequestHandler):
    def get(self):
        self.render("{main}")

    def post(self):
        self.write("x")


class Base(RequestHandler):
    check_csrf = {check}


class Hook(Base):
    def get(self):
        {hook}

    def post(self):
        self.write("x")


application = Application([("/", Main), (r"/hooks/(\\d+)", Hook), ("/hook", Hook)])
"""
SHOWS = 'self.render("hook")'
FORM = '<form method="post"><p></form>'

# The template of the handler that may be exempt, its code, and whether a token is missing.
CASES = (
    (FORM, "True", SHOWS, True),
    (FORM, "False", SHOWS, False),
    (FORM, "False", f"self.write_html('{FORM}')", True),  # Main shows the template
    ("", "False", f"self.write_html('{FORM}')", False),
    ("", "True", f"self.write_html('{FORM}')", True),
    (FORM.replace("<form", '<form action="/"'), "False", SHOWS, True),
    (FORM.replace("<form", '<form action="/hook?a=1"'), "True", SHOWS, True),
    (FORM.replace("<form", "<form action='{{mount}}/hooks/7'"), "False", "pass", False),
    (FORM.replace("<form", "<form action=/hooks/x"), "False", SHOWS, True),
    (f"<!-- {FORM} -->", "True", SHOWS, False),
    (f"{{{{! {FORM} }}}}", "True", SHOWS, False),
    (f"<!-- --> {FORM}", "True", SHOWS, True),
    (FORM.replace("<p>", "<!-- {{{csrf_field}}} -->"), "True", SHOWS, True),
)


class ExemptTest(unittest.TestCase):
    """The code of a project is read, and its templates."""

    def test_what_is_set_elsewhere(self) -> None:
        for code in ("Hook.check_csrf = False", "setattr(Hook, 'check_csrf', False)"):
            text = CODE.format(check="True", hook="pass", main="page") + f"\n{code}\n"
            html = FORM.replace("<form", '<form action="/hook"')
            files = packaged(text, {"page.html": html})
            with self.subTest(code), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                said = [f["message"] for f in found if f["rule"] == "page-mistake"]
                self.assertEqual(said, [])

    def test_forms(self) -> None:
        for html, check, hook, is_missing in CASES:
            main = "page" if hook == SHOWS else "hook"
            code = CODE.format(check=check, hook=hook, main=main)
            files = packaged(code, {"page.html": "", "hook.html": html})
            with self.subTest(html, check=check, hook=hook), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                said = [f["message"] for f in found if f["rule"] == "page-mistake"]
                self.assertEqual(len(said), int(is_missing), found)
                if said:
                    self.assertIn("This form has no token", said[0])


if __name__ == "__main__":
    unittest.main()
