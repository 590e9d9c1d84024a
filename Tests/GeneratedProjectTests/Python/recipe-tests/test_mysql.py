"""The recipe for MySQL, against a real MariaDB: the folder ``PROJECT`` has followed it."""

from __future__ import annotations

import contextlib
import os
import unittest
from unittest.mock import patch

import database_servers


class VisitsTest(unittest.TestCase):
    """The page that counts its visits."""

    def test_it_counts(self) -> None:
        """Each visit is one more, and the log stays empty."""
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(database_servers.mariadb())
            stack.enter_context(patch.dict(os.environ, server.settings))
            from hello import routes
            from tests.client import request

            for number in 1, 2, 3:
                response = request(routes.application, "GET", "/visits")
                found = (response.status, response.text, response.errors)
                self.assertEqual(found, (200, f"visit {number}\n", ""))
