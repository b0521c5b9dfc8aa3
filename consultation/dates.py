"""The dates of rounds of asking, of plans before their bodies, and of the counties' adoption. R003, R009-R012."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from consultation.models import AnnualPlan, CountyAdoption, Solicitation
from consultation.models.adoption import AdoptionState, concerned
from consultation.models.plan import PlanState
from consultation.models.solicitation import SolicitationState
from cppcc.deadlines.registry import Dated, Holder
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.models import ApprovalRound, Movement

REACHING = ("submit", "pass", "finish_amendment")  # acts that bring a plan before a body


def today() -> date:
    """The day of the act."""
    return timezone.localdate(now())


def round_anchors(solicitation: Solicitation) -> dict[str, date | None]:
    """The window, from the day on which the round was opened."""
    if solicitation.state == SolicitationState.DRAFTING:
        return {}
    return {"opens_on": solicitation.opens_on, "closes_on": solicitation.closes_on}


def unanswered(solicitation: Solicitation, responsible: str, step: str) -> Iterable[Holder]:
    """The units that have not answered. R003."""
    if responsible != "addressees":
        return []
    left = solicitation.addressees.filter(answered_on__isnull=True)
    return [(unit, "") for unit in left.values_list("organization", flat=True)]


def round_done(solicitation: Solicitation) -> dict[str, date]:
    """All have answered, or the round is closed."""
    left, last = solicitation.addressees.aggregate(
        left=Count("pk", filter=Q(answered_on__isnull=True)), last=Max("answered_on")
    ).values()
    if last and not left:
        return {"answer": last}
    return {"answer": today()} if solicitation.state == SolicitationState.CLOSED else {}


def plan_anchors(plan: AnnualPlan) -> dict[str, date | None]:
    """The day on which the plan came before the body that has it now. R009-R011."""
    if plan.state != PlanState.IN_APPROVAL:
        return {}
    last = Movement.for_matter(plan).filter(name__in=REACHING).first()
    return {"submitted": timezone.localdate(last.at)} if last else {}


def plan_turn(plan: AnnualPlan, step: str) -> str:
    """Each body of each round is a turn of its own."""
    here = plan.approval_round
    return f"{step}-{here.number}-{here.step.order}" if here and here.step else step


def body_of(plan: AnnualPlan, responsible: str, step: str) -> Iterable[Holder]:
    """Who signs, or records for, the body that has it now."""
    here = plan.approval_round
    if responsible != "step" or not here or not here.step:
        return []
    return [(here.step.organization_id, here.step.role)]


def step_label(plan: AnnualPlan, label: str) -> str:
    """The step of the chain by its own name."""
    here = plan.approval_round
    return here.step.label if here and here.step else label


def was_taken_back(plan: AnnualPlan) -> bool:
    """Whether the office took the plan back; else the body has decided."""
    last = ApprovalRound.for_matter(plan).order_by("-number").first()
    return bool(last and last.outcome == ApprovalRound.Outcome.WITHDRAWN)


def still_asked(rows: QuerySet) -> QuerySet:
    """Adoptions with their plan, and whether the county still has to take the topic up. R012."""
    asking = CountyAdoption.objects.filter(concerned(), topic__plan__state=PlanState.ISSUED, pk=OuterRef("pk"))
    return rows.select_related("topic__plan", "county").annotate(asked=Exists(asking))


def adoption_anchors(adoption: CountyAdoption) -> dict[str, date | None]:
    """The day on which the plan was issued, while the county is asked or has taken the topic up."""
    counts = adoption.asked or adoption.state == AdoptionState.ADOPTED  # type: ignore[attr-defined]  # annotated
    return {"issued": adoption.topic.plan.issued_on} if counts else {}


def county_of(adoption: CountyAdoption, responsible: str, step: str) -> Iterable[Holder]:
    """The county's clerk."""
    return [(adoption.county_id, Role.COUNTY)] if responsible == "county" else []


def adoption_done(adoption: CountyAdoption) -> dict[str, date]:
    """It has been recorded."""
    return {"adopt": today()} if adoption.state == AdoptionState.ADOPTED else {}


ROUND = Dated("plan_solicitation", round_anchors, unanswered, done=round_done)
PLAN = Dated(
    "plan_approval", plan_anchors, body_of, label=step_label, instance=plan_turn, dropped=was_taken_back
)  # fmt: skip
ADOPTION = Dated("county_adoption", adoption_anchors, county_of, done=adoption_done, load=still_asked)
