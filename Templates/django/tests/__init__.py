"""Tests that call the application in this process, without a server or a socket.

``python -m unittest`` runs them with an empty database in memory, so they need no
server and leave your data alone. ``python manage.py test`` runs them, too.
"""

from pathlib import Path

from django.conf import settings

if not settings.configured:
    import pa_env

    pa_env.load(Path(__file__).resolve().parent.parent)

    from .memory import use_database_in_memory

    use_database_in_memory()
