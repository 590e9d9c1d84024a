"""The adapter has one event loop for all requests of a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import unittest
from typing import Any

import tornado.netutil
import tornado.web
from asking import Case, Log, Server, adapt, ask_adapter, make_environ, start
from handlers.answers import Async, Flushes, Hello
from hello.tornado_wsgi import WSGIAdapter
from tornado import httputil
from tornado.httpclient import AsyncHTTPClient
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.web import RequestHandler
from worker_loop import Clock, pending_tasks, run_in_a_thread


class Loop(unittest.TestCase):
    def test_one_loop_for_all_requests(self) -> None:
        loops: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0)
                loops.append((asyncio.get_running_loop(), IOLoop.current()))

        for _ in range(3):
            ask_adapter(adapt(Looks), make_environ(Case("", "/Looks")))
        self.assertEqual(1, len(set(loops)))

    def test_shared_between_requests(self) -> None:
        shared: dict[str, Any] = {}
        clients: list[Any] = []

        class Shares(RequestHandler):
            async def get(self):
                lock = shared.setdefault("lock", asyncio.Lock())
                clients.append(AsyncHTTPClient())
                async with lock:
                    answer = await clients[-1].fetch(self.get_argument("url"))
                self.write(answer.body)

        server = Server(tornado.web.Application([("/Hello", Hello)]))
        self.addCleanup(server.stop)
        adapter = adapt(Shares)
        for host in ("127.0.0.1", "localhost", "127.0.0.1"):
            url = f"http://{host}:{server.port}/Hello"
            case = Case("", f"/Shares?url={url}")
            answer = ask_adapter(adapter, make_environ(case))
            self.assertEqual(b"Hello from Tornado", answer.body, answer.log)
        self.assertEqual(3, len(clients))
        self.assertEqual(1, len({id(client) for client in clients}))

    def test_the_client_of_tornado_closes_its_connections_itself(self) -> None:
        # The default one asks for that: tornado/simple_httpclient.py, in run(). It is
        # so under Tornado's own server too.
        connections: list[str | None] = []

        class Seen(RequestHandler):
            def get(self):
                connections.append(self.request.headers.get("Connection"))

        class Fetches(RequestHandler):
            async def get(self):
                await AsyncHTTPClient().fetch(self.get_argument("url"))

        server = Server(tornado.web.Application([("/Seen", Seen)]))
        self.addCleanup(server.stop)
        case = Case("", f"/Fetches?url=http://127.0.0.1:{server.port}/Seen")
        adapter = adapt(Fetches)
        for _ in range(2):
            ask_adapter(adapter, make_environ(case))
        self.assertEqual(["close", "close"], connections)

    def test_a_connection_is_kept_between_requests(self) -> None:
        from tornado.tcpclient import TCPClient
        from tornado.tcpserver import TCPServer

        accepted: list[Any] = []

        class Counts(TCPServer):
            async def handle_stream(self, stream, address):
                accepted.append(address)
                with contextlib.suppress(StreamClosedError):
                    while True:
                        line = await stream.read_until(b"\n")
                        await stream.write(b"%d %s" % (len(accepted), line))

        class Lines(RequestHandler):
            stream: Any = None

            async def get(self):
                if Lines.stream is None:
                    Lines.stream = await TCPClient().connect("127.0.0.1", port)
                await Lines.stream.write(self.get_argument("line").encode() + b"\n")
                self.write(await Lines.stream.read_until(b"\n"))

        class Closes(RequestHandler):
            def get(self):
                Lines.stream.close()

        async def listen() -> int:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            other = Counts()
            other.add_sockets(sockets)
            stops.append(other.stop)
            return sockets[0].getsockname()[1]

        stops: list[Any] = []
        server = Server(tornado.web.Application([]))
        self.addCleanup(server.stop)
        port = asyncio.run_coroutine_threadsafe(listen(), server.loop).result(10)
        adapter = adapt(Lines, Closes, Hello)
        for line in ("a", "b", "c"):
            answer = ask_adapter(adapter, make_environ(Case("", f"/Lines?line={line}")))
            self.assertEqual(f"1 {line}\n".encode(), answer.body, answer.log)
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
        ask_adapter(adapter, make_environ(Case("", "/Closes")))
        server.loop.call_soon_threadsafe(stops[0])
        self.assertEqual(1, len(accepted))

    def test_background_task_goes_on_with_the_next_request(self) -> None:
        seen: list[int] = []

        class Spawns(RequestHandler):
            def get(self):
                async def background():
                    for number in range(3):
                        seen.append(number)
                        await asyncio.sleep(0.005)

                shared.append(asyncio.ensure_future(background()))

        class Waits(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.05)

        def run() -> None:
            adapter = adapt(Spawns, Waits)
            with Clock() as clock:
                ask_adapter(adapter, make_environ(Case("", "/Spawns")))
                clock.now += 1
                self.assertEqual([0], seen)
                ask_adapter(adapter, make_environ(Case("", "/Waits")))
            self.assertEqual([0, 1, 2], seen)

        shared: list[Any] = []
        run_in_a_thread(run)

    def test_what_is_left_to_be_run_at_once_runs_after_the_response(self) -> None:
        seen: list[int] = []

        class Leaves(RequestHandler):
            def get(self):
                IOLoop.current().spawn_callback(self.work)
                self.write("x")

            async def work(self):
                for number in range(3):
                    seen.append(number)
                    await asyncio.sleep(0)
                await asyncio.sleep(0.001)
                seen.append(99)

        def run() -> None:
            adapter = adapt(Leaves, Hello)
            _, body = start(adapter, Case("", "/Leaves"))
            self.assertEqual([b"x"], list(body))
            self.assertEqual([], seen)
            body.close()
            self.assertEqual([0, 1, 2], seen)
            time.sleep(0.01)
            self.assertEqual([0, 1, 2], seen)
            # Any later request moves it on, be it one that does not wait.
            ask_adapter(adapter, make_environ(Case("", "/Hello")))
            self.assertEqual([0, 1, 2, 99], seen)

        run_in_a_thread(run)

    def test_a_periodic_callback_stands_still_between_requests(self) -> None:
        ticks: list[float] = []

        class Begins(RequestHandler):
            def get(self):
                Begins.periodic = PeriodicCallback(lambda: ticks.append(1), 5)
                Begins.periodic.start()

        class Waits(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.05)
                Begins.periodic.stop()

        def run() -> None:
            adapter = adapt(Begins, Waits, Hello)
            with Clock() as clock:
                ask_adapter(adapter, make_environ(Case("", "/Begins")))
                clock.now += 1
                self.assertEqual([], ticks)
                ask_adapter(adapter, make_environ(Case("", "/Hello")))
                self.assertEqual([1], ticks)
                ask_adapter(adapter, make_environ(Case("", "/Waits")))
            self.assertIn(len(ticks), range(10, 13))

        run_in_a_thread(run)

    def test_a_task_that_never_waits_does_not_hold_the_worker(self) -> None:
        rounds: list[int] = []

        class Spins(RequestHandler):
            def get(self):
                Spins.task = asyncio.ensure_future(self.spin())

            async def spin(self):
                while True:
                    rounds.append(1)
                    await asyncio.sleep(0)

        class Stops(RequestHandler):
            def get(self):
                Spins.task.cancel()

        adapter = adapt(Spins, Stops, Hello)
        for name in ("Spins", "Hello", "Stops"):
            answer = ask_adapter(adapter, make_environ(Case("", f"/{name}")))
            self.assertEqual("200 OK", answer.status)
        self.assertIn(len(rounds), range(100, 400))
        self.assertEqual([], pending_tasks())

    def test_a_delegate_that_exits_after_it_has_started_a_handler(self) -> None:
        seen: list[str] = []

        class Handler(RequestHandler):
            def get(self):
                seen.append(self.request.path)

        application = tornado.web.Application([("/.*", Handler)])

        class Exits(httputil.HTTPServerConnectionDelegate):
            def start_request(self, server_conn, request_conn):
                inner = application.start_request(server_conn, request_conn)

                class Message(httputil.HTTPMessageDelegate):
                    def headers_received(self, start_line, headers):
                        self.exits = start_line.path == "/exits"
                        return inner.headers_received(start_line, headers)

                    def finish(self):
                        inner.finish()
                        if self.exits:
                            raise SystemExit

                return Message()

        adapter = WSGIAdapter(Exits())
        with self.assertRaises(SystemExit):
            start(adapter, Case("", "/exits"))
        self.assertEqual([], seen)
        answer = ask_adapter(adapter, make_environ(Case("", "/next")))
        self.assertEqual("200 OK", answer.status)
        self.assertEqual({"/exits", "/next"}, set(seen))
        self.assertEqual([], pending_tasks())

    def test_the_user_stops_the_loop(self) -> None:
        class Stops(RequestHandler):
            async def get(self):
                IOLoop.current().stop()
                asyncio.get_running_loop().stop()
                await asyncio.sleep(0.01)
                self.write("still here")

        answer = ask_adapter(adapt(Stops), make_environ(Case("", "/Stops")))
        self.assertEqual(b"still here", answer.body)

    def test_threads_have_loops_of_their_own(self) -> None:
        loops: list[Any] = []
        failures: list[Any] = []

        class Looks(RequestHandler):
            async def get(self):
                await asyncio.sleep(0.01)
                loops.append(asyncio.get_running_loop())

        adapter = adapt(Looks)

        def call() -> None:
            started, body = start(adapter, Case("", "/Looks"))
            if started != ["200 OK"]:
                failures.append(started)
            list(body)

        with Log():
            threads = [threading.Thread(target=call) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)
        self.assertEqual(8, len(set(loops)))
        self.assertTrue(all(loop.is_closed() for loop in loops))

    def test_memory(self) -> None:
        import gc

        adapter = adapt(Hello, Flushes, Async)
        cases = [Case("", "/Hello"), Case("", "/Flushes"), Case("", "/Async")]

        def ask() -> None:
            for case in cases * 30:
                ask_adapter(adapter, make_environ(case))
            gc.collect()

        ask()
        before = len(gc.get_objects())
        ask()
        ask()
        self.assertLess(len(gc.get_objects()) - before, 1000)


if __name__ == "__main__":
    unittest.main()
