"""What the pages of papers, outcome and evaluation are about, for the table of who may open which address."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from consultation.models import Forum, Suggestion
from cppcc.office.models import OneTimeLink
from tests.consultation import forum_world
from tests.consultation.outcome_world import came, invite, paper, suggestion
from tests.world import World


def furnish_outcome(world: World) -> dict[str, Any]:
    """A forum whose outcome has left: a member came and proposed, a department owes a paper and an answer."""
    forum = forum_world.forum(world, days=-3, state="held", topic_title="发展养老服务")
    Forum.objects.filter(pk=forum.pk).update(state="reported", reported_on=timezone.localdate())
    forum.refresh_from_db()
    row = invite(world, forum, **came())
    owed, told = paper(world, forum=forum), suggestion(world, forum=forum)
    Suggestion.objects.filter(pk=told.pk).update(state="sent", sent_on=timezone.localdate())
    given = {"by": world.users["clerk"], "expires_at": timezone.now() + timedelta(days=3)}
    return {
        "forum-over": forum, "paper": owed, "told": told, "meeting-over": forum.meeting,
        "paper-token": OneTimeLink.issue(owed, "consultation.paper", **given),
        "review-token": OneTimeLink.issue(row, "consultation.review", **given),
    }  # fmt: skip
