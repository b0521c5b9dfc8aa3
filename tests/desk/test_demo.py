"""The demo: one load for all tests of this file; what stands in it, and that a second load changes nothing."""

import io
import shutil
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import models
from django.test import override_settings
from django.utils import timezone

from consultation.forums.minutes import minutes_draft
from consultation.forums.reviewing import judgement_of
from consultation.meter import read_meter
from consultation.models import AnnualPlan, CountyAdoption, Forum, Solicitation, Topic
from cppcc.deadlines.models import Deadline
from cppcc.documents.models import Document, Recipient
from cppcc.files.storing import read
from cppcc.meetings.registry import roster_of
from cppcc.office.acting import acting_of
from cppcc.office.demo import DEMO_PASSWORD, demo_accounts
from cppcc.office.models import CommitteeRouting, Delegation, Office, Organization, Person, Term, User
from cppcc.office.roles import Role
from cppcc.office.unit_names import organizations
from cppcc.workflow.models import Decision, Movement, Snapshot, Waiting
from members.comparing import compare
from members.experts import suggest
from members.models import Affiliation, Member

Kind = Organization.Kind
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo-media")
    yield str(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, media):
    """The demo, loaded once and emptied again after the last test of this file."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        ContentType.objects.clear_cache()
        call_command("load_demo", stdout=io.StringIO())
        yield
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture
def demo(loaded, media, db, settings):
    settings.MEDIA_ROOT, settings.DEMO = media, True


def plan(year: int) -> AnnualPlan:
    return AnnualPlan.objects.get(year=year)


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def printed(**options) -> str:
    out = io.StringIO()
    call_command("load_demo", stdout=out, **options)
    return out.getvalue()


def test_the_city_is_whole(demo):
    count = dict(Organization.objects.valid().order_by().values_list("kind").annotate(models.Count("pk")))
    assert count[Kind.COUNTY] == 8
    assert count[Kind.PARTY] == 8
    assert count[Kind.FEDERATION] == 1
    assert count[Kind.COMMITTEE] == 1 + 9
    assert count[Kind.DEPARTMENT] == 3 + 30
    assert Office.current().name == "云江市政协"
    assert Office.current().demo and Office.current().profile == "municipal"
    assert CommitteeRouting.objects.count() == 9


def test_a_department_was_renamed_and_one_merged(demo):
    water = Organization.objects.get(key="shuiwu")
    assert (water.name, water.name_on(date(2022, 5, 1))) == ("市水务局", "市水利局")
    ended = Organization.objects.get(key="xiangcun")
    assert str(ended.merged_into) == "市农业农村局"
    assert not ended.is_valid()


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("市发改委", "fagai"),
        ("市水利局", "shuiwu"),
        ("市政协社会法制委", "law"),
        ("提案委", "proposals"),
        ("市政协农业和农村委", "agriculture"),
        ("青溪", "qingxi"),
        ("九三学社", "jiusan"),
        ("市委", "party-committee"),
        ("市供电公司", "gongdian"),
        ("市地方金融监管局", "jinrong"),
        ("市交通局", "jiaotong"),
    ],
)
def test_units_are_found_as_offices_write_them(demo, typed, key):
    assert organizations().find(typed).key == key


def test_every_role_has_an_account_that_acts_today(demo):
    roles = {acting.role for user in User.objects.filter(is_demo=True) for acting in acting_of(user)}
    assert roles == set(Role)
    assert Delegation.objects.valid().count() == 1


def test_accounts_log_in_only_where_the_demo_is_on(demo, settings, rf):
    request = rf.post("/")
    assert authenticate(request, username="bangongshi", password=DEMO_PASSWORD).is_demo
    settings.DEMO = False
    assert authenticate(request, username="bangongshi", password=DEMO_PASSWORD) is None


def test_persons_are_plainly_fictitious(demo):
    for person in Person.objects.all():
        assert person.phone.startswith("139-0000-")
        assert not person.email or person.email.endswith("@example.invalid")


def test_the_running_plan_has_25_topics_and_meets_its_targets(demo):
    """R001, R013-R015: 17 linked and 8 of the city's own are 68 %; five supervisory topics are needed."""
    readings = {reading.key: reading for reading in read_meter(plan(2026))}
    assert readings["linked_share"].value == 68
    assert readings["supervisory"].target == 5
    assert [reading.state for reading in readings.values()] == ["ok"] * 5
    topics = plan(2026).topics
    assert topics.counted().count() == 25
    assert topics.filter(off_plan=True).count() == 1
    assert topics.filter(state="withdrawn").count() == 1
    assert topics.filter(placeholder=True).count() == 1
    assert topics.filter(state="done").exists() and topics.filter(state="planned").exists()


def test_the_closed_plan_was_off_target_with_its_reason(demo):
    readings = {reading.key: reading.state for reading in read_meter(plan(2025))}
    assert readings["forums"] == "warn"
    submitted = Movement.for_matter(plan(2025)).filter(name="submit")
    assert submitted.count() == 2 and all(movement.opinion for movement in submitted)
    assert Movement.for_matter(plan(2025)).filter(name="send_back").exists()


def test_plans_stand_where_they_should(demo):
    assert {p.year: p.state for p in AnnualPlan.objects.all()} == {2025: "closed", 2026: "issued", 2027: "drafting"}
    assert {a.state for a in CountyAdoption.objects.filter(topic__plan__year=2026)} == {"adopted", "pending"}
    assert Snapshot.for_matter(plan(2026)).count() == 3
    assert Decision.for_matter(plan(2026)).count() == 2


def test_the_issued_documents_are_stored_and_received(demo):
    """R003, R009: plans and rounds went out as documents, and every unit has them."""
    for year in (2025, 2026):
        notice = plan(year).document
        assert read(notice.file).startswith(b"%PDF") and notice.number_text == plan(year).number
        assert not notice.recipients.pending().exists() and notice.recipients.filter(how="login").exists()
    letters = Document.objects.filter(kind__key="topic-letter")
    assert letters.count() == 2 and not Recipient.objects.filter(document__in=letters).pending().exists()
    assert not Deadline.objects.filter(step="receive").exclude(status="done").exists()


def test_what_our_office_issued_alone_is_sealed(demo):
    """The seal of the name under the text, placed by its keeper between signature and issue."""
    for document in Document.objects.filter(file__isnull=False):
        [use] = document.seal_uses.all()
        assert (use.used_by.username, use.withdrawn_at) == ("bangongshi", None)
        assert document.signed_at < use.used_at and timezone.localdate(use.used_at) == document.issued_on
        assert b"/Subtype /Image" in read(document.file)


def test_the_past_bears_the_dates_of_its_day(demo):
    """Nothing of the years before looks as if it happened on the day of loading."""
    day = timezone.localdate() - timedelta(days=1)
    assert not Movement.objects.filter(at__date__gt=day).exists()
    assert not Waiting.objects.filter(since__date__gt=day).exists()
    for model in (AnnualPlan, Topic, Solicitation):
        assert not model.objects.filter(created_at__date__gt=day).exists(), model
        assert not model.history.filter(history_date__date__gt=day).exists(), model
        assert not model.history.filter(history_user=None).exists(), model


def test_the_round_of_the_next_year_is_open(demo):
    asked = Solicitation.objects.get(plan__year=2027)
    assert asked.closed_sentence() == ""
    assert asked.closes_on >= max(date(2026, 12, 31), timezone.localdate() + timedelta(days=30))
    assert asked.suggestions.count() >= 18
    answered = asked.addressees.filter(answered_on__isnull=False).count()
    assert 0 < answered < asked.addressees.count()
    assert asked.addressees.filter(none_to_suggest=True).exists()
    assert asked.addressees.filter(sent_on=None).exists()
    assert Topic.objects.get(title="建立云江流域横向生态补偿机制").overlapping


def test_forums_stand_in_all_stages_of_the_year(demo):
    """R015, R027, R030: closed, tracked, its outcome due, prepared; and the calendar of the next year."""
    states = list(Forum.objects.filter(plan__year=2026).order_by("pk").values_list("state", flat=True))
    assert states == ["closed", "reported", "reported", "held", "preparing"]
    following = Forum.objects.filter(plan__year=2027).order_by("meeting__starts")
    assert [forum.period for forum in following] == [3, 5, 7, 9, 11]
    assert [len(Movement.for_matter(forum).filter(name="send_back")) for forum in following] == [1, 0, 0, 0, 0]


def test_the_closed_forum_went_its_whole_way(demo):
    """R043-R046, R049, R053, R054, R079, R083: papers, speeches with an over-run, answers, outcome, judgement."""
    forum = Forum.objects.get(state="closed")
    assert set(forum.papers.values_list("state", flat=True)) == {"approved"}
    speeches = list(forum.speeches.select_related("kind"))
    assert all(speech.status == "done" and speech.seconds for speech in speeches)
    assert [round(speech.over / 6) for speech in speeches if speech.over] == [24]
    assert forum.presses.filter(act__in=("start", "stop")).count() == 2 * len(speeches)
    assert forum.questions.filter(answered_in__isnull=False).count() == 1
    assert forum.meeting.participants.filter(attendance="leave").count() == 1
    assert set(forum.suggestions.values_list("state", flat=True)) == {"settled", "declined"}
    assert not forum.suggestions.untold().exists() and forum.trackings.exists()
    [outcome] = forum.outcomes.all()
    assert outcome.document.state == "issued" and outcome.sent_on == forum.reported_on
    judged = judgement_of(forum)
    assert judged.sheets >= 10 and judged.percent and judged.percent > 80 and len(judged.remarks) == 3
    body = [part["text"] for part in minutes_draft(forum)["body"]]
    assert any("关于培养乡土建筑工匠的建议" in text for text in body)


def test_the_coming_forum_waits_for_answers_and_papers(demo):
    """R039, R047-R049: yes, a deputy, a refusal, silence; papers owed, delivered, returned, finished."""
    forum = Forum.objects.get(state="preparing")
    assert 0 <= (forum.held_on - timezone.localdate()).days <= 14
    assert set(forum.bookings.values_list("answer", flat=True)) == {"yes", "no", "deputy", ""}
    assert forum.bookings.get(answer="no").reason
    assert set(forum.papers.values_list("state", flat=True)) == {"awaited", "delivered", "returned", "approved"}
    assert not forum.meeting.participants.filter(invited_at__isnull=False).exists()


def test_a_second_load_says_so_and_changes_nothing(demo):
    before = count_rows()
    assert "nothing changed" in printed()
    assert "nothing changed" in printed(if_empty=True)
    assert count_rows() == before


def test_accounts_are_printed_with_their_password(demo):
    table = printed(accounts=True)
    assert DEMO_PASSWORD in table
    for account in demo_accounts():
        assert account["username"] in table


def test_the_roster_has_its_three_hundred_members(demo):
    """R141: of the present term, six of them added later, four gone; the demo's members are among them."""
    term = Term.objects.get(number=5)
    members = Member.objects.filter(term=term)
    assert (members.count(), members.filter(added_later=True).count()) == (300, 6)
    assert set(members.exclude(left_by="").values_list("left_by", flat=True)) == {"moved", "resigned", "died"}
    for username in ("weiyuan", "weiyuan2", "zhuxi"):
        assert members.filter(person__user__username=username).exists()
    assert Affiliation.objects.filter(member__in=members, kind="sector").values("member").distinct().count() == 300
    rows = compare(Term.objects.get(number=4), term, User.objects.get(username="bangongshi"))
    assert {row.kind for row in rows} == {"new", "gone", "moved", "stays"}


def test_rosters_and_experts_serve_meetings(demo):
    """R080, R118: 49 sit on the standing committee, two of them chairs of counties; experts fit a topic."""
    assert len(roster_of("standing").persons(date(2026, 6, 1))) >= 45
    assert len(roster_of("county-chairs").persons(date(2026, 6, 1))) == 6
    assert len(roster_of("county-vice-chairs").persons(date(2026, 6, 1))) == 8
    assert suggest("推进城市更新")
