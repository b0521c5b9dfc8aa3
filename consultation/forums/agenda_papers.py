"""The agenda of a forum: a letter with the order of speeches and the list of those who attend. R045, R051."""

from collections.abc import Iterable
from typing import Any

from consultation.forums.name_list import table_of
from consultation.forums.scheme import numeral
from consultation.forums.scheme_sources import Known, host
from consultation.forums.seats import name_list
from consultation.forums.speaking import Agenda
from consultation.models import Forum, Speech
from consultation.models.forum_rules import SpeechKind
from cppcc.deadlines.recipients import NO_LETTERS
from cppcc.documents.content import Annex, Paragraph
from cppcc.documents.describing import in_groups
from cppcc.documents.description import described_annex
from cppcc.documents.lines import sentence
from cppcc.meetings.papers import post_of
from cppcc.office.models import Office, Organization
from cppcc.office.quoting import quoted

AGENDA_KIND = "agenda"
WHY, RULE = "参加座谈会", "R045"
Who = SpeechKind.Who
OPEN = {  # what stands under a kind that nobody is down for yet
    Who.FREE: "与会人员自由发言，没有发过言的优先。",
    Who.ANSWER: "有关部门负责同志回应发言中提出的问题。",
}


def called(forum: Forum, what: str) -> str:
    """The title of a paper: of which forum, and what it is."""
    return f"{quoted(forum.topic)}{forum.rules.label}{what}" if forum.topic else f"{forum.title}{what}"


def speaker(speech: Speech) -> str:
    """Who speaks, with unit and title as they are printed; the deputy's where he sends one."""
    post = post_of(speech.participant) if speech.participant else ""
    return f"{post or speech.unit}{speech.who}"


def agenda_draft(forum: Forum) -> dict[str, Any]:
    """The letter that sends the agenda to the units that attend; agenda and list are its annexes."""
    units, parts = units_of(forum), table_of(name_list(forum))
    label, called_so = f"{forum.rules.label}议程", called(forum, "议程")
    annexes = [Annex([label], paragraphs=list(agenda_text(forum)))]
    annexes += [Annex(["出席人员名单"], parts)] if parts else []
    also = "和出席人员名单" if parts else ""
    return {
        "title": f"关于印送{label}的函",
        "recipients": in_groups(units) or ["各有关单位"],
        "body": [{"level": 0, "text": f"现将{called_so}{also}印送给你们，请按照议程做好参会和发言准备。"}],
        "annexes": [described_annex(annex) for annex in annexes],
        "units": {"main": units, "why": WHY, "rule": RULE},
    }


def units_of(forum: Forum) -> list[Organization]:
    """The units whose people are on the list, as far as they get letters; the office does not write to itself."""
    if forum.meeting is None:
        return []
    found = Organization.objects.exclude(kind__in=NO_LETTERS).exclude(pk=Office.required().organization_id)
    rows = forum.meeting.participants.exclude(reply="no").exclude(leave="granted").order_by()
    return list(found.filter(pk__in=rows.values("organization")).order_by("kind", "order", "pk"))


def agenda_text(forum: Forum) -> Iterable[Paragraph]:
    """Time, place, who presides, the topic; then the kinds of speech in the order of the rules with who speaks."""
    meeting = forum.meeting
    facts = [("时间", meeting.when), ("地点", meeting.where_in_full)] if meeting else []
    facts += [("主持人", host(Known(forum)) or "待定"), ("议题", str(forum.topic or forum.title))]
    yield from (Paragraph(f"{label}：{sentence(text)}") for label, text in facts)
    shown = [one for one in Agenda(forum).sections if one["speeches"] or one["kind"].mandatory or _is_open(one["kind"])]
    for place, section in enumerate(shown, start=1):
        kind = section["kind"]
        yield Paragraph(f"{numeral(place)}、{kind.label}{_limit(kind)}", 1)
        yield from _lines(kind, section["speeches"])


def _is_open(kind: SpeechKind) -> bool:
    return kind.who == Who.FREE


def _limit(kind: SpeechKind) -> str:
    return f"（每人不超过{kind.minutes}分钟）" if kind.minutes else ""


def _lines(kind: SpeechKind, speeches: list[Speech]) -> Iterable[Paragraph]:
    """Who speaks, numbered where there are several."""
    said = [_line(speech) for speech in speeches] or [OPEN.get(Who(kind.who), "发言人待定。")]
    if len(said) == 1:
        yield Paragraph(said[0])
    else:
        yield from (Paragraph(f"{number}.{line}", 3) for number, line in enumerate(said, start=1))


def _line(speech: Speech) -> str:
    return sentence(f"{speaker(speech)}：{speech.subject}" if speech.subject else speaker(speech))
