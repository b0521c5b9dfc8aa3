"""In which posts an account may act today: own tenures and delegations, by their dates, never by a cached group."""

from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, Exists, F, OuterRef, Value

from cppcc.office.validity import today, valid_on


@dataclass(frozen=True)
class Acting:
    """One way in which a user may act: a post, its role and organisation, and whether it is delegated."""

    post_id: int
    role: str
    organization_id: int
    title: str
    organization: str
    person_id: int
    delegated: bool = False

    def __str__(self) -> str:
        return f"{self.organization} · {self.title}" + ("（受托）" if self.delegated else "")


FIELDS = ("post_id", "post__role", "post__organization_id", "post__title", "post__organization__name")


def acting_of(user, *, on: date | None = None) -> list[Acting]:
    """The posts `user` may act in on a day (today unless given); [] for an account without a person.

    A delegation acts only while the post itself is held by somebody: nobody can hand on what nobody holds.
    """
    if not user.is_active or not user.person_id:
        return []
    day = on or today()
    tenures = apps.get_model("office.Tenure").objects.filter(
        valid_on(day), valid_on(day, "post__"), valid_on(day, "post__organization__")
    )
    delegations = apps.get_model("office.Delegation").objects.filter(
        Exists(tenures.filter(post=OuterRef("post"))), valid_on(day), person=user.person_id
    )
    own, standing_in = tenures.filter(person=user.person_id), delegations
    rows = sorted(_rows(own, False).union(_rows(standing_in, True)), key=itemgetter("delegated", "order", "post_id"))
    found: dict[int, Acting] = {}
    for row in rows:
        found.setdefault(row["post_id"], _acting(row, user.person_id))
    return list(found.values())


def _acting(row: dict[str, Any], person: int) -> Acting:
    organization, name = row["post__organization_id"], row["post__organization__name"]
    return Acting(row["post_id"], row["post__role"], organization, row["post__title"], name, person, row["delegated"])


def _rows(queryset, delegated: bool):
    noted = queryset.order_by().annotate(delegated=Value(delegated, BooleanField()), order=F("post__order"))
    return noted.values(*FIELDS, "delegated", "order")
