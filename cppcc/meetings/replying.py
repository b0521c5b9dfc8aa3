"""Answers to an invitation, by whichever way they come, and what becomes of requests for leave. R114.

An answer may be changed until the meeting starts; what the office records afterwards, until it is closed.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from cppcc.deadlines.keeping import keep_dates
from cppcc.deadlines.models import Notice
from cppcc.meetings.duties import keep_duties
from cppcc.meetings.models import Answer, Meeting, Participant
from cppcc.meetings.models.meeting import ANSWER, LEAVE, MeetingState
from cppcc.meetings.models.participants import How, Leave, Reply
from cppcc.office.access import acting_for, organizations_with, reaches_any
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.clock import now
from cppcc.workflow.registry import url_of

Act = Answer.Act
FIELDS = (
    "reply", "reason", "replied_at", "reply_how", "proxy_source", "deputy_name", "deputy_title", "leave",
    "leave_decided_by", "leave_decided_at", "leave_opinion",
)  # fmt: skip
OWN_LEAVE = "本人的请假不能由本人批准：请报主席同意，由办公室其他人员代录，意见中写明是谁的意见、怎样转达的。"


@dataclass(frozen=True)
class Said:
    """What somebody answers: `act` is yes, no, deputy or leave; the last three say why or who."""

    act: str
    reason: str = ""
    deputy_name: str = ""
    deputy_title: str = ""

    def wrong(self) -> tuple[str, str] | None:
        """(field, sentence) of what is missing."""
        if self.act not in (Act.YES, Act.NO, Act.DEPUTY, Act.LEAVE):
            return "act", "请选择参加、请假、委派他人或不参加。"
        if self.act in (Act.NO, Act.LEAVE) and not self.reason.strip():
            return "reason", "请写明原因。"
        if self.act == Act.DEPUTY and not self.deputy_name.strip():
            return "deputy_name", "请填写受委派人的姓名。"
        if self.act == Act.DEPUTY and not self.deputy_title.strip():
            return "deputy_title", "请填写受委派人的职务。"
        return None


def way_of(user: Any, participant: Participant) -> str:
    """How `user` may answer for somebody: he himself or his unit by login, the office on his behalf; "" not at all."""
    if user.person_id == participant.person_id and user.acting:
        return How.LOGIN
    if participant.organization_id in organizations_with(user, ANSWER):
        return How.LOGIN
    return How.PROXY if reaches_any(user, ANSWER) else ""


@transaction.atomic
def answer(participant: Participant, said: Said, *, by: Any, how: str, source: str = "") -> Participant:
    """Write an answer down; the last one holds, all are kept. `by`: the user, None for a link.

    Raises Refused when something is missing, the person was not told, the meeting has begun (for the office: is over),
    or he has signed in; Forbidden when `by` may not answer for him.
    """
    if how in (How.LOGIN, How.PROXY) and way_of(by, participant) not in (how, How.LOGIN):
        raise Forbidden("只能回复发给您本人或本单位的会议通知。")
    if wrong := said.wrong():
        raise Refused(wrong[1])
    if how == How.PROXY and not source.strip():
        raise Refused("代录回复须写明来源（如来电人及时间、回执）。")
    meeting, row = _locked(participant)
    if sentence := closed_sentence(meeting, row, how):
        raise Refused(sentence)
    if _is_granted(row, said):
        return row
    asked, first = row.leave == Leave.ASKED, _write(row, said, by=by, how=how, source=source)
    if asked or row.leave == Leave.ASKED:
        keep_duties(meeting)
    if first and not meeting.participants.unanswered().exists():
        keep_dates(meeting, by=by)
    return row


def _is_granted(row: Participant, said: Said) -> bool:
    """Whether just this leave was granted already: asking for it again does not take back what was granted."""
    return said.act == Act.LEAVE and row.leave == Leave.GRANTED and row.reason == said.reason.strip()[:200]


def closed_sentence(meeting: Meeting, row: Participant, how: str) -> str:
    """Why no answer can be taken any more, "" while one can."""
    if row.walk_in and row.invited_at is None:
        return f"{row.person.name}没有接到通知、临时参加，不必回复。"
    if meeting.state != MeetingState.INVITED or row.invited_at is None:
        return f"会议{quoted(meeting.title)}目前{meeting.get_state_display()}，不能回复。"
    if row.attendance:
        return f"{row.person.name}已有签到记录，不必再回复。"
    if how != How.PROXY and meeting.has_begun:
        return "会议已经开始，不能再回复；有变化请直接与会务人员联系。"
    return ""


def _locked(participant: Participant) -> tuple[Meeting, Participant]:
    """The meeting and the row, locked in this order, as closing does."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("kind").get(pk=participant.meeting_id)
    row = Participant.objects.select_for_update(of=("self",)).select_related("person").filter(pk=participant.pk).first()
    if row is None:
        raise Refused("名单已经调整，这个人不在参会名单中，请与会务人员联系。")
    return meeting, row


def _write(row: Participant, said: Said, *, by: Any, how: str, source: str) -> bool:
    """Write what was said onto the row and keep it; whether it is the first answer."""
    first = row.replied_at is None
    leave, deputy = said.act == Act.LEAVE, said.act == Act.DEPUTY
    row.reply = Reply.NONE if leave else said.act
    row.reason = "" if said.act == Act.YES else said.reason.strip()[:200]
    row.deputy_name = said.deputy_name.strip()[:50] if deputy else ""
    row.deputy_title = said.deputy_title.strip()[:100] if deputy else ""
    row.leave = Leave.ASKED if leave else Leave.NONE
    row.leave_decided_by, row.leave_decided_at, row.leave_opinion = None, None, ""
    row.replied_at, row.reply_how, row.proxy_source = now(), how, source.strip()[:200] if how == How.PROXY else ""
    row.save(update_fields=FIELDS)
    _keep(row, said.act, row.reason, by=by, how=how, source=row.proxy_source)
    return first


def _keep(row: Participant, act: str, words: str, *, by: Any, how: str, source: str = "") -> Answer:
    deputy = f"{row.deputy_name}（{row.deputy_title}）" if row.deputy_name else ""
    return Answer.objects.create(
        participant=row, act=act, words=words, deputy=deputy, at=now(), how=how, by=by, proxy_source=source
    )


def is_late(row: Participant, meeting: Meeting) -> bool:
    """Whether the answer came after its day."""
    return bool(meeting.reply_by and row.replied_at and row.replied_at > meeting.reply_by)


# --- leave ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_leave(participant: Participant, *, granted: bool, by: Any, opinion: str = "") -> Participant:
    """Grant or refuse a request for leave; the person is told.

    The office may record it for whoever grants, and then writes on whose word. Raises Forbidden without the right,
    Refused for one's own request, when there is none any more, and when the opinion is missing.
    """
    meeting, row = _locked(participant)
    acting = acting_for(by, LEAVE, meeting)
    if acting is None:
        raise Forbidden("请假由会议种类规定的岗位批准，您目前不能批准。")
    if row.person_id == by.person_id:
        raise Refused(OWN_LEAVE)
    if row.leave != Leave.ASKED:
        raise Refused(_decided(row))
    if meeting.state != MeetingState.INVITED:
        raise Refused(f"会议{meeting.get_state_display()}，不能再批假。")
    proxy = acting.role != meeting.kind.leave_by
    if (proxy or not granted) and not opinion.strip():
        raise Refused("代录批假须写明是谁的意见、怎样转达的。" if proxy else "不准假的，请写明理由。")
    row.leave = Leave.GRANTED if granted else Leave.REFUSED
    row.leave_decided_by, row.leave_decided_at, row.leave_opinion = by, now(), opinion.strip()[:200]
    row.save(update_fields=FIELDS)
    how = How.PROXY if proxy else How.LOGIN
    source = row.leave_opinion if proxy else ""
    kept = _keep(row, Act.GRANTED if granted else Act.REFUSED, row.leave_opinion, by=by, how=how, source=source)
    keep_duties(meeting)
    _tell_decision(meeting, row, kept)
    return row


def _decided(row: Participant) -> str:
    if row.leave_decided_at and row.leave_decided_by:
        at = timezone.localtime(row.leave_decided_at)
        said = row.get_leave_display()
        return f"{row.person.name}的请假已由{row.leave_decided_by}于{at:%-m月%-d日 %H:%M}办理（{said}），不必重复办理。"
    return f"{row.person.name}已改变回复，现在没有待批的请假。"


def _tell_decision(meeting: Meeting, row: Participant, kept: Answer) -> None:
    account = getattr(row.person, "user", None)
    if account is None or not account.is_active:
        return
    opinion = f"意见：{row.leave_opinion}" if row.leave_opinion else ""
    Notice.objects.create(
        key=f"leave:{kept.pk}:{account.pk}", user=account, title=f"{row.get_leave_display()}：{meeting.title}"[:200],
        body=f"{meeting.when}的会议，您的请假{row.get_leave_display()}。{opinion}", url=url_of(meeting),
        created_at=timezone.now(),
    )  # fmt: skip
