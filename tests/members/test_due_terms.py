"""What is due before a special duty ends (R124), and once a term (R146)."""

from datetime import date, timedelta

import pytest

from cppcc.deadlines.models import Deadline, DueRule, Reminder, RuleSet
from cppcc.deadlines.models.deadlines import DeadlineStatus
from cppcc.meetings.models import MeetingKind
from cppcc.meetings.reporting import keep_term
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.validity import today
from members import terms
from members.models import Member, SpecialDuty
from tests.members.ledger_rows import a_meeting, a_member, term

pytestmark = pytest.mark.django_db
OPEN, DONE, WAIVED = DeadlineStatus.OPEN, DeadlineStatus.DONE, DeadlineStatus.WAIVED


def rule(key: str, step: str, anchor: str, offset: int, unit: str, **given) -> DueRule:
    """A rule set with one rule."""
    found = RuleSet.objects.create(key=key, label=key, valid_from=date(2020, 1, 1))
    return DueRule.objects.create(
        ruleset=found, step=step, label=step, anchor=anchor, offset=offset, unit=unit, **given
    )


class TestSpecialDuties:
    @pytest.fixture(autouse=True)
    def _rule(self, world):
        self.world, self.member = world, a_member(world, "member")
        rule("special_duty", "renew", "ends", -30, "days", responsible="office", remind=[30, 7, 0], rule="R124")

    def post(self, client, ends: date, begins: str = "2022-01-01", pk: int | None = None):
        data = {"member": self.member.pk, "organization": self.world.orgs["dept1"].pk, "title": "特约检查员",
                "valid_from": begins, "valid_to": ends.isoformat()}  # fmt: skip
        address = f"/members/duties/{pk}/" if pk else "/members/duties/new/"
        assert client.post(address, data).status_code == 302

    def test_the_office_is_reminded_before_the_end_and_the_day_follows_it(self, login):
        ends = today() + timedelta(days=200)
        self.post(login("clerk"), ends)
        deadline = Deadline.objects.get()
        assert (deadline.status, deadline.due_on) == (OPEN, ends - timedelta(days=30))
        assert "特约检查员" in deadline.title and Reminder.objects.filter(deadline=deadline).exists()
        [holder] = deadline.holders.all()
        assert holder.organization == self.world.orgs["office"]
        later = ends + timedelta(days=365)
        self.post(login("clerk"), later, pk=SpecialDuty.objects.get().pk)
        deadline.refresh_from_db()
        assert deadline.due_on == later - timedelta(days=30)

    def test_engaged_again_it_is_settled(self, login):
        ends = today() + timedelta(days=20)
        self.post(login("clerk"), ends)
        begins = (ends + timedelta(days=1)).isoformat()
        self.post(login("clerk"), ends + timedelta(days=700), begins=begins)
        assert list(Deadline.objects.order_by("due_on").values_list("status", flat=True)) == [DONE, OPEN]

    def test_one_without_an_end_or_over_is_not_due(self, login):
        SpecialDuty.objects.create(member=self.member, organization=self.world.orgs["dept1"], title="监督员")
        self.post(login("clerk"), today() - timedelta(days=1))
        assert not Deadline.objects.exists()

    def test_who_leaves_moves_the_day_and_coming_back_drops_it(self, login):
        self.post(login("clerk"), today() + timedelta(days=500))
        clerk = self.world.users["clerk"]
        day = today() + timedelta(days=60)
        terms.leave(self.member, day=day, left_by=Member.Left.MOVED, why="", by=clerk)
        assert Deadline.objects.get().due_on == day - timedelta(days=30)
        terms.take_back_leaving(self.member, by=clerk)
        assert Deadline.objects.get().status == WAIVED  # the duty is without an end again


class TestOnceATerm:
    @pytest.fixture(autouse=True)
    def _rule(self, world):
        self.world, self.term = world, term()
        rule("term", "party-conference", "term_ends", -12, "months", responsible="secretary_general", rule="R146")
        self.kind = MeetingKind.objects.create(key="party-conference", label="市委政协工作会议")

    def test_the_conference_is_due_a_year_before_the_end_once(self):
        keep_term()
        keep_term()
        deadline = Deadline.for_matter(self.term).get()
        assert (deadline.status, deadline.due_on.year) == (OPEN, self.term.ends.year - 1)

    def test_a_meeting_of_that_kind_settles_it_and_reopened_it_is_due_again(self):
        keep_term()
        meeting = a_meeting(self.world, days=-2)
        meeting.kind = self.kind
        meeting.save()
        MEETING.move(meeting, "close", by=self.world.users["clerk"], version=meeting.version)
        assert Deadline.for_matter(self.term).get().status == DONE
        opinion = "登记有误"
        MEETING.move(meeting, "reopen", by=self.world.users["clerk"], version=meeting.version, opinion=opinion)
        assert Deadline.for_matter(self.term).get().status == OPEN
