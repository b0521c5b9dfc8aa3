"""A new plan: its year, chain and targets. R001, R002."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from consultation.models import AnnualPlan, MeasureDefault, PlanTarget
from consultation.topics import frozen_sentence
from consultation.workflows.plan import PLAN
from cppcc.office.refusals import Refused, Stale
from cppcc.workflow.models import ApprovalChain
from cppcc.workflow.stale import check_version, shown


@transaction.atomic
def new_plan(
    year: int, *, by: Any, chain: ApprovalChain | None = None, title: str = "", remark: str = ""
) -> AnnualPlan:
    """Make the plan of `year` with the office's targets. Raises Refused when there is one already."""
    exists = f"{year} 年度协商计划已经建立，请直接打开。"
    if AnnualPlan.objects.filter(year=year).exists():
        raise Refused(exists)
    plan = AnnualPlan(
        year=year,
        title=title or f"{year}年度协商计划",
        chain=chain or ApprovalChain.objects.valid().order_by("key").first(),
        remark=remark,
    )
    try:
        with transaction.atomic():
            PLAN.start(plan, by=by)
    except IntegrityError:  # somebody else made it at this moment
        raise Refused(exists) from None
    PlanTarget.copy_defaults(plan, MeasureDefault.objects.valid(date(year, 1, 1)))
    return plan


@transaction.atomic
def edit_plan(plan: AnnualPlan, form: Any, *, by: Any) -> None:
    """Save the head of a plan while it is with the office. Raises Refused when frozen, Stale when it was edited."""
    locked = AnnualPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not locked.is_editable:
        raise Refused(frozen_sentence(locked))
    check_version(locked, form)
    plan.version = locked.version + 1
    plan.title = plan.title or locked.title
    plan.save()


@transaction.atomic
def save_targets(plan: AnnualPlan, formset: Any, *, version: int) -> None:
    """Save the targets of a plan that was seen in `version`, while it is with the office.

    Raises Refused when frozen, Stale with both sides when the plan or its targets were changed meanwhile.
    """
    locked = AnnualPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    if not locked.is_editable:
        raise Refused(frozen_sentence(locked))
    if locked.version != version:
        mine = [{"label": str(form.instance), "value": shown(form.cleaned_data.get("target"))} for form in formset]
        theirs = [{"label": str(target), "value": shown(target.target)} for target in locked.targets.all()]
        raise Stale("您打开指标以后，计划已被他人修改，您的修改没有保存，请对照后重新填写。", mine, theirs)
    formset.save()
    locked.version += 1
    locked.save()
