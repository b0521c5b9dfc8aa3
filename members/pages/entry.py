"""Pages of the ledger: all entries, one entry, new ones by hand, a reversal, evidence. R070, R133."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from cppcc.files.copies import marked_copy
from cppcc.files.pages import attachment
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.registry import url_of
from members.acts import Tree
from members.by_hand import cancel, enter, may_cancel, namesakes
from members.forms.entry import EntryForm, ReverseForm
from members.house import require_house
from members.ledger_filters import EntryFilter
from members.ledger_tables import entry_columns, source_of, standing_of, summed
from members.models import PerformanceEntry
from members.models.ledger import RECORD
from members.picking import within_reach


def entry_of(request: HttpRequest, pk: int) -> PerformanceEntry:
    """An entry that the reader may see; else 404."""
    rows = PerformanceEntry.objects.visible_to(request.user).listed().select_related("evidence", "reverses")
    return get_object_or_404(rows, pk=pk)


@require_GET
def entry_list(request: HttpRequest) -> HttpResponse:
    """All entries that the reader may see, counter-entries too."""
    require_house(request.user)
    tree = Tree()
    page = ListPage(
        request,
        PerformanceEntry.objects.visible_to(request.user).listed(),
        EntryFilter,
        order={"on": "on", "member": by_pinyin("member__person__name"), "act": "act__order", "recorded": "recorded_at"},
        default_order="-on",
        summary=summed("条", "履职记录"),
        columns=entry_columns(tree),
        export_name="履职记录",
        show=lambda rows: [_dressed(row, tree) for row in rows],
    )
    return page.respond("members/entry_list.html", {"may_record": may(request.user, RECORD)})


def _dressed(entry: Any, tree: Tree) -> Any:
    entry.icon, entry.source, entry.standing = tree.icon(entry.act_id), source_of(entry), standing_of(entry)
    return entry


@require_GET
def entry_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry: what it says, where it comes from, by what it was cancelled."""
    entry = _dressed(entry_of(request, pk), Tree())
    open_ = entry.reverses_id is None and entry.cancelled_by is None
    context = {
        "entry": entry,
        "matter": entry.matter,
        "matter_url": _address(entry.matter),
        "may_cancel": open_ and may_cancel(request.user, entry),
        "own": entry.member.person_id == request.user.person_id,
    }
    return render(request, "members/entry_detail.html", context)


def _address(matter: Any) -> str:
    return url_of(matter) if matter is not None else ""


@require_http_methods(["GET", "POST"])
def entry_new(request: HttpRequest) -> HttpResponse:
    """Entries by hand, for one member or several."""
    require(request.user, RECORD)
    reach = within_reach(request.user, RECORD)
    initial = {"names": request.GET.get("names", "")[:200]}
    form = EntryForm(request.POST or None, request.FILES or None, members=reach, initial=initial)
    if request.method == "POST" and form.is_valid() and _entered(request, form):
        again = "again_new" in request.POST
        return redirect("members:entry_new" if again else "members:entry_list")
    context = {"form": form, "back_url": reverse("members:entry_list")}
    return render(request, "members/entry_form.html", context, status=422 if form.errors else 200)


def _entered(request: HttpRequest, form: EntryForm) -> bool:
    data, members = form.cleaned_data, form.cleaned_data["names"]
    doubles = [] if data["again"] else [e for e in namesakes(members, form.values) if not _ours(e, data["token"])]
    if doubles:
        form.ask_again(doubles)
        return False

    def save() -> None:
        made = enter(members, form.values, data["evidence"], token=data["token"], by=request.user)
        messages.success(request, f"已登记 {len(made)} 条履职记录。")

    return saved(form, save)


def _ours(entry: PerformanceEntry, token: Any) -> bool:
    """Whether the entry came from the same form: a double click is no double."""
    return entry.key.startswith(f"hand:{token}:")


@require_http_methods(["GET", "POST"])
def entry_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an entry by a counter-entry; both stay visible."""
    entry = _dressed(entry_of(request, pk), Tree())
    if not may_cancel(request.user, entry):
        require(request.user, RECORD)
        raise Forbidden("只能冲销自己手工登记的本委室委员的记录；会议等自动计入的，请办公室办理。")
    if entry.reverses_id or entry.cancelled_by:
        raise Refused("这条记录已经冲销或本身是冲销记录，不能再冲销；需要恢复的请重新登记。")
    form = ReverseForm(request.POST or None)
    back = reverse("members:entry_detail", args=[pk])
    if request.method == "POST" and form.is_valid():
        cancel(entry, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "已冲销，原记录和冲销记录都保留。")
        return redirect(back)
    context = {"form": form, "entry": entry, "back_url": back}
    return render(request, "members/entry_reverse.html", context, status=422 if form.errors else 200)


@require_safe
def entry_evidence(request: HttpRequest, pk: int) -> FileResponse:
    """The file that goes with an entry, for whoever sees the entry."""
    entry = entry_of(request, pk)
    if entry.evidence is None:
        raise Http404
    return attachment(entry.evidence, marked_copy(entry.evidence, request.user))
