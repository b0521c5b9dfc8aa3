"""A row of every model of forums, for the tests that walk over all models; rows that the database must refuse."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from consultation import models as c
from cppcc.documents.models import DocumentKind
from cppcc.meetings.models import Participant, ParticipantClass
from tests.consultation import forum_world
from tests.world import World


def one_of_each(world: World) -> c.Forum:
    """A forum with everything that can hang on one."""
    forum = forum_world.forum(world, starts=timezone.make_aware(datetime(2030, 6, 11, 9)))
    day, by = timezone.localdate(), world.users["clerk"]
    person = Participant.objects.create(
        meeting=forum.meeting, person=world.users["member"].person,
        participant_class=ParticipantClass.objects.get(key="member"),
    )  # fmt: skip
    c.SchemeText.objects.create(forum=forum, part=forum.rules.schemeparts.first(), text="时间")
    c.StepDone.objects.create(forum=forum, step=forum.rules.forumsteps.first(), on=day, by=by)
    c.LeaderContact.objects.create(forum=forum, leader="王市长", on=day, text="同意", by=by)
    c.ListOpinion.objects.create(forum=forum, organization=world.orgs["edu"], on=day, text="增加一人", by=by)
    c.Booking.objects.create(
        forum=forum, seat=forum.rules.forumseats.get(key="members"), person=person.person, by=by
    )  # fmt: skip
    speech = c.Speech.objects.create(forum=forum, kind=forum.rules.speechkinds.get(key="booked"), participant=person)
    c.Question.objects.create(forum=forum, raised_in=speech, text="资金从哪里来")
    c.DeskPress.objects.create(forum=forum, speech=speech, act="start", at=timezone.now(), by=by, client_id=uuid4())
    c.Paper.objects.create(forum=forum, label="发言稿", owner=world.orgs["dept1"])
    told = c.Suggestion.objects.create(forum=forum, text="设立维修资金", speech=speech, proposer=person)
    c.SuggestionNews.objects.create(suggestion=told, on=day, text="正在研究", by=by)
    form = forum.rules.outcomeforms.first()
    c.Outcome.objects.create(forum=forum, form=form, sent_on=day, source="纸质报送", by=by)
    c.Tracking.objects.create(forum=forum, on=day, text="已落实一条", by=by)
    sheet = c.ReviewSheet.objects.create(forum=forum, participant=person, by=by)
    c.ReviewScore.objects.create(sheet=sheet, item=forum.rules.reviewitems.first(), score=9)
    return forum


def again(obj: Any, **given: Any) -> None:
    """The same row once more, past save() and full_clean()."""
    values = {f.attname: getattr(obj, f.attname) for f in obj._meta.concrete_fields if not f.primary_key}
    type(obj).objects.bulk_create([type(obj)(**values | given)])


def change(obj: Any, **values: Any) -> None:
    """An UPDATE of one row, past save() and full_clean()."""
    type(obj)._default_manager.filter(pk=obj.pk).update(**values)


def twice(model: str, **given: Any) -> Callable[[World], None]:
    """The same row of a model of forums twice; `given` differs."""

    def make(world: World) -> None:
        one_of_each(world)
        found = getattr(c, model).objects.first()
        again(found, **{name: value() if callable(value) else value for name, value in given.items()})

    return make


def changed(model: str, **values: Any) -> Callable[[World], None]:
    """A row of a model of forums with values that it must not have."""

    def make(world: World) -> None:
        one_of_each(world)
        change(getattr(c, model).objects.first(), **values)

    return make


def rules_overlap(world: World) -> None:
    """Two rule sets of one key at a time."""
    again(forum_world.rules(world), valid_from=None)


def range_of_a_seat(world: World) -> None:
    """More at least than at most."""
    change(forum_world.rules(world).forumseats.get(key="members"), least=9, most=3)


def unit_of_a_paper(world: World) -> None:
    """A paper of a unit that nobody names."""
    change(forum_world.rules(world).paperrules.get(key="party-speech"), unit=None)


def same_key(name: str) -> Callable[[World], None]:
    """Two children of a rule set under one key."""
    return lambda world: again(getattr(forum_world.rules(world), name).first())


def two_of_a_topic(world: World) -> None:
    """Two forums on one topic."""
    first, other = (forum_world.forum(world, topic_title=title) for title in ("甲", "乙"))
    change(other, topic=first.topic)


def settled_some_day(world: World) -> None:
    """A suggestion that is settled, nobody knows when."""
    one_of_each(world)
    change(c.Suggestion.objects.first(), state="settled", department=world.orgs["dept1"])


def two_speaking(world: World) -> None:
    """Two speak at once."""
    forum, now = one_of_each(world), timezone.now()
    for kind in forum.rules.speechkinds.filter(key__in=("briefing", "centre")):
        c.Speech.objects.create(
            forum=forum, kind=kind, organization=world.orgs["dept1"], status="speaking", running_since=now
        )


def paper_of_a_speaker(world: World) -> None:
    """Two papers of one rule of one speaker."""
    forum = one_of_each(world)
    rule, person = forum.rules.paperrules.get(key="booked"), forum.meeting.participants.first()
    again(c.Paper.objects.create(forum=forum, label="稿", paper_rule=rule, participant=person))


def paper_of_a_unit(world: World) -> None:
    """Two papers of one rule of one unit."""
    forum = one_of_each(world)
    rule = forum.rules.paperrules.get(key="briefing")
    again(c.Paper.objects.create(forum=forum, label="稿", paper_rule=rule, owner=world.orgs["dept1"]))


def outcome_from_nowhere(world: World) -> None:
    """An outcome without document, day and source."""
    forum = one_of_each(world)
    kind = DocumentKind.objects.first()
    form = c.OutcomeForm.objects.create(rules=forum.rules, key="another", label="报告", document_kind=kind)
    c.Outcome.objects.create(forum=forum, form=form)


CHILDREN = ("forumstep", "forumseat", "speechkind", "paperrule", "schemepart", "outcomeform", "reviewitem")
REFUSED_OF_FORUMS: dict[str, Callable[[World], Any]] = {
    "consultation_forumrules_no_overlap": rules_overlap,
    **{f"consultation_{child}_key_unique": same_key(f"{child}s") for child in CHILDREN},
    "consultation_forumseat_range": range_of_a_seat,
    "consultation_paperrule_unit_named": unit_of_a_paper,
    "consultation_forum_has_topic_and_meeting": changed("Forum", topic=None),
    "consultation_forum_has_lead": changed("Forum", lead=None),
    "consultation_forum_period": changed("Forum", period=13),
    "consultation_forum_topic_once": two_of_a_topic,
    "consultation_forum_reported_has_day": changed("Forum", state="reported"),
    "consultation_schemetext_unique": twice("SchemeText"),
    "consultation_stepdone_unique": twice("StepDone"),
    "consultation_listopinion_has_author": changed("ListOpinion", organization=None),
    "consultation_booking_once": twice("Booking"),
    "consultation_booking_deputy_named": changed("Booking", answer="deputy"),
    "consultation_booking_no_has_reason": changed("Booking", answer="no"),
    "consultation_booking_proxy_has_source": changed("Booking", how="proxy"),
    "consultation_speech_has_speaker": changed("Speech", participant=None),
    "consultation_speech_speaker_once": twice("Speech"),
    "consultation_speech_one_at_once": two_speaking,
    "consultation_speech_speaking_has_start": changed("Speech", status="speaking"),
    "consultation_deskpress_has_speech": changed("DeskPress", speech=None),
    "consultation_deskpress_undo_names_press": changed("DeskPress", act="undo"),
    "consultation_paper_has_owner": changed("Paper", owner=None),
    "consultation_paper_delivered_has_file": changed("Paper", state="delivered"),
    "consultation_paper_unit_once": paper_of_a_unit,
    "consultation_paper_speaker_once": paper_of_a_speaker,
    "consultation_suggestion_sent_has_department": changed("Suggestion", state="sent"),
    "consultation_suggestion_settled_has_day": settled_some_day,
    "consultation_outcome_has_document_or_source": outcome_from_nowhere,
    "consultation_reviewsheet_once": twice("ReviewSheet"),
    "consultation_reviewsheet_has_person_or_source": changed("ReviewSheet", participant=None),
    "consultation_reviewscore_unique": twice("ReviewScore"),
}
