"""The morning sheet of a chair: one screen, one sheet of paper."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cppcc.desk.morning import Seats, leading_posts, morning_sheet_of, seat_of, seats_of
from cppcc.office.access import reaches_any, require
from cppcc.office.models import Post
from cppcc.office.posted import whole_number

READ = "deadlines.read_morning_sheet"


@require_GET
def morning_sheet(request: HttpRequest) -> HttpResponse:
    """One's own sheet; the office chooses whose sheet it prints."""
    require(request.user, READ)
    chooses = reaches_any(request.user, READ)
    posts = list(leading_posts()) if chooses else []
    seats = _seats(request, posts)
    context: dict[str, Any] = {
        "chooses": chooses,
        "posts": posts,
        "chosen": seats.posts[0] if seats.acting else None,
        "titles": "、".join(str(acting) for acting in seats.acting),
        "sheet": morning_sheet_of(seats) if seats.acting else None,
        "today": timezone.localdate(),
    }
    return render(request, "desk/morning_sheet.html", context)


def _seats(request: HttpRequest, posts: Sequence[Post]) -> Seats:
    """The post that is asked for, when one may choose among `posts`; else one's own, and the first of them at last."""
    if posts and request.GET.get("post"):
        asked = whole_number(request.GET["post"])
        chosen = next((post for post in posts if post.pk == asked), None)
        if chosen is None:
            raise Http404
        return seat_of(chosen)
    own = seats_of(request.user)
    return seat_of(posts[0]) if posts and not own.acting else own
