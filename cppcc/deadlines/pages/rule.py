"""Due rules: the sets, one set with its rules, editing a rule with a preview of what it moves."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cppcc.deadlines.digest import digest
from cppcc.deadlines.forms.rule import RuleForm
from cppcc.deadlines.models import DueRule, RuleSet
from cppcc.deadlines.models.deadlines import VIEW_ALL
from cppcc.deadlines.pages.workday import MANAGE, require_manager
from cppcc.deadlines.parties import anchor_called, called
from cppcc.deadlines.rule_editing import changes_of, follows, save_rule, version_of, would_move
from cppcc.office.access import may, require
from cppcc.sheets.columns import Column
from cppcc.sheets.lists import ListPage

EXPORT = (
    Column("label", "规则集"),
    Column("key", "标识"),
    Column("valid_from", "生效日期"),
    Column("valid_to", "失效日期"),
    Column("rule_count", "规则数"),
    Column("remark", "说明"),
)


def require_reader(user: Any) -> None:
    """Administrators, and posts that see all deadlines. Raises Forbidden."""
    if not user.is_staff:
        require(user, VIEW_ALL)


@require_GET
def rule_set_list(request: HttpRequest) -> HttpResponse:
    """The sets of due rules, with their validity."""
    require_reader(request.user)
    page = ListPage(
        request,
        RuleSet.objects.annotate(rule_count=Count("rules")),
        order={"label": "label", "from": "valid_from", "key": ("key", "-valid_from")},
        default_order="key",
        columns=EXPORT,
        export_name="期限规则集",
    )
    return page.respond("deadlines/rule_set_list.html")


@require_GET
def rule_set_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One set: its rules with their basis, and what was changed in them."""
    require_reader(request.user)
    rule_set = get_object_or_404(RuleSet, pk=pk)
    rules = [
        {
            "rule": rule,
            "anchor": anchor_called(rule.anchor),
            "responsible": called(rule.responsible),
            "escalate_to": called(rule.escalate_to),
        }
        for rule in rule_set.rules.all()
    ]
    context = {
        "rule_set": rule_set,
        "rules": rules,
        "changes": changes_of(rule_set),
        "may_manage": request.user.is_staff or may(request.user, MANAGE),
    }
    return render(request, "deadlines/rule_set_detail.html", context)


@require_http_methods(["GET", "POST"])
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule: first what it would move is shown, then it is saved and open deadlines follow."""
    require_manager(request.user)
    rule = get_object_or_404(DueRule.objects.select_related("ruleset"), pk=pk)
    title = rule.label
    form = RuleForm(request.POST or None, instance=rule, version=version_of(rule))
    context = {"form": form, "rule_set": rule.ruleset, "anchor": anchor_called(rule.anchor), "title": title}
    if request.method == "POST" and form.is_valid():
        token = digest(form.cleaned_data)
        if request.POST.get("previewed") == token:
            moved = save_rule(form, by=request.user)
            messages.success(request, f"已保存“{rule.label}”，{len(moved)} 项期限随之调整。")
            return redirect("deadlines:rule_set_detail", rule.ruleset_id)
        context |= {"preview": True, "moved": would_move(rule), "follows": follows(rule), "token": token}
    return render(request, "deadlines/rule_edit.html", context, status=422 if form.errors else 200)
