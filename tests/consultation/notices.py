"""Notices of plans and letters of rounds in the small city, drafted as the pages draft them."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from consultation.models import AnnualPlan
from cppcc.documents.drafts import new_document
from cppcc.documents.models import Document
from cppcc.documents.registry import draft_of
from tests.documents.papers import kinds, move, paper, put_document
from tests.world import World


def drafted(world: World, matter: Any, kind: str = "notice", *, state: str = "drafting", **changes: Any) -> Document:
    """The document of `kind` that a matter gives, with the chair as signatory; written into `state`."""
    said = draft_of(matter, kind)
    document = new_document(
        kinds(world)[kind], said.get("title", "通知"), by=world.users["clerk"], matter=matter,
        classification=said.get("classification", "internal"),
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).update(signatory=world.posts["chair"], **changes)
    return put_document(world, Document.objects.get(pk=document.pk), state)


def signed(world: World, plan: AnnualPlan, *, day: date | None = None, **changes: Any) -> Document:
    """The notice of an approved plan, signed on `day` (today unless given)."""
    notice = drafted(world, plan, state="signed", **changes)
    moment = timezone.now() - timedelta(days=(timezone.localdate() - day).days if day else 0)
    Document.objects.filter(pk=notice.pk).update(signed_at=moment)
    return Document.objects.get(pk=notice.pk)


def issue(world: World, document: Document, *, who: str = "clerk", day: date | None = None, **data: Any) -> Document:
    """Number and issue it; the document as it stands then."""
    data = {"issued_on": day or timezone.localdate()} | data
    move(world, document, "issue", who=who, data=data)
    return Document.objects.get(pk=document.pk)


def issue_plan(world: World, plan: AnnualPlan, *, day: date | None = None) -> AnnualPlan:
    """The plan issued with its notice."""
    issue(world, signed(world, plan, day=day), day=day)
    return AnnualPlan.objects.get(pk=plan.pk)


def brought(world: World, *, number: str = "试政协办〔2026〕9号", day: date | None = None) -> dict[str, Any]:
    """What a notice brings to the plan that it issues."""
    return {"number": number, "issued_on": day or timezone.localdate(), "document": paper(world, state="issued")}
