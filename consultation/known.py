"""Reference lists that every page asks for, remembered in this process for a minute."""

from django.core.cache import cache

from consultation.models import ConsultationForm, SolicitationChannel
from cppcc.office.regulations import REMEMBERED


def known_forms() -> list[ConsultationForm]:
    """Every form of consultation, in the office's order."""
    return cache.get_or_set("consultation.forms", lambda: list(ConsultationForm.objects.all()), REMEMBERED) or []


def valid_forms() -> list[ConsultationForm]:
    """The forms of today."""
    return [form for form in known_forms() if form.is_valid()]


def known_channels() -> list[SolicitationChannel]:
    """The channels of today."""
    rows = cache.get_or_set("consultation.channels", lambda: list(SolicitationChannel.objects.all()), REMEMBERED) or []
    return [channel for channel in rows if channel.is_valid()]
