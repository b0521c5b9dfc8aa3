"""The one way an act gets from a page to the engine."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from cppcc.office.access import acting_for
from cppcc.office.posted import whole_number
from cppcc.office.refusals import Forbidden, Refused, Stale
from cppcc.workflow.engine import Late, Transition, Workflow, too_late
from cppcc.workflow.forms import MoveForm, decision_for
from cppcc.workflow.models import Decision, Matter, Movement
from cppcc.workflow.stale import shown


def carry_out(
    request: HttpRequest,
    workflow: Workflow,
    matter: Matter,
    name: str,
    *,
    then: str,
    form_class: type[MoveForm] = MoveForm,
) -> HttpResponse:
    """GET shows the act's form, POST does the act and goes to the address `then`.

    A refusal comes back on the form with what was typed; a late click is told on the matter's page.
    """
    transition = workflow.transitions.get(name)
    if transition is None:
        raise Refused("没有这项操作，请从页面上的按钮进入。")
    seen = whole_number(request.POST.get("version"), matter.version)
    acting = acting_for(request.user, transition.permission, matter)
    if acting is None and seen >= matter.version:
        raise Forbidden(f"您目前的岗位不能办理“{transition.label}”，如需办理请联系办公室。")
    if acting is None or matter.state not in transition.sources:
        raise too_late(matter, seen, transition.label)
    step = matter.approval_round.step if transition.needs_decision and matter.approval_round else None
    form = form_class(
        request.POST or None,
        request.FILES or None,
        transition=transition,
        matter=matter,
        step=step,
        proxy=bool(matter.proxied_for(acting, transition.permission)),
    )
    if request.method == "POST" and form.is_valid() and _moved(request, workflow, matter, transition, form):
        return redirect(then)
    context = {"form": form, "transition": transition, "matter": matter, "step": step, "then": then, "acting": acting}
    status = 422 if request.method == "POST" else 200
    return render(request, "workflow/move.html", context, status=status)


def _moved(request, workflow: Workflow, matter: Matter, transition: Transition, form: MoveForm) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            workflow.move(
                matter, transition.name, by=request.user, version=data["version"], opinion=data["opinion"],
                proxy_source=data.get("proxy_source", ""), decision=_decision(request.user, matter, form),
                data=form.data_of_act,
            )  # fmt: skip
    except Late as late:
        messages.warning(request, late.sentence)
        return True
    except Stale as stale:
        raise Stale(stale.sentence, *sides(form, matter)) from stale
    except Forbidden:
        raise
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        return False
    messages.success(request, f"已办理“{transition.label}”。")
    return True


def sides(form: MoveForm, matter: Any) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What was typed for an act, and where the matter stands now, for the page of a stale form."""
    names = [name for name in form.fields if name != "version"]
    typed = [{"label": str(form[name].label), "value": shown(form.cleaned_data.get(name))} for name in names]
    now = type(matter)._default_manager.get(pk=matter.pk)
    state = dict(matter._meta.get_field("state").flatchoices)[now.state]
    head, last = [("事项", str(now)), ("状态", state)], Movement.for_matter(matter).first()
    if last:
        head.append(("最近办理", f"{last.actor} {last.label}"))
    return typed, [{"label": label, "value": value} for label, value in head]


def _decision(user, matter: Matter, form: MoveForm) -> Decision | None:
    if "held_on" not in form.fields or form.step is None:
        return None
    data = form.cleaned_data
    return decision_for(matter, form.step, data["held_on"], data["number"], by=user)


def buttons(workflow: Workflow, matter: Matter, user, url: str, *args) -> list[dict]:
    """The acts open to `user` as the page shows them: each with the address of its form (`url`, `args`, act)."""
    return [
        {
            "name": act.name,
            "label": act.label,
            "style": act.style,
            "blocked": act.blocked,
            "url": reverse(url, args=[*args, act.name]),
        }
        for act in workflow.open_to(user, matter)
    ]
