"""Deploys a project to PythonAnywhere, over its API.

Start with :mod:`pa_new_deploy.main`, which turns arguments into an exit code;
:mod:`pa_new_deploy.deploy` has the steps of one deployment.
"""
