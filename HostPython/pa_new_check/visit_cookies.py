"""The cookies of a visit, kept between its requests, and in a file that curl can read.

The rules are those of :mod:`http.cookiejar`. Its own class for such files drops session
cookies that curl wrote, and writes some that curl does not read.
"""

from __future__ import annotations

from email.message import Message
from http.cookiejar import Cookie, CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.request import Request

from pa_new_check.project import CannotCheck
from pa_new_shared.text import printable

_MAX_FILE = 10_000_000
_HEADER = "# Netscape HTTP Cookie File\n# Written by pa-new. Keep it secret.\n\n"
_HTTP_ONLY = "#HttpOnly_"
_SHARED = ("pythonanywhere.com", "eu.pythonanywhere.com")


class Jar:
    """Cookies of one site, as a browser keeps them."""

    def __init__(self, host: str, lines: str = "", name: str = "") -> None:
        self.host = host
        self.jar = CookieJar(_Policy())
        for number, line in enumerate(lines.split("\n"), 1):
            cookie = _cookie(line.rstrip("\r"), number, name)
            if cookie is not None:
                self.jar.set_cookie(cookie)

    def header(self, target: str) -> str:
        """Return the value of ``Cookie`` for a path, "" if there are none for it."""
        request = self._request(target)
        self.jar.add_cookie_header(request)
        return str(request.get_header("Cookie", ""))

    def keep(self, target: str, headers: list[tuple[str, str]]) -> None:
        """Take the cookies of a response."""
        message = Message()
        for name, value in headers:
            if name.lower() == "set-cookie":
                message.add_header("Set-Cookie", value)
        response: Any = _Response(message)
        self.jar.extract_cookies(response, self._request(target))

    def lines(self) -> str:
        """Return all cookies as Netscape's browser wrote them, with end times as curl."""
        rows = [_line(cookie) for cookie in self.jar if not cookie.is_expired()]
        return _HEADER + "".join(rows)

    def _request(self, target: str) -> Request:
        # A visitor's browser uses https, so that it sends secure cookies too.
        return Request(f"https://{self.host}{target}")


class _Policy(DefaultCookiePolicy):
    """What browsers refuse, too."""

    def set_ok(self, cookie: Cookie, request: Any) -> bool:
        """Tell whether a cookie may be kept."""
        texts = (cookie.name, cookie.value or "", cookie.path)
        if _has_controls("".join(texts)):
            return False
        # No site may set cookies for all accounts: it is on the list of public suffixes.
        if cookie.domain.lstrip(".") in _SHARED:
            return False
        return super().set_ok(cookie, request)


class _Response:
    """A response as the jar wants it."""

    def __init__(self, message: Message) -> None:
        self.message = message

    def info(self) -> Message:
        """Return the headers."""
        return self.message


def read(path: str) -> str:
    """Return the text of a cookie jar, "" if there is no such file."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MAX_FILE + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        what = f"--cookie-jar cannot read '{printable(path)}': {error.strerror}"
        raise CannotCheck("input", what) from error
    if len(data) > _MAX_FILE:
        raise _not_a_jar(path, "it is larger than 10 MB")
    return data.decode("latin-1")


def _not_a_jar(path: str, why: str) -> CannotCheck:
    return CannotCheck("input", f"'{printable(path)}' is not a cookie jar: {why}")


def _cookie(line: str, number: int, path: str) -> Cookie | None:
    """Return the cookie in a line; None if it is empty or a comment."""
    is_http_only = line.startswith(_HTTP_ONLY)
    if is_http_only:
        line = line[len(_HTTP_ONLY) :]
    elif not line.strip() or line.startswith("#"):
        return None
    fields = line.split("\t")
    if len(fields) == 6:
        fields.append("")  # curl leaves out an empty value
    if len(fields) != 7 or _has_controls("".join(fields)):
        why = f"line {number} does not have 7 fields with tabs between them"
        raise _not_a_jar(path, why)
    domain, with_subdomains, folder, secure, ends, name, value = fields
    try:
        end = int(ends or "0")
    except ValueError:
        why = f"line {number} does not have a number as its fifth field"
        raise _not_a_jar(path, why) from None
    return Cookie(
        version=0,
        name=name,
        value=value,
        port=None,
        port_specified=False,
        domain=domain,
        domain_specified=with_subdomains == "TRUE",
        domain_initial_dot=domain.startswith("."),
        path=folder,
        path_specified=True,
        secure=secure == "TRUE",
        expires=end or None,
        discard=not end,
        comment=None,
        comment_url=None,
        rest={"HttpOnly": ""} if is_http_only else {},
    )


def _has_controls(text: str) -> bool:
    return any(character < " " or character == "\x7f" for character in text)


def _line(cookie: Cookie) -> str:
    def truth(value: bool) -> str:
        return "TRUE" if value else "FALSE"

    return (
        (_HTTP_ONLY if cookie.has_nonstandard_attr("HttpOnly") else "")
        + "\t".join(
            (
                cookie.domain,
                truth(cookie.domain.startswith(".")),
                cookie.path,
                truth(cookie.secure),
                str(cookie.expires or 0),
                cookie.name,
                cookie.value or "",
            )
        )
        + "\n"
    )
