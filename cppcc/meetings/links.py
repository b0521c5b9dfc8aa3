"""One-time links by which people answer without an account: many at once, shown once. R114."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.meetings.models import Meeting, Participant
from cppcc.meetings.models.meeting import MeetingState
from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Refused

PURPOSE = "meetings.reply"


@dataclass(frozen=True)
class Linked:
    """A participant and the token of his link, which nobody sees again."""

    whose: Participant
    token: str
    url: str = ""


def follow(meeting: Meeting) -> None:
    """The links of a meeting that was moved are good until its new beginning."""
    _live(list(meeting.participants.values_list("pk", flat=True))).update(expires_at=meeting.starts)


def _live(participants: Sequence[int]) -> QuerySet[OneTimeLink]:
    kind = ContentType.objects.get_for_model(Participant)
    links = OneTimeLink.objects.filter(content_type=kind, object_id__in=participants, purpose=PURPOSE)
    return links.filter(used_at__isnull=True, revoked_at__isnull=True)


@transaction.atomic
def issue_links(meeting: Meeting, pks: Sequence[int] | None, *, by: Any) -> list[Linked]:
    """New links for the told participants among `pks` (None: all who have not answered); older ones die.

    A link is good until the meeting starts, so that an answer can be changed by it. Raises Refused when there is
    nobody, or when it is too late.
    """
    if meeting.state != MeetingState.INVITED or meeting.has_begun:
        raise Refused("会议已经开始或没有发出通知，不能生成回复链接。")
    rows = meeting.participants.unanswered() if pks is None else meeting.participants.invited().filter(pk__in=pks)
    found = list(rows.select_related("person", "organization", "participant_class"))
    if not found:
        raise Refused("没有需要链接的人：请先发出通知，或勾选已通知的人。")
    _live([row.pk for row in found]).update(revoked_at=timezone.now())
    tokens = OneTimeLink.issue_many(found, PURPOSE, by=by, expires_at=meeting.starts)
    return [Linked(row, token) for row, token in zip(found, tokens, strict=True)]
