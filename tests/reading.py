"""What a page says, for tests: its text without marks, and the fields of its forms."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.urls import reverse


def words(response: Any) -> str:
    """The text of a page, without tags and blanks."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", body)))


def told(client: Any) -> str:
    """The messages that wait for the next page of `client`, read on a page that everybody has."""
    return words(client.get(reverse("consultation:form_list")))


class _Fields(HTMLParser):
    def __init__(self, action: str | None) -> None:
        super().__init__()
        self.action, self.inside, self.found = action, False, []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = (given.get("method") or "").lower() == "post" and self.action in (None, given.get("action"))
        if tag == "input" and self.inside and given.get("type") == "hidden" and given.get("name"):
            self.found.append((given["name"], given.get("value") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False


def hidden(response: Any, action: str | None = None) -> dict[str, list[str]]:
    """The hidden fields of the POST form of `response` that goes to `action` (None: of all its forms)."""
    reader = _Fields(action)
    reader.feed(response.content.decode())
    fields: dict[str, list[str]] = {}
    for name, value in reader.found:
        fields.setdefault(name, []).append(value)
    return fields
