"""The project package: settings, urls, Celery, and the shared machinery as small apps."""

from cppcc.celery import app as celery_app

__all__ = ["celery_app"]
