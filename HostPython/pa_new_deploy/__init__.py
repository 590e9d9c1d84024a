"""Brings a project onto the host, over the host's API.

Start with :mod:`pa_new_deploy.main`, which turns arguments into an exit code;
:mod:`pa_new_deploy.deploy` is the story of one deployment.
"""
