"""A forum as an office holds it: long names, more than twenty invitees, a deputy, a refusal, speeches, questions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultation.forums.planning import title_of
from consultation.forums.scheme import parts_of, save_scheme
from consultation.forums.speaking import keep_speech
from consultation.models import Booking, Forum, Question, Speech, Suggestion, TopicUnit
from consultation.models.forum import ForumState
from consultation.workflows.forum_suggestion import TRACKING
from cppcc.meetings.models import Meeting, Participant, ParticipantClass, Room
from cppcc.meetings.planning import new_meeting
from cppcc.office.models import Organization, Person
from cppcc.office.pinyin import pinyin_key
from tests.consultation import forum_world
from tests.world import World

TOPIC = "推进城镇老旧小区既有住宅加装电梯和“一老一小”配套服务设施建设"
UNITS = {
    "housing": "市住房和城乡建设局", "planning": "市自然资源和规划局", "civil": "市民政局",
    "market": "市市场监督管理局", "finance": "市财政局",
}  # fmt: skip
PEOPLE = (  # class, name, unit (key of the world or of UNITS), title
    ("leader", "周启明", "party-committee", "常委、统战部部长"),
    ("leader", "欧阳志远", "government", "党组成员、副市长"),
    ("leader", "林静", "cppcc", "党组书记、主席"),
    ("leader", "陈国梁", "cppcc", "副主席"),
    ("leader", "何敏", "cppcc", "党组成员、秘书长"),
    ("committee", "冯建军", "econ", "主任"),
    ("committee", "苏晓岚", "edu", "副主任"),
    ("committee", "罗海", "office", "副主任"),
    ("department", "高明远", "housing", "党组书记、局长"),
    ("department", "司马文静", "planning", "总规划师"),
    ("department", "彭涛", "civil", "党组成员、副局长"),
    ("department", "阿依努尔·买买提", "market", "特种设备安全监察科科长"),
    ("department", "曾宪平", "finance", "党组成员、总会计师"),
    ("member", "王玥", "", "试验市第一人民医院康复医学科主任"),
    ("member", "李昉", "", "试验市城市更新发展集团有限公司董事长"),
    ("member", "赵炘", "", "试验市滨江区向阳街道东风社区党委书记"),
    ("member", "慕容清", "", "试验师范学院建筑工程学院教授"),
    ("member", "孙立", "", "民建试验市委会秘书长"),
    ("member", "吴秀兰", "", "试验市老年大学校长"),
    ("member", "郑和平", "", "试验市机电行业商会会长"),
    ("member", "马春燕", "", "试验市律师协会副会长"),
    ("expert", "唐文斌", "", "省建筑设计研究院既有建筑改造研究所所长"),
    ("expert", "诸葛宏", "", "省特种设备检验研究院高级工程师"),
    ("expert", "许婧", "", "试验大学公共管理学院教授"),
)
ASKED = ("department", "member", "expert")
DEPUTY = ("市自然资源和规划局", "司马文静", "董卫国", "市自然资源和规划局党组成员、副局长")
DECLINED, ON_LEAVE = "吴秀兰", "郑和平"
SPEECHES = (  # kind, speaker, subject, minutes spoken, what was noted
    ("briefing", "高明远", "全市城镇老旧小区改造和既有住宅加装电梯工作情况", 10.7,
     "全市已改造老旧小区126个，加装电梯312部，惠及居民2.8万户。"),
    ("centre", "冯建军", "聚焦群众急难愁盼，合力破解加装电梯“最后一公里”难题", 9.5,
     "一是低层住户意见难统一，协商周期平均长达14个月。\n二是后续管护资金没有着落，部分电梯“装得起、用不起”。\n"
     "三是审批涉及6个部门，材料重复提交。"),
    ("booked", "王玥", "关于在老旧小区改造中同步建设社区康复驿站的建议", 7.2,
     "建议利用小区闲置用房建设康复驿站，由医疗机构派驻人员。"),
    ("booked", "李昉", "关于引入社会资本参与加装电梯投资运营的建议", 8.6, ""),
    ("booked", "唐文斌", "", 6.4, "建议编制符合本地住宅户型的加装电梯通用图集，缩短设计周期。"),
    ("free", "马春燕", "", 3.1, "建议制定加装电梯利益平衡和补偿指导意见，为社区调解提供依据。"),
    ("answer", "彭涛", "", 4.0, "已将32处小区闲置用房纳入养老服务设施建设计划。"),
    ("leaders", "欧阳志远", "", 12.0,
     "市政府将把加装电梯列入明年民生实事，请市住房和城乡建设局牵头，一个月内拿出工作方案。"),
)  # fmt: skip
SUGGESTIONS = (
    ("制定既有住宅加装电梯利益平衡和补偿指导意见，明确低层住户补偿的参考标准和协商程序，为社区调解提供依据",
     "马春燕", "housing"),
    ("推行加装电梯“一窗受理、联合审查”，申请材料一次提交、部门共享，审批时限压缩到20个工作日以内",
     "冯建军", "planning"),
    ("利用小区闲置用房同步建设社区康复驿站和托育点，由医疗机构派驻人员，费用纳入长期护理保险支付范围",
     "王玥", "civil"),
    ("编制符合本地住宅户型的加装电梯通用图集", "唐文斌", "housing"),
)  # fmt: skip


def person(name: str) -> Person:
    """The person of that name."""
    return Person.objects.get_or_create(name=name, defaults={"pinyin": pinyin_key(name)})[0]


def planned(world: World, *, days: float = 15, state: str = ForumState.PREPARING, **given: Any) -> Forum:
    """The forum with its units, its mobilisation meeting, its list and agenda, the scheme written."""
    _units(world)
    made = forum_world.forum(world, days=days, state=state, topic_title=TOPIC, number=23, host=None, **given)
    made.host, made.mandate = world.posts["vice"], "经市政协主席林静委托"
    made.save()
    Forum.objects.filter(pk=made.pk).update(title=title_of(made.topic, made.rules))
    Meeting.objects.filter(pk=made.meeting_id).update(room=Room.objects.create(
        key="council", name="协商议事厅", place="市行政中心2号楼三楼", seats=60
    ), note="请提前15分钟到会，凭本函和席卡入座。", reply_by=made.meeting.starts - timedelta(days=5))  # fmt: skip
    made = Forum.objects.get(pk=made.pk)
    _listed(world, made)
    _mobilised(world, made)
    _agenda(world, made)
    _written(world, made)
    return made


def _units(world: World) -> None:
    for order, (key, name) in enumerate(UNITS.items(), start=60):
        world.orgs[key] = Organization.objects.create(key=key, name=name, kind="department", order=order)


def _listed(world: World, forum: Forum) -> None:
    units = {one.key: one for one in Organization.objects.all()}
    seats = {seat.participant_class_id: seat for seat in forum.rules.forumseats.all()}
    for order, (key, unit) in enumerate((("econ", "lead"), ("edu", "support"), *((one, "consulted") for one in UNITS))):
        TopicUnit.objects.create(topic=forum.topic, organization=units[key], part=unit, order=order)
    for order, (kind, name, unit, title) in enumerate(PEOPLE, start=1):
        given = {"person": person(name), "organization": units.get(unit), "title": title}
        seat = ParticipantClass.objects.get(key=kind)
        if name != DECLINED:
            Participant.objects.create(meeting=forum.meeting, participant_class=seat, order=order, **given)
        if kind in ASKED:
            Booking.objects.create(
                forum=forum, seat=seats[seat.pk], asked_at=timezone.now(), answered_at=timezone.now(), how="proxy",
                source="电话预约", by=world.users["econ_clerk"], **given, **_answer(name),
            )  # fmt: skip


def _answer(name: str) -> dict[str, Any]:
    if name == DECLINED:
        return {"answer": "no", "reason": "带队外出参加全省老年教育工作会议"}
    if name == DEPUTY[1]:
        return {"answer": "deputy", "deputy_name": DEPUTY[2], "deputy_title": DEPUTY[3]}
    return {"answer": "yes"}


def _mobilised(world: World, forum: Forum) -> None:
    starts = forum.meeting.starts - timedelta(days=40)
    made = new_meeting(
        "mobilisation", f"{TOPIC}部署动员会", starts, starts + timedelta(minutes=90), world.orgs["econ"],
        by=world.users["econ_clerk"], matter=forum, place="市政协三楼会议室",
    )  # fmt: skip
    research = new_meeting(
        "research", "加装电梯专题调研", starts + timedelta(days=8), starts + timedelta(days=8, hours=8),
        world.orgs["econ"], by=world.users["econ_clerk"], matter=forum, place="滨江区、松林区6个小区",
    )  # fmt: skip
    for order, one in enumerate(("housing", "civil"), start=1):
        Participant.objects.create(
            meeting=research, person=person(f"调研人员{order}"), organization=world.orgs[one], order=order,
            participant_class=ParticipantClass.objects.get(key="department"),
        )  # fmt: skip
    for order, key in enumerate(("party-committee-office", "government-office"), start=1):
        Participant.objects.create(
            meeting=made, person=person(f"联络员{order}"), organization=Organization.objects.get(key=key), order=order,
            participant_class=ParticipantClass.objects.get(key="staff"),
        )  # fmt: skip


def _agenda(world: World, forum: Forum) -> None:
    for kind, name, subject, _, _ in SPEECHES:
        if kind != "free":
            row = forum.meeting.participants.get(person__name=name)
            keep_speech(
                Speech(
                    forum=forum, kind=forum.rules.speechkinds.get(key=kind), participant=row,
                    organization=row.organization, subject=subject,
                ),
                by=world.users["econ_clerk"],
            )  # fmt: skip


def _written(world: World, forum: Forum) -> None:
    Forum.objects.filter(pk=forum.pk).update(state=ForumState.DRAFTING)
    forum.refresh_from_db()
    matters = "会议材料由办公室统一汇编，会前一周送参会领导参阅。\n有关部门的情况介绍于会前5个工作日报送办公室"
    texts = {one.part.pk: one.fresh or matters for one in parts_of(forum)}
    save_scheme(forum, texts, by=world.users["econ_clerk"], version=forum.version)
    Forum.objects.filter(pk=forum.pk).update(state=ForumState.PREPARING)
    forum.refresh_from_db()


def held(world: World, **given: Any) -> Forum:
    """The same after its day: who came, how long each spoke, what was asked and answered, what was suggested."""
    forum = planned(world, **{"days": -3} | given)
    now = timezone.now()
    came = {"attendance": "present", "arrived_at": now, "invited_at": now, "reply": "yes"}
    forum.meeting.participants.exclude(person__name=ON_LEAVE).update(**came)
    forum.meeting.participants.filter(person__name=DEPUTY[1]).update(
        reply="deputy", deputy_name=DEPUTY[2], deputy_title=DEPUTY[3]
    )
    forum.meeting.participants.filter(person__name=ON_LEAVE).update(leave="granted", attendance="leave", invited_at=now)
    _spoken(forum)
    Forum.objects.filter(pk=forum.pk).update(state=ForumState.HELD)
    forum.refresh_from_db()
    _suggested(world, forum)
    return forum


def _spoken(forum: Forum) -> None:
    for kind, name, subject, minutes, record in SPEECHES:
        row = forum.meeting.participants.get(person__name=name)
        found = {"forum": forum, "kind": forum.rules.speechkinds.get(key=kind), "participant": row}
        speech, _ = Speech.objects.get_or_create(**found, defaults={"organization": row.organization})
        Speech.objects.filter(pk=speech.pk).update(
            subject=subject, status="done", seconds=round(minutes * 60), record=record
        )
    raised, answered = (forum.speeches.get(participant__person__name=name) for name in ("王玥", "彭涛"))
    Question.objects.create(
        forum=forum, raised_in=raised, answered_in=answered, text="社区康复驿站的用房和人员从哪里来？",
        answer="用房由各区统筹闲置资产解决，人员由社区卫生服务中心派驻。",
    )  # fmt: skip
    Question.objects.create(forum=forum, raised_in=raised, text="长期护理保险何时覆盖社区康复服务？")


def _suggested(world: World, forum: Forum) -> None:
    for order, (text, name, unit) in enumerate(SUGGESTIONS, start=1):
        speech = forum.speeches.filter(participant__person__name=name).first()
        made = Suggestion(
            forum=forum, order=order, text=text, speech=speech, proposer=speech.participant if speech else None,
            department=world.orgs[unit],
        )  # fmt: skip
        TRACKING.start(made, by=world.users["econ_clerk"])
