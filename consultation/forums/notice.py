"""The notice of the mobilisation meeting: when and where, who comes, how the forum is meant, who does what. R032."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from consultation.forums.scheme import numeral
from consultation.models import Forum
from consultation.models.forum_rules import ForumStep, SchemePart
from consultation.models.topic import Part, named_units
from cppcc.documents.content import in_words
from cppcc.documents.describing import in_groups
from cppcc.documents.lines import level_of, lines_of, sentence
from cppcc.meetings.models import Meeting, MeetingKind
from cppcc.meetings.telling import moment
from cppcc.office.models import Organization

KIND = "notice"
WHY, RULE = "部署动员会参加单位", "R032"
Source = SchemePart.Source
MARKED = re.compile("^（[一二三四五六七八九十]+）")
DOES = {
    Part.LEAD: "牵头负责座谈会的组织筹备，拟定实施方案，组织学习和调研，准备中心发言。",
    Part.SUPPORT: "协助牵头单位做好调研和筹备工作。",
    Part.CONSULTED: "准备情况介绍和有关材料，安排负责同志到会听取意见、回应问题。",
    Part.COUNTY: "协助开展调研，反映本地情况和意见建议。",
}


def notice_draft(forum: Forum) -> dict[str, Any]:
    """The notice of the forum's mobilisation meeting, planned or not yet."""
    meeting, units = mobilisation_of(forum), parts_of(forum)
    asked = asked_of(meeting, units)
    return {
        "title": f"关于召开{forum.title}部署动员会的通知",
        "recipients": in_groups(asked) or ["各有关单位"],
        "body": [{"level": level, "text": text} for level, text in text_of(forum, meeting, units)],
        "units": {"main": asked, "why": WHY, "rule": RULE},
    }


def mobilising(forum: Forum) -> QuerySet[MeetingKind]:
    """The kinds of meeting by which the work is divided, as the rules say."""
    steps = ForumStep.objects.filter(rules=forum.rules_id, proof=ForumStep.Proof.MEETING, divides_work=True)
    step = steps.order_by("order").first()
    return step.meeting_kinds.all() if step else MeetingKind.objects.none()


def mobilisation_of(forum: Forum) -> Meeting | None:
    """The next meeting of that step."""
    found = Meeting.for_matter(forum).filter(kind__in=mobilising(forum)).exclude(state="cancelled")
    return found.select_related("room", "kind", "host").order_by("-starts").first()


def asked_of(meeting: Meeting | None, units: dict[str, list[Organization]]) -> list[Organization]:
    """Who comes: the units on the list of the meeting, and those with a part in the topic."""
    listed = Organization.objects.filter(pk__in=meeting.participants.values("organization")) if meeting else []
    return list(dict.fromkeys([*listed, *(unit for part in units.values() for unit in part)]))


def parts_of(forum: Forum) -> dict[str, list[Organization]]:
    """The units of the topic by what they do."""
    if forum.topic is None:
        return {}
    rows = list(named_units().queryset.filter(topic=forum.topic_id))
    return {part: [row.organization_of_the_day for row in rows if row.part == part] for part in DOES}


def text_of(forum: Forum, meeting: Meeting | None, units: dict[str, list[Organization]]) -> list[tuple[int, str]]:
    """(level, text): sections with something to say, numbered."""
    said: list[tuple[int, str]] = [(0, f"为做好{forum.title}筹备工作，决定召开部署动员会。现将有关事项通知如下。")]
    filled = [(title, lines) for title, lines in _sections(forum, meeting, units) if lines]
    for place, (title, lines) in enumerate(filled, start=1):
        said += [(1, f"{numeral(place)}、{title}"), *((level_of(line), line) for line in lines)]
    return said


def _sections(
    forum: Forum, meeting: Meeting | None, units: dict[str, list[Organization]]
) -> Iterator[tuple[str, list[str]]]:
    named = [(part, "、".join(unit.name for unit in units[part])) for part in DOES if units.get(part)]
    yield "时间地点", [f"{meeting.when}，{meeting.where_in_full}。" if meeting else "时间、地点另行通知。"]
    yield "会议内容", numbered([item.text for item in meeting.agenda.all()] if meeting else [])
    yield "参加人员", [f"{names}负责同志。" for names in in_groups(asked_of(meeting, units))]
    yield "座谈会安排", [*_facts(forum), *_before(forum)]
    yield "工作分工", numbered([f"{names}。{DOES[part]}" for part, names in named])
    yield "有关事项", [*_written(forum, Source.NONE), _answer(meeting)]


def numbered(lines: Sequence[str]) -> list[str]:
    """Lines with （一）, （二） where there are several."""
    if len(lines) == 1:
        return [sentence(lines[0])]
    return [f"（{numeral(number)}）{sentence(line)}" for number, line in enumerate(lines, start=1)]


def _answer(meeting: Meeting | None) -> str:
    host = meeting.host.name if meeting else ""
    by = f"于{moment(meeting.reply_by)}前" if meeting and meeting.reply_by else "尽快"
    to = f"{by}将参加人员名单报{host}" if host else "按时参加"
    return f"请各单位安排负责同志参加，{to}，并按照分工做好准备。"


def _facts(forum: Forum) -> Iterator[str]:
    yield f"议题：{sentence(str(forum.topic))}"
    if forum.held_on and forum.meeting:
        yield f"时间地点：{in_words(forum.held_on)}，{forum.meeting.where_in_full}。"
    if forum.lead:
        yield f"牵头单位：{forum.lead.name}。"


def _before(forum: Forum) -> list[str]:
    """Study and research as the scheme arranges them; the meeting that this notice calls is not said again."""
    kinds = mobilising(forum).values_list("label", flat=True)
    lines = [MARKED.sub("", line) for line in _written(forum, Source.WORK)]
    return [line.replace("。", "：", 1) for line in lines if not line.startswith(tuple(kinds))]


def _written(forum: Forum, source: str) -> list[str]:
    """What the scheme says in the parts of a source, line by line."""
    texts = forum.scheme_texts.filter(part__source=source).exclude(text="").select_related("part")
    return [sentence(line) for text in texts for line in lines_of(text.text)]
