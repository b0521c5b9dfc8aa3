"""The bell of every page: how many notices one has not read yet, and how they are read."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme

from cppcc.deadlines.models import Notice

MOST = 99  # more is shown as 99+, and not counted


# At most a hundred rows of a partial index, in the statement that loads the account of a request.
UNREAD = Func(
    ArraySubquery(
        Notice.objects.filter(user=OuterRef("pk"), read_at__isnull=True).order_by().values("pk")[: MOST + 1]
    ),
    function="CARDINALITY", output_field=IntegerField(),
)  # fmt: skip


def unread_of(user: Any) -> QuerySet[Notice]:
    """What an account has not read."""
    return Notice.objects.filter(user=user, read_at__isnull=True)


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: `bell`, how many in words; "" for none, 99+ for many."""
    return {"bell": SimpleLazyObject(lambda: unread_words(request.user))}


def unread_words(user: Any) -> str:
    """The count for the bell, which came with the account; asked when it did not."""
    count = getattr(user, "unread_notices", None)
    if count is None:
        count = unread_of(user).order_by()[: MOST + 1].count()
    return "" if not count else str(count) if count <= MOST else f"{MOST}+"


def read(notice: Notice) -> str:
    """Mark a notice as read and return the page that it is about; "" when that is no page of ours."""
    if notice.read_at is None:
        Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=timezone.now())
    return notice.url if url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None) else ""


def read_all(user: Any) -> int:
    """Mark all as read; how many there were."""
    return unread_of(user).update(read_at=timezone.now())
