"""Tests of what the application answers, through the entry file and the library."""

from __future__ import annotations

import unittest

import wsgi

from .client import request


class MainHandlerTest(unittest.TestCase):
    """What the front page answers."""

    def test_get_greets_the_visitor(self) -> None:
        response = request(wsgi.application, "GET", "/")
        # What is logged says what to do, such as to run build.sh.
        self.assertEqual((response.status, response.errors), (200, ""))
        self.assertEqual(response.text, "Hello from handler")
        self.assertEqual(response.header("Content-Type"), "text/plain; charset=utf-8")

    def test_a_query_changes_nothing(self) -> None:
        response = request(wsgi.application, "GET", "/?name=value")
        self.assertEqual(response.text, "Hello from handler")

    def test_head_answers_as_get_without_a_body(self) -> None:
        response = request(wsgi.application, "HEAD", "/")
        self.assertEqual(response.status, 200)
        self.assertEqual(response.header("Content-Length"), "18")
        self.assertEqual(response.body, b"")

    def test_another_method_is_not_allowed(self) -> None:
        response = request(wsgi.application, "POST", "/", body=b"name=value")
        self.assertEqual(response.status, 405)
        self.assertEqual(response.header("Allow"), "GET, HEAD, OPTIONS")

    def test_it_works_below_a_mount(self) -> None:
        response = request(wsgi.application, "GET", "/", script_name="/app")
        self.assertEqual(response.text, "Hello from handler")


class ApplicationTest(unittest.TestCase):
    """What the application answers where there is no handler."""

    def test_an_unknown_path_is_not_found(self) -> None:
        response = request(wsgi.application, "GET", "/nowhere")
        self.assertEqual(response.status, 404)

    def test_a_malformed_query_is_a_bad_request(self) -> None:
        response = request(wsgi.application, "GET", "/?name=%zz")
        self.assertEqual(response.status, 400)
        self.assertEqual(response.errors, "")
