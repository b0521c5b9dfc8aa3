"""The morning sheet: whose field it shows, and that its mail goes out once on a working day."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.management import call_command
from django.urls import reverse

from cppcc.deadlines.models import DeliverySetting, Notice, NoticeWish, Outbox, Pulse, WorkCalendar
from cppcc.desk.morning import morning_sheet_of, seat_of, seats_of
from cppcc.desk.morning_mail import write_morning_sheets
from cppcc.desk.tasks import morning_sheets
from cppcc.office.models import CommitteeRouting, Delegation, Person, Post, Tenure, User
from cppcc.office.roles import Role
from cppcc.workflow.models import Sitting, Waiting
from tests.deadlines.calendar_rows import deadline
from tests.reading import words

MORNING = "2026-04-22 08:30+08:00"  # a Wednesday


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(MORNING, tick=False)


@pytest.fixture
def city(world):
    """Late and coming deadlines of two committees and of topics that the vice-chair leads; duties of chair and head."""
    plan = world.plan(2026, topics=4, linked=4)
    first, second, third, fourth = plan.topics.order_by("number")
    orgs, posts = world.orgs, world.posts
    third.leading_chair = posts["vice"]
    third.save()
    world.rows = {
        "econ-late": deadline(first, date(2026, 4, 20), (orgs["econ"], "")),
        "econ-soon": deadline(first, date(2026, 4, 29), (orgs["econ"], ""), step="soon"),
        "econ-later": deadline(first, date(2026, 4, 30), (orgs["econ"], ""), step="later"),
        "edu-late": deadline(second, date(2026, 4, 21), (orgs["edu"], "")),
        "led-late": deadline(third, date(2026, 4, 1), (orgs["dept1"], "")),
        "led-county": deadline(world.adoption(third), date(2026, 4, 22), (orgs["county1"], "")),
        "done": deadline(fourth, date(2026, 4, 1), (orgs["econ"], ""), status="done"),
        "waived": deadline(fourth, date(2026, 4, 2), (orgs["econ"], ""), step="w", status="waived"),
    }
    Waiting.objects.create(matter=plan, organization=orgs["cppcc"], role=Role.CHAIR, label="录入审议结果",
                           since=datetime(2026, 4, 20, 1, tzinfo=UTC))  # fmt: skip
    Waiting.objects.create(matter=first, organization=orgs["econ"], role=Role.COMMITTEE_HEAD, label="审签",
                           since=datetime(2026, 4, 1, 1, tzinfo=UTC))  # fmt: skip
    Sitting.of(orgs["party-group"], date(2026, 4, 22), by=world.users["clerk"], number=3)
    Sitting.of(orgs["standing"], date(2026, 4, 23), by=world.users["clerk"])
    return world


def sheet(city, name):
    """The sheet of a person: labels that wait, names of what is late, of what is due soon."""
    made = morning_sheet_of(seats_of(User.objects.get(pk=city.users[name].pk)))
    names = {row.pk: key for key, row in city.rows.items()}
    return (
        [row.label for row in made.waiting.rows],
        {names[row.pk] for row in made.late.rows},
        {names[row.pk] for row in made.soon.rows},
    )


ALL_LATE, ALL_SOON = {"econ-late", "edu-late", "led-late"}, {"econ-soon", "led-county"}


def test_each_sees_his_field(city):
    assert sheet(city, "chair") == (["录入审议结果"], ALL_LATE, ALL_SOON)
    assert sheet(city, "sg") == ([], ALL_LATE, ALL_SOON)
    assert sheet(city, "vice") == ([], {"led-late"}, {"led-county"})
    assert sheet(city, "econ_head") == (["审签"], {"econ-late"}, {"econ-soon"})


def test_a_deputy_sees_the_committees_that_he_looks_after(city):
    deputy = Post.objects.create(organization=city.orgs["office"], role=Role.SECRETARY_GENERAL, title="副秘书长")
    CommitteeRouting.objects.create(post=deputy, committee=city.orgs["edu"])
    ended = CommitteeRouting.objects.create(post=deputy, committee=city.orgs["econ"], valid_to=date(2026, 4, 21))
    made = morning_sheet_of(seat_of(deputy))
    assert [row.pk for row in made.late.rows] == [city.rows["edu-late"].pk]
    CommitteeRouting.objects.filter(pk=ended.pk).update(valid_to=None)
    assert morning_sheet_of(seat_of(deputy)).late.count == 2


def test_who_stands_in_sees_what_the_post_sees(city):
    Delegation.objects.create(
        post=city.posts["chair"], person=city.users["econ_head"].person, reason="出差",
        valid_from=date(2026, 4, 20), valid_to=date(2026, 4, 24),
    )  # fmt: skip
    waiting, late, _ = sheet(city, "econ_head")
    assert (set(waiting), late) == ({"录入审议结果", "审签"}, ALL_LATE)


def test_long_parts_are_counted_and_cut(world):
    plan = world.plan(2026, topics=15)
    for topic in plan.topics.all():
        deadline(topic, date(2026, 4, 1), (world.orgs["econ"], ""))
    made = morning_sheet_of(seats_of(world.users["chair"]))
    assert (len(made.late.rows), made.late.count, made.late.more) == (8, 15, 7)


class TestPage:
    """The sheet on the screen."""

    def open(self, login, name, **given):
        return login(name).get(reverse("desk:morning_sheet"), given)

    def test_it_tells_what_waits_what_is_late_and_who_sits_today(self, city, login):
        said = words(self.open(login, "chair"))
        for told in ("录入审议结果", "2个工作日", "逾期2个工作日", "市政协党组会议第3次会议", "七天内到期"):
            assert told in said
        assert "市委常委会会议" not in said

    def test_the_office_prints_the_sheet_of_any_leading_post(self, city, login):
        head = self.open(login, "clerk", post=city.posts["econ_head"].pk)
        assert "审签" in words(head) and head.context["chosen"] == city.posts["econ_head"].pk
        assert self.open(login, "clerk").context["chosen"] is not None
        for other in (city.posts["clerk"].pk, 987654, "x"):
            assert self.open(login, "clerk", post=other).status_code == 404

    def test_a_leader_cannot_ask_for_another(self, city, login):
        response = self.open(login, "vice", post=city.posts["chair"].pk)
        assert "录入审议结果" not in words(response)

    def test_an_empty_day_says_so(self, world, login):
        said = words(self.open(login, "chair"))
        assert "没有等待签批、办理的事项" in said and "没有逾期的期限" in said


def reach(world, **emails):
    """Give people addresses."""
    for name in emails or ("chair", "vice", "sg", "econ_head"):
        Person.objects.filter(pk=world.users[name].person_id).update(email=f"{name}@example.test")


class TestMail:
    """Notice and mail."""

    def test_once_a_day_for_everybody_for_whom_something_waits(self, city):
        reach(city)
        assert [write_morning_sheets(), write_morning_sheets(), morning_sheets()] == [4, 0, 0]
        keys = {f"morning:2026-04-22:{city.users[name].pk}" for name in ("chair", "vice", "sg", "econ_head")}
        assert set(Notice.objects.values_list("key", flat=True)) == keys
        assert set(Outbox.objects.values_list("key", flat=True)) == keys

    def test_it_says_numbers_and_a_link_and_no_title(self, city):
        reach(city)
        write_morning_sheets()
        mail = Outbox.objects.get(person=city.users["chair"].person)
        assert "1 件事等您签批或办理，3 项期限已逾期，2 项期限七天内到期，1 个会议今天召开" in mail.body
        assert reverse("desk:morning_sheet") in mail.body
        assert "议题第" not in mail.body + mail.subject
        assert (mail.channel, mail.status, mail.address) == ("email", "pending", "chair@example.test")
        notice = Notice.objects.get(user=city.users["chair"])
        assert (notice.url, notice.title) == (reverse("desk:morning_sheet"), "晨报（2026年4月22日）")

    def test_a_crash_between_two_accounts_loses_and_doubles_nothing(self, city):
        reach(city)
        write_morning_sheets()
        gone = Notice.objects.filter(user=city.users["sg"])
        Outbox.objects.filter(key=gone.get().key).delete()
        gone.delete()
        Pulse.objects.filter(name="morning_sheets").delete()
        assert write_morning_sheets() == 1
        assert (Notice.objects.count(), Outbox.objects.count()) == (4, 4)

    @pytest.mark.parametrize(
        ("moment", "written"),
        [("2026-04-22 07:59+08:00", 0), ("2026-04-22 08:00+08:00", 4), ("2026-04-22 15:00+08:00", 4),
         ("2026-04-25 09:00+08:00", 0)],
    )  # fmt: skip
    def test_on_working_days_from_the_hour_of_the_digest(self, city, time_machine, moment, written):
        time_machine.move_to(moment, tick=False)
        assert write_morning_sheets() == written

    def test_a_day_worked_against_the_week_counts_and_a_holiday_does_not(self, city, time_machine):
        WorkCalendar.objects.create(date=date(2026, 4, 25), is_workday=True)
        WorkCalendar.objects.create(date=date(2026, 4, 27), is_workday=False)
        for moment, written in (("2026-04-27 09:00+08:00", 0), ("2026-04-25 09:00+08:00", 4)):
            time_machine.move_to(moment, tick=False)
            assert write_morning_sheets() == written

    def test_the_hour_is_the_offices(self, city):
        DeliverySetting.objects.create(digest_at=time(9, 0))
        assert write_morning_sheets() == 0

    def test_nothing_waits_nothing_goes(self, world):
        reach(world)
        assert write_morning_sheets() == 0
        assert not Notice.objects.exists() and not Outbox.objects.exists()

    def test_no_mail_without_an_address_against_the_wish_or_when_mail_is_off(self, city):
        reach(city, vice=1, sg=1)
        NoticeWish.objects.create(user=city.users["vice"], mail=NoticeWish.Mail.NONE)
        write_morning_sheets()
        assert [mail.address for mail in Outbox.objects.all()] == ["sg@example.test"]
        assert Notice.objects.count() == 4

    def test_mail_is_off(self, city):
        reach(city)
        DeliverySetting.objects.create(mail_enabled=False)
        assert write_morning_sheets() == 4
        assert not Outbox.objects.exists()

    def test_neither_ended_posts_nor_closed_accounts_get_one(self, city):
        Tenure.objects.filter(person=city.users["vice"].person).update(valid_to=date(2026, 4, 21))
        User.objects.filter(username="sg").update(is_active=False)
        write_morning_sheets()
        assert set(Notice.objects.values_list("user__username", flat=True)) == {"chair", "econ_head"}

    def test_the_command_does_the_same(self, city, capsys):
        call_command("morning_sheets")
        call_command("morning_sheets")
        assert capsys.readouterr().out == "4 written\n0 written\n"
