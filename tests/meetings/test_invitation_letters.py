"""邀请函 in a batch: drafted from the meeting, one for each, told at the issue; the first text of 纪要. R118."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cppcc.documents.describing import described, sides_of
from cppcc.documents.description import content_of
from cppcc.documents.drafts import new_document
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.registry import draft_of
from cppcc.meetings.letters import draft_letters, letter_text, papers_about
from cppcc.meetings.minutes_paper import attendees_of, minutes_draft
from cppcc.meetings.models import Finding, Meeting, ParticipantClass, Room
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement
from tests.documents.batches import work
from tests.documents.papers import kinds, move
from tests.meetings.gatherings import at, invitation_kind, invite, invited, listed, meeting, put_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(world):
    """A planned meeting with two members and a department, nobody told."""
    invitation_kind(world)
    made = meeting(world, days=20, note="请着正装。\n请提前到会。")
    ParticipantClass.objects.filter(key="member").update(salutation="委员")
    made.room = Room.objects.get(key="hall")
    made.save()
    invite(world, made, "member", "member2", told=False)
    invite(world, made, "dept1", key="department", told=False)
    return made


def drafted(world, made, *pks):
    return draft_letters(made, pks, by=world.users["clerk"]).document


def issue(world, document):
    """Sign and issue it through its act."""
    chair = world.posts["chair"]
    signed = {"signatory": chair, "state": "signed", "signed_by": world.users["chair"].person}
    Document.objects.filter(pk=document.pk).update(**signed, signed_at=timezone.now())
    move(world, Document.objects.get(pk=document.pk), "issue")
    return Document.objects.get(pk=document.pk)


def text_of(document):
    return "\n".join(part["text"] for part in document.description["body"])


def test_the_letter_says_when_where_what_and_until_when(world, planned):
    document = drafted(world, planned)
    text = text_of(document)
    assert document.title == "关于邀请参加优化营商环境专题协商会的函"
    for words in (planned.when, "大会议厅", "主席讲话（主席）", "请着正装。", "回复是否参加"):
        assert words in text, words
    local = timezone.localtime(planned.reply_by)
    assert f"{local.year}年{local.month}月{local.day}日" in text
    assert [part["text"] for part in document.description["body"] if part["level"] == 1] == [
        "一、时间和地点", "二、会议议程", "三、有关事项", "四、回复方式"
    ]  # fmt: skip
    assert content_of(described(document, sides_of(document)) | {"recipients": ["甲"]}).kind == "letter"
    assert document.matter == planned


def test_headings_are_numbered_as_far_as_there_is_something_to_say(world):
    made = meeting(world, agenda="", reply_by=None)
    assert [text for level, text in letter_text(made) if level] == ["一、时间和地点", "二、回复方式"]
    assert "请尽快回复" in letter_text(made)[-1][1]


def test_each_gets_one_letter_with_the_salutation_of_his_class(world, planned):
    made = drafted(world, planned)
    member, dept = world.users["member"].person, world.users["dept1"].person
    letters = {letter.person_id: letter for letter in made.letters.all()}
    assert len(letters) == 3
    assert letters[member.pk].salutation == f"{member.name}委员"
    assert letters[dept.pk].salutation == f"{dept.name}同志"
    assert letters[dept.pk].organization == world.orgs["dept1"]


def test_nobody_gets_two_until_the_batch_is_dropped(world, planned):
    first = planned.participants.get(person=world.users["member"].person)
    batch = drafted(world, planned, first.pk)
    rest = draft_letters(planned, [], by=world.users["clerk"])
    assert [row.person for row in rest.left] == [first.person]
    assert rest.document.letters.count() == 2
    with pytest.raises(Refused, match="没有需要邀请函的人"):
        drafted(world, planned, first.pk)
    Document.objects.filter(pk=batch.pk).update(state="dropped")
    assert drafted(world, planned, first.pk).letters.count() == 1


def test_who_gets_a_letter_is_told_at_the_issue_and_nobody_else(world, planned):
    member = planned.participants.get(person=world.users["member"].person)
    document = drafted(world, planned, member.pk)
    assert not planned.participants.invited().exists()
    issue(world, document)
    planned.refresh_from_db()
    assert (planned.state, list(planned.participants.invited())) == ("invited", [member])
    assert Movement.for_matter(planned).filter(name="invite").count() == 1
    issue(world, drafted(world, planned))
    assert planned.participants.invited().count() == 3
    assert Movement.for_matter(planned).filter(name="invite").count() == 1
    [job, _] = work(2)
    assert job.status == "done"
    found = {paper.pk: paper.counted for paper in papers_about(planned, world.users["clerk"])}
    assert found[document.pk] == {"document": document.pk, "all": 1, "printed": 1, "failed": 0}


@pytest.mark.parametrize(("state", "words"), [("cancelled", "已取消"), ("closed", "已结束")])
def test_no_letter_goes_out_for_a_meeting_that_is_over(world, planned, state, words):
    document = drafted(world, planned)
    put_meeting(planned, state)
    with pytest.raises(Refused, match=words):
        issue(world, document)
    with pytest.raises(Refused, match="名单不能再改"):
        drafted(world, planned)


def test_no_letter_goes_out_with_a_time_that_was_changed(world, planned):
    document = drafted(world, planned)
    moved = {"starts": at(25), "ends": at(25, 12)}
    Meeting.objects.filter(pk=planned.pk).update(**moved)
    with pytest.raises(Refused, match="会议时间已改为"):
        issue(world, document)
    right = [{"level": 0, "text": f"时间：{Meeting.objects.get(pk=planned.pk).when}"}]
    Document.objects.filter(pk=document.pk).update(description=document.description | {"body": right})
    assert issue(world, document).state == "issued"


def test_an_office_without_the_kind_is_told(world):
    kinds(world)
    made = invited(world, "member")
    DocumentKind.objects.filter(key="invitation").delete()
    with pytest.raises(Refused, match="没有“邀请函”这种公文"):
        drafted(world, made)


def test_the_list_drafts_for_the_ticked_and_the_meeting_shows_the_batch(world, planned, login):
    client = login("clerk")
    rows = list(planned.participants.all())
    answer = client.post(
        reverse("meetings:invitation_letters", args=[planned.pk]), {"participant": [rows[0].pk]}, follow=True
    )
    assert "已起草 1 份邀请函" in answer.text
    document = Document.objects.get(kind__key="invitation")
    assert answer.redirect_chain[-1][0] == reverse("documents:document_edit", args=[document.pk])
    answer = client.post(reverse("meetings:invitation_letters", args=[planned.pk]), follow=True)
    assert "已起草 2 份邀请函" in answer.text
    page = client.get(reverse("meetings:meeting_detail", args=[planned.pk])).text
    assert page.count("关于邀请参加优化营商环境专题协商会的函") == 2
    again = client.post(reverse("meetings:invitation_letters", args=[planned.pk]), follow=True)
    assert "没有需要邀请函的人" in again.text


def test_a_member_sees_no_letters(planned, login, world):
    planned.participants.update(invited_at=timezone.now())
    page = login("member").get(reverse("meetings:meeting_detail", args=[planned.pk])).text
    assert "邀请函和纪要" not in page
    assert "会务材料" not in page


# --- the text for WeChat, and 纪要 --------------------------------------------------------------------------------


def test_the_notice_text_is_there_to_copy_and_to_read(planned, login):
    page = login("clerk").get(reverse("meetings:meeting_detail", args=[planned.pk])).text
    assert 'data-copy="copy-text"' in page
    text = page.partition('<textarea id="copy-text"')[2].partition("</textarea>")[0]
    assert f"【试验市政协】会议通知：{planned.title}" in text
    assert planned.when in text


def test_the_minutes_tell_agenda_record_findings_and_who_was_there(world):
    made = invited(world, "member", "member2", "dept1", "county1")
    now = timezone.now()
    rows = made.participants
    rows.filter(person=world.users["member"].person).update(attendance="present", arrived_at=now)
    rows.filter(person=world.users["member2"].person).update(
        attendance="present", arrived_at=now, reply="deputy", deputy_name="代会人"
    )
    rows.filter(person=world.users["dept1"].person).update(leave="granted", reason="差", attendance="leave")
    kind = ParticipantClass.objects.create(key="attending", label="列席", observes=True, counts=False, order=9)
    rows.filter(person=world.users["county1"].person).update(attendance="late", arrived_at=now, participant_class=kind)
    listed(world, made, ["工作甲"], key="staff", attendance="present", arrived_at=now)
    by = world.users["member"].person
    Finding.objects.create(meeting=made, text="停车难。", place="东门", proposal="增设车位", by=by)
    put_meeting(made, "closed", minutes="会议认为，成效明显。\n\n会议强调，再接再厉。")
    said = minutes_draft(made)
    name = {key: world.users[key].person.name for key in ("member", "member2", "dept1", "county1")}
    assert said["attendees"] == {
        "出席": [name["member"], f"代会人（代{name['member2']}）"], "请假": [name["dept1"]], "列席": [name["county1"]]
    }  # fmt: skip
    texts = [part["text"] for part in said["body"]]
    assert texts[1:] == [
        "一、会议议程", "1.主席讲话（主席）", "二、会议情况", "会议认为，成效明显。", "会议强调，再接再厉。",
        "三、发现的问题和建议", f"1.停车难（东门）。建议：增设车位（{name['member']}提出）。",
    ]  # fmt: skip
    document = new_document(
        kinds(world)["minutes"], said["title"], by=world.users["clerk"], classification="internal", matter=made
    )
    assert content_of(described(document, {})).attendees == said["attendees"]


def test_before_the_end_nobody_was_there(world):
    made = invited(world, "member")
    assert draft_of(made, "minutes")["attendees"] == {}
    assert attendees_of([]) == {}


def test_the_way_to_the_minutes_is_shown_on_a_closed_meeting(world, login):
    made = invited(world, "member")
    address = f"?matter=meeting-{made.pk}&amp;kind=minutes"
    page = reverse("meetings:meeting_detail", args=[made.pk])
    assert address not in login("clerk").get(page).text
    put_meeting(made, "closed", starts=timezone.now() - timedelta(days=2), ends=timezone.now() - timedelta(days=1))
    assert address in login("clerk").get(page).text
