"""The first process of a host's namespaces: ``python host_process.py JOB``.

It puts the host's folders in their places, hides those of this computer that the host does
not have, and starts the server. It ends with the server, or as soon as its standard input
does, and then every other process of these namespaces ends too.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "Scripts"))

from rehearsal import namespaces


def main(job: str) -> None:
    facts = json.loads(job)
    namespaces.loopback()
    for folder, place in facts["shown"]:
        namespaces.show(Path(folder), Path(place))
    for folder in facts["hidden"]:
        namespaces.hide(Path(folder))
    process = subprocess.Popen(
        facts["command"],
        cwd=facts["folder"],
        env=facts["environment"],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    while process.poll() is None and not select.select([0], [], [], 0.02)[0]:
        pass
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
