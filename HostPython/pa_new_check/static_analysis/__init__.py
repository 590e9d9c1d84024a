"""Follows the import of a project without running it.

Start with :mod:`.analysis`, which uses the interpreter in :mod:`.interpreter`.
"""
