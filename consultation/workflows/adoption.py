"""How a county's adoption moves: pending, adopted; a wrong date is corrected with a reason. R012."""

from django.utils import timezone

from consultation.models import CountyAdoption
from consultation.models.adoption import ADOPT
from consultation.models.adoption import AdoptionState as S
from consultation.models.topic import Part, TopicState
from cppcc.deadlines.keeping import keep_dates
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow


def county_is_still_asked(act: Act) -> str:
    """A topic that was withdrawn, or no longer concerns the county, is not taken up."""
    topic = act.obj.topic
    if topic.state == TopicState.WITHDRAWN:
        return "该议题已撤销，不需要再列入本级计划。"
    if not topic.asks_counties:
        return "该议题已调整为自选议题，不需要再列入本级计划。"
    if topic.units.filter(part=Part.COUNTY, organization=act.obj.county_id).exists():
        return ""
    return "该议题已调整，不再涉及本县（市、区），不需要再列入本级计划。"


def committee_date_is_past(act: Act) -> str:
    """The party committee has met when its date is recorded."""
    if act.asking:
        return ""
    day = act.data.get("committee_date")
    if not day:
        return "请填写党委常委会会议审议日期。"
    return "党委常委会会议日期不能晚于今天，请核对。" if day > timezone.localdate() else ""


def record(act: Act) -> None:
    """The day, and under what name it stands in the county's plan."""
    act.obj.committee_date = act.data["committee_date"]
    act.obj.county_title = act.data.get("county_title", "")


def waiting(adoption: CountyAdoption) -> list[Hold]:
    """With the county until it has recorded."""
    if adoption.state == S.ADOPTED:
        return []
    return [Hold("将联接议题列入本级计划", adoption.county_id, Role.COUNTY)]


ADOPTION = Workflow(
    S,
    Transition(
        "record", "登记列入", (S.PENDING,), S.ADOPTED, ADOPT, (county_is_still_asked, committee_date_is_past),
        (record,), rule="R012",
    ),
    Transition(
        "correct", "更正", (S.ADOPTED,), S.ADOPTED, ADOPT, (committee_date_is_past,), (record,), needs_opinion=True,
        rule="R012", style="secondary",
    ),
    waiting=waiting,
    settle=keep_dates,
)  # fmt: skip
