"""The year of a plan seen by month and by committee."""

from collections.abc import Iterable, Sequence

from consultation.models import Topic


def by_month(topics: Sequence[Topic]) -> list[dict]:
    """Twelve months with the topics that begin in them, then the whole year's and the undated."""
    rows = [{"label": f"{month}月", "topics": [t for t in topics if _begins(t) == month]} for month in range(1, 13)]
    rows.append({"label": "全年", "topics": [t for t in topics if _begins(t) == "year"]})
    rows.append({"label": "待定", "topics": [t for t in topics if _begins(t) is None]})
    return [row for row in rows if row["topics"] or row["label"] not in ("全年", "待定")]


def _begins(topic: Topic) -> int | str | None:
    return "year" if (topic.month_from, topic.month_to) == (1, 12) else topic.month_from


def by_committee(topics: Iterable[Topic]) -> list[dict]:
    """Each leading unit with its topics, in the order of units; topics without one last."""
    rows: dict[str, dict] = {}
    for topic in topics:
        leads = [(str(unit), (0, unit.kind, unit.order)) for unit in topic.leads]
        for label, order in leads or [("未定牵头单位", (1, "", 0))]:
            rows.setdefault(label, {"label": label, "order": order, "topics": []})["topics"].append(topic)
    return sorted(rows.values(), key=lambda row: row["order"])
