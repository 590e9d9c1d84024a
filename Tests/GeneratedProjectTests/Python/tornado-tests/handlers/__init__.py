"""Handlers as people mean to write them; `application.py` says where each is served."""
