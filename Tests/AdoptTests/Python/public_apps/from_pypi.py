"""Public applications in source distributions on PyPI, which the tests download and run."""

from __future__ import annotations

from public_apps.model import Ask, Edit, PublicApp

# httpbin shows the request, which is another one on each server.
_SHOWN = (
    r'"headers": \{.*?\},',
    r'"origin": "[^"]*",',
    r'"url": "[^"]*"',
)

# Shown only to visitors of this computer, and not by the settings for production.
_TOOLBAR = (r'\s*<div id="djDebugRoot".*(?=</body>)',)

APPS = (
    PublicApp(
        name="flaskr",
        framework="Flask, a factory",
        source="pypi:flask==3.1.3",
        licence="BSD-3-Clause",
        folder="examples/tutorial",
        packages=("flask==3.1.3",),
        prepare=("python -m flask --app flaskr init-db",),
        serve="python -m flask --app flaskr run --port {port}",
        asks=(
            Ask("/"),
            Ask("/static/style.css", is_file=True),
            Ask("/auth/register", form={"username": "ada", "password": "1843"}),
            Ask("/auth/login", form={"username": "ada", "password": "1843"}),
            Ask("/create", form={"title": "Grüße & <b>", "body": "1 + 1"}),
            Ask("/", varying=(r"on \d{4}-\d\d-\d\d",)),
        ),
        is_quick=True,
    ),
    PublicApp(
        name="httpbin",
        adopt=("--app", "httpbin:app"),
        edits=(
            Edit(
                "import-error",
                "httpbin/core.py",
                'get_version("httpbin")',
                '"0.10.4"',
                "its version written in the code",
            ),
        ),
        framework="Flask",
        source="pypi:httpbin==0.10.4",
        licence="MIT or ISC",
        packages=(
            "flask==3.1.3",
            "brotlicffi",
            "decorator",
            "greenlet >= 3.0.0a1",
            "six",
            "werkzeug",
        ),
        serve="python -m flask --app httpbin run --port {port}",
        asks=(
            Ask("/"),
            Ask("/forms/post"),
            Ask("/static/favicon.ico", is_file=True),
            Ask("/post", form={"custname": "Ada", "size": "large"}, varying=_SHOWN),
        ),
    ),
    PublicApp(
        name="django-debug-toolbar's example",
        framework="Django",
        source="pypi:django-debug-toolbar==8.0.0",
        licence="BSD-3-Clause",
        packages=("django==6.0.3", "sqlparse", "whitenoise", "jinja2"),
        prepare=("python example/manage.py migrate",),
        serve="python example/manage.py runserver --noreload 127.0.0.1:{port}",
        adopt=("--settings", "example.settings"),
        asks=(
            Ask("/", varying=_TOOLBAR),
            Ask("/static/debug_toolbar/css/toolbar.css", is_file=True),
            Ask("/jinja/", varying=_TOOLBAR),
            Ask("/ajax/increment"),
            Ask(
                "/admin/login/",
                form={"username": "ada", "password": "1843"},
                token="csrfmiddlewaretoken",
                varying=_TOOLBAR,
            ),
        ),
        edits=(
            Edit(
                "",
                "requirements.txt",
                "sqlparse",
                "whitenoise\njinja2\nsqlparse",
                "two packages for its developers added to the list",
            ),
            Edit(
                "allowed-hosts",
                "example/settings.py",
                "DEBUG = True\n",
                'DEBUG = True\nALLOWED_HOSTS = ["alice.pythonanywhere.com"]\n',
                "`ALLOWED_HOSTS`",
            ),
        ),
    ),
    PublicApp(
        name="quick tour's package",
        framework="Pyramid",
        source="pypi:pyramid==2.1",
        licence="Repoze Public License",
        folder="docs/quick_tour/package",
        packages=(
            "pyramid==2.1",
            "plaster_pastedeploy",
            "pyramid_jinja2",
            "pyramid_debugtoolbar",
            "waitress",
            "setuptools<82",
        ),
        prepare=("python setup.py -q egg_info",),
        serve="sed -i s/6543/{port}/ production.ini; PYTHONPATH=. pserve production.ini",
        asks=(
            Ask("/"),
            Ask("/static/theme.css", is_file=True),
            Ask("/", form={"name": "Ada"}),
            Ask("/nothing"),
        ),
    ),
    PublicApp(
        name="look",
        framework="Falcon",
        source="pypi:falcon==4.4.0",
        licence="Apache-2.0",
        folder="examples/look",
        packages=("falcon==4.4.0", "msgpack", "gunicorn"),
        serve="gunicorn --bind 127.0.0.1:{port} 'look.app:get_app()'",
        asks=(
            Ask("/images"),
            Ask(
                "/images",
                json="[1]",
                varying=(r"/images/[0-9a-f-]{36}",),
            ),
            Ask("/images", varying=(r"/images/[0-9a-f-]{36}",)),
            Ask("/nothing"),
        ),
        is_quick=True,
    ),
    PublicApp(
        name="i18nurls",
        framework="plain WSGI, with Werkzeug",
        source="pypi:werkzeug==3.1.9",
        licence="BSD-3-Clause",
        folder="examples",
        packages=("werkzeug==3.1.9", "jinja2", "click"),
        serve="python manage-i18nurls.py runserver --no-reloader -h 127.0.0.1 -p {port}",
        adopt=("--factory", "i18nurls:make_app"),
        asks=(
            Ask("/"),
            Ask("/en/"),
            Ask("/de/about"),
            Ask("/en/", form={"name": "Ada"}),
            Ask("/nothing"),
        ),
    ),
    PublicApp(
        name="tutorial on forms",
        framework="CherryPy",
        source="pypi:cherrypy==18.10.0",
        licence="BSD-3-Clause",
        folder="cherrypy/tutorial",
        packages=("cherrypy==18.10.0",),
        serve="sed -i s/8080/{port}/ tutorial.conf; python tut03_get_and_post.py",
        adopt=("--app", "tut03_get_and_post:WelcomePage"),
        asks=(
            Ask("/"),
            Ask("/greetUser", form={"name": "Grüße"}),
            Ask("/greetUser?name=Ada"),
        ),
        is_quick=True,
    ),
    PublicApp(
        name="pypiserver",
        framework="Bottle",
        source="pypi:pypiserver==2.4.2",
        licence="zlib",
        packages=("defusedxml", "packaging", "pip", "legacy-cgi"),
        prepare=("mkdir -p ~/packages",),
        serve="python -m pypiserver run -i 127.0.0.1 -p {port}",
        adopt=("--factory", "pypiserver:app"),
        asks=(
            Ask("/"),
            Ask("/simple/"),
            Ask("/", form={":action": "doc_upload"}),
        ),
    ),
    PublicApp(
        name="radicale",
        framework="plain WSGI",
        source="pypi:radicale==3.9.0",
        licence="GPL-3.0-or-later",
        packages=("defusedxml", "libpass", "vobject", "pika", "requests"),
        serve="python -m radicale --server-hosts 127.0.0.1:{port}",
        adopt=("--app", "radicale:application"),
        edits=(
            Edit(
                "import-error",
                "radicale/utils.py",
                "    return metadata.version(name)",
                '    return "3.9.0" if name == "radicale" else metadata.version(name)',
                "its version written in the code",
            ),
        ),
        asks=(
            Ask("/"),
            Ask("/.web/"),
            Ask("/.web/css/main.css", is_file=True),
            Ask("/.web/", form={"name": "Ada"}),
        ),
    ),
)
