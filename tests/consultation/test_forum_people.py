"""The list of a forum: seats, numbers that warn, suggestions with reasons, outsiders, opinions, the five parts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from consultation.forums.booking import put
from consultation.forums.candidates import suggestions
from consultation.forums.confirming import unsure_sentence
from consultation.forums.name_list import paper_of
from consultation.forums.seats import name_list, seats_of, spread_of
from consultation.models import Booking, Forum, ListOpinion
from cppcc.documents.typeset import typeset
from cppcc.meetings.models import Meeting, Participant
from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from tests.consultation import forum_people_world as crowd
from tests.consultation import forum_world
from tests.consultation.test_query_counts import statements

pytestmark = pytest.mark.django_db
DETAIL, POST = 14, 15
WHOLE = {  # suggestions are read again; a dispatch is written; who goes is told, leaves duties and dates
    "forum_people_add": 24, "forum_book": 16, "forum_people_remove": 45,
}  # fmt: skip


def of(forum, key):
    """The seat of a key with its people."""
    return next(found for found in seats_of(forum) if found.seat and found.seat.key == key)


def suggested(forum, key):
    return {row.person.name: row for row in suggestions(forum, crowd.seat(forum, key))}


# --- seats ---------------------------------------------------------------------------------------------------------


def test_seats_stand_in_the_order_of_the_rules_and_warn_only(world):
    forum = crowd.a_forum(world)
    assert [found.label for found in seats_of(forum)] == [
        "县委、县政府、县政协领导", "县政协各委室负责同志", "县委、县政府有关部门负责同志", "政协委员", "专家学者",
    ]  # fmt: skip
    assert of(forum, "members").sentence == "现有 0 人，一般约6人，还可以再邀请。"
    put(forum, crowd.seat(forum, "members"), crowd.members(world, 40), by=world.users["econ_clerk"])
    assert of(forum, "members").count == 40
    assert "已经超过" in of(forum, "members").sentence, "40 are told of, not refused"
    assert of(forum, "experts").wanted == "2—3人"


def test_the_spread_of_sectors(world):
    forum = crowd.a_forum(world)
    crowd.on_list(world, forum, "members", crowd.members(world, 4))
    spread = spread_of(forum, seats_of(forum))
    assert spread.covered == spread.total == 3
    assert spread.rows[0] == {"label": "经济界", "count": 2, "percent": 50}


def test_who_declined_does_not_count(world):
    forum = crowd.a_forum(world)
    persons = crowd.members(world, 3)
    crowd.on_list(world, forum, "members", persons)
    crowd.booked(world, forum, "members", persons[:1], "no")
    crowd.booked(world, forum, "members", persons[1:2], "yes")
    found = of(forum, "members")
    assert (found.count, found.sure, len(found.rows)) == (2, 1, 3)


# --- outsiders -----------------------------------------------------------------------------------------------------


def test_a_member_is_no_expert_and_hears_of_which_term(world):
    forum = crowd.a_forum(world)
    [expert] = crowd.experts("钱教授")
    crowd.become_member(expert)
    with pytest.raises(Refused, match=r"届政协委员，不能作为专家学者邀请"):
        put(forum, crowd.seat(forum, "experts"), [expert], by=world.users["econ_clerk"])
    assert suggested(forum, "experts")["钱教授"].barred


def test_the_roster_of_the_day_of_the_forum_counts(world):
    forum = crowd.a_forum(world, days=40)
    former, coming = crowd.experts("往届委员", "将任委员")
    member = crowd.become_member(former)
    member.valid_to = timezone.localdate() + timedelta(days=10)
    member.save()
    crowd.become_member(coming, forum.held_on - timedelta(days=1))
    put(forum, crowd.seat(forum, "experts"), [former], by=world.users["econ_clerk"])
    with pytest.raises(Refused, match="将任委员"):
        put(forum, crowd.seat(forum, "experts"), [coming], by=world.users["econ_clerk"])


def test_an_expert_who_becomes_a_member_later_is_shown(world, login):
    forum = crowd.a_forum(world, state="preparing")
    persons = crowd.experts("钱教授")
    crowd.on_list(world, forum, "experts", persons)
    crowd.booked(world, forum, "experts", persons, "yes")
    assert unsure_sentence(forum) == ""
    crowd.become_member(persons[0])
    assert "钱教授是" in unsure_sentence(forum)
    assert "现任委员" in login("econ_clerk").get(reverse("consultation:forum_people", args=[forum.pk])).content.decode()


# --- suggestions ---------------------------------------------------------------------------------------------------


def test_members_who_were_not_invited_this_year_come_first(world):
    forum = crowd.a_forum(world)
    persons = crowd.members(world, 20)
    other = crowd.a_forum(world, days=71, topic_title="发展职业教育")
    crowd.on_list(world, other, "members", persons[:5])
    rows = suggestions(forum, crowd.seat(forum, "members"))
    assert {row.person.pk for row in rows[-5:]} == {person.pk for person in persons[:5]}
    found = {row.person.name: row for row in rows}
    assert "今年已受邀 1 次" in found["委员003"].why
    assert "今年未受邀" in found["委员013"].why
    assert rows[0].person.name == "委员013", "who knows the topic stands first among them"
    assert "熟悉领域：小区改造" in rows[0].why
    assert rows[0].group in crowd.SECTORS


def test_attendance_and_the_leading_committee_are_told(world):
    forum = crowd.a_forum(world)
    [person] = crowd.members(world, 1)
    past = forum_world.forum(world, days=30, topic_title="去年的议题").meeting
    crowd_row = Participant.objects.create(
        meeting=past, person=person, participant_class=crowd.seat(forum, "members").participant_class,
        attendance="present", arrived_at=timezone.now(),
    )  # fmt: skip
    Meeting.objects.filter(pk=past.pk).update(state="closed", starts=timezone.now() - timedelta(days=30))
    why = suggested(forum, "members")["委员000"].why
    assert "出席率 100%（1/1）" in why
    assert crowd_row.pk


def test_experts_come_from_the_pool_with_why(world):
    forum = crowd.a_forum(world)
    crowd.experts("钱教授")
    assert suggested(forum, "experts")["钱教授"].why == ["涉及老旧小区"]


def test_units_come_from_the_topic_leaders_from_the_rules(world):
    forum = crowd.a_forum(world)
    found = suggested(forum, "departments")
    assert found["试dept1"].group == "市发改局"
    assert found["试dept1"].why == ["协商部门"]
    assert {"试chair", "试vice", "试sg"} <= set(suggested(forum, "leaders"))
    assert suggested(forum, "leaders")["试chair"].chosen
    assert "试econ_head" in suggested(forum, "committees")


def test_who_is_there_is_not_ticked_again(world):
    forum = crowd.a_forum(world)
    chair = world.users["chair"].person
    put(forum, crowd.seat(forum, "leaders"), [chair], by=world.users["econ_clerk"])
    row = suggested(forum, "leaders")["试chair"]
    assert (row.there, row.chosen) == ("已在名单", False)
    assert put(forum, crowd.seat(forum, "leaders"), [chair], by=world.users["econ_clerk"]) == (0, ["试chair"])


def test_the_page_adds_reserves_and_new_persons(world, login):
    forum = crowd.a_forum(world)
    persons = crowd.members(world, 3)
    client, url = login("econ_clerk"), reverse("consultation:forum_people_add", args=[forum.pk, "members"])
    assert "委员000" in client.get(url).content.decode()
    assert "委员000" not in client.get(url, {"q": "委员001"}).content.decode()
    assert client.post(url, {"person": [persons[0].pk], "list": ""}).status_code == 302
    assert forum.meeting.participants.get().why.startswith("今年未受邀")
    assert client.post(url, {"person": [persons[1].pk], "reserve": ""}).status_code == 302
    assert Booking.objects.get().reserve
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"names": "查无此人"}).status_code == 422
    url = reverse("consultation:forum_people_add", args=[forum.pk, "departments"])
    assert (
        client.post(
            url, {"new_name": "新局长", "new_title": "局长", "new_unit": world.orgs["dept1"].pk, "list": ""}
        ).status_code
        == 302
    )
    made = forum.meeting.participants.get(person__name="新局长")
    assert (made.organization, made.title) == (world.orgs["dept1"], "局长")
    assert client.post(url, {"new_name": "委员002"}).status_code == 422, "a name that is known is looked for"
    assert Person.objects.filter(name="新局长").count() == 1
    url = reverse("consultation:forum_people_add", args=[forum.pk, "experts"])
    client.post(url, {"new_name": "新专家", "person": [persons[0].pk]})
    assert not Person.objects.filter(name="新专家").exists(), "a member is refused, and so is who came with him"


def test_the_list_keeps_the_order_of_the_page(world, login):
    """Leaders stand by rank as the rules name them, never by the sound of their names."""
    forum = crowd.a_forum(world)
    url = reverse("consultation:forum_people_add", args=[forum.pk, "leaders"])
    ranked = [row.person for row in suggestions(forum, crowd.seat(forum, "leaders"))]
    assert [person.name for person in ranked] == ["试chair", "试vice", "试sg"]
    assert sorted(ranked, key=lambda person: person.pinyin) != ranked
    posted = {"person": [person.pk for person in ranked], "list": ""}
    assert login("econ_clerk").post(url, posted).status_code == 302
    assert [row.person for row in of(forum, "leaders").rows] == ranked


def test_who_speaks_is_not_removed(world, login):
    forum = crowd.a_forum(world)
    person = crowd.members(world, 1)[0]
    [row] = crowd.on_list(world, forum, "members", [person])
    kind = forum.rules.speechkinds.get(key="booked")
    forum.speeches.create(kind=kind, participant=row)
    url = reverse("consultation:forum_people_remove", args=[forum.pk])
    page = login("econ_clerk").post(url, {"person": [person.pk]}, follow=True)
    assert "委员000另有安排" in page.content.decode()
    assert forum.meeting.participants.count() == 1
    forum.speeches.all().delete()
    login("econ_clerk").post(url, {"person": [person.pk]})
    assert not forum.meeting.participants.exists()


# --- opinions ------------------------------------------------------------------------------------------------------


def test_opinions_on_the_list_are_kept(world, login):
    forum = crowd.a_forum(world)
    client, url = login("econ_clerk"), reverse("consultation:forum_opinion_create", args=[forum.pk])
    day = timezone.localdate()
    assert client.post(url, {"on": day, "text": "增加教育界委员"}).status_code == 422, "nobody said it"
    sent = {"on": day, "text": "增加教育界委员", "organization": world.orgs["edu"].pk}
    assert client.post(url, sent).status_code == 302
    opinion = ListOpinion.objects.get()
    assert (opinion.by, opinion.taken) == (world.users["econ_clerk"], False)
    edit = reverse("consultation:forum_opinion_edit", args=[forum.pk, opinion.pk])
    assert client.post(edit, {"on": day, "text": opinion.text, "author": "试chair", "taken": "on"}).status_code == 302
    opinion.refresh_from_db()
    assert (opinion.taken, opinion.person, opinion.organization) == (True, world.users["chair"].person, None)
    assert "增加教育界委员" in client.get(reverse("consultation:forum_people", args=[forum.pk])).content.decode()


# --- the five parts ------------------------------------------------------------------------------------------------


def test_the_attendance_list_has_its_parts_in_order(world, login):
    forum = crowd.a_forum(world)
    members, experts = crowd.members(world, 3), crowd.experts("钱教授")
    crowd.on_list(world, forum, "experts", experts)
    crowd.on_list(world, forum, "members", members)
    crowd.on_list(world, forum, "leaders", [world.users["chair"].person])
    crowd.booked(world, forum, "members", members[:1], "no")
    crowd.booked(world, forum, "members", members[1:2], "deputy", deputy_title="副院长")
    parts = name_list(forum)
    assert [len(part.people) for part in parts] == [1, 0, 0, 2, 1]
    assert parts[3].people[0] == ("代甲", "副院长（代委员001）")
    assert parts[4].people == [("钱教授", "省城建大学教授")]
    body = [row.text for row in paper_of(forum).body]
    assert "三、专家学者（1人）" in body
    assert typeset(paper_of(forum)).startswith(b"%PDF")
    page = login("econ_clerk").get(reverse("consultation:forum_name_list", args=[forum.pk]))
    assert "出席人员名单（4 人）" in page.content.decode()
    pdf = login("econ_clerk").get(reverse("consultation:forum_name_list_pdf", args=[forum.pk]))
    assert pdf["Content-Type"] == "application/pdf"


def test_an_empty_list_is_told(world):
    assert [row.text for row in paper_of(crowd.a_forum(world)).body][-1] == "名单待定。"


def test_the_second_rule_set_has_other_seats(world):
    forum = crowd.a_forum(world)
    rules = forum.rules
    rules.forumseats.exclude(key="members").delete()
    rules.forumseats.update(label="市民代表", least=None, most=None, pool="rules", booked=False)
    forum = Forum.objects.select_related("rules", "meeting").get(pk=forum.pk)
    assert [(found.label, found.wanted, found.sentence) for found in seats_of(forum)] == [("市民代表", "", "")]


# --- queries -------------------------------------------------------------------------------------------------------


def measured(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return statements(captured)


@pytest.mark.parametrize("name", ["forum_people", "forum_people_add", "forum_name_list", "forum_book"])
def test_the_pages_ask_the_same_however_many_there_are(world, login, name):
    forum, counts = crowd.a_forum(world, state="preparing"), []
    args = [forum.pk, "members"] if name == "forum_people_add" else [forum.pk]
    for number, prefix in ((1, "甲"), (29, "乙"), (270, "丙")):
        persons = crowd.members(world, number, prefix)
        crowd.on_list(world, forum, "members", persons[: max(1, number // 2)])
        crowd.booked(world, forum, "members", persons[: max(1, number // 3)])
        counts.append(measured(login("econ_clerk"), reverse(f"consultation:{name}", args=args)))
    assert len(counts[0]) == len(counts[1]) == len(counts[2]), counts[-1]
    assert len(counts[-1]) <= DETAIL, "\n".join(str(one)[:200] for one in counts[-1])


def posted(client, url, data):
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.post(url, data).status_code == 302
    return statements(captured)


def test_the_acts_cost_the_same_however_many_there_are(world, login):
    forum, found = crowd.a_forum(world, state="preparing"), []
    for number, prefix in ((1, "甲"), (30, "乙")):
        persons, more = crowd.members(world, number, prefix), crowd.members(world, number, f"{prefix}后")
        crowd.on_list(world, forum, "members", persons)
        keys, client = [person.pk for person in persons], login("econ_clerk")
        acts = {
            "forum_people_add": ([forum.pk, "members"], {"person": [person.pk for person in more], "list": ""}),
            "forum_book": ([forum.pk], {"person": keys, "text": "请出席"}),
            "forum_waive": ([forum.pk], {"person": keys[:1], "why": "已当面邀请"}),
            "forum_people_remove": ([forum.pk], {"person": keys}),
        }
        urls = {name: reverse(f"consultation:{name}", args=args) for name, (args, _) in acts.items()}
        found.append({name: posted(client, urls[name], data) for name, (_, data) in acts.items()})
    few, many = ({name: len(made) for name, made in one.items()} for one in found)
    assert {name: count for name, count in few.items() if count > WHOLE.get(name, POST)} == {}
    assert {name: count for name, count in many.items() if count > few[name]} == {}
