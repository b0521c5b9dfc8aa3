"""The trail of a matter: its movements, and which fields changed from one saved row to the next."""

from typing import Any

from django.db import models

from cppcc.office.differences import differences
from cppcc.workflow.models import Movement

LIMIT = 100  # history rows shown on one page


def movements_of(matter: models.Model) -> models.QuerySet[Movement]:
    """The movements of a matter, the newest first."""
    return Movement.for_matter(matter)


def deciding_body(matter: models.Model) -> str:
    """The name of the body that passed the matter last; "" where none did."""
    passed = Movement.for_matter(matter).filter(name__in=("pass", "pass_amended"), step__body__isnull=False)
    last = passed.select_related("step__body").order_by("-at", "-pk").first()
    return str(last.step.body.name) if last else ""


def field_changes(matter: Any) -> list[dict]:
    """[{at, by, items: [{field, old, new}]}] of the newest saved rows, in the words of the screen."""
    records = list(matter.history.select_related("history_user__person")[: LIMIT + 1])
    return [
        {"at": record.history_date, "by": record.history_user, "items": items}
        for record, items in differences(type(matter), records)
        if items
    ]
