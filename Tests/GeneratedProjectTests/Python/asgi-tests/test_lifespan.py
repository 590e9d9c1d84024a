"""The lifespan of an app: with each worker, from its first request to its end."""

from __future__ import annotations

import asyncio
import unittest
from typing import Any
from unittest import mock

from asgi_adapter import lifespan

from asgi_asking import App, Site, send_response

FAILED = {"type": "lifespan.startup.failed"}


def living(
    seen: list[Any],
    *,
    start: Any = None,
    stop: Any = None,
    started: Any = None,
    stopped: Any = None,
) -> App:
    """Return an app whose lifespan does something else at some point."""

    async def do(action: Any) -> None:
        if isinstance(action, BaseException):
            raise action
        if action is not None:
            await action()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            seen.append(scope["state"])
            return await send_response(send)
        seen.append((await receive())["type"])
        await do(start)
        scope["state"]["list"] = [1]
        await send(started or {"type": "lifespan.startup.complete"})
        seen.append((await receive())["type"])
        await do(stop)
        await send(stopped or {"type": "lifespan.shutdown.complete"})
        seen.append("end")

    return app


async def stall() -> None:
    await asyncio.sleep(1000)


class Lifespans(unittest.TestCase):
    """The messages, and what becomes of the requests."""

    def setUp(self) -> None:
        self.seen: list[Any] = []

    def log(self, app: App, *statuses: int, **options: Any) -> str:
        """Ask as often as there are statuses; return the log of the worker's life."""
        with Site(app, **options) as site:
            for status in statuses:
                self.assertEqual(status, site.ask().status)
            site.stop()
            return site.logged()

    def test_start_and_end(self) -> None:
        self.assertEqual("", self.log(living(self.seen), 200, 200))
        first, *states, second, last = self.seen
        self.assertEqual("lifespan.startup", first)
        self.assertEqual(["lifespan.shutdown", "end"], [second, last])
        self.assertEqual([{"list": [1]}] * 2, states)
        self.assertIsNot(states[0], states[1])
        self.assertIs(states[0]["list"], states[1]["list"])

    def test_only_with_a_request(self) -> None:
        self.log(living(self.seen))
        self.assertEqual([], self.seen)

    def test_a_start_that_fails(self) -> None:
        for message, text in (
            ({**FAILED, "message": "no database"}, "startup failed: no database"),
            (FAILED, "startup failed: the app does not say why"),
        ):
            self.seen.clear()
            log = self.log(living(self.seen, started=message), 500, 500)
            self.assertEqual(1, log.count(text), log)
            self.assertEqual(2, log.count("GET '/': 500. The app could not start."))
            self.assertEqual(["lifespan.startup"], self.seen[:1])
            self.assertNotIn({}, self.seen)  # no request came through

    def test_a_start_that_fails_as_starlettes(self) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            await receive()
            await send({**FAILED, "message": "Traceback of mine"})
            raise LookupError

        log = self.log(app, 500)
        self.assertIn("Traceback of mine", log)

    def test_a_start_that_takes_too_long(self) -> None:
        async def stall_and_note() -> None:
            try:
                await stall()
            finally:
                self.seen.append("cancelled")

        app = living(self.seen, start=stall_and_note)
        with Site(app, time_limit=0.1) as site:
            self.assertEqual([500, 500], [site.ask().status for _ in range(2)])
            self.assertEqual(["lifespan.startup", "cancelled"], self.seen)
            log = site.logged()
        self.assertEqual(1, log.count("the app's startup takes more than 0.1 seconds"))

    def test_a_start_that_exits(self) -> None:
        log = self.log(living(self.seen, start=SystemExit(3)), 500)
        self.assertIn("the app's lifespan raised SystemExit(3)", log)

    def test_apps_without_lifespan(self) -> None:
        async def raises(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                raise ValueError("only http")
            await send_response(send)

        async def returns(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                await send_response(send)

        self.assertEqual("", self.log(raises, 200, 200))
        self.assertEqual("", self.log(returns, 200, 200))
        # This one has begun: it is no error of ASGI, but probably of the app.
        log = self.log(living(self.seen, start=LookupError("oops")), 200, 200)
        self.assertEqual("the app ignores lifespan [LookupError('oops')]", log)

    def test_ends_that_fail(self) -> None:
        stopped = {"type": "lifespan.shutdown.failed", "message": "still busy"}
        log = self.log(living(self.seen, stopped=stopped), 200)
        self.assertEqual("the app's shutdown failed: still busy", log)
        log = self.log(living(self.seen, stop=LookupError("oops")), 200)
        self.assertEqual("exception in the app's lifespan [LookupError('oops')]", log)

    def test_an_end_that_takes_too_long(self) -> None:
        with mock.patch.object(lifespan, "_SHUTDOWN_SECONDS", 0.1):
            log = self.log(living(self.seen, stop=stall), 200)
        self.assertIn("the app's shutdown takes more than 0.1 seconds", log)

    def test_wrong_messages(self) -> None:
        log = self.log(living(self.seen, started={"type": "lifespan.x"}), 200)
        self.assertIn("'lifespan.x' was sent to lifespan", log)

    def test_an_app_that_waits_for_the_end_with_a_limit(self) -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                await asyncio.sleep(0.05)
                return await send_response(send)
            await receive()
            await send({"type": "lifespan.startup.complete"})
            waits = asyncio.ensure_future(receive())
            await asyncio.wait({waits}, timeout=0.01)
            self.seen.append(waits.cancel())
            self.seen.append((await receive())["type"])
            await send({"type": "lifespan.shutdown.complete"})

        self.assertEqual("", self.log(app, 200))
        self.assertEqual([True, "lifespan.shutdown"], self.seen)

    def test_nothing_comes_after_the_shutdown(self) -> None:
        async def more() -> None:
            await asyncio.wait_for(self.receive(), 0.05)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                self.receive = receive
            await living(self.seen, stop=more)(scope, receive, send)

        self.assertIn("TimeoutError", self.log(app, 200))

    def test_what_lifespan_has_begun_serves_the_requests(self) -> None:
        # A task and its queue, which live as long as the worker.
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                answer = asyncio.get_running_loop().create_future()
                await scope["state"]["queue"].put(answer)
                return await send_response(send, await answer)

            async def work() -> None:
                for number in range(100):
                    (await queue.get()).set_result(b"%d" % number)

            queue: Any = asyncio.Queue()
            scope["state"]["queue"] = queue
            await receive()
            task = asyncio.ensure_future(work())
            await send({"type": "lifespan.startup.complete"})
            await receive()
            task.cancel()
            await send({"type": "lifespan.shutdown.complete"})

        with Site(app) as site:
            self.assertEqual([b"0", b"1"], [site.ask().body for _ in range(2)])


if __name__ == "__main__":
    unittest.main()
