"""The outcome of a forum: its paper drafted from the suggestions, its issue, its last day, what left outside. R053."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from consultation.forums.locking import locked
from consultation.forums.scheme_sources import Known, presider
from consultation.forums.suggestions import send_all
from consultation.models import Forum, ForumStep, Outcome, OutcomeForm, Suggestion
from consultation.models.forum import AFTER, ForumState
from consultation.workflows.forum import FORUM
from cppcc.deadlines.models import Deadline
from cppcc.deadlines.working_days import load_working_days
from cppcc.documents.content import Annex, Table, in_words
from cppcc.documents.describing import in_groups
from cppcc.documents.description import described_annex
from cppcc.documents.drafts import new_document
from cppcc.documents.lines import lines_of, sentence
from cppcc.documents.models import Document
from cppcc.documents.models.document import OUT, DocumentState
from cppcc.documents.registry import Issue
from cppcc.files.models import Classification
from cppcc.files.storing import store
from cppcc.meetings.models import Meeting
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.models import Office, Organization
from cppcc.office.quoting import quoted
from cppcc.office.refusals import Refused
from cppcc.workflow.clock import now

WHY, RULE = "协商成果涉及的单位", "R053"
HEAD, WIDTHS = ["序号", "意见建议", "提出人", "办理单位"], [2.6, 12.4, 4.5, 8.5]
CLAUSE = re.compile("[，；。：！？]")
LATE = "已超过报送期限（{due}），请先在“成果”中写明逾期原因。"


# --- its last day --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clock:
    """The last day of the outcome; working days left until it (negative: over), as of the day it left or today."""

    due_on: date
    left: int
    reported_on: date | None = None

    @property
    def is_late(self) -> bool:
        """Whether the last day is over, or was when it left."""
        return self.left < 0

    @property
    def words(self) -> str:
        """How it stands, in a sentence."""
        if self.reported_on:
            return f"{self.reported_on:%Y年%-m月%-d日}已报送" + (
                f"，逾期 {-self.left} 个工作日" if self.is_late else ""
            )
        if self.is_late:
            return f"已超过 {-self.left} 个工作日"
        return f"还剩 {self.left} 个工作日" if self.left else "今天到期"


def due_on(forum: Forum) -> date | None:
    """The last day by the office's rules; None where there is no such step, or no such date."""
    step = ForumStep.objects.filter(rules=forum.rules_id, proof=ForumStep.Proof.OUTCOME).values("key")[:1]
    return Deadline.for_matter(forum).filter(step__in=step).values_list("due_on", flat=True).first()


def clock_of(forum: Forum) -> Clock | None:
    """How the time of the outcome stands; None before the forum, and without a last day."""
    last = due_on(forum) if forum.state in AFTER else None
    if last is None:
        return None
    on = forum.reported_on or timezone.localdate(now())
    between = load_working_days().between(on, last)
    left = between if on <= last else min(-load_working_days().between(last, on), -1)
    return Clock(last, left, forum.reported_on)


# --- its paper -----------------------------------------------------------------------------------------------------


def described(forum: Forum, suggestions: list[Suggestion]) -> dict[str, Any]:
    """The text of the outcome: what was held, each suggestion, and a table of who deals with which."""
    units = recipients(forum, suggestions)
    return {
        "classification": Classification.INTERNAL,
        "recipients": in_groups(units),
        "body": [{"level": level, "text": text} for level, text in outcome_text(forum, suggestions)],
        "annexes": [described_annex(Annex(["意见建议办理单位一览表"], table_of(suggestions)))],
        "units": {"main": units, "why": WHY, "rule": RULE},
    }


def outcome_text(forum: Forum, suggestions: list[Suggestion]) -> list[tuple[int, str]]:
    """(level, text) of each paragraph."""
    lines = [(0, opening(forum)), (1, "一、协商情况"), (0, course(forum)), (1, "二、意见建议")]
    for number, suggestion in enumerate(suggestions, start=1):
        first, *others = map(sentence, lines_of(suggestion.text))
        lines += [(3, f"{number}.{first}"), *((0, line) for line in others)]
    return lines


def opening(forum: Forum) -> str:
    """When it was held, and on what."""
    day = in_words(forum.held_on) if forum.held_on else ""
    count = f"第{forum.number}次" if forum.number else ""
    topic = quoted(forum.topic or forum.title)
    return (
        f"{day}，{Office.required().name}召开{count}{forum.rules}，围绕{topic}协商议政。"
        "现将会议形成的意见建议整理报送，供参阅；涉及有关部门的，请研究办理并反馈。"
    )


def course(forum: Forum) -> str:
    """Who presided, how many came and spoke."""
    came = forum.meeting.participants.came().count() if forum.meeting else 0
    spoke = forum.speeches.filter(status="done").count()
    host = presider(Known(forum))
    facts = [f"由{host}主持" if host else "", f"{came}人出席" if came else "", f"{spoke}人次发言" if spoke else ""]
    told = "，".join(filter(None, facts))
    return f"{_before(forum)}{f'会议{told}。' if told else ''}"


def _before(forum: Forum) -> str:
    """Who led it, and by which study and research."""
    lead = forum.lead.name if forum.lead else ""
    found = Meeting.for_matter(forum).exclude(pk=forum.meeting_id).filter(state=MeetingState.CLOSED)
    kinds = list(dict.fromkeys(found.order_by("starts", "pk").values_list("kind__label", flat=True)))
    held = f"会前，{lead}牵头组织了{'、'.join(kinds)}。"
    return held if kinds else f"座谈会由{lead}牵头筹办。"


def origin(row: Suggestion) -> str:
    """Who proposed it and what went into it: the persons, else the speaker of the record."""
    named = [str(one.proposer) for one in (row, *row.merged.all()) if one.proposer]
    return "、".join(dict.fromkeys(named)) or (row.speech.who if row.speech else "")


def in_short(text: str) -> str:
    """The first clause of a suggestion; the whole stands in the text."""
    return CLAUSE.split(text.strip(), maxsplit=1)[0].strip()


def table_of(suggestions: list[Suggestion]) -> Table:
    """Which suggestion came from whom, and who deals with it."""
    rows = [
        [str(number), in_short(row.text), origin(row), row.department.name if row.department else ""]
        for number, row in enumerate(suggestions, start=1)
    ]
    return Table(HEAD, rows, WIDTHS)


def recipients(forum: Forum, suggestions: list[Suggestion], form: OutcomeForm | None = None) -> list[Organization]:
    """The leaders of the form's units, and the departments that deal with something. R053."""
    leading = Organization.objects.filter(pk__in=OutcomeForm.objects.filter(rules=forum.rules_id).values("sent_to"))
    leading = form.sent_to.all() if form else leading
    dealing = Organization.objects.filter(pk__in=[row.department_id for row in suggestions if row.department_id])
    return list((leading | dealing).distinct().order_by("kind", "order", "pk"))


@transaction.atomic
def draft_outcome(forum: Forum, form: OutcomeForm, *, by: Any) -> Outcome:
    """A draft of the outcome in a form of the rules; one that is on its way is given again.

    Raises Refused before the forum was held, and without a suggestion.
    """
    held = locked(forum, *READ, alone=True)
    refuse_before(held)
    known = held.outcomes.filter(form=form, document__isnull=False).exclude(
        document__state__in=(*OUT, DocumentState.DROPPED)
    )
    if (found := known.select_related("document").first()) is not None:
        return found
    rows = list(held.suggestions.standing().listed().prefetch_related(MERGED).order_by("order", "pk"))
    if not rows:
        raise Refused("还没有整理出意见建议，请先从发言要点中提取。")
    said = described(held, rows)
    said["units"] |= {"main": recipients(held, rows, form)}
    said["recipients"] = in_groups(said["units"]["main"])
    title = f"关于{quoted(held.topic or held.title)}的协商意见建议"
    document = new_document(
        form.document_kind, title, by=by, classification=said["classification"], matter=held, said=said
    )
    return Outcome.objects.create(forum=held, form=form, document=document, by=by)


MERGED = Prefetch("merged", Suggestion.objects.select_related("proposer__person").order_by("order", "pk"))
READ = ("rules", "topic", "meeting", "host__organization", "lead")


def refuse_before(forum: Forum) -> None:
    """Raise Refused before the meeting is over: there is no outcome yet."""
    if forum.state not in AFTER:
        raise Refused(f"座谈会{forum.get_state_display()}，会议结束后才有协商成果。")


# --- its issue -----------------------------------------------------------------------------------------------------


def objection(forum: Forum, document: Document, *, day: date | None) -> str:
    """Why this outcome cannot leave now: the forum is not over, or it is late without a reason."""
    if not Outcome.objects.filter(document=document).exists():
        return ""
    if forum.state not in AFTER:
        return f"座谈会{forum.get_state_display()}，会议结束后才能印发协商成果。"
    if day and forum.held_on and day < forum.held_on:
        return "协商成果的印发日期不能早于座谈会召开的日期，请核对。"
    return late_without_reason(forum, day or timezone.localdate(now()))


def late_without_reason(forum: Forum, day: date) -> str:
    """The sentence for an outcome that leaves late without a reason; "" otherwise. R053."""
    if forum.state != ForumState.HELD or forum.late_reason.strip():
        return ""
    last = due_on(forum)
    return LATE.format(due=in_words(last)) if last and day > last else ""


def carry_out(forum: Forum, document: Document, *, by: Any) -> None:
    """The outcome has left with its document: the forum is reported, each suggestion goes to its department."""
    outcome = Outcome.objects.filter(document=document).first()
    if outcome is None:
        return
    outcome.sent_on, outcome.number = document.issued_on, document.number_text
    outcome.save()
    reported(forum, document.issued_on or timezone.localdate(now()), by=by)


def reported(forum: Forum, on: date, *, by: Any) -> None:
    """Report the locked forum on that day, unless it is; send what has not been sent."""
    if forum.state == ForumState.HELD:
        FORUM.move(forum, "report", by=by, version=forum.version, data={"reported_on": on}, held=True)
    if forum.state == ForumState.REPORTED:
        send_all(forum, on=on, by=by)


OUTCOME = Issue(carry_out, objection)


# --- what is entered -----------------------------------------------------------------------------------------------


@transaction.atomic
def record_outcome(forum: Forum, form: Any, *, by: Any) -> Outcome:
    """Enter an outcome that left outside the system (代录), with its source.

    Raises Refused before the forum was held, for a day before it or to come, and when it was late without a reason.
    """
    data = form.cleaned_data
    held = locked(forum, *READ)
    refuse_before(held)
    on = data["sent_on"]
    if on > timezone.localdate() or (held.held_on and on < held.held_on):
        raise Refused("报送日期不能晚于今天，也不能早于座谈会召开的日期。")
    if data["late_reason"].strip() and held.state == ForumState.HELD:
        held.late_reason = data["late_reason"].strip()
        held.save(update_fields=["late_reason"])
    if sentence := late_without_reason(held, on):
        raise Refused(sentence.replace("请先在“成果”中写明逾期原因", "请填写逾期原因"))
    said = {"form": data["form"], "sent_on": on, "number": data["number"].strip(), "source": data["source"].strip()}
    if held.outcomes.filter(**said).exists():
        raise Refused("这份成果已经登记，不必重复登记。")
    made = Outcome.objects.create(forum=held, by=by, **said)
    if data["upload"]:
        made.file = store(data["upload"], by=by, matter=made, classification=data["classification"])
        made.save(update_fields=["file"])
    reported(held, on, by=by)
    return made


@transaction.atomic
def give_reason(forum: Forum, reason: str, *, by: Any) -> None:
    """Why the outcome is late. Raises Refused once it has left."""
    held = locked(forum, alone=True)
    if held.state != ForumState.HELD:
        raise Refused(f"座谈会{held.get_state_display()}，不需要填写逾期原因。")
    held.late_reason = reason.strip()
    held.save(update_fields=["late_reason"])
