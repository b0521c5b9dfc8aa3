"""How a suggestion moves: received, made a topic, not taken up, withdrawn. R004."""

from consultation.models import AnnualPlan, TopicSuggestion
from consultation.models.suggestion import SUGGEST
from consultation.models.suggestion import SuggestionState as S
from consultation.topics import take_over
from consultation.workflows.solicitation import waiting
from cppcc.workflow.engine import Act, Transition, Workflow, rewrite_waiting

CONSOLIDATE = "consultation.consolidate_suggestions"


def lock_plan(suggestion: TopicSuggestion) -> dict[str, AnnualPlan]:
    """The plan first: taking up a suggestion changes its topics."""
    AnnualPlan.objects.select_for_update().filter(solicitations=suggestion.solicitation_id).first()
    return {}


def plan_takes_topics(act: Act) -> str:
    """Topics are made while the plan is with the office."""
    plan = act.obj.solicitation.plan
    if plan.is_editable:
        return ""
    return f"《{plan}》{plan.get_state_display()}，不能再列入议题。"


def topic_is_chosen(act: Act) -> str:
    """It becomes, or joins, a topic of the same plan."""
    topic = act.data.get("topic")
    if act.asking:
        return ""
    if topic is None or topic.plan_id != act.obj.solicitation.plan_id:
        return "请选择要列入的议题。"
    return ""


def round_is_open(act: Act) -> str:
    """A unit withdraws its suggestion while it may still answer."""
    return act.obj.solicitation.closed_sentence()


def join_topic(act: Act) -> None:
    """Point to the topic, which takes over proposer and counties; they stay with it for good. R004, R007, R008."""
    act.obj.topic = act.data["topic"]
    if not act.data.get("together"):  # whoever brings many together adds the units of all of them once
        take_over(act.obj.topic, [act.obj])


def leave_topic(act: Act) -> None:
    """Point to no topic any more."""
    act.obj.topic = None


def round_duties(suggestion: TopicSuggestion) -> None:
    """A closed round waits with the office only as long as something is left to consolidate."""
    rewrite_waiting(suggestion.solicitation, waiting(suggestion.solicitation))


SUGGESTION = Workflow(
    S,
    Transition(
        "adopt", "列为议题", (S.RECEIVED, S.DECLINED), S.ADOPTED, CONSOLIDATE, (plan_takes_topics, topic_is_chosen),
        (join_topic,), rule="R004",
    ),
    Transition("decline", "不予采纳", (S.RECEIVED,), S.DECLINED, CONSOLIDATE, needs_opinion=True, style="secondary"),
    Transition(
        "reopen", "退回待汇总", (S.ADOPTED, S.DECLINED), S.RECEIVED, CONSOLIDATE, (plan_takes_topics,), (leave_topic,),
        style="secondary",
    ),
    Transition("withdraw", "撤回建议", (S.RECEIVED,), S.WITHDRAWN, SUGGEST, (round_is_open,), style="danger"),
    lock_first=lock_plan,
    settle=round_duties,
)  # fmt: skip
