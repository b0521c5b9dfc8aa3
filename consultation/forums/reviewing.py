"""How a forum is judged: a sheet of each who took part, by login, link or entered for him, and what they say. R083."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count, OuterRef, Subquery
from django.utils import timezone

from consultation.forums.locking import locked
from consultation.models import Forum, ReviewItem, ReviewScore, ReviewSheet
from consultation.models.forum import AFTER
from cppcc.deadlines.due import add_months
from cppcc.files.secrecy import refuse_secret
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import How
from cppcc.office.access import reaches_any
from cppcc.office.models import OneTimeLink
from cppcc.office.refusals import Forbidden, Refused

JUDGE = "consultation.judge_forum"
PURPOSE = "consultation.review"
LINK_MONTHS = 1  # a link to judge is good for a month
ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True)
class Average:
    """A question: what the sheets give it on average, out of how many points, in per cent of them."""

    item: ReviewItem
    average: Decimal
    count: int

    @property
    def percent(self) -> Decimal:
        """Per cent of the best."""
        return rounded(self.average * 100 / self.item.best)


@dataclass(frozen=True)
class Judgement:
    """What all sheets say of a forum: `asked` took part, `sheets` judged."""

    averages: Sequence[Average]
    sheets: int
    asked: int
    remarks: Sequence[ReviewSheet]

    @property
    def percent(self) -> Decimal | None:
        """Per cent of all points; None without a sheet."""
        best = sum(found.item.best for found in self.averages if found.count)
        total = sum((found.average for found in self.averages if found.count), Decimal(0))
        return rounded(total * 100 / best) if best else None


def rounded(number: Decimal | float) -> Decimal:
    """To one place, halves up."""
    return Decimal(number).quantize(ONE_PLACE, ROUND_HALF_UP)


def judgement_of(forum: Forum) -> Judgement:
    """The averages of each question, the remarks: three queries."""
    scores = ReviewScore.objects.filter(item=OuterRef("pk"), sheet__forum=forum).order_by().values("item")
    items = forum.rules.reviewitems.annotate(
        average=Subquery(scores.annotate(n=Avg("score")).values("n")),
        count=Subquery(scores.annotate(n=Count("pk")).values("n")),
    )
    averages = [Average(one, Decimal(one.average or 0), one.count or 0) for one in items.order_by("order", "pk")]
    remarks = list(forum.reviews.exclude(remark="").select_related("participant__person").order_by("-at", "-pk")[:500])
    asked = Participant.objects.filter(meeting=forum.meeting_id).came().count()
    return Judgement(averages, forum.reviews.count(), asked, remarks)


def way_of(user: Any, participant: Participant | None) -> str:
    """How `user` may judge: he himself by login, the office for others; "" not at all."""
    if participant is not None and user.person_id == participant.person_id and user.acting:
        return How.LOGIN
    return How.PROXY if reaches_any(user, JUDGE) else ""


def own_seat(forum: Forum, user: Any) -> Participant | None:
    """The reader among those who took part and have not judged yet."""
    if not user.person_id or not forum.meeting_id or forum.state not in AFTER:
        return None
    return unjudged(forum).filter(person=user.person_id).first()


def unjudged(forum: Forum) -> Any:
    """Those who took part and have not judged yet."""
    rows = Participant.objects.filter(meeting=forum.meeting_id).came()
    return rows.exclude(pk__in=forum.reviews.filter(participant__isnull=False).values("participant"))


@transaction.atomic
def judge(
    forum: Forum, participant: Participant | None, scores: Mapping[int, int], *, remark: str, by: Any, how: str,
    source: str = "",
) -> ReviewSheet:  # fmt: skip
    """Keep a sheet: points by item (key). `participant` None: a sheet without a name, entered by the office.

    Raises Forbidden for whoever may not, Refused before the forum was held, for one who did not take part, a second
    sheet, points beyond the best, or what is entered without a source.
    """
    held = locked(forum, "rules", alone=True)
    if how in (How.LOGIN, How.PROXY) and way_of(by, participant) not in (how, How.LOGIN):
        raise Forbidden("只能填写您本人的评价表；代他人登记由办公室办理。")
    refuse_sheet(held, participant, how, source)
    refuse_secret(remark, where="意见")
    items = {item.pk: item for item in held.rules.reviewitems.all()}
    if set(scores) != set(items) or any(not 0 <= points <= items[pk].best for pk, points in scores.items()):
        raise Refused("请给每一项打分，得分不能超过满分。")
    sheet = ReviewSheet.objects.create(
        forum=held, participant=participant, remark=remark.strip(), source=source.strip(), by=by
    )
    ReviewScore.objects.bulk_create(ReviewScore(sheet=sheet, item=items[pk], score=n) for pk, n in scores.items())
    return sheet


def refuse_sheet(forum: Forum, participant: Participant | None, how: str, source: str) -> None:
    """Raise Refused when this sheet cannot be taken."""
    if forum.state not in AFTER:
        raise Refused(f"座谈会{forum.get_state_display()}，会议结束后才能评价。")
    if (how == How.PROXY or participant is None) and not source.strip():
        raise Refused("代录的评价表须写明来源（如会上收回的纸质评价表）。")
    if participant is None:
        return
    if participant.meeting_id != forum.meeting_id or not Participant.objects.came().filter(pk=participant.pk).exists():
        raise Refused(f"{participant}没有出席这次座谈会，不能评价。")
    if forum.reviews.filter(participant=participant).exists():
        raise Refused(f"{participant}已经评价过了，每人只评价一次。")


@transaction.atomic
def issue_links(forum: Forum, *, by: Any) -> list[tuple[Participant, str]]:
    """New links for those who took part and have not judged; each is good for one sheet, for a month.

    Raises Refused when there is nobody.
    """
    if forum.state not in AFTER:
        raise Refused(f"座谈会{forum.get_state_display()}，会议结束后才能评价。")
    rows = list(unjudged(forum).select_related("person", "organization", "participant_class"))
    if not rows:
        raise Refused("出席的同志都已评价，没有需要链接的人。")
    live = OneTimeLink.objects.filter(purpose=PURPOSE, used_at__isnull=True, revoked_at__isnull=True)
    live = live.filter(content_type__app_label="meetings", content_type__model="participant")
    live.filter(object_id__in=[row.pk for row in rows]).update(revoked_at=timezone.now())
    now = timezone.localtime()
    last = add_months(now.date(), LINK_MONTHS)
    end = now.replace(year=last.year, month=last.month, day=last.day)
    return list(zip(rows, OneTimeLink.issue_many(rows, PURPOSE, by=by, expires_at=end), strict=True))
