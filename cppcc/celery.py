"""The bell: Celery wakes workers; what is to be done stands in PostgreSQL (`cppcc.jobs`)."""

import math
import os
import time
from datetime import timedelta
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cppcc.settings")

app = Celery("cppcc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class SteadyScheduler(PersistentScheduler):
    """Beat that goes on when the clock is set back.

    Celery measures by the wall clock and would stand still until it has caught up. What last ran in the future, as
    seen from now, is due at once.
    """

    seen = math.inf

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One round; first, when the clock went back since the last one, the schedule is set back too."""
        now = time.time()
        if now < self.seen:
            self.set_back()
        self.seen = now
        return super().tick(*args, **kwargs)

    def set_back(self) -> None:
        """Let every entry that last ran in the future be due now."""
        for entry in self.schedule.values():
            if entry.last_run_at is not None and entry.last_run_at > entry.default_now():
                entry.last_run_at = entry.default_now() - timedelta(days=1)
        self._heap = None
