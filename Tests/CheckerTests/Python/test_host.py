"""What the host gives an app: its domain, its variables, the texts of a request."""

from __future__ import annotations

import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from apps import PATH, PLAIN
from apps.sources import WSGI_FILE
from support import CHECKER, check_soon, project, refusal

sys.path.insert(0, str(CHECKER))

from pa_new_shared import host

WAYS = ((), ("--no-namespaces",))
SHOWS = """import os


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [repr({}).encode()]
"""


def home(user: str) -> str:
    """Return a WSGI file that names an account by its home folder."""
    return f"import sys\n\nsys.path.insert(0, '/home/{user}/mysite')\n{PLAIN}"


class DomainTest(unittest.TestCase):
    """The domain of the web app, and the account."""

    def test_order(self) -> None:
        option = ("--domain", "option.pythonanywhere.com")
        record = ("--record-domain", "record.pythonanywhere.com")
        account = ("--account", "Carol")
        own = "alice_pythonanywhere_com_wsgi.py"
        for name, file, source, options, domain, told in (
            ("all", own, home("bob"), (*option, *record), "option", "option"),
            ("all but the option", own, home("bob"), record, "record", "record"),
            ("account of the record", own, home("bob"), account, "carol", "record"),
            ("entry file's name", own, home("bob"), (), "alice", "entry"),
            ("a path", "wsgi.py", home("Bob"), (), "bob", "path"),
            ("nothing", "wsgi.py", PLAIN, (), "standin", "stand-in"),
        ):
            with self.subTest(name), project({file: source}) as folder:
                report = check_soon(folder, "--no-load", *options)
                found = {"name": f"{domain}.pythonanywhere.com", "source": told}
                self.assertEqual(report["domain"], found)

    def test_report_tells_which(self) -> None:
        for file, options, words in (
            ("wsgi.py", (), "standin.pythonanywhere.com (a stand-in: name yours"),
            (WSGI_FILE, (), "alice.pythonanywhere.com (the entry file's name)"),
            ("wsgi.py", ("--domain", "WWW.b.com"), "www.b.com (--domain)"),
        ):
            with self.subTest(words), project({file: PLAIN}) as folder:
                notes = check_soon(folder, *options)["notes"]
                self.assertTrue(notes[0].startswith(f"domain: {words}"), notes)

    def test_names_of_entry_files(self) -> None:
        for stem, user, domain in (
            ("alice_pythonanywhere_com_wsgi", "alice", "alice.pythonanywhere.com"),
            ("bob_eu_pythonanywhere_com_wsgi", "bob", "bob.eu.pythonanywhere.com"),
            ("tea-bob_pythonanywhere_com_wsgi", "bob", "tea-bob.pythonanywhere.com"),
            ("a-b-c_pythonanywhere_com_wsgi", "c", "a-b-c.pythonanywhere.com"),
            ("www_example_com_wsgi", "", "www.example.com"),
            ("www_my-shop_co_uk_wsgi", "", "www.my-shop.co.uk"),
            ("shop_example_org_wsgi", "", "shop.example.org"),
            ("pythonanywhere_com_wsgi", None, None),
            ("flask_app_wsgi", None, None),
            ("my_shop_wsgi", None, None),
            ("shop_wsgi", None, None),
            ("_com_wsgi", None, None),
            ("wsgi", None, None),
        ):
            with self.subTest(stem):
                site = host.site_of_wsgi_file(stem)
                found = (site.user, site.domain) if site else (None, None)
                self.assertEqual(found, (user, domain))

    def test_names_of_files_and_of_accounts_belong_together(self) -> None:
        for domain, user in (
            ("alice.pythonanywhere.com", "alice"),
            ("alice.eu.pythonanywhere.com", "alice"),
            ("the-shop-alice.pythonanywhere.com", "alice"),
            ("www.example.com", ""),
        ):
            with self.subTest(domain):
                stem = Path(host.wsgi_file(domain)).stem
                site = host.site_of_wsgi_file(stem)
                assert site is not None
                self.assertEqual((site.domain, site.user), (domain, user))
                self.assertEqual(host.user_of_domain(domain), user)

    def test_no_domain(self) -> None:
        with project({"wsgi.py": PLAIN}) as folder:
            for domain, hint in (
                ("", "such as alice.pythonanywhere.com"),
                ("  ", "such as"),
                ("a b.com", "such as"),
                ("a\nb.com", "such as"),
                ("münchen.de", "such as"),
                ("localhost", "such as"),
                ("127.0.0.1", "such as"),
                ("-a.com", "such as"),
                ("a..com", "such as"),
                ("a" * 64 + ".com", "such as"),
                (".".join(["a" * 50] * 6), "such as"),
                ("www.pythonanywhere.com", "such as"),
                ("https://Alice.pythonanywhere.com/", "mean Alice.pythonanywhere.com?"),
                ("www.example.com:443", "did you mean www.example.com?"),
            ):
                with self.subTest(domain):
                    done = refusal("check", str(folder), f"--domain={domain}")
                    self.assertEqual(done["kind"], "usage")
                    self.assertIn("--domain takes a domain", done["message"])
                    self.assertIn(hint, done["message"])
                    self.assertTrue(done["message"].isprintable())
                    self.assertLess(len(done["message"]), 250)

    def test_home_keeps_capitals(self) -> None:
        """A domain is in lower case; the home folder is as the account is spelled."""
        for name, source, options in (
            ("path", home("Alice"), ()),
            (
                "path and domain",
                home("Alice"),
                ("--domain", "alice.pythonanywhere.com"),
            ),
            ("account", PLAIN, ("--account", "Alice")),
            (
                "account and domain",
                PLAIN,
                ("--account", "Alice", "--domain", "alice.eu.pythonanywhere.com"),
            ),
        ):
            # Not as a path, which would tell how the account is spelled.
            source += "import os\nassert os.environ['HOME'][6:] == 'Alice'\n"
            with self.subTest(name), project({"wsgi.py": source}) as folder:
                self.assertEqual(check_soon(folder, *options)["findings"], [])

    def test_domain_of_ones_own(self) -> None:
        """The account comes from a path, the domain from the name of the file."""
        source = home("bob") + "import os\nassert os.environ['USER'] == 'bob'\n"
        with project({"www_example_com_wsgi.py": source}) as folder:
            report = check_soon(folder)
        self.assertEqual(report["findings"], [])
        self.assertEqual(report["domain"]["name"], "www.example.com")


class EnvironmentTest(unittest.TestCase):
    """The variables of the app."""

    def test_nothing_else_of_the_shell(self) -> None:
        needed = {"PATH": "/bin", "LANG": "C.UTF-8", "TZ": "UTC", "LC_ALL": "C"}
        needed["LD_LIBRARY_PATH"] = "/x"
        own = {**needed, "SHOP_KEY": "1", "PYTHONPATH": "/x", "API_TOKEN": "secret"}
        own.update(HOME="/root", USER="root", VIRTUAL_ENV="/v", LCX="1", lang="x")
        for domain, region, site in (
            ("alice.pythonanywhere.com", "", "www"),
            ("alice.eu.pythonanywhere.com", "eu.", "eu"),
            ("www.example.com", "", "www"),
        ):
            with self.subTest(domain):
                found = host.environment(host.Site("alice", domain, "option"), own)
                expected = {
                    **needed,
                    "HOME": "/home/alice",
                    "USER": "alice",
                    "LOGNAME": "alice",
                    "API_TOKEN": "0" * 40,
                    "PYTHONANYWHERE_DOMAIN": f"{region}pythonanywhere.com",
                    "PYTHONANYWHERE_SITE": f"{site}.pythonanywhere.com",
                }
                self.assertEqual(found, expected)

    def test_the_app_has_exactly_these(self) -> None:
        names = ["API_TOKEN", "HOME", "LOGNAME", "PATH", "PYTHONANYWHERE_DOMAIN"]
        names += ["PYTHONANYWHERE_SITE", "USER"]
        source = f"{PLAIN}import os\nleft = sorted(set(os.environ) - {set(names)!r})\n"
        source += "left = [n for n in left if n[:2] not in ('LC', 'LA', 'LD', 'TZ')]\n"
        source += "assert not left, left\n"
        for way in WAYS:
            with self.subTest(way), project({WSGI_FILE: source}) as folder:
                shell = {"SHOP_KEY": "1", "DJANGO_SETTINGS_MODULE": "x"}
                report = check_soon(folder, *way, shell=shell)
                self.assertEqual(report["findings"], [])

    def test_token_of_the_account(self) -> None:
        """PythonAnywhere sets it; the one of this shell is never seen by the app."""
        source = f"{PLAIN}import os\nassert os.environ['API_TOKEN'] == '0' * 40\n"
        for way in WAYS:
            with self.subTest(way), project({WSGI_FILE: source}) as folder:
                report = check_soon(folder, *way, shell={"API_TOKEN": "secret"})
                self.assertEqual(report["findings"], [])

    def shell_findings(self, source: str, *way: str, **files: str) -> list[Any]:
        """Return rule, severity and line of what is found with SHOP_KEY in the shell."""
        names = {name.replace("__", "."): text for name, text in files.items()}
        with project({WSGI_FILE: PATH + source, **names}) as folder:
            shell = {"SHOP_KEY": "abc123", "DEBUG": "1", "OTHER_KEY": "x"}
            report = check_soon(folder, *way, shell=shell)
            self.assertNotIn("abc123", json.dumps(report))
            return [
                (f["rule"], f["severity"], f["line"] - PATH.count("\n"))
                for f in report["findings"]
            ]

    def test_the_app_goes_on_without_it(self) -> None:
        told = [("missing-variable", "warning", 2)]
        library = (
            "import os\n\n\ndef config(name):\n    return os.environ.get(name, '')\n"
        )
        for name, source, files, expected in (
            ("get", "import os\nKEY = os.environ.get('SHOP_KEY')\n", {}, told),
            ("getenv", "import os\nKEY = os.getenv('SHOP_KEY', 'x')\n", {}, told),
            ("in", "import os\nHAS = 'SHOP_KEY' in os.environ\n", {}, told),
            ("by a name", "import os; NAME = 'SHOP_KEY'\nos.getenv(NAME)\n", {}, told),
            (
                "another, that is not in the shell",
                "import os\nKEY = os.environ.get('SHOP_COLOR')\n",
                {},
                [],
            ),
            (
                "set later",
                "import os\nos.environ.setdefault('SHOP_KEY', 'x')\n",
                {},
                [],
            ),
            (
                "looked for, then set",
                "import os\nif not os.getenv('SHOP_KEY'): os.environ['SHOP_KEY'] = 'x'\n",
                {},
                [],
            ),
            ("of every shell", "import os\nos.environ.get('VIRTUAL_ENV')\n", {}, []),
            ("nobody reads it", "import os\nos.environ.get('HOME')\n", {}, []),
            ("all are copied", "import os\nENV = dict(os.environ)\n", {}, []),
            (
                "a function of the project's",
                "from config import config\nconfig('SHOP_KEY')\n",
                {"config__py": library},
                [("missing-variable", "warning", 5 - PATH.count("\n"))],
            ),
        ):
            for way in WAYS:
                with self.subTest(name, way=way):
                    found = self.shell_findings(source + PLAIN, *way, **files)
                    self.assertEqual(found, expected)

    def test_a_library_reads_it(self) -> None:
        """What a library looks for on its own is not the project's business."""
        reads = (
            "import os\n\n\ndef config(name='SHOP_KEY'):\n    return os.getenv(name)\n"
        )
        with tempfile.TemporaryDirectory() as place:
            Path(place, "somelib.py").write_text(reads)
            start = f"import sys; sys.path.append({place!r})\n"
            for name, call, expected in (
                ("on its own", "config()", []),
                ("as it is told", "config('SHOP_KEY')", [3]),
            ):
                source = f"{start}import somelib\nsomelib.{call}\n{PLAIN}"
                with self.subTest(name):
                    found = self.shell_findings(source, "--no-namespaces")
                    self.assertEqual([line for _, _, line in found], expected)

    def test_in_a_request(self) -> None:
        source = SHOWS.format("os.environ.get('SHOP_KEY')")
        found = self.shell_findings(source)
        self.assertEqual(found, [("missing-variable", "warning", 6)])

    def test_words(self) -> None:
        source = PATH + "import os\nKEY = os.environ.get('SHOP_KEY')\n" + PLAIN
        with project({WSGI_FILE: source}) as folder:
            shell = {"SHOP_KEY": "1"}
            (finding,) = check_soon(folder, shell=shell)["findings"]
            self.assertIn("SHOP_KEY is set in your shell and not", finding["message"])
            self.assertIn('os.environ["SHOP_KEY"] = ...', finding["fix"])
            self.assertIn("--env SHOP_KEY", finding["fix"])
            report = check_soon(folder, "--env", "SHOP_KEY", shell=shell)
            self.assertEqual(report["findings"], [])
            self.assertIn("SHOP_KEY", "".join(report["notes"]))


class RequestTest(unittest.TestCase):
    """The texts of a request."""

    def test_schemes(self) -> None:
        site = host.Site("alice", "alice.pythonanywhere.com", "option")
        for scheme, url, port, forwarded, https in (
            (host.PLAIN, "http", "80", None, None),
            (host.FORWARDED, "http", "80", "https", None),
            (host.SECURE, "https", "443", None, "on"),
        ):
            with self.subTest(scheme):
                found = host.request(site, "GET", "/a%20b/%C3%A9?x=%41#part", scheme)
                self.assertEqual(found["wsgi.url_scheme"], url)
                self.assertEqual(found["SERVER_PORT"], port)
                self.assertEqual(found.get("HTTP_X_FORWARDED_PROTO"), forwarded)
                self.assertEqual(found.get("HTTPS"), https)
                self.assertEqual(found["PATH_INFO"], "/a b/\xc3\xa9")
                self.assertEqual(found["QUERY_STRING"], "x=%41")
                self.assertEqual(found["HTTP_HOST"], site.domain)

    def test_address_of_the_visitor(self) -> None:
        """``X-Real-IP`` is the visitor's; ``REMOTE_ADDR`` is the load balancer's."""
        site = host.Site("alice", "alice.pythonanywhere.com", "option")
        found = host.request(site, "GET", "/", host.PLAIN)
        self.assertEqual(found["HTTP_X_REAL_IP"], found["HTTP_X_FORWARDED_FOR"])
        self.assertNotEqual(found["HTTP_X_REAL_IP"], found["REMOTE_ADDR"])


if __name__ == "__main__":
    unittest.main()
