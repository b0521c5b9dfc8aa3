"""The pages of papers, outcome and evaluation cost the same at 1 row and at 30, and stay cheap."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from consultation.models import Paper, ReviewScore, ReviewSheet, Speech, Suggestion, SuggestionNews, Tracking
from consultation.models.topic import TopicUnit
from cppcc.deadlines.keeping import keep_many
from cppcc.files.models import StoredFile
from cppcc.meetings.models import Participant, ParticipantClass
from cppcc.office.models import Organization, Person
from tests.consultation import forum_world
from tests.consultation.outcome_world import came
from tests.consultation.test_query_counts import DETAIL, POST, measure
from tests.documents.papers import a_file, empty_page

pytestmark = pytest.mark.django_db


def filled(world, rows):
    """A forum that is over, with `rows` of everything."""
    forum = forum_world.forum(world, days=-3, state="held")
    clerk, booked = world.users["clerk"], forum.rules.speechkinds.get(key="booked")
    kind = ParticipantClass.objects.get(key="member")
    people = Person.objects.bulk_create(Person(name=f"委员{n}", pinyin=f"wy{n}") for n in range(rows))
    seats = Participant.objects.bulk_create(
        Participant(meeting=forum.meeting, person=person, participant_class=kind, **came()) for person in people
    )
    units = Organization.objects.bulk_create(
        Organization(name=f"部门{n}", kind="department", pinyin=f"bm{n}") for n in range(rows)
    )
    TopicUnit.objects.bulk_create(TopicUnit(topic=forum.topic, organization=u, part="consulted") for u in units)
    speeches = Speech.objects.bulk_create(
        Speech(forum=forum, kind=booked, participant=seat, record="加快改造老旧小区", status="done", seconds=60)
        for seat in seats
    )
    suggestions = Suggestion.objects.bulk_create(
        Suggestion(forum=forum, order=n, text=f"建议{n}", speech=speech, proposer=speech.participant,
                   department=world.orgs["dept1"], created_by=clerk)
        for n, speech in enumerate(speeches, start=1)
    )  # fmt: skip
    papers = Paper.objects.bulk_create(
        Paper(forum=forum, label=f"材料{n}", owner=unit, due_on=forum.held_on, created_by=clerk)
        for n, unit in enumerate(units)
    )
    Paper.objects.filter(pk__in=[paper.pk for paper in papers[1:]]).update(state="approved", file=a_file())
    for _ in range(rows):
        stored = a_file()
        StoredFile.objects.filter(pk=stored.pk).update(
            content_type_id=_kind(Paper), object_id=papers[0].pk, uploaded_by=clerk
        )
        SuggestionNews.objects.create(suggestion=suggestions[0], on=timezone.localdate(), text="进展", by=clerk)
        Tracking.objects.create(forum=forum, on=timezone.localdate(), text="汇总", by=clerk)
        papers[0].readers.add(*units)
    for seat in seats:
        sheet = ReviewSheet.objects.create(forum=forum, participant=seat, remark="好")
        ReviewScore.objects.bulk_create(
            ReviewScore(sheet=sheet, item=item, score=8) for item in forum.rules.reviewitems.all()
        )
    keep_many([*papers])
    return forum, papers[0], suggestions


def _kind(model):
    return ContentType.objects.get_for_model(model).pk


def pages(forum, paper, suggestion):
    """url name -> (arguments, most queries)."""
    return {
        "forum_papers": ((forum.pk,), 6),
        "paper_detail": ((paper.pk,), 9),
        "paper_edit": ((paper.pk,), 7),
        "paper_create": ((forum.pk,), 7),
        "paper_mine": ((), 5),
        "forum_distribution": ((forum.pk,), 6),
        "forum_outcome": ((forum.pk,), 11),
        "forum_draw": ((forum.pk,), 7),
        "forum_suggestion_detail": ((suggestion.pk,), 7),
        "forum_suggestion_edit": ((suggestion.pk,), 7),
        "forum_suggestion_mine": ((), 4),
        "forum_evaluation": ((forum.pk,), DETAIL),
        "forum_review": ((forum.pk,), 7),
        "forum_statistics": ((), 10),
        "forum_year_chart": ((forum.plan.year, "sectors"), 5),
    }


def of_all(world, login, rows):
    """url name -> statements of one request."""
    with transaction.atomic():
        forum, paper, suggestions = filled(world, rows)
        client = login("clerk")
        client.get("/")
        shown = pages(forum, paper, suggestions[0])
        found = {
            name: measure(client, reverse(f"consultation:{name}", args=args))[0] for name, (args, _) in shown.items()
        }
        limits = {name: most for name, (_, most) in shown.items()}
        transaction.set_rollback(True)
    return found, limits


def test_pages_do_not_grow(world, login):
    forum_world.rules(world)
    (few, limits), (many, _) = of_all(world, login, 2), of_all(world, login, 30)
    grown = {n: [len(few[n]), len(many[n]), many[n]] for n in few if len(many[n]) > len(few[n])}
    assert not grown
    assert {name: [len(found), *found] for name, found in few.items() if len(found) > limits[name]} == {}


def posts(world, forum, paper, suggestions):
    """url name -> (arguments, data)."""
    first, second = suggestions[0], suggestions[1]
    return {
        "paper_deliver": ((paper.pk,), {
            "version": paper.version, "classification": "internal", "source": "来函",
            "upload": SimpleUploadedFile("稿.pdf", empty_page()),
        }),
        "paper_move": ((paper.pk, "approve"), {"version": paper.version + 1}),
        "forum_papers_list": ((forum.pk,), {}),
        "forum_suggestions_arrange": ((forum.pk,), {f"place_{first.pk}": 99}),
        "forum_suggestion_edit": ((second.pk,), {
            "text": "改过的", "version": second.version, "department": world.orgs["dept1"].pk,
        }),
        "forum_outcome_record": ((forum.pk,), {
            "form": forum.rules.outcomeforms.first().pk, "sent_on": timezone.localdate(), "source": "登记簿",
            "classification": "internal",
        }),
        "forum_suggestion_move": ((first.pk, "settle"), {
            "version": first.version + 1, "opinion": "已落实", "proxy_source": "来函",
        }),
        "forum_tell": ((forum.pk,), {"suggestion": [first.pk], "how": "电话"}),
        "forum_tracking": ((forum.pk,), {"on": timezone.localdate(), "text": "又一次汇总"}),
    }  # fmt: skip


# What brings many rows in step: of each matter moved a movement and its history, duties, deadlines with theirs; an
# outcome moves the forum and all its suggestions. None of it grows.
ABOVE = {
    "paper_deliver": 21, "forum_papers_list": 23, "forum_outcome_record": 46, "forum_suggestion_move": 24,
    "forum_tracking": 22,
}  # fmt: skip


def count_posts(world, login, rows):
    """url name -> statements of saving it."""
    with transaction.atomic():
        forum, paper, suggestions = filled(world, rows)
        client, found = login("clerk"), {}
        client.get("/")
        for name, (args, data) in posts(world, forum, paper, suggestions).items():
            url = reverse(f"consultation:{name}", args=args)
            found[name] = measure(client, url, data=data, status=302)[0]
        transaction.set_rollback(True)
    return found


def test_saving_costs_the_same_however_much_there_is(world, login):
    forum_world.rules(world)
    few, many = count_posts(world, login, 2), count_posts(world, login, 30)
    assert {n: [len(few[n]), len(many[n])] for n in few if len(many[n]) > len(few[n])} == {}
    assert {n: len(few[n]) for n in few if len(few[n]) > ABOVE.get(n, POST)} == {}
