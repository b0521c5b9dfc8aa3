"""The calendar: what comes together on which day, for months, quarters and years."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cppcc.deadlines.calendar import KINDS, gather, unit
from cppcc.desk.filters import CalendarForm
from cppcc.desk.periods import VIEWS, Days, day_of, lay_out, period_of


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Forums, meetings and deadlines of those whom the reader may see; clashes are marked and told in words."""
    today = timezone.localdate()
    day = day_of(request.GET.get("day", ""), today)
    period = period_of(request.GET.get("view", ""), day)
    form = CalendarForm(request.GET)
    gathered = gather(request.user, *period.shown)
    own = {unit(acting.organization_id) for acting in request.user.acting}
    entries = [entry for entry in gathered.entries if form.takes(entry, own)]
    context = {
        "sheet": lay_out(period, entries, Days(*period.shown), today),
        "filter": {"form": form},
        "views": VIEWS.items(),
        "kinds": KINDS.values(),
        "today": today,
        "day": day,
        "cut": gathered.cut,
        "unfold": "all" in request.GET,
    }
    return render(request, "desk/calendar.html", context)
