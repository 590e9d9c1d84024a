"""What PythonAnywhere gives a web app: names, paths, environment variables, requests.

Everything that loads, visits or rehearses an app takes it from here. The facts are those
of PythonAnywhere's help pages; what they do not say is named as such.
"""

from __future__ import annotations

from pa_new_shared.later import re
from pa_new_shared.patterns import pattern

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from collections.abc import Mapping

STAND_IN_USER = "standin"
"""The account of an app whose account is not known: no setting names it by accident."""

DOMAIN = "pythonanywhere.com"
PYTHONS = tuple((3, minor) for minor in range(9, 14))
"""The versions of Python that a web app can have, oldest first, as in PythonVersion.swift."""

WSGI_FOLDER = "/var/www"
PROGRAM = "/usr/local/bin/uwsgi"
"""The program that runs the app; its place is not known, and it is not Python."""

# The visitor has an address that is reserved for documentation (RFC 5737), and the load
# balancer a private one: help page WebAppClientIPAddresses.
_VISITOR = "203.0.113.7"
_BALANCER = "10.0.0.4"

# What a process needs to run, of the user's own environment.
_NEEDED = ("PATH", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")
_ENTRY_NAME = pattern(
    r"((?:[a-z0-9-]+-)?([a-z0-9]+)_(eu_)?pythonanywhere_com)_wsgi", re.IGNORECASE
)
# Other names with underscores are mostly no domains: `flask_app_wsgi.py`.
_OWN_DOMAIN = pattern(
    r"((?:[a-z0-9-]+_)+(?:com|org|net|edu|info|io|dev|eu)|www(?:_[a-z0-9-]+){2,})_wsgi",
    re.IGNORECASE,
)
_LABEL = pattern(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
_HOSTS = (DOMAIN, f"www.{DOMAIN}", f"eu.{DOMAIN}")


class Site:
    """One web app on PythonAnywhere: whose it is, and its domain."""

    def __init__(self, user: str, domain: str, source: str) -> None:
        self.user = user
        self.domain = domain
        self.source = source
        """How the domain is known: "option", "record", "entry", "path" or "stand-in"."""

    @property
    def is_stand_in(self) -> bool:
        """Whether nothing tells the domain."""
        return self.source == "stand-in"

    @property
    def home(self) -> str:
        """The account's home folder, in which the app is started."""
        return f"/home/{self.user}"

    @property
    def wsgi_file(self) -> str:
        """The file that is imported when the app is loaded."""
        return wsgi_file(self.domain)


def wsgi_file(domain: str) -> str:
    """Return the path of a domain's WSGI file: dots become underscores."""
    return f"{WSGI_FOLDER}/{domain.lower().replace('.', '_')}_wsgi.py"


def is_wsgi_file_name(stem: str) -> bool:
    """Tell whether a file has a name that WSGI files have, given without ``.py``."""
    return stem.endswith("_wsgi")


def site_of_wsgi_file(stem: str) -> Site | None:
    """Return the site in the name of a WSGI file, None if the name has none.

    The name of a WSGI file is in lower case, so the account's may be too. A domain of the
    user's own does not tell the account, which is "" then.
    """
    if not is_wsgi_file_name(stem.casefold()):
        return None
    match = _ENTRY_NAME.fullmatch(stem)
    if match is not None:
        return Site(match[2], match[1].replace("_", "."), "entry")
    match = _OWN_DOMAIN.fullmatch(stem)
    domain = match[1].replace("_", ".") if match else ""
    return Site("", domain, "entry") if is_domain(domain) else None


def is_domain(text: str) -> bool:
    """Tell whether a text is a domain that a web app can have (RFC 1123, section 2.1)."""
    labels = text.split(".")
    return (
        len(labels) > 1
        and len(text) <= 253
        and all(map(_LABEL.fullmatch, labels))
        and not labels[-1].isdigit()
        and text.lower() not in _HOSTS
    )


def user_of_domain(domain: str) -> str:
    """Return the account that one of PythonAnywhere's own domains names, "" if none."""
    match = re.fullmatch(
        r"(?:[a-z0-9-]+-)?([a-z0-9]+)(?:\.eu)?\.pythonanywhere\.com",
        domain,
        re.IGNORECASE,
    )
    return match[1] if match else ""


def environment(site: Site, own: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables of the app's processes.

    The token is one that opens nothing: an account that has a token finds its own there
    (help page "API"). The values of the last two were not seen; other tools set them like
    this.

    :param own: this computer's variables, of which few are kept.
    """
    kept = {name: own[name] for name in own if name in _NEEDED or name[:3] == "LC_"}
    is_european = site.domain.lower().endswith(f".eu.{DOMAIN}")
    return {
        **kept,
        "HOME": site.home,
        "USER": site.user,
        "LOGNAME": site.user,
        "API_TOKEN": "0" * 40,
        "PYTHONANYWHERE_DOMAIN": f"eu.{DOMAIN}" if is_european else DOMAIN,
        "PYTHONANYWHERE_SITE": f"{'eu' if is_european else 'www'}.{DOMAIN}",
    }


PLAIN, FORWARDED, SECURE = "http", "http with X-Forwarded-Proto: https", "https"
SCHEMES = (PLAIN, FORWARDED, SECURE)
"""The ways in which a request may reach the app: no page says how https does."""


def request(site: Site, method: str, target: str, scheme: str) -> dict[str, str]:
    """Return the texts of a request's WSGI environment (PEP 3333), without its body.

    :param target: path and query as a browser sends them.
    :param scheme: one of :data:`SCHEMES`.
    """
    path, _, query = target.partition("#")[0].partition("?")
    if not path.startswith("/"):
        path = "/" + path
    fields = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": target,
        "SCRIPT_NAME": "",
        "PATH_INFO": _decoded(path),
        "QUERY_STRING": query,
        "SERVER_NAME": site.domain,
        "SERVER_PORT": "443" if scheme == SECURE else "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": _BALANCER,
        "HTTP_HOST": site.domain,
        "HTTP_X_REAL_IP": _VISITOR,
        "HTTP_X_FORWARDED_FOR": _VISITOR,
        "HTTP_USER_AGENT": "pa-new",
        "HTTP_ACCEPT": "*/*",
        "wsgi.url_scheme": "https" if scheme == SECURE else "http",
    }
    if scheme == FORWARDED:
        fields["HTTP_X_FORWARDED_PROTO"] = "https"
    if scheme == SECURE:
        fields["HTTPS"] = "on"
    return fields


def _decoded(path: str) -> str:
    """Return a path as servers pass it: percent signs decoded, bytes as Latin-1."""
    if "%" not in path:
        return path.encode("utf-8", "surrogateescape").decode("latin-1")
    from urllib.parse import unquote_to_bytes  # takes a while, and is seldom needed

    return unquote_to_bytes(path.encode("utf-8", "surrogateescape")).decode("latin-1")
