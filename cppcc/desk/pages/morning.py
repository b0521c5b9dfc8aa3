"""The morning sheet of a chair: one screen, one sheet of paper."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cppcc.desk.morning import Seats, leading_posts, morning_sheet_of, seat_of, seats_of
from cppcc.desk.morning_paper import paper_of
from cppcc.documents.typeset import typeset
from cppcc.office.access import reaches_any, require
from cppcc.office.models import Post
from cppcc.office.posted import whole_number

READ = "deadlines.read_morning_sheet"


@require_GET
def morning_sheet(request: HttpRequest) -> HttpResponse:
    """One's own sheet; the office chooses whose sheet it prints."""
    posts, seats = _asked(request)
    context: dict[str, Any] = {
        "chooses": reaches_any(request.user, READ),
        "posts": posts,
        "chosen": seats.posts[0] if seats.acting else None,
        "titles": "、".join(str(acting) for acting in seats.acting),
        "sheet": morning_sheet_of(seats) if seats.acting else None,
        "today": timezone.localdate(),
    }
    return render(request, "desk/morning_sheet.html", context)


@require_GET
def morning_sheet_pdf(request: HttpRequest) -> HttpResponse:
    """The same sheet as a paper: one page when it is short. 404 where there is no sheet."""
    _, seats = _asked(request)
    if not seats.acting:
        raise Http404
    today = timezone.localdate()
    titles = "、".join(str(acting) for acting in seats.acting)
    data = typeset(paper_of(morning_sheet_of(seats), titles, today))
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'晨报{today:%Y-%m-%d}.pdf')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest) -> tuple[list[Post], Seats]:
    """The posts among which the reader may choose, and those whose sheet he reads. Raises Forbidden."""
    require(request.user, READ)
    posts = list(leading_posts()) if reaches_any(request.user, READ) else []
    return posts, _seats(request, posts)


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
