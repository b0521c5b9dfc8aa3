"""An expired session in the middle of a form loses nothing: what was typed waits behind the login."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.csrf import requires_csrf_token

SALT = "cppcc.resume"
MAX_AGE = 3600  # seconds that what was typed can wait for the login
HIDDEN = {"csrfmiddlewaretoken", "password", "old_password", "new_password1", "new_password2", "resume_token"}
SECRET = "secret_"  # noqa: S105 - fields with this before their name are never shown again or carried along


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
    return {key: values for key, values in request.POST.lists() if key not in HIDDEN and not key.startswith(SECRET)}


def words(data: dict[str, list[str]]) -> list[str]:
    """What of it a person recognises: text, not the numbers and ticks behind choices (these are kept too)."""
    texts = [value for key, values in data.items() if key != "token" for value in values]
    return [text for text in texts if text.strip() and not text.isdigit() and text not in ("on", "true")]


def keep(request: HttpRequest, sentence: str) -> HttpResponse:
    """The page that shows what was typed beside a login form, carrying it along signed."""
    data = typed(request)
    context = {
        "sentence": sentence,
        "typed": words(data),
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
    """A form from before another login in the same browser: keep what was typed and offer it again.

    Only what one of our own pages sent is offered; anything else may be an attack from another site.
    """
    if not typed(request) or not _is_ours(request):
        return render(request, "403.html", {"sentence": "这个页面已失效，请返回上一页刷新后重新提交。"}, status=403)
    if request.user.is_authenticated:
        return offer(request, {"path": request.get_full_path(), "data": typed(request)}, status=403)
    return keep(request, "页面已失效，请重新登录。您填写的内容没有丢失。")


def _is_ours(request: HttpRequest) -> bool:
    origin = request.META.get("HTTP_ORIGIN") or request.META.get("HTTP_REFERER", "")
    return urlsplit(origin).netloc == request.get_host()


def offer(request: HttpRequest, kept: dict, *, status: int = 200) -> HttpResponse:
    """The page that shows what was kept, with a button that submits it again."""
    context = {
        "ready": True,
        "action": kept["path"],
        "fields": [(key, value) for key, values in kept["data"].items() for value in values],
        "typed": words(kept["data"]),
    }
    return render(request, "registration/resume.html", context, status=status)
