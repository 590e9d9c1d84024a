"""Several threads, and processes that begin as copies."""

# ruff: noqa: SIM115

import multiprocessing
import os
import sys
import threading
import warnings

from tell import tell

# Whether Python still counts the threads that ended, in Python 3.12, is chance.
warnings.simplefilter("ignore", DeprecationWarning)
results = []


def work():
    for _ in range(200):
        results.append(
            (
                len(os.listdir("/home/alice/shop/absolute")),
                open("/home/alice/www/wsgi.py").name,
            )
        )


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
tell(lambda: (len(results), set(results)))
sys.stdout.flush()
child = os.fork()
if child == 0:
    os.chdir("/srv")
    tell(lambda: (os.getcwd(), os.listdir()))
    sys.stdout.flush()
    os._exit(0)
os.waitpid(child, 0)
tell(os.getcwd)
if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2) as pool:
        tell(pool.map, os.path.realpath, ["/home/alice/www", "shop/absolute"])
