"""Requests to PythonAnywhere's API: within its limits, with answers that are checked."""
