"""Apps that fail for a known reason, and others that only look like them.

Each fails at import or at its first page. Those of this file fail for want of a variable;
the other files of this name have the other reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PLAIN = (
    "def application(environ, start_response):\n"
    "    start_response('200 OK', [('Content-Type', 'text/plain')])\n"
    "    return [b'x']\n"
)
FLASK = (
    "from flask import Flask\n\napplication = app = Flask(__name__)\n\n\n"
    "@app.route('/')\ndef index():\n"
)
"""The page's code follows, in line 8."""
WSGI_FILE = "alice_pythonanywhere_com_wsgi.py"
PATH = "import sys\n\nsys.path.insert(0, '/home/alice/mysite')\n"
# Code in such a folder is not the project's own: a stand-in for an installed package.
LIBRARIES = "sys.path.insert(0, '/home/alice/mysite/x/site-packages')\n"
GENERAL = "Correct this line"


@dataclass(frozen=True)
class Failing:
    """An app that fails, and what is said of it."""

    name: str
    files: dict[str, str]
    rule: str
    place: str
    """The file and the line of the one finding."""
    words: str
    """A part of the message."""
    fix: str = ""
    """A part of the fix."""
    needs: str = ""
    """The module that it needs."""
    outcome: str = "broken"
    severity: str = "error"
    also: tuple[str, ...] = ()
    """Rules that the code breaks besides."""
    libraries: dict[str, str] = field(default_factory=dict)
    """Stand-ins for packages that are not installed: their files and code."""
    pythons: tuple[tuple[int, int], tuple[int, int]] = ((3, 9), (4, 0))
    """The first Python that fails so, and the first one that does not."""
    page: str = ""
    """The help page, if that is looked at."""

    @property
    def all_files(self) -> dict[str, str]:
        """The project's files, with a WSGI file that imports ``shop`` if there is none."""
        path = PATH + LIBRARIES if self.libraries else PATH
        start = {WSGI_FILE: path + "from shop import application\n"}
        inside = {f"x/site-packages/{k}": v for k, v in self.libraries.items()}
        return {**start, **inside, **self.files}


def shop(code: str, **more: str) -> dict[str, str]:
    """Return the files of an app that is in ``shop.py``, with others in the folder."""
    return {"shop.py": code, **more}


ENV = {".env": "SHOP_KEY=1\n"}
# What generated projects read their settings with, and their entry file.
_PA_ENV = Path(__file__).parents[3] / "Templates/_shared/pa_env.py.mustache"
GENERATED = {
    "pa_env.py": _PA_ENV.read_text(encoding="utf-8"),
    WSGI_FILE: PATH
    + "from pathlib import Path\n\nimport pa_env\n\n"
    + "pa_env.load(Path('/home/alice/mysite'))\nfrom shop import application\n",
}
REQUIRES = 'import pa_env\n\nKEY = pa_env.required("SHOP_KEY")\n'
SETS = 'os.environ["SHOP_KEY"] = ...'
DECOUPLE = """class UndefinedValueError(Exception):
    pass


def config(name):
    raise UndefinedValueError(
        f'{name} not found. Declare it as envvar or define a default value.')
"""
ENVIRON = """class ImproperlyConfigured(Exception):
    pass


class Env:
    def __call__(self, name):
        raise ImproperlyConfigured(f'Set the {name} environment variable')
"""
PYDANTIC = """class ValidationError(ValueError):
    pass


class BaseSettings:
    def __init__(self):
        raise ValidationError('1 validation error for Settings\\nshop_key\\n'
            '  Field required [type=missing, input_value={}, input_type=dict]')
"""
READS_IN_VAIN = """import os


def connect():
    os.environ.get('SSLKEYLOGFILE')
    raise TypeError("'NoneType' object is not iterable")
"""

VARIABLES = (
    Failing(
        "a message that asks for a variable",
        shop(
            "import os\n\nif not os.environ.get('SHOP_KEY', '').strip():\n"
            "    raise RuntimeError('Set SHOP_KEY for the shop.')\n" + PLAIN
        ),
        "missing-variable",
        "shop.py:4",
        "the environment variable SHOP_KEY",
        SETS,
    ),
    Failing(
        "a variable of decouple",
        shop("from decouple import config\n\nKEY = config('SHOP_KEY')\n" + PLAIN),
        "missing-variable",
        "shop.py:3",
        "the environment variable SHOP_KEY",
        SETS,
        libraries={"decouple.py": DECOUPLE},
    ),
    Failing(
        "a variable of django-environ",
        shop("import environ\n\nKEY = environ.Env()('SHOP_KEY')\n" + PLAIN),
        "missing-variable",
        "shop.py:3",
        "the environment variable SHOP_KEY",
        SETS,
        libraries={"environ/__init__.py": ENVIRON},
    ),
    Failing(
        "a variable of pydantic's settings, with a prefix and a file",
        shop(
            "from pydantic_settings import BaseSettings\n\n\n"
            "class Settings(BaseSettings):\n"
            "    model_config = dict(env_file='.env', env_prefix='shop_')\n"
            "    key: str\n\n\nSettings()\n" + PLAIN
        )
        | ENV,
        "missing-variable",
        "shop.py:5",
        "looks for that file in the working directory",
        'env_file=Path(__file__).resolve().parent / ".env"',
        libraries={
            "pydantic_settings/__init__.py": PYDANTIC.replace("shop_key", "key")
        },
    ),
    Failing(
        "a variable of starlette",
        shop(
            "from starlette.config import Config\n\nconfig = Config('.env')\n"
            "KEY = config('SHOP_KEY')\n" + PLAIN
        )
        | ENV,
        "missing-variable",
        "shop.py:3",
        "looks for that file",
        'Config(Path(__file__).resolve().parent / ".env")',
        needs="starlette",
    ),
    Failing(
        "None that a later line uses",
        shop("import os\n\nKEY = os.getenv('SHOP_KEY')\n\nURL = 'x' + KEY\n" + PLAIN),
        "missing-variable",
        "shop.py:5",
        "the environment variable SHOP_KEY",
        SETS,
    ),
    Failing(
        "None in a request",
        shop("import os\n" + FLASK + "    return 'a' + os.environ.get('SHOP_KEY')\n"),
        "missing-variable",
        "shop.py:9",
        "A request for `/` needs the environment variable SHOP_KEY",
        SETS,
        needs="flask",
    ),
    Failing(
        "a session without a key",
        shop(
            "import os\nfrom flask import session\n"
            + FLASK
            + "    session['x'] = 1\n    return 'x'\n\n\n"
            "app.secret_key = os.environ.get('SHOP_KEY')\n"
        ),
        "missing-variable",
        "shop.py:10",
        "the environment variable SHOP_KEY",
        SETS,
        needs="flask",
    ),
    Failing(
        "a file of variables, loaded in a package",
        {
            WSGI_FILE: PATH + "from web.conf import application\n",
            "web/__init__.py": "",
            "web/conf.py": "import os\nfrom dotenv import load_dotenv\n\nload_dotenv()\n"
            "KEY = os.environ['SHOP_KEY']\n" + PLAIN,
        }
        | ENV,
        "missing-variable",
        "web/conf.py:4",
        "looks for that file in the working directory",
        'load_dotenv(Path(__file__).resolve().parents[1] / ".env")',
        needs="dotenv",
    ),
    Failing(
        "a file of variables, loaded below the guard",
        shop(
            "import os\nfrom dotenv import load_dotenv\n\nif __name__ == '__main__':\n"
            "    load_dotenv()\nKEY = os.environ['SHOP_KEY']\n" + PLAIN
        )
        | ENV,
        "missing-variable",
        "shop.py:5",
        "only if you run shop.py yourself",
        "Move the line above",
        needs="dotenv",
    ),
    Failing(
        "a setting that the project requires, and that may be there alone",
        shop(REQUIRES + PLAIN) | GENERATED,
        "missing-variable",
        "shop.py:3",
        "The import needs the setting SHOP_KEY, which is not set on this computer",
        "on this computer, and to /home/alice/mysite/.env on PythonAnywhere",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a setting that the project requires, with others in .env and without a value",
        shop(REQUIRES + PLAIN)
        | GENERATED
        | {".env": "OTHER=1\nSHOP_KEY=\n", ".env.example": "OTHER=\n# SHOP_KEY=\n"},
        "missing-variable",
        "shop.py:3",
        "The import needs the setting SHOP_KEY",
        "with `pa-new deploy --env-file FILE`",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a setting that the project requires, unless there is another way",
        GENERATED
        | shop(
            "import pa_env\n\nBEFORE = 'here, add a line B=1 to .env; elsewhere, '\n"
            "KEY = pa_env.required('SHOP_KEY', BEFORE)\n" + PLAIN
        ),
        "missing-variable",
        "shop.py:4",
        "The import needs the setting SHOP_KEY, which is not set on this computer",
        "on this computer, and to /home/alice/mysite/.env on PythonAnywhere",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a setting that a page requires",
        GENERATED
        | shop(
            "import pa_env\n\n\ndef application(environ, start_response):\n"
            "    key = pa_env.required('SHOP_KEY')\n"
            "    start_response('200 OK', [])\n    return [key.encode()]\n"
        ),
        "missing-variable",
        "shop.py:5",
        "A request for `/` needs the setting SHOP_KEY",
        "add a line `SHOP_KEY=` to .env.example",
        outcome="works",
        severity="warning",
    ),
    Failing(
        "a setting that the project reads from the environment",
        shop("import os\n\nKEY = os.environ['SHOP_KEY']\n" + PLAIN) | GENERATED,
        "missing-variable",
        "shop.py:3",
        "needs the environment variable SHOP_KEY, which is not set",
        f"Add a line `SHOP_KEY=...` to .env beside {WSGI_FILE} on this computer, and to "
        "/home/alice/mysite/.env on PythonAnywhere",
    ),
    Failing(
        "a setting in a file that an editor has named",
        shop(REQUIRES + PLAIN) | GENERATED | {".env.txt": "SHOP_KEY=1\n"},
        "missing-variable",
        "shop.py:3",
        "The import needs the setting SHOP_KEY",
        ".env.txt has it, and the app does not read that file: rename it to .env.",
        outcome="not-loaded",
        severity="warning",
    ),
    Failing(
        "a setting in a file of the package",
        shop("import os\n\nKEY = os.environ['SHOP_KEY']\n" + PLAIN)
        | GENERATED
        | {"tea/__init__.py": "", "tea/.env": "SHOP_KEY=1\n", ".env": "A=1\n"},
        "missing-variable",
        "shop.py:3",
        "needs the environment variable SHOP_KEY",
        "tea/.env has it, and the app does not read that file: move its lines into .env.",
    ),
    Failing(
        "an error that only sounds like a setting",
        GENERATED
        | shop(
            "raise RuntimeError('SHOP_KEY is not set: add a line SHOP_KEY=... to x')\n"
        ),
        "import-error",
        "shop.py:1",
        "SHOP_KEY is not set",
        GENERAL,
    ),
    Failing(
        "a made-up value",
        shop("import os\n\nPORT = int(os.environ['SHOP_PORT'])\n" + PLAIN)
        | {".env.example": "SHOP_PORT=\n"},
        "missing-variable",
        "shop.py:3",
        "the value of SHOP_PORT that was made up",
        "--env SHOP_PORT",
        outcome="not-loaded",
        severity="warning",
    ),
    # Others that look like these.
    Failing(
        "another dictionary with the name of a variable",
        shop("import os\n\nos.environ.get('tea')\nPRICE = {}['tea']\n" + PLAIN),
        "import-error",
        "shop.py:4",
        "KeyError: 'tea'",
        GENERAL,
    ),
    Failing(
        "a variable that a library reads in vain",
        shop("import base\n\nbase.connect()\n" + PLAIN),
        "import-error",
        "shop.py:3",
        "TypeError",
        GENERAL,
        libraries={"base.py": READS_IN_VAIN},
    ),
    Failing(
        "a variable with another value for it",
        shop(
            "import os\n\nHOST = os.environ.get('SHOP_HOST', 'x')\nTEXT = None\n"
            "URL = HOST + TEXT\n" + PLAIN
        ),
        "import-error",
        "shop.py:5",
        "can only concatenate",
        GENERAL,
    ),
    Failing(
        "a message with the name of what is not set",
        shop(
            "import os\n\ndatabase_file = os.environ.get('SHOP_FILE')\n"
            "raise OSError('unable to open database file')\n" + PLAIN
        ),
        "import-error",
        "shop.py:4",
        "OSError",
        GENERAL,
    ),
    Failing(
        "a mistake beside a made-up value",
        shop("import os\n\nPORT = os.environ['SHOP_PORT']\nAGE = int('x')\n" + PLAIN)
        | {".env.example": "SHOP_PORT=\n"},
        "import-error",
        "shop.py:4",
        "ValueError",
        GENERAL,
    ),
)
