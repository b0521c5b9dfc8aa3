"""How a plan moves: drafting, approval along its chain, issue, close. R009-R012, R001."""

from datetime import date

from consultation.adoptions import end_asking, keep_county_dates, open_adoptions
from consultation.meter import counted, off_target, read_meter
from consultation.models import AnnualPlan, CountyAdoption
from consultation.models.plan import PlanState as S
from cppcc.deadlines.keeping import keep_dates
from cppcc.documents.models.document import DocumentState
from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.approval import approval_transitions, keep_version, last_decided_on, step_hold
from cppcc.workflow.engine import Act, Hold, Transition, Workflow


def has_topics(act: Act) -> str:
    """A plan without topics is no plan."""
    found = act.obj.counted if act.asking else counted(act.obj.standing)
    return "" if found else "计划中还没有议题，请先录入、导入或从建议中列入议题。"


def off_target_has_reason(act: Act) -> str:
    """Off target needs a written reason, which stays in the history; read inside the lock. R001, R013-R015."""
    if act.asking or act.opinion:
        return ""
    missed = off_target(read_meter(act.obj, act.obj.standing, proposers=False))
    if not missed:
        return ""
    return "以下指标未达到要求，请在意见栏写明理由后再提请：" + "".join(missed)


def comes_with_its_notice(act: Act) -> str:
    """A plan is issued by the issue of its notice, which brings number, day and document; not before it was passed."""
    if act.asking or not act.data.get("document"):
        return "年度计划随印发通知一并印发：请在计划页面起草印发通知，经核稿、签发后编号印发。"
    number = act.data["number"]
    if AnnualPlan.objects.filter(number=number).exclude(pk=act.obj.pk).exists():
        return f"文号“{number}”已被其他计划使用，请核对文号。"
    return decided_later(act.obj, act.data["issued_on"])


def decided_later(plan: AnnualPlan, day: date) -> str:
    """Nothing is issued before it was decided. R009."""
    last = last_decided_on(plan)
    return f"印发日期不能早于审议通过的日期（{last:%Y年%-m月%-d日}），请核对。" if last and day < last else ""


def document_is_void(plan: AnnualPlan) -> bool:
    """Whether the notice that issued the plan was cancelled since, so that it is issued anew."""
    return bool(plan.document and plan.document.state == DocumentState.CANCELLED)


def notice_was_voided(act: Act) -> str:
    """Only then a plan in force gets another number."""
    return "" if document_is_void(act.obj) else "年度计划已经印发，原印发通知作废以后才能重新印发。"


def issue(act: Act) -> None:
    """Take number, day and document from the notice, ask the counties. R009, R012."""
    act.obj.number, act.obj.issued_on = act.data["number"], act.data["issued_on"]
    act.obj.document = act.data["document"]
    open_adoptions(act.obj, by=act.by)


def counties_have_answered(act: Act) -> str:
    """Closing with open counties is allowed, with an opinion. R012."""
    if act.asking or act.opinion:
        return ""
    pending = CountyAdoption.objects.standing().filter(topic__plan=act.obj, state="pending").count()
    return f"还有 {pending} 项联接议题未登记县级列入情况，请写明理由后再办结。" if pending else ""


def drop_duties(act: Act) -> None:
    """A closed year asks nothing of the counties any more; what they record later is still taken."""
    end_asking(act.obj)


def waiting(plan: AnnualPlan) -> list[Hold]:
    """In whose hands the plan is."""
    if plan.state == S.IN_APPROVAL:
        return step_hold(plan)
    labels = {S.DRAFTING: "编制计划", S.AMENDING: "按审议意见修改", S.APPROVED: "印发计划"}
    if plan.state not in labels:
        return []
    return [Hold(labels[S(plan.state)], Office.required().organization_id, Role.OFFICE_CLERK)]


def dates(plan: AnnualPlan) -> None:
    """The body's date, and those of the counties of a plan in force. R009-R012."""
    keep_dates(plan)
    if plan.state in (S.ISSUED, S.CLOSED):
        keep_county_dates(plan.topics.all())


WITH_THE_NOTICE = ("issue", "reissue")  # no buttons of their own
PLAN = Workflow(
    S,
    *approval_transitions(
        drafting=S.DRAFTING,
        in_approval=S.IN_APPROVAL,
        amending=S.AMENDING,
        approved=S.APPROVED,
        submit="consultation.submit_plan",
        guards=(has_topics, off_target_has_reason),
    ),
    Transition(
        "issue", "印发", (S.APPROVED,), S.ISSUED, "consultation.issue_plan", (comes_with_its_notice,),
        (issue, keep_version), rule="R009",
    ),
    Transition(
        "reissue", "重新印发", (S.ISSUED,), S.ISSUED, "consultation.issue_plan",
        (notice_was_voided, comes_with_its_notice), (issue, keep_version), rule="R009", style="secondary",
    ),
    Transition(
        "close", "年度办结", (S.ISSUED,), S.CLOSED, "consultation.issue_plan", (counties_have_answered,),
        (drop_duties,),
        style="secondary",
    ),
    waiting=waiting,
    settle=dates,
)  # fmt: skip
