"""The routes: a view for each path."""

from django.contrib import admin
from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="index"),
    path("guestbook/", views.guestbook, name="guestbook"),
    path("admin/", admin.site.urls),
]
