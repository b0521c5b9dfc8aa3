import threading

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from cppcc.office.refusals import Refused
from cppcc.sheets.batches import apply_batch, preview_context, start
from cppcc.sheets.forms import UploadForm, options_from
from cppcc.sheets.imports import register
from cppcc.sheets.models import BatchStatus, ImportBatch
from tests.sheets.topics import HEADER, KIND, TopicImporter
from tests.sheets.workbooks import csv_bytes

User = get_user_model()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _wiped():
    TopicImporter.wipe()
    register(TopicImporter)


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk")


def begin(clerk, *rows, **arguments):
    data = csv_bytes(HEADER, *rows, encoding="gbk")
    return start(KIND, data=data, file_name="C:\\桌面\\议题.csv", owner=clerk, arguments=arguments)


def test_an_upload_is_kept_with_its_report(clerk):
    batch = ImportBatch.objects.get(pk=begin(clerk, ["甲", "", "", ""], plan=7).pk)
    assert (batch.file_name, batch.status, batch.arguments) == ("议题.csv", "draft", {"plan": 7})
    assert batch.report["created"] == 1 and TopicImporter.saved == {}


def test_an_unreadable_upload_leaves_no_row(clerk):
    with pytest.raises(Refused):
        start(KIND, data=b"", file_name="a.csv", owner=clerk)
    assert not ImportBatch.objects.exists()


def test_a_confirmation_imports_once(clerk):
    batch = begin(clerk, ["甲", "", "", ""])
    first, second = apply_batch(batch, by=clerk), apply_batch(batch, by=clerk)
    assert first.saved and not first.repeated and "新增 1 行" in first.sentence
    assert second.saved and second.repeated and "没有重复导入" in second.sentence
    assert ImportBatch.objects.get(pk=batch.pk).applied_at


def test_what_changed_since_the_preview_is_found_at_the_confirmation(clerk):
    batch = begin(clerk, ["甲", "", "市财政局", ""])
    del TopicImporter.units["市财政局"]
    outcome = apply_batch(batch, by=clerk)
    assert not outcome.saved and "1 处问题" in outcome.sentence
    assert outcome.batch.status == BatchStatus.FAILED and TopicImporter.saved == {}
    TopicImporter.units["市财政局"] = "department"
    assert apply_batch(batch, by=clerk).saved


def test_choices_are_read_from_the_form_within_their_bounds(clerk):
    batch = begin(clerk, ["甲", "", "市商务局、致公党、市旅游局", ""])
    post = QueryDict("new-0=on&choice-0=department&choice-1=party&new-2=on&choice-2=forged")
    options = options_from(post, batch)
    assert options == {"new": {"unit": {"市商务局": "department"}}}
    assert not apply_batch(batch, by=clerk, options=options).saved
    post = QueryDict("new-0=on&choice-0=department&new-1=on&choice-1=party&new-2=on&choice-2=department")
    assert apply_batch(batch, by=clerk, options=options_from(post, batch)).saved
    assert TopicImporter.units["致公党"] == "party"


def test_the_database_wants_a_time_for_what_is_applied(clerk):
    batch = begin(clerk, ["甲", "", "", ""])
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportBatch.objects.filter(pk=batch.pk).update(status=BatchStatus.APPLIED)


def page(template, **context):
    request = RequestFactory().get("/")
    request.user = context.pop("user")
    return render_to_string(template, context, request=request)


def test_the_preview_shows_errors_and_closes_the_button(clerk):
    batch = begin(clerk, ["甲", "茶话会", "", ""], ["乙", "", "市商务局", ""], ["<b>丙", "", "", ""])
    text = page("sheets/import_preview.html", user=clerk, upload_url="/up/", **preview_context(batch))
    assert "不在可选范围内" in text and "专题议政会、对口协商" in text and "disabled" in text
    assert 'name="new-0"' in text and "政府部门" in text and "&lt;b&gt;丙" in text
    assert "style=" not in text


def test_the_button_is_open_when_only_unknown_names_remain(clerk):
    context = preview_context(begin(clerk, ["乙", "", "市商务局", ""]))
    assert context["may_apply"] and context["unknown"][0]["label"] == "单位"


def test_the_preview_stops_at_200_rows(clerk):
    context = preview_context(begin(clerk, *[[f"题目{n}", "", "", ""] for n in range(201)]))
    assert len(context["shown"]) == 200 and context["more"] == 1


def test_upload_and_done_pages(clerk):
    context = {"title": "导入议题", "form": UploadForm(), "template_url": "/t/", "columns": TopicImporter.columns}
    text = page("sheets/import_upload.html", user=clerk, **context)
    assert "multipart/form-data" in text and "下载模板" in text and "专题议政会、对口协商" in text
    outcome = apply_batch(begin(clerk, ["甲", "", "", ""]), by=clerk)
    text = page("sheets/import_done.html", user=clerk, back_url="/plan/", **preview_context(outcome.batch))
    assert "已导入：新增 1 行" in text and 'href="/plan/"' in text


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_import_once(clerk):
    batch, outcomes = begin(clerk, ["甲", "", "", ""]), []
    barrier = threading.Barrier(2)

    def confirm():
        barrier.wait()
        outcomes.append(apply_batch(batch, by=clerk))
        connection.close()

    threads = [threading.Thread(target=confirm) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome.repeated for outcome in outcomes) == [False, True]


def test_the_admin_may_look_only(client, clerk):
    client.force_login(User.objects.create_superuser("root"))
    row = begin(clerk, ["甲", "", "", ""])
    listed = reverse("admin:sheets_importbatch_changelist")
    detail = reverse("admin:sheets_importbatch_change", args=[row.pk])
    assert client.get(listed).status_code == client.get(detail).status_code == 200
    assert client.get(reverse("admin:sheets_importbatch_add")).status_code == 403
    assert client.post(detail, {}).status_code == 403
    assert client.post(reverse("admin:sheets_importbatch_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
