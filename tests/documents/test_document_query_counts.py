"""Pages of documents cost the same at 2 rows and at 30."""

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cppcc.documents.models import Document, DocumentNumber, Recipient
from cppcc.files.models import Classification
from cppcc.office.models import Organization
from cppcc.workflow.engine import rewrite_waiting
from cppcc.workflow.models import Movement, Snapshot
from tests.consultation.test_query_counts import measure
from tests.documents.papers import a_file, paper, receipt_rules

pytestmark = pytest.mark.django_db
LIST, DETAIL, FORM = 10, 22, 14
FEW, MANY = 2, 30


def fill(world, rows):
    """`rows` documents of every reader, one with `rows` recipients, movements and versions."""
    receipt_rules()
    first = paper(world, state="issued", classification=Classification.PUBLIC)
    made = Document.objects.bulk_create(
        Document(
            kind=first.kind, title=f"通知{n}", description=first.description, organization=first.organization,
            signatory=first.signatory, state="issued", issued_on=first.issued_on, file=a_file(),
            classification=Classification.PUBLIC, created_by=world.users["clerk"],
        )
        for n in range(rows)
    )  # fmt: skip
    DocumentNumber.objects.bulk_create(
        DocumentNumber(
            series=first.kind.series, year=timezone.localdate().year, value=n + 100, text=f"{n}", document=document,
            given_on=timezone.localdate(), allocated_at=timezone.now(),
        )
        for n, document in enumerate(made)
    )  # fmt: skip
    units = Organization.objects.bulk_create(
        Organization(name=f"单位{n}", kind="department", pinyin="") for n in range(rows)
    )
    for document in [first, *made]:
        Recipient.objects.bulk_create(
            Recipient(
                document=document, organization=unit, part="copy", why="规则", rule="R111", by_hand=False,
                sent_at=timezone.now(),
            )
            for unit in units
        )  # fmt: skip
    first.distribution.set(units)
    movements = [
        Movement.objects.create(
            matter=first, name="submit", label="送核稿", source="drafting", target="in_review", source_label="起草中",
            target_label="核稿中", user=world.users["clerk"], actor="甲", version=n + 2,
        )
        for n in range(rows)
    ]  # fmt: skip
    for n, movement in enumerate(movements, start=1):
        Snapshot.objects.create(matter=first, number=n, content=first.content(), movement=movement)
    rewrite_waiting(first, [])
    draft = paper(world)
    Recipient.objects.bulk_create(
        Recipient(document=draft, organization=unit, part="copy", why="手工选定") for unit in units
    )
    return first, draft


def pages(first, draft):
    """Addresses, who opens them, and how many statements they may cost."""
    return [
        ("document_list", [], "clerk", LIST),
        ("document_list", [], "dept1", LIST),
        ("document_detail", [first.pk], "clerk", DETAIL),
        ("document_detail", [first.pk], "dept1", DETAIL),
        ("document_detail", [draft.pk], "clerk", DETAIL),
        ("document_edit", [draft.pk], "clerk", FORM),
        ("document_versions", [first.pk], "clerk", FORM),
        ("number_register", [], "clerk", LIST),
    ]


def test_a_page_costs_the_same_at_2_rows_and_at_30(world, login):
    found = {}
    for rows in (FEW, MANY):
        with transaction.atomic():
            for name, args, who, most in pages(*fill(world, rows)):
                taken, _ = measure(login(who), reverse(f"documents:{name}", args=args))
                assert len(taken) <= most, (name, who, len(taken), "\n".join(taken))
                key = (name, who, len(args) and "draft" if args and name == "document_detail" else "")
                found.setdefault((name, who, most, key), []).append(len(taken))
            transaction.set_rollback(True)
    for key, counts in found.items():
        half = len(counts) // 2
        assert counts[:half] == counts[half:], (key, counts)


def test_saving_the_form_costs_the_same_at_2_units_and_at_30(world, login):
    counts = []
    for rows in (FEW, MANY):
        with transaction.atomic():
            _, draft = fill(world, rows)
            units = [row.organization_id for row in draft.recipients.all()]
            data = {
                "version": draft.version, "title": draft.title, "body": "正文。", "classification": "internal",
                "signatory": draft.signatory_id, "main_units": units[:1], "copy_units": units[1:],
            }  # fmt: skip
            taken, _ = measure(
                login("clerk"), reverse("documents:document_edit", args=[draft.pk]), data=data, status=302
            )
            counts.append(len(taken))
            transaction.set_rollback(True)
    assert counts[0] == counts[1] <= 35, counts
