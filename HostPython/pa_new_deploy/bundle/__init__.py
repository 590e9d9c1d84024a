"""Makes the bundle: the packages of a project in one archive for PythonAnywhere.

A new free account has no console to run pip in. So uv fetches the packages here, for the
Python and the C library of PythonAnywhere; the project's entry file unpacks them there.
"""
