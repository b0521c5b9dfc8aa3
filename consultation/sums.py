"""The sentence over a list: how many in all, and how many of each kind that the reader asks about."""

from collections.abc import Callable, Mapping

from django.db.models import Count, Q

from cppcc.sheets.lists import EXACT, ListPage


def summed(unit: str, noun: str, parts: Mapping[str, Mapping] | None = None) -> Callable[[ListPage], str]:
    """A summary for `ListPage`: "共 111 项县级列入，已列入 80，未列入 31"; `parts`: words -> conditions, in one query.

    Beyond 1,000 rows only the total is said, because counting more costs too much.
    """

    def sentence(page: ListPage) -> str:
        if not page.count:
            return f"没有符合条件的{noun}"
        told = [f"共 {page.count_words} {unit}{noun}"]
        if page.count <= EXACT:
            told += [f"{words} {count} {unit}" for words, count in _counts(page, parts or {}).items() if count]
        return "，".join(told)

    return sentence


def _counts(page: ListPage, parts: Mapping[str, Mapping]) -> dict[str, int]:
    asked = {words: Count("pk", distinct=True, filter=Q(**conditions)) for words, conditions in parts.items()}
    return page.filtered.order_by().aggregate(**asked) if asked else {}
