"""The fake API speaks the host's API: the host's own client library gets along with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import fake_api
import fake_server

DOMAIN = "alice.pythonanywhere.com"

# pythonanywhere-core from PyPI, as it is. It reads its environment while it is imported.
CLIENT = """
import json, sys
from pathlib import Path
from pythonanywhere_core.exceptions import (
    AuthenticationError, MissingCNAMEException, PythonAnywhereApiException)
from pythonanywhere_core.files import Files
from pythonanywhere_core.webapp import Webapp

def attempt(action, *arguments):
    try:
        return action(*arguments)
    except (PythonAnywhereApiException, AuthenticationError, MissingCNAMEException) as e:
        return [type(e).__name__, str(e)]

files, app = Files(), Webapp("alice.pythonanywhere.com")
results = {}
results["missing"] = attempt(app.get)
app.sanity_checks(nuke=False)
results["bad python"] = None
import pythonanywhere_core.webapp as module
module.PYTHON_VERSIONS["2.6"] = "python26"
results["bad python"] = attempt(app.create, "2.6", None, Path("/home/alice/x"), False)
app.create("3.13", Path("/home/alice/.virtualenvs/hello"), Path("/home/alice/hello"), False)
results["again"] = attempt(app.create, "3.13", None, Path("/home/alice/x"), False)
results["app"] = app.get()
results["apps"] = Webapp.list_webapps()
wsgi = "/var/www/alice_pythonanywhere_com_wsgi.py"
results["default"] = files.path_get(wsgi).decode()
results["new"] = files.path_post("/home/alice/hello/a/b c.txt", b"one")
results["replaced"] = files.path_post("/home/alice/hello/a/b c.txt", b"two")
results["content"] = files.path_get("/home/alice/hello/a/b c.txt").decode()
results["folder"] = files.path_get("/home/alice/hello")
results["tree"] = files.tree_get("/home/alice/hello")
results["no tree"] = attempt(files.tree_get, "/home/alice/other")
results["no file"] = attempt(files.path_get, "/home/alice/other")
results["nothing sent"] = attempt(files.path_post, "/home/alice/hello/x", None)
results["binary"] = files.path_post("/home/alice/hello/x", bytes(range(256)) + b"\\r\\n--")
results["binary back"] = list(files.path_get("/home/alice/hello/x"))
results["deleted"] = files.path_delete("/home/alice/hello/x")
files.path_post("/home/alice/old/a/b", b"")
results["folder deleted"] = files.path_delete("/home/alice/old")
results["no such file"] = attempt(files.path_delete, "/home/alice/old")
results["home deleted"] = attempt(files.path_delete, "/home/alice")
app.create_static_file_mapping("/static/", Path("/home/alice/hello/static"))
results["patched"] = app.patch({"source_directory": "/home/alice/other"})
results["forced"] = app.patch({"force_https": True})["force_https"]
source = '''def application(environ, start_response):
    start_response("200 OK", [])
    return [b"mine"]
'''
results["wsgi"] = files.path_post(wsgi, source.encode())
app.reload()
results["logs"] = app.get_log_info()
results["server log"] = files.path_get("/var/log/alice.pythonanywhere.com.server.log").decode()
results["no log"] = attempt(files.path_get, "/var/log/alice.pythonanywhere.com.error.log")
results["full"] = attempt(files.path_post, "/home/alice/hello/film", b"x" * 200_000)
results["too large"] = attempt(files.path_post, "/home/alice/hello/film", b"x" * 400_000)
results["large enough"] = files.path_post("/home/alice/hello/film", b"x" * 90_000)
results["gone"] = files.path_delete("/home/alice/hello/film")
results["fits again"] = files.path_post("/home/alice/hello/film", b"x" * 90_000)
app.delete_log("server")
results["log left"] = attempt(files.path_get, "/var/log/alice.pythonanywhere.com.server.log")
results["logs left"] = app.get_log_info()
print(json.dumps(results))
"""


class ClientLibraryTest(unittest.TestCase):
    """pythonanywhere-core against the fake API, over TLS, since it knows nothing else."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        tls = fake_server.certificate(Path(folder.name))
        self.environment = {
            **os.environ,
            "REQUESTS_CA_BUNDLE": str(tls[0]),
            "PYTHONANYWHERE_USERNAME": "alice",
        }
        context = fake_server.running(tls=tls)
        self.host = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)

    def client(self, code: str, token: str) -> subprocess.CompletedProcess[str]:
        site = self.host.url.replace("http://", "")
        return subprocess.run(
            [sys.executable, "-c", code],
            env={**self.environment, "PYTHONANYWHERE_SITE": site, "API_TOKEN": token},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_all_that_a_deployment_needs(self) -> None:
        self.host.disk.quota = 150_000
        self.host.disk.upload_limit = 300_000
        done = self.client(CLIENT, self.host.token)
        self.assertEqual(done.returncode, 0, done.stderr)
        results = json.loads(done.stdout)

        self.assertIn("404", results["missing"][1])
        self.assertIn('"ERROR"', results["bad python"][1])
        self.assertIn("already in use", results["again"][1])
        self.assertEqual(results["app"]["domain_name"], DOMAIN)
        self.assertEqual(results["app"]["source_directory"], "/home/alice/hello")
        self.assertEqual([app["domain_name"] for app in results["apps"]], [DOMAIN])
        self.assertEqual(results["default"], fake_api.DEFAULT_WSGI)
        self.assertEqual((results["new"], results["replaced"]), (201, 200))
        self.assertEqual(results["content"], "two")
        self.assertEqual(results["folder"]["a"]["type"], "directory")
        self.assertEqual(
            results["tree"], ["/home/alice/hello/a/", "/home/alice/hello/a/b c.txt"]
        )
        self.assertIn("does not exist", results["no tree"][1])
        self.assertIn("No such file", results["no file"][1])
        self.assertIn("'content'", results["nothing sent"][1])
        self.assertEqual(bytes(results["binary back"]), bytes(range(256)) + b"\r\n--")
        self.assertEqual(results["deleted"], 204)
        self.assertEqual(results["folder deleted"], 204)
        self.assertIn("File does not exist", results["no such file"][1])
        self.assertIn("do not have permission to delete", results["home deleted"][1])
        self.assertEqual(results["patched"]["source_directory"], "/home/alice/other")
        self.assertEqual(results["wsgi"], 200)
        self.assertTrue(results["forced"])
        logs = {"access": [], "error": [], "server": [0]}
        self.assertEqual(results["logs"], logs)
        self.assertEqual(results["logs left"], {**logs, "server": []})

        self.assertIn("spawned uWSGI worker 1", results["server log"])
        self.assertIn("No such file", results["no log"][1])
        self.assertIn("No such file", results["log left"][1])
        self.assertIn("Disk quota exceeded", results["full"][1])
        self.assertIn("413", results["too large"][1])
        self.assertEqual(results["large enough"], 201)
        self.assertEqual((results["gone"], results["fits again"]), (204, 201))

        app = self.host.apps[DOMAIN]
        rows = [(row["url"], row["path"]) for row in app.statics.values()]
        self.assertEqual(rows, [("/static/", "/home/alice/hello/static")])
        self.assertEqual(self.host.page(DOMAIN), (200, b"mine"))

    def test_a_wrong_token(self) -> None:
        done = self.client(CLIENT, "other")
        self.assertIn("AuthenticationError", done.stderr)
        self.assertIn("401", done.stderr)
        self.assertEqual(self.host.files(), {})

    def test_an_unproven_domain_is_reloaded(self) -> None:
        self.client(CLIENT, self.host.token)
        self.host.cname_error = True
        before = self.host.apps[DOMAIN].reloads
        reload = f"""
from pythonanywhere_core.webapp import Webapp
Webapp({DOMAIN!r}).reload()
"""
        done = self.client(reload, self.host.token)
        self.assertIn("MissingCNAMEException", done.stderr)
        self.assertEqual(self.host.apps[DOMAIN].reloads, before + 1)

    def test_the_limit(self) -> None:
        self.host.limit = 3
        uploads = """
from pythonanywhere_core.files import Files
for number in range(4):
    Files().path_post(f"/home/alice/{number}", b"")
"""
        done = self.client(uploads, self.host.token)
        # The library neither waits nor tries again.
        self.assertIn("429", done.stderr)
        self.assertEqual(len(self.host.files()), 3)

    def test_why_the_deployer_is_our_own(self) -> None:
        """What docs/architecture.md says of the library, for as long as it is so."""
        code = """
import inspect, os
from pythonanywhere_core import base
source = inspect.getsource(base)
print("timeout" in source, "retry" in source.lower(), "sleep" in source)
del os.environ["PYTHONANYWHERE_SITE"]
os.environ["PYTHONANYWHERE_DOMAIN"] = "eu.pythonanywhere.com"
print(base.get_api_endpoint("alice", "files"))
"""
        done = self.client(code, self.host.token)
        self.assertEqual(
            done.stdout.split(),
            ["False", "False", "False"]
            + ["https://www.eu.pythonanywhere.com/api/v0/user/alice/files/"],
        )


class TreeTest(unittest.TestCase):
    def test_no_more_than_a_thousand(self) -> None:
        with fake_server.running() as host:
            folder = host.place("/home/alice/many")
            folder.mkdir()
            for number in range(1001):
                (folder / str(number)).touch()
            _, _, body = host.answer(
                "GET", "files/tree/", {"path": "/home/alice/many"}, {}
            )
            self.assertEqual(len(json.loads(body)), 1000)


if __name__ == "__main__":
    unittest.main()
