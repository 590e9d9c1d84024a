"""Apps that depend on where the host has the files of a project.

Each status is what uWSGI answered. The good ones look like the bad ones.
"""

from __future__ import annotations

from apps.definition import condition
from apps.sources import PATH, PLAIN, WSGI_FILE, shop

READ = "\nwith open({}) as file:\n    TEXT = file.read()\n"

HOST_FILES = (
    condition(
        "an error behind chdir and a path",
        "",
        {
            WSGI_FILE: "import os\nimport sys\n\nproject = '/home/alice/mysite'\n"
            "sys.path.insert(0, project)\nos.chdir(project)\n"
            "from shop import application\n",
            "shop.py": PLAIN + "price = {'tea': 3}['cake']  # <~ import-error\n",
        },
        500,
    ),
    condition(
        "chdir instead of a path",
        "",
        {
            WSGI_FILE: "import os\n\nos.chdir('/home/alice/mysite')\n"
            "from shop import application\n",
            "shop.py": PLAIN,
        },
        200,
    ),
    condition(
        "a relative file after chdir",
        "",
        {
            WSGI_FILE: "import os\n\nos.chdir('/home/alice/mysite')\n"
            + READ.format("'tea.txt'")
            + PLAIN,
            "tea.txt": "tea",
        },
        200,
    ),
    condition(
        "chdir to a folder that is nowhere",
        "",
        {
            WSGI_FILE: "import os\n\n"
            "os.chdir('/home/alice/mysite/static')  # <~ import-error\n" + PLAIN,
        },
        500,
    ),
    condition(
        "a handler of the log whose folder is not there",
        "",
        {
            WSGI_FILE: "import logging.config\n\nFILE = '/home/alice/mysite/logs/x.log'\n"
            "HANDLER = {'class': 'logging.FileHandler', 'filename': FILE}\n"
            "logging.config.dictConfig(  # <~ import-error\n"
            "    {'version': 1, 'handlers': {'file': HANDLER}}\n)\n" + PLAIN,
        },
        500,
    ),
    condition(
        "a relative path from the home folder",
        "",
        {
            WSGI_FILE: PATH + "from shop import application\n",
            "shop.py": READ.format("'mysite/tea.txt'") + PLAIN,
            "tea.txt": "tea",
        },
        200,
    ),
    condition(
        "a relative import in a WSGI file",
        "",
        {
            WSGI_FILE: PATH + "from .shop import application  # <- import-error\n",
            "shop.py": PLAIN,
        },
        500,
    ),
    condition(
        "a module beside the WSGI file",
        "",
        {
            "wsgi.py": "from app import application  # <- import-error\n",
            "app.py": PLAIN,
        },
        500,
    ),
    condition(
        "a path from the WSGI file's own place",
        "",
        {
            "wsgi.py": "import sys\nfrom pathlib import Path\n\n"
            "sys.path.insert(0, str(Path(__file__).resolve().parent))\n"
            "from app import application\n",
            "app.py": PLAIN,
        },
        200,
    ),
    condition(
        "a package, found from the home folder",
        "",
        {
            WSGI_FILE: "from mysite.shop import application\n",
            "shop.py": PLAIN,
        },
        200,
    ),
    condition(
        "a sub-folder that is not on the path",
        "",
        {
            WSGI_FILE: PATH + "from shop import application  # <- import-error\n",
            "src/shop.py": PLAIN,
        },
        500,
    ),
    condition(
        "a sub-folder that is on the path",
        "",
        {
            WSGI_FILE: PATH
            + "sys.path.append('/home/alice/mysite/src')\n"
            + "from shop import application\n",
            "src/shop.py": PLAIN,
        },
        200,
    ),
    condition(
        "a sub-folder on the path that is nowhere",
        "",
        {
            WSGI_FILE: "import sys\n\nsys.path.insert(0, '/home/alice/mysite/source')\n"
            "from shop import application  # <~ import-error\n",
            "shop.py": PLAIN,
        },
        500,
    ),
    condition(
        "a package of the folder's name",
        "",
        {
            WSGI_FILE: PATH + "from mysite.web import application\n",
            "mysite/__init__.py": "",
            "mysite/calendar.py": "def export():\n    return 'tea'\n",
            "mysite/web.py": "import calendar\n\nfrom mysite import calendar as own\n\n"
            "own.export() + str(calendar.isleap(2024))\n" + PLAIN,
        },
        200,
    ),
    condition(
        "a package of the folder's name, in a folder of another name",
        "",
        {
            WSGI_FILE: "import sys\n\nsys.path.append('/home/alice/tea')\n"
            "from tea.web import application\n",
            "tea/__init__.py": "from tea import json\n",
            "tea/json.py": "def dumps(value):\n    return repr(value)\n",
            "tea/web.py": "import json\n\nassert json.loads('1') == 1\n" + PLAIN,
        },
        200,
        folder="tea",
    ),
    condition(
        "a package of the folder's name behind a folder that is a package too",
        "",
        {
            WSGI_FILE: "import sys\n\nsys.path.append('/home/alice/mysite')\n"
            "from mysite.web import application  # <~ import-error\n",
            "__init__.py": "",
            "mysite/__init__.py": "",
            "mysite/web.py": PLAIN,
        },
        500,
    ),
    condition(
        "a vendored package without __init__",
        "",
        shop("from shop_lib.kinds.names import NAMES\n" + PLAIN)
        | {"shop_lib/kinds/names.py": "NAMES = ('tea',)\n"},
        200,
    ),
    condition(
        "vendored packages in a folder that is on the path",
        "",
        {
            WSGI_FILE: PATH
            + "sys.path.insert(1, '/home/alice/mysite/vendor')\n"
            + "from shop import application\n",
            "shop.py": "import shop_lib\n" + PLAIN,
            "vendor/shop_lib/__init__.py": "",
        },
        200,
    ),
    condition(
        "vendored packages in a folder that is not on the path",
        "",
        shop("import shop_lib  # <- import-error\n" + PLAIN)
        | {"vendor/shop_lib/__init__.py": ""},
        500,
    ),
    condition(
        "a table from a URL",
        "",
        shop(
            PLAIN
            + """

def table(pandas):
    import urllib.request

    urllib.request.urlopen("https://example.com/fruit.csv")
    pandas.read_csv("https://example.com/fruit.csv")
    return pandas.read_json("s3://fruit/fruit.json")
"""
        ),
        200,
    ),
    condition(
        "a table from a file of the working directory",
        "",
        shop(
            PLAIN
            + """

def table():
    import pandas

    return pandas.read_csv("data/fruit.csv")  # <- relative-path
"""
        )
        | {"data/fruit.csv": "kind\n", "requirements.txt": "pandas\n"},
        200,
    ),
    condition(
        "a database in memory, by its address",
        "",
        shop(
            "import sqlite3\n\nsqlite3.connect('file::memory:?cache=shared', uri=True)\n"
            + PLAIN
        ),
        200,
    ),
    condition(
        "a folder that the code makes",
        "",
        shop(
            "import os\n\nif not os.path.exists('logs'):\n    os.mkdir('logs')  # <- relative-path\n"
            "open('logs/shop.log', 'a').close()\n" + PLAIN
        ),
        200,
        severity="note",
    ),
    condition(
        "folders that the code makes in one call",
        "",
        shop(
            "import os\nfrom pathlib import Path\n\n"
            "os.makedirs('var/log', exist_ok=True)  # <- relative-path\n"
            "open('var/log/shop.log', 'a').close()\n"
            "Path('data').mkdir(exist_ok=True)  # <- relative-path\n"
            "Path('data/tea').write_text('3')\n" + PLAIN
        ),
        200,
        severity="note",
    ),
    condition(
        "a file in a folder that nothing makes",
        "",
        shop("open('logs/shop.log', 'a').close()  # <- relative-path\n" + PLAIN)
        | {"logs/.keep": ""},
        500,
    ),
    condition(
        "an upload to a relative folder",
        "flask",
        shop(
            """import os
from flask import Flask, request

application = Flask(__name__)
application.config["UPLOAD_FOLDER"] = "static/uploads"


@application.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        photo = request.files["photo"]
        photo.save(  # <- relative-path
            os.path.join(application.config["UPLOAD_FOLDER"], photo.filename)
        )
    return "form"
"""
        ),
        200,
    ),
    condition(
        "an upload to a folder found from the file's own place",
        "flask",
        shop(
            """import os
from flask import Flask, request

application = Flask(__name__)
HERE = os.path.dirname(os.path.abspath(__file__))
application.config["UPLOAD_FOLDER"] = os.path.join(HERE, "static")


@application.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        photo = request.files["photo"]
        photo.save(os.path.join(application.config["UPLOAD_FOLDER"], photo.filename))
    return "form"
"""
        ),
        200,
    ),
    condition(
        "a picture that is saved beside the working directory",
        "",
        shop(
            PLAIN
            + "\n\ndef draw(picture):\n    picture.save('static/tea.png')"
            + "  # <- relative-path\n"
        ),
        200,
    ),
)
