"""Apps that are only read: wrong paths, and names in capital letters."""

from __future__ import annotations

from apps.definition import read_app
from apps.sources import FLASK, PATH, PLAIN

VIEW = (
    '\n\n@app.route("/about")\ndef about():\n    return render_template("index.html")'
)
RENDERS = FLASK.replace("import Flask", "import Flask, render_template")
BOTTLE = """from bottle import default_app, route, template


@route("/")
def home():
"""

BAD_PATHS = (
    read_app(
        "paths that the code builds from relative parts",
        """import json
import os
from pathlib import Path

import joblib
import pandas
from flask import Flask, request

application = app = Flask(__name__)
app.config["UPLOAD_FOLDER"] = "static/uploads"
UPLOAD_FOLDER = "uploads"
MODELS = Path("models")


@app.route("/", methods=["POST"])
def index():
    photo = request.files["photo"]
    photo.save(os.path.join(app.config["UPLOAD_FOLDER"], photo.filename))  # <- relative-path
    photo.save(f"{UPLOAD_FOLDER}/{photo.filename}")  # <- relative-path
    name = "price_" + request.args["name"]
    json.load(open("data/" + name + ".json"))  # <- relative-path
    pandas.read_json("data/%s.json" % name)  # <- relative-path
    joblib.load(MODELS / "prices.joblib")  # <- relative-path
    (MODELS / name).read_bytes()  # <- relative-path
    open(os.path.join(os.getcwd(), "prices.csv"))  # <- relative-path
    (Path.cwd() / "prices.csv").open()  # <- relative-path
    return ""
""",
        "Flask joblib pandas",
    ),
    read_app(
        "a setting of the app, in another file",
        {
            "wsgi.py": PATH
            + "from shop import create_app\n\napplication = create_app()\n",
            "shop/__init__.py": """from flask import Flask


def create_app():
    app = Flask(__name__)
    app.config.from_mapping(UPLOAD_FOLDER="uploads")
    from shop import views

    app.register_blueprint(views.pages)
    return app
""",
            "shop/views.py": """import os

from flask import Blueprint, current_app, request

pages = Blueprint("pages", __name__)


@pages.route("/", methods=["POST"])
def save():
    folder = current_app.config["UPLOAD_FOLDER"]
    request.files["x"].save(os.path.join(folder, "x.png"))  # <- relative-path
    return ""
""",
        },
        "Flask",
    ),
    read_app(
        "databases in the working directory",
        """from sqlalchemy import create_engine

engine = create_engine("sqlite:///shop.db")  # <- relative-path
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "db.sqlite3",  # <- relative-path
    }
}
"""
        + PLAIN,
        "sqlalchemy",
    ),
    read_app(
        "a folder that the code makes, and a file that it sends",
        {
            "wsgi.py": """import os
from pathlib import Path

os.makedirs("logs", exist_ok=True)  # <- relative-path
Path("data").mkdir(exist_ok=True)  # <- relative-path
open("logs/shop.log", "a").close()
open("visits.txt", "w").close()  # <- relative-path
open("visits.txt").close()
open("data/fruit.csv").close()  # <- relative-path
"""
            + PLAIN,
            "data/fruit.csv": "tea\n",
        },
    ),
    read_app(
        "paths of Windows",
        r"""import os

DATABASE = "C:\\Users\\Ann\\shop.db"  # <- windows-path
PHOTOS = r"D:\photos"  # <- windows-path
FONTS = "C:/Windows/Fonts/arial.ttf"  # <- windows-path


def read():
    open("data\\fruit.csv")  # <- windows-path
    os.listdir("..\\data")  # <- windows-path
"""
        + PLAIN,
    ),
    read_app(
        "bottle looks for its templates in the working directory",
        {
            "wsgi.py": f"""{BOTTLE}    return template("index")  # <- relative-path


application = default_app()
""",
            "views/index.tpl": "hello\n",
        },
        "bottle",
    ),
    read_app(
        "bottle's decorator looks for templates there too",
        {
            "wsgi.py": """from bottle import default_app, route, view


@route("/")
@view("shop")  # <- relative-path
def home():
    return {}


application = default_app()
""",
            "views/shop.tpl": "hello\n",
        },
        "bottle",
    ),
    read_app(
        "data files whose names have capital letters",
        {
            "app.py": """import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEA = Path(__file__).with_name("tea.csv").read_text()  # <- wrong-case
NAMES = HERE.joinpath("data", "names.txt").read_text()  # <- wrong-case


def prices():
    return open(os.path.join(os.path.dirname(__file__), "data/x.json"))  # <- wrong-case
"""
            + PLAIN,
            "tea.CSV": "tea",
            "Data/names.txt": "tea",
            "Data/x.json": "tea",
        },
    ),
    read_app(
        "a template whose name has a capital letter",
        {
            "wsgi.py": RENDERS + VIEW + "  # <- wrong-case\n",
            "templates/Index.html": "hello\n",
        },
        "Flask",
    ),
    read_app(
        "a folder of templates whose name has a capital letter",
        {
            "wsgi.py": RENDERS + VIEW + "  # <- wrong-case\n",
            "Templates/index.html": "hello\n",
        },
        "Flask",
    ),
    read_app(
        "templates and static files that templates name",
        {
            "wsgi.py": RENDERS + VIEW + "\n",
            "templates/index.html": '{% extends "base.html" %} # <- wrong-case\n'
            "<link href=\"{{ url_for('static', filename='shop.css') }}\">"
            " # <- wrong-case\n<script src='/static/js/Tea.js'></script> # <- wrong-case\n"
            "{% include 'menu.html' %} <img src='/static/nowhere.png'>\n",
            "templates/Base.html": "hello\n",
            "templates/menu.html": "hello\n",
            "static/Shop.css": "",
            "static/js/tea.js": "",
        },
        "Flask",
    ),
    read_app(
        "a template of Django's, by its function and by its class",
        {
            "wsgi.py": PATH
            + """import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"
application = get_wsgi_application()
""",
            "site1/__init__.py": "",
            "site1/settings.py": 'ROOT_URLCONF = "site1.urls"\nALLOWED_HOSTS = ["*"]\n',
            "site1/urls.py": """from django.shortcuts import render
from django.urls import path
from django.views.generic import TemplateView


class Shop(TemplateView):
    template_name = "shop/tea.html"  # <- wrong-case


def home(request):
    return render(request, "shop/home.html")  # <- wrong-case


urlpatterns = [path("", home), path("shop", Shop.as_view())]
""",
            "shop/templates/shop/Home.html": "hello\n",
            "shop/templates/Shop/tea.html": "hello\n",
        },
        "Django",
    ),
    read_app(
        "a template that is nowhere, and one in the wrong folder",
        {
            "wsgi.py": RENDERS
            + '\n\ndef tea():\n    return render_template("tea.html")'
            + "  # <- missing-template\n"
            + VIEW
            + "  # <- missing-template\n",
            "index.html": "hello\n",
        },
        "Flask",
    ),
    read_app(
        "modules whose names have capital letters",
        {
            "wsgi.py": PATH + "import helpers  # <- wrong-case\n"
            "from shop import models  # <- wrong-case\n"
            "import shop.views  # <- wrong-case\n" + PLAIN,
            "Helpers.py": "",
            "shop/__init__.py": "",
            "shop/Models.py": "",
            "shop/Views.py": "",
        },
    ),
    read_app(
        "a file behind a package of its name",
        {
            "wsgi.py": PATH
            + "from handlers import start  # <- shadowed-module\n"
            + PLAIN,
            "handlers.py": "def start():\n    pass\n",
            "handlers/__init__.py": "",
        },
    ),
    read_app(
        "an unfinished merge",
        "PRICES = [\n"
        + "<" * 7
        + " HEAD  # <- syntax-error\n    1,\n"
        + "=" * 7
        + "\n    2,\n"
        + ">" * 7
        + " main\n]\n"
        + PLAIN,
    ),
    read_app(
        "packages of another Python",
        'import sys\n\nHOME = "/home/alice/.virtualenvs/shop"\n'
        'sys.path.append("/home/alice/.virtualenvs/shop/lib/python3.8/site-packages")'
        "  # <- python-version\n" + PLAIN,
    ),
)
