"""The app of `cppcc.jobs`."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work as rows."""

    name = "cppcc.jobs"
    label = "jobs"
    verbose_name = "后台任务"
