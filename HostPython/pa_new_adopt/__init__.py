"""Reads an app that pa-new did not make, for ``pa-new adopt``."""
