"""What must be impossible is impossible in the database: every constraint is tried past forms and workflows."""

from copy import copy
from datetime import date
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from consultation import models as c
from cppcc.deadlines import models as d
from cppcc.documents import models as p
from cppcc.files.models import StoredFile
from cppcc.jobs.models import Job
from cppcc.meetings import models as m
from cppcc.office import models as o
from cppcc.office.validity import Valid
from cppcc.sheets.models import ImportBatch
from cppcc.workflow import models as w
from tests.consultation import forum_people_world, forum_world
from tests.consultation.forum_rows import REFUSED_OF_FORUMS
from tests.deadlines.task_rows import a_task
from tests.documents.papers import kinds, paper
from tests.documents.stamps import a_seal, place
from tests.meetings.gatherings import invite, meeting, setting
from tests.meetings.gatherings import rule as invite_rule
from tests.members.one_of_each import PERIODS, REFUSED

DAY, BEFORE = date(2026, 2, 2), date(2026, 2, 1)


def again(obj):
    """A second row like `obj`, past save() and full_clean()."""
    twin = copy(obj)
    twin.pk = None
    type(obj)._default_manager.bulk_create([twin])


def change(obj, **values):
    """An UPDATE of one row, past save() and full_clean()."""
    type(obj)._default_manager.filter(pk=obj.pk).update(**values)


def regulation(world):
    """A version of a regulation with an article."""
    found = o.Regulation.objects.create(key="rules", title="协商规则")
    version = o.RegulationVersion.objects.create(regulation=found, label="2024年版")
    return version, o.Article.objects.create(version=version, code="第五条", summary="计划")


def moved(world):
    """A plan in approval: with its round, its movement, its version, its duty."""
    plan = world.plan(topics=1)
    made = w.ApprovalRound.objects.create(matter=plan, number=1, chain=world.chain)
    movement = w.Movement.objects.create(
        matter=plan, name="submit", label="提请审批", source="a", target="b", source_label="a", target_label="b",
        user=world.users["clerk"], actor="试", version=1,
    )  # fmt: skip
    version = w.Snapshot.objects.create(matter=plan, number=1, content={}, movement=movement)
    duty = w.Waiting.objects.create(matter=plan, label="编制", organization=world.orgs["office"], role="office_clerk")
    return made, version, duty


def sitting(world):
    return w.Sitting.objects.create(
        body=world.orgs["standing"], held_on=timezone.localdate(), created_by=world.users["clerk"]
    )


def rounds_overlap(world):
    made = moved(world)[0]
    w.ApprovalRound.objects.create(matter=made.matter, number=2, chain=world.chain)


def same_round_number(world):
    made = moved(world)[0]
    change(made, ended_at=timezone.now())
    again(made)


def same_number(world):
    world.plan(2025, state="issued")
    change(world.plan(2026), number="试政协办〔2025〕1号")


def adopted(world):
    return world.suggestion(world.solicitation(world.plan(topics=1)))


def adoption(world):
    return world.adoption(world.plan(topics=1, linked=1).topics.get())


def grant(world):
    group = o.RoleGroup.objects.first().group
    permission = group.permissions.model.objects.get(codename="view_annualplan")
    return c.AnnualPlanGroupObjectPermission.objects.create(
        group=group, permission=permission, content_object=world.plan()
    )


def names_overlap(world):
    for begin, end in (("2020-01-01", "2022-12-31"), ("2022-12-31", "2023-12-31")):
        o.OrganizationName.objects.create(
            organization=world.orgs["econ"], name="经济科技委员会", valid_from=begin, valid_to=end
        )


def terms_overlap(world):
    o.Term.objects.create(number=5, starts="2022-01-01", ends="2026-12-31")
    o.Term.objects.create(number=6, starts="2026-12-31", ends="2031-12-31")


def session(world):
    term = o.Term.objects.create(number=5, starts="2022-01-01", ends="2026-12-31")
    return o.Session.objects.create(term=term, number=1)


def basis(world):
    return o.RuleBasis.objects.create(rule="R009", article=regulation(world)[1])


def job(world, **values):
    return Job.objects.create(kind="any", owner=world.users["clerk"], **values)


def batch(world, **values):
    return ImportBatch.objects.create(
        kind="any", file_name="a.csv", data=b"", sha256="0" * 64, owner=world.users["clerk"], **values
    )


def file_of_half_a_matter(world):
    StoredFile.objects.create(name="a.pdf", extension="pdf", media_type="x", size=1, sha256="0" * 64, object_id=3)


def window(world):
    solicitation = world.solicitation(world.plan())
    change(solicitation, opens_on=DAY, closes_on=BEFORE)


def same_outside_number(world):
    paper(world, state="issued", outside_number="试办发〔2026〕3号")
    change(paper(world), outside_number="试办发〔2026〕3号")


def use(world):
    document = paper(world, state="signed")
    place(world, document, a_seal(world))
    return document.seal_uses.get()


def delegation(world, **dates):
    return o.Delegation.objects.create(post=world.posts["sg"], person=world.users["nobody"].person, **dates)


def deadline(world):
    """A deadline of a plan, with its holder."""
    world.due_rules()
    made = d.Deadline.objects.create(
        matter=world.plan(), rule=d.DueRule.objects.first(), step="a", label="a", title="a", anchor_on=DAY, due_on=DAY,
        planned_on=DAY, derived_at=timezone.now(),
    )  # fmt: skip
    d.DeadlineHolder.objects.create(deadline=made, organization=world.orgs["econ"], since=timezone.now())
    return made


def outbox(world, status):
    now = timezone.now()
    d.Outbox.objects.create(key="a", channel="email", subject="a", status=status, not_before=now, created_at=now)


def feed(world):
    return d.CalendarFeed.objects.create(user=world.users["clerk"], token_hash="0" * 64)


def second_feed(world):
    d.CalendarFeed.objects.create(user=feed(world).user, token_hash="1" * 64)


def rule_sets_overlap(world):
    d.RuleSet.objects.create(key="forum", label="甲", valid_to=DAY)
    d.RuleSet.objects.create(key="forum", label="乙", valid_from=DAY)


def rule(world):
    world.due_rules()
    return d.DueRule.objects.first()


def numbered(world, **of):
    """The first number of the year, of a document."""
    made = paper(world, **of)
    days = {"given_on": timezone.localdate(), "allocated_at": timezone.now()}
    return p.DocumentNumber.objects.create(
        series=made.kind.series, year=2026, value=1, text="1号", document=made, **days
    )


def same_value(world):
    numbered(world)
    numbered(world, title="另一件")


def recipient(world, **values):
    found = p.Recipient.objects.create(document=paper(world), organization=world.orgs["econ"], part="main", why="手工")
    change(found, **values)
    return found


def a_meeting(world, **values):
    found = meeting(world)
    change(found, **values)
    return found


def a_participant(world, **values):
    found = invite(world, meeting(world), "member")
    change(found, **values)
    return found


def same_seat(world):
    made = meeting(world)
    for row in invite(world, made, "member", "member2"):
        change(row, seat="1排1座")


def a_room(world, **values):
    setting(world)
    found = m.Room.objects.get()
    change(found, **values)
    return found


def a_busy(world):
    now = timezone.now()
    m.Busy.objects.create(person=world.users["chair"].person, starts=now, ends=now)


def a_party_consultation(world):
    """One of 2026."""
    return c.PartyConsultation.objects.create(year=2026, title="优化营商环境", held_on=DAY.replace(year=2026))


def an_invite_rule(world):
    setting(world)
    return invite_rule("symposium", "chairs", "role", "chair")


def letter(world, order=1, **values):
    """A letter of a batch."""
    paper_to_many = paper(world, kind="letter")
    made = p.Letter.objects.create(document=paper_to_many, order=order, name="王小明", salutation="王小明委员")
    change(made, **values)
    return made


def two_letters(world):
    """The same person twice in one list."""
    person, first = world.users["clerk"].person, letter(world)
    for order in (2, 3):
        p.Letter.objects.create(document=first.document, order=order, name="一", salutation="一", person=person)


def booking(world):
    made = forum_people_world.a_forum(world)
    return forum_people_world.booked(world, made, "members", forum_people_world.people(1))[0]


CASES = {
    **REFUSED,
    **REFUSED_OF_FORUMS,
    "meetings_meeting_ends_after_start": lambda x: a_meeting(x, ends=F("starts")),
    "meetings_agenda_order_unique": lambda x: again(a_meeting(x).agenda.get()),
    "meetings_participant_once": lambda x: again(a_participant(x)),
    "meetings_participant_seat_once": same_seat,
    "meetings_participant_deputy_named": lambda x: a_participant(x, reply="deputy"),
    "meetings_participant_no_has_reason": lambda x: a_participant(x, reply="no"),
    "meetings_participant_proxy_has_source": lambda x: a_participant(x, reply_how="proxy"),
    "meetings_participant_came_has_time": lambda x: a_participant(x, attendance="late"),
    "meetings_participant_leave_was_granted": lambda x: a_participant(x, attendance="leave"),
    "meetings_sign_in_undo_names_press": lambda x: m.SignIn.objects.create(
        participant=a_participant(x), act="undo", at=timezone.now(), how="list", client_id=uuid4()
    ),
    "meetings_room_has_seats": lambda x: a_room(x, rows=0),
    "meetings_busy_ends_after_start": a_busy,
    "documents_letter_order_unique": lambda x: again(letter(x)),
    "documents_letter_person_once": two_letters,
    "documents_letter_printed_or_not": lambda x: letter(x, printed_at=timezone.now()),
    "documents_number_of_one": lambda x: change(numbered(x), document=None),
    "documents_issued_has_file": lambda x: change(paper(x), state="issued"),
    "documents_number_unique": same_value,
    "documents_number_positive": lambda x: change(numbered(x), value=0),
    "documents_number_cancelled_has_reason": lambda x: change(numbered(x), cancelled_at=timezone.now()),
    "documents_recipient_unique": lambda x: again(recipient(x)),
    "documents_recipient_receipt_says_how": lambda x: recipient(x, received_at=timezone.now(), sent_at=timezone.now()),
    "documents_recipient_proxy_has_source": lambda x: recipient(
        x, received_at=timezone.now(), sent_at=timezone.now(), how="proxy"
    ),
    "documents_recipient_received_was_sent": lambda x: recipient(x, received_at=timezone.now(), how="login"),
    "documents_recipient_withheld_not_sent": lambda x: recipient(x, withheld="不宜", sent_at=timezone.now()),
    "documents_series_first_positive": lambda x: change(paper(x).kind.series, first=0),
    "deadlines_ruleset_no_overlap": rule_sets_overlap,
    "deadlines_duerule_step_unique": lambda x: again(rule(x)),
    "deadlines_deadline_unique": lambda x: again(deadline(x)),
    "deadlines_deadline_closed_has_day": lambda x: change(deadline(x), status="done"),
    "deadlines_deadline_waived_has_reason": lambda x: change(deadline(x), status="waived", closed_on=DAY),
    "deadlines_holder_unique": lambda x: again(deadline(x).holders.get()),
    "deadlines_outbox_has_lease": lambda x: outbox(x, "sending"),
    "deadlines_outbox_sent_has_time": lambda x: outbox(x, "sent"),
    "deadlines_feed_one_live": second_feed,
    "deadlines_task_answered_says_what": lambda x: change(a_task(x), state="done"),
    "deadlines_setting_one_row": lambda x: d.DeliverySetting.objects.bulk_create([d.DeliverySetting(id=2)]),
    "office_organization_name_unique": lambda x: o.Organization.objects.create(name="经济委员会", kind="committee"),
    "office_organizationname_no_overlap": names_overlap,
    "office_post_title_unique": lambda x: o.Post.objects.create(
        organization=x.orgs["office"], role="member", title="秘书长"
    ),
    "office_delegation_has_dates": lambda x: delegation(x, valid_from=DAY),
    "office_rolegroup_unique": lambda x: o.RoleGroup.objects.create(
        organization=x.orgs["office"], role="office_clerk", group=o.RoleGroup.group.field.related_model.objects.create()
    ),
    "office_regulationversion_unique": lambda x: again(regulation(x)[0]),
    "office_article_unique": lambda x: again(regulation(x)[1]),
    "office_rulebasis_unique": lambda x: again(basis(x)),
    "office_office_one_row": lambda x: o.Office.objects.bulk_create(
        [o.Office(id=2, key="other", organization=x.orgs["office"])]
    ),
    "office_term_no_overlap": terms_overlap,
    "office_session_unique": lambda x: again(session(x)),
    "stored_file_matter_whole": file_of_half_a_matter,
    "job_running_has_lease": lambda x: change(job(x), status="running"),
    "job_finished_has_time": lambda x: change(job(x), status="done"),
    "import_batch_applied_has_time": lambda x: change(batch(x), status="applied"),
    "workflow_step_order_unique": lambda x: again(x.chain.steps.first()),
    "workflow_round_unique": same_round_number,
    "workflow_round_one_open": rounds_overlap,
    "workflow_sitting_unique": lambda x: again(sitting(x)),
    "workflow_decision_one_open": lambda x: again(w.Decision.objects.create(sitting=sitting(x), matter=x.plan())),
    "workflow_waiting_unique": lambda x: again(moved(x)[2]),
    "workflow_snapshot_unique": lambda x: again(moved(x)[1]),
    "documents_seal_use_place_unique": lambda x: again(use(x)),
    "documents_seal_use_withdrawn_by": lambda x: change(use(x), withdrawn_at=timezone.now()),
    "documents_outside_number_unique": same_outside_number,
    "consultation_plan_issued_has_number": lambda x: change(x.plan(), state="issued"),
    "consultation_plan_number_unique": same_number,
    "consultation_party_title_unique": lambda x: again(a_party_consultation(x)),
    "consultation_party_day_in_year": lambda x: change(a_party_consultation(x), year=2027),
    "consultation_target_unique": lambda x: again(x.plan().targets.first()),
    "consultation_topic_title_unique": lambda x: again(x.plan(topics=1).topics.get()),
    "consultation_topic_months": lambda x: change(x.plan(topics=1).topics.get(), month_from=5, month_to=4),
    "consultation_topicunit_unique": lambda x: again(x.plan(topics=1).topics.get().units.first()),
    "consultation_topicform_unique": lambda x: again(x.plan(topics=1).topics.get().stages.get()),
    "consultation_adoption_unique": lambda x: again(adoption(x)),
    "consultation_adoption_has_date": lambda x: change(adoption(x), state="adopted"),
    "consultation_solicitation_window": window,
    "consultation_addressee_unique": lambda x: again(x.solicitation(x.plan()).addressees.first()),
    "consultation_suggestion_has_proposer": lambda x: change(adopted(x), organization=None),
    "consultation_suggestion_month": lambda x: change(adopted(x), month=13),
    "consultation_suggestion_adopted_has_topic": lambda x: change(adopted(x), state="adopted"),
    "consultation_suggestion_unique": lambda x: again(adopted(x)),
    "consultation_booking_once": lambda x: again(booking(x)),
    "consultation_booking_deputy_named": lambda x: change(booking(x), answer="deputy"),
    "consultation_booking_no_has_reason": lambda x: change(booking(x), answer="no"),
    "consultation_booking_proxy_has_source": lambda x: change(booking(x), how="proxy"),
}
VALID = {
    "documents_documentkind": lambda x: kinds(x)["notice"],
    "documents_seal": lambda x: a_seal(x),
    "documents_copyrule": lambda x: p.CopyRule.objects.create(key="a", label="甲", reason="依据"),
    "deadlines_ruleset": lambda x: d.RuleSet.objects.create(key="forum", label="甲"),
    "office_organization": lambda x: x.orgs["econ"],
    "office_organizationname": lambda x: o.OrganizationName.objects.create(organization=x.orgs["econ"], name="旧名"),
    "office_post": lambda x: x.posts["sg"],
    "office_tenure": lambda x: o.Tenure.objects.first(),
    "office_delegation": lambda x: delegation(x, valid_from=DAY, valid_to=DAY),
    "office_committeerouting": lambda x: o.CommitteeRouting.objects.create(
        post=x.posts["sg"], committee=x.orgs["econ"]
    ),
    "office_regulationversion": lambda x: regulation(x)[0],
    "office_rulebasis": basis,
    "workflow_approvalchain": lambda x: x.chain,
    **PERIODS,
    "consultation_forumrules": forum_world.rules,
    "meetings_meetingkind": lambda x: a_meeting(x).kind,
    "meetings_inviterule": an_invite_rule,
    "meetings_room": a_room,
    "consultation_topiccategory": lambda x: c.TopicCategory.objects.create(key="a", label="甲"),
    "consultation_consultationform": lambda x: x.forms["special"],
    "consultation_solicitationchannel": lambda x: x.channels["member"],
    "consultation_measuredefault": lambda x: c.MeasureDefault.objects.first(),
}


def our_models():
    """The models of this product, without the tables that history writes."""
    for model in apps.get_models():
        ours = model.__module__.startswith(("cppcc.", "consultation.", "members."))
        if ours and not model.__name__.startswith("Historical"):
            yield model


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(world, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        CASES[name](world)


@pytest.mark.parametrize("table", VALID)
def test_a_period_that_ends_before_it_begins_is_refused(world, table):
    obj = VALID[table](world)
    with pytest.raises(IntegrityError, match=f"{table}_valid_period"), transaction.atomic():
        change(obj, valid_from=DAY, valid_to=BEFORE)


def test_a_grant_is_made_once(world):
    made = grant(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        again(made)


def test_every_constraint_is_tried():
    declared = {constraint.name for model in our_models() for constraint in model._meta.constraints}
    periods = {name for name in declared if name.endswith("_valid_period")}
    assert periods == {f"{table}_valid_period" for table in VALID}
    assert declared - periods == set(CASES)
    assert len(periods) == sum(issubclass(model, Valid) for model in our_models())


def test_every_unique_field_is_unique_in_the_database(world):
    """A second plan of a year, a second token, a second key."""
    plan = world.plan()
    with pytest.raises(IntegrityError, match="year"), transaction.atomic():
        c.AnnualPlan.objects.create(year=plan.year, title="另一份")
    first = adopted_again(world, 2027)
    second = adopted_again(world, 2028)
    change(first, token="6a0e1c1c-0000-4000-8000-000000000001")
    with pytest.raises(IntegrityError, match="token"), transaction.atomic():
        change(second, token="6a0e1c1c-0000-4000-8000-000000000001")


def adopted_again(world, year):
    return world.suggestion(world.solicitation(world.plan(year)))
