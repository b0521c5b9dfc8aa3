"""A mail server for a test, and rows to send."""

import pytest
from django.utils import timezone

from cppcc.deadlines.models import Outbox
from tests.smtp_sink import Sink


@pytest.fixture
def sink(settings):
    """A mail server on loopback that the office is set to use."""
    with Sink() as running:
        settings.EMAIL_BACKEND = "cppcc.deadlines.mail.FencedBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.DEFAULT_FROM_EMAIL = "市政协办公室 <office@cppcc.example.org>"
        yield running


@pytest.fixture
def put(db):
    """`put("a", ...)`: an outbox row that is due."""

    def make(key="a", **values):
        now = timezone.now()
        given = {"channel": "email", "address": f"{key}@example.org", "subject": "方案还有7天到期", "body": "请办理"}
        return Outbox.objects.create(key=key, **given | {"not_before": now, "created_at": now} | values)

    return make
