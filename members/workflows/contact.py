"""How what a member raised moves: noted, waiting for its answer, answered; opened again when it was not. R129, R137."""

from datetime import date

from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow
from members.models import Contact
from members.models.contacts import ContactState as S
from members.models.ledger import RECORD


def something_was_raised(act: Act) -> str:
    """Without a difficulty there is nothing to answer."""
    return "" if act.obj.difficulty.strip() else "没有填写反映的困难和问题，请先修改补充。"


def answer_is_given(act: Act) -> str:
    """What was done or answered, and on which day: not before it was raised, not to come."""
    if act.asking:
        return ""
    day: date | None = act.data.get("solved_on")
    if not (act.data.get("solution") or "").strip():
        return "请写明解决（答复）情况。"
    if day is None or day > timezone.localdate():
        return "请填写解决（答复）日期，不能晚于今天。"
    return "解决（答复）日期不能早于反映的日期，请核对。" if day < act.obj.on else ""


def write_answer(act: Act) -> None:
    """What was done, and when."""
    act.obj.solution, act.obj.solved_on = act.data["solution"].strip(), act.data["solved_on"]


def waiting(contact: Contact) -> list[Hold]:
    """With the unit that keeps it, until it is answered."""
    if contact.state != S.OPEN:
        return []
    office = Office.required().organization_id
    role = Role.OFFICE_CLERK if contact.organization_id == office else ""
    return [Hold("答复委员反映的困难", contact.organization_id, role)]


CONTACT = Workflow(
    S,
    Transition(
        "raise", "转为待解决", (S.NOTED,), S.OPEN, RECORD, (something_was_raised,), rule="R129", style="secondary"
    ),
    Transition(
        "solve", "登记解决（答复）", (S.OPEN,), S.SOLVED, RECORD, (answer_is_given,), (write_answer,), rule="R129"
    ),
    Transition(
        "reopen", "重新办理", (S.SOLVED,), S.OPEN, RECORD, needs_opinion=True, rule="R129", style="secondary"
    ),
    waiting=waiting,
    settle=keep_dates,
)  # fmt: skip
