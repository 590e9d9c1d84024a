"""Checks a web project for PythonAnywhere: reads it, loads it, and makes a request.

Start with :mod:`pa_new_check.main`, which turns arguments into one report.
"""
