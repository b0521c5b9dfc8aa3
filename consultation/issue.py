"""Issuing a plan: the document, and the units it goes to. R009, R011, R111, R120."""

from collections.abc import Sequence
from datetime import date

from consultation.models import AnnualPlan, PlanDelivery, Topic
from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table
from cppcc.documents.typeset import typeset
from cppcc.files.models import Classification, StoredFile
from cppcc.files.storing import store
from cppcc.office.models import Office, Organization
from cppcc.workflow.models import ApprovalStep, Movement

Kind = Organization.Kind
ALWAYS = (Kind.COUNTY, Kind.PARTY, Kind.FEDERATION)
PHRASES = {
    Kind.COUNTY: "各县（市、区）政协",
    Kind.PARTY: "各民主党派",
    Kind.FEDERATION: "工商联",
    Kind.PEOPLES_ORGANISATION: "有关人民团体",
    Kind.DEPARTMENT: "有关部门",
    Kind.COMMITTEE: "各委室",
}
HEAD = ["序号", "议题", "协商形式", "牵头单位", "协办单位", "协商部门", "时间", "类型", "涉及县（市、区）", "备注"]
WIDTHS = [2.2, 10.2, 5.2, 4.4, 4.4, 7.6, 3.2, 3.2, 7.4, 4.4]


def issuers(plan: AnnualPlan) -> list[Organization]:
    """Who issues: the offices of the chain's closing step together, else the office alone. R011."""
    step = plan.chain.steps.filter(kind=ApprovalStep.Kind.ISSUE).first() if plan.chain else None
    joint = list(step.issuers.order_by("order", "pk")) if step else []
    return joint or [Office.required().organization]


def recipients(plan: AnnualPlan) -> list[Organization]:
    """Everybody with a part in a topic, and all counties, parties and the federation; not those who issue."""
    involved = Organization.objects.filter(topic_units__topic__in=plan.topics.counted())
    always = Organization.objects.valid().filter(kind__in=ALWAYS)
    senders = {unit.pk for unit in issuers(plan)}
    found = (involved | always).distinct().order_by("kind", "order", "pk")
    return [unit for unit in found if unit.pk not in senders]


def list_deliveries(plan: AnnualPlan) -> None:
    """A row per unit that the plan goes to; doing it twice changes nothing."""
    PlanDelivery.objects.bulk_create(
        [PlanDelivery(plan=plan, organization=unit) for unit in recipients(plan)], ignore_conflicts=True
    )


def address(units: Sequence[Organization]) -> str:
    """The recipients as a document names them: by groups, in a fixed order."""
    kinds = {unit.kind for unit in units}
    return "，".join(phrase for kind, phrase in PHRASES.items() if kind in kinds) or "各有关单位"


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


def plan_document(plan: AnnualPlan, *, number: str, day: date) -> DocumentContent:
    """The notice that issues the plan, with the plan as its text."""
    offices, units = issuers(plan), recipients(plan)
    bodies = Movement.for_matter(plan).filter(name__in=("pass", "pass_amended"), step__body__isnull=False)
    last = bodies.select_related("step__body").order_by("-at", "-pk").first()
    decided = f"已经{last.step.body.name}审议同意，" if last else ""
    body = [
        Paragraph(f"《{plan.title}》{decided}现印发给你们，请结合实际认真组织实施。"),
        Paragraph("各牵头单位要按照计划安排的时间和形式做好调研、协商和成果报送工作；有关单位要积极配合。"),
    ]
    names = [office.name for office in offices]
    return DocumentContent(
        masthead=" ".join([*names, "文件"]),
        number=number,
        title=[f"关于印发《{plan.title}》的通知"],
        recipients=address(units).split("，"),
        body=body,
        signature=names,
        date=day,
        annexes=[Annex(title=[plan.title], table=plan_table(plan), landscape=True, marked=False)],
        printed_by=names[0],
        printed_on=day,
    )


def issue_document(plan: AnnualPlan, *, day: date, by) -> StoredFile:
    """Typeset the plan and store the bytes; they are never rendered again."""
    data = typeset(plan_document(plan, number=plan.number, day=day))
    name = f"{plan.title}（{plan.number}）.pdf"
    return store(data, name=name, by=by, matter=plan, classification=Classification.PUBLIC)
