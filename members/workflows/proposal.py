"""How a member's own entry moves: proposed, then confirmed or declined by the office. R133."""

from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow
from members.dossier import record, wrong_day
from members.models import EntryProposal
from members.models.ledger import CONFIRM, PROPOSE
from members.models.ledger import ProposalState as S
from members.proposing import tell


def day_counts(act: Act) -> str:
    """On that day he was a member and the act was in force."""
    return wrong_day(act.obj.member, act.obj.on, act.obj.act)


def not_his_own(act: Act) -> str:
    """Nobody confirms what he says of himself."""
    own = act.by.person_id is not None and act.by.person_id == act.obj.member.person_id
    return "这是您本人的申报，请由其他同志审核。" if own else ""


def enter(act: Act) -> None:
    """It stands in the ledger, once."""
    said: EntryProposal = act.obj
    record(
        said.member, said.act, on=said.on, title=said.title, role=said.role, level=said.level, n=said.n,
        evidence=said.evidence, matter=said, key=f"proposal:{said.pk}", by=act.by,
    )  # fmt: skip


def tell_confirmed(act: Act) -> None:
    """The member hears that it counts."""
    body = f"您申报的“{act.obj.title}”（{act.obj.on:%Y年%-m月%-d日}）已审核通过，计入履职档案。"
    tell(act.obj, f"履职申报已确认：{act.obj.title}", body)


def tell_declined(act: Act) -> None:
    """The member hears why not."""
    body = f"您申报的“{act.obj.title}”（{act.obj.on:%Y年%-m月%-d日}）未通过审核。意见：{act.opinion}"
    tell(act.obj, f"履职申报未通过：{act.obj.title}", body)


def waiting(proposal: EntryProposal) -> list[Hold]:
    """The office confirms."""
    if proposal.state != S.PROPOSED:
        return []
    return [Hold("审核委员申报", Office.required().organization_id, Role.OFFICE_CLERK)]


PROPOSAL = Workflow(
    S,
    Transition(
        "confirm", "确认", (S.PROPOSED,), S.CONFIRMED, CONFIRM, (not_his_own, day_counts), (enter, tell_confirmed),
        rule="R133",
    ),
    Transition(
        "decline", "不予确认", (S.PROPOSED,), S.DECLINED, CONFIRM, (not_his_own,), (tell_declined,),
        needs_opinion=True, style="danger", rule="R133",
    ),
    Transition("take_back", "撤回", (S.PROPOSED,), S.TAKEN_BACK, PROPOSE, style="secondary"),
    waiting=waiting,
)  # fmt: skip
