"""The tables of the database, as classes.

After a change, run ``python manage.py makemigrations`` and, on each computer,
``python manage.py migrate``.
"""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """An account. Add fields here: Django's own user model cannot be replaced later."""


class Entry(models.Model):
    """An entry of the guestbook."""

    name = models.CharField(max_length=100)
    text = models.CharField(max_length=500)
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        """The newest entry comes first."""

        ordering = ("-written", "-id")
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        """Return what the admin shows."""
        return f"{self.name}: {self.text}"
