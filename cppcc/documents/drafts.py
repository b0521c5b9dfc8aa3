"""Drafting: a new document from its kind (and a matter), and saving its form. Nothing here changes a state."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from cppcc.documents.circulation import choose
from cppcc.documents.lines import texts_of
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.models.document import DRAFT, REVIEW, DocumentState
from cppcc.documents.registry import draft_of
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.files.secrecy import refuse_secret
from cppcc.office.access import acting_for, may
from cppcc.office.models import Office, Organization
from cppcc.office.refusals import Refused
from cppcc.office.roles import Scope, acts_of
from cppcc.workflow.once import once
from cppcc.workflow.stale import check_version

EDITED_BY = {DocumentState.DRAFTING: DRAFT, DocumentState.IN_REVIEW: REVIEW}


def may_edit(user: Any, document: Document) -> bool:
    """Whether `user` may change the text now: its drafter while it is a draft, the reviewer while he reviews it."""
    act = EDITED_BY.get(DocumentState(document.state))
    return bool(act) and may(user, str(act), document)


def drafting_unit(user: Any) -> Organization:
    """The unit in whose name `user` drafts: his committee, else the office."""
    acting = acting_for(user, DRAFT)
    if acting and acts_of(acting.role).get(DRAFT) == Scope.OWN:
        return Organization.objects.get(pk=acting.organization_id)
    return Office.required().organization


def new_document(
    kind: DocumentKind,
    title: str,
    *,
    by: Any,
    classification: str,
    matter: models.Model | None = None,
    token: Any = None,
    said: Mapping[str, Any] | None = None,
) -> Document:
    """A new draft, with the text `said`, else the one that its matter gives. A repeated token is the same draft.

    Raises Refused for the mark of a state secret in the title.
    """
    refuse_secret(title, where="标题")
    text = dict(draft_of(matter, kind.key) if said is None else said)
    units, _ = text.pop("units", {}), text.pop("classification", "")
    document = Document(
        kind=kind, title="".join(title.split("\n"))[:200], description=text | {"title": title}, token=token,
        classification=classification, organization=drafting_unit(by),
    )  # fmt: skip
    if matter is not None:
        document.matter = matter

    def make() -> None:
        DOCUMENT.start(document, by=by)
        choose(document, units.pop("main", []), units.pop("copy", []), **units)

    return once(document, make, by=by)


@transaction.atomic
def edit_document(document: Document, form: Any, *, by: Any) -> Document:
    """Save the form of a draft.

    Raises Refused when it cannot be changed any more, when a rule forbids a recipient (R113) or a field bears the mark
    of a state secret (R048); Stale when it was changed meanwhile.
    """
    locked = Document.objects.select_for_update(of=("self",)).select_related("kind").get(pk=document.pk)
    if not may_edit(by, locked):
        raise Refused(f"这件公文{locked.get_state_display()}，不能修改；需要改的，请先退回起草。")
    check_version(locked, form)
    data = form.cleaned_data
    refuse_marks(data)
    refuse_secret("\n".join(texts_of(form.said["annexes"])), where="附件")
    locked.description = {**locked.description, **form.said}
    for name in ("title", "classification", "signatory"):
        setattr(locked, name, form.values[name])
    locked.version += 1
    locked.save()
    locked.distribution.set(data["distribution"])
    choose(locked, data["main_units"], data["copy_units"])
    return locked


def refuse_marks(data: Mapping[str, Any]) -> None:
    """Raise Refused when a text among the fields bears the mark of a state secret. R048."""
    for value in data.values():
        if isinstance(value, str):
            refuse_secret(value)
