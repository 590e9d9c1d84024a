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
from apps.host_conditions_environment import HOST_ENVIRONMENT
from apps.host_conditions_files import HOST_FILES
from apps.host_conditions_names import HOST_NAMES
from apps.host_conditions_processes import HOST_PROCESSES
from apps.host_conditions_requests import HOST_REQUESTS
from apps.read_good_paths import GOOD_PATHS
from apps.read_good_services import GOOD_SERVICES
from apps.read_paths import BAD_PATHS
from apps.read_routes import BAD_ROUTES
from apps.read_services import BAD_SERVICES
from apps.read_settings import BAD_SETTINGS, GOOD_SETTINGS
from apps.sources import MAIN, NATIVE, PATH, PLAIN

__all__ = [
    "BAD",
    "GOOD",
    "HOST",
    "MAIN",
    "NATIVE",
    "PATH",
    "PLAIN",
    "READ_BAD",
    "READ_GOOD",
    "App",
    "app",
]

GOOD = (*GOOD_PLAIN, *GOOD_FRAMEWORKS)
BAD = (
    *BAD_SERVERS,
    *BAD_APPLICATIONS,
    *BAD_PROCESSES,
    *BAD_CONNECTIONS,
    *BAD_SOURCES,
    *BAD_LIBRARIES,
)
HOST = (
    *HOST_FILES,
    *HOST_NAMES,
    *HOST_ENVIRONMENT,
    *HOST_PROCESSES,
    *HOST_REQUESTS,
)
"""Good and bad apps of which the conditions on the host decide."""
READ_BAD = (*BAD_PATHS, *BAD_SERVICES, *BAD_SETTINGS, *BAD_ROUTES)
READ_GOOD = (*GOOD_PATHS, *GOOD_SERVICES, *GOOD_SETTINGS)
"""Apps that are only read: what they need is not installed, or not on this computer."""
