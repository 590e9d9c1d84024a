"""The settings are right on the host, and safe, without an edit."""

from __future__ import annotations

import json
import unittest

from support import DOMAIN, ProjectCase

PAGES = "/", "/guestbook/", "/admin/login/"


class DomainTest(ProjectCase):
    """The site answers requests to its own domain, and to no other."""

    def test_domains(self) -> None:
        """The name of the WSGI file says which domain it is, wherever it is."""
        for domain in (
            DOMAIN,
            "alice.eu.pythonanywhere.com",
            "www.my-shop.de",
            "api-alice.pythonanywhere.com",
        ):
            with self.subTest(domain=domain):
                requests = [{}, {"host": "www.example.com"}, {"host": f"x.{domain}"}]
                _, answers, log = self.serve(*requests, domain=domain)
                self.assertEqual([answer[0] for answer in answers], [200, 400, 400])
                self.assertIn("Invalid HTTP_HOST header", log)

    def test_origins(self) -> None:
        """A form of the site is accepted where HTTPS looks like HTTP; others are not."""
        self.manage("migrate")
        form = {"path": "/guestbook/", "form": {"name": "Ada", "text": "Hi"}}
        origins = {
            f"https://{DOMAIN}": 302,
            f"http://{DOMAIN}": 302,
            "https://www.example.com": 403,
            f"https://{DOMAIN}.example.com": 403,
            "null": 403,
        }
        forms = [{**form, "environ": {"HTTP_ORIGIN": origin}} for origin in origins]
        _, answers, _ = self.serve({"path": "/guestbook/"}, *forms)
        self.assertEqual([answer[0] for answer in answers], [200, *origins.values()])


class SchemeTest(ProjectCase):
    """The site never redirects a page to itself."""

    def statuses(self) -> list[int]:
        """Return the statuses of all pages, asked over HTTP and over HTTPS."""
        requests = [
            {"path": path, "scheme": scheme, "environ": environ}
            for path in PAGES
            for scheme in ("http", "https")
            for environ in ({}, {"HTTP_X_FORWARDED_PROTO": "https"})
        ]
        return [answer[0] for answer in self.serve(*requests)[1]]

    def test_no_redirect(self) -> None:
        """Each page answers, whichever scheme the app sees."""
        self.manage("migrate")
        self.assertEqual(self.statuses(), [200] * 12)

    def test_a_redirect_would_loop(self) -> None:
        """Django's own redirect leads the page that the app sees as HTTP to itself."""
        self.manage("migrate")
        self.edit_settings("\nSECURE_SSL_REDIRECT = True\n")
        self.assertEqual(self.statuses(), [301, 301, 200, 200] * 3)

    def test_forged_scheme(self) -> None:
        """A visitor cannot make the app believe that a request is secure."""
        done = self.run_python(
            "-c",
            "import wsgi; from django.conf import settings;"
            "print(settings.SECURE_PROXY_SSL_HEADER)",
        )
        self.assertEqual(done.stdout, "None\n", done.stderr)


class SafetyTest(ProjectCase):
    """What Django warns of, what visitors see, and what is kept."""

    def test_deployment_check(self) -> None:
        """Django has two warnings, and no more, which are silenced by name."""
        found = self.manage("check", "--deploy", "--fail-level", "WARNING")
        self.assertIn("no issues (2 silenced)", found)
        code = (
            "from django.conf import settings; print(*settings.SILENCED_SYSTEM_CHECKS)"
        )
        silenced = "security.W004 security.W008\n"
        self.assertIn(silenced, self.manage("shell", "-c", code))
        self.edit_settings("\nSILENCED_SYSTEM_CHECKS = []\n")
        found = self.manage("check", "--deploy")
        warnings = {word for word in found.split() if word.startswith("(security.")}
        self.assertEqual(warnings, {"(security.W004)", "(security.W008)"})

    def test_preview(self) -> None:
        """Only one value of one variable shows the details of errors."""
        values = ["", "0", "2", "yes", "true", " 1", "1"]
        code = (
            "import importlib, json, os, sys\n"
            "from hello import settings as s\n"
            "shown = lambda: [s.DEBUG, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE]\n"
            "found = [shown()]\n"
            "for value in sys.argv[1:]:\n"
            "    os.environ['PA_NEW_PREVIEW'] = value\n"
            "    importlib.reload(s)\n"
            "    found.append(shown())\n"
            "print(json.dumps(found))\n"
        )
        done = self.run_python("-c", code, *values, DEBUG="1")
        safe = [False, True, True]
        expected = [safe] * len(values) + [[True, False, False]]
        self.assertEqual(json.loads(done.stdout), expected, done.stderr)

    def test_preview_in_a_file(self) -> None:
        """A line of .env shows visitors no details of errors."""
        (self.project / ".env").write_text("PA_NEW_PREVIEW=1\n")
        _, answers, _ = self.serve({"path": "/guestbook/"})
        self.assertEqual(answers[0][0], 500)
        self.assertIn("<h1>Server error</h1>", answers[0][2])
        code = "from django.conf import settings; print('debug', settings.DEBUG)"
        self.assertIn("debug False", self.manage("shell", "-c", code))

    def test_cookies(self) -> None:
        """Cookies are for HTTPS only, and not for forms of other sites."""
        self.manage("migrate")
        password = {"DJANGO_SUPERUSER_PASSWORD": "engine"}
        arguments = ["--noinput", "--username", "ada", "--email", "a@example.com"]
        self.manage("createsuperuser", *arguments, **password)
        log_in = {
            "path": "/admin/login/",
            "form": {"username": "ada", "password": "engine"},
        }
        _, answers, _ = self.serve({"path": "/admin/login/"}, log_in)
        self.assertEqual(answers[1][0], 302)
        cookies = {
            value.partition("=")[0].strip(): value
            for _, headers, _ in answers
            for name, value in headers
            if name == "Set-Cookie"
        }
        self.assertEqual(set(cookies), {"csrftoken", "sessionid"})
        for cookie in cookies.values():
            self.assertIn("; Secure", cookie)
            self.assertIn("SameSite=Lax", cookie)
        self.assertIn("HttpOnly", cookies["sessionid"])

    def test_exception(self) -> None:
        """An exception is in the error log once, and the visitor sees none of it."""
        _, answers, log = self.serve({"path": "/guestbook/"})
        self.assertEqual(answers[0][0], 500)
        self.assertIn("<h1>Server error</h1>", answers[0][2])
        self.assertNotIn("no such table", answers[0][2])
        self.assertIn("ERROR django.request: Internal Server Error: /guestbook/", log)
        last = "OperationalError: no such table: hello_entry"
        self.assertEqual(log.count(f"django.db.utils.{last}"), 1, log)

    def test_import_connects_to_nothing(self) -> None:
        """The workers are forked after the import, and cannot share a connection."""
        at_import, answers, _ = self.serve({})
        self.assertEqual((at_import, answers[0][0]), ([], 200))

    def test_rows_stay(self) -> None:
        """What one start of the app saves, the next one finds, in the folder data."""
        self.manage("migrate")
        form = {"path": "/guestbook/", "form": {"name": "Ada", "text": "<Hi>"}}
        self.assertEqual(self.serve({"path": "/guestbook/"}, form)[1][1][0], 302)
        _, answers, _ = self.serve({"path": "/guestbook/"})
        self.assertIn("<b>Ada</b>: &lt;Hi&gt;", answers[0][2])
        self.assertEqual(
            [f.name for f in (self.project / "data").iterdir()], ["site.db"]
        )


class ManageTest(ProjectCase):
    """``manage.py`` finds what the entry file finds."""

    def test_settings(self) -> None:
        """It loads .env before the settings."""
        key = "k" * 30 + "0123456789" * 3
        (self.project / ".env").write_text(f"SECRET_KEY={key}\n")
        code = "from django.conf import settings; print(settings.SECRET_KEY)"
        self.assertIn(key, self.manage("shell", "-c", code))

    def test_mistakes_in_the_settings(self) -> None:
        """The user's mistake is one sentence; other errors keep their traceback."""
        path, settings = self.project / ".env", self.project / "hello/settings.py"
        before = settings.read_text()
        needs = '\nimport pa_env\nKEY = pa_env.required("SHOP_KEY")\n'
        at_home = ", on your own computer to .env beside pa_env.py"
        for text, code, error in (
            ("A=1\nB\n", "", f"{path}, line 2: this is not NAME=value\n"),
            (
                "",
                needs,
                f"SHOP_KEY is not set: add a line SHOP_KEY=... to {path}{at_home}\n",
            ),
            ("SHOP_KEY=1\n", "\nraise RuntimeError('x')\n", None),
            ("SHOP_KEY=1\n", "\nraise ValueError('x')\n", None),
        ):
            with self.subTest(text=text, code=code):
                path.write_text(text)
                settings.write_text(before + code)
                done = self.run_python("manage.py", "check")
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                if error is None:
                    self.assertTrue(done.stderr.startswith("Traceback"), done.stderr)
                else:
                    self.assertEqual(done.stderr, error)

    def test_bundle(self) -> None:
        """It takes the packages from a bundle, before Django is imported."""
        bundles = self.home / ".pa-new/bundles/hello"
        bundles.mkdir(parents=True)
        current = {"version": 1, "sha256": "0" * 64, "python": "2.7"}
        (bundles / "current.json").write_text(json.dumps(current))
        done = self.run_python("manage.py", "check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("has packages for Python 2.7", done.stderr)

    def test_key(self) -> None:
        """Its first run makes the key that the app uses, and only its owner reads it."""
        self.manage("check")
        key = self.project / ".secret_key"
        first = key.read_text()
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.serve({})
        self.assertEqual(key.read_text(), first)


if __name__ == "__main__":
    unittest.main()
