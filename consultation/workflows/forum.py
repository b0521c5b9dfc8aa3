"""How a forum moves: scheme along its chain, preparation, session, outcome reported, closed. R022-R054."""

from consultation.forums import gates
from consultation.forums.crediting import close_session, open_session
from consultation.forums.locking import lock_meeting
from consultation.forums.moving import cancel_meeting, end_work, note_reported, postpone
from consultation.forums.numbering import give_number
from consultation.forums.papers import retire_papers, when_approved
from consultation.models.forum import BEFORE, MANAGE, SUBMIT, Forum
from consultation.models.forum import ForumState as S
from cppcc.deadlines.keeping import keep_dates
from cppcc.office.models import Office
from cppcc.office.roles import Role
from cppcc.workflow.approval import approval_transitions, step_hold
from cppcc.workflow.engine import Act, Choice, Hold, Transition, Workflow

REPORT = "consultation.report_outcome"
TRACK = "consultation.track_suggestion"


def with_its_meeting(act: Act) -> str:
    """A forum is over when its meeting is closed, and open again with it; not by a button of its own."""
    return "" if act.data.get("meeting") else "请在会议页面办理，座谈会随会议一同变动。"


def with_its_outcome(act: Act) -> str:
    """The outcome is reported by the issue of its paper, or as entered with day and reason. R053."""
    return "" if act.data.get("reported_on") else "请在“协商成果”中印发成果，或登记报送。"


def waiting(forum: Forum) -> list[Hold]:
    """In whose hands the forum is."""
    if forum.state == S.IN_APPROVAL:
        return step_hold(forum)
    if forum.state == S.HELD:
        return [Hold("报送协商成果", Office.required().organization_id, Role.OFFICE_CLERK)]
    lead = (forum.lead_id or 0, Role.COMMITTEE_CLERK)
    holders = {
        S.DRAFTING: ("拟定座谈会实施方案", *lead),
        S.AMENDING: ("按审议意见修改方案", *lead),
        S.PREPARING: ("筹备座谈会", *lead),
        S.IN_SESSION: ("召开座谈会", *lead),
        S.REPORTED: ("跟踪协商成果", *lead),
    }
    found = holders.get(S(forum.state))
    return [Hold(*found)] if found else []


def settle(forum: Forum) -> None:
    """Its dates follow."""
    keep_dates(forum)


WITH_OTHERS = ("end", "resume", "report", "postpone")  # no plain buttons: each has its form, or comes with another act
FORUM = Workflow(
    S,
    *approval_transitions(
        drafting=S.DRAFTING,
        in_approval=S.IN_APPROVAL,
        amending=S.AMENDING,
        approved=S.PREPARING,
        submit=SUBMIT,
        guards=(gates.has_host, gates.scheme_is_complete),
        effects=(when_approved,),
    ),
    Transition(
        "convene", "召开座谈会", (S.PREPARING,), S.IN_SESSION, MANAGE,
        (gates.its_day_has_come, gates.gates_are_open, gates.agenda_has_what_it_must), (give_number,), rule="R023",
    ),
    Transition("end", "会议结束", (S.IN_SESSION,), S.HELD, MANAGE, (with_its_meeting,), (close_session,), rule="R046"),
    Transition(
        "resume", "重新打开", (S.HELD,), S.IN_SESSION, MANAGE, (with_its_meeting,), (open_session,), needs_opinion=True,
        style="secondary",
    ),
    Transition("report", "报送成果", (S.HELD,), S.REPORTED, REPORT, (with_its_outcome,), (note_reported,), rule="R053"),
    Transition("close", "办结", (S.REPORTED,), S.CLOSED, TRACK, needs_opinion=True, rule="R054"),
    Transition(
        "postpone", "改期", BEFORE, Choice(lambda act: S(act.obj.state), BEFORE), MANAGE, (), (postpone,),
        needs_opinion=True, style="secondary", rule="R015",
    ),
    Transition(
        "merge", "并入全体会议", (S.DRAFTING, S.PREPARING), S.MERGED, MANAGE, (),
        (cancel_meeting, retire_papers, end_work),
        needs_opinion=True, style="secondary", rule="R027",
    ),
    Transition(
        "cancel", "取消座谈会", (S.DRAFTING, S.AMENDING, S.PREPARING), S.CANCELLED, MANAGE, (),
        (cancel_meeting, retire_papers, end_work), needs_opinion=True, style="danger",
    ),
    waiting=waiting,
    lock_first=lock_meeting,
    settle=settle,
)  # fmt: skip
