"""Pages of how a forum is judged, and of what forums come to, one by one and by year. R083."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation import forum_charts as charts
from consultation.forms.forum_review import ReviewForm
from consultation.forums import statistics
from consultation.forums.reviewing import (
    JUDGE,
    PURPOSE,
    issue_links,
    judge,
    judgement_of,
    own_seat,
    unjudged,
)
from consultation.models import Forum
from consultation.models.forum import AFTER
from consultation.models.plan import VIEW_ALL
from consultation.pages.forum_frame import forum_of, frame, inside_of
from consultation.workflows.forum import TRACK
from cppcc.meetings.models import Participant
from cppcc.meetings.models.participants import How
from cppcc.office.access import may, reaches_any
from cppcc.office.forms import saved
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of, through_link
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.exports import export_response

CHARTS: dict[str, tuple[Any, Any]] = {
    "steps": (lambda forums, today: statistics.step_years(statistics.step_times(forums, today)), charts.steps_chart),
    "speeches": (lambda forums, today: statistics.spoken(forums), charts.speeches_chart),
    "people": (lambda forums, today: statistics.came_by_forum(forums), charts.people_chart),
    "classes": (lambda forums, today: statistics.came_by_class(forums), charts.people_chart),
    "sectors": (lambda forums, today: statistics.sectors(forums), charts.sectors_chart),
}


# --- judging -------------------------------------------------------------------------------------------------------


@require_GET
def forum_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """What those who took part say of a forum, and what it comes to."""
    forum = inside_of(request, pk)
    context = frame(request, forum, "forum_evaluation") | {
        "is_over": forum.state in AFTER,
        "judgement": judgement_of(forum),
        "times": statistics.step_times([forum], timezone.localdate()),
        "spoken": statistics.spoken([forum]),
        "classes": statistics.came_by_class([forum]),
        "sectors": statistics.sectors([forum]),
        "may_judge": reaches_any(request.user, JUDGE),
        "may_link": may(request.user, TRACK, forum),
        "own": own_seat(forum, request.user),
    }
    return render(request, "consultation/forum_evaluation.html", context)


@require_http_methods(["GET", "POST"])
def forum_review(request: HttpRequest, pk: int) -> HttpResponse:
    """A sheet: one's own, or that of another entered by the office with its source (代录)."""
    forum = forum_of(request, pk)
    own, office = own_seat(forum, request.user), reaches_any(request.user, JUDGE)
    if own is None and not office:
        raise Forbidden("会议结束后，由出席的同志各评价一次；您没有出席，或已经评价过了。")
    people = None if own else unjudged(forum).select_related("person")
    form = ReviewForm(request.POST or None, forum=forum, people=people)
    if request.method == "POST" and form.is_valid():
        whose = own or form.cleaned_data.get("participant")
        how, source = (How.LOGIN, "") if own else (How.PROXY, form.cleaned_data["source"])
        remark = form.cleaned_data["remark"]
        act = partial(judge, forum, whose, form.scores, remark=remark, by=request.user, how=how, source=source)
        if saved(form, act):
            messages.success(request, "已收到评价，谢谢。" if own else "已录入评价表。")
            return redirect("consultation:forum_evaluation" if office else "consultation:forum_detail", pk)
    context = frame(request, forum, "forum_evaluation") | {"form": form, "own": own}
    return render(request, "consultation/forum_review.html", context, status=422 if form.errors else 200)


@require_POST
def forum_review_links(request: HttpRequest, pk: int) -> HttpResponse:
    """One-time links for those who took part and have not judged; shown once."""
    forum = forum_of(request, pk)
    if not may(request.user, TRACK, forum):
        raise Forbidden("评价链接由牵头委室和办公室生成。")
    rows = [
        {"whose": row, "url": address_of(reverse("consultation:review_by_link", args=[token]), request)}
        for row, token in issue_links(forum, by=request.user)
    ]
    context = frame(request, forum, "forum_evaluation") | {"rows": rows}
    response = render(request, "consultation/forum_review_links.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def review_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Who has no account judges by a link: GET shows, POST acts and uses the link up."""
    return through_link(request, token, PURPOSE, _by_link)


def _by_link(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    row = Participant.objects.select_related("person").filter(pk=link.object_id).first()
    forum = Forum.objects.select_related("rules", "meeting").filter(meeting=row.meeting_id).first() if row else None
    if row is None or forum is None:
        raise Refused("名单已经调整，不必再评价。")
    form = ReviewForm(request.POST or None, forum=forum)
    context = {"form": form, "forum": forum, "row": row}
    if request.method == "POST" and form.is_valid():
        given = {"remark": form.cleaned_data["remark"], "by": None, "how": How.LINK}
        if saved(form, lambda: judge(forum, row, form.scores, **given)):
            link.spend()
            return render(request, "consultation/review_thanks.html", context)
    return render(request, "consultation/review_by_link.html", context, status=422 if form.errors else 200)


# --- what they come to ---------------------------------------------------------------------------------------------


@require_GET
def forum_chart(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A picture of one forum."""
    forum = inside_of(request, pk)
    return _picture([forum], name)


@require_GET
def forum_year_chart(request: HttpRequest, year: int, name: str) -> HttpResponse:
    """A picture of the forums of a year."""
    return _picture(_forums(request, year), name)


def _picture(forums: list[Forum], name: str) -> HttpResponse:
    if name not in CHARTS:
        raise Http404
    read, draw = CHARTS[name]
    picture = draw(read(forums, timezone.localdate()))
    return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


def _forums(request: HttpRequest, year: int) -> list[Forum]:
    """The year's forums, for those who see all. Raises Forbidden for others."""
    if not reaches_any(request.user, VIEW_ALL):
        raise Forbidden("座谈会统计只供机关内部查阅。")
    return statistics.forums_of(request.user, year)


EXPORTS = {
    "forums": (
        "各次座谈会",
        ("名称", "牵头委室", "时间", "邀请（人）", "答复参加（人）", "出席（人）", "出席率（%）", "评价得分（%）"),
    ),
    "steps": ("步骤按时情况", ("座谈会", "步骤", "期限", "完成日期", "逾期工作日（负数为提前）", "情况")),
    "speeches": ("发言情况", ("类别", "发言（人次）", "发言（人）", "计划（分钟）", "实际（分钟）", "超时（人次）")),
    "sectors": ("界别覆盖", ("界别", "出席（人次）", "发言（人次）")),
}  # fmt: skip


@require_GET
def forum_statistics(request: HttpRequest) -> HttpResponse:
    """The forums of a year: steps in time, speeches, sectors, invited against present."""
    year = whole_number(request.GET.get("year"), timezone.localdate().year)
    year = year if 2000 <= year <= 2999 else timezone.localdate().year
    forums = _forums(request, year)
    times = statistics.step_times(forums, timezone.localdate())
    came, scores = statistics.came_by_forum(forums), statistics.scores_by_forum(forums)
    context = {
        "year": year,
        "forums": [
            {"forum": forum, "came": row, "score": scores.get(forum.pk)}
            for forum, row in zip(forums, came, strict=True)
        ],
        "times": times,
        "steps": statistics.step_years(times),
        "spoken": statistics.spoken(forums),
        "sectors": statistics.sectors(forums),
    }
    if request.GET.get("export") in EXPORTS:
        return _export(request.GET["export"], context)
    return render(request, "consultation/forum_statistics.html", context)


def _export(table: str, shown: dict[str, Any]) -> HttpResponse:
    name, head = EXPORTS[table]
    rows: dict[str, list[tuple[Any, ...]]] = {
        "forums": [_forum_row(**row) for row in shown["forums"]],
        "steps": [(t.forum, t.label, t.due_on, t.done_on, t.late, t.words) for t in shown["times"]],
        "speeches": [(s.label, s.speeches, s.people, s.planned, s.minutes, s.over) for s in shown["spoken"]],
        "sectors": [(s.label, s.present, s.spoke) for s in shown["sectors"]],
    }
    return export_response(f"{shown['year']}年座谈会{name}.xlsx", head, rows[table])


def _forum_row(forum: Forum, came: statistics.Came, score: Any) -> tuple[Any, ...]:
    return (
        forum.title, str(forum.lead or ""), forum.held_on, came.invited, came.coming, came.present, came.percent, score
    )  # fmt: skip
