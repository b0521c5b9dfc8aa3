"""Activity groups: who belongs to them, their funds and logistics. R142."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from cppcc.office.access import organizations_with
from cppcc.office.models import Organization
from cppcc.office.validity import today, valid_on
from members.house import manages, reads_all
from members.models import Affiliation, GroupMoney, Member
from members.models.member import VIEW_OWN_COMMITTEE


def listed() -> Any:
    """Groups with how many belong to them and what money is left, in one query."""
    money = GroupMoney.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
    belongs = Q(affiliations__kind=Affiliation.Kind.GROUP) & valid_on(today(), "affiliations__")
    return Organization.objects.filter(kind=Organization.Kind.ACTIVITY_GROUP).select_related("parent").annotate(
        people=Count("affiliations", filter=belongs), left=Subquery(money.annotate(s=Sum("amount")).values("s"))
    )  # fmt: skip


def readable(user: Any) -> Any:
    """The groups of `listed` that the user reads: all, or those his committee looks after or has members in."""
    if reads_all(user):
        return listed()
    committees = organizations_with(user, VIEW_OWN_COMMITTEE)
    if not committees:
        return listed().none()
    own = Member.objects.visible_to(user).values("pk")
    belongs = Affiliation.objects.valid().filter(kind=Affiliation.Kind.GROUP, member__in=own)
    return listed().filter(Q(parent__in=committees) | Q(pk__in=belongs.values("organization")))


def reads_money(user: Any, group: Organization) -> bool:
    """Whether the user sees all members of a group and what it has: who keeps it, and who reads all members."""
    return reads_all(user) or keeps(user, group)


def keeps(user: Any, group: Organization) -> bool:
    """Whether the user keeps a group: who keeps the roster, or the staff of the committee that looks after it."""
    return manages(user) or group.parent_id in organizations_with(user, VIEW_OWN_COMMITTEE)
