"""The notice of the mobilisation meeting: when and where, who comes, how the forum is meant, who does what. R032."""

from collections.abc import Iterator
from typing import Any

from consultation.models import Forum
from consultation.models.forum_rules import ForumStep, SchemePart
from consultation.models.topic import Part, named_units
from cppcc.documents.content import in_words
from cppcc.documents.describing import addressed
from cppcc.meetings.models import Meeting
from cppcc.office.models import Organization
from cppcc.office.roles import Role

KIND = "notice"
WHY, RULE = "部署动员会参加单位", "R032"
Source = SchemePart.Source
COUNTED = "一二三四五六七八九十"
DOES = {
    Part.LEAD: "牵头负责座谈会的组织筹备，拟定实施方案，组织学习和调研，准备中心发言。",
    Part.SUPPORT: "协助牵头单位做好调研和筹备工作。",
    Part.CONSULTED: "准备情况介绍和有关材料，安排负责同志到会听取意见、回应问题。",
    Part.COUNTY: "协助开展调研，反映本地情况和意见建议。",
}


def notice_draft(forum: Forum) -> dict[str, Any]:
    """The notice of the forum's mobilisation meeting, planned or not yet."""
    meeting, units = mobilisation_of(forum), parts_of(forum)
    listed = Organization.objects.filter(pk__in=meeting.participants.values("organization")) if meeting else []
    asked = list(dict.fromkeys([*listed, *(unit for part in units.values() for unit in part)]))
    return {
        "title": f"关于召开{forum.title}部署动员会的通知",
        "recipients": addressed(asked) or ["各有关单位"],
        "body": [{"level": level, "text": text} for level, text in text_of(forum, meeting, units)],
        "units": {"main": asked, "why": WHY, "rule": RULE},
    }


def mobilisation_of(forum: Forum) -> Meeting | None:
    """The next meeting of the first step that a deputy convenes by a meeting: the one that divides the work."""
    steps = ForumStep.objects.filter(rules=forum.rules_id, proof=ForumStep.Proof.MEETING, convener=Role.VICE_CHAIR)
    step = steps.order_by("order").first()
    kinds = step.meeting_kinds.all() if step else []
    found = Meeting.for_matter(forum).filter(kind__in=kinds).exclude(state="cancelled")
    return found.select_related("room", "kind").order_by("-starts").first()


def parts_of(forum: Forum) -> dict[str, list[Organization]]:
    """The units of the topic by what they do."""
    if forum.topic is None:
        return {}
    rows = list(named_units().queryset.filter(topic=forum.topic_id))
    return {part: [row.organization_of_the_day for row in rows if row.part == part] for part in DOES}


def text_of(forum: Forum, meeting: Meeting | None, units: dict[str, list[Organization]]) -> list[tuple[int, str]]:
    """(level, text)."""
    said: list[tuple[int, str]] = [(0, f"为做好{forum.title}筹备工作，定于近期召开部署动员会，现将有关事项通知如下。")]
    for place, (title, lines) in enumerate(_sections(forum, meeting, units)):
        said += [(1, f"{COUNTED[place]}、{title}"), *((0, line) for line in lines)]
    return said


def _sections(
    forum: Forum, meeting: Meeting | None, units: dict[str, list[Organization]]
) -> Iterator[tuple[str, list[str]]]:
    yield "时间地点", [f"{meeting.when}，{meeting.where}。" if meeting else "时间、地点另行通知。"]
    if meeting and (items := [item.text for item in meeting.agenda.all()]):
        yield "会议内容", [f"（{COUNTED[place]}）{text}。" for place, text in enumerate(items[: len(COUNTED)])]
    yield "座谈会安排", list(_facts(forum))
    named = {part: "、".join(unit.name for unit in units.get(part, ())) for part in DOES}
    if division := [f"{names}：{DOES[part]}" for part, names in named.items() if names]:
        yield "工作分工", [*division, *_written(forum, Source.NONE)]
    yield "有关要求", ["请各单位安排负责同志参加，并按照分工做好准备。"]


def _facts(forum: Forum) -> Iterator[str]:
    yield f"议题：{forum.topic}。"
    if forum.held_on and forum.meeting:
        yield f"时间地点：{in_words(forum.held_on)}，{forum.meeting.where}。"
    if forum.lead:
        yield f"牵头单位：{forum.lead}。"
    yield from _written(forum, Source.WORK)


def _written(forum: Forum, source: str) -> list[str]:
    """What the scheme says in the parts of a source, line by line."""
    texts = forum.scheme_texts.filter(part__source=source).exclude(text="").select_related("part")
    return [line.strip() for text in texts for line in text.text.splitlines() if line.strip()]
