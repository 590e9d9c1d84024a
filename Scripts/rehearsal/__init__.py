"""Rehearses deployments on this computer, with each generated project.

Start with :mod:`rehearsal.main`. What has to be there beforehand is made by
:mod:`rehearsal.prepare`; then :mod:`rehearsal.inside` enters namespaces of its own, in
which :mod:`rehearsal.host` is the host and :mod:`rehearsal.scenario` what is done on it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

# The fake API for the host's API, which this host is made of.
sys.path.append(str(ROOT / "Tests/DeployerTests/Python"))
sys.path.append(str(ROOT / "HostPython"))
