"""How a suggestion of a forum moves: noted, sent, in hand, settled or declined with its reason. R053, R054."""

from django.utils import timezone

from consultation.forums.locking import locked
from consultation.models import Forum, Suggestion, SuggestionNews
from consultation.models.forum import ForumState
from consultation.models.outcome import ANSWER
from consultation.models.outcome import SuggestionState as S
from consultation.workflows.leading import another_leads
from cppcc.deadlines.keeping import keep_dates
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import Act, Hold, Transition, Workflow

TRACK = "consultation.track_suggestion"
DEALING, TELLING = "办理意见建议", "向提出人反馈"


def has_department(act: Act) -> str:
    """Somebody is to deal with it."""
    return "" if act.obj.department_id else "请先明确办理单位。"


def outcome_has_left(act: Act) -> str:
    """Suggestions go out with the outcome, and after it. R053."""
    if act.data.get("with_outcome") or act.obj.forum.state in (ForumState.REPORTED, ForumState.CLOSED):
        return ""
    return "协商成果还没有报送；意见建议随成果一并送办。"


def lead_tracks(act: Act) -> str:
    """The leading committee, or the office; never a committee that deals with it. R054."""
    if another_leads(act):
        return f"由牵头委室（{act.obj.forum.lead}）跟踪办理。"
    return ""


def forum_is_open(act: Act) -> str:
    """The forum is not yet closed; what is with a department may still be answered afterwards."""
    return "座谈会已办结，意见建议不能再调整。" if act.obj.forum.state == ForumState.CLOSED else ""


def note_sent(act: Act) -> None:
    """The day on which it went to the department."""
    act.obj.sent_on = act.data.get("on") or timezone.localdate(now())


def note_answer(act: Act) -> None:
    """The day on which it was known what became of it; nobody has been told yet. R079."""
    act.obj.settled_on, act.obj.told_on, act.obj.told_how = timezone.localdate(now()), None, ""


def keep_news(act: Act) -> None:
    """What the department says stays among the news."""
    if act.opinion:
        SuggestionNews.objects.create(
            suggestion=act.obj, on=timezone.localdate(now()), text=act.opinion, source=act.proxy_source[:200],
            by=act.by,
        )  # fmt: skip


def forget_answer(act: Act) -> None:
    """It is dealt with anew, and told anew, also to those whose suggestion went into it."""
    act.obj.settled_on, act.obj.told_on, act.obj.told_how = None, None, ""
    act.obj.merged.update(told_on=None, told_how="")


def note_merged(act: Act) -> None:
    """Into which it went."""
    act.obj.merged_into = act.data.get("into")


def forget_merged(act: Act) -> None:
    """It stands by itself again."""
    act.obj.merged_into = None


def lock_forum(suggestion: Suggestion) -> dict[str, Forum]:
    """The forum first: what it allows holds until the suggestion has moved."""
    return {"forum": locked(suggestion.forum, "lead", alone=True)}


def waiting(suggestion: Suggestion) -> list[Hold]:
    """The department deals with it; then its proposer is told. R079."""
    if suggestion.state in (S.SENT, S.IN_HAND):
        return [Hold(DEALING, suggestion.department_id or 0)]
    if suggestion.wants_telling:
        return [Hold(TELLING, suggestion.forum.lead_id or 0, Role.COMMITTEE_CLERK)]
    return []


OPEN = (forum_is_open, lead_tracks)
TRACKING = Workflow(
    S,
    Transition("send", "送办", (S.NOTED,), S.SENT, TRACK, (*OPEN, has_department, outcome_has_left), (note_sent,),
               rule="R053"),
    Transition("accept", "开始办理", (S.SENT,), S.IN_HAND, ANSWER, (), (keep_news,), style="secondary", rule="R054"),
    Transition("settle", "已落实", (S.SENT, S.IN_HAND), S.SETTLED, ANSWER, (), (note_answer, keep_news),
               needs_opinion=True, rule="R054"),
    Transition("decline", "未采纳", (S.SENT, S.IN_HAND), S.DECLINED, ANSWER, (), (note_answer, keep_news),
               needs_opinion=True, style="danger", rule="R054"),
    Transition("reopen", "重新办理", (S.SETTLED, S.DECLINED), S.IN_HAND, TRACK, OPEN, (forget_answer,),
               needs_opinion=True, style="secondary", rule="R054"),
    Transition("drop", "撤销", (S.NOTED, S.SENT, S.IN_HAND), S.DROPPED, TRACK, OPEN, (note_merged,),
               needs_opinion=True, style="danger"),
    Transition("restore", "恢复", (S.DROPPED,), S.NOTED, TRACK, OPEN, (forget_merged,), style="secondary"),
    waiting=waiting,
    lock_first=lock_forum,
    settle=keep_dates,
)  # fmt: skip
