"""A table of small apps, good and bad, in one file for each subject."""

from __future__ import annotations

from apps.bad_applications import BAD_APPLICATIONS
from apps.bad_connections import BAD_CONNECTIONS
from apps.bad_libraries import BAD_LIBRARIES
from apps.bad_processes import BAD_PROCESSES
from apps.bad_servers import BAD_SERVERS
from apps.bad_sources import BAD_SOURCES
from apps.definition import App, app
from apps.good_frameworks import GOOD_FRAMEWORKS
from apps.good_plain import GOOD_PLAIN
from apps.sources import MAIN, NATIVE, PLAIN

__all__ = ["BAD", "GOOD", "MAIN", "NATIVE", "PLAIN", "App", "app"]

GOOD = (*GOOD_PLAIN, *GOOD_FRAMEWORKS)
BAD = (
    *BAD_SERVERS,
    *BAD_APPLICATIONS,
    *BAD_PROCESSES,
    *BAD_CONNECTIONS,
    *BAD_SOURCES,
    *BAD_LIBRARIES,
)
