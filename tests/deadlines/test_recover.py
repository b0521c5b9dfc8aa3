"""Leases that ran out: once more with the same Message-ID, or in doubt for a person, as the setting says."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cppcc.deadlines.drain import drain
from cppcc.deadlines.models import DeliverySetting, Outbox
from cppcc.deadlines.recover import recover
from tests.deadlines.test_drain import first_due
from tests.smtp_sink import Sink

pytestmark = pytest.mark.django_db


def claimed(put, key="a", *, seconds_ago=121, **values):
    """A row whose drain died."""
    row = put(key, **values)
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds_ago), tick=False):
        Outbox.objects.filter(pk=row.pk).update(not_before=timezone.now())
        claim = first_due()
    return claim.row


def fresh(row):
    return Outbox.objects.get(pk=row.pk)


def test_a_reminder_is_sent_again_with_the_same_id(sink: Sink, put):
    row = claimed(put)
    assert recover() == {"resent": 1, "doubt": 0}
    assert (fresh(row).status, fresh(row).lease_until, fresh(row).tries) == ("pending", None, 1)
    assert drain() == {"sent": 1} and sink.taken[0].message_id == row.message_id


def test_a_formal_letter_waits_for_a_person(put):
    row = claimed(put, formal=True)
    assert recover() == {"resent": 0, "doubt": 1}
    assert fresh(row).status == "doubt" and "请核实" in fresh(row).error


def test_a_lease_that_runs_is_left_alone(put):
    row = claimed(put, seconds_ago=119)
    assert recover() == {"resent": 0, "doubt": 0} and fresh(row).status == "sending"


def test_the_setting_decides(put):
    DeliverySetting.objects.create(resend_formal=True, resend_reminders=False)
    reminder, formal = claimed(put), claimed(put, "b", formal=True)
    recover()
    assert (fresh(reminder).status, fresh(formal).status) == ("doubt", "pending")


def test_a_mail_that_kills_its_drain_ends_in_doubt(put):
    row = claimed(put, tries=7)
    recover()
    assert fresh(row).status == "doubt"


def test_the_drain_that_comes_back_late_marks_nothing(sink: Sink, put):
    put()
    late = first_due()
    Outbox.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    recover()
    second = first_due()
    assert not late._mark(status="sent", sent_at=timezone.now(), error="")
    assert fresh(second.row).status == "sending" and fresh(second.row).claims == 2


def test_the_clock_an_hour_back_leaves_a_running_lease_alone(put):
    row = claimed(put, seconds_ago=0)
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        assert recover() == {"resent": 0, "doubt": 0} and fresh(row).status == "sending"
