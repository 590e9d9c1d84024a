"""Apps of which a request decides: its host, and what the app is that gets it.

Each status is what uWSGI answered. The good ones look like the bad ones.
"""

from __future__ import annotations

from apps.definition import condition
from apps.sources import DJANGO_WSGI, FLASK, PATH, PLAIN, WSGI_FILE, shop

FACTORY = """from flask import Flask


def create_app():
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "hello")
    return app
"""


def django(hosts: str, debug: str = "DEBUG = False") -> dict[str, str | bytes]:
    """Return a Django project with these settings."""
    return {
        WSGI_FILE: PATH + "\n" + DJANGO_WSGI,
        "mysite/__init__.py": "",
        "mysite/settings.py": "import os\n\nSECRET_KEY = 'change-me-0123456789'\n"
        f"{debug}\n{hosts}\nROOT_URLCONF = 'mysite.urls'\n"
        "MIDDLEWARE = ['django.middleware.common.CommonMiddleware']\n",
        "mysite/urls.py": "from django.http import HttpResponse\n"
        "from django.urls import path\n\n"
        "urlpatterns = [path('', lambda request: HttpResponse('hello'))]\n",
    }


HOST_REQUESTS = (
    condition(
        "no allowed host, as Django starts",
        "django",
        django("ALLOWED_HOSTS = []  # <- allowed-hosts", "DEBUG = True  # <- debug-on"),
        400,
    ),
    condition(
        "hosts of this computer",
        "django",
        django("ALLOWED_HOSTS = ['localhost', '127.0.0.1']  # <- allowed-hosts"),
        400,
    ),
    condition(
        "the host of another region",
        "django",
        django("ALLOWED_HOSTS = ['alice.eu.pythonanywhere.com']  # <- allowed-hosts"),
        400,
    ),
    condition(
        "hosts that the environment adds to, and no page at the root",
        "django",
        {
            **django(
                "ALLOWED_HOSTS = ['localhost', 'shop.onrender.com']  # <~ allowed-hosts\n"
                "ALLOWED_HOSTS.extend([os.environ.get('HOST', '.now.sh')])"
            ),
            "mysite/urls.py": "urlpatterns = []\n",
        },
        400,
    ),
    condition(
        "an example whose domain stands for the user's own",
        "django",
        {
            **django("ALLOWED_HOSTS = os.environ['HOSTS'].split(',')"),
            ".env.example": "HOSTS=localhost,yourusername.pythonanywhere.com\n",
        },
        200,
        environment={"HOSTS": "alice.pythonanywhere.com"},
    ),
    condition(
        "the host of the account",
        "django",
        django("ALLOWED_HOSTS = ['alice.pythonanywhere.com']"),
        200,
    ),
    condition(
        "every host of PythonAnywhere",
        "django",
        django("ALLOWED_HOSTS = ['localhost', '.pythonanywhere.com']"),
        200,
    ),
    condition(
        "a host that is put together",
        "django",
        django(
            "ALLOWED_HOSTS = [f\"alice.{os.environ['PYTHONANYWHERE_DOMAIN']}\"]",
        ),
        200,
    ),
    condition(
        "hosts that Flask trusts",
        "flask",
        shop(
            FLASK + "app.config['TRUSTED_HOSTS'] = ['localhost']  # <~ allowed-hosts\n"
        ),
        400,
    ),
    condition(
        "a host that Flask trusts",
        "flask",
        shop(FLASK + "app.config['TRUSTED_HOSTS'] = ['.pythonanywhere.com']\n"),
        200,
    ),
    condition(
        "the factory itself",
        "flask",
        {
            WSGI_FILE: PATH
            + "from shop import create_app as application  # <- application-factory\n",
            "shop/__init__.py": FACTORY,
        },
        500,
    ),
    condition(
        "the factory itself, assigned",
        "flask",
        {
            WSGI_FILE: PATH
            + "from shop import create_app\n\n"
            + "application = create_app  # <- application-factory\n",
            "shop.py": FACTORY,
        },
        500,
    ),
    condition(
        "the factory, called",
        "flask",
        {
            WSGI_FILE: PATH
            + "from shop import create_app\n\napplication = create_app()\n",
            "shop.py": FACTORY,
        },
        200,
    ),
    condition(
        "an app that is called like a factory",
        "",
        {
            WSGI_FILE: PATH + "from shop import create_app as application\n",
            "shop.py": PLAIN.replace("application", "create_app"),
        },
        200,
    ),
    condition(
        "streamlit, from a WSGI file",
        "",
        {
            WSGI_FILE: PATH + "from shop import app as application  # <- not-wsgi\n",
            "shop.py": "import streamlit as st\n\nst.title('tea')\n",
            "requirements.txt": "streamlit\n",
        },
        500,
    ),
    condition(
        "gradio, from a WSGI file",
        "",
        {
            WSGI_FILE: PATH + "\nfrom shop import application  # <- not-wsgi\n",
            "shop.py": "import gradio as gr\n\n"
            "application = gr.Interface(fn=str, inputs='text', outputs='text')\n",
            "requirements.txt": "gradio\n",
        },
        500,
    ),
    condition(
        "streamlit beside the app",
        "",
        shop(PLAIN, dashboard="import streamlit as st\n\nst.title('tea')\n")
        | {"requirements.txt": "streamlit\n"},
        200,
    ),
    condition(
        "a file that is sent from memory",
        "flask",
        shop(
            FLASK.replace("import Flask", "import Flask, send_file")
            + "\n\n@app.route('/file')\ndef file():\n    import io\n\n"
            + "    return send_file(io.BytesIO(b'tea'), mimetype='text/plain')\n"
        ),
        200,
        path="/file",
    ),
    condition(
        "no page at the root",
        "flask",
        {
            WSGI_FILE: "import sys  # <~ status\n\n"
            "sys.path.insert(0, '/home/alice/mysite')\nfrom shop import application\n",
            "shop.py": FLASK.replace('"/"', '"/shop"'),
        },
        404,
    ),
    condition(
        "a page that needs a password",
        "flask",
        {
            WSGI_FILE: "import sys\n\n"
            "sys.path.insert(0, '/home/alice/mysite')\nfrom shop import application\n",
            "shop.py": FLASK.replace("import Flask", "import Flask, abort").replace(
                'return "<p>Hello, World!</p>"', "abort(401)  # <~ status"
            ),
        },
        401,
    ),
)
