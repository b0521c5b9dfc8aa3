"""Rows for the pages of notices, dispatches and deadlines: made directly, as the engine and the desk leave them."""

import uuid
from datetime import timedelta

from django.utils import timezone

from cppcc.deadlines.models import (
    Deadline,
    DeadlineHolder,
    DeliverySetting,
    Dispatch,
    DueRule,
    Notice,
    NoticeWish,
    Outbox,
    Pulse,
    Reminder,
    RuleSet,
    Task,
)

LONG = "关于加快构建现代化综合交通运输体系推动城乡区域协调发展的专题协商议政会议" * 3


def a_rule(step="scheme", **given) -> DueRule:
    """A rule of the set `desk`."""
    found, _ = RuleSet.objects.get_or_create(key="desk", defaults={"label": "试验"})
    values = {"label": "实施方案", "anchor": "session", "offset": -2, "unit": "months", "responsible": "lead"}
    return DueRule.objects.get_or_create(ruleset=found, step=step, defaults=values | given)[0]


def deadlines(world, matter, count=1, *, days=5, holders=(("econ", "committee_clerk"),), **given) -> list[Deadline]:
    """`count` deadlines of a matter, the first due `days` from today and the others on the days after it."""
    today, now = timezone.localdate(), timezone.now()
    first = Deadline.for_matter(matter).count()
    rows = Deadline.objects.bulk_create(
        Deadline(
            matter=matter, rule=a_rule(), step=f"step{first + n}", label=f"步骤{first + n}", title=str(matter)[:200],
            url="/consultation/topics/", anchor_on=today, due_on=today + timedelta(days=days + n),
            planned_on=today + timedelta(days=days + n), derived_at=now, **given,
        )
        for n in range(count)
    )  # fmt: skip
    DeadlineHolder.objects.bulk_create(
        DeadlineHolder(deadline=row, organization=world.orgs[key], role=role, since=now)
        for row in rows
        for key, role in holders
    )
    return rows


def reminders(deadline, world, count=1, **given) -> list[Reminder]:
    """`count` reminders of a deadline."""
    now = timezone.now()
    return Reminder.objects.bulk_create(
        Reminder(
            key=f"{deadline.pk}:{n}:{uuid.uuid4()}", deadline=deadline, mark=f"b{n}", organization=world.orgs["econ"],
            role="committee_clerk", due_at=now + timedelta(days=n), title=f"还有{n}天到期：{deadline.title}"[:200],
            **given,
        )
        for n in range(count)
    )  # fmt: skip


def notices(user, count=1, **given) -> list[Notice]:
    """`count` notices to an account, the last made the newest."""
    now = timezone.now()
    return Notice.objects.bulk_create(
        Notice(
            key=f"test:{uuid.uuid4()}", user=user, created_at=now + timedelta(seconds=n),
            **({"title": f"提醒第{n}号", "url": "/consultation/topics/", "rule": "R001"} | given),
        )
        for n in range(count)
    )  # fmt: skip


def a_dispatch(world, *, units=("dept1",), persons=(), channel="email", **given) -> Dispatch:
    """A draft with its recipients."""
    values = {"title": "关于报送材料的通知", "body": "请于下周三前报送。", "created_by": world.users["clerk"]}
    dispatch = Dispatch.objects.create(**(values | given))
    to = [{"organization": world.orgs[key]} for key in units]
    to += [{"person": world.users[name].person} for name in persons]
    now = timezone.now()
    Outbox.objects.bulk_create(
        Outbox(
            key=f"dispatch:{dispatch.pk}:{n}:draft", dispatch=dispatch, channel=channel, subject=dispatch.title,
            status="draft", not_before=now, created_at=now, **recipient,
        )
        for n, recipient in enumerate(to)
    )  # fmt: skip
    return dispatch


def deliveries(world, count=1, *, status="by_hand", channel="phone", **given) -> list[Outbox]:
    """`count` deliveries in a state."""
    now = timezone.now()
    moments = {"sent_at": now} if status == "sent" else {}
    return Outbox.objects.bulk_create(
        Outbox(
            key=f"test:{uuid.uuid4()}", channel=channel, status=status, organization=world.orgs["dept1"],
            subject="关于报送材料的通知", body="请报送。", not_before=now, created_at=now, **moments, **given,
        )
        for _ in range(count)
    )  # fmt: skip


def one_of_each(world, matter) -> None:
    """A row of every model that the administration shows."""
    [deadline] = deadlines(world, matter)
    reminders(deadline, world)
    notices(world.users["clerk"])
    a_dispatch(world)
    NoticeWish.objects.create(user=world.users["clerk"])
    DeliverySetting.objects.create()
    Pulse.objects.create(name="tick", at=timezone.now())
    office = world.orgs["office"]
    Task.objects.create(title="核实数据", owner=world.orgs["dept1"], given_by=office, due_on=timezone.localdate())
