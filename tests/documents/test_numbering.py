"""Numbers: successive under a lock, gapless, never reused, written after GB/T 9704."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, connections, transaction

from cppcc.documents.models import Document, DocumentNumber, NumberSeries
from cppcc.documents.numbering import allocate, cancel_number, number_text
from cppcc.office.refusals import Refused
from cppcc.workflow.models import Movement
from tests.documents.papers import kinds, move, paper, put_document

DAY = date(2026, 3, 5)
THREADS = 50


@pytest.mark.parametrize(
    ("value", "serial", "text"),
    [
        (3, False, "试政协办〔2026〕3号"),
        (10, False, "试政协办〔2026〕10号"),
        (345, True, "第345期"),
        (1, True, "第1期"),
    ],
)
def test_a_number_is_written_without_leading_zero(value, serial, text):
    assert number_text(NumberSeries(code="试政协办"), value, year=2026, serial=serial) == text


@pytest.mark.django_db
def test_numbers_of_a_year_follow_each_other_and_each_year_begins_anew(world):
    days = [DAY, DAY, date(2027, 1, 4), DAY]
    given = [allocate(paper(world), day=day) for day in days]
    assert [number.text for number in given] == [
        "试政协办〔2026〕1号", "试政协办〔2026〕2号", "试政协办〔2027〕1号", "试政协办〔2026〕3号",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_running_series_goes_on_over_the_years(world):
    given = [allocate(paper(world, kind="minutes"), day=day) for day in (DAY, date(2027, 1, 4))]
    assert [(number.text, number.year) for number in given] == [("第1期", None), ("第2期", None)]


@pytest.mark.django_db
def test_an_office_begins_where_its_paper_register_ended(world):
    kinds(world)
    NumberSeries.objects.filter(key="office").update(first=38, first_year=2026)
    given = [allocate(paper(world), day=day) for day in (DAY, DAY, date(2027, 1, 4))]
    assert [number.value for number in given] == [38, 39, 1]


@pytest.mark.django_db
def test_series_count_apart(world):
    values = [allocate(paper(world, kind=kind), day=DAY).value for kind in ("notice", "report", "notice", "letter")]
    assert values == [1, 1, 2, 1]


@pytest.mark.django_db
def test_a_cancelled_number_stays_with_its_reason_and_is_not_given_again(world):
    first = paper(world)
    allocate(first, day=DAY)
    cancel_number(first, reason="印错附件")
    assert allocate(paper(world), day=DAY).value == 2
    kept = DocumentNumber.objects.get(document=first)
    assert (kept.value, kept.reason, bool(kept.cancelled_at)) == (1, "印错附件", True)


@pytest.mark.django_db
def test_an_issue_that_fails_loses_no_number(world, monkeypatch):
    document = paper(world, state="signed")

    def fail(*args, **given):
        raise Refused("字库中没有这个字")

    with monkeypatch.context() as patch:
        patch.setattr("cppcc.documents.issuing.typeset", fail)
        with pytest.raises(Refused):
            move(world, document, "issue")
    assert not DocumentNumber.objects.exists()
    assert allocate(paper(world), day=DAY).value == 1


@pytest.mark.django_db
@pytest.mark.parametrize("running", [False, True])
def test_the_database_refuses_a_number_twice(world, running):
    first, second = (paper(world, kind="minutes" if running else "notice") for _ in range(2))
    given = {
        "series": first.kind.series,
        "year": None if running else 2026,
        "value": 1,
        "text": "1",
        "given_on": "2026-03-05",
    }
    DocumentNumber.objects.create(document=first, allocated_at="2026-03-05T00:00Z", **given)
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentNumber.objects.create(document=second, allocated_at="2026-03-05T00:00Z", **given)


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["value = 0", "reason = '误编'", "cancelled_at = now()"])
def test_the_database_refuses_half_a_cancellation_and_number_nought(world, change):
    allocate(paper(world), day=DAY)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE documents_documentnumber SET {change}")


@pytest.mark.django_db(transaction=True)
def test_fifty_threads_get_fifty_successive_numbers(world):
    """Each thread issues a document of its own at the same moment; some take their transaction back."""
    documents = [paper(world) for _ in range(THREADS)]
    start, failures = threading.Barrier(THREADS), []

    def ask(document):
        try:
            start.wait()
            with transaction.atomic():
                allocate(document, day=DAY)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=[document]) for document in documents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    values = sorted(DocumentNumber.objects.values_list("value", flat=True))
    assert values == list(range(1, THREADS + 1))


@pytest.mark.django_db(transaction=True)
def test_threads_that_fail_leave_no_gap(world):
    """Every third issue is taken back after its number was given."""
    documents = [paper(world) for _ in range(12)]
    start = threading.Barrier(len(documents))

    def ask(place, document):
        start.wait()
        with transaction.atomic():
            allocate(document, day=DAY)
            transaction.set_rollback(place % 3 == 0)
        connections.close_all()

    threads = [threading.Thread(target=ask, args=pair) for pair in enumerate(documents)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(DocumentNumber.objects.values_list("value", flat=True)) == list(range(1, 9))


@pytest.mark.django_db
def test_a_document_is_numbered_once(world):
    document = put_document(world, paper(world), "issued")
    with pytest.raises(Refused):
        move(world, document, "issue")
    assert DocumentNumber.objects.count() == 1
    assert not Movement.for_matter(document).exists()
    assert Document.objects.get(pk=document.pk).number_text
