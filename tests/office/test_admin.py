"""The administration: every page of every registered model opens, and histories read as the screen does."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from consultation.models import AnnualPlanGroupObjectPermission, PartyConsultation, SolicitationChannel, TopicCategory
from consultation.workflows.plan import PLAN
from cppcc.deadlines.models import WorkCalendar
from cppcc.files.models import StoredFile
from cppcc.jobs.models import Job
from cppcc.meetings.models import Busy
from cppcc.office.differences import differences
from cppcc.office.groups import sync_groups
from cppcc.office.models import Delegation, Organization, Person, Post, Tenure
from cppcc.sheets.models import ImportBatch
from cppcc.workflow.models import ApprovalStep, Decision, Sitting
from tests.consultation import forum_rows as forums
from tests.deadlines.desk_rows import one_of_each
from tests.documents.papers import copy_rules, paper
from tests.documents.stamps import a_seal, place
from tests.meetings.gatherings import invited, rule
from tests.members import one_of_each as members

SITE = admin.site


@pytest.fixture
def city(world):
    """The world with one row of most models: a plan before its body, a round, a suggestion, a sitting."""
    plan = world.plan(topics=2, linked=1)
    world.adoption(plan.topics.first())
    world.suggestion(world.solicitation(plan))
    PLAN.move(plan, "submit", by=world.users["sg"], version=plan.version, opinion="先行报送")
    sitting = Sitting.of(world.orgs["party-group"], date(2026, 1, 5), by=world.users["clerk"], number=1)
    Decision.objects.create(sitting=sitting, matter=plan)
    TopicCategory.objects.create(key="economy", label="经济")
    one_of_each(world, plan.topics.first())
    copy_rules(world)
    paper(world, state="issued")
    members.one_of_each(world)
    forums.one_of_each(world)
    invited(world, "member")
    rule("symposium", "chairs", "role", "chair")
    now = timezone.now()
    PartyConsultation.objects.create(year=now.year, title="优化营商环境", held_on=now.date())
    Busy.objects.create(person=world.users["chair"].person, starts=now, ends=now + timedelta(hours=1))
    place(world, paper(world, state="signed"), a_seal(world))
    WorkCalendar.objects.get_or_create(date=date(2026, 1, 1), defaults={"is_workday": False})
    permission = AnnualPlanGroupObjectPermission._meta.get_field("permission").related_model.objects.get(
        codename="view_annualplan"
    )
    AnnualPlanGroupObjectPermission.objects.create(
        content_object=plan, group=Group.objects.first(), permission=permission
    )
    Delegation.objects.create(
        post=world.posts["clerk"], person=world.users["nobody"].person,
        valid_from=date(2022, 1, 1), valid_to=date(2099, 1, 1),
    )  # fmt: skip
    return world


def pages_of(model):
    """The addresses of a model's pages; those of a row, where there is one."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield "list", reverse(f"{name}_changelist")
    yield "add", reverse(f"{name}_add")
    row = model._default_manager.first()
    if row is not None:
        yield "change", reverse(f"{name}_change", args=[row.pk])
        yield "history", reverse(f"{name}_history", args=[row.pk])


def test_every_page_of_every_registered_model_opens(city, login):
    client = login("admin")
    wrong = []
    for model, options in SITE._registry.items():
        for kind, address in pages_of(model):
            response = client.get(address)
            allowed = kind != "add" or options.has_add_permission(response.wsgi_request)
            if response.status_code != (200 if allowed else 403):
                wrong.append((model.__name__, kind, response.status_code))
    assert wrong == []


def test_rows_of_the_registered_models_are_there_to_be_opened(city):
    empty = {model.__name__ for model in SITE._registry if not model._default_manager.exists()}
    allowed = {StoredFile.__name__, Job.__name__, ImportBatch.__name__, "OneTimeLink", "CommitteeRouting", "Term"}
    allowed |= {"Regulation", "RegulationVersion", "Article", "RuleBasis"}
    third_party = {
        model.__name__
        for model in SITE._registry
        if model.__module__.split(".")[0] not in {"cppcc", "consultation", "members"}
    }
    assert empty <= allowed | third_party


def test_every_model_of_ours_with_a_history_is_registered_or_inside_another():
    inline = {inline.model for options in SITE._registry.values() for inline in options.inlines}
    ours = [
        model
        for model in apps.get_models()
        if hasattr(model, "history") and not model.__name__.startswith("Historical")
    ]
    assert [model.__name__ for model in ours if model not in SITE._registry and model not in inline] == []


def history(client, row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return client.get(reverse(name, args=[row.pk])).content.decode()


def test_a_history_names_fields_choices_and_rows_in_words(world, login):
    unit = Organization.objects.get(pk=world.orgs["dept1"].pk)
    unit.save()
    unit.kind, unit.parent, unit.aliases = "court", world.orgs["cppcc"], ["甲", "乙"]
    unit.save()
    page = history(login("admin"), unit)
    for words in ("变更内容", "操作人", "修改", "部门 → ", "市政府 → 市政协", "甲、乙"):
        assert words in page
    assert "department" not in page and "Changes" not in page and "Comment" not in page


def test_a_history_names_what_lists_of_choices_and_of_rows_hold(world, login):
    channel = SolicitationChannel.objects.get(key="parties")
    channel.save()
    channel.organization_kinds = ["county"]
    channel.save()
    assert Organization.Kind("county").label in history(login("admin"), channel)


def test_many_to_many_changes_are_named(world):
    step = ApprovalStep.objects.first()
    step.save()
    step.issuers.set([world.orgs["dept1"]])
    [(_, items), *_] = differences(ApprovalStep, list(step.history.all()))
    assert items == [{"field": "联合印发单位", "old": "（空）", "new": str(world.orgs["dept1"])}]


@pytest.mark.parametrize("model", [Tenure, Delegation, Post])
def test_deleting_ticked_rows_lets_the_groups_follow(city, login, model):
    member = city.users["nobody"]
    post = Post.objects.create(organization=city.orgs["econ"], role="committee_clerk", title="临时", key="temporary")
    if model is Delegation:
        Tenure.objects.create(post=post, person=Person.objects.create(name="甲"), valid_from=date(2022, 1, 1))
    else:
        Tenure.objects.create(post=post, person=member.person, valid_from=date(2022, 1, 1))
    rows = {
        Tenure: lambda: Tenure.objects.filter(post=post),
        Delegation: lambda: Delegation.objects.filter(person=member.person),
        Post: lambda: Post.objects.filter(pk=post.pk),
    }[model]()
    sync_groups()
    before = set(member.groups.values_list("name", flat=True))
    if model is Post:
        Tenure.objects.filter(post=post).delete()
    data = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    name = f"admin:office_{model._meta.model_name}_changelist"
    assert login("admin").post(reverse(name), data).status_code == 302
    assert not rows.model.objects.filter(pk__in=data["_selected_action"]).exists()
    assert set(member.groups.values_list("name", flat=True)) < before
