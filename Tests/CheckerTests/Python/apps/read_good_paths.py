"""Apps that are only read: paths that are right, although they look like wrong ones."""

from __future__ import annotations

from apps.definition import read_app
from apps.read_paths import BOTTLE, RENDERS, VIEW
from apps.sources import FLASK, MAIN, PATH, PLAIN, WSGI_FILE

GOOD_PATHS = (
    *(
        read_app(
            f"a folder that becomes {place} of sys.path by an assignment",
            {
                WSGI_FILE: f"import sys\n\nhome = '/home/alice/mysite'\n{code}\n"
                "from shop import application\n",
                "shop.py": PLAIN,
            },
        )
        for place, code in (
            ("the first", "if home not in sys.path:\n    sys.path = [home] + sys.path"),
            ("the last", "sys.path = sys.path + [home]"),
            ("the first item", "sys.path = [home, *sys.path]"),
        )
    ),
    read_app(
        "a file of the project, from the home folder",
        {
            "wsgi.py": PATH
            + "\nwith open('mysite/tea.json') as file:\n    TEA = file.read()\n"
            + PLAIN,
            "tea.json": "{}",
        },
    ),
    read_app(
        "the project's own folder, from the home folder",
        PATH + "import os\n\nKIND = os.environ.get('KIND', 'tea')\n"
        "FILES = os.listdir(f'mysite/{KIND}')\n" + PLAIN,
    ),
    read_app(
        "a library that pip has put into the project's folder",
        {
            "wsgi.py": PATH + PLAIN,
            "requests/__init__.py": "",
            "requests-2.32.3.dist-info/METADATA": "Name: requests\n",
        },
        "requests",
    ),
    read_app(
        "a file that no import finds, with the name of a library",
        {"wsgi.py": PATH + PLAIN, "gunicorn.conf.py": "workers = 2\n"},
        "gunicorn",
    ),
    read_app(
        "folders in capital letters, as the settings name them",
        {
            "wsgi.py": """import os

from flask import Flask, render_template

HERE = os.path.dirname(os.path.abspath(__file__))
application = app = Flask(__name__, static_folder="Static")
app.jinja_loader.searchpath.append(os.path.join(HERE, "Templates"))


@app.route("/")
def home():
    return render_template("home.html")
""",
            "Templates/home.html": "{% extends 'base.html' %}<img src='/static/tea.png'>",
            "Templates/base.html": "",
            "Static/tea.png": "",
        },
        "Flask",
    ),
    read_app(
        "paths that are whole, built in many ways",
        """import os
from pathlib import Path

import pandas
from flask import Flask, request, send_file, send_from_directory
from flask_sqlalchemy import SQLAlchemy

HERE = Path(__file__).resolve().parent
application = app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = os.path.join(app.root_path, "uploads")
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.db"
db = SQLAlchemy(app)


@app.route("/", methods=["POST"])
def index():
    photo = request.files["photo"]
    photo.save(os.path.join(app.config["UPLOAD_FOLDER"], photo.filename))
    photo.save(HERE / "uploads" / photo.filename)
    pandas.read_csv("https://example.com/data/fruit.csv")
    pandas.read_csv("s3://fruit/data.csv")
    pandas.read_json('{"a": 1}'.strip())
    open(f"{HERE}/data.json")
    open(f"/tmp/{photo.filename}")
    open(request.args["name"])
    db.session.add(photo)
    photo.save("a title, not a file")
    return send_file("static/x.png") or send_from_directory("files", "x.txt")
""",
        "Flask Flask-SQLAlchemy pandas",
    ),
    read_app(
        "a command for the console",
        FLASK
        + """

@app.cli.command()
def collect():
    import os
    import threading

    os.remove("messages.pot")
    threading.Thread(target=print).start()
""",
        "Flask",
    ),
    read_app(
        "data files that are there, that are nowhere, and that the code makes",
        {
            "app.py": """from pathlib import Path

HERE = Path(__file__).resolve().parent


def prices(name):
    (HERE / "tea.csv").read_text()
    (HERE / "nowhere.csv").read_text()
    (HERE / name).read_text()
    open(HERE / "TEA.csv", "w")
    return open(HERE / "shop/../tea.csv")
"""
            + PLAIN,
            "tea.csv": "tea",
        },
    ),
    read_app(
        "the working directory is set",
        {
            "alice_pythonanywhere_com_wsgi.py": """import os
import sys

sys.path.insert(0, "/home/alice/mysite")
os.chdir("/home/alice/mysite")
from shop import app as application
""",
            "shop.py": "import sqlite3\n"
            + FLASK
            + "\n\ndef query():\n    os = open('data.txt')\n"
            + "    return sqlite3.connect('shop.db')\n",
        },
        "Flask",
    ),
    read_app(
        "files of Django's storage and of its database",
        """from pathlib import Path

from django.core.files.storage import default_storage

BASE_DIR = Path(__file__).resolve().parent
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"},
    "other": {"ENGINE": "django.db.backends.mysql", "NAME": "alice$shop"},
}


def keep(photo, order):
    default_storage.save("photos/x.png", photo)
    order.photo.save("x.png", photo)
    photo_storage.save("photos/x.png")
    order.save()
"""
        + PLAIN,
        "Django",
    ),
    read_app(
        "texts that look like paths of Windows",
        r"""import os
import re
import sys

WORD = re.compile(r"a:\w+\d")
NOTE = "Note: \\d is a digit, and C: is a drive"
LETTER = "C:"
if os.name == "nt":
    FONTS = "C:\\Windows\\Fonts"
    open("data\\fruit.csv")
else:
    FONTS = "/usr/share/fonts"


def fonts(path):
    '''Return C:\\Windows\\Fonts, or another folder.'''
    if sys.platform == "win32":
        return "C:\\Windows\\Fonts"
    return path.replace("C:\\Users", "/home") if path.startswith("C:\\Users") else path
"""
        + PLAIN,
    ),
    read_app(
        "templates that are there",
        {
            "wsgi.py": RENDERS
            + VIEW
            + "\n\n\ndef more(name):\n    return render_template(name + '.html')\n"
            + "\n\ndef admin():\n    return render_template('admin/master.html')\n",
            "templates/index.html": "{% extends 'base.html' %}\n{% include name %}\n",
            "templates/base.html": "hello\n",
        },
        "Flask",
    ),
    read_app(
        "templates of a loader and of a package",
        {
            "wsgi.py": RENDERS.replace("(__name__)", "(__name__, template_folder='t')")
            + VIEW,
            "t/index.html": "hello\n",
        },
        "Flask",
    ),
    read_app(
        "bottle knows the folder of its templates",
        {
            "wsgi.py": "from pathlib import Path\n\nimport bottle\n"
            + BOTTLE
            + """    return template("index") + template("<b>{{x}}</b>", x=1)


bottle.TEMPLATE_PATH.insert(0, str(Path(__file__).parent / "views"))
application = default_app()
""",
            "views/index.tpl": "hello\n",
        },
        "bottle",
    ),
    read_app(
        "a package and a program of its name",
        {
            "wsgi.py": PATH + "from shop import start\n" + PLAIN,
            "shop.py": "from shop import start\n" + MAIN + "    start()\n",
            "shop/__init__.py": "def start():\n    pass\n",
        },
    ),
    read_app(
        "a package that makes its names when they are asked for, beside a file of its name",
        {
            "app.py": "from shop import start\n" + PLAIN,
            "shop.py": "",
            "shop/__init__.py": "def __getattr__(name):\n    return print\n",
        },
    ),
    read_app(
        "an entry file of the name of the project's own distribution",
        {"shop.py": PLAIN, "requirements.txt": "shop\n"},
    ),
    read_app(
        "packages of this Python, and a line of arrows",
        'import sys\n\nsys.path.append("/home/alice/.virtualenvs/shop/lib/python3.13'
        '/site-packages")\nTEXT = """\n<<<<<<< HEAD\n"""\n' + PLAIN,
    ),
)
