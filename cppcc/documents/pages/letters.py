"""Pages of the list of addressees: the list, pasting, picking, one row, taking off, sorting."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cppcc.documents import letters
from cppcc.documents.addressees import parsed
from cppcc.documents.drafts import may_edit
from cppcc.documents.filters import LetterFilter
from cppcc.documents.forms.letters import REPLACE, LetterForm, PasteForm, PickForm
from cppcc.documents.letter_files import made_by
from cppcc.documents.letters import Addressee
from cppcc.documents.models import Document, Letter
from cppcc.documents.models.document import IN_FORCE, ISSUE
from cppcc.documents.models.reference import Format
from cppcc.documents.pages.document import document_of, inside
from cppcc.documents.tables import letter_columns, letter_summary
from cppcc.office.access import may
from cppcc.office.forms import saved
from cppcc.office.posted import whole_numbers
from cppcc.office.refusals import Forbidden, Refused
from cppcc.sheets.lists import ListPage, by_pinyin
from cppcc.workflow.stale import check_version

SHOWN = 300  # rows of a preview


def batch_of(request: HttpRequest, pk: int) -> Document:
    """A document whose list of addressees the reader may see: those of the house, its drafters, its signatory.

    Raises Refused for one that is no 信函.
    """
    document = document_of(request, pk)
    if not inside(request.user, document):
        raise Forbidden("收件人名单只供机关内部和起草单位查阅。")
    if document.kind.format != Format.LETTER:
        raise Refused(f"“{document.kind}”不是信函格式，不能按名单分送；请改用函、邀请函等种类起草。")
    return document


def open_list(request: HttpRequest, pk: int) -> Document:
    """The same for whoever may change the list now."""
    document = batch_of(request, pk)
    if not may_edit(request.user, document):
        raise Forbidden(f"这件公文{document.get_state_display()}，您目前不能修改收件人名单；需要改的，请先退回或撤回。")
    return document


@require_GET
def letter_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who gets a letter, under which number, which are printed, which failed and why."""
    document = batch_of(request, pk)
    columns = letters.columns_of(document)
    page = ListPage(
        request,
        document.letters.select_related("organization", "numbered"),
        LetterFilter,
        order={"order": "order", "name": by_pinyin("name"), "unit": F("organization__order").asc(nulls_last=True)},
        default_order="order",
        summary=letter_summary,
        columns=letter_columns(columns),
        export_name=f"{document.title[:60]}收件人名单",
    )
    context = {
        "document": document,
        "columns": columns,
        "counted": letters.figures(document),
        "blanks": letters.blanks(document) if document.state in letters.LISTING else [],
        "objection": letters.objection(document) if document.state in letters.LISTING else "",
        "may_edit": may_edit(request.user, document),
        "may_issue": may(request.user, ISSUE) and document.state in IN_FORCE,
        "made": made_by(document, request.user),
    }
    return page.respond("documents/letter_list.html", context)


@require_http_methods(["GET", "POST"])
def letter_paste(request: HttpRequest, pk: int) -> HttpResponse:
    """A list out of a spreadsheet: what is understood of it is shown first, and saved when that is confirmed."""
    document = open_list(request, pk)
    form = PasteForm(request.POST or None)
    context: dict[str, Any] = {"document": document, "form": form}
    if request.method == "POST" and form.is_valid():
        found = parsed(form.cleaned_data["text"])
        rows = letters.matched(found.rows)
        fresh, doubled = _sorted_out(document, rows, form.cleaned_data)
        if "save" in request.POST and not found.wrong:
            return _saved(request, document, fresh, replacing=form.cleaned_data["mode"] == REPLACE)
        context |= {"found": found, "fresh": fresh, "doubled": doubled, "more": max(0, len(rows) - SHOWN)}
        context["rows"] = list(zip(found.rows, rows, strict=True))[:SHOWN]
    return render(request, "documents/letter_paste.html", context, status=422 if form.errors else 200)


def _sorted_out(
    document: Document, rows: list[Addressee], data: dict[str, Any]
) -> tuple[list[Addressee], list[Addressee]]:
    """The addressees that would be written, and those that stand there already."""
    listed = document.letters.none() if data["mode"] == REPLACE else document.letters.all()
    fresh, doubled = letters.new_ones(listed, rows)
    if data["keep"]:
        again = {id(row) for row in doubled}
        fresh = [replace(row, person=None) if id(row) in again else row for row in rows]
    return fresh, doubled


def _saved(request: HttpRequest, document: Document, rows: list[Addressee], *, replacing: bool) -> HttpResponse:
    write = letters.write_letters if replacing else letters.add_letters
    made = write(document, rows)
    messages.success(request, f"已加入 {len(made)} 位收件人。" if made else "名单中都有了，没有加入新的收件人。")
    return redirect("documents:letter_list", document.pk)


@require_http_methods(["GET", "POST"])
def letter_pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Addressees out of the persons and units that we know; those in the list already are passed over."""
    document = open_list(request, pk)
    form = PickForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fresh, doubled = letters.new_ones(document.letters.all(), form.rows)
        if doubled:
            messages.info(request, f"有 {len(doubled)} 位已在名单中，没有重复加入：{_named(doubled)}。")
        return _saved(request, document, fresh, replacing=False)
    context = {"document": document, "form": form}
    return render(request, "documents/letter_pick.html", context, status=422 if form.errors else 200)


def _named(rows: list[Addressee]) -> str:
    return "、".join(row.name for row in rows[:10]) + ("等" if len(rows) > 10 else "")


@require_http_methods(["GET", "POST"])
def letter_edit(request: HttpRequest, pk: int, letter: int) -> HttpResponse:
    """One addressee: while the list is open all of it; after the issue what could not be printed."""
    document = batch_of(request, pk)
    row = get_object_or_404(document.letters.select_related("organization", "numbered", "document"), pk=letter)
    _may_change(request.user, document, row)
    form = LetterForm(request.POST or None, letter=row)
    if request.method == "POST" and form.is_valid() and saved(form, lambda: _change(row, form)):
        messages.success(request, "已保存。" if not form.issued else "已保存，请重新印制。")
        return redirect("documents:letter_list", pk)
    context = {"form": form, "document": document, "letter": row}
    return render(request, "documents/letter_edit.html", context, status=422 if form.errors else 200)


def _may_change(user: Any, document: Document, letter: Letter) -> None:
    """Raises Forbidden, or Refused for what is printed."""
    if may_edit(user, document):
        return
    if document.state not in IN_FORCE or not may(user, ISSUE):
        raise Forbidden(f"这件公文{document.get_state_display()}，您目前不能修改收件人。")
    if letter.file_id:
        raise Refused("这份信函已经印成，不能再改；确需更正的，请另行发函。")


@transaction.atomic
def _change(letter: Letter, form: LetterForm) -> None:
    check_version(Document.objects.select_for_update(of=("self",)).get(pk=letter.document_id), form)
    if form.issued:
        letters.correct_letter(letter, form.row)
    else:
        letters.change_letter(letter, form.row, place=form.cleaned_data["place"])


@require_POST
def letter_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Take ticked addressees off, or all, or bring the list into another order."""
    document = open_list(request, pk)
    if "sort" in request.POST:
        letters.sort_letters(document, request.POST["sort"])
        messages.success(request, "名单已重新排序。")
        return redirect("documents:letter_list", pk)
    ticked = whole_numbers(request.POST.getlist("letter"))
    if not ticked and "clear" not in request.POST:
        raise Refused("请先勾选要移出名单的收件人。")
    count = letters.remove_letters(document, None if "clear" in request.POST else ticked)
    messages.success(request, f"已移出 {count} 位收件人。")
    return redirect("documents:letter_list", pk)
