"""The days of a forum follow from its day by the rule set, and from nothing else. R030, R034, R053."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cppcc.deadlines.models import Deadline
from cppcc.deadlines.years import seed_workdays
from tests.consultation import forum_world

pytestmark = pytest.mark.django_db
VECTORS = [  # day, scheme, coordination, outcome: with the State Council's days
    ("2026-04-24", "2026-02-24", "2026-04-17", "2026-05-12"),
    ("2026-06-10", "2026-04-10", "2026-06-03", "2026-06-25"),
    ("2026-10-30", "2026-08-30", "2026-10-23", "2026-11-13"),
    ("2026-12-10", "2026-10-10", "2026-12-03", "2026-12-24"),
]


@pytest.mark.parametrize(("day", "scheme", "coordination", "outcome"), VECTORS)
def test_days_of_a_forum(world, day, scheme, coordination, outcome):
    seed_workdays(2025, 2027)
    starts = datetime.combine(date.fromisoformat(day), datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    made = forum_world.forum(world, starts=starts + timedelta(hours=9))
    found = {row.step: row.due_on.isoformat() for row in Deadline.for_matter(made)}
    assert found["scheme"] == scheme
    assert found["coordination"] == coordination
    assert found["outcome"] == outcome
    assert found["session"] == day
