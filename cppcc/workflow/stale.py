"""A form that is older than its matter: both sides are shown, nothing typed is lost."""

from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.utils import timezone

from cppcc.office.refusals import Refused, Stale


def check_version(matter: Any, form: Any) -> None:
    """Raise Stale when the form (its field `version`) was opened before the last change of the locked `matter`."""
    if form.cleaned_data.get("version") == matter.version:
        return
    mine, theirs = [], []
    for name in form.fields:
        if name in ("version", "token") or not form.fields[name].label:
            continue
        field = form[name]
        mine.append({"label": str(field.label), "value": shown(form.cleaned_data.get(name))})
        theirs.append({"label": str(field.label), "value": shown(_current(matter, name, form))})
    raise Stale(
        "您打开表单以后，内容已被他人修改，您的修改没有保存。请对照两边的内容，在最新页面上重新填写。", mine, theirs
    )


@transaction.atomic
def save_version(form: Any) -> None:
    """Save the form of a row with a `version` of its own, new or changed.

    Raises Stale when somebody changed the row since the form was opened, Refused when he deleted it.
    """
    row = form.instance
    if row.pk:
        locked = type(row).objects.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if locked is None:
            raise Refused("这一条已被他人删除，您的修改没有保存。")
        check_version(locked, form)
        row.version = locked.version + 1
    form.save()


def _current(matter: models.Model, name: str, form: Any) -> Any:
    try:
        field = matter._meta.get_field(name)
    except FieldDoesNotExist:
        return form.saved_value(matter, name) if hasattr(form, "saved_value") else None
    value = getattr(matter, name)
    if field.many_to_many:
        return list(value.all())
    choices = dict(getattr(field, "flatchoices", ()) or ())
    return choices.get(value, value) if choices else value  # a list has no choices and is no key


def shown(value: Any) -> str:
    """A value in the words of the screen."""
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, list | tuple | models.QuerySet):
        return "、".join(str(item) for item in value) or "（空）"
    return str(value)
