"""Apps whose requests fail at a name, a field or a call without an end, and look-alikes."""

from __future__ import annotations

from cause_apps import Failing, shop
from cause_apps_data import SITE

VIEW = (
    "import flask\n\napplication = flask.Flask(__name__)\n\n\n@application.get({!r})\n"
    "def start():\n    {}\n"
)
FLASK_APP = "\n\napplication = flask.Flask(__name__)\n"
PART = (
    "import flask\n\npages = flask.Blueprint('pages', __name__)\n\n\n@pages.get('/tea')\n"
    "def tea():\n    return ''\n"
)
USES = "from part import pages\n\napplication.register_blueprint(pages)\n"
WSGI = "def application(environ, start_response):\n    return {}\n"
VIEWS = (
    "from django.urls import path, reverse\nfrom django.http import HttpResponse\n"
    "from django.shortcuts import redirect, render\n\n\ndef start(request):\n    {}\n\n\n"
    "urlpatterns = [path('', start, name='start')]\n"
)


def django(code: str, has_tea: bool = False, **more: str) -> dict[str, str]:
    """Return a project of Django's with the code of a view.

    :param has_tea: whether there is a second route, whose address needs a value.
    """
    files = {k: v for k, v in SITE.items() if not k.startswith("shop/")}
    settings = files["site1/settings.py"].replace("['shop']", "[]")
    settings += (
        "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates',\n"
        "    'DIRS': ['/home/alice/mysite/templates']}]\n"
    )
    start = {"site1/settings.py": settings, "site1/urls.py": VIEWS.format(code)}
    if has_tea:
        start["site1/urls.py"] += f"urlpatterns += [{TEA}]\n"
    return {**files, **start, **more}


CLASS = (
    "from django.urls import path\nfrom django.views.generic import TemplateView\n\n\n"
    "class Tea(TemplateView):\n    pass\n\n\nurlpatterns = [path('', Tea.as_view())]\n"
)
SHOW = "return render(request, 'a.html')"
TEA = "path('tea/<int:pk>/', lambda r, pk: HttpResponse(), name='tea')"
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
        "two functions that call each other",
        shop(
            "def b():\n    return a()\n\n\ndef a():\n    return b()\n\n\n"
            + WSGI.format("[a() for _ in 'x']")
        ),
        "error-response",
        "shop.py:6",
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
        "asks `url_for` for `tea`, whose address needs `kind`",
        'Write `url_for("tea", kind=...)`.',
        "flask",
    ),
    Failing(
        "a template whose link needs a value",
        shop(
            VIEW.format("/", "return flask.render_template('a.html')")
            + "\n\n@application.get('/tea/<kind>')\ndef tea(kind):\n    return kind\n",
            **{"templates/a.html": "<p>\n<a href=\"{{ url_for('tea') }}\">x</a>"},
        ),
        "error-response",
        "templates/a.html:2",
        "asks `url_for` for `tea`, whose address needs `kind`",
        'Write `url_for("tea", kind=...)`.',
        "flask",
    ),
    Failing(
        "a view that takes what its route lacks",
        shop(
            VIEW.format("/", "return ''").replace("start()", "start(name)"),
        ),
        "error-response",
        "shop.py:6",
        "The view `start` needs `name`, which its route `/` does not have",
        "Write `<name>` into the route, or give it a default.",
        "flask",
    ),
    Failing(
        "a mistyped name in a template",
        shop(
            VIEW.format("/", "return flask.render_template('a.html', user={})"),
            **{"templates/a.html": "<p>\n{{ usr.name }}"},
        ),
        "error-response",
        "templates/a.html:2",
        "shows a template with `usr`, and the view passes no such name",
        "Did you mean `user`?",
        "flask",
        also=("page-mistake",),
    ),
    Failing(
        "a name in a template that is near to no other",
        shop(
            VIEW.format("/", "return flask.render_template('a.html', user={})"),
            **{"templates/a.html": "<p>\n{{ account.name }}"},
        ),
        "error-response",
        "templates/a.html:2",
        "'account' is undefined",
        "",
        "flask",
    ),
    Failing(
        "a decorator that only an app has",
        shop(
            "import flask\n\npages = flask.Blueprint('pages', __name__)\n\n\n"
            "@pages.app_teardown_appcontext\ndef close(error):\n    pass\n" + FLASK_APP
        ),
        "import-error",
        "shop.py:6",
        "A blueprint has no `app_teardown_appcontext`",
        "Did you mean `teardown_app_request`?",
        "flask",
    ),
    Failing(
        "a decorator with its words in another order",
        shop(
            "import flask\n\npages = flask.Blueprint('pages', __name__)\n\n\n"
            "@pages.app_before_request\ndef check():\n    pass\n" + FLASK_APP
        ),
        "import-error",
        "shop.py:6",
        "A blueprint has no `app_before_request`",
        "Did you mean `before_app_request`?",
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
        "a tag for the address of a route that needs a value",
        django(SHOW, True, **{"templates/a.html": "\n{% url 'tea' %}"}),
        "error-response",
        "templates/a.html:2",
        "needs the address of `tea`, and gives it no `pk`",
        "Write `{% url 'tea' pk=... %}`.",
        "django",
    ),
    Failing(
        "a redirect to a route that needs a value",
        django("return redirect('tea')", True),
        "error-response",
        "site1/urls.py:7",
        "needs the address of `tea`, and gives it no `pk`",
        'Write `redirect("tea", pk=...)`.',
        "django",
    ),
    Failing(
        "the address of a route that needs a value",
        django("return HttpResponse(reverse('tea'))", True),
        "error-response",
        "site1/urls.py:7",
        "needs the address of `tea`, and gives it no `pk`",
        'Pass the values: `kwargs={"pk": ...}`.',
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
        "a class of Django's without its template",
        django("pass", **{"site1/urls.py": CLASS}),
        "error-response",
        "site1/urls.py:5",
        "requires either a definition of 'template_name'",
        "",
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
