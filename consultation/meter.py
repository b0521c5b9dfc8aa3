"""The rule meter: what a plan's topics amount to against its targets. R001, R013, R014, R015.

Pure arithmetic over topics loaded with `with_parts`; the targets are rows of the plan, the words are the clerk's.
Off-plan topics stand beside the ratio, withdrawn ones do not count, a placeholder counts as one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from consultation.known import known_channels
from consultation.models import AnnualPlan, PlanTarget, SolicitationChannel, Topic
from consultation.models.reference import Measure
from consultation.models.topic import Linkage, TopicState
from cppcc.office.regulations import article_text, bases

OK, WARN, MISSING = "ok", "warn", "missing"


@dataclass(frozen=True)
class Reading:
    """One measure of a plan, as numbers for programs and as words for people."""

    key: str
    label: str
    value: Any
    target: Any
    tolerance: Any
    state: str
    missing: int
    sentence: str
    rule: str
    value_text: str
    target_text: str
    percent: float = 0
    target_percent: float | None = None

    def as_json(self, article: str) -> dict[str, Any]:
        """For `plan_meter --json`."""
        names = ("key", "label", "value", "target", "tolerance", "state", "missing", "sentence", "rule")
        return {name: getattr(self, name) for name in names} | {"article": article}


def counted(topics: Iterable[Topic]) -> list[Topic]:
    """The topics that belong to the plan."""
    return [t for t in topics if not t.off_plan and t.state != TopicState.WITHDRAWN]


def number(value: Decimal | None) -> int | float | None:
    """A target as JSON shows it: whole numbers without a fraction."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def linked_share(topics: Sequence[Topic], target: PlanTarget) -> Reading:
    """The linked share in percent, within target +- tolerance. R001."""
    total, linked = len(topics), sum(t.linkage == Linkage.LINKED for t in topics)
    share = Fraction(100 * linked, total) if total else Fraction(0)
    aim, slack = Fraction(target.target or 0), Fraction(target.tolerance or 0)
    low, high = max(aim - slack, Fraction(0)), min(aim + slack, Fraction(100))
    least, most = ceil(low * total / 100), floor(high * total / 100)
    short, over = max(0, least - linked), max(0, linked - most)
    if not total:
        state, sentence = MISSING, "计划中还没有议题。"
    elif least > most:  # so few topics that no number of them falls into the window
        nearest = min(range(total + 1), key=lambda count: abs(Fraction(100 * count, total) - aim))
        short, state = max(0, nearest - linked), WARN
        sentence = f"共 {total} 个议题，占比不能正好落在允许范围内，联接 {nearest} 个最接近目标，现有 {linked} 个。"
    elif short:
        state = WARN
        sentence = f"联接议题偏少，还差 {short} 个联接议题（把 {short} 个自选议题改为联接，即进入允许范围）。"
    elif over:
        state = WARN
        sentence = f"联接议题偏多，多 {over} 个（把 {over} 个联接议题改为自选，即进入允许范围）。"
    else:
        state, sentence = OK, f"联接 {linked} 个、自选 {total - linked} 个，在允许范围内。"
    value = round(float(share), 1)
    return Reading(
        "linked_share", str(Measure.LINKED_SHARE.label), number(Decimal(str(value))), number(target.target),
        number(target.tolerance), state, short or (1 if not total else 0), sentence, target.rule,
        f"{value:g}%", f"{number(target.target)}%±{number(target.tolerance) or 0}", min(100, value), float(aim),
    )  # fmt: skip


def supervisory(topics: Sequence[Topic], target: PlanTarget) -> Reading:
    """The number of supervisory topics; the share is rounded up to whole topics. R013."""
    count = sum(t.supervisory for t in topics)
    share = Fraction(target.target or 0)
    needed = ceil(share * len(topics) / 100)
    missing = max(0, needed - count)
    rounding = f"{len(topics)} 个议题的 {number(target.target)}%，不足 1 个的按 1 个计"
    sentence = f"还差 {missing} 个监督性议题（{rounding}）。" if missing else f"达到要求（{rounding}）。"
    return _count_reading("supervisory", count, needed, missing, sentence, target)


def special_consultations(topics: Sequence[Topic], target: PlanTarget) -> Reading:
    """How many special consultations the year holds. R014."""
    count, needed = sum(t.is_special for t in topics), int(target.target or 0)
    missing = max(0, needed - count)
    sentence = f"还差 {missing} 次专题协商。" if missing else f"全年安排专题协商 {count} 次。"
    return _count_reading("special_consultations", count, needed, missing, sentence, target)


def slots(target: PlanTarget) -> list[tuple[int, int]]:
    """The periods of the year in which a forum is due: [(1, 2), (3, 4) ...] for a cadence of two months. R027."""
    step = target.cadence or 12
    return [(start, min(start + step - 1, 12)) for start in range(1, 13, step)]


def forums(topics: Sequence[Topic], target: PlanTarget) -> Reading:
    """How many forums the year holds, a merged period counting as one; periods without any are named. R015, R027."""
    needed, periods = int(target.target or 0), slots(target)
    merged = {p for p in periods if target.merged_until and p[1] <= target.merged_until}
    months = [_forum_month(t, target) for t in topics if t.is_forum]
    held = [month for month in months if not any(a <= (month or 0) <= b for a, b in merged)]
    empty = [p for p in periods if p not in merged and not any(p[0] <= (month or 0) <= p[1] for month in held)]
    value = len(merged) + len(held)
    missing = max(0, needed - value)
    parts = [f"还差 {missing} 次座谈会"] if missing else []
    if empty:
        parts += [] if missing else ["次数已够"]
        parts.append(f"{_months(empty)}尚未安排")
    undated = held.count(None)
    if undated:
        parts.append(f"{undated} 次未定月份")
    if not empty:
        parts.insert(0, "各时段均已安排")
    plenary = f"（{_months(merged)}并入全体会议，计 {len(merged)} 次）" if merged else ""
    return _count_reading("forums", value, needed, missing, "，".join(parts) + f"{plenary}。", target)


def _forum_month(topic: Topic, target: PlanTarget) -> int | None:
    """The month by which a forum is placed: its first, its last when it begins in a merged period; None: any."""
    first, last = topic.month_from, topic.month_to
    if first is None or (first, last) == (1, 12):
        return None
    return first if first > (target.merged_until or 0) else last


def _months(periods: Iterable[tuple[int, int]]) -> str:
    return "、".join(f"{a}—{b}月" if a != b else f"{a}月" for a, b in sorted(periods))


def _count_reading(key: str, count: int, needed: int, missing: int, sentence: str, target: PlanTarget) -> Reading:
    state = OK if not missing else MISSING if target.mandatory else WARN
    percent = min(100.0, 100 * count / needed) if needed else 100.0
    return Reading(
        key, str(Measure(key).label), count, needed, number(target.tolerance), state, missing, sentence, target.rule,
        f"{count} 个" if key == "supervisory" else f"{count} 次", f"{needed}", percent, 100,
    )  # fmt: skip


def by_proposer(topics: Sequence[Topic], target: PlanTarget, channels: Sequence[SolicitationChannel]) -> Reading:
    """How many topics came through each channel; one with several counts in each. R005."""
    of_kind = {kind: channel.label for channel in channels for kind in channel.organization_kinds}
    count: Counter[str] = Counter()
    for topic in topics:
        found = {of_kind.get(o.kind, "其他") for o in topic.proposers}
        found |= {s.channel.label for s in topic.suggestions.all()}
        count.update(found or {"未注明"})
    value = dict(count.most_common())
    words = "，".join(f"{label} {n} 个（占 {_percent(n, len(topics))}%）" for label, n in value.items())
    named = sum(n for label, n in value.items() if label != "未注明")
    percent = min(100.0, 100 * named / len(topics)) if topics else 0.0
    return Reading(
        "by_proposer", str(Measure.BY_PROPOSER.label), value, number(target.target), number(target.tolerance), OK, 0,
        f"按提出渠道：{words}。" if words else "计划中还没有议题。", target.rule, f"{len(value)} 类渠道", "", percent,
    )  # fmt: skip


def _percent(part: int, total: int) -> str:
    return f"{round(100 * part / total, 1):g}"


MEASURES: dict[str, Callable[[Sequence[Topic], PlanTarget], Reading]] = {
    Measure.LINKED_SHARE: linked_share,
    Measure.SUPERVISORY: supervisory,
    Measure.SPECIAL_CONSULTATIONS: special_consultations,
    Measure.FORUMS: forums,
}


def read_meter(plan: AnnualPlan, topics: Iterable[Topic] | None = None, *, proposers: bool = True) -> list[Reading]:
    """All measures of `plan`; pass its topics (with parts and suggestions) when they are already loaded.

    `proposers` False: without the proposers, which are only told, never missed; the suggestions are not needed then.
    """
    if topics is None:
        topics = plan.topics.with_parts().with_channels()
    inside = counted(topics)
    readings = []
    for target in plan.targets.all():
        if target.measure == Measure.BY_PROPOSER:
            if proposers:
                readings.append(by_proposer(inside, target, known_channels()))
        elif target.target is not None:  # without a target nothing is measured
            readings.append(MEASURES[target.measure](inside, target))
    order = list(Measure.values)
    return sorted(readings, key=lambda reading: order.index(reading.key))


def off_target(readings: Iterable[Reading]) -> list[str]:
    """The sentences of the measures that are not met."""
    return [f"{r.label}：{r.sentence}" for r in readings if r.state != OK]


def as_json(plan: AnnualPlan) -> list[dict[str, Any]]:
    """The meter with its articles, for programs."""
    known = bases()
    return [reading.as_json(article_text(reading.rule, known)) for reading in read_meter(plan)]
