"""Apps that fail for a known reason of frameworks and versions, and look-alikes."""

from __future__ import annotations

from cause_apps import FLASK, GENERAL, PATH, PLAIN, WSGI_FILE, Failing, shop
from cause_apps_data import SITE
from cause_apps_files import BACKEND, django

MAKES = (
    "from flask import Flask\n\n\ndef create_app({0}):\n    return Flask(__name__)\n"
)
FROM_SHOP = PATH + "import shop\n\napplication = vars(shop)[{0!r}]\n"
CIRCLE = {
    "shop.py": "from cart import total\n\nprice = 1\n" + PLAIN,
    "cart.py": "from shop import price\n\ntotal = price\n",
}
OWN_VERSION = (
    'from importlib.metadata import version\n\n__version__ = version("{}")\n\n\n'
)

APPLICATIONS = (
    Failing(
        "a factory, out of reading's sight",
        {WSGI_FILE: FROM_SHOP.format("create_app"), "shop.py": MAKES.format("")},
        "application-factory",
        f"{WSGI_FILE}:6",
        "the function `create_app` itself",
        "`from shop import create_app` and `application = create_app()`",
        "flask",
    ),
    Failing(
        "a factory that takes two arguments",
        {
            WSGI_FILE: FROM_SHOP.format("create_app"),
            "shop.py": MAKES.format("config=None, debug=False"),
        },
        "application-factory",
        f"{WSGI_FILE}:6",
        "`application` is the function",
        "application = create_app()",
        "flask",
    ),
    Failing(
        "an ASGI app, out of reading's sight",
        {
            WSGI_FILE: FROM_SHOP.format("app"),
            "shop.py": "def run(scope, receive, send):\n    pass\n\n\nclass App:\n"
            "    def __call__(self, *given):\n        return run(*given)\n\n\napp = App()\n",
        },
        "asgi-application",
        f"{WSGI_FILE}:6",
        "is an ASGI app",
        "ASGI site",
    ),
    Failing(
        "nothing as an application",
        {WSGI_FILE: FROM_SHOP.format("app"), "shop.py": "app = None\n"},
        "missing-application",
        f"{WSGI_FILE}:6",
        "`application` is None",
        "returns it",
    ),
    Failing(
        "a wrong call in a request",
        shop("def make():\n    pass\n\n\n" + FLASK + "    return make(1, 2)\n"),
        "error-response",
        "shop.py:12",
        "takes 0 positional arguments but 2 were given",
        GENERAL,
        "flask",
    ),
    *(
        Failing(
            f"an application of another name: {names}",
            {
                WSGI_FILE: f"{PATH}from shop import application\n",
                "shop.py": code,
            },
            "import-error",
            f"{WSGI_FILE}:4",
            "`shop.py` has no `application`",
            fix,
        )
        for names, code, fix in (
            (
                "app",
                PLAIN.replace("application", "app"),
                "Write `from shop import app as application`.",
            ),
            (
                "a function that makes it",
                "def create_app():\n    return 1\n",
                "`from shop import create_app`, and below it `application = create_app()`",
            ),
            (
                "one with a mistake",
                PLAIN.replace("application", "aplication"),
                "It has `aplication`: write that, if you mean it.",
            ),
            ("none", "x = 1\n", "Define `application` in `shop.py`"),
            (
                "none, and Bottle has one",
                "try:\n    import bottle\nexcept ImportError:\n    pass\n",
                "`import bottle` and `application = bottle.default_app()`",
            ),
        )
    ),
    Failing(
        "a file that imports itself",
        shop("from shop import tea\n\ntea = 1\n" + PLAIN),
        "import-error",
        "shop.py:1",
        "`shop.py` imports itself",
        "Remove this import",
    ),
    Failing(
        "two files that import each other",
        CIRCLE,
        "import-error",
        "cart.py:1",
        "`shop.py` and `cart.py` import each other",
        "third file",
    ),
    Failing(
        "a name that a module does not have",
        shop("from cart import tea\n" + PLAIN) | {"cart.py": "x = 1\n"},
        "import-error",
        "shop.py:1",
        "`cart.py` has no `tea`, which this line imports",
        "Define `tea` in `cart.py`",
    ),
)

FINE = "from django.http import HttpResponse\nfrom django.urls import path\n\n"
FINE += "urlpatterns = [path('', lambda r: HttpResponse('x'))]\n"
PLAIN_SITE = BACKEND.format("[]")
STORED = PLAIN_SITE + (
    "INSTALLED_APPS = ['django.contrib.staticfiles']\nSTATIC_URL = '/static/'\n"
    "STATIC_ROOT = '/home/alice/mysite/static'\nSTORAGES = {'staticfiles': {'BACKEND':\n"
    "    'django.contrib.staticfiles.storage.ManifestStaticFilesStorage'}}\n"
)
STATIC = (
    "from django.http import HttpResponse\nfrom django.templatetags.static import static\n"
    "from django.urls import path\n\n"
    "urlpatterns = [path('', lambda r: HttpResponse(static('tea.css')))]\n"
)
START = SITE[WSGI_FILE]


def setting(name: str, old: str, new: str, words: str, place: str = "") -> Failing:
    """Return a site whose settings name a module that does not exist."""
    settings = SITE["site1/settings.py"].replace(old, new)
    return Failing(
        f"{name} that names a missing module",
        {**SITE, "site1/settings.py": settings},
        "import-error",
        place or "site1/settings.py:4",
        f"There is no module {words}",
        "",
        "django",
    )


DJANGO = (
    setting("ROOT_URLCONF", "site1.urls", "site1.urlz", "site1.urlz"),
    setting("ROOT_URLCONF with another package", "site1.urls", "none1.urls", "none1"),
    setting(
        "a name in two parts",
        "ROOT_URLCONF = 'site1.urls'",
        "P = 'site1'; P2: str = P; ROOT_URLCONF = f'{P2}.urlz'",
        "site1.urlz",
    ),
    setting(
        "INSTALLED_APPS",
        "['shop']",
        "[\n    'shop',\n    'none1',\n]",
        "none1",
        "site1/settings.py:7",
    ),
    setting(
        "an import in the settings, not a setting,",
        "ROOT_URLCONF",
        "NAME = 'none1'\nimport none1\nROOT_URLCONF",
        "none1",
        "site1/settings.py:5",
    ),
    Failing(
        "models before Django is set up",
        {
            **SITE,
            WSGI_FILE: START.replace("from django", "import shop.models\nfrom django"),
        },
        "import-error",
        f"{WSGI_FILE}:7",
        "uses Django's models before Django is set up",
        "only below `application = get_wsgi_application()`",
        "django",
    ),
    Failing(
        "models before the settings are known",
        {**SITE, WSGI_FILE: PATH + "import shop.models\n" + PLAIN},
        "import-error",
        f"{WSGI_FILE}:4",
        "uses Django before it knows the settings",
        'os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"',
        "django",
    ),
    Failing(
        "setup in an app of Django's",
        {**SITE, "shop/__init__.py": "import django\n\ndjango.setup()\n"},
        "import-error",
        "shop/__init__.py:3",
        "while it is being set up",
        "Remove `django.setup()`",
        "django",
        also=("django-setup",),
    ),
    Failing(
        "settings of another project",
        django(PLAIN_SITE, FINE)
        | {WSGI_FILE: START.replace("site1.settings", "tea.settings")},
        "import-error",
        f"{WSGI_FILE}:6",
        "settings are `site1.settings`, and the code says `tea.settings`",
        '"site1.settings"',
        "django",
    ),
    Failing(
        "static files that are not collected",
        django(STORED, STATIC),
        "error-response",
        "site1/urls.py:5",
        "the static file `tea.css`",
        "python manage.py collectstatic",
        "django",
        "works",
        "warning",
    ),
    Failing(
        "an error in a view of Django's",
        django(PLAIN_SITE, FINE.replace("HttpResponse('x')", "1 / 0")),
        "error-response",
        "site1/urls.py:4",
        "ZeroDivisionError",
        GENERAL,
        "django",
    ),
)


def gone(name: str, code: str, words: str, fix: str, needs: str) -> Failing:
    """Return an app whose first line has what a library has no longer."""
    return Failing(
        name, shop(code + PLAIN), "import-error", "shop.py:1", words, fix, needs
    )


VERSIONS = (
    Failing(
        "the version of the project itself",
        {"shop/__init__.py": OWN_VERSION.format("shop") + PLAIN},
        "import-error",
        "shop/__init__.py:3",
        "`shop` is your project itself",
        "catch `importlib.metadata.PackageNotFoundError`",
    ),
    Failing(
        "the version of a package that is not installed",
        {"shop.py": OWN_VERSION.format("no-such-package") + PLAIN},
        "import-error",
        "shop.py:3",
        "No package called `no-such-package` is installed",
        "pip install no-such-package",
    ),
    Failing(
        "a module that Flask has no longer",
        shop("from flask.ext.sqlalchemy import SQLAlchemy\n" + PLAIN)
        | {"requirements.txt": "flask>=0.1\n"},
        "import-error",
        "shop.py:1",
        "has no module flask.ext",
        "Write `flask_sqlalchemy` for `flask.ext.sqlalchemy`.",
        "flask",
    ),
    Failing(
        "a module that the version of the requirements may have",
        shop("from flask.ext.sqlalchemy import SQLAlchemy\n" + PLAIN)
        | {"requirements.txt": "flask==0.12\n"},
        "import-error",
        "shop.py:1",
        "and requirements.txt names Flask 0.12",
        "Install that version here",
        "flask",
        severity="warning",
        outcome="not-loaded",
        also=("no-build",),
    ),
    Failing(
        "a field of WTForms",
        shop("from wtforms import TextField\n" + PLAIN),
        "import-error",
        "shop.py:1",
        "`wtforms` has no `TextField` since WTForms 3.0",
        "Write `StringField` for `TextField`",
        libraries={"wtforms/__init__.py": "StringField = object\n"},
    ),
    gone(
        "url_quote",
        "from werkzeug.urls import url_quote\n",
        "`werkzeug.urls` has no `url_quote` since Werkzeug 3.0",
        "`Werkzeug<3`",
        "flask",
    ),
    gone(
        "Jinja's Markup",
        "from jinja2 import Markup\n",
        "since Jinja 3.1",
        "from markupsafe import Markup",
        "flask",
    ),
    gone(
        "Flask's encoder",
        "from flask.json import JSONEncoder\n",
        "since Flask 2.3",
        "DefaultJSONProvider",
        "flask",
    ),
    gone(
        "Flask's first request",
        "__import__('flask').Flask('x').before_first_request(print)\n",
        "no `before_first_request` since Flask 2.3",
        "at import",
        "flask",
    ),
    gone(
        "SQL as a text",
        "__import__('sqlalchemy').create_engine('sqlite://').connect().execute('x')\n",
        "does not take SQL as a plain text",
        "from sqlalchemy import text",
        "flask_sqlalchemy",
    ),
    Failing(
        "a type of Python 3.10",
        shop("def tea(kind: int | None) -> None: ...\n\n\n" + PLAIN),
        "python-version",
        "shop.py:1",
        "needs Python 3.10",
        "Choose Python 3.10",
        pythons=((3, 9), (3, 10)),
    ),
    Failing(
        "a name of an own module, as a library had it",
        shop("from pages import Markup\n" + PLAIN) | {"pages.py": "x = 1\n"},
        "import-error",
        "shop.py:1",
        "`pages.py` has no `Markup`",
        "Define `Markup` in `pages.py`",
    ),
)


def unread(name: str, code: str, line: int, words: str, fix: str) -> Failing:
    """Return an app whose code cannot be parsed."""
    return Failing(
        name, shop(code + PLAIN), "syntax-error", f"shop.py:{line}", words, fix
    )


SYNTAX = (
    unread("Python 2's print", "print 'tea'\n", 1, "code of Python 2", "`print(...)`"),
    unread(
        "tabs and spaces",
        "if 1:\n        x = 1\n\ty = 2\n",
        3,
        "is not that of the lines around it",
        "four spaces everywhere",
    ),
    unread(
        "a block without an indentation",
        "def tea():\nreturn 1\n",
        2,
        "indentation of this line is wrong",
        "four spaces deeper",
    ),
    unread(
        "another mistake", "tea = = 1\n", 1, "cannot parse this", "Correct the line."
    ),
    unread(
        "an import of nothing",
        "from os import\n",
        1,
        "This import names nothing",
        "Write the names behind `import`, or delete the line.",
    ),
    unread("old code", "def tea(a, (b, c)):\n    1\n", 1, "cannot parse", "or choose"),
)
