"""Addresses of stored files."""

from django.urls import path

from cppcc.files import pages

app_name = "files"

urlpatterns = [
    path("<uuid:uuid>/", pages.file_download, name="file_download"),
]
