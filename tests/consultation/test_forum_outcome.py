"""The outcome of a forum: suggestions with their origin, the paper, its last day, the tracking, the feedback."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consultation.forums.outcome import clock_of, draft_outcome, origin
from consultation.forums.suggestions import lines_of
from consultation.models import Forum, Outcome, Speech, Suggestion
from consultation.models.outcome import Tracking
from cppcc.deadlines.models import Deadline, Notice
from cppcc.deadlines.years import seed_workdays
from cppcc.documents.models import Document
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.office.models import User
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement, Waiting
from tests.consultation import forum_world
from tests.consultation.outcome_world import invite
from tests.documents.papers import a_file, empty_page

pytestmark = pytest.mark.django_db
RECORD = "一、加快推进既有住宅加装电梯\n（二）简化审批手续\n3.设立维修资金\n好\n"


def held(world, *, days=-3, state="held", record=RECORD, **given):
    """A forum that is over: a member and a department spoke."""
    forum = forum_world.forum(world, days=days, state=state, **given)
    came = {"attendance": "present", "arrived_at": timezone.now(), "invited_at": timezone.now()}
    speaker = invite(world, forum, "member", **came)
    booked = forum.rules.speechkinds.get(key="booked")
    Speech.objects.create(forum=forum, kind=booked, participant=speaker, record=record, status="done", seconds=540)
    return forum


def drawn(world, **given):
    """Such a forum with three suggestions for a department."""
    forum = held(world, **given)
    speech = forum.speeches.get()
    for order, text in enumerate(lines_of(RECORD), start=1):
        Suggestion.objects.create(
            forum=forum, order=order, text=text, speech=speech, proposer=speech.participant,
            department=world.orgs["dept1"],
        )  # fmt: skip
    return forum


def issue(world, forum, *, key="reference", day=None):
    """Draft the outcome, sign it past the engine, issue it."""
    outcome = draft_outcome(forum, forum.rules.outcomeforms.get(key=key), by=world.users["clerk"])
    Document.objects.filter(pk=outcome.document_id).update(state="signed", signatory=world.posts["chair"])
    document = Document.objects.get(pk=outcome.document_id)
    DOCUMENT.move(
        document, "issue", by=world.users["clerk"], version=document.version,
        data={"issued_on": day or timezone.localdate()},
    )  # fmt: skip
    return document


@pytest.fixture
def unprinted(monkeypatch):
    """Documents are issued without being typeset."""
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())


def fresh(obj):
    """As the database has it."""
    return type(obj).objects.get(pk=obj.pk)


def post(login, who, path, **data):
    """What the page says."""
    return login(who).post(f"/consultation/{path}", data, follow=True)


def move(login, who, suggestion, name, **given):
    """An act on a suggestion by its page."""
    data = {"version": fresh(suggestion).version, "opinion": "已列入计划"} | given
    return login(who).post(f"/consultation/forum-suggestions/{suggestion.pk}/move/{name}/", data)


def test_a_department_knows_of_the_forum_once_a_suggestion_was_sent_to_it(world):
    forum, dept = drawn(world), world.users["dept1"]
    assert not Forum.objects.visible_to(dept).filter(pk=forum.pk).exists()
    forum.suggestions.update(state="sent", sent_on=timezone.localdate())
    assert Forum.objects.visible_to(dept).filter(pk=forum.pk).exists()


def test_a_committee_that_deals_with_a_suggestion_does_not_rewrite_it(world, login):
    row = drawn(world).suggestions.first()
    Suggestion.objects.filter(pk=row.pk).update(department=world.orgs["edu"])
    url = f"/consultation/forum-suggestions/{row.pk}/edit/"
    data = {"text": "改掉了", "department": world.orgs["edu"].pk, "version": row.version}
    assert login("edu_clerk").post(url, data).status_code == 403
    assert fresh(row).text == row.text


# --- suggestions ---------------------------------------------------------------------------------------------------


def test_a_record_is_split_into_its_points():
    assert lines_of(RECORD) == ["加快推进既有住宅加装电梯", "简化审批手续", "设立维修资金"]


def test_points_are_drawn_with_their_origin_and_only_once(world, login):
    forum = held(world)
    speech = forum.speeches.get()
    page = login("econ_clerk").get(f"/consultation/forums/{forum.pk}/outcome/draw/").content.decode()
    assert page.count('type="checkbox"') == 3
    data = {}
    for number in (0, 2):
        data |= {f"take_{speech.pk}-{number}": "on", f"text_{speech.pk}-{number}": "改过的文字" if number else ""}
    data[f"unit_{speech.pk}-0"] = world.orgs["dept1"].pk
    response = post(login, "econ_clerk", f"forums/{forum.pk}/outcome/draw/", **data)
    assert "已提取 2 条" in response.content.decode()
    rows = list(forum.suggestions.order_by("order"))
    assert [(r.order, r.text, r.speech, r.proposer, r.department) for r in rows] == [
        (1, "加快推进既有住宅加装电梯", speech, speech.participant, world.orgs["dept1"]),
        (2, "改过的文字", speech, speech.participant, None),
    ]
    response = post(login, "econ_clerk", f"forums/{forum.pk}/outcome/draw/", **{f"take_{speech.pk}-0": "on"})
    assert "请至少勾选一条" in response.content.decode() and forum.suggestions.count() == 2


def test_before_the_forum_there_is_nothing_to_draw(world, login):
    forum = forum_world.forum(world, state="preparing")
    page = login("econ_clerk").get(f"/consultation/forums/{forum.pk}/outcome/draw/", follow=True).content.decode()
    assert "会议召开后" in page


def test_several_are_made_one_and_put_in_order(world, login):
    forum = drawn(world)
    first, second, third = forum.suggestions.order_by("order")
    path = f"forums/{forum.pk}/outcome/arrange/"
    post(login, "econ_clerk", path, **{f"place_{third.pk}": 1, f"place_{first.pk}": 2, f"place_{second.pk}": 3})
    assert list(forum.suggestions.order_by("order")) == [third, first, second]
    post(login, "econ_clerk", path, merge=1, suggestion=[first.pk, third.pk])
    assert fresh(third).text == "设立维修资金\n加快推进既有住宅加装电梯"
    assert (fresh(first).state, fresh(first).merged_into) == ("dropped", third)
    assert Movement.for_matter(first).get(name="drop").opinion == "并入第 1 条"
    response = post(login, "econ_clerk", path, merge=1, suggestion=[third.pk])
    assert "两条以上" in response.content.decode()


def test_one_is_changed_until_it_is_sent(world, login):
    forum = drawn(world)
    row = forum.suggestions.first()
    url = f"/consultation/forum-suggestions/{row.pk}/edit/"
    given = {"text": "更清楚的说法", "version": row.version, "department": world.orgs["dept2"].pk}
    assert login("econ_clerk").post(url, given).status_code == 302
    assert (fresh(row).text, fresh(row).department) == ("更清楚的说法", world.orgs["dept2"])
    assert login("econ_clerk").post(url, given).status_code == 409
    assert login("dept1").get(url).status_code == 404


# --- the paper and its day -----------------------------------------------------------------------------------------

OUTCOMES = [  # the State Council's days of 2026: day of the forum, last day of the outcome
    ("2026-04-24", "2026-05-12"),
    ("2026-06-10", "2026-06-25"),
    ("2026-10-30", "2026-11-13"),
]


@pytest.mark.parametrize(("day", "last"), OUTCOMES)
def test_the_tenth_working_day_across_a_holiday_with_its_worked_weekend(world, day, last):
    seed_workdays(2025, 2027)
    starts = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    forum = held(world, starts=starts + timedelta(hours=9))
    assert clock_of(forum).due_on.isoformat() == last
    for on, left in ((last, 0), (day, 10)):
        Forum.objects.filter(pk=forum.pk).update(state="reported", reported_on=on)
        assert clock_of(fresh(forum)).left == left


def test_the_paper_is_drafted_for_leaders_and_departments(world, login):
    forum = drawn(world)
    response = login("clerk").post(
        f"/consultation/forums/{forum.pk}/outcome/draft/",
        {"form": forum.rules.outcomeforms.get(key="reference").pk},
    )
    outcome = Outcome.objects.get()
    assert response.url == f"/documents/{outcome.document_id}/"
    document = outcome.document
    assert {row.organization.key for row in document.recipients.filter(by_hand=True)} == {
        "party-committee", "government", "dept1"
    }  # fmt: skip
    said = "\n".join(line["text"] for line in document.description["body"])
    assert "1.加快推进既有住宅加装电梯" in said and "经济委" in said
    table = document.description["annexes"][0]["table"]
    assert table["rows"][0] == ["1", "加快推进既有住宅加装电梯", "试member", "市发展和改革局"]
    login("clerk").post(
        f"/consultation/forums/{forum.pk}/outcome/draft/",
        {"form": forum.rules.outcomeforms.get(key="reference").pk},
    )
    assert Outcome.objects.count() == 1


def test_its_issue_reports_the_forum_and_sends_the_suggestions(world, unprinted):
    forum = drawn(world)
    document = issue(world, forum)
    now = fresh(forum)
    assert (now.state, now.reported_on) == ("reported", timezone.localdate())
    assert {row.state for row in forum.suggestions.all()} == {"sent"}
    assert {row.sent_on for row in forum.suggestions.all()} == {timezone.localdate()}
    assert Waiting.objects.held_by(world.users["dept1"]).filter(label="办理意见建议").count() == 3
    outcome = Outcome.objects.get()
    assert (outcome.sent_on, outcome.number) == (timezone.localdate(), document.number_text)
    assert Deadline.for_matter(forum).get(step="outcome").status == "done"
    assert Deadline.for_matter(forum.suggestions.first()).get().step == "answer"


def test_there_is_no_outcome_before_the_meeting(world, login):
    forum = forum_world.forum(world, state="preparing")
    form = forum.rules.outcomeforms.first()
    with pytest.raises(Refused, match="会议结束后"):
        draft_outcome(forum, form, by=world.users["clerk"])
    response = login("clerk").post(
        f"/consultation/forums/{forum.pk}/outcome/record/",
        {"form": form.pk, "sent_on": timezone.localdate(), "source": "登记簿", "classification": "internal"},
    )
    assert response.status_code == 422 and "会议结束后" in response.content.decode()


def test_a_late_one_needs_its_reason_before_it_leaves(world, login, unprinted):
    forum = drawn(world, days=-40)
    with pytest.raises(Refused, match="逾期原因"):
        issue(world, forum)
    page = post(login, "econ_clerk", f"forums/{forum.pk}/outcome/late/", reason="等待补充数据").content.decode()
    assert "等待补充数据" in page and "已超过" in page
    issue(world, forum)
    assert (fresh(forum).state, fresh(forum).late_reason) == ("reported", "等待补充数据")


def test_one_that_left_outside_is_entered_with_its_source(world, login):
    forum = drawn(world)
    url = f"/consultation/forums/{forum.pk}/outcome/record/"
    given = {
        "form": forum.rules.outcomeforms.get(key="recommendation").pk, "sent_on": timezone.localdate(),
        "number": "县政协发〔2026〕9号", "classification": "internal",
    }  # fmt: skip
    assert login("clerk").post(url, given).status_code == 422
    pdf = SimpleUploadedFile("建议案.pdf", empty_page())
    assert login("clerk").post(url, given | {"source": "发文登记簿", "upload": pdf}).status_code == 302
    outcome = Outcome.objects.get()
    assert (outcome.source, outcome.number, fresh(forum).state) == ("发文登记簿", "县政协发〔2026〕9号", "reported")
    assert login("dept1").get(outcome.file.get_absolute_url()).status_code == 200
    assert login("dept2").get(outcome.file.get_absolute_url()).status_code == 404
    assert login("econ_clerk").get(url).status_code == 403


def test_a_second_paper_leaves_the_day_of_the_first(world, unprinted):
    forum = drawn(world)
    issue(world, forum)
    issue(world, fresh(forum), key="recommendation")
    assert Outcome.objects.filter(sent_on__isnull=False).count() == 2
    assert Movement.for_matter(forum).filter(name="report").count() == 1


# --- tracking ------------------------------------------------------------------------------------------------------


def sent(world, **given):
    """A forum whose three suggestions are with a department."""
    forum = drawn(world, **given)
    Forum.objects.filter(pk=forum.pk).update(state="reported", reported_on=timezone.localdate())
    forum.suggestions.update(state="sent", sent_on=timezone.localdate())
    return fresh(forum)


def test_the_department_answers_and_the_proposer_is_told(world, login):
    forum = sent(world)
    first, second, third = forum.suggestions.order_by("order")
    assert "待本单位办理" in login("dept1").get("/consultation/forum-suggestions/").content.decode()
    assert move(login, "dept1", first, "accept", opinion="").status_code == 302
    assert move(login, "dept1", first, "settle").status_code == 302
    assert (fresh(first).state, first.news.get().text) == ("settled", "已列入计划")
    assert move(login, "dept1", second, "decline", opinion="").status_code == 422
    assert move(login, "clerk", second, "decline").status_code == 422
    assert move(login, "clerk", second, "decline", proxy_source="市发展和改革局来函").status_code == 302
    assert Movement.for_matter(second).first().on_behalf == "市发改局"
    assert second.news.get().source == "市发展和改革局来函"
    assert move(login, "dept2", third, "settle").status_code == 404
    page = login("econ_clerk").get(f"/consultation/forums/{forum.pk}/outcome/").content.decode()
    assert "尚未反馈提出人" in page
    path = f"forums/{forum.pk}/outcome/tell/"
    assert "2 条" in post(login, "econ_clerk", path, suggestion=[first.pk, second.pk]).content.decode()
    assert (fresh(first).told_on, fresh(first).told_how) == (timezone.localdate(), "系统通知")
    assert Notice.objects.filter(user=world.users["member"], key__startswith="suggestion:").count() == 2
    mine = login("member").get("/consultation/forum-suggestions/").content.decode()
    assert "我提出的" in mine and "未采纳" in mine
    assert not Waiting.for_matter(first).exists()


def test_a_committee_that_is_to_deal_with_a_suggestion_answers_it_itself(world, login):
    forum = sent(world)
    forum.suggestions.update(department=world.orgs["edu"])
    first = forum.suggestions.first()
    assert "待本单位办理" in login("edu_clerk").get("/consultation/forum-suggestions/").content.decode()
    assert move(login, "econ_clerk", first, "settle").status_code == 422  # who leads enters it with its source only
    assert move(login, "edu_clerk", first, "settle").status_code == 302
    assert (fresh(first).state, Movement.for_matter(first).first().on_behalf) == ("settled", "")
    second = forum.suggestions.last()
    assert move(login, "econ_clerk", second, "settle", proxy_source="教科卫体委来电").status_code == 302
    assert Movement.for_matter(second).first().on_behalf == str(world.orgs["edu"])


def test_who_has_no_account_is_told_otherwise(world, login):
    forum = sent(world)
    row = forum.suggestions.first()
    move(login, "dept1", row, "settle")
    User.objects.filter(username="member").update(is_active=False)
    path = f"forums/{forum.pk}/outcome/tell/"
    assert "没有账号" in post(login, "econ_clerk", path, suggestion=[row.pk]).content.decode()
    post(login, "econ_clerk", path, suggestion=[row.pk], how="6月3日电话告知")
    assert fresh(row).told_how == "6月3日电话告知"


def test_whose_suggestion_went_into_another_hears_what_became_of_it(world, login):
    forum = drawn(world)
    first, second, third = forum.suggestions.order_by("order")
    other = invite(world, forum, "member2", attendance="present", arrived_at=timezone.now())
    Suggestion.objects.filter(pk=third.pk).update(proposer=other)
    path = f"forums/{forum.pk}/outcome/"
    post(login, "econ_clerk", f"{path}arrange/", merge=1, suggestion=[second.pk, third.pk])
    post(login, "econ_clerk", f"{path}arrange/", merge=1, suggestion=[first.pk, second.pk])
    assert fresh(third).merged_into == first, "what had gone into the second goes along"
    assert origin(fresh(first)) == "试member、试member2"
    Forum.objects.filter(pk=forum.pk).update(state="reported", reported_on=timezone.localdate())
    Suggestion.objects.filter(pk=first.pk).update(state="sent", sent_on=timezone.localdate())
    move(login, "dept1", first, "settle")
    assert "3 条" in post(login, "econ_clerk", f"{path}tell/", suggestion=[first.pk]).content.decode()
    told = Notice.objects.filter(key__startswith="suggestion:").order_by("user__username")
    assert [(one.user.username, one.url) for one in told] == [
        (name, f"/consultation/forum-suggestions/{first.pk}/") for name in ("member", "member2")
    ]
    assert login("member2").get(f"/consultation/forum-suggestions/{first.pk}/").status_code == 200
    move(login, "econ_clerk", first, "reopen")
    assert fresh(third).told_on is None


def test_an_answer_is_asked_for_again(world, login):
    forum = sent(world)
    row = forum.suggestions.first()
    move(login, "dept1", row, "settle")
    assert move(login, "econ_clerk", row, "reopen").status_code == 302
    assert (fresh(row).state, fresh(row).settled_on) == ("in_hand", None)


def test_progress_is_reported_by_the_department_or_for_it(world, login):
    row = sent(world).suggestions.first()
    url = f"/consultation/forum-suggestions/{row.pk}/news/"
    given = {"on": timezone.localdate(), "text": "正在制定方案"}
    assert login("dept1").post(url, given).status_code == 302
    assert login("econ_clerk").post(url, given).status_code == 422
    assert login("econ_clerk").post(url, given | {"source": "电话了解"}).status_code == 302
    assert [(n.text, n.source) for n in row.news.order_by("pk")] == [("正在制定方案", ""), ("正在制定方案", "电话了解")]
    assert login("member").post(url, given).status_code == 403


def test_collations_come_round_at_the_interval_of_the_rules(world, login):
    forum = sent(world, days=-35)
    first = Deadline.for_matter(forum).get(step="tracking")
    assert first.status == "open"
    path = f"forums/{forum.pk}/outcome/tracking/"
    post(login, "econ_clerk", path, on=timezone.localdate(), text="两条已落实，一条办理中")
    assert Tracking.objects.get().text.startswith("两条")
    steps = {d.step: d for d in Deadline.for_matter(forum)}
    assert (steps["tracking"].status, steps["tracking-2"].status) == ("done", "open")
    assert steps["tracking-2"].due_on > steps["tracking"].due_on
    post(login, "econ_clerk", path, on=timezone.localdate(), text="又一次")
    assert Deadline.for_matter(forum).get(step="tracking-3").status == "open"


def test_a_collation_counts_on_its_own_day(world, login):
    forum = sent(world, days=-35)
    day = timezone.localdate() - timedelta(days=2)
    Forum.objects.filter(pk=forum.pk).update(reported_on=day)
    path = f"forums/{forum.pk}/outcome/tracking/"
    post(login, "econ_clerk", path, on=day, text="两条已落实")
    post(login, "econ_clerk", path, on=day + timedelta(days=1), text="三条已落实")
    closed = {d.step: d.closed_on for d in Deadline.for_matter(forum).filter(step__startswith="tracking")}
    assert closed == {"tracking": day, "tracking-2": day + timedelta(days=1), "tracking-3": None}


def test_what_is_entered_twice_stands_once(world, login):
    forum, client = sent(world, days=-35), login("clerk")
    form, row = forum.rules.outcomeforms.first(), forum.suggestions.first()
    today, base = timezone.localdate(), f"/consultation/forums/{forum.pk}"
    outcome = {"form": form.pk, "sent_on": today, "classification": "internal", "source": "发文登记簿",
               "late_reason": "等待会签"}  # fmt: skip
    for _ in range(2):
        client.post(f"{base}/outcome/tracking/", {"on": today, "text": "两条已落实"})
        client.post(f"{base}/outcome/record/", outcome)
        client.post(f"{base}/outcome/new/", {"text": "建立台账"})
        client.post(f"{base}/papers/new/", {"label": "补充材料", "owner": world.orgs["dept1"].pk, "order": 0,
                                            "classification": "internal"})  # fmt: skip
        client.post(f"{base}/before/contacts/new/", {"leader": "分管副市长", "on": today, "text": "赞成"})
        url = f"/consultation/forum-suggestions/{row.pk}/news/"
        client.post(url, {"on": today, "text": "正在办理", "source": "电话了解"})
    made = [forum.trackings, forum.outcomes, forum.suggestions.filter(text="建立台账"), forum.papers, forum.contacts]
    assert [rows.count() for rows in (*made, row.news)] == [1] * 6
