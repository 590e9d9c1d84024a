"""Apps that fail for a known reason of files and templates, and look-alikes."""

from __future__ import annotations

from cause_apps import FLASK, GENERAL, PLAIN, WSGI_FILE, Failing, shop
from cause_apps_data import SITE

HERE = 'Path(__file__).resolve().parent / "'

STATIC = (
    """from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles

app = Starlette()
app.mount("/static", StaticFiles(directory="{}"), name="static")
"""
    + PLAIN
)

NO_APP = (
    'raise FileNotFoundError("/var/www/wsgi.py finds no {} in /home/alice/mysite")\n\n'
    "application = 1\n"
)

FILES = (
    Failing(
        "a file that a library misses in its own way",
        {
            WSGI_FILE: "path = '/home/alice/mysite/a.xml'\n"
            "raise OSError(f\"Error reading '{path}': No such file or directory\")\n"
            + PLAIN
        },
        "import-error",
        f"{WSGI_FILE}:2",
        "needs the file `/home/alice/mysite/a.xml`, which the project does not have",
        "Add the file to the project",
    ),
    Failing(
        "a relative file, out of reading's sight",
        shop("TEA = [open(name) for name in ['x/' + 'tea.csv']]\n" + PLAIN)
        | {"x/tea.csv": "1"},
        "relative-path",
        "shop.py:1",
        "`x/tea.csv` is looked for in the working directory",
        HERE + 'x/tea.csv"',
    ),
    Failing(
        "a relative folder of FastAPI",
        shop(STATIC.format("static")) | {"static/tea.css": "1"},
        "relative-path",
        "shop.py:5",
        "`static` is looked for in the working directory",
        HERE + 'static"`. At the top of the file, add `from pathlib import Path`.',
        "starlette",
    ),
    Failing(
        "a folder that the project does not have",
        shop(STATIC.format("no")) | {"static/tea.css": "1"},
        "import-error",
        "shop.py:5",
        "needs the folder `no`, which the project does not have",
        "Add the folder to the project",
        "starlette",
    ),
    Failing(
        "the page of an adopted website, left behind",
        {
            WSGI_FILE: NO_APP.format("dist/a/index.html"),
            "dist/a/index.html": "x",
            ".gitignore": "dist\n",
        },
        "import-error",
        f"{WSGI_FILE}:1",
        "The import needs `dist/a/index.html`, which does not get to PythonAnywhere",
        "`--include dist/`",
    ),
    Failing(
        "an adopted app that is in another file now",
        {WSGI_FILE: NO_APP.format("app.py"), "shop.py": PLAIN},
        "import-error",
        f"{WSGI_FILE}:1",
        "The entry file imports the app of `app.py`, and there is no such file",
        "run `pa-new adopt` again",
    ),
    Failing(
        "a relative file in a request",
        shop(FLASK + "    return [open(n) for n in ['tea' + '.csv']]\n")
        | {"tea.csv": "1"},
        "relative-path",
        "shop.py:8",
        "`tea.csv` is looked for",
        HERE + 'tea.csv"',
        "flask",
    ),
    Failing(
        "a file in other capital letters",
        shop(
            "from pathlib import Path\n\n"
            "TEA = [Path(__file__).parent / n for n in ['tea.csv']][0].read_text()\n"
            + PLAIN
        )
        | {"Tea.csv": "1"},
        "wrong-case",
        "shop.py:3",
        "The code says `tea.csv`, but the file is `Tea.csv`",
        "Rename the file",
    ),
    Failing(
        "a path of Windows, out of reading's sight",
        shop("TEA = open('x' + chr(92) + 'tea.csv').read()\n" + PLAIN)
        | {"x/tea.csv": "1"},
        "windows-path",
        "shop.py:1",
        r"`x\tea.csv` is a path of Windows",
        HERE + 'x/tea.csv"',
    ),
    Failing(
        "a file in a folder that is missing",
        shop("LOG = open('/home/alice/mysite/x/a.log', 'a')\n" + PLAIN),
        "import-error",
        "shop.py:1",
        "the folder `/home/alice/mysite/x`",
        'os.makedirs("/home/alice/mysite/x", exist_ok=True)',
    ),
    Failing(
        "a file that the project does not have",
        shop("TEA = open('/home/alice/mysite/tea.csv').read()\n" + PLAIN),
        "import-error",
        "shop.py:1",
        "which the project does not have",
        "Add the file to the project",
    ),
    Failing(
        "a folder outside of the home folder",
        shop(
            "raise PermissionError(13, 'Permission denied', '/usr/share/tea')\n" + PLAIN
        ),
        "import-error",
        "shop.py:1",
        "may not use `/usr/share/tea`: it is outside your home folder",
        HERE + 'tea"',
    ),
    Failing(
        "a folder in the home folder",
        shop(
            "raise PermissionError(13, 'Permission denied', '/home/alice/tea')\n"
            + PLAIN
        ),
        "import-error",
        "shop.py:1",
        "PermissionError",
        GENERAL,
    ),
    Failing(
        "a file elsewhere",
        shop("TEA = open('/etc/no-such-tea').read()\n" + PLAIN),
        "import-error",
        "shop.py:1",
        "FileNotFoundError",
        GENERAL,
    ),
)

RENDERS = (
    "from flask import render_template\n"
    + FLASK
    + "    return render_template(''.join(['tea', '.html']))\n"
)
LOADS = (
    "from jinja2 import Environment, FileSystemLoader\n\n"
    "pages = Environment(loader=FileSystemLoader('templates'))\n"
    + FLASK
    + "    return pages.get_template('tea' + '.html').render()\n"
)
BOTTLE = (
    "import bottle\n\n\n@bottle.route('/')\ndef index():\n"
    "    return bottle.template(''.join(['tea']))\n\n\n"
    "application = bottle.default_app()\n"
)
RENDERS_DJANGO = (
    "from django.shortcuts import render\nfrom django.urls import path\n\n"
    "urlpatterns = [path('', lambda r: render(r, ''.join(['tea.html'])))]\n"
)
BACKEND = (
    "SECRET_KEY = 'x' * 50\nDEBUG = False\nALLOWED_HOSTS = ['*']\n"
    "ROOT_URLCONF = 'site1.urls'\nTEMPLATES = [{{\n"
    "    'BACKEND': 'django.template.backends.django.DjangoTemplates',\n"
    "    'DIRS': {0}}}]\n"
)


def django(settings: str, urls: str, **more: str) -> dict[str, str]:
    """Return a project of Django with these settings and addresses."""
    start = {k: v for k, v in SITE.items() if not k.startswith("shop/")}
    return {**start, "site1/settings.py": settings, "site1/urls.py": urls, **more}


TEMPLATES = (
    Failing(
        "a template that is missing",
        shop(RENDERS),
        "missing-template",
        "shop.py:9",
        "needs the template `tea.html`",
        "Add the template",
        "flask",
    ),
    Failing(
        "a template in another folder",
        shop(RENDERS) | {"pages/tea.html": "x"},
        "missing-template",
        "shop.py:9",
        "the project has `pages/tea.html`",
        'template_folder="pages"',
        "flask",
    ),
    Failing(
        "a template in other capital letters",
        shop(RENDERS) | {"templates/Tea.html": "x"},
        "wrong-case",
        "shop.py:9",
        "The code says `tea.html`, but the file is `templates/Tea.html`",
        "`Tea.html`",
        "flask",
    ),
    Failing(
        "a loader for the working directory",
        shop(LOADS) | {"templates/tea.html": "x"},
        "relative-path",
        "shop.py:3",
        "relative to the working directory",
        HERE + 'templates"',
        "flask",
    ),
    Failing(
        "Bottle's folder of templates",
        shop(BOTTLE) | {"views/tea.tpl": "x"},
        "relative-path",
        "shop.py:6",
        "Bottle looks in the working directory",
        'bottle.TEMPLATE_PATH.insert(0, str(Path(__file__).resolve().parent / "views"))',
        "bottle",
    ),
    Failing(
        "Django's relative folder of templates",
        django(BACKEND.format("['pages']"), RENDERS_DJANGO) | {"pages/tea.html": "x"},
        "relative-path",
        "site1/settings.py:7",
        "the project has `pages/tea.html`",
        '"DIRS": [BASE_DIR / "pages"]',
        "django",
    ),
    Failing(
        "an error inside a template",
        shop(RENDERS) | {"templates/tea.html": "{{ 1 / 0 }}"},
        "error-response",
        "templates/tea.html:1",
        "ZeroDivisionError",
        GENERAL,
        "flask",
    ),
)
