"""The app of `cppcc.files`."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Stored files."""

    name = "cppcc.files"
    label = "files"
    verbose_name = "文件"
