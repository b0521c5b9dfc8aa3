"""Pages of terms: their sectors with numbers, two terms compared, the end of a term. R141."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.office.access import require
from cppcc.office.models import Term
from cppcc.sheets.columns import Column
from cppcc.sheets.exports import export_response
from members import terms
from members.comparing import LABELS, compare
from members.figures import by_sector
from members.house import current_term, manages, require_house, term_asked
from members.models import Member
from members.models.member import MANAGE

COMPARED = (
    Column("name", "姓名", value=lambda row: row.member.person.name),
    Column("kind", "变动", value=lambda row: row.label),
    Column("old", "原界别", value=lambda row: row.old.sector_name if row.old else ""),
    Column("new", "新界别", value=lambda row: row.new.sector_name if row.new else ""),
    Column("employer", "工作单位", value=lambda row: row.member.employer_name or ""),
)

PER_PAGE = 50


@require_GET
def term_sectors(request: HttpRequest) -> HttpResponse:
    """The sectors of a term, from which they came, how many members each has."""
    require_house(request.user)
    term = term_asked(request.GET.get("term"))
    context: dict[str, Any] = {"term": term, "tabs": [], "manages": manages(request.user)}
    if term:
        members = Member.objects.visible_to(request.user).of_term(term)
        shown = members.called_on() if term.ends < (current_term() or term).starts else members.valid().called_on()
        counts = by_sector(shown)
        sectors = list(term.sectors.prefetch_related("came_from__term", "groups__organization"))
        context |= {
            "sectors": [(sector, counts.get(sector.name, 0)) for sector in sectors],
            "without": counts.get("未填", 0),
            "total": sum(counts.values()),
            "tabs": _tabs(term),
            "open": members.filter(Q(valid_to__isnull=True) | Q(left_by="")).count(),
        }
    return render(request, "members/term_sectors.html", context)


def _tabs(term: Term) -> list[dict]:
    url = reverse("members:term_sectors")
    counted = Term.objects.annotate(n=Count("members"))
    return [
        {"label": str(t), "url": f"{url}?term={t.number}", "current": t.pk == term.pk, "badge": t.n} for t in counted
    ]


@require_GET
def term_compare(request: HttpRequest) -> HttpResponse:
    """The list of the next term beside the present one: who stays, is new, goes, changes sector. R141."""
    require_house(request.user)
    known = list(Term.objects.annotate(n=Count("members")).order_by("number"))
    new = _picked(request, "new", known)
    old = _picked(request, "old", [term for term in known if term != new and (not new or term.number < new.number)])
    rows = compare(old, new, request.user) if old and new else []
    if request.GET.get("export") == "xlsx" and rows:
        return export_response(f"{old}至{new}委员变动.xlsx", COMPARED, rows)
    counts = Counter(row.kind for row in rows)
    kind = request.GET.get("kind", "")
    context = {
        "terms": known,
        "old": old,
        "new": new,
        "kind": kind,
        "page_obj": Paginator([row for row in rows if kind in ("", row.kind)], PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "counts": [(key, label, counts[key]) for key, label in LABELS.items()],
        "total": len(rows),
    }
    return render(request, "members/term_compare.html", context)


def _picked(request: HttpRequest, name: str, known: list[Any]) -> Any:
    """The term that is asked for, else the last one that has members."""
    asked = [term for term in known if str(term.number) == request.GET.get(name, "")]
    listed = [term for term in known if term.n]
    return (asked or listed[-1:] or known[-1:] or [None])[0]


@require_http_methods(["GET", "POST"])
def term_end(request: HttpRequest, number: int) -> HttpResponse:
    """Let all memberships of a term end with it. R141."""
    require(request.user, MANAGE)
    term = get_object_or_404(Term, number=number)
    going = Member.objects.of_term(term).filter(Q(valid_to__isnull=True) | Q(left_by=""))
    if request.method == "POST" and "sure" in request.POST:
        count = terms.end_term(term, by=request.user)
        messages.success(request, f"{term} {count} 名委员的任期已于{term.ends:%Y年%-m月%-d日}届满。")
        return redirect(f"{reverse('members:term_sectors')}?term={term.number}")
    context: dict[str, Any] = {"term": term, "count": going.count(), "unsure": request.method == "POST"}
    return render(request, "members/term_end.html", context, status=422 if request.method == "POST" else 200)
