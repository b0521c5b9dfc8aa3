"""What all pages of one forum share: who may read it, its head, the tabs that lead from one page to the next."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from consultation.models import Forum
from consultation.models.forum import MANAGE
from consultation.models.plan import VIEW_ALL
from cppcc.office.access import may, reaches_any, require
from cppcc.office.refusals import Forbidden, Refused

RELATED = ("plan", "rules", "topic", "lead", "deputy__organization", "host__organization", "meeting__room",
           "meeting__kind", "chain", "form")  # fmt: skip
TABS = [  # address, label, only for the house
    ("forum_detail", "总览", False),
    ("forum_scheme", "方案", True),
    ("forum_people", "邀请", True),
    ("forum_work", "前期工作", True),
    ("forum_speeches", "议程与发言", True),
    ("forum_papers", "文稿", True),
    ("forum_outcome", "成果", True),
    ("forum_evaluation", "评价统计", True),
]


def forum_of(request: HttpRequest, pk: int) -> Forum:
    """A forum that the reader may know of; else 404."""
    return get_object_or_404(Forum.objects.visible_to(request.user).select_related(*RELATED), pk=pk)


def inside(user: Any, forum: Forum) -> bool:
    """Whether the reader sees how the forum is prepared: the house, and who leads it."""
    return reaches_any(user, VIEW_ALL) or may(user, MANAGE, forum)


def require_inside(user: Any, forum: Forum) -> None:
    """Raises Forbidden for those who are only invited to it."""
    if not inside(user, forum):
        raise Forbidden("座谈会的筹备情况只供机关内部和牵头委室查阅。")


def inside_of(request: HttpRequest, pk: int) -> Forum:
    """A forum whose preparation the reader may see. Raises Forbidden for who is only invited."""
    forum = forum_of(request, pk)
    require_inside(request.user, forum)
    return forum


def managed_of(request: HttpRequest, pk: int, closed: Callable[[Forum], str] | None = None) -> Forum:
    """A forum that the reader prepares. Raises Forbidden, and Refused with what `closed` says against it now."""
    forum = forum_of(request, pk)
    require(request.user, MANAGE, forum)
    if sentence := closed(forum) if closed else "":
        raise Refused(sentence)
    return forum


def frame(request: HttpRequest, forum: Forum, current: str) -> dict[str, Any]:
    """What `consultation/forum_base.html` needs: forum, tabs, whether the reader is inside and may manage."""
    house = inside(request.user, forum)
    tabs = [
        {"label": label, "url": reverse(f"consultation:{name}", args=[forum.pk]), "current": name == current}
        for name, label, house_only in TABS
        if house or not house_only
    ]
    return {"forum": forum, "tabs": tabs, "inside": house, "may_manage": may(request.user, MANAGE, forum)}
