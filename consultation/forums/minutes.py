"""The minutes (纪要) of a forum: who came, what was said, asked and answered, how long each spoke. R024, R044-R046."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from consultation.forums.agenda_papers import called, speaker, units_of
from consultation.forums.scheme import numeral
from consultation.forums.scheme_sources import Known, presider
from consultation.forums.speaking import Agenda
from consultation.models import Forum, Question, Speech, SpeechKind
from consultation.models.speech import SpeechStatus
from cppcc.documents.content import Annex, Table, in_words
from cppcc.documents.description import described_annex
from cppcc.documents.lines import lines_of, sentence
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import CAME, Attendance, Leave, Reply
from cppcc.office.quoting import quoted

MINUTES_KIND = "minutes"
WHY, RULE = "参加座谈会", "R046"
HEAD = ["序号", "发言种类", "发言人", "单位", "计划时长", "实际时长", "超时"]
WIDTHS = [2, 4.4, 4, 6.6, 3.2, 3.6, 2.8]
NOON = 12
Who = SpeechKind.Who
INTERACTION, UNANSWERED, WITHIN = "互动交流", "会上未作回应。", "—"


def lasted(seconds: int) -> str:
    """Minutes and seconds in words; "" for nothing."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒" if rest else ""


def minutes_draft(forum: Forum) -> dict[str, Any]:
    """The first text of the minutes: who came, what was said and answered, and how long each spoke."""
    held = [speech for speech in Agenda(forum).speeches if speech.status == SpeechStatus.DONE or speech.record.strip()]
    body, times = [(0, _opening(forum))], _times(held)
    for place, section in enumerate(_sections(held, _put(forum)), start=1):
        body += [(1, f"{numeral(place)}、{section.label}"), *section.lines()]
    return {
        "title": called(forum, "纪要"),
        "attendees": attendees(forum),
        "body": [{"level": level, "text": text} for level, text in body],
        "annexes": [described_annex(Annex(["发言时间统计"], times))] if times else [],
        "units": {"main": [], "copy": units_of(forum), "why": WHY, "rule": RULE},
    }


def _opening(forum: Forum) -> str:
    meeting = forum.meeting
    starts = timezone.localtime(meeting.starts)
    part, number = "上午" if starts.hour < NOON else "下午", f"第{forum.number}次" if forum.number else ""
    place = f"在{meeting.where_in_full}" if meeting.room_id or meeting.place else ""
    presided = presider(Known(forum))
    by = f"{presided}主持会议。" if presided else ""
    topic = f"，围绕{quoted(forum.topic)}协商议政" if forum.topic else ""
    return f"{in_words(starts.date())}{part}，{number}{forum.rules.label}{place}召开{topic}。{by}现将会议情况纪要如下。"


# --- what was said -------------------------------------------------------------------------------------------------


@dataclass
class Section:
    """A kind of speech with what was said, and the questions that were put where it is their place."""

    label: str
    who: str = ""
    speeches: list[Speech] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, str]]:
        """(level, text); numbered where there are several."""
        several = len(self.speeches) + bool(self.questions) > 1
        for number, speech in enumerate(self.speeches, start=1):
            yield from _speech(speech, f"（{numeral(number)}）" if several else "")
        if self.questions and self.speeches:
            yield 2, f"（{numeral(len(self.speeches) + 1)}）{INTERACTION}"
        yield from ((3, f"{number}.{_question(one)}") for number, one in enumerate(self.questions, start=1))


def _sections(held: Iterable[Speech], put: list[Question]) -> list[Section]:
    """The kinds in their order. What was asked stands with the answers, else before the leaders speak."""
    kinds: dict[int, list[Speech]] = {}
    for speech in held:
        kinds.setdefault(speech.kind_id, []).append(speech)
    told = {question.answered_in_id for question in put if question.answer}
    rows = [_section(speeches, told) for speeches in kinds.values()]
    if put:
        answers = next((row for row in rows if row.who == Who.ANSWER), None)
        if answers is None:
            answers = Section(INTERACTION)
            rows.insert(next((place for place, row in enumerate(rows) if row.who == Who.LEADER), len(rows)), answers)
        answers.questions = put
    return rows


def _section(speeches: list[Speech], told: set[int | None]) -> Section:
    """A kind; an answer of which nothing is noted stands only where the question does."""
    kind = speeches[0].kind
    shown = [row for row in speeches if kind.who != Who.ANSWER or row.record.strip() or row.pk not in told]
    return Section(kind.label, kind.who, shown)


def _speech(speech: Speech, mark: str) -> Iterator[tuple[int, str]]:
    """A sentence of who spoke on what, and what was noted: in one paragraph where it is one line."""
    about = f"围绕{quoted(speech.subject)}" if speech.subject else ""
    act = "讲话" if speech.kind.who == Who.LEADER else "发言"
    head, told = f"{mark}{speaker(speech)}{about}{act}。", [sentence(line) for line in lines_of(speech.record)]
    if len(told) == 1:
        head, told = f"{head}{told[0]}", []
    yield 2 if mark else 0, head
    yield from ((0, line) for line in told)


def _put(forum: Forum) -> list[Question]:
    """The questions that were put, with who raised and answered them. R024, R044."""
    found = forum.questions.select_related(
        "raised_in__participant__person", "raised_in__participant__organization", "raised_in__organization", "to",
        "answered_in__participant__person", "answered_in__participant__organization", "answered_in__organization",
    )  # fmt: skip
    return [question for question in found if question.raised_in or question.answered_in or question.answer]


def _question(question: Question) -> str:
    asked = f"{question.raised_in.who}问：" if question.raised_in else ""
    if question.answered_in is None:
        return f"{asked}{sentence(question.text)}{UNANSWERED}"
    said = f"：{sentence(question.answer)}" if question.answer else "。"
    return f"{asked}{sentence(question.text)}{speaker(question.answered_in)}回应{said}"


# --- how long, and who ---------------------------------------------------------------------------------------------


def _times(held: Iterable[Speech]) -> Table | None:
    rows = [
        [str(n), str(speech.kind), speech.who, _unit(speech), f"{speech.limit}分钟" if speech.limit else "不限",
         lasted(speech.seconds), lasted(speech.over) or WITHIN]
        for n, speech in enumerate((speech for speech in held if speech.seconds), start=1)
    ]  # fmt: skip
    return Table(HEAD, rows, WIDTHS) if rows else None


def _unit(speech: Speech) -> str:
    """His unit; the class in which he came where he has none."""
    return speech.unit or (speech.participant.participant_class.label if speech.participant else WITHIN)


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
