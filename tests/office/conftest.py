"""Passwords are hashed the quick way here: these tests log in often."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickHasher(Argon2PasswordHasher):
    """Argon2 with the least work."""

    time_cost, memory_cost, parallelism = 1, 8, 1


@pytest.fixture(autouse=True)
def _quick_passwords(settings, monkeypatch):
    settings.PASSWORD_HASHERS = [f"{__name__}.QuickHasher"]
    monkeypatch.setattr("tests.world._hash", [])
