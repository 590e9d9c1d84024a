"""Loads an entry file as PythonAnywhere does, and reports what happened.

This runs in an interpreter of its own, to which :mod:`pa_new_check.sandbox` sends the
compiled code on stdin, with the modules that it imports, so that the app sees
nothing of the package. The task follows, also on stdin. The events are reported
as lines of JSON through a descriptor of its own, each after a token that the app does
not know.
"""

from __future__ import annotations

import faulthandler
import importlib
import importlib.machinery
import marshal
import os
import sys
import time

from pa_new_check.run_delay import run_delay
from pa_new_check.sandbox_inspection import (
    described,
    finish,
    interface,
    mistakes,
    where,
)
from pa_new_check.sandbox_watch import Watch
from pa_new_check.sandbox_workers import Workers

TYPE_CHECKING = False  # the one in typing takes 5 ms to import
if TYPE_CHECKING:
    from typing import Any

paths = sys.modules.get("pa_new_check.sandbox_paths")  # only there if it is needed


def load(task: dict[str, Any], watch: Watch) -> tuple[Any, Any]:
    """Import the entry file, and return it and its application."""
    sys.path[:] = path_of_host(task)
    if paths is not None:
        paths.install(task["mapping"], task["through"], task["home"], task["masked"])
    sys.argv, sys.executable = ["uwsgi"], task["program"]
    watch.start()
    start, delay = time.monotonic(), run_delay()
    try:
        module = entry(task)
    except SystemExit as error:
        watch.send("exit", what=f"sys.exit({error.code!r})", frames=where(error))
        finish()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is reported
        watch.send("raised", **described(error))
        finish()
    if os.getpid() != watch.process:
        time.sleep(1_000_000)  # the app has forked itself: one of them is enough here
    seconds = time.monotonic() - start - (run_delay() - delay)
    watch.send("imported", seconds=seconds)
    watch.report_modules()
    watch.report_what_stays()
    watch.is_importing = False
    if not hasattr(module, "application"):
        watch.send("missing")
        finish()
    application = module.application
    kind = interface(application)
    if kind != "wsgi":
        is_function = type(application) is type(load)
        name = application.__name__ if is_function else ""
        home = str(application.__module__) if is_function else ""
        watch.send(kind, type=type(application).__name__, name=name, module=home)
        finish()
    for file, line, what, fails in [] if task["visit"] else mistakes(application):
        watch.send("mistake", what=what, fails=fails, frames=[[file, line]])
    return module, application


def path_of_host(task: dict[str, Any]) -> list[str]:
    """Return the folders on the path: the loader's, uWSGI's, and the interpreter's."""
    own = [folder for folder in sys.path if folder]
    own += [folder for folder in task["packages"] if folder not in own]
    return [*task["path"], task["www"], ".", *own]


def entry(task: dict[str, Any]) -> Any:
    """Import the entry file: by name, or from a folder that is not on the path."""
    name, file = task["module"], task["file"]
    if not file:
        return importlib.import_module(name)
    util = importlib.import_module("importlib.util")
    spec = util.spec_from_file_location(name, file)
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def run() -> None:
    """Do the task on stdin, and end the process."""
    task = marshal.loads(sys.stdin.buffer.read())  # this version of Python wrote it
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    output = -1
    if task["visit"]:
        # The output of the app is not part of the response.
        output = os.dup(1)
        os.dup2(2, 1)
        # What a request prints comes before the error that follows it.
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    # Again and again: the sandbox waits longer for a process that others keep from running.
    faulthandler.dump_traceback_later(
        task["import_limit"], repeat=True, file=task["trace"]
    )
    watch = Watch(task)
    module, application = load(task, watch)
    faulthandler.cancel_dump_traceback_later()
    workers = Workers(task, watch, module, application)
    if task["visit"] and "socket" in task["visit"]:
        workers.preview()
    elif task["visit"]:
        workers.visit(output)
    else:
        workers.serve()
    finish()
