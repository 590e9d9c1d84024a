"""Tables of library names: the effect of a call of each at import.

A name is written as the static analysis writes it: ``()`` is a call, so that
``tornado.ioloop.IOLoop.current().start`` is the method of what ``current`` returns.
"""

from __future__ import annotations

from pa_new_shared.patterns import pattern


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _positions(text: str) -> dict[str, list[tuple[int | None, str]]]:
    """Return a table of calls, each with the position and keyword of an argument."""
    found: dict[str, list[tuple[int | None, str]]] = {}
    for line in text.strip().splitlines():
        call, position, keyword = line.split()
        number = None if position == "-" else int(position)
        found.setdefault(call, []).append((number, keyword))
    return found


SERVES = _names(
    """
    wsgiref.simple_server.make_server wsgiref.simple_server.WSGIServer
    werkzeug.serving.run_simple werkzeug.run_simple werkzeug.serving.make_server
    flask.Flask().run quart.Quart().run flask_socketio.SocketIO().run
    connexion.App().run connexion.FlaskApp().run sanic.Sanic().run
    bottle.run bottle.Bottle().run bottle.app().run bottle.default_app().run
    cherrypy.quickstart cherrypy.engine.start cherrypy.engine.block
    cherrypy.server.start cherrypy.server.quickstart
    web.application().run web.httpserver.runsimple
    dash.Dash().run dash.Dash().run_server dash.Dash().server.run
    tornado.web.Application().listen tornado.ioloop.IOLoop.current().start
    tornado.ioloop.IOLoop.instance().start tornado.ioloop.IOLoop().start
    tornado.httpserver.HTTPServer().listen tornado.httpserver.HTTPServer().bind
    tornado.httpserver.HTTPServer().start tornado.tcpserver.TCPServer().listen
    tornado.netutil.bind_sockets
    asyncio.get_event_loop().run_forever asyncio.new_event_loop().run_forever
    asyncio.start_server asyncio.start_unix_server
    asyncio.get_event_loop().create_server asyncio.new_event_loop().create_server
    asyncio.get_running_loop().create_server websockets.serve
    websockets.server.serve websockets.asyncio.server.serve
    uvicorn.run uvicorn.main uvicorn.Server().run uvicorn.Server().serve
    hypercorn.asyncio.serve hypercorn.trio.serve daphne.server.Server().run
    waitress.serve waitress.create_server cheroot.wsgi.Server().start
    gevent.pywsgi.WSGIServer().start gevent.server.StreamServer().start
    gevent.wsgi.WSGIServer().start gevent.baseserver.BaseServer().start
    eventlet.listen eventlet.wsgi.server
    aiohttp.web.run_app twisted.internet.reactor.run nicegui.ui.run
    gradio.Interface().launch gradio.Blocks().launch gradio.ChatInterface().launch
    panel.serve
    http.server.HTTPServer http.server.ThreadingHTTPServer http.server.test
    socketserver.TCPServer socketserver.UDPServer socketserver.ThreadingTCPServer
    socketserver.ThreadingUDPServer socketserver.ForkingTCPServer
    socketserver.ForkingUDPServer socketserver.UnixStreamServer
    socketserver.UnixDatagramServer xmlrpc.server.SimpleXMLRPCServer
    socket.socket().bind socket.create_server
    """
)
"""Binds an address or serves."""

SERVES_METHODS = _names("serve_forever")
"""Methods that serve, of any object."""

MANAGES_DJANGO = _names(
    """
    django.core.management.execute_from_command_line
    django.core.management.call_command
    """
)
"""Runs a command of Django's; ``runserver`` serves."""

ENDS = _names("sys.exit exit quit os._exit os.abort")
"""Ends the process."""

STARTS_THREAD = _names(
    """
    threading.Thread().start threading.Timer().start _thread.start_new_thread
    concurrent.futures.ThreadPoolExecutor().submit
    concurrent.futures.ThreadPoolExecutor().map
    concurrent.futures.thread.ThreadPoolExecutor().submit
    multiprocessing.pool.ThreadPool multiprocessing.dummy.Pool
    apscheduler.schedulers.background.BackgroundScheduler().start
    flask_apscheduler.APScheduler().start logging.handlers.QueueListener().start
    """
)

ADAPTERS_WITH_THREAD = _names("a2wsgi.ASGIMiddleware a2wsgi.asgi.ASGIMiddleware")
"""Adapters from ASGI to WSGI with a thread for their event loop."""

STARTS_PROCESS = _names(
    """
    subprocess.Popen multiprocessing.Process().start multiprocessing.Pool
    multiprocessing.Manager os.fork os.forkpty pty.fork
    concurrent.futures.ProcessPoolExecutor().submit
    concurrent.futures.ProcessPoolExecutor().map
    """
)

WAITS = _names("join wait communicate shutdown close terminate kill result cancel")
"""Methods after which what was started no longer runs."""

MAKES_LOOP = _names(
    """
    asyncio.new_event_loop asyncio.get_event_loop tornado.ioloop.IOLoop
    tornado.ioloop.IOLoop.current tornado.ioloop.IOLoop.instance
    """
)

RUNS_COROUTINE = pattern(
    r"asyncio\.(run|(get_event_loop|new_event_loop)\(\)\.run_until_complete"
    r"|(create_task|ensure_future|gather|wait_for))"
    r"|tornado\.ioloop\.IOLoop(\.current\(\)|\.instance\(\)|\(\))\.run_sync"
    r"|asyncio\.Runner\(\)\.run|anyio\.run|trio\.run"
)
"""Runs the function or coroutine that it is given."""
RUNNERS = ("asyncio", "tornado", "anyio", "trio")  # how these names begin

REMOVED = {
    "tornado.wsgi.WSGIApplication": "removed from Tornado in version 6.0",
    "tornado.wsgi.WSGIAdapter": "removed from Tornado in version 6.0",
}

ASGI = _names(
    """
    fastapi.FastAPI() starlette.applications.Starlette() quart.Quart() sanic.Sanic()
    litestar.Litestar() channels.routing.ProtocolTypeRouter()
    django.core.asgi.get_asgi_application() blacksheep.Application()
    falcon.asgi.App() asgiref.wsgi.WsgiToAsgi() socketio.ASGIApp()
    gradio.mount_gradio_app() robyn.Robyn() fasthtml.common.FastHTML()
    """
)
"""Objects with the interface of ASGI."""

NOT_WSGI = {
    "tornado.web.Application()": (
        "a Tornado Application, which is not a WSGI application",
        "Wrap it in an adapter: `pa-new NAME --framework tornado` writes one.",
    ),
    **dict.fromkeys(
        ("dash.Dash()", "dash.dash.Dash()", "jupyter_dash.JupyterDash()")
        + ("dash_extensions.enrich.DashProxy()",),
        (
            "a Dash app, which is not a WSGI application",
            "Use its server: `application = app.server`.",
        ),
    ),
    "web.application()": (
        "a web.py application, which is not a WSGI application",
        "Convert it: `application = app.wsgifunc()`.",
    ),
}
"""Objects that are no WSGI callable, and how to get one."""

WSGI_APPS = _names(
    """
    flask.Flask() bottle.Bottle() bottle.default_app() falcon.App() falcon.API()
    pyramid.config.Configurator().make_wsgi_app() web.application().wsgifunc()
    cherrypy.Application() cherrypy.tree.mount() connexion.FlaskApp() connexion.App()
    dash.Dash().server django.core.wsgi.get_wsgi_application()
    """
)
"""Applications of WSGI."""

OWN_SERVERS = {
    "streamlit": "Streamlit",
    "gradio": "Gradio",
    "nicegui": "NiceGUI",
    "chainlit": "Chainlit",
    "reflex": "Reflex",
    "panel": "Panel",
    "shiny": "Shiny",
    "solara": "Solara",
    "mesop": "Mesop",
    "taipy": "Taipy",
}
"""Packages for web apps that come with a server and have no WSGI application."""

WEBSOCKETS = _names(
    """
    flask_socketio.SocketIO flask_sock.Sock flask_sockets.Sockets
    tornado.websocket.WebSocketHandler geventwebsocket.handler.WebSocketHandler
    websockets.serve websockets.server.serve socketio.WSGIApp
    fastapi.FastAPI().websocket starlette.routing.WebSocketRoute
    channels.generic.websocket.WebsocketConsumer
    channels.generic.websocket.AsyncWebsocketConsumer simple_websocket.Server
    """
)

OPENS = _positions(
    """
    open 0 file
    io.open 0 file
    codecs.open 0 filename
    sqlite3.connect 0 database
    peewee.SqliteDatabase 0 database
    shelve.open 0 filename
    os.listdir 0 path
    os.scandir 0 path
    os.mkdir 0 name
    os.makedirs 0 name
    logging.basicConfig - filename
    logging.FileHandler 0 filename
    logging.handlers.RotatingFileHandler 0 filename
    logging.handlers.TimedRotatingFileHandler 0 filename
    configparser.ConfigParser().read 0 filenames
    zipfile.ZipFile 0 file
    dotenv.load_dotenv 0 dotenv_path
    pandas.read_csv 0 filepath_or_buffer
    pandas.read_table 0 filepath_or_buffer
    pandas.read_excel 0 io
    pandas.read_json 0 path_or_buf
    pandas.read_pickle 0 filepath_or_buffer
    pandas.read_parquet 0 path
    polars.read_csv 0 source
    numpy.loadtxt 0 fname
    numpy.genfromtxt 0 fname
    torch.load 0 f
    keras.models.load_model 0 filepath
    tensorflow.keras.models.load_model 0 filepath
    cv2.imread 0 filename
    aiosqlite.connect 0 database
    tinydb.TinyDB 0 path
    dotenv.dotenv_values 0 dotenv_path
    environ.Env.read_env 0 env_file
    firebase_admin.credentials.Certificate 0 cert
    gspread.service_account 0 filename
    google.oauth2.service_account.Credentials.from_service_account_file 0 filename
    os.walk 0 top
    glob.glob 0 pathname
    shutil.copy 0 src
    shutil.copyfile 0 src
    shutil.rmtree 0 path
    os.remove 0 path
    os.unlink 0 path
    gzip.open 0 filename
    tarfile.open 0 name
    numpy.load 0 file
    joblib.load 0 filename
    openpyxl.load_workbook 0 filename
    PIL.Image.open 0 fp
    jinja2.FileSystemLoader 0 searchpath
    bottle.static_file 1 root
    web.template.render 0 loc
    tornado.web.Application - template_path
    tornado.web.Application - static_path
    """
)
"""Opens a file or folder: the position and keyword of each call's path."""

PATH_METHODS = _names(
    """
    open read_text read_bytes write_text write_bytes mkdir touch iterdir glob rglob unlink
    """
)
"""Methods of :class:`pathlib.Path` that go to the disk."""

SAVES = _names("save savefig to_csv to_excel to_pickle to_parquet")
"""Methods of many libraries that write a file, named by their first argument."""

MAKES_FOLDER = _names("os.mkdir os.makedirs pathlib.Path().mkdir")
WRITES = _names(
    """
    logging.basicConfig logging.FileHandler logging.handlers.RotatingFileHandler
    logging.handlers.TimedRotatingFileHandler tinydb.TinyDB shelve.open
    pathlib.Path().write_text pathlib.Path().write_bytes pathlib.Path().touch
    """
)
"""Makes the file that it is given."""

ENGINES = _names(
    """
    sqlalchemy.create_engine sqlalchemy.ext.asyncio.create_async_engine
    sqlmodel.create_engine sqlalchemy.engine.create_engine databases.Database
    dataset.connect playhouse.db_url.connect
    """
)
"""Takes the address of a database, as SQLAlchemy writes it."""

CONNECTS = _names(
    """
    pymysql.connect MySQLdb.connect mysql.connector.connect mariadb.connect
    psycopg2.connect psycopg.connect pymssql.connect pyodbc.connect
    """
)
"""Connects to a database server."""

SWITCHES = _names(
    """
    pool_recycle pool_pre_ping SQLALCHEMY_POOL_RECYCLE NullPool TEMPLATE_PATH
    template_lookup jinja_loader DictLoader ChoiceLoader PackageLoader ModuleLoader
    template_folder static_folder
    """
)
"""Words of the code that switch a rule off, wherever they stand."""

LOADS = _names("CDLL PyDLL LoadLibrary")
"""Names of the calls in :mod:`ctypes` that load a native library."""

HANDLER_CLASSES = _names(
    """
    tornado.web.RequestHandler flask.views.MethodView flask.views.View
    django.views.View django.views.generic.View django.views.generic.base.View
    rest_framework.views.APIView flask_restful.Resource
    """
)
"""Classes whose methods named after HTTP's answer requests."""

VERBS = _names("get post put patch delete head options")
ROUTES = _names("route get post put patch delete expose view api_view")
"""Decorators that make a function answer requests."""

SLEEPS = _names(
    """
    time.sleep asyncio.sleep gevent.sleep eventlet.sleep tornado.gen.sleep
    """
)
WAITS_FOR = _names(
    """
    queue.Queue().get queue.SimpleQueue().get queue.LifoQueue().get
    multiprocessing.Queue().get asyncio.Queue().get tornado.queues.Queue().get
    threading.Event().wait threading.Condition().wait asyncio.Event().wait
    asyncio.Condition().wait tornado.locks.Event().wait
    tornado.locks.Condition().wait gevent.event.Event().wait
    redis.Redis().pubsub().listen redis.StrictRedis().pubsub().listen
    """
)
"""Waits until another thread, process or visitor does something."""

POLLS = pattern(
    r"(telebot|telegram|aiogram|pyrogram|telethon|maxapi|vkbottle)\b.*"
    r"\.(infinity_polling|polling|run_polling|start_polling|idle|run_forever"
    r"|run_until_disconnected)"
    r"|(discord|nextcord|disnake)\b.*\.(Bot|Client|AutoShardedBot|AutoShardedClient)\(\)"
    r"\.(run|start)"
    r"|pyrogram\.Client\(\)\.run|slack_bolt\b.*SocketModeHandler\(\)\.start"
)
"""Waits for the messages of a chat service, for ever."""

GOES_OUT = pattern(
    r"(requests|httpx)(\.(Session|session|Client)\(\))?"
    r"\.(get|post|put|patch|delete|head|request)"
    r"|urllib\.request\.(urlopen|urlretrieve)|urllib3\.PoolManager\(\)\.request"
    r"|http\.client\.HTTPS?Connection\(\)\.(request|connect)|smtplib\.SMTP(_SSL)?"
    r"|telebot\.TeleBot\(\)\.(set_webhook|remove_webhook|delete_webhook|get_me"
    r"|get_webhook_info|set_my_commands|send_message)"
    r"|telegram\.Bot\(\)\.(set_webhook|setWebhook|delete_webhook|deleteWebhook|get_me)"
    r"|openai\.(OpenAI\(\)\.)?\w+(\.\w+)*\.create|nltk\.download|yfinance\.download"
    r"|gspread\.(service_account|authorize)\(\)\.open\w*"
)
"""Makes a request to another computer."""

SERVICES = (
    *("aiogram", "maxapi", "pyrogram", "telebot", "telegram", "telethon", "vkbottle"),
    *("discord", "disnake", "gspread", "http", "nextcord", "nltk", "openai"),
    *("requests", "slack_bolt", "smtplib", "urllib", "yfinance"),
)
"""How the names of both begin: most others need not be compared with the patterns."""

STARTS_WORK = (
    STARTS_THREAD
    | _names(
        """
        multiprocessing.Process().start multiprocessing.context.Process().start
        apscheduler.schedulers.gevent.GeventScheduler().start
        apscheduler.schedulers.asyncio.AsyncIOScheduler().start
        concurrent.futures.ProcessPoolExecutor().submit
        """
    )
) - _names(
    """
    concurrent.futures.ThreadPoolExecutor().map logging.handlers.QueueListener().start
    """
)
"""Starts work that a request need not wait for."""

LAST_NAMES = frozenset(
    name.rpartition(".")[2]
    for name in (
        *OPENS,
        *ENGINES,
        *CONNECTS,
        *STARTS_WORK,
        *MAKES_FOLDER,
        *WRITES,
        *(f"pathlib.Path().{method}" for method in PATH_METHODS),
        "flask.render_template",
        "django.shortcuts.render",
        "bottle.template",
        "subprocess.run",
        "subprocess.call",
        "subprocess.check_output",
        "os.system",
    )
) - _names("load connect")
"""The last parts of the names that the rules ask for in functions."""
