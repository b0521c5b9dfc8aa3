"""Pages of the roster: list, one member, new, edit, changes of what he belongs to, leaving, photograph, history."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.files.models import StoredFile
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Refused
from cppcc.sheets.lists import ListPage
from members import belonging, enrolment, terms
from members.filters import MemberFilter
from members.forms.member import ChangeForm, CorrectForm, LeaveForm, NewMemberForm, PersonForm, PhotoForm
from members.house import UNMASK, in_house, manages
from members.models import Affiliation, Member, SpecialDuty
from members.models.member import MANAGE
from members.models.particulars import SEALED
from members.past import changes_of
from members.standing import with_standing
from members.tables import member_columns, member_summary

Kind = Affiliation.Kind
SEALED_COLUMNS = [f"person__particulars__{name}" for name in SEALED]


def member_of(request: HttpRequest, pk: int) -> Member:
    """A member that the reader may see; else 404."""
    members = Member.objects.visible_to(request.user).select_related("person__particulars", "term")
    return get_object_or_404(members.with_past(), pk=pk)


def kept(request: HttpRequest, pk: int) -> Member:
    """The same, for whoever keeps the roster; else 403."""
    member = member_of(request, pk)
    require(request.user, MANAGE, member)
    return member


def shown(request: HttpRequest, template: str, form: Any, member: Member | None, **more: Any) -> HttpResponse:
    """The page of a form; 422 when it was filled in wrongly."""
    return render(request, template, {"form": form, "member": member, **more}, status=422 if form.errors else 200)


@require_GET
def member_list(request: HttpRequest) -> HttpResponse:
    """The roster: filtered, sorted, exported."""
    user, house = request.user, in_house(request.user)
    rows = Member.objects.visible_to(user).called_on().select_related("person__particulars", "term")
    page = ListPage(
        request,
        rows.defer(*SEALED_COLUMNS).with_past(),
        MemberFilter,
        order={
            "name": "person__pinyin",
            "sector": ("sector_order", "sector_name", "person__pinyin"),
            "position": ("position_order", "sector_order", "person__pinyin"),
            "state": ("valid_to", "person__pinyin"),
        },
        default_order="name",
        summary=member_summary,
        columns=member_columns(phone=house),
        export_name="委员名册",
        show=with_standing,
    )
    return page.respond("members/member_list.html", {"house": house, "manages": manages(user)})


@require_GET
def member_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One member: who, since when, what he belongs and belonged to."""
    [noted] = with_standing([member_of(request, pk)])
    member: Any = noted
    user = request.user
    context = {
        "member": member,
        "rows": sorted(member.all_affiliations, key=lambda row: (not row.is_valid(), list(Kind).index(row.kind))),
        "kinds": Kind.choices,
        "sealed": [(name, label, bool(getattr(member.told, name))) for name, label in SEALED.items()],
        "duties": SpecialDuty.objects.filter(member=member).select_related("organization"),
        "links": member.leader_links.valid().select_related("leader"),
        "terms": Member.objects.visible_to(user)
        .filter(person=member.person)
        .select_related("term")
        .order_by("-term__number"),
        "house": in_house(user),
        "may_manage": may(user, MANAGE, member),
        "may_unmask": may(user, UNMASK),
        "own": member.person_id == user.person_id,
    }
    return render(request, "members/member_detail.html", context)


@require_http_methods(["GET", "POST"])
def member_new(request: HttpRequest) -> HttpResponse:
    """A new member; within a running term a mid-term addition. R141."""
    require(request.user, MANAGE)
    form = NewMemberForm(request.POST or None)
    made: list[Member] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if saved(form, lambda: made.append(enrolment.enrol(data, by=request.user))):
            messages.success(request, f"已登记委员{made[0]}。")
            return redirect("members:member_detail", made[0].pk)
    return shown(request, "members/member_form.html", form, None)


@require_http_methods(["GET", "POST"])
def member_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Person, particulars, membership."""
    member = kept(request, pk)
    form = PersonForm(request.POST or None, initial=PersonForm.stored(member))
    if request.method == "POST" and form.is_valid() and saved(form, lambda: enrolment.edit(member, form)):
        messages.success(request, "已保存。")
        return redirect("members:member_detail", pk)
    return shown(request, "members/member_form.html", form, member)


@require_http_methods(["GET", "POST"])
def member_change(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """From a day on the member belongs to another sector, party, employer, or to a committee, group, position more."""
    if kind not in Kind.values:
        raise Http404
    member = kept(request, pk)
    form = ChangeForm(request.POST or None, member=member, kind=kind)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: _change(member, kind, form, request.user)):
        messages.success(request, f"已变更{Kind(kind).label}，原来的仍保留在清单里。")
        return redirect("members:member_detail", pk)
    return shown(request, "members/member_act.html", form, member, title=f"变更{Kind(kind).label}")


def _change(member: Member, kind: str, form: ChangeForm, user: Any) -> None:
    data = form.cleaned_data
    target = data.get("target")
    if data.get("employer"):
        target = belonging.employer_named(data["employer"], create=data["new_unit"])
    belonging.change(member, kind, target, since=data["since"], duty=data.get("duty", ""), by=user)


@require_http_methods(["GET", "POST"])
def affiliation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """End a row, or put right what was entered wrongly."""
    member, row = _row(request, pk)
    form = CorrectForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        belonging.correct(row, form.cleaned_data, by=request.user)
        messages.success(request, "已保存。")
        return redirect("members:member_detail", member.pk)
    return shown(request, "members/affiliation_form.html", form, member, row=row)


@require_POST
def affiliation_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a row that should not be there."""
    member, row = _row(request, pk)
    belonging.remove(row, by=request.user)
    messages.success(request, f"已删除“{row}”，变更记录里仍可查到。")
    return redirect("members:member_detail", member.pk)


def _row(request: HttpRequest, pk: int) -> tuple[Member, Affiliation]:
    visible = Member.objects.visible_to(request.user).values("pk")
    related = ("member__person", "sector", "organization", "position")
    row = get_object_or_404(Affiliation.objects.filter(member__in=visible).select_related(*related), pk=pk)
    require(request.user, MANAGE, row.member)
    return row.member, row


@require_http_methods(["GET", "POST"])
def member_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Leaving, with its reason. R141."""
    member = kept(request, pk)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        terms.leave(member, day=data["day"], left_by=data["left_by"], why=data["left_why"], by=request.user)
        messages.success(request, f"已登记{member}离任。")
        return redirect("members:member_detail", pk)
    return shown(request, "members/member_act.html", form, member, title="登记离任")


@require_POST
def member_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a leaving that was entered by mistake."""
    member = kept(request, pk)
    terms.take_back_leaving(member, by=request.user)
    messages.success(request, f"已撤销{member}的离任登记。")
    return redirect("members:member_detail", pk)


@require_http_methods(["GET", "POST"])
def member_photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A new photograph."""
    member = kept(request, pk)
    form = PhotoForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            enrolment.set_photo(member, form.cleaned_data["photo"], by=request.user)
            messages.success(request, "照片已更新。")
            return redirect("members:member_detail", pk)
        except Refused as refusal:
            form.add_error("photo", refusal.sentence)
    return shown(request, "members/member_act.html", form, member, title="上传照片", multipart=True)


@require_GET
def member_picture(request: HttpRequest, pk: int) -> FileResponse:
    """The photograph, for whoever sees the member."""
    member = member_of(request, pk)
    photo = StoredFile.objects.filter(pk__in=_photo_of(member)).first()
    if photo is None or not photo.path.is_file():
        raise Http404
    response = FileResponse(photo.path.open("rb"), content_type=photo.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=300"
    return response


def _photo_of(member: Member) -> list[int]:
    told = getattr(member.person, "particulars", None)
    return [told.photo_id] if told and told.photo_id else []


@require_GET
def member_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed when and by whom, in words."""
    member = member_of(request, pk)
    require(request.user, "workflow.view_changes", member)
    return render(request, "members/member_history.html", {"member": member, "changes": changes_of(member)})
