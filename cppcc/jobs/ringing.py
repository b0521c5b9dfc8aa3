"""The one bell: wakes a worker after a commit. What is to be done stands in PostgreSQL, so a silent bell loses nothing.

A publish that fails costs up to a second (the broker's time-outs); this process then leaves the bell alone for a
while, so that not every request waits that second again. Apps may ask to be told (`TOLD`), for a banner.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

QUIET = 30.0  # seconds without another try after a publish failed
TOLD: list[Callable[[str], None]] = []  # told the problem of a publish that failed, "" when it works again


class Silence:
    """Until when (monotonic seconds) this process leaves the bell alone; 0 while it works."""

    until = 0.0


def ring(task: Any) -> bool:
    """Publish a Celery task without arguments; whether that worked. Never raises for the broker, never retries."""
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        task()
        return True
    if time.monotonic() < Silence.until:
        return False
    try:
        task.apply_async(retry=False, ignore_result=True)
    except Exception as problem:  # any trouble of the broker; the work itself stands in the database
        Silence.until = time.monotonic() + QUIET
        logger.warning("the bell could not be rung: %s", problem)
        tell(f"{type(problem).__name__}: {problem}")
        return False
    if Silence.until:
        Silence.until = 0.0
        tell("")
    return True


def tell(problem: str) -> None:
    """Tell those who asked; their own trouble must not reach the request that rang."""
    for told in TOLD:
        try:
            told(problem)
        except Exception:
            logger.exception("the state of the bell could not be noted")
