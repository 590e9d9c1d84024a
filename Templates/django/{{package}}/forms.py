"""The forms: their fields and checks come from the models."""

from django import forms

from .models import Entry


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    """The form that signs the guestbook."""

    class Meta:
        """Which fields a visitor fills in."""

        model = Entry
        fields = ("name", "text")
