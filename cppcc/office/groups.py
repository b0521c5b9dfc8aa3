"""Groups follow posts: one group per (organisation, role); django-guardian's object grants are made to them."""

from collections import defaultdict

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Exists, OuterRef

from cppcc.office.models import Delegation, Post, RoleGroup, Tenure, User
from cppcc.office.roles import Role, acts_of
from cppcc.office.validity import today, valid_on


def role_group(organization, role: str) -> Group:
    """The group of a role in an organisation, made when missing."""
    found = RoleGroup.objects.filter(organization=organization, role=role).select_related("group").first()
    if found:
        return found.group
    group, _ = Group.objects.get_or_create(name=f"{role}@{organization.pk}")
    RoleGroup.objects.get_or_create(organization=organization, role=role, defaults={"group": group})
    return group


def groups_of(user) -> list[int]:
    """The ids of the groups in which `user` acts today, from the dates of posts."""
    pairs = {(acting.organization_id, acting.role) for acting in user.acting}
    rows = RoleGroup.objects.filter(organization__in={o for o, _ in pairs}).values_list("organization", "role", "group")
    return [group for organization, role, group in rows if (organization, role) in pairs]


def _add_missing_groups() -> None:
    """A group for every (organisation, role) that has a post, in four statements."""
    wanted = set(Post.objects.values_list("organization", "role"))
    wanted -= set(RoleGroup.objects.values_list("organization", "role"))
    names = {f"{role}@{organization}": (organization, role) for organization, role in sorted(wanted)}
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    groups = Group.objects.filter(name__in=names)
    RoleGroup.objects.bulk_create(
        RoleGroup(organization_id=names[group.name][0], role=names[group.name][1], group=group) for group in groups
    )


@transaction.atomic
def sync_groups() -> int:
    """Rewrite the membership of all role groups from the posts valid today; returns how many groups there are."""
    day = today()
    live = valid_on(day) & valid_on(day, "post__") & valid_on(day, "post__organization__")
    members: dict[tuple[int, str], set[int]] = defaultdict(set)
    held = Tenure.objects.filter(live)
    standing_in = Delegation.objects.filter(live, Exists(held.filter(post=OuterRef("post"))))
    for rows in (held, standing_in):
        accounts = rows.filter(person__user__isnull=False, person__user__is_active=True)
        for organization, role, user in accounts.values_list("post__organization", "post__role", "person__user"):
            members[organization, role].add(user)
    _add_missing_groups()
    through = User.groups.through
    wanted = {
        (user, group)
        for organization, role, group in RoleGroup.objects.values_list("organization", "role", "group")
        for user in members[organization, role]
    }
    present = {
        (u, g): pk
        for pk, u, g in through.objects.filter(group__role_group__isnull=False).values_list("pk", "user_id", "group_id")
    }
    through.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    through.objects.bulk_create(
        [through(user_id=user, group_id=group) for user, group in wanted - present.keys()], ignore_conflicts=True
    )
    return RoleGroup.objects.count()


@transaction.atomic
def sync_permissions() -> list[str]:
    """Give every role group the model permissions of its role; returns acts of the table that no model declares."""
    rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
    permissions = {f"{app}.{codename}": pk for app, codename, pk in rows}
    through = Group.permissions.through
    wanted = {
        (group, permissions[act])
        for role, group in RoleGroup.objects.values_list("role", "group")
        for act in acts_of(role)
        if act in permissions
    }
    kept = through.objects.filter(group__role_group__isnull=False)
    present = {(group, permission): pk for pk, group, permission in kept.values_list("pk", "group_id", "permission_id")}
    through.objects.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
    through.objects.bulk_create(
        through(group_id=group, permission_id=permission) for group, permission in wanted - present.keys()
    )
    return sorted({act for role in Role for act in acts_of(role)} - permissions.keys())
