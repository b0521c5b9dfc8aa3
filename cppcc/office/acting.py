"""In which posts an account may act today: own tenures and delegations, by their dates, never by a cached group."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Exists, F, OuterRef

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
    own = [_acting(row, user.person_id) for row in _rows(tenures.filter(person=user.person_id))]
    held = {acting.post_id for acting in own}
    return own + [_acting(row, user.person_id, True) for row in _rows(delegations) if row[0] not in held]


def _acting(row: tuple[int, str, int, str, str], person: int, delegated: bool = False) -> Acting:
    post, role, organization, title, name = row
    return Acting(post, role, organization, title, name, person, delegated)


def _rows(queryset):
    return queryset.order_by(F("post__order"), "post_id").values_list(*FIELDS).distinct()
