"""Apps whose files have other names than the code says, and templates in other folders.

Each status is what uWSGI answered. The good ones look like the bad ones.
"""

from __future__ import annotations

from apps.definition import condition
from apps.sources import FLASK, PLAIN, shop

HOST_NAMES = (
    condition(
        "a module whose file has a capital letter",
        "",
        shop("import helpers  # <- wrong-case\n" + PLAIN, Helpers="x = 1\n"),
        500,
    ),
    condition(
        "a package whose folder has a capital letter",
        "",
        shop("from pages.views import x  # <- wrong-case\n" + PLAIN)
        | {"Pages/__init__.py": "", "Pages/views.py": "x = 1\n"},
        500,
    ),
    condition(
        "modules with capital letters",
        "",
        shop("import Helpers\nfrom Pages.views import x\n" + PLAIN, Helpers="x = 1\n")
        | {"Pages/__init__.py": "", "Pages/views.py": "x = 1\n"},
        200,
    ),
    condition(
        "a template whose file has a capital letter",
        "flask",
        shop(
            FLASK.replace("import Flask", "import Flask, render_template")
            + "\n\n@app.route('/about')\ndef about():\n"
            + "    return render_template('about.html')  # <- wrong-case\n"
        )
        | {"templates/About.html": "<p>tea</p>\n"},
        500,
        path="/about",
    ),
    condition(
        "a template with a capital letter",
        "flask",
        shop(
            FLASK.replace("import Flask", "import Flask, render_template")
            + "\n\n@app.route('/about')\ndef about():\n"
            + "    return render_template('About.html')\n"
        )
        | {"templates/About.html": "<p>tea</p>\n"},
        200,
        path="/about",
    ),
    condition(
        "a data file whose name ends in capital letters",
        "",
        shop(
            "from pathlib import Path\n\n"
            "TEA = Path(__file__).with_name('tea.csv').read_text()  # <- wrong-case\n"
            + PLAIN
        )
        | {"tea.CSV": "tea"},
        500,
    ),
    condition(
        "a template looked up from the working directory",
        "bottle",
        shop(
            """from bottle import default_app, route, template


@route("/")
def home():
    return template("index")  # <- relative-path


application = default_app()
"""
        )
        | {"views/index.tpl": "tea\n"},
        500,
    ),
    condition(
        "a template with a path from the file's own place",
        "bottle",
        shop(
            """from pathlib import Path

from bottle import TEMPLATE_PATH, default_app, route, template

TEMPLATE_PATH.insert(0, str(Path(__file__).parent / "views"))


@route("/")
def home():
    return template("index")


application = default_app()
"""
        )
        | {"views/index.tpl": "tea\n"},
        200,
    ),
    condition(
        "a loader of templates from the working directory",
        "jinja2",
        shop(
            """from jinja2 import Environment, FileSystemLoader

pages = Environment(loader=FileSystemLoader("templates"))  # <- relative-path


def application(environ, start_response):
    text = pages.get_template("index.html").render()
    start_response("200 OK", [("Content-Type", "text/html")])
    return [text.encode()]
"""
        )
        | {"templates/index.html": "tea\n"},
        500,
    ),
)
