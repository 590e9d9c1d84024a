"""Handlers of forms and visitors that are written twice, alike.

They are here, and in ``Swift/parity/VisitorHandlers.swift``.
"""

from __future__ import annotations

from hello.web import HTTPError, RequestHandler

OCTETS = "application/octet-stream"


class UploadHandler(RequestHandler):
    """All that a form has, sorted by names."""

    check_csrf = False

    def post(self) -> None:
        self.set_header("Content-Type", OCTETS)
        for name in sorted(self._body_arguments, key=str.encode):
            for value in self.get_body_arguments(name):
                self.write(f"{name}={value}\n")
        for name in ("a", "b", ""):
            for file in self.get_files(name):
                self.write(f"{name}: {file.filename} {file.content_type} {file.size} ")
                self.write(file.file.read() + b"\n")
        last = self.get_file("a")
        self.write(f"{last.filename if last else 'none'} {len(self.body)}")

    put = post


class TokenHandler(RequestHandler):
    """A form whose token is checked."""

    def get(self) -> None:
        self.write(self.csrf_field)

    def post(self) -> None:
        self.write(f"done: {self.get_body_argument('name', 'none')}")


class SignedHandler(RequestHandler):
    """A signed cookie."""

    def get(self) -> None:
        value = self.get_signed_cookie("signed")
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        self.write("|".join(value) if is_list else "none")

    def put(self) -> None:
        values = self.get_query_arguments("v")
        self.set_signed_cookie("signed", values, max_age=60, path="/signed")


class SessionHandler(RequestHandler):
    """What the application remembers of a visitor."""

    def get(self) -> None:
        messages = self.take_flash() if self.get_query_arguments("flash") else []
        self.write(f"{self.session.get('user', 'nobody')} {'|'.join(messages)}")

    def put(self) -> None:
        self.session["user"] = self.get_query_argument("user")
        message = self.get_query_argument("flash", None)
        if message is not None:
            self.flash(message)
        status = self.get_query_argument("fail", None)
        if status is not None:
            raise HTTPError(409, status)
        self.redirect("/session", status=303, flash="Saved")

    def delete(self) -> None:
        self.session.clear()
        self.set_status(204)
