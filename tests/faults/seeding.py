"""What a storm starts with: units whose people can be reached in different ways, reminders, deadlines to be moved."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from cppcc.deadlines.models import Deadline, DeadlineHolder, DeliverySetting, DueRule, RuleSet
from cppcc.office.groups import sync_groups, sync_permissions
from cppcc.office.models import Office, Organization, Person, Post, Tenure, User
from cppcc.office.pinyin import pinyin_key
from cppcc.office.roles import Role

UNITS = 40
PASSWORD = "storm-and-calm-1"
CLERK = "clerk"


@dataclass(frozen=True)
class Holder:
    """A person who holds the post of a unit."""

    account: bool
    email: bool


REACHED = Holder(True, True)
DESKLESS = Holder(False, True)
OFFLINE = Holder(True, False)
BY_PHONE = Holder(False, False)


def holders_of(unit: int) -> list[Holder]:
    """Who holds the post of the n-th unit."""
    if unit >= 38:
        return []
    if unit >= 36:
        return [BY_PHONE]
    return [DESKLESS, OFFLINE] if unit >= 30 else [REACHED]


def seed(reminders: int, moves: int, *, begin: datetime, seconds: float) -> None:
    """Fill the empty database; the reminders fall due evenly within `seconds` from `begin`."""
    DeliverySetting.objects.create(lease_seconds=10, quiet_from=time(0), quiet_to=time(0), max_tries=50)
    units = [
        Organization(key=f"unit{n}", name=f"第{n}单位", kind=Organization.Kind.DEPARTMENT, order=n, pinyin=f"d{n:02}")
        for n in range(UNITS)
    ]
    Organization.objects.bulk_create(units)
    Office.objects.create(name="试验市政协", full_name="政协试验市委员会", organization=units[0])
    for n, unit in enumerate(units):
        post = Post.objects.create(organization=unit, role=Role.DEPARTMENT, title="经办")
        for m, holder in enumerate(holders_of(n)):
            _appoint(post, f"u{n}x{m}", holder)
    _clerk(units[0])
    sync_groups()
    sync_permissions()
    _reminders([unit.pk for unit in units], reminders, begin, seconds)
    _deadlines(units[:30], moves)


def _appoint(post: Post, name: str, holder: Holder) -> None:
    email = f"{name}@example.org" if holder.email else ""
    person = Person.objects.create(name=name, pinyin=pinyin_key(name), email=email)
    Tenure.objects.create(post=post, person=person)
    if holder.account:
        User.objects.create(username=name, person=person, password="!")


def _clerk(unit: Organization) -> None:
    person = Person.objects.create(name=CLERK, pinyin=CLERK)
    post = Post.objects.create(organization=unit, role=Role.OFFICE_CLERK, title="办公室经办")
    Tenure.objects.create(post=post, person=person)
    User.objects.create(username=CLERK, person=person, password=make_password(PASSWORD))


def _reminders(units: list[int], count: int, begin: datetime, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO deadlines_reminder (key, mark, organization_id, role, due_at, title, body, url, rule, status,"
            " error) SELECT 'storm:' || n, 'b0', (%s::bigint[])[n %% %s + 1], 'department',"
            " %s + n * interval '1 second' * %s / %s, '提醒第' || n || '号', '', '/', '', 'pending', ''"
            " FROM generate_series(0, %s - 1) n",
            [units, UNITS, begin, seconds, count, count],
        )


def _deadlines(units: list[Organization], count: int) -> None:
    """Deadlines without a ladder, each held by one unit: moving one makes exactly one reminder."""
    rules = RuleSet.objects.create(key="storm", label="风暴")
    rule = DueRule.objects.create(
        ruleset=rules, step="s", label="步骤", anchor="a", offset=0, unit="days", responsible="r"
    )
    kind, now = ContentType.objects.get_for_model(Organization), timezone.now()
    day = timezone.localdate() + timedelta(days=30)
    made = Deadline.objects.bulk_create(
        Deadline(
            content_type=kind, object_id=units[0].pk, rule=rule, step=f"s{n}", label="步骤", title=f"事项第{n}号",
            anchor_on=day, due_on=day, planned_on=day, derived_at=now,
        )
        for n in range(count)
    )  # fmt: skip
    DeadlineHolder.objects.bulk_create(
        DeadlineHolder(deadline=deadline, organization=units[n % len(units)], role=Role.DEPARTMENT, since=now)
        for n, deadline in enumerate(made)
    )


def new_day() -> date:
    """The day to which deadlines are moved."""
    return timezone.localdate() + timedelta(days=60)
