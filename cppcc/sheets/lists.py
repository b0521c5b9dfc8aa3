"""The one way a list page is written: filter, sort, pages of 50, a sentence that sums it up, Excel export.

    def topic_list(request):
        page = ListPage(
            request, Topic.objects.visible_to(request.user).select_related("unit"), TopicFilter,
            order={"title": by_pinyin("title"), "due": "due_on"}, default_order="due",
            columns=TOPIC_COLUMNS, export_name="议题清单",
        )
        return page.respond("consultation/topic_list.html", {"plan": plan})

The template gets `filter`, `page_obj` (iterate it for the rows), `summary`, `sort` and `export_url`, as the parts want
them: `parts/filter_bar.html`, `parts/summary.html` with sentence=summary, `parts/sort_head.html` with current=sort
key="title" label="题目", `parts/pager.html`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import Expression, OrderBy
from django.db.models.functions import Collate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.exports import export_response

EXACT = 1000  # rows that are counted; beyond it the sentence says 超过
EXPORT_ROWS = 20_000
FARTHEST_PAGE = 1_000_000

Order = str | F | Expression | Sequence[str | F | Expression]


@dataclass(frozen=True)
class RowsOfPage:
    """The rows of one page, with the names of Django's `Page`; `num_pages` is None when too many rows to count."""

    rows: Sequence[Any]
    number: int
    has_next: bool
    num_pages: int | None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def paginator(self) -> "RowsOfPage":
        """Where templates ask for `num_pages`."""
        return self

    @property
    def has_previous(self) -> bool:
        """Whether a page comes before."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Whether there is any other page."""
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        """The page before."""
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        """The page after."""
        return self.number + 1


def by_pinyin(field: str) -> Collate:
    """Order by the sound of a Chinese name."""
    return Collate(F(field), "zh-x-icu")


class ListPage:
    """A list as one page shows it. All queries are bounded, their number does not depend on the rows.

    order: name in the address -> field, expression or a sequence of them; default_order: such a name, "-" turns it.
    summary: takes this object, gives the sentence; `count_words` is the count in it.
    columns, export_name: what `?export=xlsx` writes; without columns there is no export.
    show: makes what is shown (or exported) of the fetched rows, where rows alone do not say it.
    """

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet | None,
        filterset_class: Any = None,
        *,
        order: Mapping[str, Order],
        default_order: str,
        per_page: int = 50,
        summary: Callable[["ListPage"], str] | None = None,
        columns: Sequence[Column] = (),
        export_name: str = "清单",
        show: Callable[[list[Any]], list[Any]] = list,
    ) -> None:
        self.request, self.per_page, self.columns, self.export_name = request, per_page, columns, export_name
        self.show = show
        self.filter = filterset_class(request.GET, queryset=queryset, request=request) if filterset_class else None
        self.filtered: Any = self.filter.qs if self.filter is not None else queryset
        self.order, self.default_order, self._summary = order, default_order, summary
        asked = request.GET.get("sort", "")
        self.sort = asked if asked.removeprefix("-") in order else default_order

    @cached_property
    def queryset(self) -> QuerySet:
        """All rows, filtered and in order (the primary key breaks ties)."""
        given = self.order[self.sort.removeprefix("-")]
        fields = [given] if isinstance(given, (str, F, Expression)) else list(given)
        turned = self.sort.startswith("-")
        return self.filtered.order_by(*[_ordering(field, turned) for field in [*fields, "pk"]])

    @cached_property
    def count(self) -> int:
        """How many rows there are, counted up to 1,001."""
        return self.filtered.order_by()[: EXACT + 1].count()

    @property
    def count_words(self) -> str:
        """The count for a sentence: exact to 1,000."""
        return str(self.count) if self.count <= EXACT else f"超过 {EXACT}"

    @property
    def summary(self) -> str:
        """The sentence over the list."""
        if self._summary is not None:
            return self._summary(self)
        if not self.count:
            return "没有符合条件的内容"
        return f"共 {self.count} 条" if self.count <= EXACT else f"{self.count_words} 条"

    @cached_property
    def page_obj(self) -> RowsOfPage:
        """The page asked for; beyond the end the last one."""
        counted = self.count <= EXACT
        pages = max(1, -(-self.count // self.per_page)) if counted else None
        number = min(self._asked(), pages or FARTHEST_PAGE)
        rows = self._fetch(number)
        if not rows and not counted:
            number = max(1, -(-self.filtered.order_by().count() // self.per_page))
            rows = self._fetch(number)
        return RowsOfPage(rows[: self.per_page], number, len(rows) > self.per_page, pages)

    def _asked(self) -> int:
        asked = self.request.GET.get("page", "")
        return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1

    def _fetch(self, number: int) -> list[Any]:
        """The rows of page `number` and one more, which tells whether another page follows."""
        start = (number - 1) * self.per_page
        return self.show(list(self.queryset[start : start + self.per_page + 1])) if self.count else []

    @property
    def export_url(self) -> str:
        """The link to the Excel file of all that is shown, or nothing."""
        query = self.request.GET.copy()
        query.pop("page", None)
        query["export"] = "xlsx"
        return f"{self.request.path}?{query.urlencode()}" if self.columns else ""

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        return {
            "filter": self.filter,
            "page_obj": self.page_obj,
            "summary": self.summary,
            "sort": self.sort,
            "export_url": self.export_url,
        }

    def export(self) -> HttpResponse:
        """The Excel file. Raises Refused beyond 20,000 rows: a silent cut would be taken for the whole."""
        rows = list(self.queryset[: EXPORT_ROWS + 1])
        if len(rows) > EXPORT_ROWS:
            raise Refused(f"一次最多导出 {EXPORT_ROWS} 行，请先用筛选缩小范围再导出。")
        return export_response(f"{self.export_name}.xlsx", self.columns, self.show(rows))

    def respond(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """The page, or the Excel file when the address asks for it."""
        if self.columns and self.request.GET.get("export") == "xlsx":
            return self.export()
        return render(self.request, template, {**self.context(), **(context or {})})


def _ordering(field: str | F | Expression, turned: bool) -> OrderBy:
    if isinstance(field, OrderBy):
        copied = field.copy()
        if turned:
            copied.reverse_ordering()
        return copied
    if isinstance(field, str):
        turned ^= field.startswith("-")
        field = F(field.removeprefix("-"))
    return OrderBy(field, descending=turned)
