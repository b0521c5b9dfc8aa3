"""Whose court: every open duty and every deadline that has begun, who holds it, for how many working days.

A deadline has begun on its anchor day when it counts from there, else on the day of its first reminder; before, it is
in nobody's hands. Where a unit holds a duty on the same matter, the deadline stands beside the duty, not on a line of
its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf, TruncDate
from django.utils import timezone

from consultation.models.plan import VIEW_ALL
from cppcc.deadlines.models import Deadline, DeadlineHolder
from cppcc.deadlines.models.deadlines import DeadlineStatus, HolderPart
from cppcc.desk.matters import matters_of
from cppcc.desk.periods import Days
from cppcc.office.access import reaches_any
from cppcc.workflow.models import Waiting
from cppcc.workflow.registry import WORKFLOWS, url_of

SHOWN = (
    "id", "what", "content_type_id", "object_id", "label", "organization_id", "unit", "sound", "seat", "began",
    "due_on", "provisional", "title", "url",
)  # fmt: skip
UNIT = Coalesce(NullIf("organization__short_name", Value("")), "organization__name")


@dataclass(frozen=True)
class Hold:
    """Something in somebody's hands. `days`: working days since; `late`: working days after the day it was due."""

    what: str
    label: str
    matter: str
    kind: str
    url: str
    organization_id: int
    unit: str
    holder: str
    since: date
    days: int
    due_on: date | None
    late: int
    provisional: bool

    @property
    def tone(self) -> str:
        """How urgent it looks; what has a day to come is not urgent however long it lies."""
        if self.due_on and not self.late:
            return "gray"
        return "red" if self.late or self.days > 7 else "amber" if self.days > 3 else "gray"


def duties(user) -> QuerySet:
    """Open duties on matters that `user` may see, or that are his own, with the day by which they are due."""
    return _noted_duties(Waiting.objects.filter(_reach(user)) if user.acting else Waiting.objects.none())


def _reach(user) -> Q:
    reach = Q(pk__in=Waiting.objects.held_by(user).values("pk"))
    if not reaches_any(user, VIEW_ALL):
        return reach
    for model in WORKFLOWS:
        visible = model._default_manager.visible_to(user)  # type: ignore[attr-defined]
        reach |= Q(content_type=ContentType.objects.get_for_model(model), object_id__in=visible.values("pk"))
    return reach


def _noted_duties(rows: QuerySet) -> QuerySet:
    due = DeadlineHolder.objects.filter(
        part=HolderPart.DO,
        organization=OuterRef("organization"),
        deadline__status=DeadlineStatus.OPEN,
        deadline__content_type=OuterRef("content_type"),
        deadline__object_id=OuterRef("object_id"),
    ).order_by("deadline__due_on")
    return rows.annotate(
        what=Value("duty"),
        unit=UNIT,
        sound=F("organization__pinyin"),
        seat=Coalesce("post__title", Value("")),
        began=TruncDate("since"),
        due_on=Subquery(due.values("deadline__due_on")[:1]),
        provisional=Coalesce(Subquery(due.values("deadline__provisional")[:1]), Value(False)),
        title=Value("", output_field=CharField()),
        url=Value("", output_field=CharField()),
    )


def deadlines(user) -> QuerySet:
    """Open deadlines that `user` may see and that have begun: a row for each unit that has to meet them, as he may
    know it.
    """
    rows = DeadlineHolder.objects.doing().shown_to(user)
    rows = rows.filter(deadline__in=Deadline.objects.visible_to(user), deadline__status=DeadlineStatus.OPEN)
    duty = Waiting.objects.filter(
        content_type=OuterRef("deadline__content_type"),
        object_id=OuterRef("deadline__object_id"),
        organization=OuterRef("organization"),
    )
    noted = rows.filter(~Exists(duty)).annotate(
        what=Value("deadline"),
        content_type_id=F("deadline__content_type_id"),
        object_id=F("deadline__object_id"),
        label=F("deadline__label"),
        unit=UNIT,
        sound=F("organization__pinyin"),
        seat=Value("", output_field=CharField()),
        began=Greatest(TruncDate("since"), _begin()),
        due_on=F("deadline__due_on"),
        provisional=F("deadline__provisional"),
        title=F("deadline__title"),
        url=F("deadline__url"),
    )
    return noted.filter(began__lte=timezone.localdate())


def _begin() -> Case:
    """The day on which a deadline begins to wait."""
    earliest = Func(
        F("deadline__rule__remind"), template="COALESCE((SELECT MAX(d) FROM unnest(%(expressions)s) AS d), 0)::integer",
        output_field=IntegerField(),
    )  # fmt: skip
    first = Func(
        F("deadline__due_on"), earliest, template="(%(expressions)s)", arg_joiner=" - ", output_field=DateField()
    )
    return Case(
        When(deadline__anchor_on__lte=F("deadline__due_on"), then=F("deadline__anchor_on")),
        default=Cast(first, DateField()),
    )


@dataclass(frozen=True)
class Chosen:
    """What the list is narrowed to; None and "" narrow nothing. `late`: only what is past its day."""

    words: str = ""
    unit: int | None = None
    kind: int | None = None
    what: str = ""
    late: bool = False

    def of(self, rows: QuerySet) -> QuerySet:
        """The rows of duties or of deadlines that are meant."""
        if self.words:
            rows = rows.filter(Q(label__icontains=self.words) | Q(title__icontains=self.words))
        if self.unit:
            rows = rows.filter(organization=self.unit)
        if self.kind:
            rows = rows.filter(content_type_id=self.kind)
        return rows.filter(due_on__lt=timezone.localdate()) if self.late else rows


@dataclass
class Court:
    """All that `user` may see in anybody's hands, narrowed."""

    user: Any
    chosen: Chosen = field(default_factory=Chosen)

    @property
    def sides(self) -> list[QuerySet]:
        """The duties and the deadlines that are meant."""
        asked = {"duty": (duties,), "deadline": (deadlines,)}.get(self.chosen.what, (duties, deadlines))
        return [self.chosen.of(side(self.user)) for side in asked]

    def rows(self) -> QuerySet:
        """Both as one list of dicts, to be ordered and cut."""
        first, *others = [side.order_by().values(*SHOWN) for side in self.sides]
        return first.union(*others, all=True) if others else first

    def late_count(self) -> int:
        """How many are past their day."""
        today = timezone.localdate()
        return sum(side.order_by().filter(due_on__lt=today).count() for side in self.sides)

    def by_unit(self) -> list[dict[str, Any]]:
        """[{organization_id, unit, count, began}] of every unit that holds something, the longest-holding first."""
        found: dict[int, dict[str, Any]] = {}
        for side in self.sides:
            counted = side.order_by().values("organization_id", "unit").annotate(count=Count("pk"), first=Min("began"))
            for row in counted:
                known = found.setdefault(row["organization_id"], {**row, "count": 0})
                known["count"] += row["count"]
                known["first"] = min(known["first"], row["first"])
        return sorted(found.values(), key=lambda row: (row["first"], row["unit"]))


def holds(rows: Sequence[Mapping[str, Any]]) -> list[Hold]:
    """Rows of the list with their matters and working days: a query a kind of matter, and one for the calendar."""
    today = timezone.localdate()
    matters = matters_of([(row["content_type_id"], row["object_id"]) for row in rows if row["what"] == "duty"])
    first = min((min(row["began"], row["due_on"] or today) for row in rows), default=today)
    working = Days(first, today).working
    return [_hold(row, matters.get((row["content_type_id"], row["object_id"])), working, today) for row in rows]


def _hold(row: Mapping[str, Any], matter: Any, working: Any, today: date) -> Hold:
    kind = ContentType.objects.get_for_id(row["content_type_id"]).model_class()
    due = row["due_on"]
    return Hold(
        what=row["what"],
        label=row["label"],
        matter=row["title"] or (str(matter) if matter else ""),
        kind=str(kind._meta.verbose_name) if kind else "",
        url=row["url"] or (url_of(matter) if matter else ""),
        organization_id=row["organization_id"],
        unit=row["unit"],
        holder=f"{row['unit']} · {row['seat']}" if row["seat"] else row["unit"],
        since=row["began"],
        days=working.between(row["began"], today) if row["began"] < today else 0,
        due_on=due,
        late=working.between(due, today) if due and due < today else 0,
        provisional=bool(due and row["provisional"]),
    )


def kinds_held() -> Iterable[tuple[int, str]]:
    """The kinds of matters that can be in somebody's hands."""
    return [(ContentType.objects.get_for_model(model).pk, str(model._meta.verbose_name)) for model in WORKFLOWS]
