"""Odd handlers, each on /ItsName: what people write by mistake, or to see what happens.

Every handler of a module that ``application.py`` lists is served, and asked for.
"""
