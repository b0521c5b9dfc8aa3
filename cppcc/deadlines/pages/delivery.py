"""Every delivery, what needs a person, and what a clerk does with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.deadlines.by_hand import (
    RESENDABLE,
    STOPPABLE,
    STUCK,
    mark,
    needing_hands,
    next_step,
    resend,
    settle,
    stop,
    stuck_reminders,
)
from cppcc.deadlines.dispatching import SEND
from cppcc.deadlines.filters import DeliveryFilter
from cppcc.deadlines.forms.dispatch import NoteForm, ResendForm
from cppcc.deadlines.models import Outbox
from cppcc.deadlines.models.delivery import Channel
from cppcc.office.access import require
from cppcc.office.posted import whole_numbers
from cppcc.office.refusals import Refused, back
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import EXACT, ListPage

EXPORT = (
    Column("subject", "标题"),
    Column("organization", "收件单位", value=lambda o: o.organization.name if o.organization else ""),
    Column("person", "收件人", value=lambda o: o.person.name if o.person else ""),
    Column("channel", "方式", value=lambda o: o.get_channel_display()),
    Column("address", "地址"),
    Column("status", "状态", value=lambda o: o.get_status_display()),
    Column("sent_at", "送出时间"),
    Column("error", "原因"),
    Column("note", "登记说明"),
)
MOST_REMINDERS = 100


def delivery_of(request: HttpRequest, pk: int) -> Outbox:
    """A delivery, for those who send; 403 for others, 404 when there is none."""
    require(request.user, SEND)
    return get_object_or_404(Outbox.objects.select_related("organization", "person", "dispatch", "marked_by"), pk=pk)


@require_GET
def delivery_list(request: HttpRequest) -> HttpResponse:
    """All deliveries, or those that need a person with the reminders that reached nobody."""
    require(request.user, SEND)
    hands = request.GET.get("show") == "hands"
    rows = (needing_hands() if hands else Outbox.objects.all()).select_related("organization", "person", "dispatch")
    page = ListPage(
        request, rows, None if hands else DeliveryFilter, order={"created": "created_at"}, default_order="-created",
        summary=_summary, columns=EXPORT, export_name="发送记录",
    )  # fmt: skip
    for row in page.page_obj.rows:
        row.next = next_step(row)
    here = reverse("deadlines:delivery_list")
    tabs = [
        {"label": "全部发送记录", "url": here, "current": not hands},
        {"label": "需要人工处理", "url": f"{here}?show=hands", "current": hands, "badge": _waiting(page, hands)},
    ]
    return page.respond("deadlines/delivery_list.html", {"tabs": tabs, "hands": hands} | _reminders(hands))


def _summary(page: ListPage) -> str:
    return f"共 {page.count_words} 条发送记录" if page.count else "没有符合条件的发送记录"


def _waiting(page: ListPage, hands: bool) -> str:
    """How many deliveries and reminders need a person, for the tab."""
    count = page.count if hands else needing_hands().order_by()[: EXACT + 1].count()
    count += stuck_reminders().order_by()[: EXACT + 1].count()
    return f"{EXACT}+" if count > EXACT else str(count or "")


def _reminders(hands: bool) -> dict:
    if not hands:
        return {}
    found = list(stuck_reminders().select_related("organization").order_by("-due_at", "-pk")[: MOST_REMINDERS + 1])
    for reminder in found:
        reminder.next = next_step(reminder)  # type: ignore[attr-defined]
    return {"reminders": found[:MOST_REMINDERS], "more": len(found) > MOST_REMINDERS}


@require_GET
def delivery_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: what it says, where it stands, what can be done."""
    row = delivery_of(request, pk)
    mail = row.channel == Channel.EMAIL
    context = {
        "row": row,
        "next": next_step(row),
        "may_mark": row.status in STUCK,
        "may_stop": row.status in STOPPABLE,
        "resend_form": ResendForm(initial={"address": row.address}) if mail and row.status in RESENDABLE else None,
        "note_form": NoteForm(auto_id="mark_%s"),
        "stop_form": NoteForm(auto_id="stop_%s"),
    }
    return render(request, "deadlines/delivery_detail.html", context)


@require_POST
def delivery_mark(request: HttpRequest) -> HttpResponse:
    """Note that the chosen deliveries were made by telephone, on paper, or found to have arrived."""
    require(request.user, SEND)
    pks = whole_numbers(request.POST.getlist("row"))
    count = mark(pks, how=request.POST.get("how", ""), note=_note(request), by=request.user)
    messages.success(request, f"已登记 {count} 条。")
    return redirect(back(request))


def _note(request: HttpRequest) -> str:
    form = NoteForm(request.POST)
    if not form.is_valid():
        raise Refused("说明不超过 150 字，且不能含有特殊控制字符，请修改后再提交。")
    return form.cleaned_data["note"]


@require_http_methods(["POST"])
def delivery_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a failed or doubtful mail again."""
    row = delivery_of(request, pk)
    form = ResendForm(request.POST)
    if not form.is_valid():
        raise Refused("邮箱地址不正确，请核对后再重发。")
    resend(row, address=form.cleaned_data["address"], by=request.user)
    messages.success(request, f"已重新排入发送：{form.cleaned_data['address']}。")
    return redirect("deadlines:delivery_detail", pk)


@require_POST
def delivery_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a delivery be, with a reason."""
    stop(delivery_of(request, pk), note=_note(request), by=request.user)
    messages.success(request, "已取消这一条。")
    return redirect("deadlines:delivery_detail", pk)


@require_POST
def reminder_settle(request: HttpRequest) -> HttpResponse:
    """The chosen reminders, which reached nobody, were seen to by a person."""
    require(request.user, SEND)
    count = settle(whole_numbers(request.POST.getlist("reminder")), note=_note(request), by=request.user)
    messages.success(request, f"已登记处理 {count} 条提醒。")
    return redirect(f"{reverse('deadlines:delivery_list')}?show=hands")
