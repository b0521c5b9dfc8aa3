"""A member sees the meetings he was invited to, a unit its own people's; what came of them is for the house."""

import pytest
from django.urls import reverse

from cppcc.files.models import StoredFile
from cppcc.meetings.models import Finding, Meeting
from tests.meetings.gatherings import invite, invited, meeting, put_meeting
from tests.world import PEOPLE

pytestmark = pytest.mark.django_db
HOUSE = {"clerk", "sg", "chair", "vice", "auditor", "econ_clerk", "econ_head", "edu_clerk"}
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def meetings(world):
    """One with a member, a unit and a county; one with others; one not told yet; one called off after the telling."""
    first = invited(world, "member", "dept1", title="第一次")
    second = invited(world, "member2", "county2", title="第二次")
    third = meeting(world, title="第三次")
    invite(world, third, "member", "dept1", told=False)
    fourth = put_meeting(invited(world, "member", title="第四次"), "cancelled")
    return {"第一次": first, "第二次": second, "第三次": third, "第四次": fourth}


@pytest.mark.parametrize("name", PEOPLE)
def test_visible_sets_are_exactly_these(world, meetings, name):
    own = {"member": {"第一次", "第四次"}, "dept1": {"第一次"}, "member2": {"第二次"}, "county2": {"第二次"}}
    wanted = set(meetings) if name in HOUSE else own.get(name, set())
    user = type(world.users[name]).objects.get(pk=world.users[name].pk)
    assert set(Meeting.objects.visible_to(user).values_list("title", flat=True)) == wanted


def test_one_without_a_post_sees_nothing(world, meetings):
    invite(world, meetings["第一次"], "nobody")
    assert not Meeting.objects.visible_to(world.users["nobody"]).exists()


def test_the_invited_see_neither_the_list_nor_how_it_goes(world, login, meetings):
    made = meetings["第一次"]
    made.participants.filter(person=world.users["dept1"].person).update(reply="no", reason="另有公务不便说明")
    Meeting.objects.filter(pk=made.pk).update(minutes="内部记录一段")
    Finding.objects.create(meeting=made, text="发现的一个问题")
    address = reverse("meetings:meeting_detail", args=[made.pk])
    inner = ("内部记录一段", "发现的一个问题", "试dept1", "另有公务不便说明", "参会名单")
    seen, house = login("member").get(address).content.decode(), login("clerk").get(address).content.decode()
    assert [words for words in inner if words in seen] == []
    for words in ("内部记录一段", "发现的一个问题", "参会名单"):
        assert words in house
    assert login("member").get(reverse("meetings:meeting_invitees", args=[made.pk])).status_code == 403
    assert login("member2").get(address).status_code == 404


def test_a_unit_sees_its_own_people_only(world, login, meetings):
    made = meetings["第一次"]
    text = login("dept1").get(reverse("meetings:meeting_detail", args=[made.pk])).content.decode()
    assert "您的回复" in text  # the unit's clerk is invited himself
    assert "试member" not in text
    mine = login("dept1").get(reverse("meetings:meeting_mine")).content.decode()
    assert "第一次" in mine
    assert "第二次" not in mine


def test_what_it_leaves_behind_is_entered_by_the_host(world, login, meetings, settings):
    made, client = meetings["第一次"], login("clerk")
    minutes = reverse("meetings:meeting_minutes", args=[made.pk])
    assert client.post(minutes, {"minutes": "一致同意", "version": made.version}).status_code == 302
    assert client.post(minutes, {"minutes": "别的", "version": made.version}).status_code == 409
    assert Meeting.objects.get(pk=made.pk).minutes == "一致同意"
    new = reverse("meetings:finding_create", args=[made.pk])
    assert client.post(new, {"text": ""}).status_code == 422
    client.post(new, {"text": "停车位不足", "place": "北门街道", "by": world.users["member"].person.pk})
    found = made.findings.get()
    assert (found.text, found.by) == ("停车位不足", world.users["member"].person)
    edit = reverse("meetings:finding_edit", args=[made.pk, found.pk])
    client.post(edit, {"text": "停车位严重不足", "version": found.version})
    assert made.findings.get().text == "停车位严重不足"
    client.post(edit, {"delete": "1"})
    assert not made.findings.exists()
    for who, status in (("member", 403), ("econ_clerk", 403), ("member2", 404)):
        assert login(who).get(minutes).status_code == status


def test_photos_are_seen_by_the_invited(world, login, meetings, tmp_path):
    made = meetings["第一次"]
    picture = tmp_path / "现场.png"
    picture.write_bytes(PNG)
    address = reverse("meetings:photo_add", args=[made.pk])
    with picture.open("rb") as file:
        assert login("clerk").post(address, {"photo": file}).status_code == 302
    stored = StoredFile.objects.get()
    shown = login("member").get(stored.get_absolute_url())
    assert (shown.status_code, b"".join(shown.streaming_content)) == (200, PNG)
    assert login("member2").get(stored.get_absolute_url()).status_code == 404
    assert stored.get_absolute_url() in login("member").get(
        reverse("meetings:meeting_detail", args=[made.pk])
    ).content.decode()  # fmt: skip
