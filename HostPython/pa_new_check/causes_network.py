"""Failures of connections: to database servers, to other computers; and endless polling."""

from __future__ import annotations

import re

from pa_new_check.failure import Cause, Failure
from pa_new_shared.text import plain

_DRIVERS = {
    "pymysql": "MySQL",
    "MySQLdb": "MySQL",
    "mysql/connector": "MySQL",
    "mariadb": "MySQL",
    "psycopg2": "PostgreSQL",
    "psycopg": "PostgreSQL",
    "asyncpg": "PostgreSQL",
    "pg8000": "PostgreSQL",
    "pymongo": "MongoDB",
    "motor": "MongoDB",
    "mongoengine": "MongoDB",
    "redis": "Redis",
    "pymssql": "SQL Server",
    "pyodbc": "SQL Server",
}
_OF_DATABASES = (
    *("OperationalError", "InterfaceError", "DatabaseError", "ConnectionFailure"),
    *("ServerSelectionTimeoutError", "ConnectionError", "TimeoutError", "Error"),
    *("CannotConnectNowError", "gaierror", "ConfigurationError"),
)
_IS_UNREACHED = re.compile(
    r"can't connect|unknown mysql server host|could not (connect|translate|resolve)"
    r"|connection (to server|refused|timed out|failed)|refused|unreachable|timed? ?out"
    r"|name or service not known|temporary failure in name resolution|getaddrinfo"
    r"|failed to resolve|error \d+ connecting|nodename nor servname|no servers"
    r"|network is|dns operation|could not open|unable to connect|no address associated",
    re.IGNORECASE,
)
_DATABASE_HOST = re.compile(
    r"(?:server on|server host|host name|server at|connecting to|host)[ :=]+[\"']?"
    r"([A-Za-z0-9][\w.-]*)"
)
_OF_NETWORK = (
    *("gaierror", "URLError", "ConnectionError", "ConnectTimeout", "ReadTimeout"),
    *("ConnectError", "MaxRetryError", "NewConnectionError", "NameResolutionError"),
    *("ClientConnectorError", "ClientConnectionError", "APIConnectionError"),
    *("NetworkError", "TransportError", "EndpointConnectionError", "ProxyError"),
    *("SSLError", "timeout", "TimeoutError", "ServerNotFoundError", "TimedOut"),
    *("SMTPServerDisconnected", "TelegramNetworkError", "WebDriverException"),
)
_IS_REFUSED = re.compile(
    r"\b(401|403|404|429|5\d\d)\b|unauthori[sz]ed|forbidden", re.IGNORECASE
)
_ANSWERS = ("HTTPError", "HTTPStatusError", "ApiTelegramException", "InvalidToken")
_CLIENTS = (
    *("requests", "urllib3", "httpx", "httpcore", "aiohttp", "telebot", "telegram"),
    *("openai", "urllib/request", "http/client", "anthropic", "httplib2", "smtplib"),
    *("botocore", "tweepy", "aiogram", "discord", "slack_sdk", "socket"),
)
_URL = re.compile(r"(?:https?|wss?)://(?:[^@/\s'\"]*@)?([\w.-]+)")
_HOST = re.compile(
    r"host=['\"]([\w.-]+)['\"]|connect to host ([\w.-]+)|resolve ['\"]([\w.-]+)['\"]"
    r"|server at ([\w.-]+)"
)
_LOCAL = re.compile(r"localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1")
_OWN_SERVERS = "pythonanywhere-services.com"

_POLLERS = {
    "telebot": "pyTelegramBotAPI",
    "telegram": "python-telegram-bot",
    "aiogram": "aiogram",
    "discord": "discord.py",
    "nextcord": "nextcord",
    "disnake": "disnake",
    "pyrogram": "Pyrogram",
    "telethon": "Telethon",
    "vkbottle": "vkbottle",
    "slack_bolt": "Slack's Bolt",
}
_POLLS = re.compile(
    r"\b(infinity_polling|polling|run_polling|start_polling|run_until_disconnected"
    r"|idle|run|start|run_forever|asyncio\.run|run_until_complete)\("
)


def database_server(failure: Failure) -> Cause | None:
    """Recognise a database server that cannot be reached from here."""
    kind = next((k for d, k in _DRIVERS.items() if failure.is_in(d)), "")
    if not kind or not failure.is_a(*_OF_DATABASES):
        return None
    if not _IS_UNREACHED.search(failure.text):
        return None
    said = _DATABASE_HOST.search(failure.text)
    host = said[1] if said else _asked(failure)
    named = f" at {plain(host)}" if host else ""
    what = f"{failure.subject} connects to {kind}{named}, which does not answer here"
    fix = consequence = ""
    if host.endswith(_OWN_SERVERS):
        fix = (
            "Connect in the request that needs the database: that this works can only "
        )
        fix += "be seen on PythonAnywhere."
        consequence = "That address answers only on PythonAnywhere. "
    elif _LOCAL.fullmatch(host or "localhost") and kind == "MySQL":
        fix = "Write the address of the server that PythonAnywhere's Databases page shows "
        fix += (
            f"(it ends in `{_OWN_SERVERS}`), and connect in the request that needs it."
        )
        consequence = "On PythonAnywhere MySQL does not run on the web app's computer. "
    if not failure.is_import:
        return Cause(
            "error-response",
            what,
            "Visit the page on PythonAnywhere, where the database may answer."
            if host.endswith(_OWN_SERVERS) or not fix
            else fix,
            "warning",
            consequence + "How the page answers on PythonAnywhere is not known.",
        )
    consequence += "PythonAnywhere loads the app once and then forks its workers: "
    consequence += "all of them share this one connection"
    consequence += (
        ", and the database server closes it after 300 seconds without a query."
        if kind == "MySQL"
        else "."
    )
    reason = f"it connects to {kind}{named} at import, which does not answer here"
    return Cause("connection-at-import", what, fix, "", consequence, None, reason)


def _asked(failure: Failure) -> str:
    """Return the host that the app asked for last, "" if that is not known."""
    events = failure.judge.result.events
    hosts = [str(event["host"]) for event in events if event["kind"] == "asked"]
    return hosts[-1] if hosts else ""


def network(failure: Failure) -> Cause | None:
    """Recognise a call to another computer that failed."""
    is_answer = failure.type in _ANSWERS and bool(_IS_REFUSED.search(failure.text))
    if not (is_answer or _is_unreached(failure)) or failure.is_a("FileNotFoundError"):
        return None
    if not (failure.is_in(*_CLIENTS) or failure.is_a("gaierror")):
        return None
    host = _host(failure)
    if _LOCAL.fullmatch(host):
        return None  # nothing else runs on the web app's computer either
    named = plain(host) if host else "another computer"
    result = f"{named} refused it" if is_answer else "it is not reached from here"
    what = f"{failure.subject} calls {named}, and {result}: {failure.raised}"
    consequence = (
        "This proves nothing about PythonAnywhere. There, a free account reaches only "
        "the websites of an allowlist, through a proxy."
    )
    if not failure.is_import:
        return Cause(
            "error-response",
            what,
            "See that the website is on the allowlist, and let the page answer without "
            "it, too: catch the exception.",
            "warning",
            consequence,
        )
    return Cause(
        "network-at-import",
        what,
        "Make the call in the request that needs it, or once by hand in a console.",
        "",
        consequence
        + " PythonAnywhere makes the call at every reload, and every page is "
        "an error if it fails.",
        None,
        f"it calls {named} at import, and that call failed here",
    )


def _is_unreached(failure: Failure) -> bool:
    if not failure.is_a(*_OF_NETWORK):
        return False
    if failure.is_a("URLError") and "unknown url type" in failure.text:
        return False
    return failure.type != "HTTPError"


def _host(failure: Failure) -> str:
    for text in (failure.text, *failure.own_lines[:1]):
        said = _HOST.search(text)
        if said:
            return next(group for group in said.groups() if group)
        address = _URL.search(text)
        if address:
            return address[1]
    return _asked(failure)


def polling(failure: Failure) -> Cause | None:
    """Recognise a bot that asks for messages at import, also if that failed."""
    if not failure.is_import:
        return None
    return polling_at(failure, "The import runs")


def polling_at(failure: Failure, subject: str) -> Cause | None:
    """Recognise a bot's polling by the lines that an import is at."""
    package = next((p for p in _POLLERS if failure.is_in(p)), "")
    lines = [line for line in failure.own_lines if _POLLS.search(line)]
    if not package or not lines:
        return None
    return Cause(
        "polling-bot",
        f"{subject} a bot of {_POLLERS[package]}, which asks for messages for ever",
    )
