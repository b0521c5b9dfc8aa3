"""`{% bundle_link matter %}`: the way to the bundle of a matter, where the reader may see any of its material."""

from django import template
from django.db import models

from cppcc.documents.material import has_material
from cppcc.documents.models.document import VIEW_ALL
from cppcc.office.access import reaches_any

register = template.Library()


@register.inclusion_tag("documents/bundle_link.html", takes_context=True)
def bundle_link(context: template.Context, matter: models.Model) -> dict[str, object]:
    """A button, or nothing; the house always has it, so that its pages ask the database nothing for it."""
    user = context["request"].user
    shown = reaches_any(user, VIEW_ALL) or has_material(matter, user)
    return {"matter": matter, "kind": matter._meta.model_name, "shown": shown}
