"""Shows an app in a browser on this computer, on a stand-in for PythonAnywhere."""
