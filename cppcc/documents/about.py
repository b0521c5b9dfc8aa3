"""The matter that a document is about: asked for in an address, shown only to those who may see it."""

import re
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest

from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.registry import draft_of
from cppcc.workflow.registry import WORKFLOWS, url_of

ASKED = re.compile(r"(?P<kind>[a-z]{1,60})-(?P<pk>[0-9]{1,15})")

KEY = re.compile(r"[-a-z0-9_]{1,40}")


def matter_asked(request: HttpRequest) -> models.Model | None:
    """The matter of `?matter=topic-12`; None without one. Raises Http404 for one that the reader may not see."""
    text = request.GET.get("matter", "")
    if not text:
        return None
    asked = ASKED.fullmatch(text)
    found = matter_named(asked["kind"], int(asked["pk"]), request.user) if asked else None
    if found is None:
        raise Http404
    return found


def matter_named(kind: str, pk: int, user: Any) -> models.Model | None:
    """The matter of a kind (the model's name) and a key; None for one that `user` may not see."""
    model: Any = next((model for model in WORKFLOWS if model._meta.model_name == kind), None)
    found: models.Model | None = model.objects.visible_to(user).filter(pk=pk).first() if model else None
    return found


def first_values(matter: models.Model | None, kind: str) -> dict[str, Any]:
    """What a new document of `kind` (its key) about `matter` begins with."""
    found = DocumentKind.objects.valid().filter(key=kind).first() if KEY.fullmatch(kind) else None
    said = draft_of(matter, kind) if found else {}
    named = {name: said[name] for name in ("title", "classification") if name in said}
    return {"kind": found.pk if found else None} | named


def matter_shown(document: Document, user: Any) -> dict[str, str] | None:
    """{label, url} of the matter of a document; None without one, and for whoever may not see it."""
    if document.content_type is None:
        return None
    model: Any = document.content_type.model_class()
    matter = model.objects.visible_to(user).filter(pk=document.object_id).first() if model in WORKFLOWS else None
    return {"label": str(matter), "url": url_of(matter)} if matter else None
