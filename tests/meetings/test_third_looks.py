"""What another review found: who was never told, one's own leave, reasons, who came uncalled, two clerks, addresses."""

import io
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cppcc.meetings.models import Answer, Busy, Finding, Meeting
from cppcc.meetings.replying import Said, answer, decide_leave
from cppcc.meetings.walking_in import walk_in
from cppcc.office.refusals import Refused
from tests.meetings.gatherings import HOUR, at, begun, classes, invite, invited, meeting, put_meeting
from tests.meetings.halls import hall

pytestmark = pytest.mark.django_db
SITE = "https://zhengxie.example.org"


def test_who_was_added_later_and_not_told_is_not_written_down_as_absent(world, login):
    made, client = begun(invited(world, "member")), login("clerk")
    invite(world, made, "member2", told=False)
    close = {"version": made.version}
    address = reverse("meetings:meeting_move", args=[made.pk, "close"])
    assert "还有 1 人没有通知" in client.post(address, close, follow=True).content.decode()
    made.participants.filter(person=world.users["member2"].person).delete()
    client.post(address, close)
    assert Meeting.objects.get(pk=made.pk).state == "closed"


def test_nobody_decides_on_his_own_leave(world, login):
    made = invited(world, "sg")
    row = made.participants.get()
    answer(row, Said("leave", "出差"), by=world.users["sg"], how="login")
    with pytest.raises(Refused, match="不能由本人批准"):
        decide_leave(row, granted=True, by=world.users["sg"])
    page = login("sg").get(reverse("meetings:leave_list")).content.decode()
    assert "不能由本人批准" in page and 'name="decision"' not in page
    decide_leave(row, granted=True, by=world.users["clerk"], opinion="主席电话同意")
    assert Answer.objects.first().proxy_source == "主席电话同意"


@pytest.mark.parametrize(
    ("name", "sees"),
    [("clerk", True), ("sg", True), ("econ_clerk", True), ("econ_head", True), ("edu_clerk", False), ("chair", False),
     ("auditor", False)],
)  # fmt: skip
def test_why_somebody_stays_away_is_for_those_who_run_it_and_grant_leave(world, login, name, sees):
    made = invited(world, "member", "dept1", host="econ", kind="visit")
    answer(made.participants.get(order=1), Said("leave", "住院治疗"), by=world.users["clerk"], how="proxy",
           source="来电说住院")  # fmt: skip
    client, address = login(name), reverse("meetings:meeting_invitees", args=[made.pk])
    page = client.get(address).content.decode()
    assert [word in page for word in ("请假待批准", "住院治疗", "来电说住院")] == [True, sees, sees]
    book = load_workbook(io.BytesIO(client.get(address, {"export": "xlsx"}).content)).active
    text = str([[cell.value for cell in row] for row in book.iter_rows()])
    assert ("原因" in text, "住院治疗" in text) == (sees, sees)


def test_who_came_uncalled_finds_the_meeting_among_his_own(world, login):
    made = hall(world)
    client, mine = login("member2"), reverse("meetings:meeting_mine")
    detail = reverse("meetings:meeting_detail", args=[made.pk])
    assert client.get(detail).status_code == 404
    walk_in(made, world.users["member2"].person, classes()["member"], client_id=uuid4(), by=world.users["clerk"])
    page = client.get(mine).content.decode()
    assert made.title in page and "临时参加" in page and ">回复</a>" not in page
    assert "不必回复" in client.get(detail).content.decode()
    put_meeting(made, "closed", starts=at(-3), ends=at(-3) + HOUR)
    assert "出席" in client.get(mine).content.decode()


class TestTwoClerks:
    def test_at_one_finding(self, world, login):
        made, client = meeting(world), login("clerk")
        found = Finding.objects.create(meeting=made, text="车位不足")
        address = reverse("meetings:finding_edit", args=[made.pk, found.pk])
        assert 'name="version" value="1"' in client.get(address).content.decode()
        assert client.post(address, {"text": "甲的改法", "version": 1}).status_code == 302
        answered = client.post(address, {"text": "乙的改法", "version": 1})
        page = answered.content.decode()
        assert (answered.status_code, "甲的改法" in page, "乙的改法" in page) == (409, True, True)
        assert client.post(address, {"text": "乙的改法", "version": 2}).status_code == 302
        found.refresh_from_db()
        assert (found.text, found.version) == ("乙的改法", 3)

    def test_at_one_engagement(self, world, login):
        client, chair = login("clerk"), world.users["chair"].person
        found = Busy.objects.create(person=chair, starts=at(3), ends=at(3, 11), label="省里开会")
        address = reverse("meetings:busy_edit", args=[found.pk])
        said = {"person": chair.pk, "starts": f"{at(4):%Y-%m-%dT%H:%M}", "ends": f"{at(4, 12):%Y-%m-%dT%H:%M}"}
        assert client.post(address, said | {"label": "出访", "version": 1}).status_code == 302
        answered = client.post(address, said | {"label": "调研", "version": 1})
        page = answered.content.decode()
        assert (answered.status_code, "出访" in page, "调研" in page) == (409, True, True)
        assert page.count(f"{at(4):%Y-%m-%d} 09:00") == 2  # both sides by the clock of the office
        assert Busy.objects.get().label == "出访"


def test_links_and_codes_begin_with_the_public_name_of_the_house(world, login, settings):
    made, client = invited(world, "member"), login("clerk")
    links, code = (reverse(f"meetings:{name}", args=[made.pk]) for name in ("invitee_links", "meeting_code"))
    for begins, given in (("http://testserver", False), (SITE, True)):
        settings.SITE_URL, settings.SITE_URL_GIVEN = SITE, given
        assert f"{begins}/meetings/" in client.post(links).content.decode()
        assert f"{begins}/meetings/" in client.get(code).content.decode()
