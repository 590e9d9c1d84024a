"""The files below ``templates/``: when they are read, and what is wrong with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

import hello
from asking import ask
from hello.web import hints
from page_case import PageCase


class MistakeTest(PageCase):
    """What the error log says."""

    def test_missing_files(self) -> None:
        advice = "make the file, or correct the name"
        advice += " (templates/ has no files)"
        self.assert_fails(f"there is no templates/page.html; {advice}")
        self.assert_fails(f"there is no templates/page.html; {advice}", "page")
        self.assert_fails(f"there is no templates/a/b.txt; {advice}", "a/b.txt")
        advice = advice.replace("has no files", "has page.html")
        self.put(page_html="\n  {{#never}}{{>item}}{{/never}}")
        place = "templates/page.html:2:16"
        self.assert_fails(f"{place}: there is no templates/item.html; {advice}")
        # It is found as soon as it is there.
        self.put(item_html="x")
        self.assertEqual(self.page(never=1), "\n  x")

    def test_a_missing_folder(self) -> None:
        self.folder.rmdir()
        project = self.folder.parent
        advice = f"make the folder templates/ in {project.name}/"
        self.assert_fails(f"there is no templates/page.html; {advice}")
        (project / "wsgi.py").write_text("")
        advice = "make the folder templates/ beside wsgi.py"
        self.assert_fails(f"there is no templates/page.html; {advice}")

    def test_what_was_meant(self) -> None:
        self.put(page_html="x", sub__deep_html="x", base_html="{{>pgae}}", _hidden="x")
        for name, advice in (
            ("pgae.html", "did you mean 'page.html'?"),
            ("pa", "did you mean 'page.html'?"),
            ("deep", "did you mean 'sub/deep.html'?"),
            ("Page.html", "write 'page.html': capital letters count"),
            ("templates/page", "leave out 'templates/', and write 'page.html'"),
            ("other", "make the file, or correct the name"),
        ):
            with self.subTest(name):
                path = name if "." in name else name + ".html"
                files = "(templates/ has base.html, page.html, sub/deep.html)"
                message = f"there is no templates/{path}; {advice} {files}"
                self.assert_fails(message, name)
        self.assert_fails(
            "'/page.html' is not a path below templates/: write 'page.html'", "/page"
        )
        place = "templates/base.html:1:4"
        message = f"{place}: there is no templates/pgae.html; did you mean 'page.html'?"
        self.assertIn(message, ask(lambda self: self.render("base")).errors)

    def test_the_text_of_a_page_in_place_of_its_name(self) -> None:
        for text in ("<h1>Hello</h1>", "Hello Ada", "a\nb"):
            response = ask(lambda self: self.render(text))  # noqa: B023
            self.assert_server_error(response, "render takes the name of a file")

    def test_many_files(self) -> None:
        self.put(**{f"a{number:04}_html": "x" for number in range(1100)})
        response = ask(lambda self: self.render("other"))
        self.assertIn("a0006.html, a0007.html and 992 more)", response.errors)

    def test_a_folder_elsewhere(self) -> None:
        project = self.folder.parent
        for there, advice in (
            ("Templates", "rename the folder Templates/ to templates/"),
            ("template", "rename the folder template/ to templates/"),
            ("hello/templates", "move the folder hello/templates/ beside wsgi.py"),
            ("views", "make the folder templates/ beside wsgi.py"),
        ):
            with self.subTest(there):
                shutil.rmtree(project)
                (project / there).mkdir(parents=True)
                (project / "wsgi.py").write_text("")
                self.assert_fails(f"there is no templates/page.html; {advice}")

    def test_capital_letters_that_only_a_mac_takes(self) -> None:
        self.put(Page_html="x", sub__a_html="x")
        for path, name in (
            ("templates/page.html", "templates/Page.html"),
            ("Templates/Sub/A.html", "templates/sub/a.html"),
            ("templates/Page.html", ""),
            ("templates/no.html", ""),
        ):
            self.assertEqual(hints.wrong_case(self.folder.parent, path), name)
        # A Mac would find the file of this name.
        (self.folder / "page.html").symlink_to("Page.html")
        self.use(is_preview=True)
        self.assertEqual(self.page("page.html"), "x")
        self.use(is_preview=True)
        with mock.patch("os.listdir", lambda folder: ["Page.html", "templates"]):
            response = ask(lambda self: self.render("page"))
        self.assertIn(b"write 'Page.html': capital letters count", response.body)

    def test_tags_that_show_something_else(self) -> None:
        html = "write {{{csrf_field}}}, with three braces"
        code = "templates have no filters and no code: make the value in the handler"
        path = "write {{#static_url}}site.css{{/static_url}}"
        url = "make the URL in the handler with static_url, and pass it"
        for text, column, message in (
            ("{{csrf_field}}", 3, f"'csrf_field' is HTML: {html}"),
            ("{{#a}}{{ csrf_field }}{{/a}}", 10, f"'csrf_field' is HTML: {html}"),
            ("{{a|b}}", 3, f"'a|b' is not the name of a value: {code}"),
            ("{{#f()}}{{/f()}}", 4, f"'f()' is not the name of a value: {code}"),
            ("{{^a[0]}}{{/a[0]}}", 4, f"'a[0]' is not the name of a value: {code}"),
            ("{{#a}}x{{else}}y{{/a}}", 10, "for else, write {{^name}}...{{/name}}"),
            ("{{static_url}}/a.css", 3, f"'static_url' needs a path: {path}"),
            ("{{^static_url}}{{/static_url}}", 4, f"'static_url' needs a path: {path}"),
            (
                "{{#static_url}}{{pic}}{{/static_url}}",
                4,
                f"'static_url' cannot have tags inside: {url}",
            ),
            (
                "{{=<% %>=}}<%#static_url%>a/<%!%><%/static_url%>",
                15,
                f"'static_url' cannot have tags inside: {url}",
            ),
        ):
            with self.subTest(text):
                self.use(is_preview=False)
                self.put(page_html=text)
                self.assert_fails(f"templates/page.html:1:{column}: {message}")
                response = ask(lambda self: self.write_html(text, a=1))  # noqa: B023
                self.assert_server_error(response, f"write_html:1:{column}: {message}")

    def test_names_that_lead_out(self) -> None:
        (self.folder.parent / "secret.html").write_text("secret")
        (self.folder / "link.html").symlink_to("../secret.html")
        (self.folder / "up").symlink_to("..")
        (self.folder / "loop.html").symlink_to("loop.html")
        for name in (
            *(
                "../secret.html",
                "/etc/passwd",
                "up/secret.html",
                "link.html",
                "a//b.html",
            ),
            *("./a.html", "a/../b.html", "..\\secret.html", "a\0.html", "", "a/", "//"),
        ):
            path = name if "." in name.rpartition("/")[2][1:] else name + ".html"
            with self.subTest(name):
                message = f"'{path}' is not a path below templates/"
                if name not in ("", "a/", "//"):
                    self.assert_fails(message, name)
                if name not in ("", "a/"):
                    self.put(page_html="{{>" + name + "}}")
                    self.assert_fails(f"templates/page.html:1:4: {message}")
        response = ask(lambda handler: handler.render("loop.html"))
        self.assert_server_error(response, "loop.html")
        # A link inside of the folder is a file like any other.
        self.put(page_html="x")
        (self.folder / "same.html").symlink_to("page.html")
        self.assertEqual(self.page("same"), "x")

    def test_files_that_cannot_be_read(self) -> None:
        (self.folder / "page.html").mkdir()
        self.assert_fails("templates/page.html cannot be read: Is a directory")

    def test_other_encodings(self) -> None:
        message = "the file is not UTF-8: save it with the encoding UTF-8"
        for data, place in (
            ("a\n\u20ac b\xe4".encode("cp1252"), "2:1"),
            ("a\n\u00fc b".encode("latin-1"), "2:1"),
            ("\u20ac\n\u20ac a".encode() + b"\xfc", "2:4"),
            ("a".encode("utf-16"), "1:1"),
            (b"\xef\xbb\xbfa\xff", "1:2"),
            (b"\xed\xa0\x80", "1:1"),
        ):
            self.put(page_html=data)
            self.assert_fails(f"templates/page.html:{place}: {message}")
            self.put(other_html="{{>page}}")
            self.assert_fails(f"templates/page.html:{place}: {message}", "other")

    def test_mistakes_in_a_template(self) -> None:
        dynamic = "a page cannot have the dynamic name"
        text = "write {{#f}}text{{/f}}, or pass what it returns"
        none = "write {{g}}, or pass what it returns"
        for template, message in (
            ("<p>\n {{name</p>", "2:2: the tag is not closed"),
            ("{{#a}}", "1:1: 'a' is not closed"),
            ("{{#a}}{{/b}}", "1:10: 'b' cannot be closed here: close 'a' first"),
            ("{{>*a}}", f"1:5: {dynamic} '*a': write the name of the template"),
            ("{{a}}", "1:3: 'a' has the type set: pass text, numbers, lists and dicts"),
            ("\n{{f}}", f"2:3: 'f' is a function that needs a text: {text}"),
            ("{{#g}}x{{/g}}", f"1:4: 'g' is a function that takes no text: {none}"),
        ):
            self.use(is_preview=False)
            self.put(page_html=template)
            values = {"a": {1}, "f": len, "g": dict[str, str]().keys}
            self.assert_fails(f"templates/page.html:{message}", **values)
        self.use(is_preview=False)
        self.put(page_html="{{f}}{{#g}}x{{/g}}")
        broken = {"f": lambda: "a", "g": lambda text: text + 1}
        response = ask(lambda handler: handler.render("page", **broken))
        self.assert_server_error(response, "TypeError: can only concatenate str")

    def test_a_mistake_is_on_the_page_in_the_preview_only(self) -> None:
        self.use(is_preview=True)
        self.put(page_html="{{#a}}")
        response = ask(lambda handler: handler.render("page"))
        message = "templates/page.html:1:1: 'a' is not closed"
        self.assertEqual(response.status, 500)
        self.assertEqual(response.body.decode(), f"500 {message}\n")
        self.assertEqual(response.header("Content-Type"), "text/plain; charset=utf-8")
        self.assertIn(message, response.errors)

    def test_another_exception_is_on_the_page_in_the_preview_only(self) -> None:
        self.assert_server_error(ask(lambda handler: 1 / 0), "ZeroDivisionError")
        with mock.patch.dict(os.environ, PA_NEW_PREVIEW="1"):
            page = ask(lambda handler: 1 / 0).body.decode()
        self.assertRegex(page, r"\A500 \S+:\d+ in .*: ZeroDivisionError: .*\n\Z")


class ReadingTest(PageCase):
    """When files are read."""

    def test_once_a_worker(self) -> None:
        self.put(page_html="1{{>part}}", part_html="a")
        self.assertEqual(self.page(), "1a")
        self.put(page_html="2{{>part}}", part_html="b")
        with mock.patch.object(Path, "stat", side_effect=AssertionError):
            self.assertEqual(self.page(), "1a")

    def test_the_template_that_names_a_missing_static_file_is_logged(self) -> None:
        tag = "{{#static_url}} no.css {{/static_url}}"
        layout = "{{#deep}}\n\n" + tag + "{{/deep}}{{$body}}{{/body}}"
        page = "{{<layout}}{{$body}}\n" + tag + "{{/body}}{{/layout}}"
        self.put(layout_html=layout, page_html=page)
        response = ask(lambda handler: handler.render("page", deep=[1]))
        self.assertEqual(response.status, 200)
        told = "static_url: static/no.css cannot be read: No such file or directory"
        lines = [line for line in response.errors.splitlines() if told in line]
        places = [line.partition(told)[2] for line in lines]
        self.assertEqual(
            places, [" (templates/layout.html:3)", " (templates/page.html:2)"]
        )

    def test_again_after_a_change_in_the_preview(self) -> None:
        self.use(is_preview=True)
        self.put(page_html="1{{>part}}", part_html="a")
        self.assertEqual(self.page(), "1a")
        self.put(part_html="bc")
        self.assertEqual(self.page(), "1bc")
        text = ("{{>part}}{{x}}", {"x": 1})
        response = ask(lambda handler: handler.write_html(text[0], **text[1]))
        self.assertEqual(response.body, b"bc1")
        # The same size, in the same moment.
        state = (self.folder / "page.html").stat()
        (self.folder / "new").write_text("2{{>part}}")
        os.utime(self.folder / "new", ns=(state.st_atime_ns, state.st_mtime_ns))
        (self.folder / "new").replace(self.folder / "page.html")
        self.assertEqual(self.page(), "2bc")
        (self.folder / "part.html").unlink()
        self.assert_server_page(
            "templates/page.html:1:5: there is no templates/part.html"
        )
        self.put(part_html="d")
        self.assertEqual(self.page(), "2d")

    def assert_server_page(self, start: str) -> None:
        response = ask(lambda handler: handler.render("page"))
        self.assertTrue(
            response.body.decode().startswith(f"500 {start}"), response.body
        )

    def test_nothing_is_imported_for_a_project_without_pages(self) -> None:
        code = "import sys, hello.web\nprint([m for m in sys.modules if 'pages' in m])"
        code += "\nprint([m for m in sys.modules if 'mustache' in m])"
        project = str(Path(str(hello.__file__)).parents[1])
        words = [sys.executable, "-c", code]
        finished = subprocess.run(
            words, capture_output=True, text=True, check=True, cwd=project
        )
        self.assertEqual(finished.stdout, "[]\n[]\n")


if __name__ == "__main__":
    unittest.main()
