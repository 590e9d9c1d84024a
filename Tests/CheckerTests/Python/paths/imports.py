"""Modules of all kinds, and the names of their files."""

# ruff: noqa: F401

import importlib
import importlib.resources
import importlib.util
import inspect
import os
import pkgutil
import runpy
import sys
import traceback

from tell import tell

sys.path.insert(0, "/home/alice/shop")
import app

tell(
    lambda: (
        app.FILE,
        app.__spec__.origin,
        app.__cached__.rpartition("/")[0],
        app.fail.__code__.co_filename,
    )
)
try:
    app.fail()
except KeyError as error:
    print(
        [
            (frame.filename, frame.line)
            for frame in traceback.extract_tb(error.__traceback__)
        ][-1]
    )
import pkg.part
import space.inner

tell(
    lambda: (
        pkg.part.NAME,
        list(pkg.__path__),
        list(space.__path__),
        space.__spec__.origin,
    )
)
try:
    import bad
except SyntaxError as error:
    print(error.filename, error.lineno)
try:
    import none_of_these
except ImportError as error:
    print(error)
    trace = error.__traceback__
    print([frame.filename for frame in traceback.extract_tb(trace)])
sys.path.insert(0, "/home/alice/shop/lib.zip")
import zipped

tell(lambda: zipped.FILE)
sys.path.insert(0, "/home/alice/shop/../www")
import wsgi

tell(lambda: wsgi.FILE)
tell(pkgutil.get_data, "pkg", "data/text.txt")
tell(lambda: sorted(m.name for m in pkgutil.iter_modules(["/home/alice/shop"])))
tell(lambda: str(importlib.resources.files("pkg") / "data"))
tell(lambda: (importlib.resources.files("pkg") / "data/text.txt").read_text())
tell(inspect.getsource, app.fail)
tell(inspect.getsourcefile, app)
spec = importlib.util.spec_from_file_location(
    "again", "/home/alice/shop/absolute/../app.py"
)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
tell(lambda: module.FILE)
tell(lambda: runpy.run_path("/home/alice/shop/app.py")["FILE"])
tell(lambda: importlib.reload(app).FILE)
sys.dont_write_bytecode = False
with open("/home/alice/shop/late.py", "w") as file:
    file.write("FILE = __file__")
importlib.invalidate_caches()
import late

tell(lambda: (late.FILE, os.path.exists(late.__cached__)))
os.chdir("/home/alice/shop/space")
sys.path.insert(0, "")
import inner

tell(lambda: inner.__file__)
tell(lambda: [name for name in sys.modules if name.startswith("pa_new")])
try:
    os.stat("/home/alice/none")
except OSError as error:
    frames = traceback.extract_tb(error.__traceback__)
    tell(lambda: [frame.filename for frame in frames if "pa_new" in frame.filename])
