"""Apps that are only read: applications, settings, secrets and placeholders."""

from __future__ import annotations

from apps.definition import read_app
from apps.sources import DASH, FLASK, MAIN, PATH, PLAIN

_FACTORY = """from flask import Flask


def create_app():
    app = Flask(__name__)
    return app
"""
_DJANGO_WSGI = """import os
import sys

sys.path.insert(0, "/home/alice/mysite")
os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
"""


def _django(settings: str) -> dict[str, str]:
    return {
        "alice_pythonanywhere_com_wsgi.py": _DJANGO_WSGI,
        "site1/__init__.py": "",
        "site1/settings.py": settings,
    }


BAD_SETTINGS = (
    read_app(
        "a factory that is not called, from a module",
        {
            "wsgi.py": PATH + "from shop import create_app as application"
            "  # <- application-factory\n",
            "shop/__init__.py": _FACTORY,
        },
        "Flask",
    ),
    read_app(
        "a factory that is not called, by assignment",
        _FACTORY + "\n\napplication = create_app  # <- application-factory\n",
        "Flask",
    ),
    read_app(
        "a factory that could take a request, but makes an app",
        _FACTORY.replace("()", "(config=None, testing=False)", 1)
        + "\n\napplication = create_app  # <- application-factory\n",
        "Flask",
    ),
    read_app(
        "streamlit",
        {
            "wsgi.py": PATH + "from shop import app as application  # <- not-wsgi\n",
            "shop.py": 'import streamlit as st\n\nst.title("hello")\n',
        },
        "streamlit",
    ),
    read_app(
        "gradio, with its own server",
        "import gradio as gr  # <- not-wsgi\n\n"
        "demo = gr.Interface(fn=str, inputs='text', outputs='text')\ndemo.launch()\n",
        "gradio",
    ),
    read_app(
        "nicegui", "from nicegui import app as application  # <- not-wsgi\n", "nicegui"
    ),
    read_app("dash itself", DASH + "application = app  # <- not-wsgi\n", "dash"),
    read_app(
        "Django's settings for development",
        _django(
            'SECRET_KEY = "x"\nDEBUG = True  # <- debug-on\n'
            "ALLOWED_HOSTS = []  # <- allowed-hosts\n"
        ),
        "Django",
    ),
    read_app(
        "Django's key for development, without debug mode",
        _django(
            "import os\n\n"
            'SECRET_KEY = "django-insecure-x8$k2v"  # <- secret-in-source\n'
            'DEBUG = os.environ.get("DEBUG") == "1"\nALLOWED_HOSTS = ["*"]\n'
        ),
        "Django",
    ),
    read_app(
        "Django's key for development, in debug mode",
        _django(
            'SECRET_KEY = "django-insecure-x8$k2v"\n'
            'DEBUG = True  # <- debug-on\nALLOWED_HOSTS = ["*"]\n'
        ),
        "Django",
    ),
    read_app(
        "hosts without the domain",
        _django(
            'ALLOWED_HOSTS = ["localhost", "bob.pythonanywhere.com"]'
            "  # <- allowed-hosts\n"
        ),
        "Django",
    ),
    read_app(
        "Flask in debug mode",
        FLASK
        + 'app.debug = True  # <- debug-on\napp.config["DEBUG"] = True  # <- debug-on\n'
        "app.config.update(DEBUG=True)  # <- debug-on\n",
        "Flask",
    ),
    read_app(
        "a second setup of Django",
        {
            **_django('ALLOWED_HOSTS = ["*"]\n'),
            "alice_pythonanywhere_com_wsgi.py": _DJANGO_WSGI.replace(
                "\napplication",
                "import django\n\ndjango.setup()  # <- django-setup\napplication",
            ),
        },
        "Django",
    ),
    read_app(
        "passwords in the code",
        """import pymysql

URI = "mysql://alice:tea4two@alice.mysql.pythonanywhere-services.com/alice$shop"  # <- secret-in-source
REMOTE = "https://alice:a1b2c3d4e5@git.tea.shop/alice/shop.git"  # <- secret-in-source
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "PASSWORD": "tea4two",  # <- secret-in-source
    }
}


def connected():
    return pymysql.connect(host="localhost", passwd="tea4two")  # <- secret-in-source
"""
        + PLAIN,
        "pymysql",
    ),
    read_app(
        "placeholders in many languages",
        """PATHS = [
    "/home/tuusuario/mysite",  # <- placeholder
    "/home/SeuUsuarioPythonAnywhere/mysite",  # <- placeholder
    "/home/usuario/mysite",  # <- placeholder
    "/home/DEIN_BENUTZERNAME/mysite",  # <- placeholder
    "/home/<your-username>/mysite",  # <- placeholder
    "/home/votrenom",  # <- placeholder
]
HOSTS = [
    "tu-usuario.pythonanywhere.com",  # <- placeholder
    "tu_nombre_de_usuario.pythonanywhere.com",  # <- placeholder
    "your-user-name.pythonanywhere.com",  # <- placeholder
    "nombredeusuario.pythonanywhere.com",  # <- placeholder
    "ihrbenutzername.pythonanywhere.com",  # <- placeholder
    "https://TON_PSEUDO.pythonanywhere.com/",  # <- placeholder
    "votre-nom-utilisateur.pythonanywhere.com",  # <- placeholder
    "TUO-UTENTE.pythonanywhere.com",  # <- placeholder
    "kullaniciadi.pythonanywhere.com",  # <- placeholder
    "jouwgebruikersnaam.eu.pythonanywhere.com",  # <- placeholder
    "TWOJ_LOGIN.pythonanywhere.com",  # <- placeholder
    "ваш-логин.pythonanywhere.com",  # <- placeholder
    "你的用户名.pythonanywhere.com",  # <- placeholder
    "myusername.mysql.pythonanywhere-services.com",  # <- placeholder
]
NAME = "tuusuario$shop"  # <- placeholder
"""
        + PLAIN,
    ),
    read_app(
        "an entry file of the name of its framework",
        {
            "flask.py": FLASK.replace(
                "from flask", "# <- shadowed-module\nfrom flask", 1
            )
        },
        "Flask",
    ),
)
GOOD_SETTINGS = (
    read_app(
        "functions that take a request",
        """def application(environ, start_response, more=None):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
""",
    ),
    read_app(
        "a function that takes whatever comes",
        "from elsewhere import reply\n\n\n"
        "def application(*arguments):\n    return reply(*arguments)\n",
        "elsewhere",
    ),
    read_app(
        "a decorator makes the application",
        "from werkzeug.wrappers import Request, Response\n\n\n"
        "@Request.application\ndef application(request):\n"
        '    return Response("hello")\n',
        "werkzeug",
    ),
    read_app(
        "an app beside a dashboard of streamlit",
        {
            "wsgi.py": FLASK + "\n\ndef more():\n    import gradio\n",
            "dashboard.py": 'import streamlit as st\n\nst.title("hello")\n',
        },
        "Flask streamlit gradio",
    ),
    read_app(
        "Django's settings for the host",
        _django(
            'import os\n\nSECRET_KEY = "x"\nDEBUG = os.environ.get("DEBUG") == "1"\n'
            'ALLOWED_HOSTS = ["localhost"]\nALLOWED_HOSTS += [".PythonAnywhere.com"]\n'
        ),
        "Django",
    ),
    read_app(
        "Django's settings that depend",
        _django(
            "import os\n\nDEBUG = True\nALLOWED_HOSTS = []\n"
            'if "PYTHONANYWHERE_DOMAIN" in os.environ:\n    DEBUG = False\n'
            '    ALLOWED_HOSTS.append("alice.pythonanywhere.com")\n'
        ),
        "Django",
    ),
    read_app(
        "Django's keys that a variable replaces, or that nobody made",
        {
            **_django(
                'import os\n\nDEBUG = False\nALLOWED_HOSTS = ["*"]\n'
                'SECRET_KEY = "django-insecure-x"\n'
                'SECRET_KEY = os.environ.get("KEY", "django-insecure-x")\n'
                'OTHER_KEY = "django-insecure-x"\n'
            ),
            "site1/local.py": 'SECRET_KEY = "django-insecure-x"\n',
        },
        "Django",
    ),
    read_app(
        "Django's settings that another file overrides",
        {
            **_django(
                "DEBUG = True\nALLOWED_HOSTS = []\nfrom site1.production import *\n"
            ),
            "site1/production.py": 'DEBUG = False\nALLOWED_HOSTS = ["*"]\n',
        },
        "Django",
    ),
    read_app(
        "Django's settings that a package overrides",
        _django("DEBUG = True\nALLOWED_HOSTS = []\nfrom overrides import *\n"),
        "Django overrides",
    ),
    read_app(
        "Flask in debug mode on the desk",
        FLASK
        + "app.debug = False\napp.config['DEBUG'] = False\n"
        + MAIN
        + "    app.debug = True\n    app.run(debug=True)\n",
        "Flask",
    ),
    read_app(
        "Django's models in a program of its own",
        {
            "wsgi.py": "import os\nimport django\n\n"
            'os.environ["DJANGO_SETTINGS_MODULE"] = "site1.settings"\ndjango.setup()\n'
            + PLAIN,
            "site1/__init__.py": "",
            "site1/settings.py": "",
        },
        "Django",
    ),
    read_app(
        "addresses without a password",
        """import os

URIS = [
    "postgres://user:password@localhost/shop",
    "mysql://root:example@db/shop",
    "mysql://root:tea4two@db/shop",
    "mysql://root:tea4two@localhost/shop",
    "https://example.com:8000/@alice",
    "https://alice:YOUR_PASSWORD@api.tea.shop/",
    "redis://:6379/0",
]
URI = f"mysql://alice:{os.environ.get('DBPW')}@alice.mysql.pythonanywhere-services.com"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.mysql",
        "PASSWORD": os.environ.get("DBPW"),
    }
}
LABELS = {"password": "Passwort", "PASSWORD": "Kennwort"}
"""
        + PLAIN,
    ),
    read_app(
        "words that look like placeholders of tutorials",
        {
            "alice_pythonanywhere_com_wsgi.py": """SQL = "select user$x from users"
TEXT = "<b>$5</b> for tea, nombredeusuario"
PAGE = "https://help.pythonanywhere.com/pages/"
API = "https://www.pythonanywhere.com/user/alice/"
COSTS = "su$5"
"""
            + PLAIN
        },
    ),
)
