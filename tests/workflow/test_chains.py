"""The chains of a real office work from data alone; so does one that nobody thought of. R009-R011."""

import pytest
from django.db import transaction
from django.utils import timezone

from consultation.issue import notice_draft
from consultation.models import AnnualPlan, MeasureDefault, Topic
from consultation.pages.plan import WALKING
from consultation.plans import new_plan
from consultation.workflows.plan import PLAN
from cppcc.documents.describing import outside_lead
from cppcc.documents.drafts import new_document
from cppcc.documents.models import Document, DocumentKind
from cppcc.documents.workflows.document import DOCUMENT
from cppcc.office.models import Office, Organization, Person, Post, Tenure, User
from cppcc.office.profiles import load
from cppcc.workflow.approval import chain_steps, course
from cppcc.workflow.forms import decision_for
from cppcc.workflow.models import ApprovalChain, ApprovalStep, Movement, Waiting

TODAY = timezone.localdate()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """An office set up by its profile, with a person in every post; once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load("municipal")
        posts = list(Post.objects.order_by("pk"))
        persons = Person.objects.bulk_create(Person(name=f"某{post.pk}", pinyin="mou") for post in posts)
        User.objects.bulk_create(User(username=f"p{p.pk}", person=p, password="!") for p in persons)
        Tenure.objects.bulk_create(Tenure(post=post, person=p) for post, p in zip(posts, persons, strict=True))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def city(loaded, db):
    """The office of the profile; each test takes back what it did."""
    return Office.current()


def holder(role, organization):
    """The account of whoever holds the one post of a role in an organisation."""
    post = Post.objects.filter(role=role, organization=organization).order_by("pk").first()
    assert post, f"no post {role} in {organization}: nobody could do this step"
    return User.objects.get(person__tenures__post=post)


def plan_on(chain):
    """A plan with one topic that walks `chain`."""
    clerk = holder("office_clerk", Office.current().organization)
    plan = new_plan(2026, by=clerk, chain=chain)
    Topic.objects.create(plan=plan, number=1, title="推进城市更新", linkage="linked", created_by=clerk)
    return plan, clerk


def step(plan, name, user, **given):
    """One act as `user`, with the decision that the step needs."""
    plan = AnnualPlan.objects.get(pk=plan.pk)
    at = plan.approval_round and plan.approval_round.step
    decision = decision_for(plan, at, TODAY, None, by=user) if at and at.needs_decision and name != "withdraw" else None
    PLAN.move(plan, name, by=User.objects.get(pk=user.pk), version=plan.version, decision=decision, **given)
    return AnnualPlan.objects.get(pk=plan.pk)


def walk(chain):
    """The plan along the whole chain, each step by the post that it names."""
    plan, clerk = plan_on(chain)
    plan = step(plan, "submit", clerk, opinion="指标另行补足")
    for expected in chain_steps(chain):
        assert plan.approval_round.step == expected
        user = holder(expected.role, expected.organization)
        assert Waiting.objects.held_by(user).filter(label=expected.label).exists()
        shown = {
            row["label"]: row["state"]
            for row in course(plan, Movement.for_matter(plan), walking=WALKING, approved=PLAN.states.APPROVED, ended=())
        }
        assert shown[expected.label] == "now"
        plan = step(plan, "pass", user)
    assert plan.state == "approved"
    return plan


@pytest.mark.parametrize("key", ["chain-a", "chain-b"])
def test_a_chain_of_the_profile_works_from_data_alone(city, key):
    chain = ApprovalChain.objects.get(key=key)
    plan = walk(chain)
    assert plan.state == "approved" and "masthead" not in notice_draft(plan)
    passed = Movement.for_matter(plan).filter(name="pass").order_by("at", "pk")
    assert [m.step for m in passed] == chain_steps(chain)
    assert [m.decision.sitting.body for m in passed] == [s.body for s in chain_steps(chain)]
    assert not any(m.on_behalf for m in passed)


def test_the_chain_with_consent_issues_jointly(city):
    """Three offices sign one document, which bears the number of the one that leads; it is typeset for real here."""
    plan = walk(ApprovalChain.objects.get(key="chain-c"))
    clerk, notice = holder("office_clerk", Office.current().organization), DocumentKind.objects.get(key="notice")
    document = new_document(notice, "关于印发计划的通知", by=clerk, classification="public", matter=plan)
    lead, *others = document.description["masthead"]
    assert lead == outside_lead(document) and len(others) == 2
    Document.objects.filter(pk=document.pk).update(state="signed", signed_at=timezone.now())
    data = {"issued_on": TODAY, "outside_number": "试办发〔2026〕12号"}
    DOCUMENT.move(document, "issue", by=clerk, version=document.version, data=data)
    plan = AnnualPlan.objects.get(pk=plan.pk)
    assert (plan.state, plan.number, plan.document.file.extension) == ("issued", "试办发〔2026〕12号", "pdf")


def test_the_profile_has_its_chains_and_no_dead_seat(city):
    chains = set(ApprovalChain.objects.values_list("key", flat=True))
    assert chains == {"chain-a", "chain-b", "chain-c", "forum-scheme"}
    for row in ApprovalStep.objects.select_related("organization"):
        assert holder(row.role, row.organization)
    assert MeasureDefault.objects.exists()


def test_a_chain_that_nobody_thought_of_needs_no_code(city):
    """Signed by a vice-chair, decided by a new body, consented to by a unit: rows only."""
    cppcc = Organization.objects.get(key="cppcc")
    body = Organization.objects.create(name="专题工作会议", kind="deciding_body", parent=cppcc)
    unit = Organization.objects.create(name="市机构编制部门", kind="department")
    chain = ApprovalChain.objects.create(key="fourth", name="分管领导审签、专题会议、部门同意")
    Post.objects.create(organization=unit, role="department", title="经办")
    vice = Post.objects.create(organization=body, role="vice_chair", title="分管副主席")
    for post in Post.objects.filter(tenures=None):
        person = Person.objects.create(name=f"新{post.pk}")
        User.objects.create(username=f"n{post.pk}", person=person)
        Tenure.objects.create(post=post, person=person)
    ApprovalStep.objects.bulk_create(
        [
            ApprovalStep(chain=chain, order=2, kind="sign", label="分管副主席审签", role=vice.role, organization=body),
            ApprovalStep(chain=chain, order=4, kind="decide", label="专题会议", body=body, role="vice_chair",
                         organization=body),
            ApprovalStep(chain=chain, order=9, kind="consent", label="征得同意", body=unit, role="department",
                         organization=unit),
        ]
    )  # fmt: skip
    plan = walk(chain)
    assert plan.state == "approved"
    decided = [bool(m.decision) for m in Movement.for_matter(plan).filter(name="pass").order_by("at", "pk")]
    assert decided == [False, True, True]


def test_the_second_profile_chain_resumes_where_its_step_says_so(city):
    chain = ApprovalChain.objects.get(key="chain-b")
    first, second, *_ = chain_steps(chain)
    plan, clerk = plan_on(chain)
    plan = step(plan, "submit", clerk, opinion="指标另行补足")
    plan = step(plan, "pass", holder(first.role, first.organization))
    plan = step(plan, "send_back", holder(second.role, second.organization), opinion="请补充")
    plan = step(plan, "submit", clerk, opinion="已补充")
    wanted = second if second.on_return == "resume" else first
    assert plan.approval_round.step == wanted
