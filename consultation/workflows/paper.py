"""How a paper of a forum moves: delivered, looked through by the leading committee, finished. R047-R050."""

from django.utils import timezone

from consultation.forums.locking import locked
from consultation.models.forum import DELIVER, Forum, ForumState
from consultation.models.forum_rules import PaperRule
from consultation.models.paper import OWED, Paper
from consultation.models.paper import PaperState as S
from consultation.workflows.leading import another_leads
from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Notice
from cppcc.office.roles import Role
from cppcc.workflow.engine import Act, Hold, Transition, Workflow
from cppcc.workflow.registry import url_of

CHECK = "consultation.check_paper"
OVER = (ForumState.MERGED, ForumState.CANCELLED, ForumState.CLOSED)
DUTY, CHECKING, CHASING = "提供文稿", "把关文稿", "催收文稿"


def forum_takes_papers(act: Act) -> str:
    """A forum that is over or does not take place takes none."""
    forum = act.obj.forum
    return f"座谈会{forum.get_state_display()}，文稿不能再变动。" if forum.state in OVER else ""


def file_is_given(act: Act) -> str:
    """There is a text."""
    return "" if act.asking or act.data.get("file") else "请选择要提供的文件。"


def lead_looks_through(act: Act) -> str:
    """The leading committee, or the office, looks a paper through; never another committee its own. R049."""
    if another_leads(act):
        return f"文稿由牵头委室（{act.obj.forum.lead}）把关，本单位的文稿不能由本单位定稿。"
    return ""


def keep_file(act: Act) -> None:
    """The version that holds; earlier ones stay with the paper."""
    act.obj.file, act.obj.classification = act.data["file"], act.data["file"].classification


def tell_speaker(act: Act) -> None:
    """A speaker with an account hears that his paper came back, and why; a unit has its duty."""
    person = act.obj.participant.person if act.obj.participant else None
    account = getattr(person, "user", None)
    if account is not None and account.is_active:
        Notice.objects.create(
            key=f"paper-returned:{act.movement.pk}", user=account, title=f"文稿退回修改：{act.obj.label}"[:200],
            body=f"{act.obj.forum}：{act.opinion}", url=url_of(act.obj), created_at=timezone.now(),
        )  # fmt: skip


def waiting(paper: Paper) -> list[Hold]:
    """In whose hands it is: the unit that owes it; for a speaker the leading committee asks."""
    if paper.forum.state in OVER:
        return []
    lead = paper.forum.lead_id or 0
    if paper.state == S.DELIVERED:
        return [Hold(CHECKING, lead, Role.COMMITTEE_CLERK)]
    if paper.state not in OWED:
        return []
    if paper.owner_id is None:
        return [Hold(CHASING, lead, Role.COMMITTEE_CLERK)]
    return [Hold(DUTY, paper.owner_id, role_of(paper))]


def role_of(paper: Paper) -> str:
    """Who of the unit does it: clerks of the leading committee and of the office, anybody elsewhere."""
    if paper.owner_id == paper.forum.lead_id:
        return Role.COMMITTEE_CLERK
    office = paper.paper_rule is not None and paper.paper_rule.owner == PaperRule.Owner.OFFICE
    return Role.OFFICE_CLERK if office else ""


def lock_forum(paper: Paper) -> dict[str, Forum]:
    """The forum first: its cancellation takes the papers along."""
    return {"forum": locked(paper.forum, "lead", alone=True)}


TAKES = (forum_takes_papers,)
PAPER = Workflow(
    S,
    Transition("deliver", "提供文稿", (*OWED, S.DELIVERED), S.DELIVERED, DELIVER, (*TAKES, file_is_given), (keep_file,),
               rule="R047"),
    Transition("renew", "更换新稿", (S.APPROVED,), S.DELIVERED, DELIVER, (*TAKES, file_is_given), (keep_file,),
               needs_opinion=True, style="secondary", rule="R049"),
    Transition("approve", "把关定稿", (S.DELIVERED,), S.APPROVED, CHECK, (*TAKES, lead_looks_through), rule="R049"),
    Transition("return", "退回修改", (S.DELIVERED, S.APPROVED), S.RETURNED, CHECK, (*TAKES, lead_looks_through),
               (tell_speaker,), needs_opinion=True, style="danger", rule="R049"),
    Transition("waive", "不再需要", (*OWED, S.DELIVERED), S.WAIVED, CHECK, (lead_looks_through,), needs_opinion=True,
               style="secondary"),
    Transition("demand", "恢复需要", (S.WAIVED,), S.AWAITED, CHECK, (*TAKES, lead_looks_through), needs_opinion=True,
               style="secondary"),
    waiting=waiting,
    lock_first=lock_forum,
    settle=keep_dates,
)  # fmt: skip
WITH_FILE = ("deliver", "renew")  # no plain buttons: each has its form
