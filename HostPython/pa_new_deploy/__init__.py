"""Deploys a project to PythonAnywhere over its API, packs it, and reads its logs.

Start with :mod:`pa_new_deploy.main`, which runs a command by its name;
:mod:`pa_new_deploy.deploy` has the steps of one deployment.
"""
