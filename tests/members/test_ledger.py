"""The ledger: an event counts once, is cancelled by a counter-entry, can be entered again; nothing is ever edited."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.refusals import Refused
from members.dossier import record, record_many, reverse, reverse_many
from members.models import Member, PerformanceEntry, Unmasking
from tests.members.ledger_rows import a_kind, a_meeting, a_member, acts, asked, entries, members, term

pytestmark = pytest.mark.django_db
TODAY, NOW = timezone.localdate(), timezone.now()


@pytest.fixture
def member(world):
    return a_member(world)


def write(world, member, key="event", **given):
    values = {"on": TODAY, "title": "义诊", "by": world.users["clerk"]} | given
    return record(member, given.pop("act", None) or acts()["service"], key=key, **values)


def standing(member):
    return list(PerformanceEntry.objects.filter(member=member).standing())


def test_the_same_event_counts_once(world, member):
    first, second = write(world, member), write(world, member, title="又一次")
    assert first.pk == second.pk
    assert second.title == "义诊"
    assert PerformanceEntry.objects.count() == 1


def test_a_cancelled_event_can_be_entered_again_and_counts_once_again(world, member):
    for turn in range(1, 4):
        entry = write(world, member)
        assert entry.key == ("event" if turn == 1 else f"event#{turn}")
        assert write(world, member).pk == entry.pk
        if turn < 3:
            made = reverse(entry, by=world.users["clerk"], reason="记错了")
            assert (made.n, made.reverses_id, made.reason) == (-1, entry.pk, "记错了")
            assert standing(member) == []
    assert len(standing(member)) == 1
    assert PerformanceEntry.objects.aggregate(sum=Sum("n"))["sum"] == 1


def test_many_in_a_constant_number_of_statements(world, member, django_assert_num_queries):
    people, kind = members(world, 60), acts()["service"]

    def rows():
        return [
            PerformanceEntry(member=one, act=kind, on=TODAY, title="义诊", key=f"m:{one.pk}", recorded_at=NOW)
            for one in people
        ]

    for _ in range(2):
        with django_assert_num_queries(4):  # savepoint, insert, select, release
            made = record_many(rows())
        assert [entry.member_id for entry in made] == [one.pk for one in people]
    reverse_many(PerformanceEntry.objects.filter(member__in=people[:30]), by=None, reason="作废")
    with django_assert_num_queries(6):
        record_many(rows())
    assert PerformanceEntry.objects.standing().count() == 60
    assert PerformanceEntry.objects.filter(key__endswith="#2").count() == 30


def test_the_same_event_twice_in_one_list_is_one(world, member):
    rows = [
        PerformanceEntry(member=member, act=acts()["service"], on=TODAY, title=title, key="k", recorded_at=NOW)
        for title in ("一", "二")
    ]
    first, second = record_many(rows)
    assert first.pk == second.pk
    assert first.title == "一"


def test_a_key_names_the_event_of_one_member(world, member):
    write(world, member)
    with pytest.raises(ValueError, match="another member"):
        write(world, a_member(world, "member2"))
    for key in ("", "a#2", "reverse:3", "x" * 191):
        with pytest.raises(ValueError, match="cannot name"):
            write(world, member, key=key)


@pytest.mark.parametrize(("days", "words"), [(1, "不能晚于今天"), (-10_000, "不是委员"), (-400, "没有启用")])
def test_wrong_days_are_refused(world, member, days, words):
    kind = acts()["service"]
    kind.valid_from = TODAY - timedelta(days=300)
    with pytest.raises(Refused, match=words):
        record(member, kind, on=TODAY + timedelta(days=days), title="义诊", key="k", by=None)
    assert not PerformanceEntry.objects.exists()


def test_a_reversal_has_its_reason_and_happens_once(world, member):
    entry, by = write(world, member), world.users["clerk"]
    with pytest.raises(Refused, match="必须写明原因"):
        reverse(entry, by=by, reason="  ")
    made = reverse(entry, by=by, reason="重复登记")
    with pytest.raises(Refused, match="已由试clerk冲销"):
        reverse(entry, by=by, reason="重复登记")
    with pytest.raises(Refused, match="本身是冲销记录"):
        reverse(made, by=by, reason="恢复")
    reverse_many([entry, made], by=by, reason="再来一次")
    assert PerformanceEntry.objects.count() == 2


def test_a_leave_and_an_absence_stand_but_do_not_count_as_done(world, member):
    for status in ("出席", "请假", "缺席", "委派他人", "采用", ""):
        write(world, member, key=f"s{status}", status=status)
    assert len(standing(member)) == 6
    done = PerformanceEntry.objects.done()
    assert set(done.values_list("status", flat=True)) == {"出席", "采用", ""}


class TestTheDatabase:
    """UPDATE and DELETE are refused by a trigger, whoever asks."""

    @pytest.fixture
    def rows(self, world, member):
        entry = entries(world, member, 1)[0]
        looked = Unmasking.objects.create(
            person=member.person, field="id_number", reason="核对", by=world.users["clerk"]
        )
        return {"members_performanceentry": entry.pk, "members_unmasking": looked.pk}

    @pytest.mark.parametrize("table", ["members_performanceentry", "members_unmasking"])
    @pytest.mark.parametrize("act", ["UPDATE {} SET reason = 'x' WHERE id = %s", "DELETE FROM {} WHERE id = %s"])
    def test_raw_statements(self, rows, table, act):
        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(act.format(table), [rows[table]])

    def test_the_orm(self, rows, member):
        entry = PerformanceEntry.objects.get()
        looked = Unmasking.objects.get()
        for act in (entry.save, entry.delete, lambda: PerformanceEntry.objects.update(n=5), looked.delete):
            with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
                act()
        assert PerformanceEntry.objects.get().n == 1


# --- whatever is done, in whatever order ---------------------------------------------------------------------------

STEP = st.tuples(st.sampled_from(["record", "reverse", "many", "reverse_many"]), st.integers(0, 3))


@given(steps=st.lists(STEP, max_size=25))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_at_most_one_entry_of_an_event_stands_and_the_sums_agree(world, member, steps):
    kind, by, meant = acts()["service"], world.users["clerk"], [False] * 4
    with transaction.atomic():
        for step, place in steps:
            _do(step, place, member, kind, by, meant)
            rows = PerformanceEntry.objects.standing().values_list("key", flat=True)
            events = sorted(key.partition("#")[0] for key in rows)
            assert events == [f"e{n}" for n in range(4) if meant[n]]
            assert (PerformanceEntry.objects.aggregate(sum=Sum("n"))["sum"] or 0) == sum(meant)
        transaction.set_rollback(True)


def _do(step, place, member, kind, by, meant):
    """One step, on the ledger and on the plain list `meant` of which events should stand."""
    if step == "record":
        record(member, kind, on=TODAY, title="义诊", key=f"e{place}", by=by)
        meant[place] = True
    elif step == "many":
        record_many([
            PerformanceEntry(member=member, act=kind, on=TODAY, title="义诊", key=f"e{n}", recorded_at=timezone.now())
            for n in range(place + 1)
        ])  # fmt: skip
        meant[: place + 1] = [True] * (place + 1)
    elif step == "reverse":
        for entry in PerformanceEntry.objects.standing():
            if entry.key.partition("#")[0] == f"e{place}":
                reverse(entry, by=by, reason="更正")
                meant[place] = False
    else:
        reverse_many(PerformanceEntry.objects.all(), by=by, reason="作废")
        meant[:] = [False] * 4


# --- attendance ----------------------------------------------------------------------------------------------------


def move(world, meeting, name, opinion=""):
    meeting.refresh_from_db()
    MEETING.move(meeting, name, by=world.users["clerk"], version=meeting.version, opinion=opinion)


@pytest.fixture
def held(world):
    """A plenary of yesterday with one present, one late, one on leave, one who sent a deputy, one silent, one guest."""
    meeting = a_meeting(world)
    people = [a_member(world, name) for name in ("甲", "乙", "丙", "丁", "戊")]
    asked(meeting, people[:1], attendance="present")
    asked(meeting, people[1:2], attendance="late")
    asked(meeting, people[2:3], leave="granted")
    asked(meeting, people[3:4], attendance="present", reply="deputy", deputy_name="赵科长")
    asked(meeting, people[4:])
    guest = a_member(world, "己", valid_from=TODAY + timedelta(days=1))
    asked(meeting, [guest], attendance="present")
    return meeting, people


def told(meeting):
    rows = PerformanceEntry.for_matter(meeting).standing().select_related("member__person")
    return {row.member.person.name: row.status for row in rows}


WANTED = {"甲": "出席", "乙": "迟到", "丙": "请假", "丁": "委派他人", "戊": "缺席"}


def test_r070_a_closed_meeting_credits_its_members_as_they_came(world, held):
    meeting, _ = held
    move(world, meeting, "close")
    assert told(meeting) == WANTED
    assert PerformanceEntry.objects.done().count() == 2
    row = PerformanceEntry.objects.first()
    assert (row.act.key, row.on, row.role) == ("plenary", TODAY - timedelta(days=1), "委员")


def test_reopened_closed_again_and_voided_the_ledger_follows(world, held):
    meeting, people = held
    move(world, meeting, "close")
    move(world, meeting, "reopen", "漏记签到")
    assert told(meeting) == {}
    meeting.participants.filter(person=people[4].person).update(attendance="present", arrived_at=meeting.starts)
    move(world, meeting, "close")
    assert told(meeting) == WANTED | {"戊": "出席"}
    move(world, meeting, "void", "会议无效")
    assert told(meeting) == {}
    assert PerformanceEntry.objects.aggregate(sum=Sum("n"))["sum"] == 0
    assert set(PerformanceEntry.objects.exclude(reason="").values_list("reason", flat=True)) == {
        "会议变更：漏记签到", "会议变更：会议无效",
    }  # fmt: skip


def test_an_entry_that_was_cancelled_by_hand_is_not_cancelled_again(world, held):
    meeting, _ = held
    move(world, meeting, "close")
    reverse(PerformanceEntry.for_matter(meeting).standing().first(), by=world.users["clerk"], reason="本人核实未到")
    move(world, meeting, "reopen", "补签")
    assert PerformanceEntry.objects.filter(reverses__isnull=False).count() == 5
    move(world, meeting, "close")
    assert len(told(meeting)) == 5


def test_who_is_a_member_of_two_terms_is_credited_once(world):
    meeting, member = a_meeting(world), a_member(world, "甲")
    older = type(term()).objects.create(number=13, starts="2015-01-01", ends="2021-12-31")
    Member.objects.create(term=older, person=member.person, valid_from="2017-01-01")
    asked(meeting, [member], attendance="present")
    move(world, meeting, "close")
    assert PerformanceEntry.objects.get().member_id == member.pk


def test_a_kind_that_counts_as_nothing_leaves_the_ledger_alone(world):
    meeting = a_meeting(world, "coordination")
    asked(meeting, [a_member(world, "甲")], attendance="present")
    move(world, meeting, "close")
    assert not PerformanceEntry.objects.exists()
    assert a_kind("coordination").act == ""


def test_four_hundred_are_credited_in_a_constant_number_of_statements(world, django_assert_max_num_queries):
    meeting = a_meeting(world)
    asked(meeting, members(world, 400), attendance="present")
    with django_assert_max_num_queries(30):
        move(world, meeting, "close")
    assert PerformanceEntry.objects.done().count() == 400
    with django_assert_max_num_queries(30):
        move(world, meeting, "void", "重复建立")
    assert not PerformanceEntry.objects.standing().exists()
