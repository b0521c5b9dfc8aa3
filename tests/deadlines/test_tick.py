"""The tick: what is due becomes notices, mail or a telephone call, once, whatever calls it and how often."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from cppcc.deadlines import tick as ticking
from cppcc.deadlines.models import DeliverySetting, Notice, NoticeWish, Outbox, Pulse, Reminder
from cppcc.deadlines.tick import tick
from cppcc.office.models import Delegation, Organization, Person, Post, Tenure, User
from cppcc.office.pinyin import pinyin_key
from cppcc.office.roles import Role
from tests.world import build

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 15, 10, 0, tzinfo=timezone.get_default_timezone())
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def remind(organization, role="", *, key="r", at=None, **values):
    """A reminder that is due, for a role in an organisation."""
    given = {"mark": "b7", "title": "方案还有7天到期：专题协商会", "url": "/consultation/1/", "rule": "R030"}
    return Reminder.objects.create(
        key=key, organization=organization, role=role, due_at=at or timezone.now(), **given | values
    )


def address(world, *names):
    """Give these persons an e-mail address."""
    for name in names:
        Person.objects.filter(user__username=name).update(email=f"{name}@example.org")


def person(name, **values):
    return Person.objects.create(name=name, pinyin=pinyin_key(name), **values)


def test_it_tells_the_account_and_the_address_of_who_holds_the_post(world):
    address(world, "county1")
    row = remind(world.orgs["county1"], Role.COUNTY, body="期限：4月22日")
    assert tick() == 1
    row.refresh_from_db()
    notice, mail = Notice.objects.get(), Outbox.objects.get()
    assert (row.status, row.handed_at) == ("sent", NOW)
    assert (notice.key, notice.user, notice.title) == (f"r:{notice.user_id}", world.users["county1"], row.title)
    assert (notice.body, notice.url, notice.rule, notice.read_at) == (row.body, row.url, "R030", None)
    assert (mail.channel, mail.status, mail.address) == ("email", "pending", "county1@example.org")
    assert (mail.key, mail.not_before, mail.formal) == (f"r:{mail.person_id}:email", NOW, False)


def test_mail_says_the_title_and_the_link_and_nothing_internal(world, settings):
    settings.SITE_URL = "https://cppcc.example.org"
    address(world, "county1")
    remind(world.orgs["county1"], body="内部：拟请书记出席")
    tick()
    mail = Outbox.objects.get()
    assert mail.subject in mail.body and "https://cppcc.example.org/consultation/1/" in mail.body
    assert "内部" not in mail.body


def test_what_is_not_due_waits(world):
    remind(world.orgs["county1"], at=NOW + timedelta(seconds=1))
    assert tick() == 0 and not Notice.objects.exists()


def test_it_does_not_look_at_what_was_cancelled(world):
    remind(world.orgs["county1"], status="cancelled")
    assert tick() == 0


def test_any_role_means_everybody_with_a_post_there_and_each_once(world):
    Tenure.objects.create(post=world.posts["econ_head"], person=world.users["econ_clerk"].person)
    remind(world.orgs["econ"])
    tick()
    told = sorted(Notice.objects.values_list("user__username", flat=True))
    assert told == ["econ_clerk", "econ_head"]


def test_an_expired_and_a_future_tenure_hear_nothing(world):
    remind(world.orgs["office"], Role.OFFICE_CLERK)
    tick()
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"clerk"}


def test_who_stands_in_hears_too_but_not_for_an_empty_post(world):
    given = {"valid_from": date(2026, 4, 1), "valid_to": date(2026, 4, 30), "reason": "出差"}
    Delegation.objects.create(post=world.posts["county1"], person=world.users["member"].person, **given)
    remind(world.orgs["county1"])
    tick()
    assert set(Notice.objects.values_list("user__username", flat=True)) == {"county1", "member"}
    Tenure.objects.filter(post=world.posts["county1"]).update(valid_to=date(2026, 4, 14))
    remind(world.orgs["county1"], key="later")
    tick()
    assert Reminder.objects.get(key="later").status == "nobody" and Notice.objects.count() == 2


def test_where_nobody_holds_a_post_somebody_has_to_telephone(world):
    row = remind(world.orgs["standing"])
    tick()
    row.refresh_from_db()
    call = Outbox.objects.get()
    assert row.status == "nobody"
    assert (call.key, call.channel, call.status, call.person) == ("r:phone", "phone", "by_hand", None)
    assert call.organization == world.orgs["standing"] and "无人任职" in call.error


def test_a_dissolved_organisation_counts_as_empty(world):
    Organization.objects.filter(key="county1").update(valid_to=date(2026, 1, 1))
    row = remind(world.orgs["county1"])
    tick()
    row.refresh_from_db()
    assert row.status == "nobody" and Outbox.objects.get().status == "by_hand"


def test_a_holder_without_account_and_address_is_telephoned(world):
    old = person("老王", phone="0871-1234567")
    Tenure.objects.create(post=world.posts["county2"], person=old)
    remind(world.orgs["county2"])
    tick()
    call = Outbox.objects.get(channel="phone")
    assert (call.person, call.organization, call.status) == (old, world.orgs["county2"], "by_hand")
    assert call.address == "0871-1234567" and Reminder.objects.get().status == "sent"


def test_a_holder_without_account_gets_the_mail(world):
    Tenure.objects.create(post=world.posts["county2"], person=person("老王", email="w@example.org"))
    remind(world.orgs["county2"])
    tick()
    assert Outbox.objects.get().address == "w@example.org" and Notice.objects.count() == 1


def test_a_closed_account_is_no_account(world):
    User.objects.filter(username="county1").update(is_active=False)
    remind(world.orgs["county1"])
    tick()
    assert not Notice.objects.exists() and Outbox.objects.get().channel == "phone"


def test_who_wants_no_mail_gets_the_notice_only(world):
    address(world, "county1")
    NoticeWish.objects.create(user=world.users["county1"], mail="none")
    remind(world.orgs["county1"])
    tick()
    assert Notice.objects.count() == 1 and not Outbox.objects.exists()


# Digest ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reader(world):
    """county1 has an address and wants one mail a day."""
    address(world, "county1")
    NoticeWish.objects.create(user=world.users["county1"], mail="digest")
    return world


def test_a_digest_is_one_mail_a_day_and_the_notices_know_it(reader):
    for n in range(3):
        remind(reader.orgs["county1"], key=f"r{n}")
    tick()
    mail, user = Outbox.objects.get(), reader.users["county1"]
    assert (mail.key, mail.digest_on) == (f"digest:{user.pk}:2026-04-16", date(2026, 4, 16))
    assert timezone.localtime(mail.not_before) == datetime(2026, 4, 16, 8, 0, tzinfo=NOW.tzinfo)
    assert set(Notice.objects.values_list("digest_on", flat=True)) == {date(2026, 4, 16)}
    assert "2026年4月16日" in mail.subject


def test_before_the_hour_of_the_digest_it_is_todays(reader):
    with time_machine.travel(NOW.replace(hour=7), tick=False):
        remind(reader.orgs["county1"])
        tick()
    assert Outbox.objects.get().digest_on == date(2026, 4, 15)


def test_what_comes_after_a_digest_went_out_is_in_the_next(reader):
    remind(reader.orgs["county1"], key="a")
    tick()
    Outbox.objects.update(status="sent", sent_at=NOW)
    remind(reader.orgs["county1"], key="b")
    tick()
    assert Notice.objects.get(key__startswith="b:").digest_on == date(2026, 4, 17)
    assert Outbox.objects.filter(status="pending").get().digest_on == date(2026, 4, 17)


# Quiet hours -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "quiet", "expected"),
    [
        (10, (time(20), time(7, 30)), datetime(2026, 4, 15, 10, 0)),
        (21, (time(20), time(7, 30)), datetime(2026, 4, 16, 7, 30)),
        (6, (time(20), time(7, 30)), datetime(2026, 4, 15, 7, 30)),
        (20, (time(20), time(7, 30)), datetime(2026, 4, 16, 7, 30)),
        (13, (time(12), time(14)), datetime(2026, 4, 15, 14, 0)),
        (14, (time(12), time(14)), datetime(2026, 4, 15, 14, 0)),
        (3, (time(0), time(0)), datetime(2026, 4, 15, 3, 0)),
    ],
)
@pytest.mark.parametrize("own", [False, True])
def test_mail_waits_for_the_end_of_the_quiet_hours(world, hour, quiet, expected, own):
    address(world, "county1")
    if own:
        NoticeWish.objects.create(user=world.users["county1"], quiet_from=quiet[0], quiet_to=quiet[1])
    else:
        DeliverySetting.objects.create(quiet_from=quiet[0], quiet_to=quiet[1])
    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        remind(world.orgs["county1"])
        tick()
    assert timezone.localtime(Outbox.objects.get().not_before).replace(tzinfo=None) == expected
    assert Notice.objects.count() == 1  # the notice does not wait


# Again, late, back in time, poisoned -----------------------------------------------------------------------------


def test_again_and_again_makes_nothing_twice(world):
    address(world, "county1")
    remind(world.orgs["county1"])
    assert [tick(), tick(), tick()] == [1, 0, 0]
    Reminder.objects.update(status="pending")  # even if a mark were lost
    assert tick() == 1
    assert Notice.objects.count() == 1 and Outbox.objects.count() == 1


def test_the_clock_an_hour_back_does_no_harm(world):
    address(world, "county1")
    remind(world.orgs["county1"], key="before")
    remind(world.orgs["county1"], key="after", at=NOW + 10 * timedelta(minutes=1))
    tick()
    with time_machine.travel(NOW - HOUR, tick=False):
        assert tick() == 0
        assert Pulse.objects.get(name="tick").at == NOW - HOUR
    with time_machine.travel(NOW + HOUR, tick=False):
        assert tick() == 1
    assert Notice.objects.count() == 2 and Outbox.objects.count() == 2


def test_what_fell_due_while_nothing_ran_is_caught_up(world):
    address(world, "county1")
    for minutes in range(0, 180, 10):
        remind(world.orgs["county1"], key=f"m{minutes}", at=NOW + timedelta(minutes=minutes))
    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        assert tick(limit=5) == 18
    assert Notice.objects.count() == 18 and not Reminder.objects.filter(status="pending").exists()


def many(organization, count):
    """Reminders, set-based."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deadlines_reminder (key, mark, organization_id, role, due_at, title, body, url, rule, status,"
            " error) SELECT 'n' || n, 'b0', %s, '', %s, '提醒' || n, '', '', '', 'pending', ''"
            " FROM generate_series(1, %s) n",
            [organization.pk, timezone.now(), count],
        )


def poison(*keys):
    """The database refuses these reminders' notices, as it would for any damage that nobody foresaw."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE deadlines_notice ADD CONSTRAINT poison CHECK (split_part(key, ':', 1) <> ALL (%s)) NOT VALID",
            [list(keys)],
        )


def test_a_poison_row_among_ten_thousand_stands_alone(world):
    many(world.orgs["county1"], 10_000)
    poison("n4711", "n9000")
    assert tick() == 10_000
    assert Notice.objects.filter(user=world.users["county1"]).count() == 9_998
    bad = Reminder.objects.filter(status="failed")
    assert {row.key for row in bad} == {"n4711", "n9000"} and all("poison" in row.error for row in bad)
    assert Notice.objects.filter(user=world.users["admin"], urgent=True).count() == 2
    assert tick() == 0


def test_trouble_of_the_server_is_no_rows_fault(world, monkeypatch):
    class Gone(Exception):
        sqlstate = "57P01"

    def gone(values):
        raise OperationalError("terminating connection") from Gone()

    remind(world.orgs["county1"])
    monkeypatch.setattr(ticking, "_hand_on", gone)
    with pytest.raises(OperationalError):
        tick()
    assert Reminder.objects.get().status == "pending"


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_make_everything_once():
    world = build()
    address(world, "county1")
    many(world.orgs["county1"], 1_000)
    taken, start = [], threading.Barrier(2)

    def run():
        start.wait(10)
        try:
            taken.append(tick(limit=50))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    assert sum(taken) == 1_000 and Notice.objects.count() == 1_000 and Outbox.objects.count() == 1_000


def test_the_pulse_is_noted_even_when_nothing_was_due(db):
    tick()
    assert Pulse.objects.get(name="tick").at == NOW.astimezone(UTC)


def test_a_post_of_another_role_hears_nothing(world):
    Post.objects.filter(pk=world.posts["econ_head"].pk).update(valid_to=date(2026, 1, 1))
    remind(world.orgs["econ"], Role.COMMITTEE_HEAD)
    tick()
    assert Reminder.objects.get().status == "nobody" and not Notice.objects.exists()
