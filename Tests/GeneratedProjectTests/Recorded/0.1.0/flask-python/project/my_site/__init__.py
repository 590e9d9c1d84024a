"""My site, a web app for PythonAnywhere."""
