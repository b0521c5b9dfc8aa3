"""Suggestions of a forum: drawn from what was said, put in order, merged, tracked, told to who proposed. R053, R054."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from consultation.forums.locking import locked
from consultation.models import Forum, Speech, Suggestion, SuggestionNews, Tracking
from consultation.models.forum import AFTER, ForumState
from consultation.models.outcome import ANSWER, SuggestionState
from consultation.workflows.forum_suggestion import TRACKING
from cppcc.deadlines.keeping import keep_dates, keep_many
from cppcc.deadlines.models import Notice
from cppcc.deadlines.registry import Dated, Holder
from cppcc.files.secrecy import refuse_secret
from cppcc.office.access import acting_for
from cppcc.office.refusals import Forbidden, Refused
from cppcc.office.roles import Role
from cppcc.workflow.clock import now
from cppcc.workflow.engine import rewrite_many_waiting
from cppcc.workflow.registry import url_of
from cppcc.workflow.stale import check_version

KIND = "forum_suggestion"
SPOKEN = (ForumState.IN_SESSION, *AFTER)
COUNT = "[一二三四五六七八九十百]+"
NUMBER = re.compile(rf"^\s*(?:{COUNT}、|[（(]{COUNT}[）)]|[（(]?\d{{1,3}}[）)、.．])\s*")
SHORTEST, LONGEST = 4, 2000  # characters of a suggestion


@dataclass(frozen=True)
class Line:
    """A line of what was said: `key` finds it again, `taken` tells that it is among the suggestions."""

    key: str
    speech: Speech
    text: str
    taken: bool


def lines_of(record: str) -> list[str]:
    """The points of a record: one a line, without their numbers; what is too short to be one is left out."""
    lines = (NUMBER.sub("", line).strip() for line in record.splitlines())
    return [line[:LONGEST] for line in lines if len(line) >= SHORTEST]


def drawable(forum: Forum) -> list[Line]:
    """All points of all speeches in their order; two queries."""
    known = {(pk, text) for pk, text in forum.suggestions.standing().values_list("speech", "text")}
    speeches = forum.speeches.exclude(record="").select_related(
        "kind", "participant__person", "participant__organization", "organization"
    )
    return [
        Line(f"{speech.pk}-{number}", speech, text, (speech.pk, text) in known)
        for speech in speeches.order_by("kind__order", "order", "pk")
        for number, text in enumerate(dict.fromkeys(lines_of(speech.record)))
    ]


@dataclass(frozen=True)
class Drawn:
    """A point to take: its speech, its text as it shall read, the department (by key) that deals with it."""

    speech: Speech
    text: str
    department: int | None = None


@transaction.atomic
def draw(forum: Forum, points: Sequence[Drawn], *, by: Any) -> list[Suggestion]:
    """Take points among the suggestions; one that stands there is not taken again. Raises Refused before the forum."""
    held = locked(forum, alone=True)
    refuse_unspoken(held)
    refuse_secret("\n".join(point.text for point in points))
    known = set(forum.suggestions.standing().values_list("speech", "text"))
    last = forum.suggestions.aggregate(last=Max("order"))["last"] or 0
    fresh = [point for point in points if (point.speech.pk, point.text) not in known]
    new = [
        Suggestion(
            forum=held, order=last + number, text=point.text, speech=point.speech,
            proposer=point.speech.participant, department_id=point.department,
        )
        for number, point in enumerate(fresh, start=1)
    ]  # fmt: skip
    TRACKING.start_many(new, by=by)
    return new


def refuse_unspoken(forum: Forum) -> None:
    """Raise Refused as long as nothing was said."""
    if forum.state not in SPOKEN:
        raise Refused(f"座谈会{forum.get_state_display()}，会议召开后才能整理意见建议。")


@transaction.atomic
def save_suggestion(form: Any, *, by: Any) -> Suggestion:
    """Save a suggestion; a new one is the last. Raises Refused for one that left, Stale when it was changed."""
    suggestion: Suggestion = form.instance
    forum = locked(suggestion.forum, alone=True)
    refuse_unspoken(forum)
    refuse_secret(suggestion.text)
    if suggestion.pk is None:
        if forum.suggestions.standing().filter(speech=suggestion.speech_id, text=suggestion.text).exists():
            raise Refused("这条意见建议已经添加，不必重复添加。")
        suggestion.order = (forum.suggestions.aggregate(last=Max("order"))["last"] or 0) + 1
        TRACKING.start(suggestion, by=by)
        return suggestion
    before = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    check_version(before, form)
    if before.state != SuggestionState.NOTED:
        raise Refused(f"这条意见建议{before.get_state_display()}，内容不能再改；需要改的，请撤销后另行整理。")
    suggestion.version += 1
    suggestion.save()
    return suggestion


@transaction.atomic
def arrange(forum: Forum, places: dict[int, int], *, by: Any) -> None:
    """Let the suggestions stand in the order of `places` (pk -> place)."""
    locked(forum, alone=True)
    rows = list(forum.suggestions.order_by("order", "pk"))
    rows.sort(key=lambda row: (places.get(row.pk, row.order), row.order, row.pk))
    changed = [row for number, row in enumerate(rows, start=1) if row.order != number]
    for number, row in enumerate(rows, start=1):
        row.order = number
    if changed:
        bulk_update_with_history(changed, Suggestion, ["order"], default_user=by)


@transaction.atomic
def merge(forum: Forum, pks: Iterable[int], *, by: Any) -> Suggestion:
    """Bring several noted suggestions together in the first; the others are dropped with that said of them.

    Raises Refused when fewer than two can be merged.
    """
    locked(forum, alone=True)
    noted = forum.suggestions.filter(pk__in=set(pks), state=SuggestionState.NOTED).select_related("forum")
    rows = list(noted.order_by("order", "pk"))
    if len(rows) < 2:
        raise Refused("请勾选两条以上尚未送办的意见建议，再合并。")
    first, others = rows[0], rows[1:]
    text = "\n".join(dict.fromkeys(row.text for row in rows))
    if len(text) > LONGEST:
        raise Refused(f"合并后有 {len(text)} 字，最多 {LONGEST} 字，请先精简。")
    first.text, first.version = text, first.version + 1
    for name in ("department_id", "proposer_id"):
        given = (getattr(row, name) for row in rows)
        setattr(first, name, next((value for value in given if value), None))
    first.save()
    TRACKING.move_many(others, "drop", by=by, opinion=f"并入第 {first.order} 条", data={"into": first})
    _carry_along(forum, others, first, by=by)
    return first


def _carry_along(forum: Forum, gone: Sequence[Suggestion], first: Suggestion, *, by: Any) -> None:
    """What had gone into these goes into the first with them, so that its proposers still hear of it. R079."""
    rows = list(forum.suggestions.filter(merged_into__in=gone))
    for row in rows:
        row.merged_into = first
    bulk_update_with_history(rows, Suggestion, ["merged_into"], default_user=by)


def send_all(forum: Forum, *, on: date, by: Any) -> int:
    """With the outcome each suggestion goes to its department; how many. R053."""
    rows = forum.suggestions.filter(state=SuggestionState.NOTED, department__isnull=False)
    ready = list(rows.select_related("department", "proposer__person").order_by("pk"))
    for row in ready:
        row.forum = forum
    TRACKING.move_many(ready, "send", by=by, data={"with_outcome": True, "on": on})
    keep_many(ready, by=by)
    return len(ready)


# --- afterwards ----------------------------------------------------------------------------------------------------


@transaction.atomic
def report_news(suggestion: Suggestion, text: str, *, on: date, source: str, by: Any) -> SuggestionNews:
    """What the department or the leading committee reports without an end.

    Raises Forbidden for others, Refused for what is not in tracking, a day to come, or a missing source.
    """
    acting = acting_for(by, ANSWER, suggestion) or acting_for(by, "consultation.track_suggestion", suggestion)
    if acting is None:
        raise Forbidden("办理进展由办理单位、牵头委室和办公室登记。")
    row = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if row.state in (SuggestionState.NOTED, SuggestionState.DROPPED):
        raise Refused(f"这条意见建议{row.get_state_display()}，还没有办理进展。")
    if on > timezone.localdate():
        raise Refused("日期不能晚于今天。")
    if acting.organization_id != suggestion.department_id and not source.strip():
        raise Refused("代办理单位登记的，须写明来源（如来函文号、来电人及时间）。")
    refuse_secret(text)
    if row.news.filter(on=on, text=text, source=source.strip()).exists():
        raise Refused("这条进展已经登记，不必重复登记。")
    return SuggestionNews.objects.create(suggestion=row, on=on, text=text, source=source.strip(), by=by)


@transaction.atomic
def collate(forum: Forum, text: str, *, on: date, by: Any) -> Tracking:
    """The leading committee's collation; the next one is due an interval later. R054.

    Raises Refused before the outcome left, after the end, for a day to come or before the report, and a second time.
    """
    held = locked(forum, alone=True)
    if held.state != ForumState.REPORTED:
        raise Refused(f"座谈会{held.get_state_display()}，成果报送后、办结前才登记汇总跟踪。")
    if on > timezone.localdate() or (held.reported_on and on < held.reported_on):
        raise Refused("汇总日期不能晚于今天，也不能早于成果报送日期。")
    refuse_secret(text)
    if held.trackings.filter(on=on, text=text).exists():
        raise Refused("这次汇总已经登记，不必重复登记。")
    made = Tracking.objects.create(forum=held, on=on, text=text, by=by)
    keep_dates(held, by=by)
    return made


@transaction.atomic
def tell_proposers(forum: Forum, pks: Iterable[int], *, how: str, by: Any) -> tuple[int, int]:
    """Tell those who proposed what became of it: a notice to each with an account; others as `how` says. R079.

    Who proposed what went into one of these hears it, too. Returns of how many suggestions the proposer got a notice,
    and how many were noted as told otherwise. Raises Refused when one has no account and nothing says how he was told.
    """
    rows = list(
        forum.suggestions.untold().filter(pk__in=set(pks)).select_for_update(of=("self",))
        .select_related("proposer__person__user", "department").order_by("pk")
    )  # fmt: skip
    if not rows:
        raise Refused("所选的意见建议没有需要反馈的，请刷新页面查看。")
    found = [*rows, *_gone_into(forum, rows)]
    accounts = {row.pk: _account(row) for row in found}
    silent = [row for row in found if accounts[row.pk] is None]
    if silent and not how.strip():
        names = "、".join(dict.fromkeys(str(row.proposer) for row in silent))
        raise Refused(f"{names}没有账号，收不到系统通知，请先告知，并写明怎样告知的（如电话、书面）。")
    refuse_secret(how)
    today = timezone.localdate(now())
    for row in found:
        row.forum, row.told_on = forum, today
        row.told_how = how.strip()[:200] or "系统通知"
    bulk_update_with_history(found, Suggestion, ["told_on", "told_how"], default_user=by)
    _write_notices([(row, accounts[row.pk]) for row in found])
    rewrite_many_waiting([(row, ()) for row in rows])
    keep_many(rows, by=by)
    return len(found) - len(silent), len(silent)


def _gone_into(forum: Forum, rows: Sequence[Suggestion]) -> list[Suggestion]:
    """What was merged into these, where its proposer has not been told."""
    known = {row.pk: row for row in rows}
    gone = forum.suggestions.filter(merged_into__in=known, proposer__isnull=False, told_on__isnull=True)
    found = list(gone.select_for_update(of=("self",)).select_related("proposer__person__user").order_by("pk"))
    for row in found:
        row.merged_into = known[row.merged_into_id or 0]
    return found


def _account(row: Suggestion) -> Any:
    account = getattr(row.proposer.person, "user", None) if row.proposer else None
    return account if account and account.is_active else None


def _write_notices(rows: Sequence[tuple[Suggestion, Any]]) -> None:
    """One notice for each suggestion that was dealt with and each account."""
    told: dict[str, Notice] = {}
    for row, account in rows:
        whole = row.merged_into or row
        key = f"suggestion:{whole.pk}:{whole.version}:{account.pk}" if account else ""
        if key:
            told.setdefault(key, Notice(
                key=key, user=account, title=f"您的意见建议{whole.get_state_display()}：{row}"[:200],
                body=f"{whole.department}办理，{whole.get_state_display()}。办理情况请查看意见建议页面。",
                url=url_of(whole), created_at=timezone.now(),
            ))  # fmt: skip
    Notice.objects.bulk_create(told.values())


# --- dates ---------------------------------------------------------------------------------------------------------


def anchors(suggestion: Suggestion) -> dict[str, date | None]:
    """The day on which it was sent; the day on which it was known what became of it."""
    if suggestion.state in (SuggestionState.NOTED, SuggestionState.DROPPED):
        return {}
    return {"sent": suggestion.sent_on, "settled": suggestion.settled_on if suggestion.proposer_id else None}


def holders(suggestion: Suggestion, responsible: str, step: str) -> Iterable[Holder]:
    """The department; the leading committee tells who proposed."""
    if responsible == "department" and suggestion.department_id:
        return [(suggestion.department_id, "")]
    if responsible == "lead_committee" and suggestion.forum.lead_id:
        return [(suggestion.forum.lead_id, Role.COMMITTEE_CLERK)]
    return []


def done(suggestion: Suggestion) -> dict[str, date]:
    """Answered, and told."""
    days = {"answer": suggestion.settled_on, "feedback": suggestion.told_on}
    return {step: day for step, day in days.items() if day}


SUGGESTION_DATES = Dated(
    KIND, anchors, holders, done=done, title=lambda row: f"意见建议：{row}",
    load=lambda rows: rows.select_related("forum", "department"),
)  # fmt: skip
