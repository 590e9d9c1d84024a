"""Requests to the API: its limits, and where the token goes."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import fake_api
import fake_files
import fake_server
from support import (
    DOMAIN,
    HANDLER,
    DeployTest,
    deploy,
)


class LimitTest(DeployTest):
    """Forty requests a minute."""

    def test_a_hundred_files_never_hit_the_limit(self) -> None:
        many = {f"static/{number}.txt": str(number) for number in range(100)}
        folder = self.folder({**HANDLER, **many})
        for _ in range(2):
            self.clock.time += 60  # what the run before has used up is another test
            start = self.clock.now()
            self.deploy(folder)
            self.assertNotIn(429, [call.status for call in self.host.calls])
            self.assertGreater(self.clock.now() - start, 120)
            self.assertLess(self.clock.now() - start, 250)

    def test_the_limit_that_another_run_has_used_up(self) -> None:
        for _ in range(40):
            self.host.refused("files/path")
        run = self.deploy(self.folder(HANDLER))
        self.assertIn("too many requests", run.err)
        self.assertEqual([call.status for call in self.host.calls].count(429), 1)


class TokenTest(DeployTest):
    """Who may do it, and where the token goes."""

    def test_no_token(self) -> None:
        for token in ("", "  "):
            run = self.stops(self.folder(HANDLER), code=78, token=token)
            self.assertIn("there is no API token", run.err)

    def test_what_is_no_token(self) -> None:
        for token in ("two words", "line\nend", "ümlaut"):
            run = self.stops(self.folder(HANDLER), code=78, token=token)
            self.assertIn("not an API token", run.err)
        self.assertEqual(self.host.calls, [])

    def test_a_wrong_token(self) -> None:
        run = self.stops(self.folder(HANDLER), code=77, token="wrong-token-of-mine")
        self.assertIn("it responded with status 401", run.err)
        self.assertEqual(len(self.host.calls), 1)

    def test_another_account(self) -> None:
        run = self.stops(self.folder(HANDLER), "--user", "bob", code=77)
        self.assertIn("'bob'", run.err)

    def test_it_does_not_follow_to_another_host(self) -> None:
        with fake_server.running() as other:
            for target in (other.url.replace("127.0.0.1", "localhost"), other.url):
                self.host.redirect = f"{target}/api/v0/user/alice/webapps/"
                run = self.stops(self.folder(HANDLER), code=69)
                self.assertIn("a redirect", run.err)
            self.assertEqual((other.calls, other.foreign), ([], []))

    def test_it_is_not_sent_without_the_hosts_certificate(self) -> None:
        from pa_new_deploy.api.transport import opener

        folder = self.folder(HANDLER)
        with tempfile.TemporaryDirectory() as place:
            tls = fake_server.certificate(Path(place))
            with fake_server.running(now=self.clock.now, tls=tls) as host:
                site = {"PYTHONANYWHERE_SITE": host.url.replace("http:", "https:")}
                run = deploy(folder, host, self.clock, variables=site)
                self.assertEqual(run.code, 69)
                self.assertIn("CERTIFICATE_VERIFY_FAILED", run.err)
                self.assertEqual(host.calls, [])
                opener.cache_clear()
                self.addCleanup(opener.cache_clear)
                with mock.patch.dict(os.environ, {"SSL_CERT_FILE": str(tls[0])}):
                    run = deploy(folder, host, self.clock, variables=site)
                self.assertEqual(run.code, 0, run)

    def test_a_host_that_repeats_it(self) -> None:
        self.host.apps["x"] = fake_api.App("x", "python313")
        message = f"the token {self.host.token} is fine"
        original = self.host.answer

        def answer(*arguments: object) -> fake_files.Answer:
            if arguments[0] == "POST":
                body = f'{{"status": "ERROR", "error_message": "{message}"}}'
                return 200, "application/json", body.encode()
            return original(*arguments)  # type: ignore[arg-type]

        self.host.answer = answer  # type: ignore[method-assign,assignment]
        for options in ((), ("--json",)):
            run = self.deploy(self.folder(HANDLER), *options, code=73)
            self.assertIn("the token [token] is fine", run.out + run.err)

    def test_a_fault_of_ours_shows_no_values(self) -> None:
        from pa_new_deploy import deploy_command

        error = ValueError(f"bad header: Token {self.host.token}")
        patch = mock.patch.object(deploy_command, "deploy", side_effect=error)
        fault = self.assertRaisesRegex(AssertionError, "an internal error")
        with patch, fault as caught:
            self.deploy(self.folder(HANDLER), code=70)
        text = str(caught.exception)
        self.assertIn("internal error: ValueError", text)
        self.assertNotIn("Traceback", text)

    def test_which_system_a_domain_is_on(self) -> None:
        from pa_new_deploy import problems
        from pa_new_deploy.api import region

        us, eu = "https://www.pythonanywhere.com", "https://eu.pythonanywhere.com"
        for domain, site, expected in (
            ("alice.pythonanywhere.com", "", us),
            ("alice.eu.pythonanywhere.com", "", eu),
            ("www.example.com", "", us),
            ("www.example.com", "eu.pythonanywhere.com", eu),
            ("www.example.com", "www.pythonanywhere.com", us),
            ("alice.eu.pythonanywhere.com", "eu.pythonanywhere.com", eu),
            ("www.example.com", "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
            ("www.example.com", "127.0.0.1:8000", "https://127.0.0.1:8000"),
            ("www.example.com", "http://localhost:8000", "http://localhost:8000"),
        ):
            with self.subTest(domain=domain, site=site):
                found = region.find(domain, {"PYTHONANYWHERE_SITE": site})
                self.assertEqual(found.address, expected)
        for site in (
            "evil.example.com",
            "https://www.pythonanywhere.com.evil.example.com",
            "http://evil.example.com:80",
            "http://127.0.0.1:80@evil.example.com:80",
            "http://127.0.0.1",
            "http://127.0.0.1:80/path",
            "http://127.0.0.1:x",
            "ftp://127.0.0.1:80",
            "www.eu.pythonanywhere.com",
            "http://www.pythonanywhere.com",
        ):
            with self.subTest(site=site), self.assertRaises(problems.BadSite):
                region.find("www.example.com", {"PYTHONANYWHERE_SITE": site})
        with self.assertRaises(problems.OtherSite):
            region.find(DOMAIN, {"PYTHONANYWHERE_SITE": "eu.pythonanywhere.com"})


if __name__ == "__main__":
    unittest.main()
