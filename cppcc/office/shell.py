"""What every page needs: the office's name, the menu, the posts one acts in; and the one way a form looks."""

from collections.abc import Callable

from django.core.cache import cache
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cppcc.office.models import Office
from cppcc.office.navigation import menu
from cppcc.office.regulations import REMEMBERED

PROVIDERS: list[Callable[[HttpRequest], dict]] = []


def add_to_shell(provider: Callable[[HttpRequest], dict]) -> None:
    """Let an app above put something on every page of those logged in: what `provider` gives should be lazy."""
    if provider not in PROVIDERS:
        PROVIDERS.append(provider)


class FormRenderer(TemplatesSetting):
    """Forms and fields are drawn by two templates of the house."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"


def the_office() -> Office | None:
    """The office's row, remembered in this process for a minute: every page shows its name."""
    return cache.get_or_set("office.office", Office.current, REMEMBERED)


def shell(request: HttpRequest) -> dict:
    """Context of every page: `office`, and for those logged in `nav` and `acting_titles`."""
    context: dict = {"office": SimpleLazyObject(the_office)}
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        context["nav"] = menu(user, request.path)
        context["acting_titles"] = "、".join(str(acting) for acting in user.acting[:2])
        for provider in PROVIDERS:
            context.update(provider(request))
    return context
