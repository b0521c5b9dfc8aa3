"""How a member's own entry moves: proposed, then confirmed or declined by the office. R133."""

from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow
from members.dossier import record
from members.models import EntryProposal
from members.models.ledger import CONFIRM, PROPOSE
from members.models.ledger import ProposalState as S


def enter(act: Act) -> None:
    """It stands in the ledger, once."""
    said: EntryProposal = act.obj
    record(
        said.member, said.act, on=said.on, title=said.title, role=said.role, level=said.level, n=said.n,
        evidence=said.evidence, matter=said, key=f"proposal:{said.pk}", by=act.by,
    )  # fmt: skip


def waiting(proposal: EntryProposal) -> list[Hold]:
    """The office confirms."""
    if proposal.state != S.PROPOSED:
        return []
    return [Hold("审核委员申报", Office.required().organization_id, Role.OFFICE_CLERK)]


PROPOSAL = Workflow(
    S,
    Transition("confirm", "确认", (S.PROPOSED,), S.CONFIRMED, CONFIRM, effects=(enter,), rule="R133"),
    Transition("decline", "不予确认", (S.PROPOSED,), S.DECLINED, CONFIRM, needs_opinion=True, style="danger"),
    Transition("take_back", "撤回", (S.PROPOSED,), S.TAKEN_BACK, PROPOSE, style="secondary"),
    waiting=waiting,
)
