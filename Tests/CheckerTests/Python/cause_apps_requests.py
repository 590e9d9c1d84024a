"""Apps whose requests fail at a name, a field or a call without an end, and look-alikes."""

from __future__ import annotations

from cause_apps import Failing, shop
from cause_apps_data import SITE

VIEW = (
    "import flask\n\napplication = flask.Flask(__name__)\n\n\n@application.get({!r})\n"
    "def start():\n    {}\n"
)
PART = (
    "import flask\n\npages = flask.Blueprint('pages', __name__)\n\n\n@pages.get('/tea')\n"
    "def tea():\n    return ''\n"
)
USES = "from part import pages\n\napplication.register_blueprint(pages)\n"
WSGI = "def application(environ, start_response):\n    return {}\n"
VIEWS = (
    "from django.urls import path\nfrom django.http import HttpResponse\n"
    "from django.shortcuts import redirect, render\n\n\ndef start(request):\n    {}\n\n\n"
    "urlpatterns = [path('', start, name='start')]\n"
)


def django(code: str, **more: str) -> dict[str, str]:
    """Return a project of Django's with the code of a view."""
    files = {k: v for k, v in SITE.items() if not k.startswith("shop/")}
    settings = files["site1/settings.py"].replace("['shop']", "[]")
    settings += (
        "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates',\n"
        "    'DIRS': ['/home/alice/mysite/templates']}]\n"
    )
    start = {"site1/settings.py": settings, "site1/urls.py": VIEWS.format(code)}
    return {**files, **start, **more}


SHOW = "return render(request, 'a.html')"
REQUESTS = (
    Failing(
        "a function that calls itself",
        shop("def a(n):\n    return a(n + 1)\n\n\n" + WSGI.format("a(1)")),
        "error-response",
        "shop.py:2",
        "A request for `/` calls `a` again and again",
        "Write a condition above this line",
    ),
    Failing(
        "a property that asks for itself",
        shop(
            "class Tea:\n    @property\n    def name(self):\n        return self.name\n\n\n"
            + WSGI.format("Tea().name")
        ),
        "error-response",
        "shop.py:4",
        "calls `Tea.name` again and again",
        "Write a condition",
    ),
    Failing(
        "too deep a value, with no function that calls itself",
        shop(
            "import json\n\ndeep = []\nfor _ in range(100_000):\n    deep = [deep]\n\n\n"
            + WSGI.format("json.dumps(deep)")
        ),
        "error-response",
        "shop.py:9",
        "RecursionError",
        "",
    ),
    Failing(
        "the name of a view without that of its blueprint",
        shop(
            VIEW.format("/", "return flask.redirect(flask.url_for('tea'))") + USES,
            **{"part.py": PART},
        ),
        "error-response",
        "shop.py:8",
        "asks `url_for` for `tea`, and no view has this name",
        'Write `url_for("pages.tea")`.',
        "flask",
    ),
    Failing(
        "a name that no view is near to",
        shop(VIEW.format("/", "return flask.url_for('other')")),
        "error-response",
        "shop.py:8",
        "asks `url_for` for `other`",
        "the app has `start`.",
        "flask",
    ),
    Failing(
        "a view whose address needs a value",
        shop(
            VIEW.format("/", "return flask.url_for('tea')")
            + "\n\n@application.get('/tea/<kind>')\ndef tea(kind):\n    return kind\n"
        ),
        "error-response",
        "shop.py:8",
        "Did you forget to specify values ['kind']?",
        "",
        "flask",
    ),
    Failing(
        "a session without a secret key in the code",
        shop(VIEW.format("/", "flask.session['a'] = 1")),
        "error-response",
        "shop.py:3",
        "uses the session in shop.py:8, and the app has no secret key",
        'Write `application.secret_key = os.environ["SECRET_KEY"]` below this line',
        "flask",
    ),
    Failing(
        "a route without a slash",
        shop(VIEW.format("tea", "return ''")),
        "import-error",
        "shop.py:6",
        "The path of this route, `tea`, has no slash at its beginning",
        'Write `"/tea"`.',
        "flask",
    ),
    Failing(
        "the name of no route",
        django("return redirect('strat')"),
        "error-response",
        "site1/urls.py:7",
        "needs a route with the name `strat`, and none has it",
        "Write `start`.",
        "django",
    ),
    Failing(
        "a tag that is not loaded",
        django(SHOW, **{"templates/a.html": "\n{% static 'a.css' %}"}),
        "error-response",
        "templates/a.html:2",
        "shows a template with the tag `static`, which is not loaded",
        "Write `{% load static %}` above it",
        "django",
    ),
    Failing(
        "a tag that is mistyped",
        django(SHOW, **{"templates/a.html": "\n{% csrf_tokn %}"}),
        "error-response",
        "templates/a.html:2",
        "the tag `csrf_tokn`, which Django does not have",
        "Did you mean `{% csrf_token %}`?",
        "django",
    ),
    Failing(
        "a block without an end",
        django(SHOW, **{"templates/a.html": "{% for a in b %}\n{% endif %}"}),
        "error-response",
        "templates/a.html:2",
        "Invalid block tag on line 2: 'endif', expected 'empty' or 'endfor'",
        "Correct this line.",
        "django",
    ),
    Failing(
        "a field that is not sent",
        django("return HttpResponse(request.GET['q'])"),
        "error-response",
        "site1/urls.py:7",
        "has no `q`, which `request.GET` is asked for",
        'Write `request.GET.get("q", "")`.',
        "django",
    ),
    Failing(
        "a key that the code lacks",
        django("return HttpResponse({}['q'])"),
        "error-response",
        "site1/urls.py:7",
        "KeyError: 'q'",
        "",
        "django",
    ),
)
