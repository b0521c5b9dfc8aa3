"""Which material belongs to a plan and to a topic, for the bundle of it. R052."""

from collections.abc import Iterable

from consultation.models import AnnualPlan, CountyAdoption, Forum, Outcome, Solicitation, Topic
from consultation.models.paper import PaperState
from cppcc.documents.models import Document
from cppcc.documents.registry import Shelf


def of_plan(plan: AnnualPlan) -> Iterable[Shelf]:
    """The plan's own, that of its rounds, of each topic, of the counties' adoption."""
    topics = Topic.objects.filter(plan=plan).order_by("number", "pk")
    return [
        Shelf("年度协商计划", AnnualPlan.objects.filter(pk=plan.pk)),
        Shelf("议题征集", Solicitation.objects.filter(plan=plan).order_by("opens_on", "pk")),
        Shelf("议题", topics, each=True),
        Shelf("县级列入情况", CountyAdoption.objects.filter(topic__plan=plan).order_by("topic__number", "pk")),
    ]


def of_topic(topic: Topic) -> Iterable[Shelf]:
    """The topic's own, that of the counties' adoption, the plan that it stands in."""
    return [
        Shelf("议题材料", Topic.objects.filter(pk=topic.pk)),
        Shelf("县级列入情况", CountyAdoption.objects.filter(topic=topic).order_by("pk")),
        Shelf("年度协商计划", AnnualPlan.objects.filter(pk=topic.plan_id)),
    ]


def of_forum(forum: Forum) -> Iterable[Shelf]:
    """In the order in which it is read: agenda and names, papers by the order of the rules, its outcome. R052."""
    papers = forum.papers.filter(state=PaperState.APPROVED).select_related("owner", "participant__person")
    return [
        Shelf("会议文件", Forum.objects.filter(pk=forum.pk)),
        Shelf("会议文稿", papers.order_by("order", "pk"), file="file"),
        Shelf("协商成果", Document.objects.filter(outcome__forum=forum).order_by("outcome", "pk")),
        Shelf("协商成果", Outcome.objects.filter(forum=forum).order_by("pk"), file="file"),
    ]
