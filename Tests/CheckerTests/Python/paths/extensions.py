"""Modules and libraries in C."""

# ruff: noqa: F401

import ctypes
import ctypes.util
import glob
import os
import shutil
import sys
import sysconfig

from tell import tell

folder = sysconfig.get_config_var("DESTSHARED")
found = glob.glob(folder + "/_heapq*.so") + glob.glob(folder + "/_struct*.so")
name = os.path.basename(found[0]).partition(".")[0]
copy = "/home/alice/shop/" + os.path.basename(found[0])
shutil.copy(found[0], copy)
sys.path.insert(0, "/home/alice/shop")
sys.modules.pop(name, None)
sys.path_importer_cache.pop("/home/alice/shop", None)
module = __import__(name)
tell(lambda: (module.__file__ == copy, module.__spec__.origin == copy))
open("/home/alice/shop/broken.so", "w").close()
try:
    import broken
except ImportError as error:
    print(error, error.path)
tell(lambda: ctypes.CDLL(copy)._name == copy)
tell(ctypes.CDLL, "/home/alice/shop/none.so")
tell(ctypes.CDLL, "shop/none.so")
tell(lambda: ctypes.CDLL(None) is not None)
