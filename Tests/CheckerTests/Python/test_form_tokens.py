"""Forms without a token, in projects whose framework asks for one."""

from __future__ import annotations

import unittest

from support import check_soon, project

APP = """def application(environ, start_response):
    start_response("200 OK", [])
    return []
"""
FLASK = 'app.add_template_global(field, "csrf_field")\n'
WTF = "from flask_wtf import CSRFProtect\n"
SETTINGS = 'MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]\n'
VIEW = "{}\ndef hook(request):\n    return render(request, 'page.html')\n"
FORM = '\n<form action="{% url "a" %}"\n  method="post"><p>{{ form }}</p></form>'

# The code, a template, and what is advised; "" if nothing is found.
CASES = (
    (SETTINGS, FORM, "{% csrf_token %}"),
    (FLASK, FORM, "{{ csrf_field() }}"),
    (WTF, FORM, "{{ form.hidden_tag() }}"),
    ("", FORM, ""),
    (SETTINGS, FORM.replace("<p>", "{% csrf_token %}"), ""),
    (SETTINGS, FORM.replace("<p>", "{% include 'fields.html' %}"), ""),
    (FLASK, FORM.replace("<p>", "{{ csrf_field() }}"), ""),
    (WTF, FORM.replace("<p>", "{{ form.hidden_tag() }}"), ""),
    (SETTINGS, FORM.replace("post", "get"), ""),
    (SETTINGS, FORM.replace('{% url "a" %}', "https://example.com"), ""),
    (SETTINGS, FORM.replace('{% url "a" %}', "{{ address }}"), ""),
    (
        FLASK,
        FORM.replace('{% url "a" %}', "{{ url_for('a') }}"),
        "{{ csrf_field() }}",
    ),
    (SETTINGS, FORM + "<script>x.headers['X-CSRFToken'] = y</script>", ""),
    (SETTINGS + VIEW.format("@csrf_exempt"), FORM, ""),
    (
        SETTINGS + VIEW.format("@csrf_exempt").replace("page", "other"),
        FORM,
        "{% csrf_token %}",
    ),
    (SETTINGS + "urls = csrf_exempt(view)\n", FORM, ""),
    (SETTINGS + "def broken(:  # csrf_exempt\n", FORM, ""),
    (SETTINGS, "<form method=post " * 20_000, ""),
    (SETTINGS, "<form {% method=post " * 20_000, ""),
    (SETTINGS, "<form method=post>" * 20_000, "{% csrf_token %}"),
)


class FormTest(unittest.TestCase):
    """Templates that are read, with the code of the project."""

    def test_forms(self) -> None:
        for code, html, advice in CASES:
            files = {"wsgi.py": APP, "more.py": code, "app/templates/page.html": html}
            with self.subTest(code, html=html[:200]), project(files) as folder:
                found = check_soon(folder, "--no-load")["findings"]
                found = [f for f in found if f["rule"] == "page-mistake"]
                self.assertEqual(bool(found), bool(advice), found)
                for finding in found:
                    line = 2 if html[:1] == "\n" else 1
                    place = (finding["file"], finding["line"], finding["severity"])
                    self.assertEqual(
                        place, ("app/templates/page.html", line, "warning")
                    )
                    self.assertIn("This form has no token", finding["message"])
                    self.assertIn(advice, finding["fix"])


if __name__ == "__main__":
    unittest.main()
