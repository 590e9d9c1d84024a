"""The entry file of a real server: the app that APP names, on WSGI."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "apps"))

from asgi_adapter import ASGIAdapter

application = ASGIAdapter(importlib.import_module(os.environ["APP"]).app)
