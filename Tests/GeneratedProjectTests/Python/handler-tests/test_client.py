"""A test of a project that fails shows why: the client has the error log beside the status."""

from __future__ import annotations

import unittest
from typing import Any

from asking import application
from tests.client import request


class ClientTest(unittest.TestCase):
    def test_a_failure_shows_the_log(self) -> None:
        def fails(handler: Any) -> None:
            raise ValueError("no tea today")

        response = request(application(fails))
        words = r"^500 \(the log ends: ValueError: no tea today\) != 200$"
        with self.assertRaisesRegex(AssertionError, words):
            self.assertEqual(response.status, 200)
        self.assertEqual(response.status, 500)

    def test_a_long_log_is_not_cut_by_unittest(self) -> None:
        def fails(handler: Any) -> None:
            raise ValueError("no tea today, " * 50 + "nor cake")

        response = request(application(fails))
        with self.assertRaisesRegex(AssertionError, r"^500 .*nor cake\) != 200$"):
            self.assertEqual(response.status, 200)

    def test_without_a_log_it_is_a_number(self) -> None:
        response = request(application(lambda handler: handler.write("tea")))
        with self.assertRaisesRegex(AssertionError, r"^200 != 404$"):
            self.assertEqual(response.status, 404)
        self.assertEqual(f"{response.status}", "200")


if __name__ == "__main__":
    unittest.main()
