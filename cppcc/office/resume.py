"""An expired session in the middle of a form loses nothing: what was typed waits behind the login."""

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.csrf import requires_csrf_token

SALT = "cppcc.resume"
MAX_AGE = 3600  # seconds that what was typed can wait for the login
HIDDEN = {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2", "resume_token"}


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Deny by default; an unauthenticated POST is kept, shown and offered again after the login."""

    def handle_no_permission(self, request, view_func):
        """Redirect a GET to the login; answer a POST with the page that keeps it."""
        if request.method == "POST":
            return keep(request, "登录已过期，请重新登录。您填写的内容没有丢失，登录后可以继续提交。")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(settings.LOGIN_URL)})
        return super().handle_no_permission(request, view_func)


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What the user typed, without secrets and files."""
    return {key: values for key, values in request.POST.lists() if key not in HIDDEN}


def keep(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page that shows what was typed beside a login form, carrying it along signed."""
    data = typed(request)
    context = {
        "sentence": sentence,
        "typed": [{"label": key, "value": "、".join(values)} for key, values in data.items() if any(values)],
        "files_lost": [upload.name for upload in request.FILES.values()],
        "resume_token": signing.dumps({"path": request.get_full_path(), "data": data}, salt=SALT, compress=True),
    }
    return render(request, "registration/resume.html", context, status=401)


def unpack(token: str) -> dict | None:
    """What `keep` carried: path and data; None when the token is not ours or too old."""
    try:
        return signing.loads(token, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from before another login in the same browser: keep what was typed and offer it again."""
    if request.user.is_authenticated or not typed(request):
        return render(request, "403.html", {"sentence": "这个页面已失效，请返回上一页刷新后重新提交。"}, status=403)
    return keep(request, "页面已失效，请重新登录。您填写的内容没有丢失。")
