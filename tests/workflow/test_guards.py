"""One test per guard and per effect; a guard or an effect without one fails here."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from consultation.adoptions import open_adoptions
from consultation.models import AnnualPlan, CountyAdoption, Solicitation, Topic, TopicSuggestion
from cppcc.deadlines.models import Notice
from cppcc.documents.letters import Addressee
from cppcc.documents.models import Document, DocumentKind, DocumentNumber
from cppcc.jobs.models import Job
from cppcc.office.refusals import Refused
from cppcc.workflow.models import ApprovalRound, Decision, Movement, Sitting, Snapshot, Waiting
from cppcc.workflow.registry import WORKFLOWS, workflow_of
from members.models import PerformanceEntry
from tests.consultation.notices import brought, drafted, issue
from tests.deadlines.task_rows import a_task
from tests.documents.batches import PLAIN, batch
from tests.documents.papers import a_file, paper
from tests.meetings.gatherings import begun, invite, invited, meeting
from tests.members.ledger_rows import a_contact, a_member, a_proposal
from tests.workflow.cases import Case
from tests.workflow.forum_cases import FORUM_CASES, FORUM_EFFECTS
from tests.workflow.outcome_cases import OUTCOME_CASES, OUTCOME_EFFECTS
from tests.workflow.subjects import decision, fresh, put

TODAY = timezone.localdate()


def move(world, obj, name, *, who="clerk", opinion="情况属实", proxy="会议纪要第3期", **given):
    """The move, with the decision that a step asks for unless one is given."""
    obj = fresh(obj)
    given.setdefault("decision", decision(world, obj, name))
    return workflow_of(obj).move(
        obj, name, by=world.users[who], version=obj.version, opinion=opinion, proxy_source=proxy, **given
    )


def buttons(world, obj, who="clerk"):
    """What blocks each button."""
    obj = fresh(obj)
    return {button.name: button.blocked for button in workflow_of(obj).open_to(world.users[who], obj)}


def without_chain(w):
    plan = w.plan(topics=1)
    AnnualPlan.objects.filter(pk=plan.pk).update(chain=None)
    return plan


def empty_chain(w):
    plan = w.plan(topics=1)
    w.chain.steps.exclude(kind="issue").delete()
    return plan


def before_body(w, topics=1):
    return put(w, w.plan(topics=topics), "in_approval")


def sitting_of(w, key, day):
    return Sitting.of(w.orgs[key], day, by=w.users["clerk"])


def other_body(w):
    plan = before_body(w)
    return plan, {"decision": Decision(sitting=sitting_of(w, "standing", TODAY), matter=plan)}


def coming_sitting(w):
    plan = before_body(w)
    return plan, {"decision": Decision(sitting=sitting_of(w, "party-group", TODAY + timedelta(days=1)), matter=plan)}


def sitting_before_the_last(w):
    """The second body cannot have met before the first passed it."""
    plan = passed_once(w)
    return plan, {"decision": Decision(sitting=sitting_of(w, "standing", TODAY - timedelta(days=1)), matter=plan)}


def issued_before_it_was_passed(w):
    plan = passed_once(w)
    move(w, plan, "pass")
    return plan, {"data": brought(w, day=TODAY - timedelta(days=1))}


def passed_once(w):
    plan = w.plan(topics=1)
    move(w, plan, "submit")
    move(w, plan, "pass")
    return plan


def number_taken(w):
    w.plan(2025, state="issued")
    return put(w, w.plan(topics=1), "approved"), {"data": brought(w, number="试政协办〔2025〕1号")}


def round_of_nobody(w):
    solicitation = put(w, w.solicitation(w.plan()), "drafting")
    solicitation.addressees.all().delete()
    Solicitation.objects.filter(pk=solicitation.pk).update(asks_members=False)
    return solicitation


def suggestion_before_body(w):
    suggestion = w.suggestion(w.solicitation(w.plan(topics=1)))
    put(w, suggestion.solicitation.plan, "in_approval")
    return suggestion


def suggestion_of_past_round(w):
    return w.suggestion(w.solicitation(w.plan(), days=-1))


def topic_elsewhere(w):
    suggestion = w.suggestion(w.solicitation(w.plan(topics=1)))
    return suggestion, {"data": {"topic": w.plan(2027, topics=1).topics.get()}}


def topic_of(state):
    def make(w):
        plan = w.plan(topics=1)
        put(w, plan, state)
        return plan.topics.get()

    return make


def pending(w):
    return w.adoption(w.plan(state="issued", topics=1, linked=1).topics.get())


def open_county(w):
    return pending(w).topic.plan


def no_more_asked(**changes):
    """A pending adoption whose topic was changed since."""

    def make(w):
        adoption = pending(w)
        Topic.objects.filter(pk=adoption.topic_id).update(**changes)
        if not changes:
            adoption.topic.units.filter(part="county").delete()
        return adoption

    return make


def no_longer_asked(**change):
    """A county was asked for a topic that was changed past the workflow since."""

    def make(w):
        adoption = pending(w)
        if change:
            Topic.objects.filter(pk=adoption.topic_id).update(**change)
        else:
            adoption.topic.units.filter(part="county").delete()
        return adoption

    return make


def document_with(state="drafting", **changes):
    """A document that was changed past its form."""

    def make(w):
        document = paper(w, state=state)
        Document.objects.filter(pk=document.pk).update(**changes)
        return fresh(document)

    return make


def unnumbered(w):
    document = paper(w, state="signed")
    DocumentKind.objects.update(series=None)
    return document


def for_nobody(w):
    document = paper(w, state="signed")
    document.recipients.all().delete()
    return document


def empty_list(w):
    return meeting(w)


def one_untold(w):
    made = begun(invited(w, "member"))
    invite(w, made, "member2", told=False)
    invite(w, made, "dept1", key="staff", told=False)
    return made


def leave_undecided(w):
    made = begun(invited(w, "member"))
    made.participants.update(leave="asked", reason="出差")
    return made


def own_proposal(w):
    return a_proposal(w, a_member(w, "clerk"))


def proposal_of_wrong_day(w):
    return a_proposal(w, a_member(w), on=date(2001, 1, 1))


def contact_open(w):
    return a_contact(w, a_member(w), "office", difficulty="用工难", state="open")


def led_by_another(w):
    document = paper(w, state="signed")
    offices = ["市委办公室", "试验市政协办公室"]
    Document.objects.update(description=document.description | {"masthead": offices, "signature": offices})
    return fresh(document)


def outside_number_taken(w):
    document = led_by_another(w)
    paper(w, state="issued", outside_number="试办发〔2026〕3号")
    return document


CASES = (
    Case("not_his_own", own_proposal, "confirm", "本人的申报", on_button=True),
    Case("not_his_own", own_proposal, "decline", "本人的申报", on_button=True),
    Case("day_counts", proposal_of_wrong_day, "confirm", "不是委员", on_button=True),
    Case("something_was_raised", lambda w: a_contact(w, a_member(w), "office"), "raise", "没有填写反映的困难",
         on_button=True),
    Case("answer_is_given", contact_open, "solve", "请写明解决"),
    Case("answer_is_given", contact_open, "solve", "不能晚于今天",
         {"data": {"solution": "好", "solved_on": TODAY + timedelta(days=1)}}),
    Case("answer_is_given", contact_open, "solve", "不能早于反映的日期",
         {"data": {"solution": "好", "solved_on": TODAY - timedelta(days=1)}}),
    Case("somebody_is_invited", empty_list, "invite", "名单还是空的", on_button=True),
    Case("has_begun", lambda w: invited(w, "member"), "close", "还没有开始", on_button=True),
    Case("everybody_is_told", one_untold, "close", "还有 1 人没有通知", on_button=True),
    Case("leave_is_decided", leave_undecided, "close", "还有 1 人的请假没有批复", on_button=True),
    Case("text_is_whole", document_with(description={"title": "无正文", "body": []}), "submit", "还不完整",
         on_button=True),
    Case("text_is_whole", document_with(description={"title": "机密★1年", "body": [{"level": 0, "text": "一"}]}),
         "submit", "国家秘密", on_button=True),
    Case("signatory_is_chosen", document_with(signatory=None), "submit", "签发岗位", on_button=True),
    Case("series_is_set", unnumbered, "issue", "还没有发文编号", on_button=True),
    Case("recipients_may_have_it", for_nobody, "issue", "还没有收文单位", on_button=True),
    Case("matter_agrees", lambda w: drafted(w, w.plan(topics=1), state="signed"), "issue", "尚未批准",
         {"data": {"issued_on": TODAY}}, on_button=True),
    Case("lead_gives_the_number", led_by_another, "issue", "请填写市委办公室编的文号", {"data": {"issued_on": TODAY}}),
    Case("lead_gives_the_number", led_by_another, "issue", "文号应写成",
         {"data": {"issued_on": TODAY, "outside_number": "试办发2026-3"}}),
    Case("lead_gives_the_number", document_with("signed"), "issue", "不是联合发文",
         {"data": {"issued_on": TODAY, "outside_number": "试办发〔2026〕3号"}}),
    Case("lead_gives_the_number", outside_number_taken, "issue", "已用于",
         {"data": {"issued_on": TODAY, "outside_number": "试办发〔2026〕3号"}}),
    Case("day_is_given", document_with("signed"), "issue", "填写印发日期"),
    Case("day_is_given", document_with("signed"), "issue", "不能晚于今天",
         {"data": {"issued_on": TODAY + timedelta(days=1)}}),
    Case("day_is_given", document_with("signed"), "issue", "不能早于签发日期",
         {"data": {"issued_on": TODAY - timedelta(days=1)}}),
    Case("letters_are_whole", lambda w: batch(w, text=[{"level": 0, "text": "{职务}"}]), "submit", "没有这一栏",
         on_button=True),
    Case("letters_are_printed", lambda w: batch(w, state="signed", out=True), "archive", "没有印成", {"opinion": ""}),
    Case("receipts_are_in", document_with("issued"), "archive", "没有签收", {"opinion": ""}),
    Case("chain_is_set", without_chain, "submit", "选定审批链", on_button=True),
    Case("chain_is_set", empty_chain, "submit", "没有审议环节", on_button=True),
    Case("has_topics", lambda w: w.plan(), "submit", "还没有议题", on_button=True),
    Case("off_target_has_reason", lambda w: w.plan(topics=3), "submit", "写明理由", {"opinion": ""}),
    Case("decision_is_recorded", before_body, "pass", "会议日期", {"decision": None}),
    Case("decision_is_recorded", other_body, "pass", "所选会议属于"),
    Case("decision_is_recorded", coming_sitting, "pass_amended", "不能晚于今天"),
    Case("decision_is_recorded", sitting_before_the_last, "pass", "不能早于上一环节"),
    Case("comes_with_its_notice", issued_before_it_was_passed, "issue", "不能早于审议通过", on_button=True),
    Case("nobody_decided_yet", passed_once, "withdraw", "不能撤回", on_button=True),
    Case("comes_with_its_notice", lambda w: put(w, w.plan(topics=1), "approved"), "issue", "随印发通知一并印发",
         on_button=True),
    Case("comes_with_its_notice", number_taken, "issue", "已被其他计划使用", on_button=True),
    Case("notice_was_voided", lambda w: w.plan(state="issued"), "reissue", "作废以后", on_button=True),
    Case("answer_is_given", a_task, "answer", "写明办理情况", {"who": "dept1"}),
    Case("new_day_is_given", a_task, "postpone", "填写新的完成期限"),
    Case("new_day_is_given", a_task, "postpone", "不能早于今天", {"data": {"due_on": TODAY - timedelta(days=1)}}),
    Case("new_day_is_given", a_task, "postpone", "与现在的期限相同", {"data": {"due_on": TODAY + timedelta(days=9)}}),
    Case("counties_have_answered", open_county, "close", "还有 1 项", {"opinion": ""}),
    Case("somebody_is_asked", round_of_nobody, "open", "没有征集对象", on_button=True),
    Case("new_end_is_given", lambda w: put(w, w.solicitation(w.plan()), "closed"), "reopen", "新的截止日期"),
    Case("plan_takes_topics", suggestion_before_body, "adopt", "不能再列入议题", on_button=True),
    Case("topic_is_chosen", lambda w: w.suggestion(w.solicitation(w.plan())), "adopt", "选择要列入的议题"),
    Case("topic_is_chosen", topic_elsewhere, "adopt", "选择要列入的议题"),
    Case("round_is_open", suggestion_of_past_round, "withdraw", "截止", {"who": "dept1"}, on_button=True),
    Case("plan_is_with_the_office", topic_of("in_approval"), "withdraw", "议题不能改动", on_button=True),
    Case("plan_is_with_the_office", topic_of("approved"), "withdraw", "议题不能改动", on_button=True),
    Case("plan_is_with_the_office", topic_of("closed"), "withdraw", "已办结", on_button=True),
    Case("plan_is_issued", topic_of("drafting"), "complete", "印发实施后", on_button=True),
    Case("issued_needs_reason", topic_of("issued"), "withdraw", "写明调整理由", {"opinion": ""}),
    Case("county_is_still_asked", no_more_asked(state="withdrawn"), "record", "已撤销", on_button=True),
    Case("county_is_still_asked", no_more_asked(linkage="self_selected"), "record", "自选议题", on_button=True),
    Case("county_is_still_asked", no_more_asked(), "record", "不再涉及", on_button=True),
    Case("county_is_still_asked", no_longer_asked(state="withdrawn"), "record", "已撤销", on_button=True),
    Case("county_is_still_asked", no_longer_asked(linkage="self_selected"), "record", "自选", on_button=True),
    Case("county_is_still_asked", no_longer_asked(), "record", "不再涉及本县", on_button=True),
    Case("committee_date_is_past", pending, "record", "请填写党委常委会"),
    Case("committee_date_is_past", pending, "record", "不能晚于今天",
         {"data": {"committee_date": TODAY + timedelta(days=1)}}),
    *OUTCOME_CASES,
    *FORUM_CASES,
)  # fmt: skip


def guards():
    """The names of all guards of all workflows."""
    return {g.__name__ for found in WORKFLOWS.values() for t in found.workflow for g in t.guards}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.guard}-{case.transition}")
def test_it_says_no_in_a_sentence_and_saves_nothing(world, case):
    made = case.make(world)
    obj, more = made if isinstance(made, tuple) else (made, {})
    before, movements = fresh(obj), Movement.objects.count()
    with pytest.raises(Refused, match=case.words):
        move(world, obj, case.transition, **(case.given | more))
    now = fresh(obj)
    assert (now.state, now.version, Movement.objects.count()) == (before.state, before.version, movements)
    blocked = buttons(world, obj, case.given.get("who", "clerk"))[case.transition]
    assert bool(blocked) is case.on_button, blocked


def test_every_guard_has_a_case():
    assert {case.guard for case in CASES} == guards()


def test_a_missing_opinion_is_refused_wherever_one_is_needed(world):
    for obj, name in (
        (before_body(world), "send_back"),
        (world.suggestion(world.solicitation(world.plan(2027))), "decline"),
    ):
        with pytest.raises(Refused, match="必须填写意见"):
            move(world, obj, name, opinion="   ")


def test_the_office_that_records_for_others_names_its_source(world):
    with pytest.raises(Refused, match="写明来源"):
        move(world, pending(world), "record", proxy="  ", data={"committee_date": TODAY})


# --- effects -------------------------------------------------------------------------------------------------------


def test_start_round_opens_the_first_step_and_keeps_a_version(world):
    plan = world.plan(topics=2)
    movement = move(world, plan, "submit")
    opened = ApprovalRound.for_matter(plan).get()
    assert (opened.number, opened.step.order, opened.ended_at) == (1, 1, None)
    version = Snapshot.for_matter(plan).get()
    assert (version.movement, len(version.content["rows"])) == (movement, 2)


def test_advance_goes_to_the_next_step_and_ends_the_round_after_the_last(world):
    plan = passed_once(world)
    opened = ApprovalRound.for_matter(plan).get()
    assert (opened.step.order, opened.outcome, fresh(plan).state) == (2, "", "in_approval")
    move(world, plan, "pass")
    opened.refresh_from_db()
    assert (opened.outcome, fresh(plan).state) == ("passed", "approved")
    assert opened.ended_at


@pytest.mark.parametrize(("name", "outcome"), [("send_back", "returned"), ("withdraw", "withdrawn")])
def test_end_round_ends_it_with_its_outcome(world, name, outcome):
    plan = world.plan(topics=1)
    move(world, plan, "submit")
    move(world, plan, name)
    ended = ApprovalRound.for_matter(plan).get()
    assert (ended.outcome, ended.step.order, fresh(plan).state) == (outcome, 1, "drafting")
    assert ended.ended_at
    move(world, plan, "submit")
    assert [r.number for r in ApprovalRound.for_matter(plan).order_by("number")] == [1, 2]


def test_keep_version_keeps_what_was_amended(world):
    plan = world.plan(topics=1)
    move(world, plan, "submit")
    move(world, plan, "pass_amended")
    Topic.objects.filter(plan=plan).update(remark="已按意见修改")
    move(world, plan, "finish_amendment")
    assert [v.content["rows"][0]["fields"]["备注"] for v in Snapshot.for_matter(plan)] == ["已按意见修改", ""]
    assert ApprovalRound.for_matter(plan).get().step.order == 2


def test_issue_takes_number_day_and_document_and_asks_the_counties(world):
    plan, notice = put(world, world.plan(topics=3, linked=2), "approved"), brought(world)
    move(world, plan, "issue", data=notice)
    plan = fresh(plan)
    assert (plan.number, plan.issued_on, plan.document) == (notice["number"], TODAY, notice["document"])
    assert {a.county for a in CountyAdoption.objects.all()} == {world.orgs["county1"]}
    assert CountyAdoption.objects.count() == 2
    assert Waiting.objects.held_by(world.users["county1"]).count() == 2


def test_set_end_moves_the_last_day(world):
    solicitation = put(world, world.solicitation(world.plan(), days=-2), "closed")
    move(world, solicitation, "reopen", data={"closes_on": TODAY + timedelta(days=5)})
    assert fresh(solicitation).closes_on == TODAY + timedelta(days=5)


def test_join_topic_and_leave_topic(world):
    suggestion = world.suggestion(world.solicitation(world.plan(topics=1)))
    topic = suggestion.solicitation.plan.topics.get()
    move(world, suggestion, "adopt", data={"topic": topic})
    assert TopicSuggestion.objects.get(pk=suggestion.pk).topic == topic
    move(world, suggestion, "reopen")
    assert TopicSuggestion.objects.get(pk=suggestion.pk).topic is None


def test_adjust_saves_what_the_form_changed_with_its_reason(world):
    topic = topic_of("issued")(world)

    def save(locked):
        locked.title = "调整后的议题"

    movement = move(world, topic, "adjust", data={"save": save}, opinion="党委会议要求")
    assert (fresh(topic).title, movement.opinion) == ("调整后的议题", "党委会议要求")


def test_ask_counties_and_send_to_units_follow_the_topic(world):
    plan, notice = put(world, world.plan(topics=1, linked=1), "issued"), paper(world, state="issued")
    AnnualPlan.objects.filter(pk=plan.pk).update(document=notice)
    topic = plan.topics.get()

    def save(locked):
        locked.units.filter(part="county").update(organization=world.orgs["county2"])

    move(world, topic, "adjust", data={"save": save})
    asked = CountyAdoption.objects.standing()
    held = Waiting.objects.held_by(world.users["county2"]).exclude(label="签收公文")
    assert [row.county for row in asked] == [world.orgs["county2"]] and held.count() == 1
    assert notice.recipients.sent().filter(organization=world.orgs["county2"], rule="R009").count() == 1
    move(world, topic, "withdraw")
    assert not asked.all().exists() and not held.exists()
    move(world, topic, "reinstate")
    assert asked.all().get().county == world.orgs["county2"] and held.count() == 1


def test_record_and_correct_keep_day_and_name(world):
    adoption = pending(world)
    move(world, adoption, "record", who="county1", data={"committee_date": date(2026, 1, 8), "county_title": "甲"})
    adoption = fresh(adoption)
    assert (adoption.state, adoption.committee_date, adoption.county_title) == ("adopted", date(2026, 1, 8), "甲")
    assert not Waiting.for_matter(adoption).exists()
    movement = move(world, adoption, "correct", data={"committee_date": date(2026, 1, 9)})
    assert (fresh(adoption).committee_date, movement.on_behalf) == (date(2026, 1, 9), "青溪县政协")


def test_drop_duties_asks_nothing_of_the_counties_of_a_closed_year(world):
    plan = put(world, world.plan(topics=1, linked=1), "issued")
    open_adoptions(plan, by=world.users["clerk"])
    assert Waiting.objects.held_by(world.users["county1"]).count() == 1
    move(world, plan, "close", opinion="县级尚未全部登记")
    assert not Waiting.objects.held_by(world.users["county1"]).exists()
    assert CountyAdoption.objects.get().state == "pending"


def test_note_signature_names_the_signatory_and_forget_signature_asks_for_it_again(world):
    document = paper(world, state="signing")
    move(world, document, "sign", who="chair")
    assert (fresh(document).signed_by, fresh(document).state) == (world.users["chair"].person, "signed")
    assert fresh(document).signed_at
    move(world, document, "reopen")
    assert (fresh(document).signed_by, fresh(document).signed_at) == (None, None)


def test_a_signature_that_the_office_records_is_the_signatory_s(world):
    document = paper(world, state="signing")
    movement = move(world, document, "sign", who="clerk", proxy="主席批示件")
    assert (movement.on_behalf, movement.proxy_source) == ("市政协 · 主席", "主席批示件")
    assert fresh(document).signed_by == world.users["chair"].person


def test_send_fixes_the_recipients_and_void_keeps_the_number_with_its_reason(world, monkeypatch):
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())
    document = paper(world, state="signed")
    move(world, document, "issue", data={"issued_on": TODAY})
    assert [row.organization for row in document.recipients.sent()] == [world.orgs["dept1"]]
    assert Waiting.objects.held_by(world.users["dept1"]).count() == 1
    move(world, document, "cancel", opinion="附件有误")
    number = DocumentNumber.objects.get(document=document)
    assert (number.value, number.reason) == (1, "附件有误")
    assert not Waiting.for_matter(document).exists()


def test_tell_invited_and_tell_cancelled_reach_those_on_the_list(world):
    made = meeting(world)
    invite(world, made, "member", told=False)
    move(world, made, "invite", data={"text": "请准时参加"})
    assert made.participants.invited().count() == 1
    assert [notice.body for notice in Notice.objects.all()] == ["请准时参加"]
    move(world, made, "cancel", opinion="台风")
    assert "台风" in Notice.objects.filter(user=world.users["member"]).first().body


def test_lock_fills_in_who_did_not_come_and_unlock_takes_it_back(world, monkeypatch):
    heard = []
    monkeypatch.setattr("cppcc.meetings.closing.ON_CLOSED", [lambda meeting, by: heard.append(by)])
    monkeypatch.setattr("cppcc.meetings.closing.ON_REOPENED", [lambda meeting, by, reason: heard.append(reason)])
    made = begun(invited(world, "member", "member2", "dept1"))
    rows = list(made.participants.order_by("order"))
    made.participants.filter(pk=rows[0].pk).update(attendance="present", arrived_at=timezone.now())
    made.participants.filter(pk=rows[1].pk).update(leave="granted")
    move(world, made, "close")
    shown = list(made.participants.order_by("order").values_list("attendance", flat=True))
    assert (shown, heard) == (["present", "leave", "absent"], [world.users["clerk"]])
    move(world, made, "reopen", opinion="漏登")
    shown = list(made.participants.order_by("order").values_list("attendance", flat=True))
    assert (shown, heard[1:]) == (["present", "", ""], ["漏登"])


def test_enter_writes_the_ledger_once_and_the_member_is_told(world):
    made = a_proposal(world, a_member(world))
    move(world, made, "confirm")
    entry = PerformanceEntry.objects.get()
    assert (entry.key, entry.matter, entry.recorded_by) == (f"proposal:{made.pk}", made, world.users["clerk"])
    other = a_proposal(world, made.member, title="不属实的")
    move(world, other, "decline", opinion="没有佐证")
    told = list(Notice.objects.filter(user=world.users["member"]).order_by("pk").values_list("body", flat=True))
    assert "已审核通过" in told[0] and "没有佐证" in told[1]
    assert PerformanceEntry.objects.count() == 1


def test_write_answer_keeps_what_was_done_and_when(world):
    made = contact_open(world)
    move(world, made, "solve", data={"solution": " 已协调 ", "solved_on": TODAY})
    assert (fresh(made).solution, fresh(made).solved_on) == ("已协调", TODAY)


def test_carry_out_moves_the_matter_in_the_act_of_the_issue(world, monkeypatch):
    monkeypatch.setattr("cppcc.documents.issuing.print_document", lambda document, **given: a_file())
    plan = put(world, world.plan(topics=1), "approved")
    notice = issue(world, drafted(world, plan, state="signed"))
    plan = fresh(plan)
    assert (plan.state, plan.number, plan.document) == ("issued", notice.number_text, notice)


def test_print_letters_queues_the_printing_and_names_the_units_of_the_list(world):
    document = batch(world, [Addressee("甲", "甲同志", world.orgs["dept1"])], state="signed", text=[PLAIN])
    move(world, document, "issue", data={"issued_on": TODAY})
    assert [job.arguments for job in Job.objects.all()] == [{"document": document.pk}]
    assert [row.why for row in document.recipients.sent()] == ["分送信函"]


EFFECTS_TESTED = {
    "enter", "tell_confirmed", "tell_declined", "write_answer",
    "tell_invited", "tell_cancelled", "lock", "unlock",
    "start_round", "advance", "end", "keep_version", "issue", "set_end", "join_topic", "leave_topic", "adjust",
    "record", "drop_duties", "ask_counties", "send_to_units", "note_signature", "forget_signature", "send", "void",
    "carry_out", "print_letters", "take_seals_off",
    "open_anew", "write_day", "tell_owner",  # tests/deadlines/test_tasks.py
    *OUTCOME_EFFECTS, *FORUM_EFFECTS,
}  # fmt: skip


def test_every_effect_has_a_test():
    assert {e.__name__ for found in WORKFLOWS.values() for t in found.workflow for e in t.effects} == EFFECTS_TESTED
