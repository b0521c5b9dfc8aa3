"""`{% basis "R001" %}`: the articles that carry a rule, or several, in this office, as links."""

from django import template

from cppcc.office.regulations import known_bases

register = template.Library()


@register.inclusion_tag("parts/basis.html", takes_context=True)
def basis(context, *rules: str) -> dict:
    """The articles of the rules, each once; the registry is read once a request, only when a page shows a rule."""
    request = context.get("request")
    known = getattr(request, "_rule_bases", None)
    if known is None:
        known = known_bases()
        if request is not None:
            request._rule_bases = known
    found = {article.pk: article for rule in rules for article in known.get(rule, [])}
    return {"articles": list(found.values())}
