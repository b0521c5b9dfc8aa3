"""All material of a forum in one file, asked for from its pages: cover, list, page numbers, marks. R052."""

import io
import re

import pdfplumber
import pytest
from django.urls import reverse

from consultation.models import Paper
from consultation.models.paper import PaperState
from consultation.workflows.paper import PAPER
from cppcc.documents import bundling
from cppcc.files.models import Classification
from cppcc.jobs.models import Job, JobStatus
from tests.consultation import full_forum
from tests.consultation.test_forum_printed import issued
from tests.documents.test_bundles import A4, a_pdf, keep, made

pytestmark = pytest.mark.django_db


def a_paper(world, forum, label, order, *, secrecy=Classification.PUBLIC, state=PaperState.APPROVED, pages=2):
    """A finished paper of a department, in two versions."""
    paper = Paper(
        forum=forum, label=label, owner=world.orgs["housing"], order=order, classification=secrecy, to_all=True
    )
    PAPER.start(paper, by=world.users["clerk"])
    keep(paper, f"{label}（初稿）.pdf", a_pdf(A4))
    paper.file = keep(paper, f"{label}.pdf", a_pdf(*[A4] * pages), secrecy)
    paper.save()
    Paper.objects.filter(pk=paper.pk).update(state=state)
    return paper


@pytest.fixture
def forum(world):
    """A forum with its agenda issued, two finished papers, one that is only delivered, its outcome issued."""
    made_here = full_forum.held(world)
    for key in ("agenda", "reference"):
        issued(world, made_here, key)
    a_paper(world, made_here, "部门情况介绍", 1)
    a_paper(world, made_here, "中心发言", 2, secrecy=Classification.INTERNAL, pages=3)
    a_paper(world, made_here, "尚未把关的发言稿", 3, state=PaperState.DELIVERED)
    return made_here


def bound(client, forum, django_capture_on_commit_callbacks):
    """The pages of the bundle that the page of papers leads to."""
    page = client.get(reverse("consultation:forum_papers", args=[forum.pk])).content.decode()
    assert reverse("documents:bundle_form", args=["forum", forum.pk]) in page
    with django_capture_on_commit_callbacks(execute=True):
        made(client, forum, title=f"{forum.title}材料汇编")
    job = Job.objects.get(kind=bundling.KIND)
    assert job.status == JobStatus.DONE, job.error
    data = b"".join(client.get(reverse("documents:bundle_pdf", args=[job.pk])).streaming_content)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        pages = [
            page.filter(lambda part: not part.get("matrix", (1, 0))[1]) for page in pdf.pages
        ]  # without the marks across
        return [re.sub(r"\s", "", page.extract_text()) for page in pages]


def test_the_material_is_bound_in_the_order_in_which_it_is_read(
    world, login, forum, django_capture_on_commit_callbacks
):
    pages = bound(login("clerk"), forum, django_capture_on_commit_callbacks)
    cover, listed, *inside = pages
    assert f"{forum.title}材料汇编" in re.sub(r"\s", "", cover) and "内部" in cover and "共4份，14页" in cover
    places = [listed.index(words) for words in (
        "会议文件", "1.关于印送双月协商座谈会议程的函", "会议文稿", "2.部门情况介绍", "3.中心发言", "协商成果",
        "4.关于“推进城镇",
    )]  # fmt: skip
    assert listed.startswith("目录") and places == sorted(places)
    assert "尚未把关" not in listed and "初稿" not in listed
    assert [re.search(r"第(\d+)页$", text)[1] for text in inside] == [str(number) for number in range(1, 15)]


def test_who_was_not_asked_gets_no_bundle(login, forum):
    assert login("dept2").get(reverse("documents:bundle_form", args=["forum", forum.pk])).status_code == 404
