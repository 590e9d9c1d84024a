"""Odd handlers, each on /ItsName: what people write by mistake, or to see what happens."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import datetime
import logging
import os
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import tornado.escape
import tornado.locale
import tornado.locks
import tornado.queues
import tornado.web
import tornado.websocket
import tornado.wsgi
from tornado import gen, httputil
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.web import Finish, HTTPError, RequestHandler

log = logging.getLogger("tornado.test")
VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="-")
EXECUTOR = ThreadPoolExecutor(1)
atexit.register(EXECUTOR.shutdown)
ODD: list[type[RequestHandler]] = []


def odd(handler):
    ODD.append(handler)
    return handler


# --- after the end ----------------------------------------------------------------


@odd
class WriteAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        self.write("more")


@odd
class FlushAfterFinishSync(RequestHandler):
    def get(self):
        self.finish("done")
        self.flush()


@odd
class RaiseAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        raise ValueError("after finish")


@odd
class HTTPErrorAfterFinish(RequestHandler):
    async def get(self):
        self.finish("done")
        await asyncio.sleep(0.005)
        raise HTTPError(404, "after finish")


@odd
class SendErrorAfterFinish(RequestHandler):
    def get(self):
        self.finish("done")
        self.send_error(500)


@odd
class ChangesAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        self.set_status(404)
        self.set_header("X-Late", "1")
        self.set_cookie("late", "1")
        self.write("b")


@odd
class RedirectAfterFlush(RequestHandler):
    def get(self):
        self.write("a")
        self.flush()
        self.redirect("/elsewhere")


@odd
class SendErrorAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        self.send_error(503)


@odd
class FinishExceptionAfterFlush(RequestHandler):
    async def get(self):
        self.write("a")
        await self.flush()
        raise Finish("b")


@odd
class OnFinishWrites(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        self.write("b")


@odd
class OnFinishFinishes(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        self.finish()


@odd
class OnFinishSchedules(RequestHandler):
    def get(self):
        self.write("a")

    def on_finish(self):
        IOLoop.current().add_callback(log.info, "scheduled by on_finish")


@odd
class LogRequestFails(RequestHandler):
    def get(self):
        self.write("a")

    def _log(self):
        raise ValueError("in _log")


# --- return values and kinds of methods -------------------------------------------


@odd
class ReturnsText(RequestHandler):
    def get(self):
        return "text"


@odd
class ReturnsDict(RequestHandler):
    def get(self):
        self.write("written")
        return {"a": 1}


@odd
class ReturnsNumber(RequestHandler):
    async def get(self):
        return 5


@odd
class ReturnsFuture(RequestHandler):
    def get(self):
        future = asyncio.get_event_loop().create_future()
        asyncio.get_event_loop().call_later(0.005, future.set_result, "ignored")
        self.write("future")
        return future


@odd
class ReturnsFailedFuture(RequestHandler):
    def get(self):
        future = asyncio.get_event_loop().create_future()
        future.set_exception(ValueError("in the future"))
        return future


@odd
class ReturnsCoroutine(RequestHandler):
    def get(self):
        async def work():
            self.write("coroutine")

        return work()


@odd
class AsyncGenerator(RequestHandler):
    async def get(self):
        yield 1


@odd
class PlainGenerator(RequestHandler):
    def get(self):
        yield 1


@odd
class NotCallable(RequestHandler):
    get = None


@odd
class WantsArguments(RequestHandler):
    def get(self, needed):
        self.write(needed)


@odd
class StaticMethod(RequestHandler):
    @staticmethod
    def get():
        log.info("static")


@odd
class OnlyGet(RequestHandler):
    SUPPORTED_METHODS = ("GET",)

    def get(self):
        self.write("get")


@odd
class PrepareReturnsNumber(RequestHandler):
    def prepare(self):
        return 5

    def get(self):
        self.write("never")


@odd
class PrepareRaises(RequestHandler):
    async def prepare(self):
        await asyncio.sleep(0.002)
        raise HTTPError(402, "pay")

    def get(self):
        self.write("never")


@odd
class PrepareFinishException(RequestHandler):
    def prepare(self):
        self.set_status(401)
        self.set_header("WWW-Authenticate", 'Basic realm="x"')
        raise Finish


@odd
class PrepareRedirects(RequestHandler):
    def prepare(self):
        self.redirect("/login", status=303)

    def get(self):
        self.write("never")


@odd
class OverridesExecute(RequestHandler):
    async def _execute(self, transforms, *args, **kwargs):
        self.set_header("X-Executed", "1")
        await super()._execute(transforms, *args, **kwargs)

    def get(self):
        self.write("executed")


# --- the forms of coroutine -------------------------------------------------------


@odd
class GenReturn(RequestHandler):
    @gen.coroutine
    def get(self):
        answer = yield self.compute()
        self.write(str(answer))

    @gen.coroutine
    def compute(self):
        yield gen.moment
        raise gen.Return(7)


@odd
class GenYieldsMany(RequestHandler):
    @gen.coroutine
    def get(self):
        a, b = yield [gen.sleep(0.001), gen.maybe_future(3)]
        d = yield {"x": gen.maybe_future(1), "y": gen.sleep(0.001)}
        n = yield None
        self.write(f"{a} {b} {sorted(d.items())} {n}")


@odd
class GenYieldsRubbish(RequestHandler):
    @gen.coroutine
    def get(self):
        yield "rubbish"


@odd
class GenExecutor(RequestHandler):
    @gen.coroutine
    def get(self):
        self.write((yield EXECUTOR.submit(lambda: "from a thread")))


@odd
class GenTimeout(RequestHandler):
    @gen.coroutine
    def get(self):
        yield gen.with_timeout(datetime.timedelta(milliseconds=2), asyncio.Future())


@odd
class WaitFor(RequestHandler):
    async def get(self):
        try:
            await asyncio.wait_for(asyncio.sleep(5), 0.002)
        except TimeoutError:
            self.write("timeout")


@odd
class WaitForEscapes(RequestHandler):
    async def get(self):
        await asyncio.wait_for(asyncio.Event().wait(), 0.002)


@odd
class Timeout(RequestHandler):
    async def get(self):
        if not hasattr(asyncio, "timeout"):
            return
        async with asyncio.timeout(1):  # needs a current task, before anything waits
            self.write("in time")
            await asyncio.sleep(0)
        async with asyncio.timeout(0.002):
            await asyncio.sleep(5)


@odd
class TaskGroup(RequestHandler):
    async def get(self):
        async def fail():
            await asyncio.sleep(0.001)
            raise ValueError("in a group")

        if hasattr(asyncio, "TaskGroup"):
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(asyncio.sleep(5))


@odd
class GatherFails(RequestHandler):
    async def get(self):
        async def fail(text):
            await asyncio.sleep(0)
            raise ValueError(text)

        got = await asyncio.gather(fail("a"), fail("b"), return_exceptions=True)
        self.write(repr(got))
        await asyncio.gather(fail("c"), asyncio.sleep(0.001))


@odd
class AwaitsCancelled(RequestHandler):
    async def get(self):
        task = asyncio.ensure_future(asyncio.sleep(5))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            self.write("cancelled")


@odd
class CurrentTask(RequestHandler):
    def prepare(self):
        self.task = asyncio.current_task()

    async def get(self):
        same = [self.task is asyncio.current_task()]
        await asyncio.sleep(0)
        same.append(self.task is asyncio.current_task())
        self.write(repr((same, self.task in asyncio.all_tasks())))

    def on_finish(self):
        log.info("%s %s", self.task is asyncio.current_task(), self.task.done())


@odd
class SyncTask(RequestHandler):
    def get(self):
        loop = asyncio.get_running_loop()
        self.write(
            repr(
                (
                    asyncio.current_task() is not None,
                    loop.is_running(),
                    loop.is_closed(),
                    loop is asyncio.get_event_loop(),
                    loop is IOLoop.current().asyncio_loop,
                    IOLoop.current() is IOLoop.current(instance=False),
                )
            )
        )


@odd
class AsyncioRun(RequestHandler):
    def get(self):
        coroutine = asyncio.sleep(0)
        try:
            asyncio.run(coroutine)
        finally:
            coroutine.close()


@odd
class RunUntilComplete(RequestHandler):
    def get(self):
        coroutine = asyncio.sleep(0)
        try:
            asyncio.get_event_loop().run_until_complete(coroutine)
        finally:
            coroutine.close()


@odd
class NewLoop(RequestHandler):
    def get(self):
        loop = asyncio.new_event_loop()
        try:
            future = loop.create_future()
            future.set_result(1)
            loop.run_until_complete(future)
        finally:
            loop.close()


@odd
class EagerTask(RequestHandler):
    async def get(self):
        order = []

        async def work():
            order.append("task")

        if sys.version_info >= (3, 12):
            loop = asyncio.get_running_loop()
            await asyncio.Task(work(), loop=loop, eager_start=True)
            order.append("handler")
        self.write(repr(order))


@odd
class TaskOrder(RequestHandler):
    def initialize(self):
        self.order = []
        self.tasks = [asyncio.ensure_future(self.work("initialize"))]

    async def work(self, name):
        self.order.append(name)

    async def prepare(self):
        self.order.append("prepare")
        self.tasks.append(asyncio.ensure_future(self.work("task of prepare")))
        IOLoop.current().add_callback(self.order.append, "callback of prepare")
        await asyncio.sleep(0)
        self.order.append("end of prepare")

    async def get(self):
        asyncio.get_event_loop().call_soon(self.order.append, "callback")
        self.tasks.append(asyncio.ensure_future(self.work("task")))
        self.order.append("get")
        for _ in range(3):
            await asyncio.sleep(0)
        await asyncio.gather(*self.tasks)
        self.write(repr(self.order))


@odd
class Variables(RequestHandler):
    def initialize(self):
        self.seen = [VARIABLE.get()]
        VARIABLE.set("initialize")

    def prepare(self):
        self.seen.append(VARIABLE.get())
        VARIABLE.set("prepare")

    async def get(self):
        self.seen.append(VARIABLE.get())
        VARIABLE.set("get")
        await asyncio.sleep(0)
        self.seen.append(VARIABLE.get())
        self.write(repr(self.seen))

    def on_finish(self):
        log.info("%s in on_finish", VARIABLE.get())


@odd
class DropsAsyncGenerator(RequestHandler):
    async def get(self):
        async def numbers():
            try:
                yield 1
                yield 2
            finally:
                await asyncio.sleep(0)
                log.info("generator closed")

        async for number in numbers():
            self.write(str(number))
            break


@odd
class DropsAsyncGeneratorLater(DropsAsyncGenerator):
    async def get(self):
        await asyncio.sleep(0.001)
        await super().get()
        await asyncio.sleep(0.005)


@odd
class LocksAndQueues(RequestHandler):
    async def get(self):
        queue = tornado.queues.Queue(1)
        condition = tornado.locks.Condition()
        semaphore = tornado.locks.Semaphore(1)

        async def produce():
            async with semaphore:
                for number in range(3):
                    await queue.put(number)
            condition.notify_all()

        task = asyncio.ensure_future(produce())
        got = [await queue.get() for _ in range(3)]
        await condition.wait(timeout=datetime.timedelta(milliseconds=1))
        await task
        self.write(repr(got))


@odd
class Streams(RequestHandler):
    async def get(self):
        async def echo(reader, writer):
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello\n")
        self.write(await reader.read())
        writer.close()
        server.close()
        await server.wait_closed()


# --- what is left behind ----------------------------------------------------------


@odd
class AddCallback(RequestHandler):
    def get(self):
        IOLoop.current().add_callback(log.info, "called back")
        self.write("a")


@odd
class AddCallbackFails(RequestHandler):
    def get(self):
        IOLoop.current().add_callback(self.fail)
        self.write("a")

    def fail(self):
        raise ValueError("in a callback")


@odd
class SpawnCallback(RequestHandler):
    async def get(self):
        IOLoop.current().spawn_callback(self.work)
        self.write("a")

    async def work(self):
        for number in range(3):
            await asyncio.sleep(0)
            log.info("spawned %d", number)


@odd
class SpawnCallbackFails(RequestHandler):
    def get(self):
        IOLoop.current().spawn_callback(self.work)
        self.write("a")

    async def work(self):
        await asyncio.sleep(0)
        raise ValueError("in a spawned callback")


@odd
class ForgottenTaskFails(RequestHandler):
    def get(self):
        asyncio.ensure_future(self.work())
        self.write("a")

    async def work(self):
        raise ValueError("forgotten")


@odd
class CallSoonFails(RequestHandler):
    def get(self):
        asyncio.get_event_loop().call_soon(int, "x")
        self.write("a")


@odd
class Periodic(RequestHandler):
    async def get(self):
        ticks = tornado.queues.Queue()
        periodic = PeriodicCallback(lambda: ticks.put_nowait(1), 2)
        periodic.start()
        for _ in range(3):
            await ticks.get()
        periodic.stop()
        self.write("3 ticks")


class NoAutoFinish(RequestHandler):
    _auto_finish = property(lambda self: False, lambda self, value: None)


@odd
class FinishFromThread(NoAutoFinish):
    def get(self):
        loop = IOLoop.current()
        thread = threading.Timer(
            0.005, loop.add_callback, (self.finish, "from a thread")
        )
        thread.start()


@odd
class FinishFromTask(NoAutoFinish):
    def get(self):
        self.task = asyncio.ensure_future(self.work())

    async def work(self):
        self.write("from a task")
        self.flush()
        await asyncio.sleep(0.002)
        await self.finish()
        await asyncio.sleep(0.002)
        log.info("the task goes on")


@odd
class FinishFromCallback(NoAutoFinish):
    def get(self):
        IOLoop.current().add_callback(self.finish, "from a callback")


@odd
class RawConnection(NoAutoFinish):
    """Goes round Tornado's own ways of answering."""

    def get(self):
        connection = self.request.connection
        headers = httputil.HTTPHeaders({"X-Raw": "1", "Content-Length": "6"})
        connection.write_headers(
            httputil.ResponseStartLine("HTTP/1.1", 203, "Raw"),
            headers,
            bytearray(b"abc"),
        )
        connection.write(memoryview(b"def"))
        connection.finish()


@odd
class RawConnectionAsync(NoAutoFinish):
    async def get(self):
        connection = self.request.connection
        await connection.write_headers(
            httputil.ResponseStartLine("HTTP/1.1", 200, "OK"), httputil.HTTPHeaders()
        )
        await connection.write(b"one ")
        await asyncio.sleep(0.002)
        await connection.write(b"two")
        connection.finish()
        connection.finish()


# --- status and headers -----------------------------------------------------------


@odd
class SetStatus(RequestHandler):
    def get(self):
        code = self.get_argument("code")
        self.set_status(
            int(code) if code.isdigit() else code, self.get_argument("reason", None)
        )
        if self.get_argument("body", None):
            self.write("body")
        if self.get_argument("flush", None):
            self.flush()
            self.write("more")

    head = get


@odd
class RaiseHTTPError(RequestHandler):
    def get(self):
        raise {
            "args": HTTPError(500, "x %d %s", 3, "y"),
            "percent": HTTPError(404, "100%"),
            "wrong args": HTTPError(404, "%d", "x"),
            "unknown": HTTPError(777),
            "unknown with reason": HTTPError(777, reason="Odd"),
            "text": HTTPError("404"),
            "success": HTTPError(200, "fine"),
            "no content": HTTPError(204),
            "not modified": HTTPError(304),
            "latin reason": HTTPError(403, reason="\xdcn\xefcode"),
            "wide reason": HTTPError(403, reason="\u20ac"),
            "lines in reason": HTTPError(403, reason="a\r\nX-Evil: 1"),
            "empty reason": HTTPError(403, reason=""),
            "missing": tornado.web.MissingArgumentError("m\xfc"),
            "class": HTTPError,
            "informational": HTTPError(102),
        }[self.get_argument("kind")]


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("in __str__")


@odd
class RaiseOther(RequestHandler):
    def get(self):
        raise {
            "stop": StopIteration("x"),
            "stop async": StopAsyncIteration("x"),
            "recursion": RecursionError("x"),
            "memory": MemoryError(),
            "stream": StreamClosedError(),
            "timeout": TimeoutError(),
            "unprintable": Unprintable(),
            "input": httputil.HTTPInputError("x"),
            "output": httputil.HTTPOutputError("x"),
            "key": KeyError("x"),
            "lookup in asyncio": asyncio.InvalidStateError("x"),
        }[self.get_argument("kind")]


@odd
class RaiseOtherAsync(RaiseOther):
    async def get(self):
        await asyncio.sleep(0)
        super().get()


@odd
class Headers(RequestHandler):
    def get(self):
        kind = self.get_argument("kind")
        if kind == "cleared":
            for name in ("Server", "Content-Type", "Date", "Nothing"):
                self.clear_header(name)
        elif kind == "clear":
            self.set_header("X-Gone", "1")
            self.set_cookie("gone", "1")
            self.set_status(404)
            self.clear()
        elif kind == "own":
            self.set_header("Server", "mine")
            self.set_header("Date", "today")
            self.set_header("Etag", "bare")
            self.set_header("Content-Type", "x/y")
        elif kind == "add":
            self.set_header("X-Many", "1")
            self.add_header("x-many", "2")
            self.add_header("X-MANY", "3")
            self.add_header("Set-Cookie", "raw=1")
            self.set_cookie("a", "1")
            self.add_header("Vary", "Cookie")
            self.add_header("Vary", "Accept")
        elif kind == "replace":
            self.add_header("X-Many", "1")
            self.add_header("X-Many", "2")
            self.set_header("X-Many", "3")
        elif kind == "types":
            self.set_header("X-Number", 12)
            self.set_header("X-Date", datetime.datetime(2024, 1, 2, 3, 4, 5))
            self.set_header("X-Bytes", b"caf\xe9"[:3])
        elif kind == "type error":
            self.set_header("X-Bad", 1.5)
        elif kind == "none":
            self.set_header("X-Bad", None)
        elif kind == "spaces":
            self.set_header("X-Spaces", "  a  b  ")
            self.set_header("X-Tab", "a\tb")
            self.set_header("X-Empty", "")
        elif kind == "hop":
            for name in ("Connection", "Keep-Alive", "TE", "Trailers", "Upgrade"):
                self.set_header(name, "x")
            self.set_header("Proxy-Authenticate", "Basic")
            self.set_header("X-Kept", "1")
        elif kind == "name":
            self.set_header(self.get_argument("name"), "1")
        elif kind == "value":
            self.set_header("X-Value", self.get_argument("value", strip=False))
        elif kind == "length":
            self.set_header("Content-Length", self.get_argument("value", strip=False))
        elif kind == "two lengths":
            self.add_header("Content-Length", "4")
            self.add_header("Content-Length", "4")
        elif kind == "encoding":
            self.set_header("Transfer-Encoding", "chunked")
        elif kind == "request":
            self.request.headers["X-Added"] = "1"
            self.write(self.request.headers["x-added"])
        self.write("body")

    head = get


@odd
class Cookies(RequestHandler):
    def get(self):
        when = datetime.datetime(2030, 1, 2, 3, 4, 5)
        self.set_cookie("twice", "1")
        self.set_cookie("twice", "2")
        self.set_cookie("a", "x=y; z", domain="example.com", expires=when, path=None)
        self.set_cookie("b", "", max_age=5, samesite="Strict", secure=True)
        self.set_cookie("c", 'quo"te,\\')
        self.set_cookie("d", "\xfc")
        self.clear_cookie("e", path="/x", domain="example.com")
        self.clear_all_cookies()
        self.write(repr(sorted((k, m.value) for k, m in self.cookies.items())))
        self.write(repr(self.get_cookie("none", "default")))


@odd
class BadCookie(RequestHandler):
    def get(self):
        self.set_cookie(self.get_argument("name"), self.get_argument("value"))
        self.write("set")


@odd
class DefaultHeadersFail(RequestHandler):
    def set_default_headers(self):
        raise ValueError("in set_default_headers")


@odd
class DefaultHeaders(RequestHandler):
    def set_default_headers(self):
        self.set_header("X-Default", "1")
        self.set_header("Server", "mine")

    def get(self):
        self.set_header("X-Other", "1")
        raise HTTPError(400)


@odd
class Redirects(RequestHandler):
    def get(self):
        status = self.get_argument("status", None)
        self.redirect(
            self.get_argument("to", strip=False),
            permanent=bool(self.get_argument("permanent", None)),
            status=int(status) if status else None,
        )

    head = post = get


@odd
class NoEtag(RequestHandler):
    def compute_etag(self):
        return None

    def get(self):
        self.write("no etag")


@odd
class WeakEtag(RequestHandler):
    def compute_etag(self):
        return 'W/"weak"'

    def get(self):
        self.write("weak")

    head = get


@odd
class ManualEtag(RequestHandler):
    def get(self):
        self.set_header("Etag", '"manual"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        self.write("new")


# --- bodies of answers ------------------------------------------------------------


@odd
class Writes(RequestHandler):
    def get(self):
        self.write("before ")
        self.write(
            {
                "none": None,
                "list": [1],
                "number": 5,
                "dict": {"a": "</script>", "\xfc": float("inf")},
                "set in dict": {"a": {1}},
                "surrogate": "\ud800",
                "bytes": b"\xff\x00",
                "bytearray": bytearray(b"x"),
                "empty": "",
            }[self.get_argument("kind")]
        )


@odd
class FinishDict(RequestHandler):
    def get(self):
        self.finish({"a": 1})


@odd
class BigAnswer(RequestHandler):
    async def get(self):
        for number in range(20):
            self.write(bytes([number]) * 50_000)
            await self.flush()

    head = get


@odd
class BigAnswerSync(RequestHandler):
    def get(self):
        for number in range(20):
            self.write(bytes([number]) * 50_000)
            self.flush()

    head = get


@odd
class HugeAnswer(RequestHandler):
    def get(self):
        self.write(b"x" * 3_000_000)


@odd
class HeadFlushes(RequestHandler):
    async def head(self):
        self.set_header("Content-Length", "100")
        await self.flush()

    async def get(self):
        self.set_header("Content-Length", "3")
        await self.flush()
        self.write("abc")


@odd
class HeadWithBody(RequestHandler):
    def head(self):
        self.write("body of HEAD")


@odd
class HeadFlushesBody(RequestHandler):
    async def head(self):
        self.write("body of HEAD")
        await self.flush()
        self.write("more")

    get = head


@odd
class EventStream(RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-cache")
        for number in range(3):
            self.write(f"id: {number}\ndata: x\n\n")
            await self.flush()
            await asyncio.sleep(0.002)


@odd
class ErrorPageWrites(RequestHandler):
    """Its write_error does not finish: send_error does."""

    def get(self):
        raise HTTPError(409, "conflict")

    def write_error(self, status_code, **kwargs):
        self.write(f"page {status_code}")
        self.flush()


@odd
class ErrorPageRaisesHTTPError(RequestHandler):
    def get(self):
        raise HTTPError(409)

    def write_error(self, status_code, **kwargs):
        raise HTTPError(410)


@odd
class ErrorPageRedirects(RequestHandler):
    def get(self):
        raise HTTPError(404)

    def write_error(self, status_code, **kwargs):
        self.redirect("/sorry")


@odd
class LogExceptionFails(RequestHandler):
    def get(self):
        raise ValueError("x")

    def log_exception(self, typ, value, tb):
        raise ValueError("in log_exception")


@odd
class LogExceptionQuiet(RequestHandler):
    def get(self):
        raise ValueError("x")

    def log_exception(self, typ, value, tb):
        log.info("quiet %s", typ.__name__)


# --- requests ---------------------------------------------------------------------


@odd
class Arguments(RequestHandler):
    def get(self):
        self.write(
            {
                "argument": self.get_arguments("a"),
                "unstripped": self.get_arguments("a", strip=False),
                "query": self.get_query_arguments("a"),
                "body": self.get_body_arguments("a"),
                "last": self.get_argument("a", "default"),
            }
        )

    post = put = patch = delete = get


@odd
class BodyArgument(RequestHandler):
    def post(self):
        self.write(self.get_body_argument("needed"))


@odd
class DecodeFails(RequestHandler):
    def decode_argument(self, value, name=None):
        raise HTTPError(406, "cannot decode %s", name)

    def get(self):
        self.get_argument("a")


@odd
class JsonBody(RequestHandler):
    def post(self):
        self.write({"got": tornado.escape.json_decode(self.request.body)})


@odd
class RequestAttributes(RequestHandler):
    def get(self):
        r = self.request
        context = r.connection.context
        self.write(
            {
                "repr": repr(r),
                "context": [str(context), context.remote_ip, context.protocol],
                "address": list(context.address)[:1],
                "time": r.request_time() >= 0,
                "arguments": {k: len(v) for k, v in r.query_arguments.items()},
                "host": [r.host, r.host_name],
                "cookies": sorted(r.cookies),
                "languages": self.get_browser_locale().code,
                "path args": [self.path_args, self.path_kwargs],
                "user": self.current_user,
            }
        )


@odd
class Translated(RequestHandler):
    def get_user_locale(self):
        wanted = self.get_argument("locale", None)
        return tornado.locale.get(wanted) if wanted else None

    def get(self):
        self.write(f"{self.locale.code} {self.locale.translate('hello')}")


@odd
class UserFails(RequestHandler):
    def get_current_user(self):
        raise ValueError("in get_current_user")

    @tornado.web.authenticated
    def get(self):
        self.write("never")


@odd
class Login(RequestHandler):
    def get_login_url(self):
        return "https://login.example/"

    @tornado.web.authenticated
    def get(self):
        self.write("never")

    head = post = get


@odd
class RemoveSlash(RequestHandler):
    @tornado.web.removeslash
    def get(self):
        self.write("no slash")


@odd
class SignedRoundTrip(RequestHandler):
    def get(self):
        self.set_signed_cookie("s", "value")
        value = self.create_signed_value("s", "x")
        self.write(self.get_signed_cookie("s", value=value, max_age_days=1) or b"none")


class Entry(tornado.web.UIModule):
    def render(self, name):
        return f"<b>{tornado.escape.xhtml_escape(name)}</b>"

    def embedded_css(self):
        return "b { color: red }"

    def javascript_files(self):
        return ["entry.js"]

    def html_body(self):
        return "<!-- end -->"


@odd
class Page(RequestHandler):
    def get(self):
        self.render("page.html", names=["<a>", "\xfc"], fail=self.get_argument("f", ""))


@odd
class PageMissing(RequestHandler):
    def get(self):
        self.render("missing.html")


@odd
class PageString(RequestHandler):
    def get_template_namespace(self):
        return {**super().get_template_namespace(), "extra": "more"}

    async def get(self):
        self.write(self.render_string("part.html", word="w"))
        await self.flush()
        await self.render("part.html", word="second")


# --- streamed bodies --------------------------------------------------------------


@odd
@tornado.web.stream_request_body
class Upload(RequestHandler):
    def prepare(self):
        self.total = 0
        kind = self.get_argument("prepare", "")
        if kind == "raise":
            raise ValueError("in prepare")
        if kind == "redirect":
            self.redirect("/elsewhere")
        if kind == "finish":
            self.finish("finished in prepare")

    def data_received(self, chunk):
        self.total += len(chunk)
        kind = self.get_argument("data", "")
        if kind == "raise":
            raise HTTPError(413, "in data_received")
        if kind == "finish" and not self._finished:
            self.finish("finished in data_received")

    def get(self):
        kind = self.get_argument("method", "")
        if kind == "raise":
            raise ValueError("in the method")
        self.write(f"{self.total} bytes, {self.request.body!r}")

    post = put = patch = delete = head = get

    def on_connection_close(self):
        super().on_connection_close()
        log.info("connection closed")

    def on_finish(self):
        log.info("on_finish")


@odd
@tornado.web.stream_request_body
class UploadWithoutDataReceived(RequestHandler):
    def post(self):
        self.write("x")


@odd
@tornado.web.stream_request_body
class UploadSlowly(RequestHandler):
    async def prepare(self):
        self.parts = 0
        await asyncio.sleep(0.002)

    @gen.coroutine
    def data_received(self, chunk):
        yield gen.sleep(0.001)
        self.parts += len(chunk)

    async def post(self):
        await asyncio.sleep(0.001)
        self.write(str(self.parts))


class HandedOver(httputil.HTTPServerConnectionDelegate):
    """Logs what is handed over when, around an application of Tornado."""

    def __init__(self, application):
        self.application = application

    def start_request(self, server_conn, request_conn):
        inner = self.application.start_request(server_conn, request_conn)

        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                log.info("headers %s", start_line.path)
                result = inner.headers_received(start_line, headers)
                log.info("headers handed over")
                return result

            def data_received(self, chunk):
                return inner.data_received(chunk)

            def finish(self):
                log.info("finish")
                inner.finish()
                log.info("finish handed over")

            def on_connection_close(self):
                log.info("on_connection_close")
                inner.on_connection_close()

        return Message()


class EarlyDelegate(httputil.HTTPServerConnectionDelegate):
    """Answers as soon as the headers are there."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                request_conn.write_headers(
                    httputil.ResponseStartLine("HTTP/1.1", 200, "OK"),
                    httputil.HTTPHeaders({"Content-Length": "5"}),
                    b"early",
                )
                request_conn.finish()

            def data_received(self, chunk):
                log.info("data")

            def finish(self):
                log.info("finish")

            def on_connection_close(self):
                log.info("on_connection_close")

        return Message()


class FailingDelegate(httputil.HTTPServerConnectionDelegate):
    """Fails in one of its steps, and when it is told of that too."""

    def start_request(self, server_conn, request_conn):
        class Message(httputil.HTTPMessageDelegate):
            def headers_received(self, start_line, headers):
                self.step = headers.get("X-Step")
                self.fail("headers")

            def fail(self, step):
                if step == self.step:
                    raise ValueError(f"in {step}")

            def data_received(self, chunk):
                self.fail("data")

            def finish(self):
                self.fail("finish")

            def on_connection_close(self):
                self.fail("close")
                raise ValueError("in on_connection_close")

        return Message()


def wsgi_application(environ, start_response):
    body = environ["wsgi.input"].read()
    if environ["PATH_INFO"].endswith("fail"):
        raise ValueError("in the WSGI application")
    start_response("201 Made", [("X-Wsgi", environ["REQUEST_METHOD"])])
    return [b"wsgi ", environ["PATH_INFO"].encode("latin-1"), body]


TEMPLATES = tempfile.TemporaryDirectory()
atexit.register(TEMPLATES.cleanup)
for _name, _text in (
    (
        "page.html",
        """<html><head></head><body>{% for n in names %}{% module Entry(n) %}{% end %}
        {{ 1 / 0 if fail else '' }}{{ handler.request.path }}</body></html>""",
    ),
    ("entry.js", ""),
    ("part.html", "{{ word }} {% raw '<' %} {{ extra }}"),
):
    with open(os.path.join(TEMPLATES.name, _name), "w") as _file:
        _file.write(_text)


def make_odd_application():
    routes = [(f"/{h.__name__}", h) for h in ODD]
    application = tornado.web.Application(
        [
            *routes,
            (r"/WantsArguments/(.*)/(.*)", WantsArguments),
            (r"/named/(?P<needed>[^/]*)", WantsArguments),
            (r"/module", "odd_handlers.OnlyGet"),
            (r"/wsgi.*", tornado.web.FallbackHandler, {
                "fallback": tornado.wsgi.WSGIContainer(wsgi_application)}),
            (r"/redirect/(.*)", tornado.web.RedirectHandler,
             {"url": "/x/{0}", "permanent": False}),
            (r"/wrong", OnlyGet, {"unexpected": 1}),
        ],
        cookie_secret="a secret for signing cookies",
        template_path=TEMPLATES.name,
        ui_modules={"Entry": Entry},
        static_path=TEMPLATES.name,
        login_url="/login",
        default_host="default.example",
        default_handler_class=tornado.web.ErrorHandler,
        default_handler_args={"status_code": 410},
        serve_traceback=False,
    )  # fmt: skip
    application.add_handlers(r"default\.example", [("/host", OnlyGet)])
    zipped = tornado.web.Application(
        [(f"/zip/{h.__name__}", h) for h in ODD], compress_response=True
    )
    shown = tornado.web.Application(
        [("/shown/RaiseOther", RaiseOther)], serve_traceback=True
    )
    strict = tornado.web.Application(
        [("/strict/Arguments", Arguments), ("/strict/Upload", Upload)],
        xsrf_cookies=True,
        xsrf_cookie_version=1,
        xsrf_cookie_kwargs={"httponly": True},
    )
    return tornado.routing.RuleRouter(
        [
            (r"/zip/.*", zipped),
            (r"/shown/.*", shown),
            (r"/strict/.*", strict),
            (r"/over/.*", HandedOver(tornado.web.Application(
                [(f"/over/{h.__name__}", h) for h in ODD]))),
            (r"/early", EarlyDelegate()),
            (r"/failing", FailingDelegate()),
            (r".*", application),
        ]
    )  # fmt: skip
