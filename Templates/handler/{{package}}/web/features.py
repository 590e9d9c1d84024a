"""What a handler can do with modules that are imported on first use.

Each method of :class:`Features` is short: the work is done in a module that no request
waits for which does not need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from .writing import PLAIN_TEXT, ResponseWriter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class Features(ResponseWriter):
    """The part of a handler that belongs to other modules."""

    def write_html(self, html: str, /, **values: Any) -> None:
        """Add HTML to the body of the response.

        Without values, the text is sent as it is. With values, each ``{{name}}`` in it
        becomes the value with this name, so that what a visitor has sent shows as text,
        and cannot run as a script. :meth:`render` says what else a template can have.

        :param html: the HTML. Do not put values into it with an f-string.
        """
        content: str | bytes = html
        if values:
            from .pages import TEMPLATES, render

            content = render(self, TEMPLATES.from_text, html, values)
        self._begin_html("write_html")
        self.write(content)

    def render(self, name: str, /, **values: Any) -> None:
        """Write a page: a file of ``templates/`` in which tags have values.

        A page ends the body: nothing can follow it.

        ``web/mustache/__init__.py`` lists the tags. A value is text, a number, True or
        False, None, a list or a dict. A page has these values, too, unless you pass
        others: ``{{mount}}`` for links, ``{{#static_url}}site.css{{/static_url}}``,
        ``{{{csrf_field}}}`` for forms, and ``flash``, the list of messages.

        :param name: the path of the file below ``templates/``, such as "page.html".
        """
        from .pages import TEMPLATES, render

        content = render(self, TEMPLATES.from_file, name, values)
        self._begin_html("render")
        self.write(content)
        self._is_complete = True

    def _begin_html(self, what: str) -> None:
        """Make the body HTML. Text before it would become HTML, too: that is an error."""
        if self._is_complete:
            raise self._too_late(what)
        if self._chunks and self._headers["content-type"] == PLAIN_TEXT:
            raise RuntimeError(
                f"{what}: self.write(...) wrote plain text before, and a response is text"
                " or HTML: write all of it with write_html"
            )
        self.set_header("Content-Type", "text/html; charset=utf-8")

    def get_template_namespace(self) -> dict[str, Any]:
        """Return values for all templates. Override this method to have some."""
        return {}

    def stream(self, pieces: Iterable[str | bytes]) -> None:
        """Send a body piece by piece, as the client takes it. Write nothing else.

        An exception before the first piece is an error page as usual. A later one is
        logged, and the client gets only a part of the body.

        :param pieces: texts or bytes, for example from a generator. Its ``close`` is
            called at the end, also if the client goes away.
        """
        from .streaming import begin

        begin(self, pieces)
        if "x-accel-buffering" not in self._headers:
            # The host's web server sends each piece at once, and collects none.
            self.set_header("X-Accel-Buffering", "no")

    def send_file(
        self,
        path: str | Path,
        *,
        folder: str | Path | None = None,
        download_name: str = "",
        content_type: str = "",
    ) -> None:
        """Send a file, or the part of it that the client asks for. Write nothing else.

        A missing file is an error 404. Browsers keep the file, and ask whether it has
        changed.

        :param path: the path of the file. A relative one is below the project's folder.
        :param folder: if the path comes from the request, the folder that it must not
            lead out of. It does not lead to hidden files, either.
        :param download_name: the browser saves the file under this name, and does not
            show it. Use it for all files that visitors upload.
        :param content_type: the type of the file (default: known by its ending).
        """
        from .streaming import send_file

        send_file(self, path, folder, download_name, content_type)

    @property
    def session(self) -> dict[str, Any]:
        """What the app remembers of this visitor, as a dict; empty at first.

        Change it as you like: at the end of the request it is put into a signed cookie,
        which lasts for 14 days from the last change. ``self.session.clear()`` ends it. An
        error discards the changes. Visitors cannot change their session, but they can
        read it, and send an old one again. Its values have to fit into JSON, and 4000
        characters in all: keep more in a database.
        """
        from .sessions import open_session

        return open_session(self)

    def flash(self, message: str) -> None:
        """Keep a message for the next page that shows messages, such as "Saved".

        A template shows them with ``{{#flash}}<p>{{.}}</p>{{/flash}}``.
        """
        from .sessions import flash

        flash(self, message)

    def take_flash(self) -> list[str]:
        """Return the messages for the visitor, and forget them."""
        from .sessions import take_flash

        return take_flash(self)

    def get_signed_cookie(self, name: str, default: Any = None) -> Any:
        """Return the value of a cookie that :meth:`set_signed_cookie` has set.

        :param name: the name of the cookie.
        :param default: the value for a cookie that is missing, has expired, or was not
            signed by this app.
        """
        from .sessions import unsign

        return unsign(name, self.get_cookie(name) or "", default)

    def set_signed_cookie(
        self,
        name: str,
        value: Any,
        *,
        max_age: int = 30 * 24 * 60 * 60,
        path: str = "",
        domain: str = "",
        secure: bool | None = None,
        httponly: bool = True,
        samesite: Literal["Lax", "Strict", "None"] = "Lax",
    ) -> None:
        """Set a cookie that visitors can read, but not change.

        :param name: as in :meth:`set_cookie`; so are ``path`` and what follows it.
        :param value: anything that fits into JSON, and 4000 characters in all.
        :param max_age: how many seconds the cookie is valid (default: 30 days).
        """
        from .sessions import sign, to_json

        place = f"the cookie {name}"
        self.set_cookie(
            name,
            sign(name, to_json(value, place), max_age, place),
            max_age=max_age,
            path=path,
            domain=domain,
            secure=secure,
            httponly=httponly,
            samesite=samesite,
        )

    @property
    def csrf_token(self) -> str:
        """The token that a form has to send back, in the field ``_csrf``.

        JavaScript can send it in the header ``X-CSRF-Token`` instead.
        """
        from .csrf import new_token

        return new_token(self)

    @property
    def csrf_field(self) -> str:
        """The hidden field with the token, as HTML: put it into each form with POST."""
        return f'<input type="hidden" name="_csrf" value="{self.csrf_token}">'

    def static_url(self, path: str) -> str:
        """Return the URL of a file in ``static/``, which changes if the file does.

        So browsers may keep the file as long as they want.

        :param path: the path below ``static/``, such as "site.css".
        """
        from .urls import static_url

        return static_url(self.environ, path)

    def reverse_url(self, name: str, *args: object) -> str:
        """Return the path of a route, with the mount: for links and redirects.

        :param name: the name of the route: the third item of its row.
        :param args: the values of the groups of its pattern, in order.
        """
        from .urls import reverse

        return self.mount + reverse(self.application.named_patterns, name, args)

    def set_etag(self, text: str) -> None:
        """Tell the client which version of the page this is, so that it can keep it.

        If it has this version already, it gets a short response 304 without a body.

        :param text: a text that changes whenever the page does, such as a number, or
            the whole page.
        """
        from .conditional import set_etag

        set_etag(self, text)

    def set_last_modified(self, moment: datetime) -> None:
        """Tell the client when the page changed last, so that it can keep it.

        If it has not changed for the client, it gets a short response 304.

        :param moment: the time of the last change; without a time zone, it is UTC.
        """
        from .conditional import set_last_modified, to_seconds

        set_last_modified(self, to_seconds(moment))

    def is_not_modified(self) -> bool:
        """Whether the client has this version, so that you need not write the page.

        Call :meth:`set_etag` or :meth:`set_last_modified` before.
        """
        from .conditional import is_not_modified

        return is_not_modified(self)
