"""People at work during a storm: they log in and move deadlines through the real form, and try again when it fails."""

import http.client
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from http.cookiejar import CookieJar

from tests.faults.seeding import CLERK, PASSWORD

TROUBLE = (urllib.error.URLError, http.client.HTTPException, OSError)


class Visitor(threading.Thread):
    """Moves the deadlines it was given, spread over the storm; `slowest` is the longest answer in seconds."""

    def __init__(self, base: str, deadlines: list[int], to: str, seconds: float, end: float) -> None:
        super().__init__(daemon=True)
        self.base, self.deadlines, self.to = base, deadlines, to
        self.pause, self.end = seconds / max(len(deadlines), 1), end
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0
        self.left = len(deadlines)
        self._enter()

    def _enter(self) -> None:
        self.jar = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), _Stay())

    def run(self) -> None:
        """Work until all is done, or the end has come."""
        begun = time.monotonic()
        for n, pk in enumerate(self.deadlines):
            time.sleep(max(begun + n * self.pause - time.monotonic(), 0))
            while not self.move(pk):
                if time.monotonic() > self.end:
                    return
                time.sleep(0.3)
            self.left -= 1

    def move(self, pk: int) -> bool:
        """One try; whether the deadline is moved now."""
        address = f"{self.base}/dates/deadlines/{pk}/move/"
        data = {"revision": 1, "to": self.to, "reason": "风暴中调整"}
        begun = time.monotonic()
        try:
            status, page = self.post(address, data)
        except TROUBLE as problem:
            self.answers[type(problem).__name__] += 1
            return False
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.answers[str(status)] += 1
        if status == 302 and "/login/" in page:
            self._enter()
            return False
        return status in (302, 409)  # 409: an earlier try had moved it, and only its answer was lost

    def post(self, address: str, data: dict) -> tuple[int, str]:
        """Post with the token of the login; logs in first where needed."""
        if not any(cookie.name == "cppcc_session" for cookie in self.jar):
            self.log_in()
        return self._send(address, data)

    def log_in(self) -> None:
        """Through the login form."""
        self.opener.open(f"{self.base}/login/", timeout=30).read()
        self._send(f"{self.base}/login/", {"username": CLERK, "password": PASSWORD})

    def _send(self, address: str, data: dict) -> tuple[int, str]:
        token = next((cookie.value for cookie in self.jar if cookie.name == "cppcc_csrf"), "")
        body = urllib.parse.urlencode(data | {"csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(address, body, {"Referer": address})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers.get("Location", "") + answer.read().decode()
        except urllib.error.HTTPError as answer:
            text = re.sub(r"\s+", " ", answer.read().decode(errors="replace"))
            return answer.code, (answer.headers.get("Location") or "") + text


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers, not journeys."""

    def redirect_request(self, *args, **kwargs):
        """Do not go."""
        return None
