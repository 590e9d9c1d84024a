"""Follows the import of a project without running it.

Start with :mod:`pa_new_check.static_analysis.interpreter`.
"""
