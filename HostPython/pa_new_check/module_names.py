"""Modules and the names by which ``pip`` installs them, if these differ.

A guess is dangerous: a package that has the module's name may be somebody else's. So only
well-known names are here. They are facts from two tables that are kept in public, of
pantsbuild/pants (``default_module_mapping.py`` at 7f5db53, with its patterns ``django-X``
and ``python-X``) and bndr/pipreqs (``mapping`` at 48dbafd), without the rows whose package
few people download, or whose module another package has, too. Each name was looked for in
a list of PyPI's packages of November 2026, and nearly all are among the 15,000 that are
downloaded most; so are the names of :data:`_SAME`. Some twenty rows that neither table has
(modules that the standard library lost, parts of ``google`` and ``azure``, and a few more)
are from the packages themselves: what their wheels hold, or their own pages.
"""

from __future__ import annotations

_PACKAGES = """
absl absl-py | actstream django-activity-stream | adminsortable2 django-admin-sortable2
airflow apache-airflow | allauth django-allauth | ansible_runner ansible-runner
antlr4 antlr4-python3-runtime | appium Appium-Python-Client | argon2 argon2-cffi
atlassian atlassian-python-api | attr attrs | auth0 auth0-python | axes django-axes
babel Babel | barcode python-barcode | Bio biopython | bootstrap4 django-bootstrap4
bootstrap5 django-bootstrap5 | bs4 beautifulsoup4 | bson pymongo | cairo pycairo
cassandra cassandra-driver | cattr cattrs | cherrypy CherryPy | ckeditor django-ckeditor
ckeditor_uploader django-ckeditor | cloudinary_storage django-cloudinary-storage
cms django-cms | colorfield django-colorfield | colors ansicolors
compressor django_compressor | constraint python-constraint
corsheaders django-cors-headers | crispy_forms django-crispy-forms
crontab python-crontab | Crypto pycryptodome | Cryptodome pycryptodomex | csp django-csp
cups pycups | curl pycurl | cv2 opencv-python | Cython Cython | daemon python-daemon
dateutil python-dateutil | debug_toolbar django-debug-toolbar | decouple python-decouple
delta delta-spark | discord discord.py | django Django | django_filters django-filter
djmoney django-money | dns dnspython | docx python-docx | dotenv python-dotenv
easy_thumbnails easy-thumbnails | elasticapm elastic-apm | elftools pyelftools
enchant pyenchant | engineio python-engineio | environ django-environ
factory factory-boy | faiss faiss-cpu | fasthtml python-fasthtml | fitz PyMuPDF
flask Flask | flask_frozen Frozen-Flask | flask_sqlalchemy Flask-SQLAlchemy
fontTools fonttools | formtools django-formtools | freetype freetype-py
frontmatter python-frontmatter | git GitPython | github PyGithub | github3 github3.py
gnupg python-gnupg | googleapiclient google-api-python-client | graphql graphql-core
gridfs pymongo | grpc grpcio | grpc_health grpcio-health-checking
grpc_reflection grpcio-reflection | grpc_status grpcio-status | guardian django-guardian
hamcrest PyHamcrest | hijack django-hijack | hydra hydra-core
imagekit django-imagekit | import_export django-import-export | IPython ipython
jazzmin django-jazzmin | jinja2 Jinja2 | jose python-jose | jwt PyJWT
kafka kafka-python | knox django-rest-knox | ldap python-ldap
ldclient launchdarkly-server-sdk | Levenshtein Levenshtein | magic python-magic
mailparser mail-parser | markdown Markdown | markdownx django-markdownx
memcache python-memcached | model_utils django-model-utils
modelcluster django-modelcluster | modeltranslation django-modeltranslation
mpl_toolkits matplotlib | mptt django-mptt | mysql.connector mysql-connector-python
MySQLdb mysqlclient | nacl PyNaCl | netCDF4 netCDF4 | newspaper newspaper3k
ninja django-ninja | nmap python-nmap | oauth2_provider django-oauth-toolkit
odf odfpy | OpenGL PyOpenGL | opensearchpy opensearch-py | OpenSSL pyOpenSSL
paho paho-mqtt | phonenumber_field django-phonenumber-field | PIL Pillow
pkg_resources setuptools | playhouse peewee | png pypng
polymorphic django-polymorphic | pptx python-pptx | progressbar progressbar2
psycopg2 psycopg2-binary | pydispatch PyDispatcher | pylab matplotlib
pymdownx pymdown-extensions | PyPDF2 PyPDF2 | pythonjsonlogger python-json-logger
pywt PyWavelets | readability readability-lxml | rest_framework djangorestframework
rest_framework_api_key djangorestframework-api-key
rest_framework_simplejwt djangorestframework-simplejwt | reversion django-reversion
rosetta django-rosetta | ruamel.yaml ruamel.yaml | saml2 pysaml2 | sass libsass
serial pyserial | shapefile pyshp | simple_history django-simple-history
skimage scikit-image | sklearn scikit-learn | slugify python-slugify
social_core social-auth-core | social_django social-auth-app-django
socketio python-socketio | socks PySocks | sorl sorl-thumbnail
speech_recognition SpeechRecognition | sqlalchemy SQLAlchemy | stdnum python-stdnum
storages django-storages | strawberry strawberry-graphql | taggit django-taggit
telebot pyTelegramBotAPI | telegram python-telegram-bot | tinymce django-tinymce
treebeard django-treebeard | two_factor django-two-factor-auth | unfold django-unfold
usb pyusb | web web.py | websocket websocket-client | werkzeug Werkzeug
whois python-whois | widget_tweaks django-widget-tweaks | wx wxPython | yaml PyYAML
zmq pyzmq

aifc standard-aifc | asynchat pyasynchat | asyncore pyasyncore | audioop audioop-lts
cgi legacy-cgi | cgitb standard-cgitb | chunk standard-chunk | distutils setuptools
imghdr standard-imghdr | sunau standard-sunau | telnetlib standard-telnetlib

azure.core azure-core | azure.cosmos azure-cosmos | azure.data.tables azure-data-tables
azure.functions azure-functions | azure.identity azure-identity
azure.keyvault.secrets azure-keyvault-secrets | azure.servicebus azure-servicebus
azure.storage.blob azure-storage-blob | azure.storage.fileshare azure-storage-file-share
azure.storage.queue azure-storage-queue

google.api_core google-api-core | google.appengine appengine-python-standard
google.auth google-auth | google.oauth2 google-auth | google.protobuf protobuf
google.cloud.bigquery google-cloud-bigquery | google.cloud.datastore google-cloud-datastore
google.cloud.dialogflow google-cloud-dialogflow
google.cloud.documentai google-cloud-documentai
google.cloud.firestore google-cloud-firestore | google.cloud.kms google-cloud-kms
google.cloud.language google-cloud-language | google.cloud.logging google-cloud-logging
google.cloud.monitoring_v3 google-cloud-monitoring | google.cloud.pubsub google-cloud-pubsub
google.cloud.pubsub_v1 google-cloud-pubsub | google.cloud.run_v2 google-cloud-run
google.cloud.secretmanager google-cloud-secret-manager
google.cloud.spanner google-cloud-spanner | google.cloud.speech google-cloud-speech
google.cloud.storage google-cloud-storage | google.cloud.tasks google-cloud-tasks
google.cloud.tasks_v2 google-cloud-tasks
google.cloud.texttospeech google-cloud-texttospeech
google.cloud.translate google-cloud-translate
google.cloud.translate_v2 google-cloud-translate
google.cloud.videointelligence google-cloud-videointelligence
google.cloud.vision google-cloud-vision | google.genai google-genai
google.generativeai google-generativeai | google.ai.generativelanguage
google-ai-generativelanguage
"""

# Modules whose package has their name, but for `-` and `_`.
_SAME = """
a2wsgi aiofiles aiogram aiohttp aiosqlite alembic altair anthropic anyio apispec apscheduler
arrow asgiref asyncpg attrs authlib bcrypt bleach blinker bokeh boto3 botocore bottle
cachetools catboost cattrs ccxt celery certifi cffi channels channels_redis chardet
charset_normalizer chromadb click cloudinary colorama connexion coverage crispy_bootstrap4
crispy_bootstrap5 cryptography cssselect cssutils daphne dash dash_bootstrap_components
dataset deep_translator deepdiff diskcache disnake dj_database_url dj_rest_auth
django_celery_beat django_celery_results django_ckeditor_5 django_countries
django_extensions django_htmx django_redis django_summernote django_tables2 djoser docker
docutils dramatiq drf_spectacular drf_yasg ecdsa email_validator emoji eventlet faker
falcon fastapi feedparser filelock flask_admin flask_apscheduler flask_assets flask_babel
flask_bcrypt flask_caching flask_compress flask_cors flask_dance flask_debugtoolbar
flask_httpauth flask_jwt_extended flask_limiter flask_login flask_mail flask_marshmallow
flask_migrate flask_moment flask_mongoengine flask_principal flask_pymongo flask_restful
flask_restx flask_session flask_smorest flask_socketio flask_talisman flask_wtf folium fpdf
freezegun ftfy fuzzywuzzy gensim geopandas geopy gevent google_auth_httplib2
google_auth_oauthlib googletrans gradio graphene graphene_django greenlet gspread gtts
gunicorn h11 h5py holidays html5lib httplib2 httpx huey huggingface_hub humanize hypothesis
idna imageio inflect instagrapi invoke itsdangerous joblib jsonschema keras langchain
langchain_community langchain_core langchain_openai lightgbm limits litestar loguru lxml
mailjet_rest markdown2 markupsafe marshmallow marshmallow_sqlalchemy matplotlib mechanize
mistune mock mongoengine more_itertools moviepy msgpack nanoid networkx nextcord nh3 nicegui
nltk numba numpy oauth2client oauthlib openai openpyxl orjson pandas paramiko parsel passlib
pdfkit pdfplumber peewee pendulum phonenumbers plotly pluggy polars pony praw prettytable
prometheus_client psutil psycopg pyarrow pycountry pydantic pydantic_core
pydantic_settings pygal pygments pymongo pymysql pyodbc pyotp pyowm pyparsing pypdf pyproj
pyramid pyrogram pytesseract pytest pytube pytz qrcode quart ratelimit redis regex
reportlab requests requests_cache requests_oauthlib requests_toolbelt resend retrying rich
rq rsa sanic schedule scipy scrapy seaborn selenium sendgrid sentry_sdk shapely shortuuid
simplejson six slack_bolt slack_sdk sniffio spacy spotipy sqlmodel sqlparse starlette
statsmodels streamlit stripe structlog sympy tabulate telethon tenacity tensorflow termcolor
textblob thefuzz tiktoken tinydb tokenizers toml tomli tomlkit torch torchvision tornado
tqdm transformers trio tweepy twilio typer typing_extensions tzdata tzlocal ujson unidecode
urllib3 uvicorn uvloop validators waitress watchdog weasyprint webargs websockets whitenoise
wikipedia wordcloud wrapt wtforms xarray xgboost xhtml2pdf xlrd xlsxwriter xlwt xmltodict
yfinance yt_dlp zeep
"""

_NAMES = dict.fromkeys(_SAME.split(), "")
_WORDS = _PACKAGES.replace("|", " ").split()
_NAMES.update(zip(_WORDS[::2], _WORDS[1::2]))

# Other packages that have such a module, normalized: a project may list one of them. None
# of these is advised.
_ALSO = {
    "captcha": ("django-recaptcha", "django-simple-captcha"),
    "cgitb": ("legacy-cgi",),
    "Crypto": ("pycrypto",),
    "cv2": (
        *("opencv-python-headless", "opencv-contrib-python"),
        "opencv-contrib-python-headless",
    ),
    "discord": ("discord", "py-cord"),
    "django_q": ("django-q", "django-q2"),
    "faiss": ("faiss-gpu",),
    "flask_bootstrap": ("bootstrap-flask", "flask-bootstrap"),
    "flask_security": ("flask-security", "flask-security-too"),
    "flask_uploads": ("flask-reuploaded", "flask-uploads"),
    "fpdf": ("fpdf2",),
    "imp": ("zombie-imp",),
    "lark": ("lark-parser",),
    "Levenshtein": ("python-levenshtein",),
    "magic": ("python-magic-bin",),
    "mysql": ("mysql-connector",),
    "newspaper": ("newspaper4k",),
    "pdfminer": ("pdfminer-six",),
    "phonenumbers": ("phonenumberslite",),
    "PIL": ("pillow-simd",),
    "psycopg2": ("psycopg2",),
    "slack": ("slackclient",),
    "slugify": ("awesome-slugify", "unicode-slugify"),
    "tensorflow": ("tensorflow-cpu", "tensorflow-gpu"),
    **{
        name: (f"standard-{name}",)  # copies of what the standard library lost
        for name in (
            *("asynchat", "asyncore", "cgi", "crypt", "distutils", "mailcap"),
            *("nntplib", "pipes", "smtpd", "sndhdr", "uu", "xdrlib"),
        )
    },
}

NAMESPACES = frozenset(name.partition(".")[0] for name in _NAMES if "." in name)
"""Packages that several distributions share."""

WINDOWS = frozenset(
    (
        *("win32api", "win32con", "win32gui", "win32com", "win32event", "win32file"),
        *("win32process", "win32service", "win32serviceutil", "win32clipboard"),
        *("pythoncom", "pywintypes", "winpty", "winsound", "winreg", "msvcrt"),
    )
)
"""Modules that no Python on Linux has: pywin32's, and some of the standard library."""


def known_distribution(module: str) -> str:
    """Return the name by which ``pip`` installs a well-known module, "" if not known.

    :param module: with dots if it is in a package that several distributions share, such
        as ``google.cloud.storage``.
    """
    parts = module.split(".")
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        if name in _NAMES:
            return _NAMES[name] or name.replace("_", "-")
    return ""


def other_distributions(module: str) -> tuple[str, ...]:
    """Return the normalized names of less known packages that have a module, too."""
    return _ALSO.get(module.partition(".")[0], ())


# The modules that have other names in Python 3. Source: lib2to3/fixes/fix_imports.py of
# CPython 3.12.
PYTHON_2 = {
    "BaseHTTPServer": "http.server",
    "CGIHTTPServer": "http.server",
    "ConfigParser": "configparser",
    "Cookie": "http.cookies",
    "HTMLParser": "html.parser",
    "Queue": "queue",
    "SimpleHTTPServer": "http.server",
    "SocketServer": "socketserver",
    "StringIO": "io",
    "Tkinter": "tkinter",
    "__builtin__": "builtins",
    "cPickle": "pickle",
    "cStringIO": "io",
    "cookielib": "http.cookiejar",
    "copy_reg": "copyreg",
    "htmlentitydefs": "html.entities",
    "httplib": "http.client",
    "robotparser": "urllib.robotparser",
    "thread": "_thread",
    "tkMessageBox": "tkinter.messagebox",
    "urllib2": "urllib.request",
    "urlparse": "urllib.parse",
    "xmlrpclib": "xmlrpc.client",
}


def meant_module(name: str) -> str:
    """Return the well-known module that a name is near to, "" if there is none.

    The name may have other capitals, or be that of the package: ``beautifulsoup4``.
    """
    folded = name.lower().replace("-", "_")
    for module, package in _NAMES.items():
        if module != name and folded in (
            module.lower(),
            (package or module).lower().replace("-", "_").replace(".", "_"),
        ):
            return module
    return ""
