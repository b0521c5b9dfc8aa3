"""Writing the expert pool. R080."""

from typing import Any

from django.db import IntegrityError, transaction

from cppcc.office.models import Person
from cppcc.office.refusals import Refused
from cppcc.workflow.stale import check_version
from members.models import Expert

OWN = ("employer", "title", "strengths", "valid_from", "valid_to", "remark")


@transaction.atomic
def save_expert(expert: Expert | None, form: Any) -> Expert:
    """Save a new or changed expert from its form. Raises Stale when it was changed meanwhile."""
    data = form.cleaned_data
    if expert is None:
        saved = Expert(person=data["person"] or Person())
    else:
        saved = Expert.objects.select_for_update(of=("self",)).select_related("person").get(pk=expert.pk)
        check_version(saved, form)
        saved.version += 1
    person = saved.person
    person.name, person.phone = data["name"], data["phone"] or person.phone
    person.save()
    saved.person = person
    for name in OWN:
        setattr(saved, name, data[name])
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise Refused(f"{person.name}已在专家库中，请直接修改原有登记。") from None
    saved.fields.set(data["fields_known"])
    return saved
