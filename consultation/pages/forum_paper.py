"""Pages of the papers of a forum: who owes what, versions, delivery, links, distribution. R047-R050."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.forms.forum_paper import DeliverForm, PaperForm
from consultation.forums.papers import PURPOSE, deliver, list_papers, save_paper, versions_of
from consultation.models import Paper
from consultation.models.forum import DELIVER
from consultation.models.paper import OWED, PaperState
from consultation.pages.forum_frame import forum_of, frame, inside_of
from consultation.workflows.paper import CHECK, PAPER, WITH_FILE
from cppcc.deadlines.of_matter import dates_of
from cppcc.documents.about import draft_address
from cppcc.documents.material import has_material
from cppcc.documents.models.document import DRAFT
from cppcc.office.access import may, organizations_with, require
from cppcc.office.forms import saved
from cppcc.office.models import OneTimeLink
from cppcc.office.one_time import address_of, through_link
from cppcc.office.refusals import Forbidden, Refused
from cppcc.workflow.carry_out import buttons, carry_out
from cppcc.workflow.models import Waiting
from cppcc.workflow.models.movement import held
from cppcc.workflow.trail import movements_of

BY_LINK = "一次性链接"
EARLY_KIND = "letter"  # the kind of document with which a paper is sent to leaders
MOST = 500


def paper_of(request: HttpRequest, pk: int) -> Paper:
    """A paper that the reader may see; else 404. R048."""
    found = Paper.objects.visible_to(request.user).listed()
    found = found.select_related("forum__rules", "forum__lead", "forum__meeting__room", "forum__topic")
    return get_object_or_404(found, pk=pk)


def checked(request: HttpRequest, pk: int) -> Paper:
    """A paper of which the reader may say what is asked: the leading committee, the office."""
    paper = paper_of(request, pk)
    require(request.user, CHECK, paper.forum)
    return paper


@require_GET
def forum_papers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who owes which paper, by when, where it stands."""
    forum = inside_of(request, pk)
    papers = list(Paper.objects.visible_to(request.user).filter(forum=forum).listed().order_by("order", "pk")[:MOST])
    context = frame(request, forum, "forum_papers") | {
        "papers": papers,
        "asked": sum(paper.state != PaperState.WAIVED for paper in papers),
        "finished": sum(paper.state == PaperState.APPROVED for paper in papers),
        "owed": sum(paper.is_owed for paper in papers),
        "may_check": may(request.user, CHECK, forum),
        "bundle": has_material(forum, request.user),
    }
    return render(request, "consultation/forum_papers.html", context)


@require_POST
def forum_papers_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List what the rules ask for and what is not listed yet."""
    forum = forum_of(request, pk)
    require(request.user, CHECK, forum)
    new = list_papers(forum, by=request.user)
    messages.success(request, f"已列出 {len(new)} 份文稿。" if new else "按规则需要的文稿都已列出。")
    return redirect("consultation:forum_papers", pk)


@require_http_methods(["GET", "POST"])
def paper_create(request: HttpRequest, pk: int) -> HttpResponse:
    """One more paper than the rules ask for."""
    forum = forum_of(request, pk)
    require(request.user, CHECK, forum)
    form = PaperForm(request.POST or None, forum=forum)
    if request.method == "POST" and form.is_valid():
        save_paper(form, by=request.user)
        messages.success(request, "已添加文稿。")
        return redirect("consultation:forum_papers", pk)
    context = frame(request, forum, "forum_papers") | {"form": form}
    return render(request, "consultation/paper_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def paper_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked of it, and who reads it."""
    paper = checked(request, pk)
    form = PaperForm(request.POST or None, instance=paper, forum=paper.forum)
    if request.method == "POST" and form.is_valid():
        save_paper(form, by=request.user)
        messages.success(request, "已保存。")
        return redirect("consultation:paper_detail", pk)
    context = frame(request, paper.forum, "forum_papers") | {"form": form, "paper": paper}
    return render(request, "consultation/paper_form.html", context, status=422 if form.errors else 200)


@require_GET
def paper_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One paper: its versions, who reads it, where it stands."""
    paper, user = paper_of(request, pk), request.user
    works_on_it = may(user, CHECK, paper.forum) or may(user, DELIVER, paper)
    shown = buttons(PAPER, paper, user, "consultation:paper_move", pk)
    context = frame(request, paper.forum, "forum_papers") | {
        "paper": paper,
        "works_on_it": works_on_it,
        "versions": versions_of(paper) if works_on_it else [paper.file] if paper.file else [],
        "open_transitions": [_with_form(one, pk) for one in shown],
        "waiting": held(Waiting.for_matter(paper)) if works_on_it else [],
        "dates": dates_of(paper, user),
        "readers": list(paper.readers.all()),
        "may_check": may(user, CHECK, paper.forum),
        "early_url": early_address(paper, user),
    }
    return render(request, "consultation/paper_detail.html", context | (trail_of(paper) if works_on_it else {}))


def trail_of(paper: Paper) -> dict[str, Any]:
    """What was done with it; with what it was sent back, while it is to be changed."""
    movements = list(movements_of(paper))
    back = (one for one in movements if one.name == "return")
    return {"movements": movements, "returned": next(back, None) if paper.state == PaperState.RETURNED else None}


def _with_form(button: dict[str, Any], pk: int) -> dict[str, Any]:
    """Delivery has a form with a file."""
    url = reverse("consultation:paper_deliver", args=[pk])
    return button | {"url": url, "blocked": ""} if button["name"] in WITH_FILE else button


def early_address(paper: Paper, user: Any) -> str:
    """Where the letter is drafted with which a finished paper goes to leaders early; "" where it need not. R050."""
    wanted = paper.early and paper.state == PaperState.APPROVED and not paper.sent_on and paper.forum.is_before
    return draft_address(paper, EARLY_KIND) if wanted and may(user, DRAFT) and may(user, CHECK, paper.forum) else ""


@require_http_methods(["GET", "POST"])
def paper_deliver(request: HttpRequest, pk: int) -> HttpResponse:
    """Deliver a version: the unit, the speaker himself, or who enters it for them (代录)."""
    paper = paper_of(request, pk)
    acting = require(request.user, DELIVER, paper)
    form = DeliverForm(
        request.POST or None, request.FILES or None, paper=paper, proxy=bool(paper.proxied_for(acting, DELIVER))
    )
    if request.method == "POST" and form.is_valid() and _delivered(form, paper, by=request.user):
        messages.success(request, "已提供，等待牵头委室把关。")
        return redirect("consultation:paper_detail", pk)
    context = frame(request, paper.forum, "forum_papers") | {"form": form, "paper": paper}
    return render(request, "consultation/paper_deliver.html", context, status=422 if form.errors else 200)


def _delivered(form: DeliverForm, paper: Paper, *, by: Any, source: str = "") -> bool:
    data = form.cleaned_data
    act = partial(
        deliver, paper, data["upload"], classification=data["classification"], by=by, version=data["version"],
        opinion=data.get("opinion", ""), source=data.get("source", source),
    )  # fmt: skip
    return saved(form, act, beside="upload")


@require_http_methods(["GET", "POST"])
def paper_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Any other act on a paper."""
    if name in WITH_FILE:
        return redirect("consultation:paper_deliver", pk)
    return carry_out(
        request, PAPER, paper_of(request, pk), name, then=reverse("consultation:paper_detail", args=[pk])
    )  # fmt: skip


@require_POST
def paper_link(request: HttpRequest, pk: int) -> HttpResponse:
    """A one-time link for who owes it and has no account; it is shown once, to be copied."""
    paper = checked(request, pk)
    if not paper.is_owed or paper.forum.meeting is None:
        raise Refused(f"这份文稿{paper.get_state_display()}，不需要提供链接。")
    end = paper.forum.meeting.starts
    if end <= timezone.now():
        raise Refused("座谈会已经开始，链接到开始时就失效了；请点“提供文稿”代为录入。")
    token = OneTimeLink.issue(paper, PURPOSE, by=request.user, expires_at=end, organization=paper.owner)
    url = address_of(reverse("consultation:paper_by_link", args=[token]), request)
    context = frame(request, paper.forum, "forum_papers") | {"paper": paper, "link": url, "expires": end}
    response = render(request, "consultation/paper_link.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def paper_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Who has no account delivers by a link: GET shows, POST acts and uses the link up."""
    return through_link(request, token, PURPOSE, _by_link, lock=False)


def _by_link(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    paper = Paper.objects.listed().select_related("forum__meeting", "forum__lead").filter(pk=link.object_id).first()
    if paper is None or paper.state not in OWED:
        raise Refused("这份文稿已经提供或不再需要，不必再上传；有变化请与牵头委室联系。")
    form = DeliverForm(request.POST or None, request.FILES or None, paper=paper, proxy=False)
    context = {"form": form, "paper": paper, "forum": paper.forum}
    valid = request.method == "POST" and form.is_valid()
    if valid and not may(link.created_by, DELIVER, paper):
        raise Refused("发出链接的同志已不在岗，链接不能再用，请与牵头委室联系，重新获取。")
    if valid and _delivered(form, paper, by=link.created_by, source=BY_LINK):
        link.spend()
        return render(request, "consultation/paper_thanks.html", context)
    return render(request, "consultation/paper_by_link.html", context, status=422 if form.errors else 200)


@require_GET
def paper_mine(request: HttpRequest) -> HttpResponse:
    """What one's unit, or oneself as a speaker, owes; what is finished stands below."""
    user = request.user
    units, persons = organizations_with(user, DELIVER), {acting.person_id for acting in user.acting}
    mine = Paper.objects.filter(owner__in=units) | Paper.objects.filter(participant__person__in=persons)
    mine = mine.exclude(state=PaperState.WAIVED).listed().select_related("forum__meeting", "forum__lead").distinct()
    context = {
        "owed": list(mine.filter(state__in=OWED).order_by("due_on", "pk")[:MOST]),
        "given": list(mine.exclude(state__in=OWED).order_by("-forum__meeting__starts", "order", "pk")[:50]),
    }
    return render(request, "consultation/paper_mine.html", context)


@require_GET
def forum_distribution(request: HttpRequest, pk: int) -> HttpResponse:
    """To print: which paper goes to whom, with a place to sign. R048."""
    forum = inside_of(request, pk)
    papers = Paper.objects.visible_to(request.user).filter(forum=forum, state=PaperState.APPROVED).listed()
    papers = papers.prefetch_related("readers").order_by("order", "pk")
    if not may(request.user, CHECK, forum):
        raise Forbidden("文稿发放清单由牵头委室和办公室打印。")
    return render(request, "consultation/forum_distribution.html", {"forum": forum, "papers": papers})
