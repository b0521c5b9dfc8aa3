"""How a topic moves: withdrawn and taken back while the plan is with the office; adjusted with a reason once issued."""

from consultation.adoptions import keep_county_dates, sync_adoptions
from consultation.issue import send_to_new
from consultation.models import AnnualPlan, Topic
from consultation.models.forum import NOT_HELD
from consultation.models.plan import BEFORE_A_BODY, PlanState
from consultation.models.topic import TopicState as S
from cppcc.office.models import Organization
from cppcc.workflow.engine import Act, Transition, Workflow

MANAGE = "consultation.manage_plan"


def lock_plan(topic: Topic) -> dict[str, AnnualPlan]:
    """The plan is locked before its topics: whoever submits it sees all of a topic's change or nothing."""
    return {"plan": AnnualPlan.objects.select_for_update().get(pk=topic.plan_id)}


def plan_is_with_the_office(act: Act) -> str:
    """What is before a body is frozen, its topics too."""
    plan = act.obj.plan
    if plan.state in BEFORE_A_BODY:
        return f"《{plan}》{plan.get_state_display()}，议题不能改动；如需修改，请撤回或由审议机构退回。"
    return "本年度计划已办结，议题不能改动。" if plan.state == PlanState.CLOSED else ""


def plan_is_issued(act: Act) -> str:
    """Only what is in force is carried out and adjusted."""
    return "" if act.obj.plan.is_issued else "计划印发实施后才能办理。"


def issued_needs_reason(act: Act) -> str:
    """In an issued plan every change has a reason. R015."""
    if act.asking or act.opinion or not act.obj.plan.is_issued:
        return ""
    return "计划已印发，请写明调整理由。"


def no_forum_stands(act: Act) -> str:
    """A topic on which a forum is planned or was held is not withdrawn behind its back. R015."""
    forum = act.obj.forums.exclude(state__in=NOT_HELD).first()
    if forum is None:
        return ""
    return f"议题已安排“{forum}”（{forum.get_state_display()}），不能撤销；确需撤销的，请先取消座谈会或并入全体会议。"


def adjust(act: Act) -> None:
    """Save what the form changed, in the same transaction as its reason. R015."""
    act.data["save"](act.obj)


def ask_counties(act: Act) -> None:
    """In an issued plan the counties are asked for what concerns them now, and for nothing else. R012."""
    if act.obj.plan.is_issued:
        sync_adoptions([act.obj], by=act.by)


def send_to_units(act: Act) -> None:
    """An issued plan goes to the units that come in with one of its topics, too. R009."""
    topic = act.obj
    if topic.plan.is_issued and not topic.off_plan:
        send_to_new(topic.plan, Organization.objects.filter(topic_units__topic=topic).distinct(), by=act.by)


def county_dates(topic: Topic) -> None:
    """The dates of the counties that are asked follow the topic."""
    if topic.plan.is_issued:
        keep_county_dates([topic])


TOPIC = Workflow(
    S,
    Transition(
        "withdraw", "撤销议题", (S.PLANNED,), S.WITHDRAWN, MANAGE,
        (plan_is_with_the_office, issued_needs_reason, no_forum_stands), (ask_counties,), style="danger", rule="R015",
    ),
    Transition(
        "reinstate", "恢复议题", (S.WITHDRAWN,), S.PLANNED, MANAGE, (plan_is_with_the_office, issued_needs_reason),
        (ask_counties, send_to_units), style="secondary", rule="R015",
    ),
    Transition(
        "adjust", "调整议题", (S.PLANNED,), S.PLANNED, MANAGE, (plan_is_issued,),
        (adjust, ask_counties, send_to_units), needs_opinion=True, style="secondary", rule="R015",
    ),
    Transition("complete", "标记完成", (S.PLANNED,), S.DONE, MANAGE, (plan_is_issued,), style="secondary"),
    Transition(
        "reopen", "恢复为未完成", (S.DONE,), S.PLANNED, MANAGE, (plan_is_issued,), needs_opinion=True,
        style="secondary",
    ),
    lock_first=lock_plan,
    settle=county_dates,
)  # fmt: skip
