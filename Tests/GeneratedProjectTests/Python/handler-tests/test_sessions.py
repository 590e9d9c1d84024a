"""`web/` keeps the session of a visitor, and messages for the next page."""

# Functions in loops are called before the loop goes on.
# ruff: noqa: B023

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from asking import Response, application, ask, call
from hello.web import Application, HTTPError, RequestHandler
from test_signing import DAY, NOW, SignedTestCase


class Visitor:
    """A browser that keeps the cookies of one path."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def ask(self, action: Callable[[Any], Any], **more: Any) -> Response:
        return self.call(application(action), **more)

    def call(
        self, app: Any, method: str = "GET", path: str = "/", **more: Any
    ) -> Response:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = call(app, method, path, HTTP_COOKIE=header or None, **more)
        for cookie in response.all("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "; Max-Age=0" in cookie:
                del self.cookies[name]
        return response


def session(action: Callable[[dict[str, Any]], Any]) -> Callable[[Any], None]:
    """Return a method that does something with the session."""

    def get(self: Any) -> None:
        action(self.session)

    return get


class SessionTest(SignedTestCase):
    def test_it_starts_empty_and_is_kept(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        visitor.ask(session(lambda s: seen.append(dict(s))))
        self.assertEqual((seen, visitor.cookies), ([{}], {}))
        visitor.ask(session(lambda s: s.update(user="ann", n=[1])))
        visitor.ask(session(lambda s: seen.append(dict(s))))
        self.assertEqual(seen[1], {"user": "ann", "n": [1]})

    def test_the_cookie(self) -> None:
        response = ask(session(lambda s: s.update(a=1)))
        cookie = response.header("Set-Cookie") or ""
        more = "; Path=/; SameSite=Lax; Max-Age=1209600; HttpOnly"
        self.assertEqual(cookie[cookie.index(";") :], more)
        self.assertTrue(cookie.startswith("session=eyJhIjoxfQ.1801209600."), cookie)
        response = ask(
            session(lambda s: s.update(a=1)),
            SCRIPT_NAME="/app",
            wsgi_url_scheme="https",
        )
        cookie = response.header("Set-Cookie") or ""
        more = "; Path=/app; SameSite=Lax; Max-Age=1209600; Secure; HttpOnly"
        self.assertEqual(cookie[cookie.index(";") :], more)

    def test_it_is_written_only_if_it_changed(self) -> None:
        visitor = Visitor()
        visitor.ask(session(lambda s: s.update(a={"b": [1]}, c="x")))
        same: list[Callable[[Any], Any]] = [
            lambda s: s["a"],
            lambda s: s.update(c="x"),
            lambda s: s.setdefault("c", "y"),
            lambda s: s["a"]["b"].append(1) or s["a"]["b"].pop(),
        ]
        for action in same:
            response = visitor.ask(session(action))
            self.assertEqual((response.status, response.all("Set-Cookie")), (200, []))
        changes: list[Callable[[Any], Any]] = [
            lambda s: s["a"]["b"].append(2),
            lambda s: s.update(c="y"),
            lambda s: s.pop("c"),
            lambda s: s.update(c=1),
            lambda s: s.update(c=True),
        ]
        for action in changes:
            response = visitor.ask(session(action))
            self.assertEqual(len(response.all("Set-Cookie")), 1)
        seen: list[Any] = []
        visitor.ask(session(lambda s: seen.append(dict(s))))
        self.assertEqual(seen, [{"a": {"b": [1, 2]}, "c": True}])
        self.assertEqual(visitor.ask(lambda self: None).all("Set-Cookie"), [])

    def test_it_ends(self) -> None:
        visitor = Visitor()
        visitor.ask(session(lambda s: s.update(a=1)))
        response = visitor.ask(session(lambda s: s.clear()), SCRIPT_NAME="/app")
        expected = "session=; Path=/app; SameSite=Lax; Max-Age=0; HttpOnly"
        self.assertEqual(response.all("Set-Cookie"), [expected])
        response = visitor.ask(session(lambda s: s.clear()))
        self.assertEqual(response.all("Set-Cookie"), [])

    def test_it_expires_unless_it_changes(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        visitor.ask(session(lambda s: s.update(n=1)))
        self.now = NOW + 14 * DAY - 1
        visitor.ask(session(lambda s: s.update(n=s["n"] + 1)))
        self.now = NOW + 28 * DAY - 2
        visitor.ask(session(lambda s: seen.append(dict(s))))
        self.now += 1
        visitor.ask(session(lambda s: seen.append(dict(s))))
        self.assertEqual(seen, [{"n": 2}, {}])

    def test_what_is_no_session_is_an_empty_one(self) -> None:
        seen: list[Any] = []
        for text in (self.set([1], "session"), self.set(None, "session"), "x", ""):
            ask(session(lambda s: seen.append(dict(s))), HTTP_COOKIE=f"session={text}")
        # A cookie of another name is no session.
        text = self.set({"user": "admin"}, "a")
        ask(session(lambda s: seen.append(dict(s))), HTTP_COOKIE=f"session={text}")
        self.assertEqual(seen, [{}] * 5)

    def test_an_error_discards_the_changes(self) -> None:
        for error in (HTTPError(404), ValueError()):
            visitor, seen = Visitor(), list[Any]()
            visitor.ask(session(lambda s: s.update(a=1)))

            def fail(self: Any) -> None:
                self.session["b"] = 2
                self.set_cookie("c", "d")
                raise error

            response = visitor.ask(fail)
            self.assertGreaterEqual(response.status, 400)
            self.assertEqual(response.all("Set-Cookie"), [])
            self.assertIsNone(response.header("Vary"))
            visitor.ask(session(lambda s: seen.append(dict(s))))
            self.assertEqual(seen, [{"a": 1}])

    def test_a_page_for_errors_has_a_session_too(self) -> None:
        class Page(RequestHandler):
            def get(self) -> None:
                self.session.update(user="lost")
                self.take_flash()
                raise HTTPError(404)

            def write_error(self, status: int, message: str) -> None:
                self.write(f"{self.session.get('user')} {self.take_flash()}")

        visitor = Visitor()
        visitor.ask(session(lambda s: s.update(user="ann")))
        visitor.ask(lambda self: self.flash("Hello"))
        app = Application([("/", Page)])
        self.assertEqual(visitor.call(app).body, b"ann ['Hello']")
        self.assertEqual(visitor.call(app).body, b"ann []")

    def test_what_cannot_be_kept_is_an_error(self) -> None:
        table: list[tuple[Callable[[Any], Any], str]] = [
            (
                lambda s: s.update(a={1}),
                "TypeError: self.session['a'] is kept as JSON: it cannot",
            ),
            (lambda s: s.update(a={5: 1}), "its keys are texts, so use '5', not 5"),
            (lambda s: s.__setitem__(5, 1), "its keys are texts, so use '5', not 5"),
            (
                lambda s: s.update(a=float("inf")),
                "ValueError: self.session['a'] is kept as",
            ),
        ]
        for action, error in table:
            response = ask(session(action))
            self.assert_server_error(response, error)
            self.assertEqual(response.all("Set-Cookie"), [])

    def test_a_large_one_says_its_size(self) -> None:
        ask(session(lambda s: s.update(a="x" * 2900)))
        response = ask(session(lambda s: s.update(a="x" * 3000)))
        self.assert_server_error(
            response,
            "ValueError: the session has 4074 characters, and browsers keep 4000: keep"
            " the data in a database, and only its key in the cookie",
        )

    def test_caches_do_not_mix_up_visitors(self) -> None:
        def vary(*fields: str) -> Callable[[Any], None]:
            def get(self: Any) -> None:
                for field in fields:
                    self.add_header("Vary", field)
                self.session.get("a")

            return get

        table = [
            ((), ["Cookie"]),
            (("Accept",), ["Accept", "Cookie"]),
            (("Accept, cookie",), ["Accept, cookie"]),
            (("Accept", "COOKIE"), ["Accept", "COOKIE"]),
            (("X-Cookies",), ["X-Cookies", "Cookie"]),
            (("*",), ["*"]),
        ]
        for fields, expected in table:
            self.assertEqual(ask(vary(*fields)).all("Vary"), expected)
        self.assertEqual(ask(lambda self: self.get_cookie("a")).all("Vary"), [])

    def test_order_of_the_cookies(self) -> None:
        def get(self: Any) -> None:
            self.session["a"] = 1
            self.write(self.csrf_token)
            self.set_cookie("own", "x")

        cookies = [cookie.partition("=")[0] for cookie in ask(get).all("Set-Cookie")]
        self.assertEqual(cookies, ["own", "_csrf", "session"])


class FlashTest(SignedTestCase):
    def test_a_message_is_shown_once(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        show: Callable[[Any], None] = lambda self: seen.append(self.take_flash())
        visitor.ask(show)
        visitor.ask(lambda self: self.flash("Saved"))
        visitor.ask(lambda self: self.flash("Sent to ann"))
        visitor.ask(lambda self: None)
        visitor.ask(show)
        visitor.ask(show)
        self.assertEqual(seen, [[], ["Saved", "Sent to ann"], []])
        self.assertEqual(visitor.cookies, {})

    def test_a_message_can_be_shown_at_once(self) -> None:
        def get(self: Any) -> None:
            self.flash("now")
            self.write(str(self.take_flash()))

        response = ask(get)
        self.assertEqual((response.body, response.all("Set-Cookie")), (b"['now']", []))

    def test_a_redirect_can_take_a_message(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        response = visitor.ask(lambda self: self.redirect("/x", flash="Saved"))
        self.assertEqual(response.header("Location"), "/x")
        visitor.ask(lambda self: seen.append(self.take_flash()))
        self.assertEqual(seen, [["Saved"]])
        self.assertEqual(visitor.ask(lambda self: self.redirect("/")).all("Vary"), [])

    def test_messages_that_are_too_large_are_shortened(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        for text in ("x" * 3000, '"' * 100_000, "€" * 3000, "\ud800\0" * 2000):
            visitor.ask(lambda self: self.redirect("/", flash=text))
            visitor.ask(lambda self: self.flash("Saved"))
            visitor.ask(lambda self: seen.extend(self.take_flash()))
            cut, saved = seen[-2:]
            self.assertEqual(saved, "Saved")
            self.assertTrue(cut.endswith("…") and len(cut) > 190, cut)
            self.assertEqual(cut[:100], text[:100].replace("\ud800", "?"))

    def test_the_oldest_of_many_messages_are_left_out(self) -> None:
        visitor, seen = Visitor(), list[Any]()
        for number in range(400):
            response = visitor.ask(lambda self: self.flash(f"Saved {number}"))
            self.assertEqual(response.status, 200, response.errors)
        visitor.ask(lambda self: seen.extend(self.take_flash()))
        self.assertEqual(seen[-1], "Saved 399")
        self.assertGreater(len(seen), 100)

    def test_other_values_are_never_shortened_for_a_message(self) -> None:
        def get(self: Any) -> None:
            self.session["text"] = "x" * 4000
            self.flash("y" * 3000)

        self.assert_server_error(ask(get), "ValueError: the session has 5")


if __name__ == "__main__":
    unittest.main()
