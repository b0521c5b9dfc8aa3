"""How a round of asking moves: prepared, open, closed, opened again. R002, R005, R006."""

from django.utils import timezone

from consultation.models import Solicitation
from consultation.models.solicitation import SolicitationState as S
from cppcc.deadlines.keeping import keep_dates
from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow

MANAGE = "consultation.manage_solicitation"


def somebody_is_asked(act: Act) -> str:
    """A round asks somebody."""
    if act.obj.asks_members or act.obj.addressees.exists():
        return ""
    return "还没有征集对象，请先选择征集渠道或添加单位。"


def new_end_is_given(act: Act) -> str:
    """A round that is opened again needs a day to come on which it closes."""
    if act.asking:
        return ""
    day = act.data.get("closes_on")
    if not day:
        return "请填写新的截止日期。"
    if day < timezone.localdate():
        return "新的截止日期不能早于今天，请重新填写。"
    return "新的截止日期不能早于开始日期，请重新填写。" if day < act.obj.opens_on else ""


def set_end(act: Act) -> None:
    """The new last day."""
    act.obj.closes_on = act.data["closes_on"]


def waiting(solicitation: Solicitation) -> list[Hold]:
    """Open: with everybody who has not answered; closed: with the office, until nothing is left to consolidate."""
    if solicitation.state != S.OPEN:
        office = Office.required().organization_id
        labels = {S.DRAFTING: "准备议题征集", S.CLOSED: "汇总议题建议"}
        left = solicitation.suggestions.filter(state="received").exists()
        if solicitation.state == S.CLOSED and not left:
            return []
        return [Hold(labels[S(solicitation.state)], office, Role.OFFICE_CLERK)]
    unanswered = solicitation.addressees.filter(answered_on__isnull=True)
    return [Hold("报送议题建议", organization) for organization in unanswered.values_list("organization", flat=True)]


SOLICITATION = Workflow(
    S,
    Transition("open", "开始征集", (S.DRAFTING,), S.OPEN, MANAGE, (somebody_is_asked,), rule="R002"),
    Transition("close", "截止征集", (S.OPEN,), S.CLOSED, MANAGE, rule="R002", style="secondary"),
    Transition(
        "reopen", "重新开放", (S.CLOSED,), S.OPEN, MANAGE, (new_end_is_given,), (set_end,), rule="R002",
        style="secondary",
    ),
    waiting=waiting,
    settle=keep_dates,
)  # fmt: skip
