"""The targets of one plan: data that two people may edit at once. R001, R013-R015."""

from django.urls import reverse

from consultation.meter import read_meter
from consultation.models import AnnualPlan
from tests.reading import hidden


def form_of(client, plan, **changed):
    """The form as its page sends it, with other targets by measure."""
    page = client.get(reverse("consultation:plan_targets", args=[plan.year]))
    data = dict(hidden(page))
    for form in page.context["formset"]:
        data[f"{form.prefix}-target"] = changed.get(form.instance.measure, form.instance.target)
        if "tolerance" in form.fields:
            data[f"{form.prefix}-tolerance"] = form.instance.tolerance
    return data


def test_the_second_of_two_edits_is_told_and_overwrites_nothing(world, login):
    plan, clerk, sg = world.plan(topics=3), login("clerk"), login("sg")
    address = reverse("consultation:plan_targets", args=[plan.year])
    first, second = form_of(clerk, plan, linked_share="60"), form_of(sg, plan, linked_share="80")
    assert clerk.post(address, first).status_code == 302
    answer = sg.post(address, second)
    assert answer.status_code == 409
    assert "80" in answer.content.decode()
    assert plan.targets.get(measure="linked_share").target == 60


def test_without_a_target_nothing_is_measured(world, login):
    plan, clerk = world.plan(topics=3), login("clerk")
    form = form_of(clerk, plan, special_consultations="")
    assert clerk.post(reverse("consultation:plan_targets", args=[plan.year]), form).status_code == 302
    keys = {reading.key for reading in read_meter(AnnualPlan.objects.get(pk=plan.pk))}
    assert "special_consultations" not in keys
    assert "linked_share" in keys
