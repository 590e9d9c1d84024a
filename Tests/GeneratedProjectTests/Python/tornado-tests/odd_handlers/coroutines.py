"""Odd handlers that wait: coroutines, tasks, futures, locks and loops."""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import datetime
import sys
from concurrent.futures import ThreadPoolExecutor

import tornado.locks
import tornado.queues
from tornado import gen
from tornado.ioloop import IOLoop
from tornado.web import RequestHandler

from .common import log

VARIABLE: contextvars.ContextVar[str] = contextvars.ContextVar("VARIABLE", default="-")


EXECUTOR = ThreadPoolExecutor(1)
atexit.register(EXECUTOR.shutdown)


class GenReturn(RequestHandler):
    @gen.coroutine
    def get(self):
        answer = yield self.compute()
        self.write(str(answer))

    @gen.coroutine
    def compute(self):
        yield gen.moment
        raise gen.Return(7)


class GenYieldsMany(RequestHandler):
    @gen.coroutine
    def get(self):
        a, b = yield [gen.sleep(0.001), gen.maybe_future(3)]
        d = yield {"x": gen.maybe_future(1), "y": gen.sleep(0.001)}
        n = yield None
        self.write(f"{a} {b} {sorted(d.items())} {n}")


class GenYieldsRubbish(RequestHandler):
    @gen.coroutine
    def get(self):
        yield "rubbish"


class GenExecutor(RequestHandler):
    @gen.coroutine
    def get(self):
        self.write((yield EXECUTOR.submit(lambda: "from a thread")))


class GenTimeout(RequestHandler):
    @gen.coroutine
    def get(self):
        yield gen.with_timeout(datetime.timedelta(milliseconds=2), asyncio.Future())


class WaitFor(RequestHandler):
    async def get(self):
        try:
            await asyncio.wait_for(asyncio.sleep(5), 0.002)
        except TimeoutError:
            self.write("timeout")


class WaitForEscapes(RequestHandler):
    async def get(self):
        await asyncio.wait_for(asyncio.Event().wait(), 0.002)


class Timeout(RequestHandler):
    async def get(self):
        if not hasattr(asyncio, "timeout"):
            return
        async with asyncio.timeout(1):  # needs a current task, before anything waits
            self.write("in time")
            await asyncio.sleep(0)
        async with asyncio.timeout(0.002):
            await asyncio.sleep(5)


class TaskGroup(RequestHandler):
    async def get(self):
        async def fail():
            await asyncio.sleep(0.001)
            raise ValueError("in a group")

        if hasattr(asyncio, "TaskGroup"):
            async with asyncio.TaskGroup() as group:
                group.create_task(fail())
                group.create_task(asyncio.sleep(5))


class GatherFails(RequestHandler):
    async def get(self):
        async def fail(text):
            await asyncio.sleep(0)
            raise ValueError(text)

        got = await asyncio.gather(fail("a"), fail("b"), return_exceptions=True)
        self.write(repr(got))
        await asyncio.gather(fail("c"), asyncio.sleep(0.001))


class AwaitsCancelled(RequestHandler):
    async def get(self):
        task = asyncio.ensure_future(asyncio.sleep(5))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            self.write("cancelled")


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


class AsyncioRun(RequestHandler):
    def get(self):
        coroutine = asyncio.sleep(0)
        try:
            asyncio.run(coroutine)
        finally:
            coroutine.close()


class RunUntilComplete(RequestHandler):
    def get(self):
        coroutine = asyncio.sleep(0)
        try:
            asyncio.get_event_loop().run_until_complete(coroutine)
        finally:
            coroutine.close()


class NewLoop(RequestHandler):
    def get(self):
        loop = asyncio.new_event_loop()
        try:
            future = loop.create_future()
            future.set_result(1)
            loop.run_until_complete(future)
        finally:
            loop.close()


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


class DropsAsyncGeneratorLater(DropsAsyncGenerator):
    async def get(self):
        await asyncio.sleep(0.001)
        await super().get()
        await asyncio.sleep(0.005)


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
