"""The logs on PythonAnywhere: reading their end, and the last exception in them."""
