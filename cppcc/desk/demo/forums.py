"""The forums of the demo: held ones, one that is prepared, their scheme along its chain, the work before them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from consultation.forums.booking import answer
from consultation.forums.planning import Given, new_forum
from consultation.forums.scheme import parts_of, save_scheme
from consultation.forums.work import save_contact
from consultation.models import AnnualPlan, Booking, Forum, LeaderContact, StepDone
from consultation.models.forum import ForumState
from consultation.models.topic import Part
from consultation.topics import create_many, editing
from consultation.workflows.forum import FORUM
from cppcc.desk.demo.courses import step
from cppcc.desk.demo.past import Past, at
from cppcc.desk.demo.rows import Names
from cppcc.desk.demo.sessions import Session
from cppcc.meetings.inviting import Row, add_rows, candidates, titled
from cppcc.meetings.models import Finding, Meeting, ParticipantClass, Room
from cppcc.meetings.models.participants import Attendance, How, Leave, Reply
from cppcc.meetings.planning import new_meeting
from cppcc.meetings.registry import ROSTERS
from cppcc.meetings.replying import Said
from cppcc.meetings.workflows.meeting import MEETING
from cppcc.office.models import Person, Post, User
from cppcc.office.roles import Role
from cppcc.workflow.forms import decision_for
from members.models import Expert

S = ForumState
FRIDAY = 4
ABSENT = 7  # so many of each ten stay away; the first of them is on leave
NOT_YET = {"answer": Reply.NONE, "answered_at": None, "how": "", "source": ""}
COURSE = (S.DRAFTING, S.PREPARING, S.HELD, S.REPORTED, S.CLOSED)
STILL_TO_WRITE = defaultdict(
    lambda: "牵头委室负责调研和中心发言，办公室负责会务，有关部门准备情况介绍。",
    work="学习座谈和专题调研由牵头委室组织，时间、地点另行通知。",
)


class Year:
    """The forums of the running plan."""

    def __init__(self, data: dict[str, Any], names: Names, past: Past) -> None:
        self.data, self.names, self.past = data, names, past
        self.plan = AnnualPlan.objects.get(year=data["rows"][0]["day"].year)
        self.room = Room.objects.order_by("-seats").last()
        self.taken = 0
        self.printed: dict[str, bytes] = {}  # the text of each kind of paper

    @property
    def yesterday(self) -> date:
        """The last day on which something happened."""
        return timezone.localdate() - timedelta(days=1)

    @property
    def clerk(self) -> User:
        """The office's clerk."""
        return self.names.users["bangongshi"]

    def of_the_lead(self, row: dict[str, Any]) -> User:
        """Who works for the leading committee; the office where it has no account."""
        return self.names.users.get(row["clerk"], self.clerk)

    def on(self, day: date, hour: int, by: User) -> Any:
        """What happens inside happened then; of days to come it happens a little before today."""
        return self.past.on(min(day, self.yesterday), hour, by=by)

    def held(self, row: dict[str, Any], state: str) -> bool:
        """Whether the forum came as far as a state."""
        return COURSE.index(S(row["to"])) >= COURSE.index(S(state))


def live_forums(data: dict[str, Any], names: Names, past: Past) -> None:
    """All of them, each act on its day."""
    year = Year(data, names, past)
    for row in data["rows"]:
        _live(year, row)
    for row in data["next"]:
        _next(Year(data | {"rows": [row]}, names, past), row)


def _live(year: Year, row: dict[str, Any]) -> None:
    """One of the running year."""
    row["day"] = _day_of(row)
    forum = _planned(year, row)
    _approved(year, forum, row)
    session = Session(forum, row, year)
    _prepared(year, forum, row, session)
    if year.held(row, S.HELD):
        _held(year, forum, row, session)
    if year.held(row, S.REPORTED):
        _reported(year, forum, row, session)


def _day_of(row: dict[str, Any]) -> date:
    """Its day; of one that is said to be some days ahead a working day of the week within its year."""
    if "ahead" not in row:
        return row["day"]
    day = min(timezone.localdate() + timedelta(days=row["ahead"]), row["day"])
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def _next(year: Year, row: dict[str, Any]) -> None:
    """One of the next year's calendar; the first has a scheme that came back once."""
    entered = min(year.yesterday, row["entered"])
    with year.past.on(entered, 9, by=year.clerk) as moment, editing(year.plan.pk):
        fields, parts, stages = year.names.fields(row), year.names.parts(row), year.names.stages(row)
        create_many(year.plan, [(fields, parts, stages)], by=year.clerk)
        year.plan.topics.filter(title=row["t"]).update(created_at=moment)
    forum = _planned(year, row | {"topic": row["t"], "lead": row["lead"][0], "planned": entered})
    if "returned" in row:
        _written(year, forum, row, entered + timedelta(days=1))
        for name, day in (("pass", 2), ("send_back", 3)):
            _pass(year, Forum.objects.get(pk=forum.pk), entered + timedelta(days=day), name, row["returned"])


def _planned(year: Year, row: dict[str, Any]) -> Forum:
    lead, posts = year.of_the_lead(row), year.names.posts
    topic = year.plan.topics.with_parts().get(title=row["topic"])
    given = Given(
        room=year.room, lead=year.names.units[row["lead"]], deputy=posts.get(row["deputy"]),
        host=posts.get(row.get("host", "")), mandate=row.get("mandate", ""),
    )  # fmt: skip
    with year.on(row.get("planned", row["day"] - timedelta(days=80)), 9, lead):
        return new_forum(year.plan, topic, at(row["day"], 9, 0), by=lead, given=given)


def _approved(year: Year, forum: Forum, row: dict[str, Any]) -> None:
    """The scheme is written from what is known, signed by the deputy, decided by the chairs' meeting."""
    day = row["day"] - timedelta(days=70)
    _written(year, forum, row, day)
    while (forum := Forum.objects.get(pk=forum.pk)).state == S.IN_APPROVAL:
        day += timedelta(days=2)
        _pass(year, forum, day)


def _written(year: Year, forum: Forum, row: dict[str, Any], day: date) -> None:
    lead = year.of_the_lead(row)
    with year.on(day, 10, lead):
        texts = {part.part.pk: part.shown or STILL_TO_WRITE[part.part.source] for part in parts_of(forum)}
        save_scheme(forum, texts, by=lead, version=forum.version)
        step(FORUM, Forum.objects.get(pk=forum.pk), "submit", lead)


def _pass(year: Year, forum: Forum, day: date, name: str = "pass", opinion: str = "") -> None:
    approval: Any = forum.approval_round
    asked = approval.step
    seat = forum.seat_at(asked)
    holder = User.objects.filter(person__tenures__post=seat) if seat else User.objects.filter(
        person__tenures__post__in=Post.objects.filter(role=asked.role, organization=asked.organization)
    )  # fmt: skip
    by = holder.order_by("pk").first() or year.names.users["zhuxi"]
    with year.on(day, 15, by):
        decision = decision_for(forum, asked, min(day, year.yesterday), None, by=by) if asked.needs_decision else None
        step(FORUM, forum, name, by, decision=decision, opinion=opinion if name == "send_back" else "")


# --- before it -----------------------------------------------------------------------------------------------------


def _prepared(year: Year, forum: Forum, row: dict[str, Any], session: Session) -> None:
    """Its meetings are held, the deputy talks with the leader, people are asked and invited, papers come in."""
    lead, today = year.of_the_lead(row), timezone.localdate()
    for given in sorted(year.data["steps"], key=lambda one: -one["before"]):
        day = row["day"] - timedelta(days=given["before"])
        if day < today:
            _meeting(year, forum, row, given, day)
    with year.on(row["day"] - timedelta(days=45), 11, lead):
        save_contact(LeaderContact(forum=forum, on=row["day"] - timedelta(days=46), **year.data["contact"]), by=lead)
    with year.on(row["day"] - timedelta(days=20), 9, lead):
        _people(year, forum, row)
    with year.on(row["day"] - timedelta(days=15), 9, lead):
        session.set_agenda()
    with year.on(row["day"] - timedelta(days=8), 9, year.clerk):
        session.hand_in_papers(some=not year.held(row, S.HELD))
    if not year.held(row, S.HELD):
        return
    with year.on(row["day"] - timedelta(days=12), 15, lead):
        meeting = Meeting.objects.get(pk=forum.meeting_id or 0)
        step(MEETING, meeting, "invite", lead)
        meeting.participants.update(
            reply=Reply.YES, replied_at=timezone.now(), reply_how=How.PROXY, proxy_source="电话回复"
        )


def _meeting(year: Year, forum: Forum, row: dict[str, Any], given: dict[str, Any], day: date) -> None:
    lead, starts = year.of_the_lead(row), at(day, 9, 0)
    with year.on(day - timedelta(days=7), 10, lead):
        made = new_meeting(
            given["kind"], f"“{forum.topic}”{given['title']}", starts, starts + timedelta(hours=given["hours"]),
            year.names.units[row["lead"]], by=lead, matter=forum, place=row["place"].get(given["kind"], "市政协会议室"),
        )  # fmt: skip
        chosen = [found for found in candidates(made) if found.chosen]
        add_rows(made, chosen or list(_members(year, 8, made)), by=lead)
        step(MEETING, made, "invite", lead)
    with year.on(day, 17, lead):
        _came(made, starts)
        if given["kind"] == "research":
            for order, found in enumerate(row.get("findings", ()), start=1):
                Finding.objects.create(meeting=made, order=order, **found)
        step(MEETING, Meeting.objects.get(pk=made.pk), "close", lead)


def _members(year: Year, count: int, meeting: Meeting) -> Iterable[Row]:
    """The next ones of the roster."""
    known = list(ROSTERS["members"].persons(timezone.localdate(meeting.starts)))
    member = ParticipantClass.objects.get(key="member")
    for place in range(min(count, len(known))):
        yield Row(known[(year.taken + place) % len(known)], member, "按界别和专长邀请")
    year.taken += count


def _people(year: Year, forum: Forum, row: dict[str, Any]) -> None:
    """Leaders and committees by the rules, heads of departments, members, experts: asked before they are invited."""
    meeting, lead, day = Meeting.objects.get(pk=forum.meeting_id or 0), year.of_the_lead(row), row["day"]
    classes = {found.key: found for found in ParticipantClass.objects.all()}
    units = forum.topic.units_of(Part.CONSULTED) if forum.topic else []
    heads = list(Person.objects.filter(tenures__post__organization__in=units, tenures__post__role=Role.DEPARTMENT))
    experts = [expert.person for expert in Expert.objects.select_related("person").order_by("pk")[:3]]
    rows = [found for found in candidates(meeting) if found.chosen]
    rows += [Row(found, classes["department"], "议题的有关部门") for found in titled(heads, day).values()]
    rows += _members(year, 12, meeting)
    rows += [Row(found, classes["expert"], "熟悉议题") for found in titled(experts, day).values()]
    added = add_rows(meeting, rows, by=lead).new
    seats = {seat.participant_class_id: seat for seat in forum.rules.forumseats.filter(booked=True)}
    Booking.objects.bulk_create(
        Booking(
            forum=forum, seat=seats[one.participant_class_id], person_id=one.person_id, organization=one.organization,
            title=one.title, asked_at=timezone.now(), asked_by=lead, answer=Reply.YES, answered_at=timezone.now(),
            how=How.PROXY, source="电话预约", by=lead,
        )
        for one in added if one.participant_class_id in seats
    )  # fmt: skip
    if not year.held(row, S.HELD):
        _answered(year, forum)


def _answered(year: Year, forum: Forum) -> None:
    """Of one that is still to come: some accept, one declines with a reason, one sends a deputy, two say nothing."""
    bookings = list(forum.bookings.order_by("pk"))
    for place, booking in enumerate(bookings):
        if row := next((row for row in year.data["answers"] if row["place"] == place), None):
            Booking.objects.filter(pk=booking.pk).update(**NOT_YET)
            if "act" in row:
                booking.refresh_from_db()
                said = Said(row["act"], row.get("reason", ""), row.get("deputy", ""), row.get("title", ""))
                answer(booking, said, by=year.clerk, how=How.PROXY, source="电话预约")


def _came(meeting: Meeting, starts: datetime) -> None:
    """All but one in ten."""
    rows = list(meeting.participants.order_by("order"))
    for place, row in enumerate(rows):
        row.reply, row.replied_at, row.reply_how, row.proxy_source = Reply.YES, starts, How.PROXY, "电话回复"
        if place % 10 != ABSENT:
            row.attendance, row.attendance_how = Attendance.PRESENT, How.LIST
            row.arrived_at = starts - timedelta(minutes=10)
        elif place == ABSENT:
            row.leave, row.attendance, row.reason = Leave.GRANTED, Attendance.LEAVE, "外出参加会议"
    fields = [
        "leave",
        "reason",
        "reply",
        "replied_at",
        "reply_how",
        "proxy_source",
        "attendance",
        "attendance_how",
        "arrived_at",
    ]
    meeting.participants.bulk_update(rows, fields, batch_size=500)


# --- the day and afterwards ----------------------------------------------------------------------------------------


def _held(year: Year, forum: Forum, row: dict[str, Any], session: Session) -> None:
    """It is convened with what its agenda must have, its attendance locked."""
    lead, meeting = year.of_the_lead(row), Meeting.objects.get(pk=forum.meeting_id or 0)
    with year.on(row["day"], 9, lead):
        for asked in forum.rules.forumsteps.exclude(gates="").exclude(proof__in=("scheme", "meeting", "invited")):
            StepDone.objects.get_or_create(
                forum=forum, step=asked, defaults={"on": row["day"], "note": "已办理", "by": lead}
            )
        step(FORUM, Forum.objects.get(pk=forum.pk), "convene", lead)
    with year.on(row["day"], 17, lead):
        session.speak()
        _came(meeting, meeting.starts)
        step(MEETING, Meeting.objects.get(pk=meeting.pk), "close", lead)
    with year.on(row["day"] + timedelta(days=1), 10, lead):
        session.note_suggestions()
        session.judge()


def _reported(year: Year, forum: Forum, row: dict[str, Any], session: Session) -> None:
    """The outcome left, what became of it is collated, and where all is answered the forum is closed."""
    lead = year.of_the_lead(row)
    session.send_outcome()
    session.answer_suggestions()
    if year.held(row, S.CLOSED):
        with year.on(row["day"] + timedelta(days=120), 10, lead):
            step(FORUM, Forum.objects.get(pk=forum.pk), "close", lead, opinion=year.data["reason"])
