"""What stands on the papers of a meeting: the sheet to sign, who came, the seat plan, cards and labels. R070."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from django.utils import timezone

from cppcc.documents.name_cards import Label
from cppcc.documents.rolls import Column, Group, Roll
from cppcc.documents.seat_plans import PlanRow, SeatPlan
from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.meetings.models.participants import CAME, Attendance, Leave, Reply
from cppcc.meetings.seating import Plan, comes, people_of, seated_name
from cppcc.workflow.clock import now

SIGN_COLUMNS = (
    Column("序号", 14, "mid"), Column("姓名", 30, "name"), Column("单位职务", 66), Column("签到", 40),
    Column("备注", 24),
)  # fmt: skip
CAME_COLUMNS = (
    Column("序号", 14, "mid"), Column("姓名", 30, "name"), Column("单位职务", 56), Column("出席情况", 22, "mid"),
    Column("到会时间", 22, "mid"), Column("备注", 30),
)  # fmt: skip
LOW = 20.0  # points: a row that nobody signs in


def post_of(row: Participant) -> str:
    """Unit and title of who sits there; a deputy's title is his own."""
    unit = row.organization.name if row.organization else ""
    title = row.deputy_title if row.reply == Reply.DEPUTY else row.title
    return title if title.startswith(unit) else f"{unit}{title}"


def facts_of(meeting: Meeting) -> list[str]:
    """When, where and who holds it."""
    return [f"时间：{meeting.when}", f"地点：{meeting.where_in_full}", f"主办单位：{meeting.host.name}"]


def by_class(rows: Iterable[Participant]) -> list[tuple[str, list[Participant]]]:
    """The rows under their classes, in the order of the list."""
    found: dict[str, list[Participant]] = {}
    for row in rows:
        found.setdefault(row.participant_class.label, []).append(row)
    return list(found.items())


# --- before: to sign -----------------------------------------------------------------------------------------------


def sign_sheet(meeting: Meeting) -> Roll:
    """The sheet that people sign by hand: all of the list; of those who stay away it says so."""
    number = count(1)
    groups = [
        Group(f"{label}（{len(rows)} 人）", [[str(next(number)), *_to_sign(row)] for row in rows])
        for label, rows in by_class(people_of(meeting))
    ]
    return Roll(
        f"{meeting.title}签到表", f"{meeting.title}签到表", facts_of(meeting), SIGN_COLUMNS, groups,
        foot="请本人签名；代为参加的，签代会人姓名，并在备注栏写明职务。",
    )  # fmt: skip


def _to_sign(row: Participant) -> list[str]:
    unit = row.organization.name if row.organization else ""
    away = "" if comes(row) else "请假" if row.leave == Leave.GRANTED else "不参加"
    return [row.person.name, f"{unit}{row.title}", "", f"{row.deputy_name}代" if row.reply == Reply.DEPUTY else away]


# --- after: who came -----------------------------------------------------------------------------------------------


def attendance_sheet(meeting: Meeting) -> Roll:
    """Who came, was late, on leave, absent; deputies, walk-ins; the sums over all and by class. R070."""
    people, number = list(people_of(meeting)), count(1)
    groups = [
        Group(f"{label}：{class_in_numbers(rows)}", [[str(next(number)), *_came(row)] for row in rows])
        for label, rows in by_class(people)
    ]
    final = meeting.state == MeetingState.CLOSED
    as_of = "" if final else f"（截至{timezone.localtime(now()):%-m月%-d日%H:%M}，出席情况尚未锁定）"
    return Roll(
        f"{meeting.title}出席情况表", f"{meeting.title}出席情况表", facts_of(meeting), CAME_COLUMNS, groups,
        sums=[f"{in_numbers(people)}{as_of}"], row=LOW,
    )  # fmt: skip


def in_numbers(rows: Sequence[Participant]) -> str:
    """应到 42 人，实到 38 人（其中迟到 1 人、委派代会 2 人），请假 3 人，缺席 1 人；临时参加 2 人."""
    due = [row for row in rows if row.participant_class.counts and not row.walk_in]
    came = [row for row in due if row.attendance in CAME]
    leave = [row for row in due if on_leave(row)]
    among = [
        ("迟到", sum(row.attendance == Attendance.LATE for row in came)),
        ("早退", sum(row.attendance == Attendance.LEFT_EARLY for row in came)),
        ("委派代会", sum(row.reply == Reply.DEPUTY for row in came)),
    ]
    named = "、".join(f"{label} {n} 人" for label, n in among if n)
    said = f"应到 {len(due)} 人，实到 {len(came)} 人" + (f"（其中{named}）" if named else "")
    said += f"，请假 {len(leave)} 人，缺席 {len(due) - len(came) - len(leave)} 人"
    others = [row for row in rows if row.attendance in CAME and row not in came]
    walk_ins = sum(row.walk_in for row in others)
    more = [("临时参加", walk_ins), ("工作人员等到会", len(others) - walk_ins)]
    return said + "".join(f"；{label} {n} 人" for label, n in more if n)


def class_in_numbers(rows: Sequence[Participant]) -> str:
    """The same for a class; of one that does not count only who came."""
    if any(row.participant_class.counts and not row.walk_in for row in rows):
        return in_numbers(rows)
    return f"到会 {sum(row.attendance in CAME for row in rows)} 人"


def on_leave(row: Participant) -> bool:
    """Whether leave was granted and he did not come."""
    return row.attendance not in CAME and row.leave == Leave.GRANTED


def _came(row: Participant) -> list[str]:
    unit = row.organization.name if row.organization else ""
    at = f"{timezone.localtime(row.arrived_at):%H:%M}" if row.arrived_at and row.attendance in CAME else ""
    state = "请假" if on_leave(row) else row.get_attendance_display()
    return [row.person.name, f"{unit}{row.title}", state, at, _remark(row)]


def _remark(row: Participant) -> str:
    """Deputy, walk-in, when he left."""
    said = []
    if row.reply == Reply.DEPUTY:
        said.append(f"{row.deputy_name}{f'（{row.deputy_title}）' if row.deputy_title else ''}代")
    if row.walk_in:
        said.append("临时参加")
    if row.attendance == Attendance.LEFT_EARLY and row.left_at:
        said.append(f"{timezone.localtime(row.left_at):%H:%M}离会")
    return "，".join(said)


# --- seats, cards, labels ------------------------------------------------------------------------------------------


def plan_sheet(plan: Plan) -> SeatPlan:
    """The seat plan as it is printed."""
    rows = [PlanRow(row.label, [(str(seat.number), seat.who) for seat in row.seats], row.platform) for row in plan.rows]
    seated = sum(1 for one in plan.people if one.seat in plan.names)
    facts = "　".join([plan.meeting.when, plan.meeting.where, f"就座 {seated} 人"])
    left = f"；未安排座位 {len(plan.unseated)} 人" if plan.unseated else ""
    return SeatPlan(f"{plan.meeting.title}座次图", facts, rows, f"面向主席台绘制，座号自左向右{left}")


def carded(meeting: Meeting, pks: Sequence[int] | None) -> list[Participant]:
    """Those who get a card, in the order of the list: those ticked, else all who come. One query."""
    rows: Any = people_of(meeting)
    return list(rows.filter(pk__in=pks)) if pks else [row for row in rows if comes(row)]


def label_of(row: Participant) -> Label:
    """What stands on somebody's label."""
    return Label(seated_name(row), post_of(row), row.seat)
