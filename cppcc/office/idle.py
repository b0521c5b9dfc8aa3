"""Idle logout: a session that nobody used for a while ends; polling does not count as use."""

import time

from django.conf import settings
from django.contrib.auth import logout

SEEN = "seen_at"
WRITE_EVERY = 60  # seconds; spares an UPDATE on every page


class IdleLogoutMiddleware:
    """Log out a session idle for longer than `settings.IDLE_LOGOUT`."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request):
        if request.session.session_key and request.user.is_authenticated:
            self._watch(request)
        return self.get_response(request)

    def _watch(self, request) -> None:
        now = int(time.time())
        idle = now - request.session.get(SEEN, now)
        if idle > settings.IDLE_LOGOUT.total_seconds():
            logout(request)
        elif "X-Poll" not in request.headers and (SEEN not in request.session or idle >= WRITE_EVERY):
            request.session[SEEN] = now
