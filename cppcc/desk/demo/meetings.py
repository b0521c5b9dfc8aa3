"""The meetings of the demo: a year that was held and closed, so that the ledger has it, and what comes next."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cppcc.deadlines.working_days import load_working_days
from cppcc.desk.demo.courses import step
from cppcc.desk.demo.past import Past, at
from cppcc.desk.demo.rows import Names
from cppcc.meetings import inviting, replying
from cppcc.meetings.inviting import BY_HAND, Row, add_rows, candidates
from cppcc.meetings.models import Answer, Busy, Finding, Meeting, Participant, ParticipantClass, Room
from cppcc.meetings.models.participants import Attendance, How, Leave, Reply
from cppcc.meetings.planning import new_meeting
from cppcc.meetings.registry import ROSTERS, Candidate
from cppcc.meetings.replying import Said, decide_leave
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Person, User

REASONS = ("出差在外", "身体不适，需要就医", "单位有重要工作安排", "参加上级组织的培训")
TOLD = 12  # days before


class Host:
    """Who plans the meetings of the demo, and whom each invites."""

    def __init__(self, data: dict[str, Any], names: Names, past: Past) -> None:
        self.data, self.names, self.past = data, names, past
        self.rooms = {room.key: room for room in Room.objects.all()}
        self.classes = {found.key: found for found in ParticipantClass.objects.all()}
        self.taken = 0

    @property
    def clerk(self) -> User:
        """The office's clerk."""
        return self.names.users["bangongshi"]

    def plan(self, row: dict[str, Any], day: date) -> Meeting:
        """A new meeting with its list."""
        hour, minute = map(int, row["from"].split(":"))
        starts = at(day, hour, minute)
        last = at(row["to"], hour, minute) if "to" in row else starts
        meeting = new_meeting(
            row["kind"], row["title"], starts, last + timedelta(hours=row["hours"]), self.names.units[row["host"]],
            by=self.clerk, room=self.rooms.get(row.get("room", "")), place=row.get("place", ""),
            note=row.get("note", ""), reply_by=at(day - timedelta(days=3), 18, 0), agenda=row.get("agenda"),
        )  # fmt: skip
        chosen = [found for found in candidates(meeting) if found.chosen]
        add_rows(meeting, [*chosen, *self.others(row, meeting), *self.asked(row)], by=self.clerk)
        return meeting

    def others(self, row: dict[str, Any], meeting: Meeting) -> Iterator[Row]:
        """Members, where the rules of the kind name none: each time the next ones of the roster."""
        count = self.data["rosters"].get(row["kind"], 0)
        known = list(ROSTERS["members"].persons(inviting.day_of(meeting))) if count else []
        for place in range(min(count, len(known))):
            yield Row(known[(self.taken + place) % len(known)], self.classes["member"], BY_HAND)
        self.taken += count
        if row.get("own"):
            own = self.person("weiyuan")
            yield Row(inviting.titled([own], inviting.day_of(meeting))[own.pk], self.classes["member"], BY_HAND)

    def person(self, username: str) -> Person:
        """The person of an account."""
        return Person.objects.get(user__username=username)

    def asked(self, row: dict[str, Any]) -> Iterator[Row]:
        """Heads of departments, named one by one."""
        for key in row.get("departments", ()):
            unit = self.names.units[key]
            person = Person.objects.filter(tenures__post__organization=unit).order_by("pk").first()
            if person:
                yield Row(Candidate(person, unit, "负责人"), self.classes["department"], "通报有关情况")


def live_meetings(data: dict[str, Any], names: Names, past: Past) -> None:
    """All of them, each act on its day."""
    host = Host(data, names, past)
    for row in sorted(data["past"], key=lambda row: row["day"]):
        _held(host, row)
    _called_off(host, data["called_off"])
    for row in data["coming"]:
        _coming(host, row)
    for row in data["busy"]:
        hour, minute = map(int, row["from"].split(":"))
        starts = at(_day(row), hour, minute)
        Busy.objects.create(
            person=host.person(row["user"]), starts=starts, ends=starts + timedelta(hours=row["hours"]),
            label=row["label"],
        )  # fmt: skip


def _day(row: dict[str, Any]) -> date:
    """The working day that lies so many days ahead."""
    return load_working_days().on_or_after(timezone.localdate() + timedelta(days=row["in"]))


# --- what was held -------------------------------------------------------------------------------------------------


def _held(host: Host, row: dict[str, Any]) -> None:
    told = row["day"] - timedelta(days=row.get("told", TOLD))
    with host.past.on(told, 15, by=host.clerk):
        meeting = host.plan(row, row["day"])
        step(MEETING, meeting, "invite", host.clerk)
    with host.past.on(row["day"] - timedelta(days=4), 16, by=host.clerk) as moment:
        rows = list(meeting.participants.select_related("participant_class").order_by("order"))
        _answers(rows, moment, host.clerk)
    with host.past.on(row.get("to", row["day"]), 18, by=host.clerk):
        _attended(rows, meeting.starts)
        for order, found in enumerate(row.get("findings", ()), start=1):
            Finding.objects.create(meeting=meeting, order=order, **found)
        step(MEETING, Meeting.objects.get(pk=meeting.pk), "close", host.clerk)


def _answers(rows: Sequence[Participant], moment: datetime, clerk: User) -> None:
    """What everybody said, told by his place on the list."""
    for place, row in enumerate(rows):
        row.replied_at, row.reply_how, row.proxy_source = moment, How.PROXY, "电话回复"
        if place % 17 == 11:
            row.leave, row.reason, row.leave_decided_by, row.leave_decided_at = (
                Leave.GRANTED, REASONS[place % 4], clerk, moment
            )  # fmt: skip
        elif place % 23 == 19 and row.participant_class.key != "member":
            row.reply, row.deputy_name, row.deputy_title = Reply.DEPUTY, "李代会", "副职"
        else:
            row.reply = Reply.YES
    fields = ["reply", "reason", "replied_at", "reply_how", "proxy_source", "deputy_name", "deputy_title", "leave",
              "leave_decided_by", "leave_decided_at"]  # fmt: skip
    Participant.objects.bulk_update(rows, fields, batch_size=500)
    Answer.objects.bulk_create(
        Answer(
            participant=row, act=Answer.Act.LEAVE if row.leave else row.reply, words=row.reason, at=moment,
            how=How.PROXY, by=clerk, proxy_source=row.proxy_source, deputy=row.deputy_name,
        )
        for row in rows
    )  # fmt: skip


def _attended(rows: Sequence[Participant], starts: datetime) -> None:
    """Who came: all who said so, a few late, one or the other not."""
    came = [row for place, row in enumerate(rows) if row.reply and place % 29 != 7]
    for place, row in enumerate(came):
        late = place % 31 == 5
        row.attendance = Attendance.LATE if late else Attendance.PRESENT
        row.arrived_at = starts + timedelta(minutes=12 if late else -10)
        row.attendance_how = How.LIST
    Participant.objects.bulk_update(came, ["attendance", "arrived_at", "attendance_how"], batch_size=500)


def _called_off(host: Host, row: dict[str, Any]) -> None:
    with host.past.on(row["day"] - timedelta(days=TOLD), 15, by=host.clerk):
        meeting = host.plan(row, row["day"])
        step(MEETING, meeting, "invite", host.clerk)
    with host.past.on(row["day"] - timedelta(days=1), 9, by=host.clerk):
        meeting = Meeting.objects.get(pk=meeting.pk)
        step(MEETING, meeting, "cancel", host.clerk, opinion=row["reason"])


# --- what comes ----------------------------------------------------------------------------------------------------


def _coming(host: Host, row: dict[str, Any]) -> None:
    """Planned and told some days ago, so that nothing looks as if it happened on the day of loading."""
    with host.past.on(timezone.localdate() - timedelta(days=2), 15, by=host.clerk):
        meeting = host.plan(row, _day(row))
        if row.get("planned"):
            return
        step(MEETING, meeting, "invite", host.clerk)
        own = host.person("weiyuan").pk
        rows = [found for found in meeting.participants.invited().order_by("order") if found.person_id != own]
        leave = row.get("leave", 0)
        for place, found in enumerate(rows[: row["answered"]]):
            said = Said(Answer.Act.LEAVE, REASONS[place % 4]) if place < leave else Said(Answer.Act.YES)
            replying.answer(found, said, by=host.clerk, how=How.PROXY, source="电话回复")
        if leave > 1:
            decide_leave(rows[0], granted=True, by=host.clerk, opinion="秘书长电话同意")
