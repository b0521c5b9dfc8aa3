"""The whole course as seven people, in a browser: from opening the round to a county's adoption. R001-R013."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pdfplumber
import pytest
import yaml
from django.utils import timezone
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from consultation.models import AnnualPlan, Topic
from consultation.models.topic import Part
from tests.documents.papers import kinds

REAL = yaml.safe_load((Path(__file__).parents[1] / "data" / "annual_plans.yaml").read_text(encoding="utf-8"))
HEAD = ["序号", "议题", "协商形式", "牵头单位", "协办单位", "协商部门", "月份", "议题类型", "监督性",
        "涉及县（市、区）", "提出单位", "备注"]  # fmt: skip
YEAR = 2027


def real_topics(count: int) -> list[dict]:
    """The first `count` real topics of the stored plans, each title once."""
    found: dict[str, dict] = {}
    for plan in REAL.values():
        for item in plan["topics"]:
            if item.get("topic"):
                found.setdefault(item["topic"], item)
    return list(found.values())[:count]


def workbook(count: int, linked: int) -> bytes:
    """An Excel file of real topics, the first `linked` of them linked with a county."""
    book = Workbook()
    sheet = book.active
    sheet.append(HEAD)
    for n, item in enumerate(real_topics(count), start=1):
        forms = item["form"] if isinstance(item["form"], list) else [item["form"]]
        row = [
            n,
            item["topic"],
            "、".join(forms),
            "、".join(item.get("lead", [])),
            "",
            "、".join(item.get("consult_with", [])),
        ]
        sheet.append(
            [*row, item.get("month"), "联接" if n <= linked else "自选", "", "青溪县" if n <= linked else "", "", ""]
        )
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def read_pdf(data: bytes) -> str:
    """All text of a PDF without white space, then the cells of its tables."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        text = [page.extract_text() or "" for page in pdf.pages]
        cells = [cell or "" for page in pdf.pages for table in page.extract_tables() for row in table for cell in row]
    return "\n".join("".join(part.split()) for part in [*text, *cells])


def go(page: Page, label: str) -> None:
    """Follow an entry of the menu."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=label, exact=True).click()


def suggest(page: Page, title: str) -> None:
    """Answer the round from one's desk."""
    page.get_by_role("link", name="2027年度协商议题征集").first.click()
    page.get_by_role("link", name="提出议题建议").first.click()
    page.get_by_label("建议议题").fill(title)
    page.get_by_label("提出理由").fill("群众反映集中，宜早协商。")
    page.get_by_role("button", name=re.compile("^提交")).first.click()
    expect(page.get_by_text("已收到您的议题建议")).to_be_visible()


def decide(page: Page) -> None:
    """Pass what waits on one's desk."""
    page.get_by_role("link", name="2027年度协商计划").first.click()
    page.get_by_role("link", name="通过", exact=True).click()
    page.get_by_label("会议日期").fill(str(timezone.localdate()))
    page.get_by_role("button", name="通过", exact=True).click()
    expect(page.get_by_text("已办理“通过”")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_seven_people_take_the_plan_from_the_round_to_the_county(city, visit):
    kinds(city)
    clerk = visit("clerk")
    go(clerk, "年度协商计划")
    clerk.get_by_role("link", name="新建年度计划").first.click()
    clerk.get_by_label("年度*").fill(str(YEAR))
    clerk.get_by_label("审批链").select_option(label="党组会议、市委常委会会议")
    clerk.get_by_role("button", name=re.compile("保存|建立")).click()
    expect(clerk.get_by_role("heading", name="2027年度协商计划")).to_be_visible()

    go(clerk, "议题征集")
    clerk.get_by_role("link", name="新建征集").first.click()
    clerk.get_by_label("年度计划").select_option(label="2027年度协商计划")
    clerk.get_by_label("名称").fill("2027年度协商议题征集")
    clerk.get_by_label("开始日期").fill(str(timezone.localdate()))
    clerk.get_by_label("截止日期").fill(str(timezone.localdate() + timedelta(days=30)))
    for label in ("党委点题", "政府点题", "党派荐题", "县级政协荐题", "委室荐题"):
        clerk.get_by_label(label).check()
    clerk.get_by_role("button", name=re.compile("保存|建立")).click()
    clerk.get_by_role("link", name="开始征集").click()
    clerk.get_by_role("button", name="开始征集").click()
    expect(clerk.get_by_text("已办理“开始征集”")).to_be_visible()

    for name in ("dept1", "county1", "party1"):
        suggest(visit(name), "推进既有住宅加装电梯" if name != "party1" else "加快加装电梯工作")

    clerk.reload()
    clerk.get_by_role("link", name="汇总建议").first.click()
    for box in clerk.get_by_role("checkbox", name="电梯").all():
        box.check()
    clerk.get_by_label("新议题名称").fill("推进既有住宅加装电梯")
    clerk.get_by_role("button", name=re.compile("^(列为议题|汇总)")).click()
    expect(clerk.get_by_text("已汇总 3 条建议")).to_be_visible()
    topic = Topic.objects.with_parts().get()
    assert {unit.key for unit in topic.proposers} == {"dept1", "county1", "party1"}
    assert topic.overlapping

    import_topics(clerk)
    expect(clerk.get_by_text("68%").first).to_be_visible()
    expect(clerk.get_by_text("还差 5 个监督性议题").first).to_be_visible()

    sg = visit("sg")
    go(sg, "年度协商计划")
    sg.get_by_role("link", name="2027年度协商计划").click()
    sg.get_by_role("link", name="提请审批").click()
    sg.get_by_role("button", name="提请审批").click()
    expect(sg.get_by_text("以下指标未达到要求").first).to_be_visible()
    sg.get_by_label("意见").fill("监督性议题待两会后补充")
    sg.get_by_role("button", name="提请审批").click()
    expect(sg.get_by_text("已办理“提请审批”")).to_be_visible()

    decide(visit("chair"))
    decide(visit("pco"))

    go(clerk, "年度协商计划")
    clerk.get_by_role("link", name="2027年度协商计划").click()
    issue_the_notice(clerk, sg, visit("chair"))
    number = f"试政协办〔{timezone.localdate().year}〕1号"
    expect(clerk.get_by_text(number).first).to_be_visible()
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载 PDF").first.click()
    text = read_pdf(Path(download.value.path()).read_bytes())
    for part in (
        number,
        "推进既有住宅加装电梯",
        "试验市政协办公室",
        *[t["topic"] for t in real_topics(3)],
    ):
        assert "".join(part.split()) in text

    county = visit("county1", width=390, height=844)
    county.get_by_role("link", name="关于印发《2027年度协商计划》的通知").first.click()
    county.get_by_role("button", name="签收").click()
    expect(county.get_by_text("已签收").first).to_be_visible()
    county.goto("/")
    county.get_by_role("link", name="推进既有住宅加装电梯").or_(county.get_by_role("link", name="青溪县")).first.click()
    county.get_by_role("link", name="登记列入").click()
    county.get_by_label("党委常委会审议日期").fill(str(timezone.localdate()))
    county.get_by_role("button", name="登记列入").click()
    expect(county.get_by_text("已办理“登记列入”")).to_be_visible()

    go(clerk, "年度协商计划")
    clerk.get_by_role("link", name="2027年度协商计划").click()
    expect(clerk.get_by_text("1 个单位", exact=True)).to_be_visible()
    go(clerk, "县级列入情况")
    expect(clerk.get_by_role("cell", name="已列入")).to_have_count(1)
    plan = AnnualPlan.objects.get(year=YEAR)
    assert (plan.state, plan.issued_on) == ("issued", timezone.localdate())
    assert isinstance(plan.issued_on, date)


def issue_the_notice(clerk: Page, sg: Page, chair: Page) -> None:
    """The clerk drafts the notice from the plan's page, the secretary-general reviews, the chair signs, it goes out."""
    clerk.get_by_role("link", name="起草印发通知").click()
    expect(clerk.get_by_label("标题")).to_have_value("关于印发《2027年度协商计划》的通知")
    with clerk.expect_response("**/preview/"):
        clerk.get_by_role("button", name="开始起草").click()
    with clerk.expect_response("**/preview/"):
        clerk.get_by_label("签发岗位").select_option(label="市政协 · 主席")
    expect(clerk.locator("#preview img").first).to_be_visible()
    clerk.get_by_role("button", name="保存", exact=True).last.click()
    for page, act, done in (
        (clerk, "送核稿", "已办理“送核稿”"), (sg, "核稿通过", "已办理“核稿通过”"), (chair, "签发", "已办理“签发”"),
        (clerk, "编号印发", "已办理“编号印发”"),
    ):  # fmt: skip
        page.goto(clerk.url)
        page.get_by_role("link", name=act, exact=True).click()
        page.get_by_role("button", name=act, exact=True).click()
        expect(page.get_by_text(done)).to_be_visible()


def import_topics(clerk: Page) -> None:
    """Make the first topic linked, import 24 real ones: 25 in all, 17 linked and 8 self-selected."""
    topic = Topic.objects.get()
    topic.linkage = "linked"
    topic.save()
    topic.units.create(organization_id=topic.proposers[0].pk, part=Part.SUPPORT)
    go(clerk, "年度协商计划")
    clerk.get_by_role("link", name="2027年度协商计划").click()
    clerk.get_by_role("link", name="导入议题").first.click()
    clerk.get_by_label("表格文件").set_input_files(
        {"name": "议题.xlsx", "mimeType": "application/octet-stream", "buffer": workbook(24, 16)}
    )
    clerk.get_by_role("button", name="上传").click()
    expect(clerk.get_by_role("heading", name="预览")).to_be_visible()
    for box in clerk.get_by_role("checkbox").all():
        box.check()
    clerk.get_by_role("button", name="确认导入").click()
    expect(clerk.get_by_text("新增 24 行").first).to_be_visible()
    go(clerk, "年度协商计划")
    clerk.get_by_role("link", name="2027年度协商计划").click()
