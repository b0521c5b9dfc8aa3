"""Pages of contacts with members: visits, talks, letters, calls, and what became of what was raised. R129, R137."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.deadlines.of_matter import dates_of
from cppcc.deadlines.task_panel import tasks_of
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Refused
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of
from members.contacts import contact_year as figures
from members.contacts import edit, may_edit, note, with_contacts
from members.forms.contact import ContactForm, SolveForm
from members.house import require_house
from members.ledger_filters import ContactFilter, of_year
from members.ledger_tables import CONTACT_COLUMNS, summed
from members.models import Contact, Member
from members.models.ledger import RECORD
from members.pages.dossier import asked_year
from members.picking import within_reach
from members.training import day_of, serving_in
from members.workflows.contact import CONTACT

SUMS = {"待解决": Q(state="open"), "已答复解决": Q(state="solved")}
UNREACHED = (
    ("unvisited", "没有走访过", Q(visited=False)),
    ("unreached", "没有任何联系", Q(reached=False)),
    ("visited", "已走访", Q(visited=True)),
)
YEAR_COLUMNS = (
    Column("name", "姓名", value=lambda m: m.person.name),
    Column("sector", "界别", value=lambda m: m.sector_name or ""),
    Column("employer", "工作单位", value=lambda m: m.employer_name or ""),
    Column("visited", "当年走访过"),
    Column("reached", "当年联系过"),
)


def contact_of(request: HttpRequest, pk: int) -> Contact:
    """A contact that the reader may see; else 404."""
    found = Contact.objects.visible_to(request.user).select_related("member__person", "member__term", "organization")
    return get_object_or_404(found, pk=pk)


@require_GET
def contact_list(request: HttpRequest) -> HttpResponse:
    """Contacts, the newest first."""
    require_house(request.user)
    page = ListPage(
        request,
        Contact.objects.visible_to(request.user).select_related("member__person", "organization"),
        ContactFilter,
        order={"on": "on", "member": by_pinyin("member__person__name"), "state": "state"},
        default_order="-on",
        summary=summed("条", "联系记录", SUMS),
        columns=CONTACT_COLUMNS,
        export_name="委员联系",
    )
    return page.respond("members/contact_list.html", {"may_note": may(request.user, RECORD)})


@require_http_methods(["GET", "POST"])
def contact_new(request: HttpRequest) -> HttpResponse:
    """Note a contact."""
    acting = require(request.user, RECORD)
    reach = within_reach(request.user, RECORD).exclude(person=request.user.person_id)
    contact = Contact(organization_id=acting.organization_id)
    initial = {"member": request.GET.get("member", "")[:50]}
    form = ContactForm(request.POST or None, instance=contact, members=reach, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.instance.member = form.cleaned_data["member"]
        made = note(CONTACT, form.instance, token=form.cleaned_data["token"], by=request.user)
        messages.success(request, "已登记。" if made.state == "noted" else "已登记，反映的困难已转为待解决。")
        return redirect("members:contact_detail", made.pk)
    context = {"form": form, "back_url": reverse("members:contact_list")}
    return render(request, "members/contact_form.html", context, status=422 if form.errors else 200)


@require_GET
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One contact and what became of it."""
    contact, user = contact_of(request, pk), request.user
    context = {
        "contact": contact,
        "open_transitions": buttons(CONTACT, contact, user, "members:contact_move", pk),
        "movements": movements_of(contact),
        "waiting": held(Waiting.for_matter(contact)),
        "dates": dates_of(contact, user),
        "tasks": tasks_of(contact, user),
        "may_edit": may_edit(user, contact),
        "changes_open": may(user, "workflow.view_changes"),
    }
    return render(request, "members/contact_detail.html", context)


@require_http_methods(["GET", "POST"])
def contact_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contact that is not solved."""
    contact = contact_of(request, pk)
    require(request.user, RECORD, contact)
    if not may_edit(request.user, contact):
        raise Refused("这条联系记录已答复解决，不能再修改；情况有变的，请先重新办理。")
    form = ContactForm(request.POST or None, instance=contact, members=Member.objects.none())
    if request.method == "POST" and form.is_valid() and _edited(request, form):
        messages.success(request, "已保存。")
        return redirect("members:contact_detail", pk)
    context = {"form": form, "contact": contact, "back_url": reverse("members:contact_detail", args=[pk])}
    return render(request, "members/contact_form.html", context, status=422 if form.errors else 200)


def _edited(request: HttpRequest, form: ContactForm) -> bool:
    return saved(form, lambda: edit(CONTACT, form, by=request.user))


@require_http_methods(["GET", "POST"])
def contact_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any act on a contact."""
    form = {"form_class": SolveForm} if name == "solve" else {}
    then = reverse("members:contact_detail", args=[pk])
    return carry_out(request, CONTACT, contact_of(request, pk), name, then=then, **form)


@require_GET
def contact_year(request: HttpRequest) -> HttpResponse:
    """How many members were visited in a year, and who was not."""
    require_house(request.user)
    year = asked_year(request)
    serving = serving_in(year, Member.objects.visible_to(request.user)).exclude(person=request.user.person_id)
    page = ListPage(
        request,
        with_contacts(year, serving).called_on(day_of(year)).select_related("person", "term"),
        of_year(day_of(year), UNREACHED),
        order={"name": by_pinyin("person__name"), "sector": "sector_order"},
        default_order="sector",
        summary=summed("位", "委员"),
        columns=YEAR_COLUMNS,
        export_name=f"{year}年委员走访联系情况",
    )
    told = figures(year, serving, Contact.objects.visible_to(request.user))
    return page.respond("members/contact_year.html", {"year": year, "figures": told})
