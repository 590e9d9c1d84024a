"""Programs that are started, by all functions that start one."""

import os
import subprocess
import sys

from tell import tell


def run(*arguments, **options):
    return subprocess.run(
        *arguments, check=False, stdout=subprocess.PIPE, **options
    ).stdout


tell(run, ["/home/alice/shop/run.sh", "x"])
tell(run, ["shop/run.sh", "y"])
tell(run, ["./run.sh", "z"], cwd="/home/alice/shop")
tell(run, ["ls"], cwd="/home/alice/shop/data")
tell(run, ["ls"], cwd=b"/home/alice/www")
tell(run, ["cat", "/home/alice/shop/data/a.txt"])
tell(run, "cat data/a.txt", shell=True, cwd="shop")
tell(
    run,
    ["run.sh", "p"],
    env={"PATH": "/home/alice/none:/home/alice/shop:/bin:/usr/bin"},
)
tell(subprocess.run, ["/home/alice/shop/none"])
tell(subprocess.run, ["ls"], cwd="/home/alice/none")
tell(subprocess.run, ["none-of-these"])
tell(subprocess.run, ["/home/alice/shop/app.py"])
tell(run, [sys.executable, "-c", "import sys; print(sys.argv[1:])", "x"])
tell(run, ["/bin/echo", "--path=/home/x", "home/alice", "/homework"])
for call in (
    lambda: os.execv("/home/alice/shop/run.sh", ["run.sh", "e"]),
    lambda: os.execle("/home/alice/shop/run.sh", "run.sh", "f", {"PATH": "/bin"}),
    lambda: os.execvp("/bin/cat", ["cat", "/home/alice/shop/data/a.txt"]),
    lambda: os.execv("/home/alice/shop/none", ["x"]),
):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        tell(call)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
sys.stdout.flush()
tell(
    lambda: os.waitpid(
        os.posix_spawn("/home/alice/shop/run.sh", ["run.sh", "s"], os.environ), 0
    )[1]
)
tell(lambda: os.spawnv(os.P_WAIT, "/home/alice/shop/run.sh", ["run.sh", "w"]))
tell(os.posix_spawn, "/home/alice/none", ["none"], os.environ)
tell(os.posix_spawnp, "/home/alice/none", ["none"], os.environ)
