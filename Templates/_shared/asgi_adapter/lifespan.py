"""The app's start and end in each worker."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .interface import ASGIApp, Message, Scope
    from .one_loop import Worker

_SHUTDOWN_SECONDS = 10.0  # when a worker ends
_OUTCOME = re.compile(r"lifespan\.(startup|shutdown)\.(complete|failed)")
_EVENTS = ("lifespan.startup", "lifespan.shutdown")
_SLOW = "the app's %s takes more than %g seconds, so it is cancelled"

logger = logging.getLogger(__package__)


class Lifespan:
    """The app's lifespan in one worker.

    :ivar state: what the app keeps there; each request gets a copy.
    :ivar refusal: the status and text for each request, unless the app has started.
    """

    def __init__(self, app: ASGIApp, worker: Worker) -> None:
        self.state: dict[str, Any] = {}
        self.refusal: tuple[int, str] | None = 500, "The app could not start."
        self._app = app
        self._worker = worker
        self._received = 0  # messages that the app has received
        self._started: asyncio.Future[None] = worker.loop.create_future()
        self._leaving: asyncio.Future[None] = worker.loop.create_future()
        self._ended: asyncio.Future[None] = worker.loop.create_future()
        self._task = worker.loop.create_task(self._run())
        worker.closing.append(self._shut_down)

    def start(self, seconds: float) -> None:
        """Wait until the app has started, or has failed to do so."""
        self._worker.complete(asyncio.wait({self._started}, timeout=seconds))
        if not self._started.done():
            logger.error(_SLOW, "startup", seconds)
            self._task.cancel()

    def _shut_down(self) -> None:
        """Tell the app that the worker ends, and wait until it has dealt with that."""
        self._leaving.set_result(None)
        self._worker.complete(asyncio.wait({self._ended}, timeout=_SHUTDOWN_SECONDS))
        if not self._ended.done():
            logger.error(_SLOW, "shutdown", _SHUTDOWN_SECONDS)

    async def _run(self) -> None:
        scope: Scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._app(scope, self._receive, self._send)
            if not self._started.done():
                self.refusal = None  # as below
        except Exception as error:
            if self._started.done():
                logger.error("exception in the app's lifespan", exc_info=error)
            else:
                # ASGI says that such an app knows no lifespan, and serves requests.
                self.refusal = None
                level = logging.WARNING if self._received else logging.INFO
                logger.log(level, "the app ignores lifespan", exc_info=error)
        except (KeyboardInterrupt, SystemExit) as error:
            logger.error("the app's lifespan raised %r", error)
        finally:
            _set(self._started)
            _set(self._ended)

    async def _receive(self) -> Message:
        if self._received:
            await asyncio.shield(self._leaving)
        if self._received > 1:
            await self._worker.loop.create_future()  # nothing more will come
        self._received += 1
        return {"type": _EVENTS[self._received - 1]}

    async def _send(self, message: Message) -> None:
        match = _OUTCOME.fullmatch(message["type"])
        if match is None:
            raise RuntimeError(f"{message['type']!r} was sent to lifespan")
        phase, outcome = match.groups()
        if outcome == "failed":
            reason = message.get("message") or "the app does not say why"
            logger.error("the app's %s failed: %s", phase, reason)
        elif phase == "startup":
            self.refusal = None
        _set(self._started if phase == "startup" else self._ended)


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
