"""R145: how often leaders attended, beside the norms of the office, counted from meetings that ended."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from cppcc.meetings.models import Meeting, Participant, ParticipantClass
from cppcc.meetings.models.participants import CAME
from cppcc.office.validity import today
from members.models import AttendanceNorm
from members.norms import attended, behind
from tests.members.ledger_rows import a_kind, a_meeting

pytestmark = pytest.mark.django_db


@pytest.fixture
def norm(world):
    """Vice-chairs and chairs attend two plenary meetings a year."""
    made = AttendanceNorm.objects.create(
        key="plenary-chair", label="主席出席全体会议", source="role", value="chair", times=2
    )
    made.kinds.set([a_kind("plenary")])
    return made


def held(world, kind: str = "plenary", *, state: str = "closed", days: int = 0, **row) -> Meeting:
    """A meeting of this year with the chair on its list."""
    first = timezone.localdate().replace(month=1, day=10)
    made = a_meeting(world, kind, days=(first - timezone.localdate()).days + days, state=state)
    role = ParticipantClass.objects.get_or_create(key="leader", defaults={"label": "政协领导"})[0]
    if row["attendance"] in CAME:
        row["arrived_at"] = made.starts
    if row.get("reply") == "deputy":
        row["deputy_name"] = "某人"
    if row["attendance"] == "leave":
        row["leave"] = "granted"
    Participant.objects.create(meeting=made, person=world.users["chair"].person, participant_class=role, **row)
    return made


def test_only_what_one_attended_oneself_in_closed_meetings_of_the_year_counts(world, norm):
    held(world, attendance="present")
    held(world, attendance="present", reply="deputy")
    held(world, attendance="leave")
    held(world, attendance="present", state="invited")
    held(world, attendance="present", days=-30)
    held(world, "training", attendance="present")
    [row] = attended(today().year, today())
    assert (row.listed, row.came, row.deputies, row.leaves, row.missing) == (3, 1, 1, 1, 1)
    assert behind([row]) == [row]
    held(world, attendance="late", days=1)
    assert behind(attended(today().year, today())) == []


def test_the_page_shows_who_is_behind_and_goes_out_as_excel(world, norm, login):
    client = login("clerk")
    page = client.get("/members/leaders/").content.decode()
    assert "试chair" in page and "尚差 2 次" in page and "主席出席全体会议" in page
    book = load_workbook(io.BytesIO(client.get("/members/leaders/", {"export": "xlsx", "behind": "1"}).content))
    head, row = book.active.iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True)) | {"尚差（次）": 2, "姓名": "试chair"} == dict(zip(head, row, strict=True))
    held(world, attendance="present"), held(world, attendance="present", days=1)
    assert "都已达到要求的次数" in client.get("/members/leaders/", {"behind": "1"}).content.decode()
    assert login("member").get("/members/leaders/").status_code == 403


def test_a_norm_of_other_times_is_not_asked(world, norm):
    AttendanceNorm.objects.update(valid_from=today() + timedelta(days=1))
    assert attended(today().year, today()) == []


def test_the_profile_brings_norms_for_four_kinds_of_meetings(db):
    call_command("load_profile", "municipal", stdout=io.StringIO())
    kinds = {str(kind) for norm in AttendanceNorm.objects.all() for kind in norm.kinds.all()}
    assert kinds == {"全体会议", "常务委员会会议", "全体会议分组讨论", "界别委员面对面交流"}


def test_the_statements_do_not_grow_with_the_meetings(world, norm, login):
    client, counts = login("clerk"), []
    client.get("/members/leaders/")  # what a first request reads once
    for many in (1, 30):
        for day in range(many):
            held(world, attendance="present", days=day)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/members/leaders/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
