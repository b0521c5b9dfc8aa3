"""Demo accounts: they exist only where the demo was loaded."""

from cppcc.office.models import Tenure, User

DEMO_PASSWORD = "yunjiang2026"  # noqa: S105 - public by design; refused outside a demo by AccountBackend


def demo_accounts() -> list[dict[str, str]]:
    """The demo accounts that stand on the login page: user name, who it is, password."""
    titles = dict(
        Tenure.objects.filter(person__user__is_demo=True)
        .order_by("-pk")
        .values_list("person__user__username", "post__title")
    )
    units = dict(
        Tenure.objects.filter(person__user__is_demo=True)
        .order_by("-pk")
        .values_list("person__user__username", "post__organization__name")
    )
    users = User.objects.filter(is_demo=True, is_active=True).select_related("person").order_by("pk")
    return [
        {
            "username": user.username,
            "name": str(user),
            "title": f"{units.get(user.username, '')} {titles.get(user.username, '系统管理员')}".strip(),
            "password": DEMO_PASSWORD,
        }
        for user in users
    ]
