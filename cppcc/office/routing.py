"""Which deputy secretary-general looks after which committee. R128."""

from collections.abc import Iterable

from cppcc.office.models import CommitteeRouting, Organization, Post


def deputies_of(committees: Iterable[Organization]) -> list[Post]:
    """The posts that look after these committees today, each once, in their order. R128."""
    routings = CommitteeRouting.objects.valid().filter(committee__in=list(committees))
    routings = routings.select_related("post__organization").order_by("post__order", "post_id")
    return list(dict.fromkeys(routing.post for routing in routings))
