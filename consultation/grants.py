"""Reading grants on one plan, made by a person: django-guardian, to the group of a unit's role."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from guardian.shortcuts import assign_perm

from consultation.models import AnnualPlan, AnnualPlanGroupObjectPermission
from cppcc.office.groups import role_group
from cppcc.office.models import Post
from cppcc.office.posted import whole_number

READ = "view_annualplan"


def grant_reading(plan: AnnualPlan, post: Post) -> None:
    """Let everybody in the post's role of its organisation read `plan`; granting twice changes nothing."""
    permission = Permission.objects.get(content_type__app_label="consultation", codename=READ)
    assign_perm(permission, role_group(post.organization, post.role), plan)


def grants_of(plan: AnnualPlan) -> QuerySet[AnnualPlanGroupObjectPermission]:
    """Who may read `plan` by a grant."""
    return AnnualPlanGroupObjectPermission.objects.filter(
        content_object=plan, permission__codename=READ
    ).select_related("group__role_group__organization")


def revoke_reading(plan: AnnualPlan, pk: str) -> bool:
    """Take one grant back; whether there was one."""
    found = AnnualPlanGroupObjectPermission.objects.filter(pk__in=grants_of(plan).filter(pk=whole_number(pk)))
    return bool(found.delete()[0])
