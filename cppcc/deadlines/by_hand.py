"""What a clerk does with a delivery that the machine could not finish: told by telephone, served, sent again."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cppcc.deadlines.models import Outbox, Reminder
from cppcc.deadlines.models.delivery import Channel, OutboxStatus
from cppcc.deadlines.models.reminders import ReminderStatus
from cppcc.deadlines.ringing import ring
from cppcc.office.refusals import Refused

S, R = OutboxStatus, ReminderStatus
STUCK = (S.DEAD, S.DOUBT, S.BY_HAND)
STUCK_REMINDERS = (R.LAPSED, R.FAILED)  # where nobody holds the post, a telephone row stands for the reminder
STOPPABLE = (S.PENDING, S.DEAD, S.BY_HAND)
RESENDABLE = (S.DEAD, S.DOUBT)
HOW = {"phone": "已电话通知", "print": "已打印送达", "sent": "核实已送达"}
NEXT = {
    S.DEAD: "核对邮箱后重发，或改用电话、打印送达后登记",
    S.DOUBT: "先向收件人核实：没收到的重发，已收到的登记已送达",
    R.LAPSED: "提醒时间已过、没有发出，请直接联系责任单位",
    R.FAILED: "提醒未能转发，请直接联系责任单位，并把原因告诉系统管理员",
}
BY_HAND = {
    Channel.PHONE: "打电话通知收件人，然后登记",
    Channel.PRINT: "打印、送达，然后登记",
}


def needing_hands() -> QuerySet[Outbox]:
    """Deliveries that need a person."""
    return Outbox.objects.filter(status__in=STUCK)


def stuck_reminders() -> QuerySet[Reminder]:
    """Reminders that reached nobody, and for which no delivery stands."""
    return Reminder.objects.filter(status__in=STUCK_REMINDERS)


def next_step(row: Outbox | Reminder) -> str:
    """What a clerk does next with a stuck row, in words; "" for others."""
    if isinstance(row, Outbox) and row.status == S.BY_HAND:
        return BY_HAND.get(Channel(row.channel), "通知收件人，然后登记")
    return NEXT.get(row.status, "")  # type: ignore[call-overload]


def mark(rows: Iterable[int], *, how: str, note: str, by: Any) -> int:
    """Note that these were served by hand. Returns how many; those already done stay as they are.

    Raises Refused when none was chosen, or none of them is open any more.
    """
    pks = list(rows)
    if not pks:
        raise Refused("请先勾选收件人，再登记。")
    if how not in HOW:
        raise Refused("请选择登记的方式：已电话通知、已打印送达，或核实已送达。")
    told = "：".join(filter(None, [HOW[how], note.strip()]))
    if len(told) > 200:
        raise Refused("登记说明过长，请控制在 190 字以内。")
    now = timezone.now()
    count = Outbox.objects.filter(pk__in=pks, status__in=STUCK).update(
        status=S.SENT, sent_at=now, marked_by=by, note=told, lease_until=None
    )
    if not count:
        raise Refused("所选的收件人都已登记过或不需要登记，请刷新页面查看最新状态。")
    return count


def resend(row: Outbox, *, address: str, by: Any) -> None:
    """Send a failed or doubtful mail again, to this address. Raises Refused when it is neither."""
    now = timezone.now()
    note = f"{by}改寄 {address}" if address != row.address else f"{by}重发"
    done = Outbox.objects.filter(pk=row.pk, channel=Channel.EMAIL, status__in=RESENDABLE).update(
        status=S.PENDING, address=address, tries=0, error="", not_before=now, lease_until=None, marked_by=by,
        note=note[:200],
    )  # fmt: skip
    transaction.on_commit(ring)
    if not done:
        raise Refused("这封邮件已不在失败或不明之列，不能重发，请刷新页面查看最新状态。")


def stop(row: Outbox, *, note: str, by: Any) -> None:
    """This one need not go out any more. Raises Refused without a reason, or when it has left."""
    if not note.strip():
        raise Refused("取消发送须写明理由。")
    done = Outbox.objects.filter(pk=row.pk, status__in=STOPPABLE).update(
        status=S.CANCELLED, marked_by=by, note=note.strip()[:200]
    )
    if not done:
        raise Refused("这一条已经送出或正在发送，不能取消，请刷新页面查看最新状态。")


def settle(reminders: Iterable[int], *, note: str, by: Any) -> int:
    """These stuck reminders were seen to by a person, and leave the list. Returns how many.

    Raises Refused when none was chosen, or none of them is stuck any more.
    """
    pks = list(reminders)
    if not pks:
        raise Refused("请先勾选已处理的提醒，再登记。")
    told = f"已人工处理（{by}）：{note.strip() or '已联系'}"
    count = stuck_reminders().filter(pk__in=pks).update(status=R.CANCELLED, error=told[:300])
    if not count:
        raise Refused("所选的提醒都已处理过，请刷新页面查看。")
    return count
