"""Hello, a web app for PythonAnywhere."""
