"""Modules and libraries in C."""

# ruff: noqa: B023, F401

import ctypes
import glob
import importlib
import os
import shutil
import sys
import sysconfig

from tell import tell

SHOP = "/home/alice/shop/"
sys.path.insert(0, SHOP)


def moved(name):
    """Tell whether a module of Python has the right file, loaded from the app's folder."""
    found = glob.glob(f"{sysconfig.get_config_var('DESTSHARED')}/{name}.*.so")
    if not found:
        return True  # this Python has it built in
    copy = SHOP + os.path.basename(found[0])
    shutil.copy(found[0], copy)
    sys.modules.pop(name, None)
    importlib.invalidate_caches()
    module = importlib.import_module(name)
    return module.__file__ == module.__spec__.origin == copy


# In some versions of Python, one of these tells its file itself.
for name in ("_heapq", "_pickle", "_decimal", "_lsprof"):
    tell(moved, name)

SOURCE = "int answer(void) { return 42; }"
compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
library = SHOP + "libanswer.so"
os.chdir(SHOP)
tell(os.system, f"echo '{SOURCE}' | {compiler} -shared -fPIC -x c - -o libanswer.so")
for path in (library, "./libanswer.so", SHOP + "absolute/../libanswer.so"):
    tell(lambda: (ctypes.CDLL(path).answer(), ctypes.CDLL(path)._name == path))
with open(SHOP + "broken.so", "w") as file:
    file.write("broken")
importlib.invalidate_caches()
try:
    import broken
except ImportError as error:
    print(os.path.basename(error.path), SHOP + "broken.so:" in str(error))
tell(ctypes.CDLL, SHOP + "none.so")
tell(ctypes.CDLL, "shop/none.so")
tell(lambda: ctypes.CDLL(None) is not None)
