"""Templates of Flask's and Django's: forms without a token, and mistakes that none has shown."""

from __future__ import annotations

import unittest
from collections.abc import Mapping
from typing import Any

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
    (SETTINGS, f"<!-- {FORM} -->", ""),
    (SETTINGS, f"{{# {FORM} #}}", ""),
    (SETTINGS, f"{{% comment %}}{FORM}{{% endcomment %}}", ""),
    (SETTINGS, FORM.replace("<p>", "<!-- {% csrf_token %} -->"), "{% csrf_token %}"),
    (SETTINGS, "<!-- " * 50_000 + FORM, ""),
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
    (FLASK, FORM.replace("<p>", "{{ token }}"), ""),
    (FLASK, FORM.replace("<p>", "{{ field() }}"), ""),
    (FLASK, FORM.replace("<p>", "{{ _('Name') }}"), "{{ csrf_field() }}"),
    (SETTINGS, FORM.replace("<form", "<form onsubmit='send(event)'"), ""),
    (SETTINGS, FORM + "<script>new FormData(f)</script>", ""),
    (SETTINGS, f"<script>a = `{FORM}`</script>", ""),
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


FLASK_APP = """from flask import Blueprint, Flask

application = Flask(__name__)
application.register_blueprint(Blueprint("shop", __name__, template_folder="shop/pages"))


@application.route("/")
def main():
    return "x"
"""
DJANGO_APP = """from django.conf import settings

settings.configure(
    SECRET_KEY="x",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": ["/home/standin/mysite/templates"],
        }
    ],
)

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("x"))]
application = get_wsgi_application()
"""

# The framework, its file, a template, its text, its line, and what is said of it.
BROKEN = (
    ("flask", FLASK_APP, "templates/a.html", "\n{% fi %}", 2, "unknown tag 'fi'"),
    ("flask", FLASK_APP, "shop/pages/b.html", "{{ a", 1, "unexpected end of template"),
    ("flask", FLASK_APP, "templates/a.html", "{{ a }}{% if a %}{% endif %}", 0, ""),
    ("flask", FLASK_APP, "templates/a.js", "{% fi %}", 0, ""),
    ("flask", FLASK_APP, "other/a.html", "{% fi %}", 0, ""),
    ("flask", FLASK_APP, "templates/a.html", b"\xff{% fi %}", 0, ""),
    ("flask", FLASK_APP, "templates/a.html", "{% fi %}" * 30_000, 0, ""),
    ("django", DJANGO_APP, "templates/a.html", "\n\n{% fi %}", 3, "'fi'"),
    ("django", DJANGO_APP, "templates/a.html", "{% if a %}", 1, "Unclosed tag"),
    ("django", DJANGO_APP, "templates/a.html", "{% if a %}{% endif %}{{ b", 0, ""),
)


# Lines of a template of Flask's, and what is said and advised of each; "" if nothing is.
FLASK_LINKS = (
    ('<img src=\'{{ url_for("static", filename="a.png") }}\'>', "", ""),
    ("{{ url_for('static', filename='b.png') }}", "no static file `b.png`", "Add the"),
    ("<img src='/static/a.png'><img src='../static/a.png'>", "", ""),
    ("<img alt='x' src='/static/b.png?v=1'>", "no static file `b.png`", ""),
    ("<link href=a.css>", "leads to `a.css`: the file is", "filename='a.css') }}`"),
    ("<script src='main.js'></script>", "leads to `main.js`", "Put the file"),
    ("<img src='/media/a.png'><img src='{{ a }}.png'><img src='//x.y/a.png'>", "", ""),
    ("<!-- <img src='x.png'> -->{# <img src='x.png'> #}", "", ""),
    ("<img src='/pictures/a.png'>", "", ""),
    ("<form method=post></form>", "to the address of its own page", "take POST"),
    ("{% if edit %}<form method=post></form>{% endif %}", "", ""),
    ("<img src='b.png'><img src='../b.png'>", "", ""),  # on the page /pictures/
    ("<script>`<img src='/static/${u}.png'><img src='x.svg'>`</script>", "", ""),
    ("<img alt=\"src='q.svg'\" src='data:x'>", "", ""),
    ("<img src='x.svg' onerror='this.remove()'>", "", ""),
    ("<form method=post action='/'></form>", "sends POST to `/`", "take POST"),
    ("<form method=post action='/both'></form>", "", ""),
    ("<form method=post data-remote='1'></form>", "", ""),
    ("<form method=post action='/none'></form><form action='/'></form>", "", ""),
    ("<form method=post action='{{ url_for(\"main\") }}'></form>", "view `main`", ""),
    ("<form method=post action='{{ url_for(\"both\") }}'></form>", "", ""),
    ("<form method=post action='{{ address }}'></form>", "", ""),
    ("<form action='/save'></form>", "sends GET to `/save`", "take GET"),
    ("<form method=post action='/boht'></form>", "leads to `/boht`", "mean `/both`?"),
    ("<a href='/both/'>x</a>", "This link leads to `/both/`", "mean `/both`?"),
    ("<a href='/both'>x</a><a href='/none'>x</a><a href='/boht{{ a }}'>x</a>", "", ""),
    ("<a href='/x/../both/./'>x</a>", "This link leads to `/both/`", "mean `/both`?"),
    ("<a href='/BOTH'>x</a>", "This link leads to `/BOTH`", "mean `/both`?"),
    ("<a href='/both/../boht/../both'>x</a><img src='/a/../static/a.png'>", "", ""),
    ("<a href='//a.b/boht'>x</a><a onclick='a()' href='/boht'>x</a>", "", ""),
    ("<a href='/static/boht'>x</a><a href='boht'>x</a><a href='/save'>x</a>", "", ""),
    ("<img " + "{{ a }} " * 3_000, "", ""),
)
FLASK_VIEWS = """

@application.route("/both", methods=["GET", "POST"])
def both():
    return "x"


@application.post("/save")
def save():
    return "x"


@application.get("/pictures/<name>.png")
def picture(name):
    return name or ""
"""
DJANGO_LINKS = (
    ("{% load static %}{% static 'a.png' %}<img src='/static/a.png'>", "", ""),
    ("{% static 'b.png' %}", "no static file `b.png`", "Add the file"),
    ("<img src='/static/b.png'>", "no static file `b.png`", ""),
    ("<link href='a.css'>", "leads to `a.css`: the file is", "`{% static 'a.css' %}`"),
    ("<form method=post action='/read/'></form>", "sends POST to `/read/`", ""),
    ("<form method=post action='{% url \"read\" %}'></form>", "the view `read`", ""),
    ("<form method=post action='/'></form><form method=post></form>", "", ""),
    ("<form method=post action='/own/'></form>", "", ""),
    ("<img src='b.svg'><img src='../b.svg'>", "", ""),  # on the page /shop/
    ("<img src='b.gif'>", "leads to `b.gif`", ""),
    ("<form method=post action='/raed/'></form>", "leads to `/raed/`", "`/read/`?"),
    ("<a href='/raed/?a=1#b'>x</a>", "leads to `/raed/`", "Did you mean `/read/`?"),
    ("<a href='/read'>x</a><a href='/read/'>x</a><a href='/shop/a.svg'>x</a>", "", ""),
    ("<a href='{% url \"read\" %}'>x</a><a href='/other/'>x</a>", "", ""),
    (
        "<form method=post action='{% url a %}'></form><form action='/no/'></form>",
        "",
        "",
    ),
)


class LinkTest(unittest.TestCase):
    """Files and forms in templates that no request shows."""

    def expect(
        self, found: list[dict[str, Any]], rows: tuple[tuple[str, str, str], ...]
    ) -> None:
        found = [f for f in found if f["rule"] == "page-mistake"]
        told = {f["line"]: f"{f['message']} {f['fix']}" for f in found}
        for line, (html, words, advice) in enumerate(rows, 1):
            with self.subTest(html[:80]):
                self.assertEqual(line in told, bool(words), told.get(line))
                self.assertIn(words, told.get(line, ""))
                self.assertIn(advice, told.get(line, ""))

    def test_flask(self) -> None:
        name = 'name = "a.html"\n    return name'
        app = FLASK_APP.replace('return "x"', name) + FLASK_VIEWS
        files = {
            "main.py": app,
            "templates/a.html": "\n".join(r[0] for r in FLASK_LINKS),
        }
        files |= {"static/a.png": "", "static/a.css": ""}
        with project(files) as folder:
            found = check_soon(folder, "--entry=main.py")["findings"]
        self.expect(found, FLASK_LINKS)

    def test_django(self) -> None:
        app = DJANGO_APP.replace(
            'urlpatterns = [path("", ',
            "from django.views.generic import TemplateView\n\n"
            "class Own(TemplateView):\n"
            "    def dispatch(self, request):\n        return HttpResponse('x')\n\n"
            "urlpatterns = ["
            'path("own/", Own.as_view()), '
            'path("shop/<name>.svg", lambda request, name: HttpResponse("x")), '
            'path("read/", TemplateView.as_view(), name="read"), path("", ',
        ).replace(
            'SECRET_KEY="x",',
            'SECRET_KEY="x",\n    STATIC_URL="/static/",\n'
            '    INSTALLED_APPS=["django.contrib.staticfiles"],\n'
            '    STATICFILES_DIRS=["/home/standin/mysite/static"],',
        )
        files = {
            "main.py": app,
            "templates/a.html": "\n".join(r[0] for r in DJANGO_LINKS),
        }
        files |= {"static/a.png": "", "static/a.css": ""}
        with project(files) as folder:
            found = check_soon(folder, "--entry=main.py")["findings"]
        self.expect(found, DJANGO_LINKS)


class MistakeTest(unittest.TestCase):
    """Templates that no request shows."""

    def test_every_template_is_parsed(self) -> None:
        for framework, app, file, text, line, words in BROKEN:
            files: Mapping[str, str | bytes] = {"main.py": app, file: text}
            with self.subTest(framework, text=text[:30]), project(files) as folder:
                found = check_soon(folder, "--entry=main.py")["findings"]
                found = [f for f in found if f["rule"] == "page-mistake"]
                places = [(f["file"], f["line"], f["severity"]) for f in found]
                self.assertEqual(places, [(file, line, "warning")] if line else [])
                self.assertIn(words, found[0]["message"] if found else "")

    def test_a_mistake_that_a_request_shows_is_told_once(self) -> None:
        app = FLASK_APP.replace('return "x"', "return render_template('a.html')")
        app = app.replace("import Blueprint", "import render_template, Blueprint")
        files = {"main.py": app, "templates/a.html": "\n{% fi %}"}
        with project(files) as folder:
            found = check_soon(folder, "--entry=main.py")["findings"]
        found = [f for f in found if f["file"] == "templates/a.html"]
        self.assertEqual([f["rule"] for f in found], ["error-response"])

    def test_the_line_of_a_template_of_Django_is_named(self) -> None:
        app = DJANGO_APP.replace('HttpResponse("x")', 'render(request, "a.html")')
        app = app.replace(
            "from django.http", "from django.shortcuts import render\nfrom django.http"
        )
        base = "<b>\n{% block a %}{% endblock %}\n{% block b %}{% endblock %}"
        inside = '{% extends "b.html" %}\n{% block b %}\n'
        for text, line, words in (
            (
                "\n\n{% fi %}",
                3,
                "Invalid block tag on line 3: 'fi'",
            ),
            ("\n{% url 'nope' %}", 2, "NoReverseMatch: Reverse for 'nope' not found"),
            (inside + "{% if 1 %}\n{% url 'a' %}{% endif %}{% endblock %}", 4, "'a'"),
            (inside + "{% fi %}{% endblock %}", 3, "'fi'"),
            ("\n{% load nope %}", 2, "'nope' is not a registered tag library"),
            ("{% static 'a.png' %}", 1, "the tag `static`, which is not loaded"),
        ):
            files = {"main.py": app, "templates/a.html": text, "templates/b.html": base}
            with self.subTest(text), project(files) as folder:
                found = check_soon(folder, "--entry=main.py")["findings"]
                places = [(f["file"], f["line"], f["severity"]) for f in found]
                self.assertEqual(places, [("templates/a.html", line, "error")])
                self.assertIn(words, found[0]["message"])


if __name__ == "__main__":
    unittest.main()
