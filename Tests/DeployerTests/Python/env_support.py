"""A project, a file of settings outside of it, and a record of what is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support import HANDLER, DeployTest, Run

HOME = "/home/alice/hello"
ENV = f"{HOME}/.env"
SECRET = "hunter2-Zq8xW"
SETTINGS = f"""\
# of the shop
SHOP_PASSWORD="{SECRET}"
export SHOP_TOWN='Bergen'
LATER={SECRET}2 # not {SECRET}
"""
OLD_SECRET = "older-secret-94"
OLD = f"SHOP_PASSWORD={OLD_SECRET}\nONLY_THERE=1\n"
UPLOAD = ("POST", f"files/path{ENV}")


class EnvFileTest(DeployTest):
    """A project that is deployed, and a file of settings outside of it."""

    files = HANDLER

    def setUp(self) -> None:
        super().setUp()
        self.here = self.folder(dict(self.files))
        self.file = self.here.parent / "shop.env"
        self.file.write_text(SETTINGS)
        self.sent: list[tuple[str, str, bytes]] = []
        answer = self.host.answer

        def recorded(
            method: str, path: str, query: dict[str, str], form: dict[str, Any]
        ) -> Any:
            values = [path, *query.values(), *form.values()]
            texts = [one if isinstance(one, bytes) else one.encode() for one in values]
            self.sent.append((method, path, b"\n".join(texts)))
            return answer(method, path, query, form)

        self.host.answer = recorded  # type: ignore[method-assign]

    @property
    def there(self) -> Path:
        return self.host.place(ENV)

    def put(self, *options: str, code: int = 0) -> Run:
        """Deploy with the file; nothing of it is in the output, or in other requests."""
        start = len(self.sent)
        run = self.deploy(self.here, f"--env-file={self.file}", *options, code=code)
        self.assert_secret(run, start)
        return run

    def stopped(self, *options: str, code: int) -> Run:
        """Deploy with a file, and expect that nothing is touched."""
        run = self.stops(self.here, f"--env-file={self.file}", *options, code=code)
        self.assert_secret(run, 0)
        return run

    def assert_secret(self, run: Run, start: int) -> None:
        for secret in (SECRET, OLD_SECRET, "SHOP_PASSWORD", "Bergen", "ONLY_THERE"):
            self.assertNotIn(secret, run.out + run.err)
            for path, content in self.host.files().items():
                if path != ENV and not path.endswith(".env"):
                    self.assertNotIn(secret.encode(), content, path)
        for method, path, text in self.sent[start:]:
            if SECRET.encode() in text:
                self.assertEqual((method, path), UPLOAD)

    def copies(self) -> dict[str, bytes]:
        return {
            path: content
            for path, content in self.host.files().items()
            if path.endswith(".env") and path != ENV
        }
