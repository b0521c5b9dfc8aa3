"""Shared fixtures: the small city of `tests/world.py`, a client per person, eager background work."""

from pathlib import Path

import pytest
from django.conf import settings as house
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client

from tests.world import World, build


def pytest_configure() -> None:
    """The folder of collected static files need not be filled for tests, but it must be there."""
    Path(house.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _house(settings, tmp_path):
    """Background work runs on commit, files go to a folder of the test, content types are asked anew."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.MEDIA_ROOT = str(tmp_path / "media")
    ContentType.objects.clear_cache()
    cache.clear()


@pytest.fixture
def world(db) -> World:
    """The small city."""
    return build()


@pytest.fixture
def login(world):
    """`login("clerk")`: a client in which that person of the world is logged in."""

    def enter(name: str) -> Client:
        client = Client()
        client.force_login(world.users[name], backend="cppcc.office.accounts.AccountBackend")
        return client

    return enter
