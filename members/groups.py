"""Activity groups: who belongs to them, their funds and logistics. R142."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from cppcc.office.access import organizations_with
from cppcc.office.models import Organization
from cppcc.office.validity import today, valid_on
from members.house import manages
from members.models import Affiliation, GroupMoney
from members.models.member import VIEW_OWN_COMMITTEE


def listed() -> Any:
    """Groups with how many belong to them and what money is left, in one query."""
    money = GroupMoney.objects.filter(organization=OuterRef("pk")).order_by().values("organization")
    belongs = Q(affiliations__kind=Affiliation.Kind.GROUP) & valid_on(today(), "affiliations__")
    return Organization.objects.filter(kind=Organization.Kind.ACTIVITY_GROUP).select_related("parent").annotate(
        people=Count("affiliations", filter=belongs), left=Subquery(money.annotate(s=Sum("amount")).values("s"))
    )  # fmt: skip


def balance(rows: list[GroupMoney]) -> Decimal:
    """What is left."""
    return sum((row.amount for row in rows), Decimal(0))


def keeps(user: Any, group: Organization) -> bool:
    """Whether the user keeps a group: who keeps the roster, or the staff of the committee that looks after it."""
    return manages(user) or group.parent_id in organizations_with(user, VIEW_OWN_COMMITTEE)
