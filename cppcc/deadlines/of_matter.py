"""The dates of one matter, for the matter's own page."""

from typing import Any

from django.db import models

from cppcc.deadlines.models import Deadline


def dates_of(matter: models.Model, user: Any) -> list[Deadline]:
    """The deadlines of `matter` that `user` may see, by their days. One query."""
    return list(Deadline.for_matter(matter).visible_to(user).order_by("due_on", "pk"))
