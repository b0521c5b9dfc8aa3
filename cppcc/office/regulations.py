"""Which article carries a rule in this office: asked once a request, shown beside every rule (R148)."""

from collections import defaultdict

from django.core.cache import cache

from cppcc.office.models import Article, RuleBasis

REMEMBERED = 60  # seconds


def known_bases() -> dict[str, list[Article]]:
    """The same for pages, remembered in this process for a minute: a change in the admin shows that much later."""
    return cache.get_or_set("office.rule_bases", bases, REMEMBERED) or {}


def bases() -> dict[str, list[Article]]:
    """Rule id -> the articles that carry it today."""
    found: dict[str, list[Article]] = defaultdict(list)
    rows = RuleBasis.objects.valid().select_related("article__version__regulation")
    for basis in rows.order_by("rule", "article__version__regulation__key", "article__order"):
        found[basis.rule].append(basis.article)
    return dict(found)


def article_text(rule: str, known: dict[str, list[Article]] | None = None) -> str:
    """The articles of a rule as text, "" when this office has no basis for it."""
    return "；".join(str(article) for article in (known if known is not None else bases()).get(rule, []))
