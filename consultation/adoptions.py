"""The counties of an issued plan: a row per linked topic and county, and who has taken it up. R012."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Q, QuerySet

from consultation.models import AnnualPlan, CountyAdoption, Topic, TopicUnit
from consultation.models.topic import Linkage, Part
from consultation.workflows.adoption import ADOPTION, waiting
from cppcc.deadlines.keeping import keep_many
from cppcc.workflow.engine import rewrite_many_waiting
from cppcc.workflow.models import Waiting


def open_adoptions(plan: AnnualPlan, *, by) -> None:
    """Ask every county involved in a linked topic of `plan`; asking twice changes nothing."""
    sync_adoptions(plan.topics.filter(linkage=Linkage.LINKED), by=by)


def sync_adoptions(topics: Iterable[Topic], *, by) -> None:
    """Let the counties of these topics of an issued plan be asked, and nobody else, whatever the topics were before.

    A county newly involved is asked; one that is asked no more keeps its row, without the duty. The plan is locked.
    A constant number of statements.
    """
    topics = list(topics)
    asking = [topic.pk for topic in topics if topic.asks_counties]
    involved = TopicUnit.objects.filter(topic__in=asking, part=Part.COUNTY).order_by("topic", "order", "pk")
    wanted = dict.fromkeys(involved.values_list("topic_id", "organization_id"))
    rows = CountyAdoption.objects.filter(topic__in=[topic.pk for topic in topics])
    present = {(row.topic_id, row.county_id): row for row in rows.select_for_update(of=("self",)).order_by("pk")}
    rewrite_many_waiting([(row, waiting(row) if pair in wanted else []) for pair, row in present.items()])
    new = [pair for pair in wanted if pair not in present]
    ADOPTION.start_many([CountyAdoption(topic_id=topic, county_id=county) for topic, county in new], by=by)


def keep_county_dates(topics: Iterable[Topic]) -> None:
    """Bring the dates of the counties of these topics in step, once plan and topics are saved. R012."""
    keep_many(list(CountyAdoption.objects.filter(topic__in=topics)))


def end_asking(plan: AnnualPlan) -> None:
    """Ask nothing of the counties of `plan` any more: their duties go, in one statement."""
    rows = CountyAdoption.objects.filter(topic__plan=plan)
    kind = ContentType.objects.get_for_model(CountyAdoption)
    Waiting.objects.filter(content_type=kind, object_id__in=rows.order_by().values("pk")).delete()


def by_county(plan: AnnualPlan) -> QuerySet:
    """A row per county: asked, adopted."""
    return (
        CountyAdoption.objects.standing()
        .filter(topic__plan=plan)
        .values("county", "county__name", "county__short_name")
        .annotate(asked=Count("pk"), adopted=Count("pk", filter=Q(state="adopted")))
        .order_by("county__order", "county")
    )
