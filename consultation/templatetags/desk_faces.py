"""How the clock of a forum writes seconds, and in which tone it stands."""

from typing import Any

from django import template

register = template.Library()
WARN = 60  # seconds before the end at which the clock turns amber


@register.filter
def face(seconds: int | None) -> str:
    """07:05; over-run with a plus."""
    minutes, rest = divmod(abs(seconds or 0), 60)
    return f"{'+' if (seconds or 0) < 0 else ''}{minutes:02}:{rest:02}"


@register.filter
def tone(remaining: int | None, current: Any) -> str:
    """idle, open (without a limit), good, warn, over."""
    if current is None:
        return "idle"
    if remaining is None:
        return "open"
    return "over" if remaining < 0 else "warn" if remaining <= WARN else "good"
