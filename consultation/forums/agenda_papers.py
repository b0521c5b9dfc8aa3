"""The papers of the session: agenda with the list of those who attend, and the minutes (纪要). R045, R046, R051."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from consultation.forums.scheme_sources import Known
from consultation.forums.scheme_sources import host as presider
from consultation.forums.seats import name_list
from consultation.forums.speaking import Agenda
from consultation.models import Forum, Question, Speech
from consultation.models.speech import SpeechStatus
from cppcc.deadlines.ladder import in_full
from cppcc.documents.content import Annex, Table
from cppcc.documents.description import described_annex
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import CAME, Attendance, Leave, Reply

AGENDA_KIND, MINUTES_KIND = "agenda", "minutes"
NUMBERS = "一二三四五六七八九十"
TIMES = Table(["序号", "发言种类", "发言人", "单位", "计划时长", "实际时长", "超时"], [], [2, 4, 4, 6, 3.4, 3.4, 3.2])


def numbered(place: int) -> str:
    """一, 二 … for headings; Arabic beyond ten."""
    return NUMBERS[place - 1] if place <= len(NUMBERS) else str(place)


def lasted(seconds: int) -> str:
    """Minutes and seconds in words; "" for nothing."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒" if rest else ""


def named(speech: Speech) -> str:
    """Who speaks, with his unit."""
    return f"{speech.unit}{speech.who}" if speech.unit else speech.who


# --- agenda with the list of those who attend ------------------------------------------------------------------------


def agenda_draft(forum: Forum) -> dict[str, Any]:
    """The first text of the agenda: time, place, who presides, the speeches by kind; the list is its annex."""
    meeting, host = forum.meeting, presider(Known(forum)) or "待定"
    facts = [
        ("时间", meeting.when),
        ("地点", meeting.where),
        ("主持人", host),
        ("议题", str(forum.topic or forum.title)),
    ]
    body = [(0, f"{label}：{text}") for label, text in facts]
    sections = [one for one in Agenda(forum).sections if one["speeches"] or one["kind"].mandatory]
    for place, section in enumerate(sections, start=1):
        body.append((1, f"{numbered(place)}、{section['kind'].label}{_limit(section['kind'])}"))
        body += [(0, f"{n}.{_line(speech)}") for n, speech in enumerate(section["speeches"], start=1)]
    rows = [
        [part.label, "\n".join("　".join(filter(None, person)) for person in part.people)] for part in name_list(forum)
    ]
    rows = [row for row in rows if row[1]]
    annexes = [described_annex(Annex(["出席人员名单"], Table(["类别", "姓名和职务"], rows, [1, 3])))] if rows else []
    return {
        "title": called(forum, "议程"),
        "body": [{"level": level, "text": text} for level, text in body],
        "annexes": annexes,
    }


def _limit(kind: Any) -> str:
    return f"（每人不超过{kind.minutes}分钟）" if kind.minutes else ""


def _line(speech: Speech) -> str:
    return f"{named(speech)}：{speech.subject}" if speech.subject else named(speech)


# --- minutes ---------------------------------------------------------------------------------------------------------


def minutes_draft(forum: Forum) -> dict[str, Any]:
    """The first text of the minutes: who came, what was said and answered, and how long each spoke."""
    held = [speech for speech in Agenda(forum).speeches if speech.status == SpeechStatus.DONE or speech.record.strip()]
    said = _said(held)
    place = 1 + sum(level == 1 for level, _ in said)
    body = [(0, _opening(forum)), *said, *_answered(forum, place)]
    times = _times(held)
    return {
        "title": called(forum, "纪要"),
        "attendees": attendees(forum),
        "body": [{"level": level, "text": text} for level, text in body],
        "annexes": [described_annex(Annex(["发言时间统计"], times))] if times else [],
    }


def _opening(forum: Forum) -> str:
    meeting = forum.meeting
    day, number = in_full(timezone.localdate(meeting.starts)), f"第{forum.number}次" if forum.number else ""
    place = f"在{meeting.where}" if meeting.room_id or meeting.place else ""
    presided = presider(Known(forum))
    by = f"，{presided}主持会议" if presided else ""
    topic = f"，围绕“{forum.topic}”协商议政" if forum.topic else ""
    return f"{day}，{number}{forum.rules.label}{place}召开{topic}{by}。现将会议情况纪要如下。"


def called(forum: Forum, what: str) -> str:
    """The title of a paper: of which forum, and what it is."""
    return f"“{forum.topic}”{forum.rules.label}{what}" if forum.topic else f"{forum.title}{what}"


def _said(held: Iterable[Speech]) -> list[tuple[int, str]]:
    """Each kind with its speeches and what was noted of them."""
    kinds: dict[int, list[Speech]] = {}
    for speech in held:
        kinds.setdefault(speech.kind_id, []).append(speech)
    lines: list[tuple[int, str]] = []
    for place, speeches in enumerate(kinds.values(), start=1):
        lines.append((1, f"{numbered(place)}、{speeches[0].kind.label}"))
        for n, speech in enumerate(speeches, start=1):
            lines += _speech(n, speech)
    return lines


def _speech(number: int, speech: Speech) -> list[tuple[int, str]]:
    told = [line.strip() for line in speech.record.splitlines() if line.strip()]
    subject = f"围绕“{speech.subject}”作了发言。" if speech.subject else "作了发言。"
    head = f"（{numbered(number)}）{named(speech)}"
    return [(2, f"{head}{'' if told and not speech.subject else subject}"), *((0, line) for line in told)]


def _answered(forum: Forum, place: int) -> list[tuple[int, str]]:
    """The questions that were put, with who answered them and what. R024, R044."""
    found = forum.questions.select_related(
        "raised_in__participant__person", "raised_in__organization", "to",
        "answered_in__participant__person", "answered_in__organization",
    )  # fmt: skip
    put = [question for question in found if question.raised_in or question.answered_in or question.answer]
    lines: list[tuple[int, str]] = [(1, f"{numbered(place)}、互动情况")] if put else []
    for n, question in enumerate(put, start=1):
        lines += _question(n, question)
    return lines


def _question(number: int, question: Question) -> list[tuple[int, str]]:
    asked = f"{question.raised_in.who}问：" if question.raised_in else ""
    speech = question.answered_in
    who = f"{named(speech)}回应" if speech else "会上未回应"
    return [(3, f"{number}.{asked}{question.text}"), (0, f"{who}{f'：{question.answer}' if question.answer else '。'}")]


def _times(held: Iterable[Speech]) -> Table | None:
    rows = [
        [str(n), str(speech.kind), speech.who, speech.unit, f"{speech.limit}分钟" if speech.limit else "不限",
         lasted(speech.seconds), lasted(speech.over)]
        for n, speech in enumerate((speech for speech in held if speech.seconds), start=1)
    ]  # fmt: skip
    return Table(TIMES.head, rows, TIMES.widths) if rows else None


def attendees(forum: Forum) -> dict[str, list[str]]:
    """出席: those of the classes that have seats by the rules; 列席: the others that are counted; 请假: with leave."""
    seats = set(forum.rules.forumseats.values_list("participant_class", flat=True))
    rows = Participant.objects.filter(meeting=forum.meeting_id, participant_class__counts=True)
    rows = rows.select_related("person", "participant_class").order_by("participant_class__order", "order", "pk")
    found: dict[str, list[str]] = {"出席": [], "请假": [], "列席": []}
    for row in rows:
        if row.attendance in CAME:
            found["出席" if row.participant_class_id in seats else "列席"].append(_name(row))
        elif row.attendance == Attendance.LEAVE or row.leave == Leave.GRANTED:
            found["请假"].append(row.person.name)
    return {role: names for role, names in found.items() if names}


def _name(row: Participant) -> str:
    return f"{row.deputy_name}（代{row.person.name}）" if row.reply == Reply.DEPUTY else row.person.name
