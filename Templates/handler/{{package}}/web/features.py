"""What a handler can do with modules that are imported on first use.

Each method of :class:`Features` is short: the work is done in a module that no request
waits for which does not need it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .writing import ResponseWriter

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


class Features(ResponseWriter):
    """The part of a handler that belongs to other modules."""

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
        from .files import send_file

        send_file(self, path, folder, download_name, content_type)

    def static_url(self, path: str) -> str:
        """Return the URL of a file in ``static/``, which changes if the file does.

        So browsers may keep the file as long as they want.

        :param path: the path below ``static/``, such as "site.css".
        """
        from .static import static_url

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
        from .conditional import set_last_modified
        from .dates import seconds

        set_last_modified(self, seconds(moment))

    def is_not_modified(self) -> bool:
        """Whether the client has this version, so that you need not write the page.

        Call :meth:`set_etag` or :meth:`set_last_modified` before.
        """
        from .conditional import is_not_modified

        return is_not_modified(self)
