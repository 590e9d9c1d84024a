"""HTML pages: ``write_html``, ``render``, and the files below ``templates/``."""

from __future__ import annotations

import os
import re
import unittest
from html.parser import HTMLParser
from typing import Any
from unittest import mock

from asking import ask, call
from hello.web import Application, HTTPError, RequestHandler, pages
from page_case import HTML, PageCase

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</title><svg/onload=alert(1)>",
    "</textarea><iframe src=javascript:alert(1)>",
    "--><b>x</b><!--",
    "]]><b>x</b>",
    "<b/><%= x %>{{other}}{{{other}}}",
    "{{/a}}{{#other}}x{{/other}}",
    "&lt;b&gt; &amp;lt; &#39;",
    "\u2028<\u2029>\u00a0\ufeff<\u202e",
    "<" * 1000,
)


class Reader(HTMLParser):
    """Notes the tags, with their attributes, and the texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class WriteHTMLTest(PageCase):
    """HTML in the code."""

    def test_without_values_it_is_sent_as_it_is(self) -> None:
        html = "<h1>{{name}} & {{#x}}'\u20ac'</h1>"
        response = ask(lambda handler: handler.write_html(html))
        self.assertEqual(response.body, html.encode())
        self.assertEqual(response.header("Content-Type"), HTML)
        self.assertEqual(ask(lambda handler: handler.write_html("")).body, b"")

    def test_with_values_it_is_a_template(self) -> None:
        def get(handler: RequestHandler) -> None:
            handler.write_html("<p>{{name}}</p>", name="<b>")
            handler.write_html("<p>{{html}}{{self}}</p>", html=1, self=2)

        self.assertEqual(ask(get).body, b"<p>&lt;b&gt;</p><p>12</p>")

    def test_it_can_use_files(self) -> None:
        self.put(item_html="<li>{{.}}</li>", page_txt="x")
        text = "{{#items}}{{>item}}{{/items}}{{>page.txt}}"
        response = ask(lambda handler: handler.write_html(text, items=["a", "&"]))
        self.assertEqual(response.body, b"<li>a</li><li>&amp;</li>x")

    def test_a_mistake(self) -> None:
        response = ask(lambda handler: handler.write_html("<p>\n{{a", a=1))
        self.assert_server_error(response, ": write_html:2:1: the tag is not closed\n")

    def test_many_texts(self) -> None:
        templates = pages.Templates(self.folder)
        for number in range(1000):
            text = f"{number}{{{{a}}}}"
            self.assertEqual(templates.from_text(text).render({"a": 1}), f"{number}1")
            self.assertLessEqual(len(templates._texts), 64)

    def test_it_follows_the_rules_of_write(self) -> None:
        def get(handler: RequestHandler) -> None:
            handler.write({"a": 1})
            handler.write_html("x")

        self.assert_server_error(ask(get), "write_html: nothing can follow JSON")

        # An error page is not HTML, unless it is written so.
        def fail(handler: RequestHandler) -> None:
            handler.write_html("<p>")
            raise HTTPError(404)

        response = ask(fail)
        self.assertEqual(response.header("Content-Type"), "text/plain; charset=utf-8")
        self.assertEqual(response.body, b"404 Not Found\n")


class RenderTest(PageCase):
    """Files of templates."""

    def test_a_page_with_a_layout(self) -> None:
        self.put(
            layout_html="<title>{{$title}}Site{{/title}}</title>\n{{$main}}{{/main}}\n",
            page_html="{{<parts/frame}}{{$title}}{{name}}{{/title}}{{/parts/frame}}",
            parts__frame_html="{{<layout.html}}{{$main}}<p>{{>note}}</p>{{/main}}"
            "{{/layout.html}}",
            note_html="{{#notes}}{{.}};{{/notes}}",
        )
        expected = "<title>&lt;A&gt;</title>\n<p>1;2;</p>\n"
        self.assertEqual(self.page(name="<A>", notes=[1, 2]), expected)
        self.assertEqual(self.page("page", name="<A>", notes=[1, 2]), expected)

    def test_names_and_extensions(self) -> None:
        self.put(
            page_html="{{>a}}{{>b.txt}}",
            a_html="A{{>c}}",
            b_txt="B{{>c}}{{>c.html}}",
            c_html="html",
            c_txt="txt",
        )
        self.assertEqual(self.page(), "AhtmlBtxthtml")

    def test_templates_that_use_each_other(self) -> None:
        self.put(page_html="{{a}}{{#b}}{{>other}}{{/b}}", other_html="({{>page}})")
        tree = {"a": 1, "b": {"a": 2, "b": {"a": 3, "b": None}}}
        self.assertEqual(self.page(**tree), "1(2(3))")

    def test_all_positions_are_escaped(self) -> None:
        self.put(
            page_html="<title>{{a}}</title><p id=\"{{a}}\" class='{{a}}'>{{a}}</p>"
            "<!-- {{a}} --><textarea>{{a}}</textarea>{{#l}}<i>{{.}}</i>{{/l}}{{>part}}",
            part_html="<b title='{{d.a}}'>{{d.a}}</b>",
        )
        for payload in PAYLOADS:
            values = {"a": payload, "l": [payload], "d": {"a": payload}, "other": "X"}
            page = self.page(**values)
            found = Reader(page)
            self.assertEqual(
                found.tags,
                [
                    ("title", {}),
                    ("p", {"id": payload, "class": payload}),
                    ("textarea", {}),
                    ("i", {}),
                    ("b", {"title": payload}),
                ],
            )
            # All "<" and ">" of the page are those of the template.
            inside = page.replace("<!-- ", "").replace(" -->", "")
            inside = re.sub(r"</?(title|p|textarea|i|b)( [^<>]*)?>", "", inside)
            self.assertIsNone(re.search(r"[<>]", inside), inside)
            self.assertEqual(page.count("X"), 0)

    def test_half_of_a_surrogate_pair(self) -> None:
        self.put(page_html="{{a}}{{{a}}}")
        self.assertEqual(self.page(a="\ud800x"), "?x?x")

    def test_huge_values(self) -> None:
        self.put(page_html="{{a}}{{#b}}<li>{{.}}</li>{{/b}}")
        page = self.page(a="<" * 1_000_000, b=range(10_000))
        self.assertEqual(len(page), 4_000_000 + len("<li></li>") * 10_000 + 38_890)

    def test_crlf_and_bom(self) -> None:
        self.put(
            page_html=b"\xef\xbb\xbf{{#a}}\r\n<p>\r\n{{>part}}\r\n{{/a}}\r\n",
            part_html=b"\xef\xbb\xbf{{a}}\r\n",
        )
        self.assertEqual(self.page(a=1), "<p>\r\n1\r\n")


class NamespaceTest(PageCase):
    """The values that each page has."""

    def test_mount(self) -> None:
        self.put(page_html="<a href='{{mount}}/a'>")
        for mount, expected in (("", "/a"), ("/app", "/app/a"), ("/a'b", "/a%27b/a")):
            response = ask(lambda handler: handler.render("page"), SCRIPT_NAME=mount)
            self.assertEqual(response.body.decode(), f"<a href='{expected}'>")

    def test_static_url(self) -> None:
        self.put(page_html="{{#static_url}} a/s.css\n{{/static_url}}")
        with mock.patch.object(
            RequestHandler, "static_url", lambda _, path: f"<{path}>"
        ):
            self.assertEqual(self.page(), "&lt;a/s.css&gt;")
        with mock.patch.object(
            RequestHandler, "static_url", side_effect=ValueError("x")
        ):
            response = ask(lambda handler: handler.render("page"))
            self.assert_server_error(response, "ValueError: x")

    def test_own_values_hide_them(self) -> None:
        self.put(page_html="{{mount}} {{csrf_token}} {{#flash}}{{.}}{{/flash}}")
        values = {"mount": 1, "csrf_token": 2, "flash": [3]}
        self.assertEqual(self.page(**values), "1 2 3")

        class Handler(RequestHandler):
            def get_template_namespace(self) -> dict[str, Any]:
                return {"user": self.method, "mount": "own"}

            def get(self) -> None:
                self.render("page", flash=["a"], csrf_token="b")

        response = call(Application([("/", Handler)]))
        self.assertEqual(response.body, b"own b a")

    def test_a_form_and_its_token(self) -> None:
        self.put(
            form_html="<form>{{{csrf_field}}}</form>",
            page_html="{{^x}}x{{/x}}{{#x}}{{{csrf_field}}}{{/x}}",
        )
        response = ask(lambda handler: handler.render("form"))
        field = r'<form><input type="hidden" name="_csrf" value="[0-9a-f]{64}"></form>'
        self.assertRegex(response.body.decode(), field)
        self.assertRegex(str(response.header("Set-Cookie")), "^_csrf=[0-9a-f]{32};")
        self.assertIsNone(
            ask(lambda handler: handler.render("page")).header("Set-Cookie")
        )

    def test_messages(self) -> None:
        self.put(page_html="{{#flash}}<p>{{.}}</p>{{/flash}}")

        def get(handler: RequestHandler) -> None:
            handler.flash("<saved>")
            handler.write_html("{{#flash}}{{.}}{{/flash}}{{x}}", x="")
            handler.render("page")

        with mock.patch.dict(os.environ, SECRET_KEY="x" * 32):
            self.assertEqual(ask(get).body, b"&lt;saved&gt;")

    def test_what_is_not_used_is_not_made(self) -> None:
        made: list[str] = []

        def token(handler: RequestHandler) -> str:
            made.append("token")
            return "T'"

        def flash(handler: RequestHandler) -> list[str]:
            made.append("flash")
            return ["<a>"]

        self.put(
            page_html="{{#x}}{{csrf_token}}{{/x}}",
            token_html="{{csrf_token}}{{csrf_token}}{{#x}}{{csrf_token}}{{/x}}",
            flash_html="{{#flash}}{{.}}{{/flash}}{{^flash}}-{{/flash}}",
        )
        with mock.patch.multiple(
            RequestHandler, create=True, csrf_token=property(token), take_flash=flash
        ):
            self.assertEqual((self.page(), made), ("", []))
            self.assertEqual(self.page("token", x=1), "T&#39;" * 3)
            self.assertEqual(self.page("flash"), "&lt;a&gt;")
        self.assertEqual(made, ["token", "flash"])


if __name__ == "__main__":
    unittest.main()
