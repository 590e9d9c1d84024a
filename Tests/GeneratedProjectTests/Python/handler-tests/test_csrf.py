"""`web/` refuses the forms of other sites."""

from __future__ import annotations

import unittest
from typing import Any
from unittest import mock

from asking import FORM, JSON, TestCase, ask, call
from hello.web import Application, HTTPError, RequestHandler
from test_sessions import Visitor

MULTIPART = "multipart/form-data; boundary=b"


class Form(RequestHandler):
    """A page with a form."""

    def get(self) -> None:
        self.write(f"{self.csrf_field} {self.csrf_token}")

    def post(self) -> None:
        self.write("done")

    put = delete = patch = post


class Hook(Form):
    """What other programs call."""

    check_csrf = False


APP = Application([("/", Form), ("/hook", Hook)])
REASON = (
    "403 the form's token is missing or wrong: allow cookies, open the page again, and"
    " send the form again\n"
)


def part(token: str) -> bytes:
    head = '--b\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n'
    return f"{head}{token}\r\n--b--".encode()


class CSRFTest(TestCase):
    def setUp(self) -> None:
        self.visitor = Visitor()

    def token(self) -> str:
        return self.visitor.call(APP).body.decode().rpartition(" ")[2]

    def post(self, body: bytes, kind: str | None = FORM, **more: Any) -> int:
        path = more.pop("path", "/")
        response = self.visitor.call(
            APP, "POST", path, body=body, CONTENT_TYPE=kind, **more
        )
        if response.status != 200:
            self.assert_refused(response, 403)
            self.assertEqual(response.body.decode(), REASON)
        return response.status

    def test_the_preview_tells_what_to_write(self) -> None:
        advice = "put {{{csrf_field}}} into the form, and allow cookies\n"
        with mock.patch.dict("os.environ", PA_NEW_PREVIEW="1"):
            response = call(APP, "POST", CONTENT_TYPE=FORM)
        self.assertEqual(response.status, 403)
        for text in (response.body.decode(), response.errors):
            self.assertTrue(text.endswith(advice), text)

    def test_the_field_and_the_cookie(self) -> None:
        response = self.visitor.call(APP)
        field = r'<input type="hidden" name="_csrf" value="[0-9a-f]{64}"> [0-9a-f]{64}'
        self.assertRegex(response.body.decode(), f"^{field}$")
        cookie = r"_csrf=[0-9a-f]{32}; Path=/; SameSite=Lax; HttpOnly"
        self.assertRegex(response.header("Set-Cookie") or "", f"^{cookie}$")
        self.assertEqual(response.header("Vary"), "Cookie")
        response = call(APP, SCRIPT_NAME="/app", wsgi_url_scheme="https")
        cookie = r"_csrf=[0-9a-f]{32}; Path=/app; SameSite=Lax; Secure; HttpOnly"
        self.assertRegex(response.header("Set-Cookie") or "", f"^{cookie}$")

    def test_a_form_with_the_token_is_accepted(self) -> None:
        token = self.token()
        for _ in range(2):  # A token can be used again.
            self.assertEqual(self.post(b"_csrf=" + token.encode()), 200)
        self.assertEqual(self.post(part(token), MULTIPART), 200)
        for kind in (FORM, MULTIPART, "text/plain", None):
            self.assertEqual(self.post(b"", kind, HTTP_X_CSRF_TOKEN=token), 200)
        wrong = b"_csrf=x&_csrf=" + token.encode()
        self.assertEqual(self.post(wrong), 200)

    def test_each_token_is_another_one_for_the_same_cookie(self) -> None:
        tokens = [self.token() for _ in range(20)]
        self.assertEqual(len(set(tokens)), 20)
        self.assertEqual(len({token[:32] for token in tokens}), 20)
        self.assertEqual(len({token[32:] for token in tokens}), 20)
        for token in tokens:
            self.assertEqual(self.post(b"_csrf=" + token.encode()), 200)
        self.assertEqual(self.visitor.call(APP).all("Set-Cookie"), [])

    def test_forms_without_it_are_refused(self) -> None:
        for cookies in ({}, {"_csrf": "0" * 32}):
            self.visitor.cookies = cookies
            for kind in (
                FORM,
                MULTIPART,
                "text/plain",
                "TEXT/Plain; charset=x",
                "",
                None,
            ):
                with self.subTest(kind, cookies=cookies):
                    body = part("x") if kind == MULTIPART else b"a=1"
                    self.assertEqual(self.post(body, kind), 403)
                    # Scripts of other sites can send this: no type and no body.
                    self.assertEqual(self.post(b"", kind), 403)

    def test_tokens_that_are_nearly_right(self) -> None:
        good = self.token()
        cookie = self.visitor.cookies["_csrf"]
        flipped = good[:-1] + ("0" if good[-1] != "0" else "1")
        bad = [
            "",
            "x",
            good[:-1],
            good + "0",
            flipped,
            " " + good,
            good + "\n",
            "0" * 64,
        ]
        bad += [
            good.upper() + "A" * (good.upper() == good),
            cookie,
            cookie * 2,
            "g" * 64,
        ]
        bad += ["\u0660" * 64, "0x" + good[2:], good[32:] + good[:31], "\0" * 64]
        bad += [good + "\0", "x" * 10**6, "_" + good[1:], "+" + good[1:], "\xff" * 64]
        for token in bad:
            with self.subTest(ascii(token[:70])):
                more = {"HTTP_X_CSRF_TOKEN": token.encode().decode("latin-1")}
                if token:
                    self.assertEqual(self.post(b"", **more), 403)
                self.assertEqual(self.post(part(token), MULTIPART), 403)
        # The header counts, if there is one.
        field = b"_csrf=" + good.encode()
        self.assertEqual(self.post(field, HTTP_X_CSRF_TOKEN="x"), 403)
        self.assertEqual(self.post(field, HTTP_X_CSRF_TOKEN=""), 200)
        self.assertEqual(self.post(b"_csrf=" + good.encode() + b"&_csrf=x"), 403)

    def test_cookies_that_are_nearly_right(self) -> None:
        token = self.token()
        good = self.visitor.cookies["_csrf"]
        bad = ["", "x", good[:-1], good + "0", "g" * 32, "\xe9" * 32, "0" * 31 + " x"]
        for cookie in bad:
            with self.subTest(ascii(cookie)):
                self.visitor.cookies["_csrf"] = cookie
                self.assertEqual(self.post(b"_csrf=" + token.encode()), 403)
                response = self.visitor.call(APP)
                self.assertRegex(
                    response.header("Set-Cookie") or "", "^_csrf=[0-9a-f]{32};"
                )
        self.visitor.cookies["_csrf"] = good
        self.assertEqual(self.post(b"_csrf=" + token.encode()), 200)

    def test_the_token_of_somebody_else_is_refused(self) -> None:
        token = self.token()
        self.visitor = Visitor()
        self.token()
        self.assertEqual(self.post(b"_csrf=" + token.encode()), 403)

    def test_what_another_site_cannot_send_needs_no_token(self) -> None:
        for kind in (JSON, "application/xml", "application/octet-stream", "x"):
            self.assertEqual(self.post(b"{}", kind), 200)
        for method in ("PUT", "PATCH", "DELETE"):
            for kind in (FORM, "text/plain", None):
                response = call(APP, method, body=b"", CONTENT_TYPE=kind)
                self.assertEqual(response.status, 200)
        self.assertEqual(call(APP, body=b"a=1", CONTENT_TYPE=FORM).status, 200)

    def test_a_handler_can_do_without(self) -> None:
        for kind in (FORM, "text/plain", None):
            self.assertEqual(self.post(b"a=1", kind, path="/hook"), 200)

    def test_malformed_forms_are_400_and_missing_pages_404(self) -> None:
        self.assert_refused(call(APP, "POST", body=b"%", CONTENT_TYPE=FORM), 400)
        self.assert_refused(call(APP, "POST", body=b"x", CONTENT_TYPE=MULTIPART), 400)
        self.assert_refused(call(APP, "POST", "/nowhere", CONTENT_TYPE=FORM), 404)

    def test_a_page_for_errors_can_have_a_form(self) -> None:
        class Page(Form):
            def get(self) -> None:
                self.write(self.csrf_token)
                raise HTTPError(404)

            def write_error(self, status: int, message: str) -> None:
                self.write(self.csrf_token)

        response = self.visitor.call(Application([("/", Page)]))
        self.assertEqual(response.status, 404)
        self.assertEqual(self.post(b"_csrf=" + response.body), 200)

    def test_a_page_without_a_form_sets_no_cookie(self) -> None:
        response = ask(lambda self: self.write("x"))
        self.assertEqual((response.all("Set-Cookie"), response.all("Vary")), ([], []))

    def test_the_comparison_takes_the_same_time(self) -> None:
        token = self.token()
        with mock.patch("hmac.compare_digest", return_value=False) as compare:
            self.assertEqual(self.post(b"_csrf=" + token.encode()), 403)
        compare.assert_called_once()

    def test_a_token_is_any_mask(self) -> None:
        secret, zeros = "0123456789abcdef" * 2, "0" * 32
        for cookie, token in (
            (secret, zeros + secret),
            (secret, secret + zeros),
            (zeros, secret + secret),
            (zeros, zeros + zeros),
        ):
            self.visitor.cookies["_csrf"] = cookie
            self.assertEqual(self.post(b"_csrf=" + token.encode()), 200)


if __name__ == "__main__":
    unittest.main()
