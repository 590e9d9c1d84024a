"""What ``/admin/`` shows of the database."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from .models import Entry, User


class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The list of the guestbook's entries."""

    list_display = ("name", "text", "written")
    search_fields = ("name", "text")


admin.site.register(Entry, EntryAdmin)
admin.site.register(User, UserAdmin)
