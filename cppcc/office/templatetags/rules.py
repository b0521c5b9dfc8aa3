"""`{% basis "R001" %}`: the articles that carry a rule in this office, as links."""

from django import template

from cppcc.office.regulations import known_bases

register = template.Library()


@register.inclusion_tag("parts/basis.html", takes_context=True)
def basis(context, rule: str) -> dict:
    """The articles of `rule`; the registry is read once a request, and only when a page shows a rule."""
    request = context.get("request")
    known = getattr(request, "_rule_bases", None)
    if known is None:
        known = known_bases()
        if request is not None:
            request._rule_bases = known
    return {"rule": rule, "articles": known.get(rule, [])}
