"""Members of a term, and to what each of them belongs, as of its date. R141."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, Func, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least, NullIf
from simple_history.models import HistoricalRecords

from cppcc.office.access import organizations_with, reaches_any
from cppcc.office.acting import Acting
from cppcc.office.models import Organization, Person, Term
from cppcc.office.roles import Role
from cppcc.office.validity import Valid, ValidQuerySet, today, valid_on
from members.models.sectors import Position, Sector

VIEW_ALL = "members.view_all_members"
VIEW_OWN_COMMITTEE = "members.view_committee_members"
MANAGE = "members.manage_members"


class MemberQuerySet(ValidQuerySet):
    """Members as users see them."""

    def visible_to(self, user) -> Self:
        """A member sees himself only, committee staff the members of their committee, the house all."""
        if not user.acting:
            return self.none()
        if reaches_any(user, VIEW_ALL):
            return self
        own = Q(person=user.person_id) if any(a.role == Role.MEMBER for a in user.acting) else Q(pk__in=[])
        committees = organizations_with(user, VIEW_OWN_COMMITTEE)
        if committees:
            belongs = Affiliation.objects.valid().filter(member=OuterRef("pk"), organization__in=committees)
            own |= Q(Exists(belongs))
        return self.filter(own)

    def of_term(self, term: Term) -> Self:
        """The members of a term."""
        return self.filter(term=term)

    def dated(self) -> Self:
        """With `as_of`: today, or for those who left or have not begun the day nearest to it."""
        now = Value(today(), models.DateField())
        end = Least(now, Coalesce("valid_to", now))
        return self.annotate(as_of=Greatest(end, Coalesce("valid_from", end)))

    def called_on(self, day: date | None = None) -> Self:
        """With sector, party, employer and position of a day (`as_of` unless given), for lists and their order."""
        rows = Affiliation.objects.filter(valid_on(day or OuterRef("as_of")), member=OuterRef("pk"))

        def one(kind: str, field: Any, *order: str) -> Subquery:
            return Subquery(rows.filter(kind=kind).order_by(*order, "pk").values_list(field)[:1])

        kinds = Affiliation.Kind
        dated = self if day else self.dated()
        return dated.annotate(
            sector_id_now=one(kinds.SECTOR, "sector"),
            sector_name=one(kinds.SECTOR, "sector__name"),
            sector_order=one(kinds.SECTOR, "sector__order"),
            party_name=one(kinds.PARTY, Coalesce(NullIf("organization__short_name", Value("")), "organization__name")),
            employer_id_now=one(kinds.EMPLOYER, "organization"),
            employer_name=one(kinds.EMPLOYER, "organization__name"),
            duty_name=one(kinds.EMPLOYER, "duty"),
            position_name=one(kinds.POSITION, "position__label", "position__order"),
            position_order=one(kinds.POSITION, "position__order", "position__order"),
        )

    def with_past(self) -> Self:
        """With all that they ever belonged to, in one further query, as `all_affiliations`."""
        rows = Affiliation.objects.select_related("sector", "organization", "position")
        return self.prefetch_related(Prefetch("affiliations", rows, to_attr="all_affiliations"))


class Member(Valid):
    """A person's membership in one term; `valid_from` and `valid_to` are 任职起 and 任职止."""

    class Left(models.TextChoices):
        """Why a membership ended before its term."""

        TERM = "term", "届满"
        RESIGNED = "resigned", "辞职"
        MOVED = "moved", "工作变动"
        REMOVED = "removed", "撤销资格"
        DIED = "died", "去世"
        OTHER = "other", "其他"

    term = models.ForeignKey(Term, verbose_name="届", on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships")
    added_later = models.BooleanField("届中增补", default=False)
    left_by = models.CharField("离任原因", max_length=10, choices=Left.choices, blank=True)
    left_why = models.CharField("离任说明", max_length=200, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)
    version = models.PositiveIntegerField("版次", default=1, editable=False)
    history = HistoricalRecords(verbose_name="变更记录")

    objects: ClassVar = MemberQuerySet.as_manager()

    class Meta(Valid.Meta):
        verbose_name = "委员"
        verbose_name_plural = "委员"
        ordering: ClassVar = ["person__pinyin", "pk"]
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.UniqueConstraint(
                fields=["term", "person"], name="members_member_once_a_term",
                violation_error_message="这个人已是这一届的委员。",
            ),
        ]  # fmt: skip
        permissions: ClassVar = [
            ("view_all_members", "查阅全部委员"),
            ("view_committee_members", "查阅本委室委员"),
            ("manage_members", "管理委员名册"),
            ("unmask_particulars", "查看委员敏感信息"),
            ("record_performance", "登记履职"),
            ("confirm_performance", "审核委员申报"),
            ("propose_performance", "申报履职"),
        ]

    def __str__(self) -> str:
        return self.person.name

    @property
    def day(self) -> date:
        """Today, or for who has left or not begun the day nearest to it: the day as of which the member is shown."""
        end = min(today(), self.valid_to or today())
        return max(end, self.valid_from or end)

    @property
    def serving(self) -> bool:
        """Whether in office today."""
        return self.is_valid()

    def owned_by(self, acting: Acting) -> bool:
        """Scope OWN: the committees that the member belongs to."""
        return self.affiliations.valid().filter(organization=acting.organization_id).exists()

    def names(self, acting: Acting, act: str) -> bool:
        """Scope NAMED: the member himself."""
        return acting.role == Role.MEMBER and acting.person_id == self.person_id


def _one_at_a_time(kind: str) -> ExclusionConstraint:
    """One constraint a kind: a third as long to write as one over all of them."""
    period = Func("valid_from", "valid_to", models.Value("[]"), function="DATERANGE", output_field=DateRangeField())
    return ExclusionConstraint(
        name=f"members_affiliation_one_{kind}",
        expressions=[("member", RangeOperators.EQUAL), (period, RangeOperators.OVERLAPS)],
        condition=Q(kind=kind),
        violation_error_message="同一时间只能有一个界别、一个党派、一个工作单位，请先写明原来的截止日期。",
    )


class Affiliation(Valid):
    """What a member belongs to, from a day to a day: sector, party, employer, committee, group, position."""

    class Kind(models.TextChoices):
        """To what kind of thing."""

        SECTOR = "sector", "界别"
        PARTY = "party", "党派"
        EMPLOYER = "employer", "工作单位"
        COMMITTEE = "committee", "专门委员会"
        GROUP = "group", "小组"
        POSITION = "position", "职务"

    ONE_AT_A_TIME = (Kind.SECTOR, Kind.PARTY, Kind.EMPLOYER)

    member = models.ForeignKey(Member, verbose_name="委员", on_delete=models.CASCADE, related_name="affiliations")
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    sector = models.ForeignKey(
        Sector, verbose_name="界别", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    organization = models.ForeignKey(
        Organization, verbose_name="单位", on_delete=models.PROTECT, null=True, blank=True, related_name="affiliations",
        db_index=False,
    )  # fmt: skip
    position = models.ForeignKey(
        Position, verbose_name="职务", on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    duty = models.CharField("在其中的职务", max_length=100, blank=True, help_text="如：主任、召集人；工作单位中的职务")
    history = HistoricalRecords(verbose_name="变更记录", no_db_index=["sector", "organization", "position"])

    class Meta(Valid.Meta):
        verbose_name = "委员归属"
        verbose_name_plural = "委员归属"
        ordering: ClassVar = ["kind", "sector__order", "position__order", "organization__order", "pk"]
        indexes: ClassVar = [  # of each row one of three is filled: an import of thousands writes no empty entries
            models.Index(fields=["sector"], name="members_affiliation_sector", condition=Q(sector__isnull=False)),
            models.Index(
                fields=["organization", "kind"], name="members_affiliation_unit",
                condition=Q(organization__isnull=False),
            ),
            models.Index(fields=["position"], name="members_affiliation_position", condition=Q(position__isnull=False)),
        ]  # fmt: skip
        constraints: ClassVar = [
            *Valid.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="sector", sector__isnull=False, organization__isnull=True, position__isnull=True)
                | Q(kind="position", position__isnull=False, sector__isnull=True, organization__isnull=True)
                | (
                    Q(organization__isnull=False, sector__isnull=True, position__isnull=True)
                    & Q(kind__in=["party", "employer", "committee", "group"])
                ),
                name="members_affiliation_to_one",
            ),
            *(_one_at_a_time(kind) for kind in ("sector", "party", "employer")),
            models.UniqueConstraint(
                fields=["member", "organization", "position", "valid_from"], name="members_affiliation_once",
                nulls_distinct=False, condition=~Q(kind__in=["sector", "party", "employer"]),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.target}{self.duty}"

    @property
    def target(self) -> object:
        """What the member belongs to."""
        return self.sector or self.position or self.organization
