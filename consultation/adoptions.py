"""The counties of an issued plan: a row per linked topic and county, and who has taken it up. R012."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from consultation.models import AnnualPlan, CountyAdoption, Topic
from consultation.models.topic import Linkage, Part
from consultation.workflows.adoption import ADOPTION


def open_adoptions(plan: AnnualPlan, *, by) -> None:
    """Ask every county involved in a linked topic of `plan`; asking twice changes nothing."""
    topics = plan.topics.counted().filter(linkage=Linkage.LINKED).prefetch_related("units")
    open_for(topics, by=by)


def open_for(topics: Iterable[Topic], *, by) -> None:
    """Ask the counties of these topics that were not asked yet."""
    topics = list(topics)
    present = set(CountyAdoption.objects.filter(topic__in=topics).values_list("topic", "county"))
    for topic in topics:
        for unit in topic.units.all():
            if unit.part == Part.COUNTY and (topic.pk, unit.organization_id) not in present:
                ADOPTION.start(CountyAdoption(topic=topic, county_id=unit.organization_id), by=by)


def by_county(plan: AnnualPlan) -> QuerySet:
    """A row per county: asked, adopted."""
    return (
        CountyAdoption.objects.filter(topic__plan=plan)
        .values("county", "county__name", "county__short_name")
        .annotate(asked=Count("pk"), adopted=Count("pk", filter=Q(state="adopted")))
        .order_by("county__order", "county")
    )
