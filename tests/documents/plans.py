"""A 年度协商计划 to print, of any length, by one or three offices."""

from dataclasses import replace
from datetime import date

from cppcc.documents.content import Annex, DocumentContent, Paragraph, Table

JOINT = "中共云江市委办公室 云江市人民政府办公室 政协云江市委员会办公室 文件"
SINGLE = "政协云江市委员会办公室文件"
OFFICES = ["中共云江市委办公室", "云江市人民政府办公室", "政协云江市委员会办公室"]
HEAD = ["序号", "议题", "协商形式", "牵头单位", "协办单位", "协商部门", "时间", "涉及县（市、区）", "备注"]
TOPICS = [
    "推动“两河三岸”城市更新，提升中心城区品质",
    "深化职业教育改革，培育现代产业技能人才，服务先进制造业集群建设",
    "《优化营商环境条例》贯彻落实情况",
    "加强2026—2030年城镇老旧小区改造，力争完成改造120个小区、惠及3.5万户居民",
]
DEPARTMENTS = "市发展和改革委员会、市住房和城乡建设局、市文化广播电视和旅游局"
TEXT = (
    "各牵头单位要在协商活动举行前20个工作日制定实施方案，会同协办单位深入调查研究，做到不调研不协商、先调研后协商；"
    "各有关部门要积极支持配合，明确1名负责同志和1名联络员，及时提供情况、参加协商，并在30日内书面反馈采纳落实情况。"
)


def row(number: int) -> list[str]:
    """One topic of the plan."""
    topic = TOPICS[number % len(TOPICS)]
    month = f"{number % 12 + 1}月"
    units = ["双月协商座谈会", "市政协经济委", "民革云江市委会", DEPARTMENTS]
    return [str(number), topic, *units, month, "东山县、临河县", ""]


def plan(topics: int = 25, *, joint: bool = True, landscape: bool = True, **changes: object) -> DocumentContent:
    """The notice that issues the plan; `changes` replace parts of it."""
    table = Table(HEAD, [row(number) for number in range(1, topics + 1)])
    content = DocumentContent(
        masthead=JOINT if joint else SINGLE,
        number="云政协办〔2026〕3号",
        title=["关于印发《2026年度协商计划》的通知"],
        recipients=["各县（市、区）政协", "市级各部门", "各民主党派市委会、市工商联", "市政协各专门委员会"],
        body=[Paragraph("《2026年度协商计划》已经市委常委会会议审定，现印发给你们，请认真组织实施。"), Paragraph(TEXT)],
        annexes=[Annex(["2026年度协商计划"], table, landscape=landscape)],
        signature=OFFICES if joint else OFFICES[2:],
        date=date(2026, 2, 9),
        note="此件公开发布",
        copy_to=["市人大常委会办公室", "市监察委员会", "市中级人民法院", "市人民检察院", "云江军分区政治工作处"],
        printed_by="政协云江市委员会办公室",
        printed_on=date(2026, 2, 10),
    )
    return replace(content, **changes)  # type: ignore[arg-type]


def letter(paragraphs: int = 2, **changes: object) -> DocumentContent:
    """A document of one office without an annex."""
    return plan(joint=False, **{"annexes": [], "body": [Paragraph(TEXT)] * paragraphs, **changes})
