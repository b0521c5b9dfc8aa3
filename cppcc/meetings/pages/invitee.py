"""Pages of the list: who is on it and what each says, proposed from the rules, added by hand, changed in bulk."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.documents.models.document import DRAFT
from cppcc.meetings.card_printing import KINDS
from cppcc.meetings.columns import LINK_COLUMNS, people_columns, people_summed
from cppcc.meetings.filters import ParticipantFilter
from cppcc.meetings.forms.invitee import AddForm, BulkForm
from cppcc.meetings.inviting import (
    Added,
    add,
    add_rows,
    candidates,
    day_of,
    from_roster,
    missing_rosters,
    remove,
    set_class,
    set_order,
    titled,
)
from cppcc.meetings.links import Linked, issue_links
from cppcc.meetings.models import Meeting, ParticipantClass
from cppcc.meetings.models.meeting import ANSWER, LEAVE, MANAGE
from cppcc.meetings.pages.meeting import inside, meeting_of
from cppcc.meetings.people import find
from cppcc.meetings.registry import all_rosters
from cppcc.meetings.replying import is_late
from cppcc.office.access import may, reaches_any, require
from cppcc.office.one_time import address_of
from cppcc.office.posted import whole_number, whole_numbers
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.exports import export_response
from cppcc.sheets.lists import ListPage

PER_PAGE = 100
BY_CLASS = ("participant_class__order", "order")


@require_GET
def meeting_invitees(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody on the list in its order, with what each says.

    Telephone numbers leave for those only who run it; why somebody stays away, they and who grants leave read.
    """
    meeting = meeting_of(request, pk)
    if not inside(request.user, meeting):
        raise Forbidden("参会名单只供机关内部和主办单位查阅。")
    manages = may(request.user, MANAGE, meeting)
    reasons = manages or may(request.user, LEAVE, meeting)
    page = ListPage(
        request,
        meeting.participants.select_related("person", "organization", "participant_class", "meeting"),
        ParticipantFilter,
        order={"class": BY_CLASS, "name": "person__pinyin", "replied": "replied_at", "order": "order"},
        default_order="class", per_page=PER_PAGE, summary=people_summed,
        columns=people_columns(phones=manages, reasons=reasons), export_name=f"{meeting.title}参会名单",
    )  # fmt: skip
    for row in page.page_obj.rows:
        row.is_late = is_late(row, meeting)
    context = {
        "meeting": meeting, "may_manage": manages, "may_change": manages and meeting.is_open, "reasons": reasons,
        "may_record": reaches_any(request.user, ANSWER), "classes": ParticipantClass.objects.all(),
        "may_letters": manages and may(request.user, DRAFT), "card_kinds": KINDS,
    }  # fmt: skip
    return page.respond("meetings/meeting_invitees.html", context)


def managed(request: HttpRequest, pk: int) -> Meeting:
    """A meeting whose list the reader may change now."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    if not meeting.is_open:
        raise Refused(f"会议{meeting.get_state_display()}，名单不能再改；确需更改的请先重新打开会议。")
    return meeting


@require_http_methods(["GET", "POST"])
def invitee_rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Who should be invited by the rules of the kind, each with the reason; the clerk ticks. R114, R118."""
    meeting = managed(request, pk)
    rows = candidates(meeting)
    if request.method == "POST":
        ticked = set(whole_numbers(request.POST.getlist("person")))
        chosen = [row for row in rows if row.person.pk in ticked and not row.present]
        if chosen:
            say(request, add_rows(meeting, chosen, by=request.user))
            return redirect("meetings:meeting_invitees", pk)
    wrong = request.method == "POST"
    context = {
        "meeting": meeting, "groups": grouped(rows), "missing": missing_rosters(meeting), "wrong": wrong,
        "total": len(rows), "left": sum(not row.present for row in rows),
    }  # fmt: skip
    return render(request, "meetings/invitee_rules.html", context, status=422 if wrong else 200)


def grouped(rows: list[Any]) -> list[dict[str, Any]]:
    """The candidates under their reasons."""
    found: dict[tuple[str, str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.why, row.participant_class.label, row.rule), []).append(row)
    return [
        {"why": why, "label": label, "rule": rule, "rows": named, "ticked": sum(r.chosen for r in named)}
        for (why, label, rule), named in found.items()
    ]


@require_http_methods(["GET", "POST"])
def invitee_add(request: HttpRequest, pk: int) -> HttpResponse:
    """People who follow from no rule: looked for by name or pinyin, or pasted as names."""
    meeting = managed(request, pk)
    words = request.GET.get("q", "").replace("\x00", "")[:60]
    form = AddForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        persons = form.chosen(whole_numbers(request.POST.getlist("person")))
        if persons:
            say(request, add(meeting, persons, form.cleaned_data["participant_class"].key, by=request.user))
            return redirect("meetings:meeting_invitees", pk)
        form.add_error("names", "请填写姓名，或勾选查到的人。")
    asked = request.GET.get("roster", "")[:60]
    roster = from_roster(meeting, asked) if asked else []
    found = list(titled(list(find(words)), day_of(meeting)).values()) if words.strip() else []
    there = set(meeting.participants.filter(person__in=[one.person for one in found]).values_list("person", flat=True))
    context = {
        "meeting": meeting, "form": form, "words": words, "found": found, "there": there, "roster": roster,
        "rosters": all_rosters().values(), "asked": asked,
    }  # fmt: skip
    return render(request, "meetings/invitee_add.html", context, status=422 if form.errors else 200)


def say(request: HttpRequest, added: Added) -> None:
    """How many are new, and who stood on the list already."""
    if added.new:
        messages.success(request, f"已加入 {len(added.new)} 人。")
    if added.known:
        names = "、".join(person.name for person in added.known[:20])
        messages.warning(request, f"已在名单中、没有重复加入：{names}（共 {len(added.known)} 人）。")


@require_POST
def invitee_change(request: HttpRequest, pk: int) -> HttpResponse:
    """What is done with those ticked: another class, off the list; or the order of the list."""
    meeting = managed(request, pk)
    form = BulkForm(request.POST)
    if not form.is_valid():
        raise Refused(str(next(iter(form.errors.values()))[0]))
    pks, act = whole_numbers(request.POST.getlist("participant")), form.cleaned_data["act"]
    if act == "order":
        set_order(meeting, places(request))
        messages.success(request, "已按填写的序号排列。")
    elif not pks:
        raise Refused("请先勾选名单上的人。")
    elif act == "class":
        count = set_class(meeting, pks, form.cleaned_data["participant_class"])
        messages.success(request, f"已把 {count} 人改为“{form.cleaned_data['participant_class']}”。")
    else:
        gone = remove(meeting, pks, by=request.user)
        messages.success(request, f"已移出 {len(gone)} 人；其中已通知的，系统已告知不必参加。")
    return redirect(f"{reverse('meetings:meeting_invitees', args=[pk])}?{request.GET.urlencode()}")


def places(request: HttpRequest) -> dict[int, int]:
    """The numbers typed beside the names: participant -> number."""
    names = [key for key in request.POST if key.startswith("place-")]
    typed = {whole_number(key.removeprefix("place-")): whole_number(request.POST.get(key), -1) for key in names}
    return {pk: place for pk, place in typed.items() if pk and place >= 0}


@require_POST
def invitee_links(request: HttpRequest, pk: int) -> HttpResponse:
    """One-time links for those who have not answered, or for those ticked: a sheet to print, or an Excel file. Once."""
    meeting = meeting_of(request, pk)
    require(request.user, MANAGE, meeting)
    ticked = whole_numbers(request.POST.getlist("participant"))
    made = issue_links(meeting, ticked or None, by=request.user)
    rows = [
        Linked(one.whose, one.token, address_of(reverse("meetings:reply_link", args=[one.token]), request))
        for one in made
    ]
    if "excel" in request.POST:
        response = export_response(f"{meeting.title}回复链接.xlsx", LINK_COLUMNS, rows)
        response["Cache-Control"] = "private, no-store"
        return response
    response = render(request, "meetings/invitee_links.html", {"meeting": meeting, "rows": rows})
    response["Cache-Control"] = "private, no-store"
    return response
