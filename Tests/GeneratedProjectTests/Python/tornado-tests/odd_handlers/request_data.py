"""Odd handlers by what they read of the request, and the pages they render of it."""

from __future__ import annotations

import tornado.escape
import tornado.locale
import tornado.web
from tornado.web import HTTPError, RequestHandler


class Arguments(RequestHandler):
    def get(self):
        self.write(
            {
                "argument": self.get_arguments("a"),
                "unstripped": self.get_arguments("a", strip=False),
                "query": self.get_query_arguments("a"),
                "body": self.get_body_arguments("a"),
                "last": self.get_argument("a", "default"),
            }
        )

    post = put = patch = delete = get


class BodyArgument(RequestHandler):
    def post(self):
        self.write(self.get_body_argument("needed"))


class DecodeFails(RequestHandler):
    def decode_argument(self, value, name=None):
        raise HTTPError(406, "cannot decode %s", name)

    def get(self):
        self.get_argument("a")


class JsonBody(RequestHandler):
    def post(self):
        self.write({"got": tornado.escape.json_decode(self.request.body)})


class RequestAttributes(RequestHandler):
    def get(self):
        r = self.request
        context = r.connection.context
        self.write(
            {
                "repr": repr(r),
                "context": [str(context), context.remote_ip, context.protocol],
                "address": list(context.address)[:1],
                "time": r.request_time() >= 0,
                "arguments": {k: len(v) for k, v in r.query_arguments.items()},
                "host": [r.host, r.host_name],
                "cookies": sorted(r.cookies),
                "languages": self.get_browser_locale().code,
                "path args": [self.path_args, self.path_kwargs],
                "user": self.current_user,
            }
        )


class Translated(RequestHandler):
    def get_user_locale(self):
        wanted = self.get_argument("locale", None)
        return tornado.locale.get(wanted) if wanted else None

    def get(self):
        self.write(f"{self.locale.code} {self.locale.translate('hello')}")


class UserFails(RequestHandler):
    def get_current_user(self):
        raise ValueError("in get_current_user")

    @tornado.web.authenticated
    def get(self):
        self.write("never")


class Login(RequestHandler):
    def get_login_url(self):
        return "https://login.example/"

    @tornado.web.authenticated
    def get(self):
        self.write("never")

    head = post = get


class RemoveSlash(RequestHandler):
    @tornado.web.removeslash
    def get(self):
        self.write("no slash")


class SignedRoundTrip(RequestHandler):
    def get(self):
        self.set_signed_cookie("s", "value")
        value = self.create_signed_value("s", "x")
        self.write(self.get_signed_cookie("s", value=value, max_age_days=1) or b"none")


class Entry(tornado.web.UIModule):
    def render(self, name):
        return f"<b>{tornado.escape.xhtml_escape(name)}</b>"

    def embedded_css(self):
        return "b { color: red }"

    def javascript_files(self):
        return ["entry.js"]

    def html_body(self):
        return "<!-- end -->"


class Page(RequestHandler):
    def get(self):
        self.render("page.html", names=["<a>", "\xfc"], fail=self.get_argument("f", ""))


class PageMissing(RequestHandler):
    def get(self):
        self.render("missing.html")


class PageString(RequestHandler):
    def get_template_namespace(self):
        return {**super().get_template_namespace(), "extra": "more"}

    async def get(self):
        self.write(self.render_string("part.html", word="w"))
        await self.flush()
        await self.render("part.html", word="second")
