"""Pages of activity groups: list, one group with members and money, form. R142."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.office.access import require
from cppcc.office.forms import saved
from cppcc.office.models import Organization
from cppcc.office.refusals import Forbidden
from members import belonging
from members.forms.duties import GroupForm, GroupMemberForm, MoneyForm
from members.groups import keeps, readable, reads_money
from members.house import manages, require_house
from members.models import Affiliation, GroupMoney, Member
from members.models.member import MANAGE
from members.pages.duty import filled

SHOWN = 200  # entries of money that the page lists; what is left counts all


@require_GET
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups that the reader may know of, with the money of those whose books he reads."""
    require_house(request.user)
    rows = list(readable(request.user))
    for group in rows:
        group.open = reads_money(request.user, group)
    return render(request, "members/group_list.html", {"rows": rows, "manages": manages(request.user)})


def group_of(request: HttpRequest, pk: int) -> Organization:
    """A group that the reader may know of; else 404."""
    return get_object_or_404(readable(request.user), pk=pk)


@require_GET
def group_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One group: its members and its money; a committee that only has members in it sees those."""
    group = group_of(request, pk)
    return _page(request, group, GroupMemberForm(), MoneyForm())


def _page(request: HttpRequest, group: Organization, joining: Any, money: Any, status: int = 200) -> HttpResponse:
    rows = GroupMoney.objects.filter(organization=group).select_related("meeting", "recorded_by__person")
    inside = reads_money(request.user, group)
    belongs = Affiliation.objects.valid().filter(organization=group, kind=Affiliation.Kind.GROUP)
    belongs = belongs if inside else belongs.filter(member__in=Member.objects.visible_to(request.user).values("pk"))
    context = {
        "group": group,
        "people": belongs.select_related("member__person").order_by("-duty", "member__person__pinyin"),
        "inside": inside,
        "money": list(rows[:SHOWN]) if inside else [],
        "keeps": keeps(request.user, group),
        "manages": manages(request.user),
        "joining": joining,
        "paying": money,
    }
    return render(request, "members/group_detail.html", context, status=status)


def _kept(request: HttpRequest, pk: int) -> Organization:
    group = group_of(request, pk)
    if not keeps(request.user, group):
        raise Forbidden(f"“{group.name}”由{group.parent or '办公室'}联系，需要变动请与其联系。")
    return group


@require_POST
def group_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody joins."""
    group, form = _kept(request, pk), GroupMemberForm(request.POST)
    if form.is_valid() and saved(form, lambda: _join(group, form.cleaned_data, request.user)):
        messages.success(request, "已加入小组。")
        return redirect("members:group_detail", pk)
    return _page(request, group, form, MoneyForm(), 422)


def _join(group: Organization, data: dict[str, Any], user: Any) -> None:
    belonging.change(data["member"], Affiliation.Kind.GROUP, group, since=data["since"], duty=data["duty"], by=user)


@require_POST
def group_money(request: HttpRequest, pk: int) -> HttpResponse:
    """Money came in or was spent."""
    group = _kept(request, pk)
    form = MoneyForm(request.POST, instance=GroupMoney(organization=group, recorded_by_id=request.user.pk))  # type: ignore[misc]
    if form.is_valid():
        form.save()
        messages.success(request, "已登记。")
        return redirect("members:group_detail", pk)
    return _page(request, group, GroupMemberForm(), form, 422)


@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    """A new group."""
    require(request.user, MANAGE)
    group = Organization(kind=Organization.Kind.ACTIVITY_GROUP)
    return filled(
        request, GroupForm(request.POST or None, instance=group), "新建活动小组", reverse("members:group_list")
    )


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, hand to another committee, end."""
    require(request.user, MANAGE)
    group = group_of(request, pk)
    back = reverse("members:group_detail", args=[pk])
    return filled(request, GroupForm(request.POST or None, instance=group), "修改活动小组", back)
