"""Two at once, in real threads and real transactions: an event is entered once, cancelled once, entered again once."""

import uuid

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from cppcc.meetings.workflows.meeting import MEETING
from members.allowances import grant
from members.dossier import record, record_many, reverse, reverse_many
from members.models import Allowance, PerformanceEntry
from tests.consultation.test_races import at_once, user, won
from tests.members.ledger_rows import a_meeting, a_member, acts, asked, members
from tests.world import build

TODAY, NOW = timezone.localdate(), timezone.now()


@pytest.fixture
def world(transactional_db):
    """The city, committed: threads see it."""
    return build()


def recorder(world, member, key="event"):
    kind, by = acts()["service"], user(world, "clerk")
    return lambda: record(member, kind, on=TODAY, title="义诊", key=key, by=by)


def test_eight_recording_the_same_event_make_one_entry(world):
    member = a_member(world)
    results = at_once(*[recorder(world, member) for _ in range(8)])
    assert len({entry.pk for entry in won(results)}) == 1
    assert len(won(results)) == 8
    assert PerformanceEntry.objects.count() == 1


def test_of_four_reversals_one_wins_and_all_others_are_told(world):
    entry, by = recorder(world, a_member(world))(), user(world, "clerk")
    results = at_once(*[lambda: reverse(entry, by=by, reason="重复")] * 4)
    assert len(won(results)) == 1
    assert {str(result) for result in results if isinstance(result, Exception)} == {
        "这条履职记录已由试clerk冲销，不必重复办理。"
    }
    assert PerformanceEntry.objects.aggregate(sum=Sum("n"))["sum"] == 0


def test_re_recording_at_once_after_a_reversal_makes_one_turn(world):
    member = a_member(world)
    for turn in (2, 3):
        entry = PerformanceEntry.objects.standing().first() or recorder(world, member)()
        reverse(entry, by=None, reason="更正")
        at_once(*[recorder(world, member)] * 6)
        assert PerformanceEntry.objects.standing().get().key == f"event#{turn}"


def test_recording_while_it_is_cancelled_leaves_one_standing_or_none(world):
    member, by = a_member(world), user(world, "clerk")
    for n in range(6):
        write = recorder(world, member, f"event{n}")
        entry = write()
        at_once(lambda entry=entry: reverse(entry, by=by, reason="更正"), write, write)
        standing = PerformanceEntry.objects.standing().filter(key__startswith=f"event{n}")
        assert standing.count() <= 1
        write()
        assert standing.count() == 1


def test_lists_that_overlap_in_opposite_orders_do_not_block_each_other(world):
    people, kind = members(world, 40), acts()["service"]

    def job(order):
        def run():
            with transaction.atomic():
                mine = {entry.member_id: entry for entry in PerformanceEntry.objects.standing()}
                reverse_many([mine[one.pk] for one in order if one.pk in mine], by=None, reason="更正")
                return record_many([
                    PerformanceEntry(member=one, act=kind, on=TODAY, title="义诊", key=f"m:{one.pk}", recorded_at=NOW)
                    for one in order
                ])  # fmt: skip

        return run

    for _ in range(3):
        assert len(won(at_once(job(people), job(people[::-1])))) == 2
    assert PerformanceEntry.objects.standing().count() == 40


@pytest.mark.parametrize("second", ["reopen", "void"])
def test_a_meeting_closed_and_taken_back_by_two_at_once(world, second):
    meeting = a_meeting(world)
    asked(meeting, members(world, 12), attendance="present")

    def mover(name, version):
        found, by = type(meeting).objects.get(pk=meeting.pk), user(world, "clerk")
        return lambda: MEETING.move(found, name, by=by, version=version, opinion="更正出席情况")

    assert len(won(at_once(mover("close", 1), mover("close", 1)))) == 1
    assert PerformanceEntry.objects.count() == 12
    assert len(won(at_once(mover(second, 2), mover("reopen", 2), mover("void", 2)))) == 1
    assert not PerformanceEntry.objects.standing().exists()
    assert PerformanceEntry.objects.count() == 24
    meeting.refresh_from_db()
    if meeting.state == "invited":
        mover("close", 3)()
        assert PerformanceEntry.objects.done().count() == 12


def test_a_double_click_on_allowances_pays_each_member_once(world):
    people, token, by = members(world, 5), uuid.uuid4(), user(world, "clerk")
    values = {"kind": "travel", "on": TODAY, "amount": 50, "paid_on": None, "remark": "", "meeting": None}
    results = at_once(*[lambda: grant(people, values, token=token, by=by)] * 4)
    assert won(results) == [5] * 4
    assert Allowance.objects.count() == 5
