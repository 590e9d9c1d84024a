"""One event loop for each worker of a WSGI server, without a thread of its own.

A WSGI server loads an app once, forks its workers afterwards, and calls the app for one
request at a time. So a loop that is made at import is dead in every worker, and a loop
that is made for each request loses all connections and tasks of the one before. Here the
first request of a worker makes a loop, the worker keeps it, and it runs while the worker
serves a request. ``this_worker()`` returns it.

If a server calls the app from several threads, each thread is a worker. The loop is closed
when its thread ends, or when the process exits; after a fork, the child forgets it.
"""

from __future__ import annotations

import asyncio
import atexit
import contextvars
import os
import selectors
import sys
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

_MOST_ROUNDS = 100  # of the loop, for what is left after a response
_LAST_SECONDS = 1.0  # for cancelled tasks to end, when the loop is closed
_CAN_BE_EAGER = sys.version_info >= (3, 12)  # a new task can take its first step
_make_task: Callable[..., asyncio.Task[None]] = asyncio.Task


class Loop(asyncio.SelectorEventLoop):
    """The event loop of a worker, which can start a task without a full round.

    A round asks the operating system for events and checks timers. A task that waits for
    nothing does not need one: ``step()`` runs it at once, and saves a lot of time. As in a
    round, this loop is the running loop, and tasks take their first steps in the order in
    which they were made.
    """

    def __init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self._registered = self.selector.get_map()
        self.due = False  # there is something to run now
        self.pending = False  # there may be something to run later
        self.stepping = False
        super().__init__(self.selector)
        self._taking = False
        self._first_step: Callable[[], object] | None = None

        async def hooks() -> Any:
            # The garbage collector does not look into what the function returns.
            return tuple(sys.get_asyncgen_hooks())

        self._hooks = self.run_until_complete(hooks())
        self.due = self.pending = False

    def step(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call a function, and take the first step of the task that it starts."""
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(*self._hooks)
        asyncio._set_running_loop(self)
        self.stepping = True
        try:
            contextvars.copy_context().run(callback, *arguments)
            while self._first_step is not None:
                first_step, self._first_step = self._first_step, None
                first_step()
        finally:
            self.stepping = False
            if self._first_step is not None:  # the function has failed
                self.call_soon(self._first_step)
                self._first_step = None
            asyncio._set_running_loop(None)
            sys.set_asyncgen_hooks(*hooks)

    def start_task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Make a task, and take its first step in the current step, if possible."""
        # Earlier callbacks come first. A task factory may want more than a first step.
        if not self.stepping or self.due or self.get_task_factory() is not None:
            return self.create_task(coroutine)
        if _CAN_BE_EAGER:
            return _make_task(coroutine, loop=self, eager_start=True)
        # Older Pythons: call_soon() keeps the first step of the new task for step().
        if self._first_step is not None:
            return self.create_task(coroutine)
        self._taking = True
        try:
            return asyncio.Task(coroutine, loop=self)
        finally:
            self._taking = False

    # The next three methods note that there is work to do. asyncio has their types.
    if not TYPE_CHECKING:

        def call_soon(self, callback, *args, context=None):
            """Call a function in the next round; a new task asks for this."""
            if self._taking:
                self._taking = False
                self._first_step = partial(context.run, callback, *args)
                return None  # a task does not look at it
            self.due = True
            return super().call_soon(callback, *args, context=context)

        def call_soon_threadsafe(self, callback, *args, context=None):
            """Call a function in the next round; any thread may ask for this."""
            self.due = True
            return super().call_soon_threadsafe(callback, *args, context=context)

        def call_at(self, when, callback, *args, context=None):
            """Call a function at a given time."""
            self.pending = True
            return super().call_at(when, callback, *args, context=context)

    def is_running(self) -> bool:
        """Tell whether the loop runs, if only for a step."""
        return self.stepping or super().is_running()

    def is_idle(self) -> bool:
        """Tell whether there is nothing to run, and nothing to wait for."""
        return not (self.due or self.pending) and len(self._registered) < 2

    def run_round(self) -> None:
        """Run all callbacks that are due now."""
        self.due = False
        self.stop()
        self.run_forever()

    def settle(self) -> None:
        """Run all due callbacks, and those that they add, but not without limit."""
        for _ in range(_MOST_ROUNDS):
            self.run_round()
            if not self.due:
                break


class Worker:
    """The event loop of one thread of one process, and what belongs to it.

    :ivar leftovers: what other requests could not bring to an end, for example because
        the client has gone; any thread may add to it. See ``finish_leftovers()``.
    :ivar closing: functions that are called before the loop is closed.
    :ivar kept: what others keep for this worker.
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = Loop()
        self.leftovers: deque[Callable[[], None]] = deque()
        self.closing: list[Callable[[], None]] = []
        self.kept: dict[Any, Any] = {}

    def finish_leftovers(self) -> None:
        """Bring to an end what earlier requests left; call it between requests."""
        while self.leftovers:
            self.leftovers.popleft()()

    def close_if_empty(self) -> bool:
        """Close the loop without running it, if nothing is left in it."""
        generators: Any = getattr(self.loop, "_asyncgens", None)
        is_empty = (
            self.process == os.getpid()
            and not (self.leftovers or self.closing or self.loop.is_running())
            and not (generators or asyncio.all_tasks(self.loop))
        )
        if is_empty:
            self.loop.close()
        return is_empty

    def close(self) -> None:
        """Close the loop: nothing runs in it any more."""
        loop = self.loop
        if loop.is_closed() or loop.is_running():
            return  # a thread that the interpreter does not wait for may still run it
        if self.process != os.getpid():
            self._forget()
            return
        while self.leftovers:
            self.leftovers.popleft()()
        while self.closing:
            self.closing.pop()()
        loop.run_round()
        for task in (tasks := asyncio.all_tasks(loop)):
            task.cancel()
        if tasks:
            self.complete(asyncio.wait(tasks, timeout=_LAST_SECONDS))
        self.complete(loop.shutdown_asyncgens())
        loop.close()

    def complete(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """Run the loop until a coroutine is done, even if another task stops the loop."""
        task = self.loop.create_task(coroutine)
        task.add_done_callback(lambda _: self.loop.stop())
        while not task.done():
            self.loop.run_forever()
        task.result()

    def _forget(self) -> None:
        """Close a loop that came with a fork, without harm to the parent's."""
        # close() also takes descriptors off the selector, which is the parent's, too. So
        # this process first drops that selector.
        loop = self.loop
        if hasattr(loop.selector, "fileno"):
            with open(os.devnull) as nothing:
                os.dup2(nothing.fileno(), loop.selector.fileno())
        loop.set_exception_handler(lambda *_: None)  # no messages about parent's tasks
        # The tasks stay in memory: their ``finally`` blocks are for the parent to run.
        _inherited.append((self, asyncio.all_tasks(loop)))
        loop.close()


class _Owner:
    """Belongs to a thread, and gives up the thread's worker when the thread ends.

    Only the thread refers to it, so it ends with the thread, whatever refers to the worker.
    """

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        _workers.add(worker)

    def __del__(self) -> None:
        # A thread that is about to end cannot run tasks any more, and a running one must
        # keep its running loop. So the next request, or the exit, ends what is left.
        try:
            _workers.remove(self.worker)
        except KeyError:
            return  # the exit of the process closes it
        if not self.worker.close_if_empty():
            _orphans.append(self.worker)


_local = threading.local()
_workers: set[Worker] = set()  # of this process, and those that it was forked with
_orphans: deque[Worker] = deque()  # their threads have ended
_inherited: list[object] = []  # what a fork has brought along


def this_worker() -> Worker:
    """Return the worker of this thread; the first call makes it.

    :raises RuntimeError: inside a running event loop.
    """
    if asyncio._get_running_loop() is not None:
        raise RuntimeError(
            "a WSGI adapter was called inside a running event loop: "
            "give the app to that loop's own server instead"
        )
    if _orphans:
        _close_orphans()
    return _own_worker()


def _own_worker() -> Worker:
    # Not a part of this_worker(): the tracebacks of tasks that _close_orphans() has
    # cancelled may keep its frame, and so would keep the owner.
    owner: _Owner | None = getattr(_local, "owner", None)
    if owner is None or owner.worker.process != os.getpid():
        owner = _local.owner = _Owner(Worker())
    return owner.worker


def _close_orphans() -> None:
    while _orphans:
        try:
            worker = _orphans.popleft()
        except IndexError:
            break  # another thread was faster
        worker.close()


@atexit.register
def _close_all() -> None:
    """Close all loops before the interpreter exits, those of a fork's parent too."""
    _close_orphans()
    while _workers:
        try:
            worker = _workers.pop()
        except KeyError:
            break  # its thread has just ended
        worker.close()
