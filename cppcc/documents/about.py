"""The matter that a document is about: asked for in an address, shown only to those who may see it."""

import re
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest

from cppcc.documents.models import Document
from cppcc.workflow.registry import WORKFLOWS, url_of

ASKED = re.compile(r"(?P<kind>[a-z]{1,60})-(?P<pk>[0-9]{1,15})")


def matter_asked(request: HttpRequest) -> models.Model | None:
    """The matter of `?matter=topic-12`; None without one. Raises Http404 for one that the reader may not see."""
    text = request.GET.get("matter", "")
    if not text:
        return None
    asked = ASKED.fullmatch(text)
    model: Any = next((m for m in WORKFLOWS if asked and m._meta.model_name == asked["kind"]), None)
    found = model.objects.visible_to(request.user).filter(pk=asked["pk"]).first() if model and asked else None
    if found is None:
        raise Http404
    return found


def matter_shown(document: Document, user: Any) -> dict[str, str] | None:
    """{label, url} of the matter of a document; None without one, and for whoever may not see it."""
    if document.content_type is None:
        return None
    model: Any = document.content_type.model_class()
    matter = model.objects.visible_to(user).filter(pk=document.object_id).first() if model in WORKFLOWS else None
    return {"label": str(matter), "url": url_of(matter)} if matter else None
