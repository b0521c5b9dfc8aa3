"""Pages of the agenda: who speaks, in which order, how long; the questions prepared; what was said. R024, R040-R046."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from consultation.forms.forum_speeches import OrderForm, QuestionForm, RecordForm, SpeechForm
from consultation.forums import recording, speaking
from consultation.forums.agenda_papers import AGENDA_KIND
from consultation.forums.minutes import MINUTES_KIND
from consultation.models import Forum, Question, Speech
from consultation.models.forum import MANAGE
from consultation.pages.forum_frame import frame, inside_of
from cppcc.documents.about import draft_address
from cppcc.files.secrecy import refuse_secret
from cppcc.office.access import may, require
from cppcc.office.forms import saved
from cppcc.office.refusals import Refused

RUN = "consultation.run_desk"


def held_inside(request: HttpRequest, pk: int) -> Forum:
    """A forum whose preparation the reader may see, with a meeting of its own. Raises Forbidden for others."""
    forum = inside_of(request, pk)
    if forum.meeting is None:
        raise Refused("这次座谈会并入全体会议，不另作安排。")
    return forum


def managed(request: HttpRequest, pk: int) -> Forum:
    """The same, for whoever may change its agenda, as long as it can be changed."""
    forum = held_inside(request, pk)
    require(request.user, MANAGE, forum)
    speaking.require_open(forum)
    return forum


@require_GET
def forum_speeches(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda: kinds with their limits, speeches, planned minutes; the questions prepared."""
    forum = held_inside(request, pk)
    context = frame(request, forum, "forum_speeches")
    agenda, drafts = speaking.Agenda(forum), may(request.user, "documents.draft_document", forum)
    context |= {
        "sections": agenda.sections,
        "span": agenda.span,
        "questions": forum.questions.select_related(
            "to", "answered_in__participant__person", "answered_in__organization", "answered_in__kind"
        ),
        "may_change": context["may_manage"] and forum.state in speaking.OPEN,
        "may_run": may(request.user, RUN, forum),
        "may_record": context["may_manage"] and forum.state in recording.KEPT,
        "agenda_url": draft_address(forum, AGENDA_KIND) if drafts else "",
        "minutes_url": draft_address(forum, MINUTES_KIND) if drafts and forum.state in recording.KEPT else "",
    }
    return render(request, "consultation/forum_speeches.html", context)


@require_POST
def forum_speeches_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put on the agenda what follows from the rules."""
    added = speaking.propose(managed(request, pk), by=request.user)
    if added:
        messages.success(request, f"已按规则列出 {added} 项发言，请核对发言人和时间。")
    else:
        messages.info(request, "没有可以自动列出的发言：各种发言已有安排，或者名单和文稿中还没有发言人。")
    return redirect("consultation:forum_speeches", pk)


@require_POST
def forum_speeches_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The order within each kind: by the buttons (`move=12:-1`), or by the numbers."""
    forum = managed(request, pk)
    asked, _, step = request.POST.get("move", "").partition(":")
    if asked.isdecimal() and step in ("-1", "1"):
        speaking.move(get_object_or_404(forum.speeches, pk=int(asked)), int(step), by=request.user)
        return redirect("consultation:forum_speeches", pk)
    form = OrderForm(request.POST, speeches=list(forum.speeches.values_list("pk", flat=True)))
    if not form.is_valid():
        raise Refused("次序请填写 1 至 999 的整数。")
    speaking.reorder(forum, form.asked, by=request.user)
    messages.success(request, "已保存次序。")
    return redirect("consultation:forum_speeches", pk)


@require_http_methods(["GET", "POST"])
def forum_speech_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A new speech; `?kind=` says of which kind."""
    forum = managed(request, pk)
    asked = request.GET.get("kind", "")
    kind = forum.rules.speechkinds.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 16 else None
    return _speech_page(request, Speech(forum=forum, kind=kind) if kind else Speech(forum=forum))


@require_http_methods(["GET", "POST"])
def forum_speech_edit(request: HttpRequest, pk: int, speech: int) -> HttpResponse:
    """Change a speech, or take it off."""
    forum = managed(request, pk)
    found = get_object_or_404(forum.speeches.select_related(*speaking.RELATED), pk=speech)
    found.forum = forum
    if request.method == "POST" and "delete" in request.POST:
        speaking.remove(found)
        messages.success(request, "已从议程中删除。")
        return redirect("consultation:forum_speeches", pk)
    return _speech_page(request, found)


def _speech_page(request: HttpRequest, speech: Speech) -> HttpResponse:
    form, forum = SpeechForm(request.POST or None, instance=speech), speech.forum
    if request.method == "POST" and form.is_valid():
        refuse_secret(form.cleaned_data["subject"], where="发言题目")
        if saved(form, lambda: speaking.keep_speech(form.instance, by=request.user)):
            messages.success(request, "已保存。")
            return redirect("consultation:forum_speeches", forum.pk)
    context = frame(request, forum, "forum_speeches") | {"form": form, "speech": speech if speech.pk else None}
    return render(request, "consultation/forum_speech_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_question_create(request: HttpRequest, pk: int) -> HttpResponse:
    """A question prepared for the interaction, or one that was put."""
    return _question_page(request, Question(forum=asking(request, pk)))


@require_http_methods(["GET", "POST"])
def forum_question_edit(request: HttpRequest, pk: int, question: int) -> HttpResponse:
    """Change a question, enter its answer, or strike it out."""
    found = get_object_or_404(asking(request, pk).questions.select_related("forum__meeting"), pk=question)
    if request.method == "POST" and "delete" in request.POST:
        found.delete()
        messages.success(request, "已删除。")
        return redirect("consultation:forum_speeches", pk)
    return _question_page(request, found)


def asking(request: HttpRequest, pk: int) -> Forum:
    """A forum whose questions the reader may write, before and after it is held."""
    forum = held_inside(request, pk)
    require(request.user, MANAGE, forum)
    if forum.state not in (*speaking.OPEN, *recording.KEPT):
        raise Refused(f"座谈会{forum.get_state_display()}，互动问题不能再修改。")
    return forum


def _question_page(request: HttpRequest, question: Question) -> HttpResponse:
    form, forum = QuestionForm(request.POST or None, instance=question), question.forum
    if request.method == "POST" and form.is_valid():
        refuse_secret("\n".join([form.cleaned_data["text"], form.cleaned_data["answer"]]), where="互动问题")
        form.save()
        messages.success(request, "已保存。")
        return redirect("consultation:forum_speeches", forum.pk)
    context: dict[str, Any] = frame(request, forum, "forum_speeches")
    context |= {"form": form, "question": question if question.pk else None}
    return render(request, "consultation/forum_question_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forum_record(request: HttpRequest, pk: int) -> HttpResponse:
    """What was said, speech by speech."""
    forum = held_inside(request, pk)
    require(request.user, MANAGE, forum)
    recording.require_record(forum)
    form = RecordForm(request.POST or None, speeches=recording.recordable(forum))
    if request.method == "POST" and form.is_valid():
        missed = recording.keep_records(forum, form.typed, by=request.user)
        if not missed:
            messages.success(request, "已保存发言要点。")
            return redirect("consultation:forum_record", pk)
        for speech, text in missed.items():
            form.add_error(
                f"record-{speech}", f"您打开页面以后，这一段已被他人改为：{text or '（空）'}。请合并后再保存。"
            )
        form.see(missed)
    context = frame(request, forum, "forum_speeches") | {"form": form, "rows": form.rows()}
    return render(request, "consultation/forum_record.html", context, status=422 if form.errors else 200)
