"""Rules about the contents of files, whether the import runs them or a request does.

:mod:`.judge` goes through the code; the other modules have the rules, by their subjects.
"""
