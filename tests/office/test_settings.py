"""A server for real does not start with unsafe values; a developer's does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = "k9" * 30
PRINT = "import cppcc.settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"


def start(**environment):
    given = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    return subprocess.run(
        [sys.executable, "-c", PRINT],
        env=given | environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({}, "SECRET_KEY of its own"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY of its own"),
        ({"SECRET_KEY": "development-only-" + "x" * 40}, "SECRET_KEY of its own"),
        ({"SECRET_KEY": SECRET, "DEBUG": "on"}, "DEBUG"),
        ({"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "example.org,*"}, "ALLOWED_HOSTS"),
        ({"SECRET_KEY": SECRET, "DEMO": "on"}, "DEMO"),
        ({"SECRET_KEY": SECRET, "CPPCC_ENV": "staging"}, "CPPCC_ENV must be"),
    ],
    ids=["none", "short", "default", "debug", "hosts", "demo", "environment"],
)
def test_production_refuses(environment, sentence):
    outcome = start(**environment)
    assert outcome.returncode and sentence in outcome.stderr


def test_production_is_what_runs_when_nothing_is_said_and_it_is_closed():
    outcome = start(SECRET_KEY=SECRET, ALLOWED_HOSTS="plan.example.org")
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.split() == ["False", "True", "31536000"]


def test_an_intranet_without_https_says_so():
    assert start(SECRET_KEY=SECRET, HTTPS="off").stdout.split() == ["False", "False", "0"]


def test_development_starts_with_nothing():
    assert start(CPPCC_ENV="development").returncode == 0
