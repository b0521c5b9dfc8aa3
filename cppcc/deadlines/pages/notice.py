"""The notice centre: my notices, reading them, how I want to be told."""

from typing import Any

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.bell import read, read_all, unread_of
from cppcc.deadlines.forms.notice import WishForm
from cppcc.deadlines.models import DeliverySetting, Notice, NoticeWish
from cppcc.sheets.lists import ListPage

UNREAD_FIRST = (ExpressionWrapper(Q(read_at__isnull=False), BooleanField()), "-created_at", "-pk")


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """My notices, the unread first; or only the unread."""
    unread = request.GET.get("show") == "unread"
    mine = unread_of(request.user) if unread else Notice.objects.filter(user=request.user.pk)
    page = ListPage(request, mine, order={"new": UNREAD_FIRST}, default_order="new", summary=_summary)
    here = reverse("deadlines:notice_list")
    tabs = [
        {"label": "全部", "url": here, "current": not unread},
        {"label": "未读", "url": f"{here}?show=unread", "current": unread},
    ]
    return page.respond("deadlines/notice_list.html", {"tabs": tabs, "unread": unread})


def _summary(page: ListPage) -> str:
    return f"共 {page.count_words} 条站内信" if page.count else "没有站内信"


@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a notice, and go to the page that it is about."""
    notice = get_object_or_404(Notice, pk=pk, user=request.user)
    return redirect(read(notice) or "deadlines:notice_list")


@require_POST
def notice_read_all(request: HttpRequest) -> HttpResponse:
    """Mark all of mine as read."""
    count = read_all(request.user)
    messages.success(request, f"已将 {count} 条标为已读。" if count else "没有未读的站内信。")
    return redirect("deadlines:notice_list")


@require_http_methods(["GET", "POST"])
def notice_wish(request: HttpRequest) -> HttpResponse:
    """How I want to be told."""
    mine: dict[str, Any] = {"user_id": request.user.pk}
    wish = NoticeWish.objects.filter(**mine).first() or NoticeWish(**mine)
    form = WishForm(request.POST or None, instance=wish)
    if request.method == "POST" and form.is_valid():
        NoticeWish.objects.update_or_create(**mine, defaults=form.cleaned_data)
        messages.success(request, "已保存。")
        return redirect("deadlines:notice_wish")
    context = {"form": form, "setting": DeliverySetting.current(), "back_url": reverse("deadlines:notice_list")}
    return render(request, "deadlines/notice_wish.html", context, status=422 if form.errors else 200)
