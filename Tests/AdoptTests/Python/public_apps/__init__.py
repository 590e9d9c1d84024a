"""Public applications of other people, adopted by pa-new and deployed on the rehearsed host.

``prove.py`` runs them: first on the development server of their framework, which tells what
to expect, then adopted, checked and deployed in the rehearsal. :mod:`public_apps.model` says
what is known of an application; nothing of their files is kept here.
"""
