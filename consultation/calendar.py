"""The calendar's entries of this app: the windows in which topics are asked for. R002."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse

from consultation.models import Addressee, Solicitation
from consultation.models.solicitation import SolicitationState
from cppcc.deadlines.calendar import MOST, Entry, Kind, unit

KINDS = {"window": Kind("征集期", "green")}


def window_entries(user, start: date, end: date) -> Iterator[Entry]:
    """The rounds that `user` may see; of the units that are asked only his own are named. Two queries."""
    own = [acting.organization_id for acting in user.acting]
    asked = Prefetch("addressees", Addressee.objects.filter(organization__in=own), "asked_of_mine")
    shown = Solicitation.objects.visible_to(user).filter(opens_on__lte=end, closes_on__gte=start)
    for found in shown.prefetch_related(asked).order_by("opens_on", "pk")[: MOST + 1]:
        yield Entry(
            start=found.opens_on,
            end=found.closes_on,
            label=found.title,
            kind="window",
            url=reverse("consultation:solicitation_detail", args=[found.pk]),
            uid=f"solicitation-{found.pk}",
            tone=KINDS["window"].tone,
            who=frozenset(unit(row.organization_id) for row in found.asked_of_mine),
            provisional=found.state == SolicitationState.DRAFTING,
            done=found.state == SolicitationState.CLOSED,
        )
