"""A whole forum under the rule set of the profile county-anhua, by six people through the real pages, day by day:
from the calendar of the year to the last feedback. R022-R054, R079, R083.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from consultation.models import DeskPress, Forum
from tests.browser import county
from tests.browser.forum_pages import (
    PHONE,
    Desk,
    House,
    blocked,
    carry_out,
    choose,
    deliver,
    fill,
    follow,
    hold,
    invite_by_name,
    press,
    send_notice,
    sign_in,
    stepper,
    take_up,
    told,
)
from tests.files.contents import pdf

pytestmark = pytest.mark.django_db(transaction=True)
SESSION = "2026-04-24"
DERIVED = (
    # day of the forum, scheme and mobilisation, coordination, outcome; outcome as it would be without 调休
    ("2026-06-10", "2026-04-10", "2026-06-03", "2026-06-25", "2026-06-24"),
    ("2026-10-30", "2026-08-30", "2026-10-23", "2026-11-13", "2026-11-13"),
    ("2026-12-10", "2026-10-10", "2026-12-03", "2026-12-24", "2026-12-24"),
    (SESSION, "2026-02-24", "2026-04-17", "2026-05-12", "2026-05-08"),
)
FIRST_TEXT = "社法民宗委负责调研和中心发言，办公室负责会务。"
SECOND_TEXT = f"{FIRST_TEXT}预约发言人由委室推荐，以委员为主。"
OBJECTION = "请写明预约发言人怎样推荐。"
SUGGESTIONS = ("设立老旧小区维修资金。", "加装电梯由财政按比例补助。")
SURVEY = "地下管网改造一次到位。"
SPOKEN = (
    "11:30，超时 01:30", "08:30", "09:00", "10:30，超时 02:30", "06:30", "03:30", "04:00", "03:00", "13:00", "10:00",
    "10:00",
)  # fmt: skip
WORKDAY = timedelta(days=400)  # nobody is logged out between two days of the walk


@pytest.fixture
def city(transactional_db, time_machine, settings):
    """The county on the day on which the walk begins."""
    settings.IDLE_LOGOUT, settings.SESSION_COOKIE_AGE = WORKDAY, int(WORKDAY.total_seconds())
    time_machine.move_to("2026-02-02 09:00+08:00", tick=True)
    return county.build()


@pytest.fixture
def house(city, visit, time_machine) -> House:
    """The office and its people."""
    return House(visit, time_machine)


def test_a_forum_from_the_calendar_to_the_last_feedback(house, browser, live_server):
    phone = browser.new_page(viewport={"width": PHONE, "height": 800}, locale="zh-CN", base_url=live_server.url)
    plan(house)
    write_the_scheme(house)
    have_it_returned_and_decided(house)
    mobilise(house)
    study_before_research(house)
    ask_people(house)
    answer(house, phone)
    invite(house)
    set_the_agenda(house)
    gather_papers(house, phone)
    coordinate(house)
    open_the_session(house)
    speak(house)
    close_the_session(house)
    draw_suggestions(house)
    issue_the_outcome(house)
    feed_back(house)
    judge(house, phone)
    look_back(house)
    phone.close()
    assert Forum.objects.values_list("state", flat=True).get() == "closed"


# --- two months before ---------------------------------------------------------------------------------------------


def plan(house: House) -> None:
    """The office arranges the forum; the days of every possible date are those of the rules. R027, R030, R034, R053."""
    clerk = house["clerk"]
    follow(clerk, "协商座谈会")
    follow(clerk, "2026年安排")
    expect(clerk.get_by_role("row", name="1—2月")).to_contain_text("并入全体会议")
    follow(clerk, "安排座谈会")
    choose(clerk, "议题", county.TOPIC)
    choose(clerk, "会议室", "协商议事厅")
    choose(clerk, "分管领导", "分管社会文教")
    for session, *days in DERIVED:
        clerk.get_by_label("开始时间").fill(f"{session}T09:00")
        derived_are(clerk, session, *days)
    press(clerk, "安排")
    told(clerk, "各步骤的期限已推算。下一步：拟定实施方案。")
    house.forum = clerk.url
    assert stepper(clerk) == {
        "实施方案": "进行中 02-24前", "部署动员会": "未开始 02-24前", "学习": "未开始", "与领导沟通": "未开始",
        "调研视察考察": "未开始", "正式邀请": "未开始", "工作协调会": "未开始 04-17前", "文稿收齐": "未开始",
        "召开座谈会": "未开始 04-24前", "报送成果": "未开始 05-12前", "汇总跟踪": "未开始 05-24前",
    }  # fmt: skip


def derived_are(page, session: str, scheme: str, coordination: str, outcome: str, by_weekdays: str) -> None:
    """The page derives these days from that of the forum, by the working calendar and not by the days of the week."""
    rows = {
        "实施方案": scheme, "部署动员会": scheme, "工作协调会": coordination, "召开座谈会": session,
        "报送协商成果": outcome,
    }  # fmt: skip
    found = page.locator("#found")
    for label, day in rows.items():
        expect(found.get_by_role("row", name=label)).to_contain_text(day)
    if by_weekdays != outcome:
        expect(found).not_to_contain_text(by_weekdays)


def write_the_scheme(house: House) -> None:
    """The leading committee writes the eight parts; it cannot be handed in before it is whole. R031."""
    lead = house["lead"]
    take_up(lead, "拟定座谈会实施方案")
    blocked(
        lead, "提请审批", "实施方案还缺：时间、地点、主持人、议题、拟邀请出席人员、议程、有关事项、前期准备工作安排"
    )
    follow(lead, "方案")
    follow(lead, "编写方案")
    expect(lead.get_by_label("时间")).to_have_value("2026年4月24日（星期五）09:00—11:30")
    fill(lead, 有关事项=FIRST_TEXT)
    press(lead, "保存")
    blocked(lead, "提请审批", "实施方案还缺：前期准备工作安排")
    follow(lead, "编写方案")
    fill(lead, 前期准备工作安排="三月上旬调研四个小区。")
    press(lead, "保存")
    carry_out(lead, "提请审批")


def have_it_returned_and_decided(house: House) -> None:
    """The deputy in charge returns it; corrected, he signs; the chairs' meeting decides, entered for it. R030."""
    house.on("2026-02-04 10:00")
    vice = house["vice"]
    take_up(vice, "分管副主席审签")
    carry_out(vice, "退回修改", 意见=OBJECTION)
    house.on("2026-02-05 09:00")
    lead = house["lead"]
    take_up(lead, "拟定座谈会实施方案")
    follow(lead, "方案")
    told(lead, f"王分管于2月4日退回修改：{OBJECTION}")
    follow(lead, "编写方案")
    fill(lead, 有关事项=SECOND_TEXT)
    press(lead, "保存")
    carry_out(lead, "提请审批")
    house.on("2026-02-06 15:00")
    take_up(vice, "分管副主席审签")
    follow(vice, "方案")
    follow(vice, "版本对照")
    changed = vice.get_by_role("row", name="修改 有关事项")
    expect(changed.locator("del")).to_have_text(FIRST_TEXT)
    expect(changed.locator("ins")).to_have_text(SECOND_TEXT)
    house.at("vice")
    carry_out(vice, "通过")
    house.on("2026-02-09 16:00")
    clerk = house.at("clerk")
    follow(clerk, "通过")
    fill(clerk, 第几次会议="3")
    press(clerk, "通过")
    expect(clerk.get_by_text("代录来源：")).to_be_visible()
    fill(clerk, 代录来源="主席会议纪要〔2026〕3号")
    press(clerk, "通过")
    told(clerk, "已办理“通过”", "召开前还须完成：调研视察考察、正式邀请。")
    trail = clerk.get_by_role("region", name="办理记录").get_by_role("listitem").first
    expect(trail).to_contain_text("主席会议")
    expect(trail).to_contain_text("主席会议纪要〔2026〕3号")
    assert stepper(clerk)["实施方案"] == "已完成 02-09"


def mobilise(house: House) -> None:
    """The mobilisation meeting on the day that the rules derive. R032."""
    lead = house.at("lead", "before")
    follow(lead, "部署动员会")
    expect(lead.get_by_label("开始时间")).to_have_value("2026-02-24T09:00")
    choose(lead, "会议室", "协商议事厅")
    press(lead, "保存，下一步生成名单")
    lead.get_by_text("有关部门负责同志", exact=True).last.click()
    for name in ("罗住建", "冯财政"):
        lead.get_by_label(name).last.check()
    press(lead, "加入名单")
    told(lead, "已加入 6 人")
    send_notice(lead, 6)
    hold(house, "lead", f"{county.TOPIC}部署动员会", "2026-02-24", ("08:50", "10:40"))
    assert stepper(house.at("lead"))["部署动员会"] == "已完成 02-24"


def study_before_research(house: House) -> None:
    """No research before the study, no forum before the research; what was found is written down. R022, R023, R029."""
    lead = house.at("lead", "before")
    told(lead, "“学习”还没有完成，不能办理“调研视察考察”。")
    lead.goto(f"{house.forum}before/meetings/research/")
    told(lead, "“学习”还没有完成，不能办理“调研视察考察”。")
    prepare(house, "学习座谈", "2026-02-26T09:00", "2026-02-26T11:00")
    hold(house, "lead", f"{county.TOPIC}学习座谈", "2026-02-26", ("08:50", "11:10"))
    prepare(house, "专题调研", "2026-03-05T09:00", "2026-03-05T17:00")
    house.on("2026-03-05 08:50")
    house.at("lead", "before")
    follow(lead, f"{county.TOPIC}专题调研")
    address = lead.url
    sign_in(lead)
    house.on("2026-03-05 17:10")
    lead.goto(address)
    follow(lead, "登记问题")
    fill(lead, 发现的问题="地下管网老化", 建议="一次改造到位")
    press(lead, "保存")
    carry_out(lead, "结束并锁定出席")
    house.at("lead", "before")
    follow(lead, "登记沟通")
    fill(lead, **{"领导姓名、职务": "唐县长副县长", "方式": "面谈", "日期": "2026-03-05", "沟通情况": "同意到会。"})
    press(lead, "保存")
    steps = stepper(house.at("lead"))
    assert [steps[key] for key in ("学习", "与领导沟通", "调研视察考察")] == [
        "已完成 02-26", "已完成 03-05", "已完成 03-05",
    ]  # fmt: skip
    told(lead, "召开前还须完成：正式邀请。")


def prepare(house: House, kind: str, starts: str, ends: str) -> None:
    """A meeting before the forum, with three members who are told."""
    lead = house.at("lead", "before")
    follow(lead, kind)
    fill(lead, 开始时间=starts, 结束时间=ends, 回复截止="", 地点="县政协三楼")
    press(lead, "保存，下一步生成名单")
    invite_by_name(lead, "、".join(county.MEMBERS[:3]))
    send_notice(lead, 3)


# --- people --------------------------------------------------------------------------------------------------------


def ask_people(house: House) -> None:
    """The list by its five classes, an opinion on it, who is asked beforehand. R035-R039."""
    lead = house["lead"]
    for seat, names in (("县委、县政府、县政协领导", ()), ("县政协各委室负责同志", ()),
                        ("县委、县政府有关部门负责同志", ("罗住建", "冯财政")), ("政协委员", county.MEMBERS[:6]),
                        ("专家学者", county.EXPERTS)):  # fmt: skip
        add_to(house, seat, names, "加入名单")
    add_to(house, "政协委员", county.MEMBERS[6:], "列为候补")
    refuse_a_member_as_expert(house)
    house.at("lead", "people")
    follow(lead, "登记意见")
    choose(lead, "提出单位", "提案委")
    fill(lead, 意见内容="请补充一位熟悉物业的委员。")
    lead.get_by_label("已采纳").check()
    press(lead, "保存")
    told(lead, "意见已登记", "等 10 人还没有确认出席，不能发出正式通知")
    follow(lead, "预约邀请")
    press(lead, "发出预约")
    told(lead, "已向 10 人发出预约")
    house.at("lead")
    follow(lead, "会议页面")
    blocked(lead, "发出通知", "等 10 人还没有确认出席，不能发出正式通知")


def refuse_a_member_as_expert(house: House) -> None:
    """An expert is no member of the running term. R036."""
    lead = house.at("lead", "people/add/experts")
    fill(lead, 其他人员=county.MEMBERS[1])
    press(lead, "加入名单")
    told(lead, county.MEMBERS[1])
    expect(house.at("lead", "people").get_by_role("heading", name="专家学者（2 人）")).to_be_visible()


def add_to(house: House, seat: str, names, button: str) -> None:
    """Put people on the list of a seat; without names those whom the rules name."""
    lead = house.at("lead", "people")
    panel = lead.locator("section.panel", has=lead.get_by_role("heading", name=f"{seat}（"))
    follow(panel, "推荐与添加")
    for name in names:
        lead.get_by_label(f"选择{name}", exact=True).check()
    press(lead, button)
    told(lead, f"“{seat}”已加入")


def answer(house: House, phone) -> None:
    """On the phone, by link, by telephone; who declines is replaced from the reserve. R039."""
    for name in ("member", "housing"):
        page = house[name]
        page.goto("/")
        page.get_by_role("region", name="请答复的邀请").get_by_role("link").filter(has_text="答复座谈会邀请").click()
        page.get_by_label("能够出席").check()
        press(page, "提交答复")
        told(page, "答应参加")
    lead = house.at("lead", "people")
    press(lead, "生成预约答复链接")
    links = {
        box.get_attribute("aria-label").removesuffix("的链接"): box.input_value()
        for box in lead.get_by_role("textbox").all()
    }
    assert sorted(links) == sorted(("冯财政", *county.MEMBERS[1:6], *county.EXPERTS))
    declines = county.MEMBERS[4]
    for name, url in links.items():
        phone.goto(url)
        phone.get_by_label("不能出席" if name == declines else "能够出席").check()
        press(phone, "提交答复")
        if name == declines:
            expect(phone.get_by_text("请写明原因。").first).to_be_visible()
            fill(phone, 原因="赴外地学习")
            press(phone, "提交答复")
        expect(phone.get_by_role("heading")).to_contain_text(f"已收到{name}的答复")
    lead.goto("/dates/notices/")
    expect(lead.get_by_text(f"{declines}不能出席，原因：赴外地学习。")).to_be_visible()
    replace(house, declines, county.MEMBERS[6])


def replace(house: House, gone: str, other: str) -> None:
    """Somebody of the reserve is asked instead, and says yes by telephone."""
    lead = house.at("lead", "people")
    expect(lead.get_by_role("row", name=gone)).to_contain_text("婉拒")
    expect(lead.get_by_role("heading", name="政协委员（5 人）")).to_be_visible()
    follow(lead, "预约邀请")
    lead.get_by_label(other).check()
    press(lead, "发出预约")
    follow(lead.get_by_role("row", name=other), "登记答复")
    lead.get_by_label("能够出席").check()
    fill(lead, 代录来源="3月6日来电")
    press(lead, "提交答复")
    told(lead, f"已登记：{other}答应参加")
    expect(lead.get_by_role("heading", name="政协委员（6 人）")).to_be_visible()


def invite(house: House) -> None:
    """The formal notice once all are sure; the letters in one batch, signed by the secretary-general. R039, R051."""
    house.on("2026-04-08 09:00")
    clerk = house.at("clerk", "people")
    send_notice_of_the_forum(house)
    house.at("clerk", "people")
    press(clerk, "起草邀请函")
    sign_and_issue(house, "clerk", clerk.url)
    follow(clerk, "收件人名单")
    expect(clerk.get_by_text("县政协办函〔2026〕1号至10号")).to_be_visible()
    expect(clerk.get_by_text("已印成 10 / 10 份")).to_be_visible()
    row = clerk.get_by_role("row", name=county.EXPERTS[0])
    expect(row).to_contain_text(f"{county.EXPERTS[0]}老师")
    with clerk.expect_download() as download:
        row.get_by_role("link").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert stepper(house.at("clerk"))["正式邀请"] == "已完成 04-08"


def send_notice_of_the_forum(house: House) -> None:
    """The members answer it on their phones as they did before: nothing is asked twice."""
    clerk = house["clerk"]
    follow(clerk, "发出正式通知")
    clerk.get_by_label("已核对正文").check()
    press(clerk, "发出通知")
    told(clerk, "已通知 18 人")
    member = house["member"]
    member.goto("/meetings/mine/")
    expect(member.locator("main")).to_contain_text("参加")


def sign_and_issue(house: House, drafter: str, address: str, *, signed: str = "", issued: str = "") -> None:
    """A document on its way: who drafts it names the signatory; review, signature, number. `signed`, `issued`: when."""
    page, clerk = house[drafter], house["clerk"]
    page.goto(address)
    follow(page, "修改")
    choose(page, "签发岗位", "秘书长")
    press(page, "保存")
    carry_out(page, "送核稿")
    if signed:
        house.on(signed)
    clerk.goto(address)
    carry_out(clerk, "核稿通过")
    take_up(house["sg"], "签发公文")
    carry_out(house["sg"], "签发")
    if issued:
        house.on(issued)
    clerk.goto(address)
    carry_out(clerk, "编号印发")


# --- agenda and papers ---------------------------------------------------------------------------------------------


def set_the_agenda(house: House) -> None:
    """What the rules propose, two members who booked, a question for the departments. R024, R040-R046."""
    house.on("2026-04-09 09:00")
    lead = house.at("lead", "speeches")
    press(lead, "按规则列出发言")
    told(lead, "“预约发言”是议程必有的内容，还没有安排。")
    for place, subject in ((0, "维修资金"), (1, "加装电梯")):
        follow(lead, "添加预约发言")
        choose(lead, "发言人", county.MEMBERS[place])
        fill(lead, 发言题目=subject)
        press(lead, "保存")
    follow(lead, "添加问题")
    fill(lead, 问题="改造资金如何筹措？")
    press(lead, "保存")
    expect(lead.get_by_text("计划发言共 56 分钟，会议时长 150 分钟")).to_be_visible()


def gather_papers(house: House, phone) -> None:
    """Who owes which paper by when; returned, delivered again, finished; by login, link and 代录. R047-R049."""
    lead, clerk = house.at("lead", "papers"), house["clerk"]
    press(lead, "按规则列出")
    told(lead, "已列出 2 份文稿")
    expect(lead.get_by_role("row", name="部门情况介绍 县住建局")).to_contain_text("2026-04-17")
    take_up(house["housing"], "提供文稿", "部门情况介绍")
    deliver(house["housing"], "情况介绍")
    open_paper(house, "lead", "县住建局")
    carry_out(lead, "退回修改", 意见="请补充分年度投入。")
    take_up(house["housing"], "提供文稿", "部门情况介绍")
    expect(house["housing"].get_by_text("请补充分年度投入。").first).to_be_visible()
    deliver(house["housing"], "情况介绍（修改）")
    open_paper(house, "lead", "县住建局")
    carry_out(lead, "把关定稿")
    member = house["member"]
    member.goto("/consultation/forum-papers/")
    follow(member, "预约发言稿")
    deliver(member, "发言稿")
    open_paper(house, "lead", county.MEMBERS[1])
    press(lead, "生成提供链接")
    phone.goto(lead.get_by_role("textbox").first.input_value())
    phone.get_by_label("文件").set_input_files({"name": "稿.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    press(phone, "提交")
    expect(phone.get_by_role("heading")).to_contain_text("已收到预约发言稿")
    for name in county.MEMBERS[:2]:
        open_paper(house, "lead", name)
        carry_out(lead, "把关定稿")
    open_paper(house, "lead", "中心发言")
    deliver(lead, "中心发言")
    carry_out(lead, "把关定稿")
    for name, source in (("政府领导讲话", "县政府办来件"), ("政协领导讲话", "")):
        open_paper(house, "clerk", name)
        deliver(clerk, name, source)
        carry_out(clerk, "把关定稿")
    for name in ("党委领导讲话", "县财政局"):
        open_paper(house, "lead", name)
        carry_out(lead, "不再需要", 意见="到会口头讲。")
    assert stepper(house.at("lead"))["文稿收齐"] == "已完成 04-09"


def open_paper(house: House, name: str, row: str) -> None:
    """The paper in the row of the forum's list."""
    house.at(name, "papers").get_by_role("row", name=row).get_by_role("link").first.click()


def coordinate(house: House) -> None:
    """The coordination meeting a week before; its checklist becomes tasks. R034."""
    lead = house.at("lead", "before")
    follow(lead, "工作协调会")
    expect(lead.get_by_label("开始时间")).to_have_value("2026-04-17T09:00")
    choose(lead, "会议室", "协商议事厅")
    press(lead, "保存，下一步生成名单")
    press(lead, "加入名单")
    send_notice(lead, 3)
    hold(house, "lead", f"{county.TOPIC}工作协调会", "2026-04-17", ("08:50", "10:40"))
    house.at("lead", "before")
    follow(lead, "逐项交办")
    hall = lead.get_by_role("row", name="会场、座次、席卡、签到")
    hall.get_by_label("承办单位").select_option(label="办公室")
    hall.get_by_label("完成期限").fill("2026-04-23")
    lead.get_by_label("交办第7项").uncheck()
    press(lead, "交办")
    told(lead, "已交办 6 项任务")
    clerk = house["clerk"]
    take_up(clerk, "办理任务", "会场、座次、席卡、签到")
    carry_out(clerk, "回复办理情况", 办理情况="席卡已印，座次已排。")


# --- the day -------------------------------------------------------------------------------------------------------


def open_the_session(house: House) -> None:
    """It cannot be convened before its day; on the day all but one sign in. R023."""
    lead = house.at("lead")
    blocked(lead, "召开座谈会", "座谈会定于2026年4月24日召开，届时再办理")
    house.on(f"{SESSION} 08:30")
    house.at("lead")
    carry_out(lead, "召开座谈会")
    clerk = house.at("clerk")
    follow(clerk.get_by_role("region", name="进程"), "会议页面")
    sign_in(clerk, away=["郑副主席"])


def speak(house: House) -> None:
    """The desk: an over-run speech, a spell without network, a second desk and the hall that agree. R040-R046."""
    house.on(f"{SESSION} 09:00:00", frozen=True)
    desk = Desk(house["lead"], f"{house.forum}desk/")
    hall = Desk(house["sg"], f"{house.forum}clock/", "#clock")
    desk.synced()
    desk.key("Enter", "罗住建")
    desk.synced()
    later(house, "09:11:30", "+01:30", desk, hall)
    for shown in (desk, hall):
        expect(shown.label).to_have_text("已超时")
        expect(shown.who).to_contain_text("罗住建")
    desk.key("Enter", "冯财政")
    later(house, "09:20:00", "01:30", desk)
    desk.key("Enter", "孙社法")
    desk.synced()
    without_network(house, desk)
    second = Desk(house["clerk"], f"{house.forum}desk/")
    expect(second.who).to_contain_text(county.EXPERTS[0])
    expect(second.rows.filter(has_text=county.MEMBERS[0])).to_contain_text("10:30超时 02:30")
    answer_and_close(house, desk)
    expect(second.who).to_have_text("—")
    expect(second.rows).to_have_text(desk.rows.all_inner_texts(), use_inner_text=True)
    expect(hall.root.locator("[data-slot=kind]")).to_have_text("请准备")


def later(house: House, minute: str, shown: str, *desks: Desk) -> None:
    """It is so late now, and the desks show this time."""
    house.on(f"{SESSION} {minute}", frozen=True)
    for desk in desks:
        desk.look_again()
        expect(desk.time).to_have_text(shown)


def without_network(house: House, desk: Desk) -> None:
    """Cut off, the desk goes on; what was pressed waits in the browser and counts at its own time afterwards. R046."""
    before = DeskPress.objects.count()
    desk.page.context.set_offline(True)
    expect(desk.status).to_contain_text("网络中断，计时照常进行")
    for minutes, shown, speaker in ((9, "01:00", county.MEMBERS[0]), (10.5, "+02:30", county.MEMBERS[1])):
        desk.alone(minutes)
        expect(desk.time).to_have_text(shown)
        desk.key("Enter", speaker)
    desk.ask("维修资金怎样续筹？")
    desk.alone(6.5)
    expect(desk.time).to_have_text("01:30")
    desk.key("Enter", "—")
    desk.alone(0.5)
    desk.call(county.EXPERTS[0])
    expect(desk.status).to_contain_text("5 条操作待同步")
    assert desk.waiting() == ["start", "start", "ask", "stop", "start"]
    assert DeskPress.objects.count() == before
    house.on(f"{SESSION} 09:46:30", frozen=True)
    desk.page.context.set_offline(False)
    desk.synced()
    assert desk.waiting() == []
    assert DeskPress.objects.count() == before + 4  # the question is a row of its own


def answer_and_close(house: House, desk: Desk) -> None:
    """The department answers the question that was put; leaders speak last, in their order. R044, R045."""
    later(house, "09:50:00", "01:30", desk)
    desk.key("Enter", "罗住建")
    press(desk.questions.get_by_role("listitem").filter(has_text="维修资金怎样续筹？"), "由罗住建回应")
    expect(desk.questions).to_contain_text("罗住建已回应")
    for minute, shown, speaker in (("09:54:00", "01:00", "冯财政"), ("09:57:00", "02:00", "黄书记"),
                                   ("10:10:00", "13:00", "唐县长"), ("10:20:00", "10:00", "吴主席")):  # fmt: skip
        later(house, minute, shown, desk)
        desk.key("Enter", speaker)
    later(house, "10:30:00", "10:00", desk)
    desk.key("e", "—")
    desk.synced()


def close_the_session(house: House) -> None:
    """The attendance is locked with the meeting; what was said is written down, and typeset as 纪要. R046."""
    house.on(f"{SESSION} 11:40")
    clerk = house.at("clerk")
    follow(clerk.get_by_role("region", name="进程"), "会议页面")
    carry_out(clerk, "结束并锁定出席")
    lead = house.at("lead")
    assert stepper(lead)["召开座谈会"] == "已完成 04-24"
    house.at("lead", "record")
    heads = lead.locator(".record-head")
    expect(heads).to_contain_text([f"（{spoken}）" for spoken in SPOKEN], use_inner_text=True)
    expect(heads.nth(4)).to_have_text("加装电梯 （06:30）", use_inner_text=True)
    fill(lead, **{f"预约发言：{county.MEMBERS[0]}": "\n".join(SUGGESTIONS), f"自由发言：{county.EXPERTS[0]}": SURVEY})
    press(lead, "保存")
    told(lead, "已保存发言要点")
    draft_minutes(house)
    member = house["member"]
    member.goto("/members/dossier/")
    for act in ("双月协商座谈会", "协商发言"):
        expect(member.locator("main")).to_contain_text(act)


def draft_minutes(house: House) -> None:
    """The minutes are drafted from what was said, who was there and how long they spoke. R046."""
    lead = house.at("lead", "speeches")
    follow(lead, "起草纪要")
    press(lead, "开始起草")
    body = lead.get_by_label("正文", exact=True)
    for words in (SUGGESTIONS[0], SURVEY, county.MEMBERS[0]):
        expect(body).to_have_value(re.compile(words))
    press(lead, "保存")
    told(lead, "已保存")


# --- afterwards ----------------------------------------------------------------------------------------------------


def draw_suggestions(house: House) -> None:
    """The points of the speeches become suggestions with their origin. R053."""
    house.on("2026-04-27 09:00")
    lead = house.at("lead", "outcome")
    told(lead, "还剩 9 个工作日")
    follow(lead, "从发言要点提取")
    for words, unit in zip(
        (*SUGGESTIONS, SURVEY), ("县住房和城乡建设局", "县财政局", "县住房和城乡建设局"), strict=True
    ):
        lead.get_by_role("row", name=words).get_by_role("combobox").select_option(label=unit)
    press(lead, "提取所选")
    told(lead, "已提取 3 条意见建议")
    expect(lead.get_by_role("row", name=SURVEY)).to_contain_text(f"自由发言，{county.EXPERTS[0]}")


def issue_the_outcome(house: House) -> None:
    """Drafted on a Saturday that is worked, issued on the tenth working day. R053."""
    house.on("2026-05-09 09:00")
    lead = house.at("lead", "outcome")
    told(lead, "还剩 2 个工作日")
    press(lead, "按意见建议起草")
    sign_and_issue(house, "lead", lead.url, signed="2026-05-11 09:00", issued="2026-05-12 17:00")
    clerk = house.at("clerk", "outcome")
    told(clerk, "2026年5月12日已报送")
    expect(clerk.get_by_role("region", name="成果报送")).to_contain_text("已印发 第1期，2026年5月12日报送")
    assert stepper(house.at("clerk"))["报送成果"] == "已完成 05-12"
    assert str(Forum.objects.get().reported_on) == DERIVED[-1][3]


def feed_back(house: House) -> None:
    """The department answers, the proposer hears of it, the leading committee collates. R054, R079."""
    housing = house["housing"]
    take_up(housing, "签收公文", "协商意见建议")
    press(housing, "签收")
    told(housing, "签收")
    take_up(housing, "办理意见建议", SUGGESTIONS[0])
    carry_out(housing, "已落实", 意见="已列入年度计划，年内设立。")
    house.on("2026-05-22 09:00")
    lead = house.at("lead", "outcome")
    press(lead, "向所选的反馈")
    told(lead, "已向 1 条意见建议的提出人发出通知")
    member = house["member"]
    member.goto("/consultation/forum-suggestions/")
    expect(member.get_by_role("listitem").filter(has_text=SUGGESTIONS[0]).last).to_contain_text("已落实")
    follow(lead, "登记汇总")
    fill(lead, 汇总日期="2026-05-22", 汇总情况="县住建局已落实一条，其余正在办理。")
    press(lead, "保存")
    told(lead, "已登记汇总")
    assert stepper(house.at("lead"))["汇总跟踪"] == "已完成 05-22"


def judge(house: House, phone) -> None:
    """A member judges on the phone, an expert by link. R083."""
    member = house.at("member")
    follow(member, "评价这次协商")
    score(member, 9)
    told(member, "已收到评价，谢谢。")
    lead = house.at("lead", "evaluation")
    press(lead, "为未评价的同志生成链接")
    phone.goto(lead.get_by_label(f"{county.EXPERTS[0]}的链接").input_value())
    score(phone, 7)
    house.at("lead", "evaluation")
    expect(lead.get_by_role("region", name="协商质量评价")).to_contain_text(
        "收到 2 份评价表（出席 17 人），总评 80.0%。"
    )


def score(page, points: int) -> None:
    """The same points for each question."""
    for box in page.get_by_role("spinbutton").all():
        box.fill(str(points))
    press(page, "提交")


def look_back(house: House) -> None:
    """Every step in time, minutes by class, sectors; then the matter is closed. R046, R054, R083."""
    lead = house.at("lead", "evaluation")
    for step, how in (("实施方案", "提前 6 个工作日"), ("部署动员会", "当天完成"), ("工作协调会", "当天完成"),
                      ("报送协商成果", "当天完成")):  # fmt: skip
        expect(lead.get_by_role("row", name=step)).to_contain_text(how)
    for of, words in (("各类发言人的发言", "委员 2 2 16 17.0 1"), ("各类发言人的发言", "特邀专家 1 1 5 3.5 —"),
                      ("邀请和出席人数", "领导 6 0 5 83.3%")):  # fmt: skip
        expect(lead.get_by_role("region", name=of).get_by_role("row", name=words, exact=True)).to_have_count(1)
    house.at("lead")
    carry_out(lead, "办结", 意见="意见建议均已送办。")
    expect(lead.get_by_role("heading", level=1)).to_contain_text("已办结")
