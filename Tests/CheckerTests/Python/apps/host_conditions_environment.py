"""Apps that depend on the host's environment and data.

Each status is what uWSGI answered. The good ones look like the bad ones.
"""

from __future__ import annotations

from apps.definition import condition
from apps.sources import PATH, PLAIN, WSGI_FILE, shop
from cause_apps import GENERATED, REQUIRES

NEEDS_KEY = "import os\n\nKEY = os.environ['SHOP_KEY']{}\n" + PLAIN
DOTENV = "import os\n\nfrom dotenv import load_dotenv\n\n"
ITEMS = """from flask import Flask
from flask_sqlalchemy import SQLAlchemy

application = Flask(__name__)
application.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
db = SQLAlchemy(application)


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)

{}
@application.route("/")
def index():
    return str(Item.query.count()){}
"""
TEA = """import sqlite3
from pathlib import Path

DATABASE = Path(__file__).with_name("shop.db")
{}

def application(environ, start_response):
    rows = sqlite3.connect(DATABASE).execute("select * from tea").fetchall(){}
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(rows).encode()]
"""

HOST_ENVIRONMENT = (
    condition(
        "an app that looks for the host",
        "bottle",
        shop(
            """import os

from bottle import default_app, route, run


@route("/")
def home():
    return "hello"


if "PYTHONANYWHERE_DOMAIN" in os.environ:
    application = default_app()
else:
    run(host="localhost", port=8080)
"""
        ),
        200,
    ),
    condition(
        "an app that looks for the host's site",
        "",
        shop(
            "import os\n\nif os.environ.get('PYTHONANYWHERE_SITE') is None:\n"
            "    raise SystemExit('this is for PythonAnywhere')\n" + PLAIN
        ),
        200,
    ),
    condition(
        "an app that serves on the host, of all places",
        "",
        shop(
            PLAIN
            + "import os\nfrom wsgiref.simple_server import make_server\n\n"
            + "if 'PYTHONANYWHERE_DOMAIN' in os.environ:\n"
            + "    make_server('', 8000, application)"
            + ".serve_forever()  # <~ server-start\n"
        ),
        0,
    ),
    condition(
        "a path from the home folder",
        "",
        {
            WSGI_FILE: "import os\nimport sys\nfrom pathlib import Path\n\n"
            "sys.path.insert(0, os.path.expanduser('~/mysite'))\n"
            "assert str(Path.home()) == os.environ['HOME'] == '/home/alice'\n"
            "assert os.environ['USER'] == 'alice' and os.getcwd() == '/home/alice'\n"
            "from shop import application\n",
            "shop.py": PLAIN,
        },
        200,
    ),
    condition(
        "a variable that is not set",
        "",
        shop(NEEDS_KEY.format("  # <~ missing-variable")),
        500,
    ),
    condition(
        "a variable that is set in this shell only",
        "",
        shop(NEEDS_KEY.format("  # <~ missing-variable")),
        500,
        shell={"SHOP_KEY": "abc123"},
    ),
    condition(
        "a variable that is lent",
        "",
        shop(NEEDS_KEY.format("")),
        200,
        shell={"SHOP_KEY": "abc123"},
        environment={"SHOP_KEY": "abc123"},
        more_options=("--env", "SHOP_KEY"),
    ),
    condition(
        "a number that is not set",
        "",
        shop(
            "import os\n\nAGE = int(os.getenv('AGE'))  # <~ missing-variable\n" + PLAIN
        ),
        500,
    ),
    condition(
        "a variable with another value for it",
        "",
        shop("import os\n\nKEY = os.environ.get('SHOP_KEY', 'none')\n" + PLAIN),
        200,
    ),
    condition(
        "a variable that the WSGI file sets",
        "",
        {
            WSGI_FILE: PATH
            + "import os\n\nos.environ['SHOP_KEY'] = 'abc'\n"
            + "from shop import application\n",
            "shop.py": NEEDS_KEY.format(""),
        },
        200,
    ),
    condition(
        "a variable that the WSGI file sets too late",
        "",
        {
            WSGI_FILE: PATH
            + "import os\n\nfrom shop import application\n"
            + "os.environ['SHOP_KEY'] = 'abc'\n",
            "shop.py": NEEDS_KEY.format("  # <~ missing-variable"),
        },
        500,
    ),
    condition(
        "a variable that an example lists",
        "",
        shop(NEEDS_KEY.format("")) | {".env.example": "# of the shop\nSHOP_KEY=\n"},
        200,
        environment={"SHOP_KEY": "abc123"},
    ),
    condition(
        "a setting that the project requires, and an example lists",
        "",
        shop(REQUIRES + PLAIN) | GENERATED | {".env.example": "SHOP_KEY=\n"},
        200,
        environment={"SHOP_KEY": "abc123"},
    ),
    condition(
        "a setting that the project requires, in its own file",
        "",
        shop(REQUIRES + PLAIN) | GENERATED | {".env": "SHOP_KEY='a b'\n"},
        200,
    ),
    condition(
        "an example whose paths stand for the user's own",
        "",
        {
            WSGI_FILE: "import os\nimport sys\n\n"
            "sys.path.insert(0, os.getenv('SHOP_HOME', '/home/alice/mysite'))\n"
            "from shop import application\n",
            "shop.py": PLAIN,
            ".env.example": "SHOP_HOME=/home/<your_username>/mysite\n",
        },
        200,
    ),
    condition(
        "a file of variables that nothing loads",
        "",
        shop(NEEDS_KEY.format("  # <~ missing-variable")) | {".env": "SHOP_KEY=abc\n"},
        500,
        shell={"SHOP_KEY": "abc"},
    ),
    condition(
        "a file of variables that the WSGI file loads",
        "dotenv",
        {
            WSGI_FILE: PATH
            + "from dotenv import load_dotenv\n\n"
            + "load_dotenv('/home/alice/mysite/.env')\nfrom shop import application\n",
            "shop.py": NEEDS_KEY.format(""),
            ".env": "SHOP_KEY=abc\n",
        },
        200,
    ),
    condition(
        "a file of variables that the app looks for",
        "dotenv",
        shop(
            DOTENV
            + "load_dotenv()  # <~ missing-variable\nKEY = os.environ['SHOP_KEY']\n"
            + PLAIN
        )
        | {".env": "SHOP_KEY=abc\n"},
        500,
    ),
    condition(
        "a file of variables beside the app",
        "dotenv",
        shop(
            DOTENV
            + "from pathlib import Path\n\n"
            + "load_dotenv(Path(__file__).with_name('.env'))\n"
            + "KEY = os.environ['SHOP_KEY']\n"
            + PLAIN
        )
        | {".env": "SHOP_KEY=abc\n"},
        200,
    ),
    condition(
        "a file of variables that the app looks for after chdir",
        "dotenv",
        shop(
            DOTENV
            + "os.chdir(os.path.dirname(__file__))\nload_dotenv()\n"
            + "KEY = os.environ['SHOP_KEY']\n"
            + PLAIN
        )
        | {".env": "SHOP_KEY=abc\n"},
        200,
    ),
    condition(
        "a table that nothing makes",
        "",
        shop(TEA.format("", "  # <~ missing-table")),
        500,
    ),
    condition(
        "a table that the app makes",
        "",
        shop(
            TEA.format(
                "sqlite3.connect(DATABASE).execute("
                "'create table if not exists tea (kind text)')\n",
                "",
            )
        ),
        200,
    ),
    condition(
        "tables that are made under the guard",
        "flask_sqlalchemy",
        {
            "wsgi.py": PATH + "from shop import application\n",
            "shop.py": ITEMS.format("", "  # <~ missing-table")
            + "\n\nif __name__ == '__main__':\n    with application.app_context():\n"
            + "        db.create_all()\n    application.run()\n",
            "instance/shop.db": "",
        },
        500,
        left_behind=("instance/shop.db",),
    ),
    condition(
        "tables that are made at import",
        "flask_sqlalchemy",
        shop(
            ITEMS.format("\nwith application.app_context():\n    db.create_all()\n", "")
        ),
        200,
    ),
    condition(
        "tables that are made by a request",
        "flask_sqlalchemy",
        shop(
            ITEMS.format(
                "\n@application.before_request\ndef prepare():\n    db.create_all()\n\n",
                "",
            )
        ),
        200,
    ),
    condition(
        "packages for Windows",
        "",
        shop(PLAIN)
        | {
            "requirements.txt": "pywin32==306  # <- no-build\n"
            "pywinpty==2.0.13  # <- no-build\ncolorama==0.4.6\n"
        },
        200,
    ),
    condition(
        "a package that is too old for this Python",
        "",
        shop(PLAIN) | {"requirements.txt": "numpy==1.21.0  # <- no-build\n"},
        200,
    ),
    condition(
        "packages that no bundle can have",
        "",
        shop(PLAIN, pa_bundle="")
        | {
            "requirements.txt": "Flask>=2\n-e .  # <- no-bundle\n"
            "mysqlclient==2.2.7  # <- no-bundle\nPyMySQL\n"
            "uwsgi; sys_platform == 'win32'\n"
            "x @ git+https://example.com/x.git  # <- no-bundle\n"
            "--no-binary :all:  # <- no-bundle\n"
            "y @ https://example.com/y-1-py3-none-any.whl\n"
        },
        200,
    ),
    condition(
        "packages that only a virtualenv can have, in a project without bundles",
        "",
        shop(PLAIN) | {"requirements.txt": "mysqlclient==2.2.7\n-e .\n"},
        200,
    ),
    condition(
        "packages for Windows, on Windows",
        "",
        shop(PLAIN)
        | {
            "requirements.txt": 'pywin32==306; sys_platform == "win32"\ncolorama==0.4.6\n'
        },
        200,
    ),
)
