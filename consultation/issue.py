"""The notice that issues a plan: its text, the plan's table, to whom it goes, what its issue does. R009, R011, R120."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from consultation.models import AnnualPlan, Topic
from consultation.models.plan import PlanState
from consultation.workflows.plan import PLAN, decided_later, document_is_void
from cppcc.documents.circulation import add_units, send_also
from cppcc.documents.content import Annex, Table
from cppcc.documents.describing import ABOVE, KINDS, PHRASES, addressed
from cppcc.documents.description import described_annex
from cppcc.documents.models import Document
from cppcc.documents.models.reference import Part
from cppcc.documents.registry import Issue
from cppcc.files.models import Classification
from cppcc.office.models import Office, Organization
from cppcc.workflow.models import ApprovalStep, Movement
from cppcc.workflow.trail import deciding_body

KIND = "notice"
ISSUING = "issues_plan"  # the mark in a description: this notice issues the plan, others only speak of it
Kind = Organization.Kind
ALWAYS = (Kind.COUNTY, Kind.PARTY, Kind.FEDERATION)
WHY, WHY_LATER, RULE = "年度计划涉及的单位", "增补议题涉及", "R009"
HEAD = ["序号", "议题", "协商形式", "牵头单位", "协办单位", "协商部门", "时间", "类型", "涉及县（市、区）", "备注"]
WIDTHS = [2.2, 10.2, 5.2, 4.4, 4.4, 7.6, 3.2, 3.2, 7.4, 4.4]


# --- what it says --------------------------------------------------------------------------------------------------


def notice_draft(plan: AnnualPlan) -> dict[str, Any]:
    """The notice that issues `plan`; {} for one that is issued: what is said of it then is the clerk's own."""
    if plan.state in (PlanState.ISSUED, PlanState.CLOSED) and not document_is_void(plan):
        return {}
    offices, (main, copy) = issuers(plan), sides(recipients(plan))
    names = [office.name for office in offices]
    alone = offices == [Office.required().organization]
    return ({} if alone else {"masthead": names, "signature": names}) | {
        "title": f"关于印发《{plan.title}》的通知",
        "classification": Classification.PUBLIC,
        "recipients": addressed(main) or ["各有关单位"],
        "body": [{"level": 0, "text": text} for text in (opening(plan), REQUEST)],
        "annexes": [plan_annex(plan)],
        "units": {"main": main, "copy": copy, "why": WHY, "rule": RULE},
        ISSUING: True,
    }


REQUEST = "各牵头单位要按照计划安排的时间和形式做好调研、协商和成果报送工作；有关单位要积极配合。"


def opening(plan: AnnualPlan) -> str:
    """The first sentence: which body decided."""
    body = deciding_body(plan)
    decided = f"已经{body}审议同意，" if body else ""
    return f"《{plan.title}》{decided}现印发给你们，请结合实际认真组织实施。"


def issuers(plan: AnnualPlan) -> list[Organization]:
    """Who issues: the offices of the chain's closing step together, else the office alone. R011."""
    step = plan.chain.steps.filter(kind=ApprovalStep.Kind.ISSUE).first() if plan.chain else None
    joint = sorted(step.issuers.all(), key=rank) if step else []
    return joint or [Office.required().organization]


def rank(unit: Organization) -> tuple[int, int, int]:
    """The order in which offices issue together: those of the party committee, the government, then the others."""
    return KINDS.index(unit.kind), unit.order, unit.pk


def recipients(plan: AnnualPlan) -> list[Organization]:
    """Everybody with a part in a topic, and all counties, parties and the federation; not those who issue."""
    involved = Organization.objects.filter(topic_units__topic__in=plan.topics.counted())
    always = Organization.objects.valid().filter(kind__in=ALWAYS)
    return without_issuers(plan, (involved | always).distinct().order_by("kind", "order", "pk"))


def without_issuers(plan: AnnualPlan, units: Iterable[Organization]) -> list[Organization]:
    """Nobody sends a plan to himself."""
    senders = {unit.pk for unit in issuers(plan)}
    return [unit for unit in units if unit.pk not in senders]


def sides(units: Iterable[Organization]) -> tuple[list[Organization], list[Organization]]:
    """Those it is addressed to, and those above, who are only copied: nothing is issued to them."""
    known = list(units)
    return [unit for unit in known if unit.kind not in ABOVE], [unit for unit in known if unit.kind in ABOVE]


def table_row(number: int, topic: Topic, *, counties: int) -> list[str]:
    """A topic as the issued table prints it; one that involves all the `counties` there are says so shortly."""
    units = ["、".join(str(unit) for unit in group) for group in (topic.leads, topic.supports, topic.consulted)]
    kind = topic.get_linkage_display() + ("\n监督性" if topic.supervisory else "")
    involved = topic.counties
    names = PHRASES[Kind.COUNTY] if 1 < counties == len(involved) else "、".join(str(county) for county in involved)
    return [str(number), topic.title, topic.form_text, *units, topic.month_text, kind, names, topic.remark]


def plan_table(plan: AnnualPlan) -> Table:
    """The table of the plan's topics."""
    topics = plan.topics.counted().with_parts().order_by("number", "pk")
    counties = Organization.objects.valid().filter(kind=Kind.COUNTY).count()
    return Table(HEAD, [table_row(n, topic, counties=counties) for n, topic in enumerate(topics, start=1)], WIDTHS)


def plan_annex(plan: AnnualPlan) -> dict[str, Any]:
    """The plan as the text that its notice issues: not an 附件 of it."""
    return described_annex(Annex([plan.title], plan_table(plan), landscape=True, marked=False))


# --- what its issue does -------------------------------------------------------------------------------------------


def objection(plan: AnnualPlan, notice: Document, *, day: date | None) -> str:
    """Why the notice cannot issue the plan now: not approved, changed since it was signed, issued already. R009."""
    if not notice.description.get(ISSUING):
        return ""
    if act_of(plan) is None:
        if plan.number:
            return f"《{plan}》已由{plan.number}印发，不能再印发一次，请撤回并撤销这件通知。"
        return f"《{plan}》{plan.get_state_display()}，尚未批准，不能印发；批准后再办理。"
    if notice.classification == Classification.WORK_SECRET:
        return "年度计划印发后各单位都可查阅，印发通知不能标为工作秘密，请撤回修改密级标识。"
    approved = Movement.for_matter(plan).filter(target=PlanState.APPROVED).order_by("-at").first()
    if approved and notice.signed_at and notice.signed_at < approved.at:
        return f"通知签发以后，《{plan}》又经修改并重新批准，请撤回通知、核对内容并重新签发。"
    return decided_later(plan, day) if day else ""


def act_of(plan: AnnualPlan) -> str | None:
    """The plan's act that a notice carries out now: its issue, or the issue anew after the first notice was voided."""
    if plan.state == PlanState.APPROVED:
        return "issue"
    return "reissue" if plan.state == PlanState.ISSUED and document_is_void(plan) else None


def prepare(plan: AnnualPlan, notice: Document) -> None:
    """Print the plan as it was approved, and send it to everybody with a part in it. R009."""
    if not notice.description.get(ISSUING):
        return
    own = plan_annex(plan)
    others = [annex for annex in notice.description.get("annexes") or [] if annex.get("marked", True)]
    kept = [annex for annex in others if annex["title"] != own["title"]]
    notice.description = notice.description | {"annexes": [own, *kept]}
    for part, units in zip((Part.MAIN, Part.COPY), sides(recipients(plan)), strict=True):
        add_units(notice, units, why=WHY, rule=RULE, part=part)


def carry_out(plan: AnnualPlan, notice: Document, *, by: Any) -> None:
    """The plan is issued with its notice, by who issues the notice. Raises as the engine does."""
    name = act_of(plan)
    if notice.description.get(ISSUING) and name:
        data = {"number": notice.number_text, "issued_on": notice.issued_on, "document": notice}
        PLAN.move(plan, name, by=by, version=plan.version, data=data)


NOTICE = Issue(carry_out, objection, prepare)


# --- afterwards ----------------------------------------------------------------------------------------------------


def send_to_new(plan: AnnualPlan, units: Iterable[Organization], *, by: Any) -> None:
    """An issued plan goes to the units that come in with one of its topics, too. R009."""
    if not plan.document:
        return
    for part, new in zip((Part.MAIN, Part.COPY), sides(without_issuers(plan, units)), strict=True):
        send_also(plan.document, new, why=WHY_LATER, rule=RULE, by=by, part=part)


def notice_of(plan: AnnualPlan, user: Any) -> Document | None:
    """The notice on its way to issue `plan`, else the one that did, with its counts, as far as `user` may see it."""
    seen = Document.objects.visible_to(user).listed()
    if act_of(plan):
        drafts = seen.about(plan, KIND).unissued().filter(description__has_key=ISSUING).order_by("-created_at")
        if draft := drafts.first():
            return draft
    return seen.filter(pk=plan.document_id).first() if plan.document_id else None
