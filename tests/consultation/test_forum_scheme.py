"""The scheme of a forum: first text, two clerks at once, signed by the deputy in charge, returned, its document."""

import re
from datetime import date

import pytest
from django.urls import reverse

from consultation.forums.scheme import (
    MARK,
    is_approved,
    objection,
    parts_of,
    prepare,
    save_scheme,
    scheme_draft,
)
from consultation.models import Forum, SchemeText
from consultation.workflows.forum import FORUM
from cppcc.documents.models import Document
from cppcc.documents.registry import draft_of
from cppcc.office.models import Person, Post, Tenure, User
from cppcc.office.pinyin import pinyin_key
from cppcc.office.refusals import Forbidden, Refused, Stale
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import Snapshot, Waiting
from tests.consultation import forum_world

pytestmark = pytest.mark.django_db


def fresh(forum):
    return Forum.objects.select_related("rules", "topic", "meeting__room", "deputy", "host", "lead").get(pk=forum.pk)


def write(world, forum, **texts):
    """Fill every part; `texts` by key of the part."""
    forum = fresh(forum)
    said = {one.part.pk: texts.get(one.part.key, one.shown or "已明确") for one in parts_of(forum)}
    save_scheme(forum, said, by=world.users["econ_clerk"], version=forum.version)
    return fresh(forum)


def move(world, forum, name, who, **given):
    """An act on the forum; the body's decision is recorded where the step asks for one."""
    forum = fresh(forum)
    step = forum.approval_round.step if forum.approval_round else None
    if step and step.needs_decision and name != "withdraw":
        given["decision"] = decision_for(forum, step, date.today(), None, by=world.users[who])
    given.setdefault("opinion", "同意")
    return FORUM.move(forum, name, by=world.users[who], version=forum.version, **given)


def another_deputy(world):
    """A second vice-chair with an account."""
    post = Post.objects.create(
        organization=world.orgs["cppcc"], role="vice_chair", title="副主席（文教）", key="vice-2", order=9
    )
    person = Person.objects.create(name="试vice2", pinyin=pinyin_key("试vice2"))
    Tenure.objects.create(post=post, person=person, valid_from=date(2022, 1, 1))
    world.users["vice2"] = User.objects.create(username="vice2", person=person)
    return post


def test_first_text_is_what_is_known(world):
    forum = fresh(forum_world.forum(world))
    said = {one.part.key: one.fresh for one in parts_of(forum)}
    assert said["time"] == forum.meeting.when
    assert said["topic"] == "加快推进老旧小区改造"
    assert "试chair" in said["host"]
    assert "政协委员：约6人" in said["invitees"]
    assert "专家学者：2—3人" in said["invitees"]
    assert said["agenda"].splitlines()[2] == "（三）预约发言。每人不超过8分钟。"
    assert said["place"] == said["matters"] == said["work"] == ""


def test_the_scheme_is_signed_by_the_deputy_in_charge_only(world):
    another = another_deputy(world)
    forum = write(world, forum_world.forum(world))
    move(world, forum, "submit", "econ_clerk")
    duty = Waiting.for_matter(forum).get()
    assert duty.post == world.posts["vice"]
    assert list(Waiting.for_matter(forum).held_by(world.users["vice"])) == [duty]
    assert not Waiting.for_matter(forum).held_by(world.users["vice2"]).exists()
    with pytest.raises(Forbidden):
        move(world, forum, "pass", "vice2")
    with pytest.raises(Refused, match="代为录入"):
        move(world, forum, "pass", "clerk")
    move(world, forum, "pass", "vice")
    assert Waiting.for_matter(forum).get().role == "chair"
    passed = move(world, forum, "pass", "chair")
    assert passed.decision is not None
    assert fresh(forum).state == "preparing"
    assert another.pk != forum.deputy_id


def test_another_deputy_in_charge_gets_the_duty(world):
    another = another_deputy(world)
    forum = write(world, forum_world.forum(world, deputy=another))
    move(world, forum, "submit", "econ_clerk")
    assert Waiting.for_matter(forum).get().post == another
    Post.objects.filter(pk=another.pk).update(valid_to=date(2020, 1, 1))
    assert Waiting.for_matter(forum).held_by(User.objects.get(username="vice")).exists(), "a seat that is no more"


def test_returned_with_an_opinion_changed_and_compared(world, login):
    forum = write(world, forum_world.forum(world), matters="分工见后")
    move(world, forum, "submit", "econ_clerk")
    move(world, forum, "send_back", "vice", opinion="有关事项要写具体")
    with pytest.raises(Refused, match="还缺：有关事项"):
        move(world, write(world, forum, matters=""), "submit", "econ_clerk")
    page = login("econ_clerk").get(reverse("consultation:forum_scheme", args=[forum.pk]))
    assert "有关事项要写具体" in page.content.decode()
    move(world, write(world, forum, matters="经济委负责材料，办公室负责会务"), "submit", "econ_clerk")
    assert Snapshot.for_matter(forum).count() == 2
    body = login("vice").get(reverse("consultation:forum_scheme_versions", args=[forum.pk])).content.decode()
    assert "分工见后" in body
    assert "办公室负责会务" in body


def test_what_is_before_a_body_is_not_changed(world, login):
    forum = write(world, forum_world.forum(world))
    move(world, forum, "submit", "econ_clerk")
    with pytest.raises(Refused, match="不能修改"):
        save_scheme(fresh(forum), {}, by=world.users["econ_clerk"], version=fresh(forum).version)
    assert login("econ_clerk").get(reverse("consultation:forum_scheme_edit", args=[forum.pk])).status_code == 302


def form_of(client, forum):
    """The fields of the form as the browser would send them."""
    page = client.get(reverse("consultation:forum_scheme_edit", args=[forum.pk]))
    form = page.context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_two_clerks_in_the_scheme_nothing_is_lost(world, login):
    forum = write(world, forum_world.forum(world), matters="原文", place="三楼")
    url = reverse("consultation:forum_scheme_edit", args=[forum.pk])
    first, second = login("econ_clerk"), login("clerk")
    mine, theirs = form_of(first, forum), form_of(second, forum)
    parts = {one.part.key: f"part-{one.part.pk}" for one in parts_of(fresh(forum))}
    assert first.post(url, mine | {parts["matters"]: "甲写的事项", parts["place"]: "协商厅"}).status_code == 302
    answer = second.post(url, theirs | {parts["matters"]: "乙写的事项"})
    assert answer.status_code == 409
    form = answer.context["form"]
    assert {item["label"] for item in form.news} == {"有关事项", "地点"}
    assert form[parts["matters"]].value() == "乙写的事项"
    assert form[parts["place"]].value() == "协商厅", "what he did not touch is the other's"
    assert "甲写的事项" in answer.content.decode()
    assert SchemeText.objects.get(forum=forum, part__key="matters").text == "甲写的事项", "nothing is saved yet"
    again = {name: form[name].value() or "" for name in form.fields}
    assert second.post(url, again).status_code == 302
    assert SchemeText.objects.get(forum=forum, part__key="matters").text == "乙写的事项"
    assert SchemeText.objects.get(forum=forum, part__key="place").text == "协商厅"


def test_a_stale_save_is_refused(world):
    forum = write(world, forum_world.forum(world))
    with pytest.raises(Stale):
        save_scheme(forum, {}, by=world.users["clerk"], version=forum.version - 1)


def test_a_part_is_made_anew_only_on_demand(world, login):
    forum = write(world, forum_world.forum(world), topic="原来的议题")
    client, url = login("econ_clerk"), reverse("consultation:forum_scheme_part", args=[forum.pk, "topic"])
    body = client.get(url).content.decode()
    assert "原来的议题" in body
    assert "加快推进老旧小区改造" in body
    assert SchemeText.objects.get(forum=forum, part__key="topic").text == "原来的议题"
    assert client.post(url, {"version": forum.version, "how": "append"}).status_code == 302
    assert SchemeText.objects.get(forum=forum, part__key="topic").text == "原来的议题\n加快推进老旧小区改造"
    assert client.post(url, {"version": forum.version, "how": "replace"}).status_code == 409
    assert client.get(reverse("consultation:forum_scheme_part", args=[forum.pk, "nothing"])).status_code == 404


def test_the_document_comes_from_the_approved_scheme_only(world, login):
    forum = write(world, forum_world.forum(world), matters="会务由办公室负责")
    assert scheme_draft(forum) == {}
    assert (
        "起草方案公文" not in login("clerk").get(reverse("consultation:forum_scheme", args=[forum.pk])).content.decode()
    )
    Forum.objects.filter(pk=forum.pk).update(state="preparing")
    forum = fresh(forum)
    assert is_approved(forum)
    draft = draft_of(forum, "scheme")
    assert draft["title"] == "关于印发“加快推进老旧小区改造”双月协商座谈会实施方案的通知"
    [text] = draft["annexes"]
    assert (text["title"], text["marked"]) == (["“加快推进老旧小区改造”双月协商座谈会实施方案"], False)
    texts = [row["text"] for row in text["body"]]
    assert texts[0] == "一、时间"
    assert "会务由办公室负责。" in texts
    page = login("clerk").get(reverse("consultation:forum_scheme", args=[forum.pk])).content.decode()
    [address] = re.findall(r'href="([^"]*matter=forum-[^"]*kind=scheme)"', page.replace("&amp;", "&"))
    assert login("clerk").get(address).status_code == 200


def test_a_scheme_document_is_not_issued_before_approval(world):
    forum = write(world, forum_world.forum(world))
    added = {"title": ["分工表"], "body": [{"level": 0, "text": "另行通知。"}], "marked": True}
    old = {"title": ["实施方案"], "body": [{"level": 0, "text": "尚未批准的文字。"}], "marked": False}
    paper = Document(description={MARK: True, "body": [], "annexes": [old, added]})
    assert "审批通过以后才能印发" in objection(forum, paper, day=None)
    Forum.objects.filter(pk=forum.pk).update(state="preparing")
    assert objection(fresh(forum), paper, day=None) == ""
    prepare(fresh(forum), paper)
    scheme, kept = paper.description["annexes"]
    assert scheme["body"][0]["text"] == "一、时间" and kept == added


def test_the_invited_do_not_read_the_scheme(world, login):
    forum = forum_world.forum(world)
    assert login("dept1").get(reverse("consultation:forum_scheme", args=[forum.pk])).status_code == 404
