"""Looks at a web project as the host will: by reading it, by loading it, by a request.

Start with :mod:`pa_new_check.main`, which turns arguments into one report.
"""
