"""The six papers of a forum as they leave the office: drafted, signed, issued, measured, read. R030-R034, R039-R054."""

import io
import re
from collections import Counter
from typing import Any

import pdfplumber
import pytest
from django.utils import timezone

from consultation.forums.outcome import draft_outcome
from consultation.models import Forum
from cppcc.documents.content import DocumentContent
from cppcc.documents.describing import content_for
from cppcc.documents.drafts import new_document
from cppcc.documents.fonts import check_fonts
from cppcc.documents.letter_printing import letter_content
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.registry import draft_of
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.meetings.letters import draft_letters
from tests.consultation import full_forum
from tests.documents.batches import work
from tests.documents.ruler import faults

pytestmark = pytest.mark.django_db
SHORT = "“推进城镇老旧小区既有住宅加装电梯和‘一老一小’配套服务设施建设”双月协商座谈会"
AFTER = ("minutes", "reference")  # the others are written before the day
PAPERS = {  # kind: (pages, what must stand there, what must not)
    "scheme": (6, (
        f"关于印发{SHORT}实施方案的通知", f"《{SHORT}实施方案》现印发给你们",
        "一、时间", "二、地点协商议事厅（市行政中心2号楼三楼）。", "市政协副主席试vice（经市政协主席林静委托）。",
        "县政协各委室负责同志（3人）：冯建军（经济委主任）",
        "（三）预约发言。每人不超过8分钟，发言人：王玥、李昉、唐文斌。",
        "七、有关事项", "八、前期准备工作安排（一）部署动员会。", "滨江区、松林区6个小区，2人参加。",
    ), ("吴秀兰", "部署动员会“")),
    "notice": (4, (
        f"关于召开{SHORT}部署动员会的通知", f"为做好{SHORT}筹备工作，决定召开部署动员会。",
        "市市场监督管理局、市财政局，经济委员会、教科卫体委员会：",
        "二、会议内容（一）牵头委室通报实施方案。（二）明确分工。",
        "三、参加人员", "经济委员会、教科卫体委员会负责同志。", "专题调研：", "五、工作分工（一）经济委员会。牵头负责",
        "六、有关事项", "尽快将参加人员名单报经济委员会",
    ), ("近期", "部署动员会：", "各有关单位")),
    "invitation": (1, (
        f"关于邀请出席{SHORT}的函", "在协商议事厅（市行政中心2号楼三楼）召开", "特邀请您出席。", "凭本函和席卡入座。",
        "因故不能出席的，请于",
    ), ("您出席，", "名单附后")),
    "agenda": (5, (
        f"现将{SHORT}议程和出席人员名单印送给你们",
        "附件：1.双月协商座谈会议程2.出席人员名单", "一、部门情况介绍（每人不超过10分钟）",
        "1.试验市第一人民医院康复医学科主任王玥：关于在老旧小区改造中同步建设社区康复驿站的建议。",
        "四、自由发言（每人不超过5分钟）与会人员自由发言",
        "一、县委、县政府、县政协领导（5人）", "二、县政协各委室负责同志（3人）",
        "三、县委、县政府有关部门负责同志（5人）", "四、政协委员（7人）", "五、专家学者（3人）", "董卫国", "23许婧",
    ), ("吴秀兰", "1.市民政局")),
    "minutes": (4, (
        f"{SHORT}纪要", "第23次双月协商座谈会在协商议事厅", "市政协副主席试vice主持会议。",
        "围绕“聚焦群众急难愁盼，合力破解加装电梯‘最后一公里’难题”发言。",
        "（三）省建筑设计研究院既有建筑改造研究所所长唐文斌发言。建议编制",
        "2.王玥问：长期护理保险何时覆盖社区康复服务？会上未作回应。",
        "六、领导讲话试验市政府党组成员、副市长欧阳志远讲话。", "董卫国（代司马文静）", "请假：郑和平", "10分42秒42秒",
    ), ("经市政协主席林静委托", "（一）冯建军", "试验市政协办公室，经济")),
    "reference": (4, (
        "关于“推进城镇老旧小区既有住宅加装电梯和‘一老一小’配套服务设施建设”的协商意见建议",
        "试验市委，试验市政府，市住房和城乡建设局、市自然资源和规划局、市民政局：", "第23次双月协商座谈会",
        "22人出席，8人次发言。",
        "2.推行加装电梯“一窗受理、联合审查”，申请材料一次提交", "4.编制符合本地住宅户型的加装电梯通用图集。",
        "意见建议办理单位一览表", "马春燕",
    ), ("市民政局局", "王玥委员")),
}  # fmt: skip


@pytest.fixture(scope="session", autouse=True)
def _fonts():
    if missing := check_fonts(None):
        pytest.exit(f"{missing[0].msg} Run script/fonts first.", returncode=1)


def drafted(world: Any, forum: Forum, key: str) -> Document:
    """A first text as the forum gives it, with those it goes to."""
    if key == "invitation":
        return draft_letters(forum.meeting, [], by=world.users["clerk"]).document
    if key == "reference":
        made = draft_outcome(forum, forum.rules.outcomeforms.get(key=key), by=world.users["clerk"]).document
        assert made is not None
        return made
    kind, title = DocumentKind.objects.get(key=key), draft_of(forum, key)["title"]
    return new_document(kind, title, by=world.users["clerk"], classification="internal", matter=forum)


def issued(world: Any, forum: Forum, key: str) -> Document:
    """The same, signed past the engine and issued."""
    made = drafted(world, forum, key)
    signed = {"state": "signed", "signatory": world.posts["chair"], "signed_by": world.users["chair"].person}
    Document.objects.filter(pk=made.pk).update(**signed, signed_at=timezone.now())
    document = Document.objects.get(pk=made.pk)
    day = {"issued_on": timezone.localdate()}
    DOCUMENT.move(document, "issue", by=world.users["clerk"], version=document.version, data=day)
    return Document.objects.get(pk=document.pk)


def printed(document: Document) -> tuple[bytes, DocumentContent]:
    """The file that people get, and what it should say; of letters the first one."""
    letter = document.letters.first()
    if letter is None:
        content = content_for(document, number=document.number_text, day=document.issued_on)
        return document.file.path.read_bytes(), content
    work()
    letter.refresh_from_db()
    return letter.file.path.read_bytes(), letter_content(document, letter)


def plain(pdf: Any) -> str:
    """All that stands on paper in one line, without page numbers."""
    text = "".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"—\d+—", "", re.sub(r"\s", "", text))


@pytest.mark.parametrize("key", PAPERS)
def test_the_paper_is_as_the_standard_and_the_office_want_it(world, key):
    pages, wanted, unwanted = PAPERS[key]
    forum = (full_forum.held if key in AFTER else full_forum.planned)(world)
    data, content = printed(issued(world, forum, key))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        assert faults(pdf, content) == []
        assert len(pdf.pages) == pages
        text = plain(pdf)
    assert [words for words in wanted if words not in text] == []
    assert [words for words in unwanted if words in text] == []
    body = [part.text for part in content.body] + [part.text for one in content.annexes for part in one.paragraphs]
    assert [words for words, count in Counter(body).items() if count > 1] == []
    assert [words for words in body if words[-1] not in "。？！；" and "、" not in words[:3] and words[0] != "（"] == []
    heads = [place for place, part in enumerate(content.body) if part.level == 1]
    assert all(place + 1 < len(content.body) and content.body[place + 1].level != 1 for place in heads)


def test_each_confirmed_gets_a_letter_in_his_own_name(world):
    """Who declined gets none, the deputy gets it in the place of who sends him. R039."""
    document = issued(world, full_forum.planned(world), "invitation")
    work()
    letters = list(document.letters.order_by("order"))
    assert [letter.salutation for letter in letters[:2]] == ["高明远同志", "董卫国同志"]
    assert {letter.salutation for letter in letters} >= {"王玥委员", "诸葛宏老师", "阿依努尔·买买提同志"}
    told = document.matter.meeting.participants.filter(invited_at__isnull=False)
    assert document.matter.meeting.state == "invited" and told.count() == 14  # the deputy's sender hears by the notice
    assert len(letters) == 15 and not [letter for letter in letters if "吴秀兰" in letter.name or letter.failure]
