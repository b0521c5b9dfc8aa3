"""The ground's pages: login, account, regulations."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from cppcc.office.demo import demo_accounts
from cppcc.office.forms import LoginForm
from cppcc.office.models import Regulation, User
from cppcc.office.refusals import back
from cppcc.office.resume import offer, unpack

FORM_VERBS = ["get", "head", "post", "options"]  # Django's form views would take a PUT for a POST


@method_decorator(login_not_required, name="dispatch")
class Login(LoginView):
    """The login page; when a form was interrupted, it goes on with what was typed."""

    redirect_authenticated_user = True
    authentication_form = LoginForm
    http_method_names = FORM_VERBS

    def dispatch(self, request: HttpRequest, *args, **kwargs):
        """Somebody who logged in meanwhile in another window goes on with what was typed in this one."""
        kept = unpack(request.POST.get("resume_token", "")) if request.user.is_authenticated else None
        return offer(request, kept) if kept else super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Add the demo accounts where the demo is on."""
        return super().get_context_data(**kwargs) | {"demo_accounts": demo_accounts() if settings.DEMO else []}

    def form_valid(self, form) -> HttpResponse:
        """Log in; with a resume token show what was typed and a button that submits it again."""
        kept = unpack(self.request.POST.get("resume_token", ""))
        if kept is None:
            return super().form_valid(form)
        login(self.request, form.get_user())
        return offer(self.request, kept)


class PasswordChange(PasswordChangeView):
    """Changing one's password."""

    success_url = reverse_lazy("desk:home")
    http_method_names = FORM_VERBS

    def form_valid(self, form) -> HttpResponse:
        """Save, note the day, and say so."""
        response = super().form_valid(form)
        form.user.password_changed_at = timezone.now()
        form.user.save(update_fields=["password_changed_at"])
        messages.success(self.request, "密码已修改。")
        return response


@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Switch the large type on or off for this account."""
    account = User.objects.filter(username=request.user.get_username())
    account.update(large_type=Case(When(large_type=True, then=False), default=True))
    return redirect(back(request))


@require_GET
def regulation_list(request: HttpRequest) -> HttpResponse:
    """The registry of regulations with their versions (R148)."""
    regulations = Regulation.objects.prefetch_related("versions").order_by("key")
    return render(request, "office/regulation_list.html", {"regulations": regulations})


@require_GET
def regulation_detail(request: HttpRequest, key: str) -> HttpResponse:
    """One regulation: versions, articles in our own words, and the rules that rest on them (R148)."""
    regulation = get_object_or_404(Regulation.objects.prefetch_related("versions__articles__bases"), key=key)
    return render(request, "office/regulation_detail.html", {"regulation": regulation})
